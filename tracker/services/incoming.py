"""Taking mail in: the raw message is on the disk and its row committed before the mailbox is touched; nothing is ever taken twice."""
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock, i18n
from tracker.adapters import jobs
from tracker.adapters.files import store
from tracker.adapters.mime import open_letter
from tracker.db import db, read, write
from tracker.models.incoming import Found, IncomingMail

FILE = "incoming.file"
#: A message that somebody has begun to look at is left to them for so long.
STALE = timedelta(seconds=60)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a mailbox a message lies."""

    mailbox_id: int
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Raw:
    """One message that is on the disk, ready for its row. size: of the whole message; whole: False where only its headers were kept.

    reason: why a person has to look at once, where there is nothing to file.
    """

    sha256: str
    size: int
    whole: bool
    message_id: str
    sender: str
    sender_name: str
    subject: str
    place: Place | None = None
    reason: str = ""


def keep(raw: bytes, size: int | None = None, place: Place | None = None) -> Raw:
    """Puts a message's bytes on the disk; call it before a transaction opens. size: of the whole where raw is its headers only.

    A message above the limit is kept with its headers alone, so that it is at least known. Raises Unavailable("files.disk_full").
    """
    whole = size is None and len(raw) <= limit()
    kept = raw if whole else raw[: _head_length(raw)]
    blob = store().put(io.BytesIO(kept or b"\n"), "thu.eml")
    head = open_letter(kept[: _head_length(kept)], whole=False)
    return Raw(blob.sha256, size or len(raw), whole, head.message_id, head.sender, head.sender_name, head.subject, place)


def withheld(place: Place, mailbox: str) -> Raw:
    """A message that the server has and cannot give, not even its headers: known by its place, and told to the clerk. Raises as keep does."""
    said = f"X-Mailbox: {place.mailbox_id} {place.uidvalidity} {place.uid}\r\n\r\n".encode()
    blob = store().put(io.BytesIO(said), "thu.eml")
    return Raw(blob.sha256, 0, False, "", "", "", "", place, i18n.say("incoming.withheld", mailbox=mailbox, uid=place.uid))


def limit() -> int:
    """The largest message that is taken whole, in bytes: a file of the largest size, written in base64, with room for words."""
    allowed: int = current_app.extensions["settings"].upload_limit
    return allowed * 3 // 2


def _head_length(raw: bytes) -> int:
    found = _HEAD_END.search(raw)
    return min(found.end() if found else len(raw), 500_000)


def add(messages: Sequence[Raw], source: str) -> list[int]:
    """Writes the rows of messages and where they were found; gives the ids of those that are new. The caller holds the transaction."""
    if not messages:
        return []
    columns = (IncomingMail.id, IncomingMail.sha256, IncomingMail.message_id)
    rows = write(_insert(IncomingMail).on_conflict_do_nothing().returning(*columns), [_values(message, source) for message in messages]).all()
    known = {(row.sha256, row.message_id): row.id for row in rows}
    old = {message.sha256 for message in messages if (message.sha256, message.message_id) not in known}
    if old:
        known |= {(row.sha256, row.message_id): row.id for row in read(select(*columns).where(IncomingMail.sha256.in_(old)))}
    note_places([
        {"mailbox_id": at.mailbox_id, "uidvalidity": at.uidvalidity, "uid": at.uid, "incoming_id": known[message.sha256, message.message_id]}
        for message in messages if (at := message.place)
    ])
    if rows:
        jobs.enqueue(FILE)
    return [row.id for row in rows]


def _values(message: Raw, source: str) -> dict[str, Any]:
    return {
        "sha256": message.sha256, "size": message.size, "whole": message.whole, "message_id": message.message_id, "source": source,
        "received_at": clock.now(), "sender": message.sender, "sender_name": message.sender_name, "subject": message.subject,
        "state": "triage" if message.reason else "taken", "nature": "unreadable" if message.reason else None,
        "signals": [], "body": "", "rest": "", "reason": message.reason, "attempts": 0,
    }


def note_places(places: Sequence[dict[str, int]]) -> None:
    """Notes where known messages were found (columns of Found); one that is noted already stays."""
    if places:
        write(_insert(Found).on_conflict_do_nothing(), places)


def _insert(model: type) -> "sqlite.Insert | postgresql.Insert":
    return (sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert)(model)


def claim(count: int) -> list[int]:
    """Takes the oldest messages that nobody is looking at; the caller holds the transaction. A second run gets others, or none."""
    now = clock.now()
    free = or_(IncomingMail.claimed_at.is_(None), IncomingMail.claimed_at < now - STALE)
    due = select(IncomingMail.id).where(IncomingMail.state == "taken", free).order_by(IncomingMail.id).limit(count).with_for_update(skip_locked=True)
    taken = update(IncomingMail).where(IncomingMail.id.in_(due)).values(claimed_at=now, attempts=IncomingMail.attempts + 1).returning(IncomingMail.id)
    return sorted(db.session.scalars(taken.execution_options(synchronize_session=False)))
