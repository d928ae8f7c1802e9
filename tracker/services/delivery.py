"""Sending what is in the outbox: claim, talk SMTP with no transaction open, record.

Run by workers and by `tracker send-mail`. Both hand in how a transaction is opened, because one claim and one record per message
must be committed while the connection is in use.
"""
import hashlib
import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import current_app
from sqlalchemy import or_, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.adapters.files import store
from tracker.adapters.smtp import Attachment, Connection, Outgoing, SendError
from tracker.config import Settings
from tracker.db import db
from tracker.domain.errors import Unavailable
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.services import office_hours, reply_tokens

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

#: Minutes until the next try after each temporary failure; four days in all (RFC 5321, 4.5.4.1), then the clerk sees it as failed.
DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 480, 720, 1440, 1440, 1440))
#: A claim this old belongs to a worker that is gone.
STALE = timedelta(minutes=10)
BATCH = 20
#: No message of a batch is begun later than this after its claim, well before the claim grows stale.
BATCH_SECONDS = 240.0
#: Seconds between tries to record what was sent, a minute in all: well below a claim's age.
RECORD_AGAIN = (0.2, 0.5, 1, 2, 3, 5, 5, 10, 15, 20)
#: Claims of this process that are being worked on; one of its own that is not here was left by a batch that broke off.
LIVE: set[str] = set()
TAKEN_UP = text("mails.state in ('queued', 'sending')")


@dataclass
class Outcome:
    """What one run did: counts of messages."""

    sent: int = 0
    later: int = 0
    failed: int = 0

    @property
    def tried(self) -> int:
        return self.sent + self.later + self.failed


def drain(transaction: Opener, limit: int | None = None) -> Outcome:
    """Sends all that is due now, batch by batch, over one connection; limit: at most about so many.

    A temporary failure waits for its time. Raises Unavailable("mail.no_server").
    """
    outcome = Outcome()
    with _connection() as connection:
        while limit is None or outcome.tried < limit:
            before = outcome.tried
            _batch(transaction, connection, outcome, None)
            if outcome.tried == before:
                break
    return outcome


def deliver(transaction: Opener, mail_id: int) -> Outcome:
    """Sends one row if it is due and nobody else has it, and others that are due over the same connection.

    Any further run of it is harmless, for only a queued row can be claimed.
    """
    outcome = Outcome()
    with _connection() as connection:
        _batch(transaction, connection, outcome, mail_id)
        if outcome.sent:
            _batch(transaction, connection, outcome, None)
    return outcome


def _connection() -> Connection:
    """Raises Unavailable without a configured server: a mail program that happens to run here must never get real addresses."""
    settings: Settings = current_app.extensions["settings"]
    if settings.smtp_url is None:
        raise Unavailable("mail.no_server")
    return Connection(settings.smtp_url)


def _batch(transaction: Opener, connection: Connection, outcome: Outcome, mail_id: int | None) -> None:
    claim, started = f"{_machine()}:{os.getpid()}:{token_hex(4)}", time.monotonic()
    LIVE.add(claim)
    try:
        with transaction():
            mails = _claim(claim, mail_id)
        _work(transaction, connection, outcome, claim, mails, started)
    finally:
        LIVE.discard(claim)


def _work(transaction: Opener, connection: Connection, outcome: Outcome, claim: str, mails: list["Claimed"], started: float) -> None:
    """Sends one after the other; one that breaks the connection does not hold up the rest, two in a row say that the server is away."""
    before: SendError | None = None
    broken: SendError | None = None
    for mail in mails:
        if broken is not None or time.monotonic() - started > BATCH_SECONDS:
            changes = _put_back(mail, broken)
            outcome.later += broken is not None
        else:
            changes, now = _send(connection, mail, outcome)
            broken, before = (now if before is not None else None), now
        _keep(transaction, mail.id, claim, changes)


def _keep(transaction: Opener, mail_id: int, claim: str, changes: dict[str, Any]) -> None:
    """Writes down what became of a message; a database that is away for a moment is waited for, or what was just sent would go out again."""
    wait = iter(RECORD_AGAIN)
    while True:
        try:
            with transaction() as session:
                session.execute(update(Mail).where(Mail.id == mail_id, Mail.claim == claim, Mail.state == "sending").values(changes))
        except OperationalError:
            pause = next(wait, None)
            if pause is None:
                raise
            log.warning("mail %s could not be recorded, trying again in %s seconds", mail_id, pause)
            time.sleep(pause)
        else:
            return


def _claim(claim: str, mail_id: int | None) -> list["Claimed"]:
    """Takes due rows for this process by one conditional update; two workers never get the same one."""
    now = clock.now()
    free = or_(Mail.state == "queued", Mail.claimed_at < now - STALE, Mail.claim.in_(_dead_claims()))
    due = select(Mail.id).where(TAKEN_UP, Mail.next_attempt_at <= now, free).order_by(Mail.next_attempt_at, Mail.id).limit(BATCH)
    if mail_id is not None:
        due = due.where(Mail.id == mail_id)
    if not _may_remind():
        due = due.where(Mail.kind.not_in(office_hours.KINDS))
    ids = db.session.scalars(
        update(Mail).where(Mail.id.in_(due.with_for_update(skip_locked=True)))
        .values(state="sending", claim=claim, claimed_at=now, attempts=Mail.attempts + 1)
        .returning(Mail.id).execution_options(synchronize_session=False)
    ).all()
    rows = db.session.execute(select(Mail.__table__).where(Mail.id.in_(ids)).order_by(Mail.next_attempt_at, Mail.id)).all()
    files = {file.id: file for file in db.session.scalars(select(StoredFile).where(StoredFile.id.in_({n for row in rows for n in row.files})))}
    return [Claimed(row.id, row.attempts, row, _attachments([files[n] for n in row.files if n in files])) for row in rows]


def _may_remind() -> bool:
    """Within office hours; and always into the embedded server, which wakes nobody: it keeps what it gets."""
    settings: Settings = current_app.extensions["settings"]
    return settings.embedded or office_hours.is_open()


@dataclass(frozen=True)
class Claimed:
    """A row in this process's hands, with all that is needed once the transaction is over."""

    id: int
    attempts: int
    row: Any
    attachments: list[Attachment]


def _attachments(files: Sequence[StoredFile]) -> list[Attachment]:
    limit: int = current_app.extensions["settings"].mail_attach_limit
    # The outbox has put links into a mail whose files are too large; this only holds the limit when it was lowered since.
    if sum(file.size for file in files) > limit:
        return []
    # What was held back or removed since goes out to nobody; the words go all the same.
    return [Attachment(file.name, file.media_type, store().path(file.sha256)) for file in files if file.state == "ready"]


def _send(connection: Connection, mail: Claimed, outcome: Outcome) -> tuple[dict[str, Any], SendError | None]:
    """Sends one; gives the changes to record, and the error if the rest of the batch would meet it too."""
    try:
        connection.send(_outgoing(mail))
    except SendError as error:
        return _record(mail, error, outcome), error if error.server_wide else None
    except Exception as error:  # one bad row never stops the rest
        log.exception("mail %s could not be sent", mail.id)
        return _record(mail, SendError(f"lỗi khi gửi: {error}", permanent=True), outcome), None
    outcome.sent += 1
    return {"state": "sent", "sent_at": clock.now(), "smtp_code": 250, "last_error": None, "claim": None}, None


def _outgoing(mail: Claimed) -> Outgoing:
    settings: Settings = current_app.extensions["settings"]
    row, reply = mail.row, reply_tokens.address(mail.row.message_id or "")
    return Outgoing(
        settings.mail_from, row.address, row.name, reply_tokens.with_tag(row.subject, row.message_id or ""), row.body_text, row.body_html,
        row.message_id, row.created_at,
        mail.attachments, {**({"Reply-To": reply} if reply else {}), **row.headers},
    )


def _record(mail: Claimed, error: SendError, outcome: Outcome) -> dict[str, Any]:
    changes: dict[str, Any] = {"smtp_code": error.code, "last_error": error.words, "claim": None}
    if error.permanent or mail.attempts > len(DELAYS):
        outcome.failed += 1
        return changes | {"state": "failed"}
    outcome.later += 1
    return changes | {"state": "queued", "next_attempt_at": clock.now() + DELAYS[mail.attempts - 1]}


def _put_back(mail: Claimed, error: SendError | None) -> dict[str, Any]:
    """Back into the queue without a try of its own: after a while where the server is away, at once where only time ran out."""
    changes: dict[str, Any] = {"state": "queued", "claim": None, "attempts": mail.attempts - 1}
    if error is not None:
        changes |= {"next_attempt_at": clock.now() + DELAYS[0], "smtp_code": error.code, "last_error": error.words}
    return changes


def _dead_claims() -> list[str]:
    """Claims of batches of this machine that have ended: their rows need not wait until the claim is old."""
    held = db.session.scalars(select(Mail.claim).distinct().where(TAKEN_UP, Mail.state == "sending")).all()
    return [claim for claim in held if claim and claim.startswith(f"{_machine()}:") and claim not in LIVE and not _worked_on(int(claim.split(":")[1]))]


def _worked_on(pid: int) -> bool:
    """Whether another process that is alive has the claim."""
    if pid == os.getpid():
        return False
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def _machine() -> str:
    """This machine and its table of processes: two containers may share a name but not this."""
    parts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with suppress(OSError):
            parts.append(os.readlink(path) if path.endswith("pid") else Path(path).read_text().strip())
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]
