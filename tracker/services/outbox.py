"""The outbox: a mail is a row, written in the transaction of the act that causes it; workers send rows."""
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock, i18n
from tracker.adapters import jobs
from tracker.adapters.render import render
from tracker.db import db, write
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.services import links, mail_links
from tracker.services.mail_links import Offer

SEND, SWEEP = "mail.send", "mail.sweep"
#: So many new rows wake a worker each; for more, one sweep is ordered, which takes them all.
ONE_BY_ONE = 3
NOW = timedelta(0)
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


def queue(
    kind: str,
    *,
    address: str | None,
    context: Mapping[str, Any],
    name: str = "",
    person_id: int | None = None,
    unit_id: int | None = None,
    dispatch_id: int | None = None,
    files: Sequence[int] = (),
    delay: timedelta = NOW,
    dedupe_key: str | None = None,
    offers: Sequence[Offer] = (),
    headers: Mapping[str, str] | None = None,
) -> Mail:
    """Writes one mail to the outbox in the current transaction and wakes a worker after its commit.

    kind: folder of templates/email; context: what its templates name (the layout's own names are added here). files: ids of
    stored files to attach; above MAIL_ATTACH_LIMIT_MB in total the mail carries links to them. delay: how long it is held back
    (undo). dedupe_key: a second mail with the same key is not written, the first one is returned. offers: the signed links of a mail to a
    unit (`offers` in its templates), whose rows are written with it. headers: further ones of the message. Without a usable address the
    row is kept as skipped with the reason, so that the clerk sees it. Raises jinja2.UndefinedError for a name the context lacks.
    """
    values = row(
        kind, address=address, context={**context, "offers": offers}, name=name, files=files, delay=delay,
        person_id=person_id, unit_id=unit_id, dispatch_id=dispatch_id, dedupe_key=dedupe_key, headers=dict(headers or {}),
    )
    mail = db.session.scalars(insert_new().values(values).returning(Mail)).first()
    if mail is None:
        return db.session.scalars(select(Mail).where(Mail.dedupe_key == dedupe_key)).one()
    mail_links.keep([(values["message_id"], offers)])
    if values["state"] == "queued" and delay <= NOW:
        wake(mail.id)
    return mail


def add(rows: Sequence[dict[str, Any]]) -> None:
    """Writes rows (of `row`, without offers, to be sent at once) in the current transaction and wakes a worker; one whose dedupe_key is there stays out."""
    made = write(insert_new().returning(Mail.id, Mail.state), list(rows)).all() if rows else []
    queued = [row.id for row in made if row.state == "queued"]
    if len(queued) > ONE_BY_ONE:
        jobs.enqueue(SWEEP)
        return
    for id in queued:
        wake(id)


def wake(mail_id: int) -> None:
    """Has a worker send this row once the transaction has committed; the sweep finds it in any case."""
    jobs.enqueue(SEND, mail_id)


def insert_new() -> Any:
    """An INSERT into mails that passes over a dedupe_key that exists already, on either database."""
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    return insert(Mail).on_conflict_do_nothing(index_elements=[Mail.dedupe_key])


def row(
    kind: str, *, address: str | None, context: Mapping[str, Any], name: str = "", files: Sequence[int] = (), delay: timedelta = NOW, **columns: Any,
) -> dict[str, Any]:
    """The values of one row, rendered, for `queue` or for writing many at once; writes nothing."""
    return bare(kind, delay, **columns) | worded(kind, address=address, context=context, name=name, files=files)


def worded(
    kind: str, *, address: str | None, context: Mapping[str, Any], name: str = "", files: Sequence[int] = (),
) -> dict[str, Any]:
    """What a row says and to whom, rendered; a row without a usable address is skipped, with the reason. Writes nothing."""
    address = (address or "").strip()
    attached, linked = _attachments(files)
    shown, usable = render(kind, {**common(), "name": name, "file_links": linked, **context}), usable_address(address)
    return {
        "state": "queued" if usable else "skipped", "address": address if usable else "", "name": name[:200], "files": attached,
        "subject": shown.subject, "body_text": shown.text, "body_html": shown.html,
        "last_error": None if usable else i18n.say("mail.bad_address" if address else "mail.no_address"),
    }


def bare(kind: str, delay: timedelta = NOW, **columns: Any) -> dict[str, Any]:
    """The values of a row that has no words yet: for one whose words are found in the same transaction."""
    now = clock.now()
    return {
        "kind": kind, "state": "queued", "address": "", "name": "", "subject": "", "body_text": "", "body_html": "", "files": [], "headers": {},
        "message_id": _message_id(), "created_at": now, "not_before": now + delay, "next_attempt_at": now + delay, "attempts": 0,
        **columns,
    }


def usable_address(address: str) -> bool:
    """Whether mail can be sent there at all: one @ between two parts, ASCII, nothing that could end the address or its header."""
    return len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address) is not None


def common() -> dict[str, Any]:
    """What the layout of every mail names: the sender's office, the day, and where the product is."""
    settings = current_app.extensions["settings"]
    return {"office": _parts(settings.mail_from)[0] or "Đôn Đốc", "today": clock.today(), "home_url": links.absolute("home"), "offers": ()}


def _attachments(files: Sequence[int]) -> tuple[list[int], list[dict[str, Any]]]:
    """The ids to attach, and the links instead where all together are too large for a mail."""
    rows = [db.session.get_one(StoredFile, file_id) for file_id in files]
    if sum(file.size for file in rows) <= current_app.extensions["settings"].mail_attach_limit:
        return [file.id for file in rows], []
    return [], [{"name": file.name, "url": links.absolute("file", id=file.id)} for file in rows]


def _message_id() -> str:
    """Made once and kept in the row, so that a message sent twice can be known by it."""
    domain = _parts(current_app.extensions["settings"].mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid4().hex}@{domain}>"


@lru_cache(8)
def _parts(address: str) -> tuple[str, str]:
    return parseaddr(address)
