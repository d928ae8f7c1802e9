"""Reading what came with a message: claimed in a row, read with no transaction open, kept beside the file; a second run finds it read."""
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tracker import clock, i18n
from tracker.adapters import documents, jobs
from tracker.adapters.documents import slow
from tracker.adapters.documents import types as t
from tracker.adapters.files import store
from tracker.db import db
from tracker.domain.errors import BadInput, DomainError
from tracker.domain.incoming import Match
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.reading import read
from tracker.services import attachment_facts, mail_second_look
from tracker.services.attachment_facts import Office

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

READ = "incoming.read"
QUICK = frozenset({t.PDF, t.DOC, t.DOCX, t.ODT})
READABLE = QUICK | {t.JPG, t.PNG, t.HEIC}
#: A reading that has said nothing for so long died with its worker (OCR of one page is cut off after three minutes).
STALE = timedelta(minutes=10)
MOST_TRIES = 3
#: What is still to be decided is read beside filing for so many seconds; the rest is left to the job of reading.
BESIDE = 60
#: Where a reading may settle what the message itself leaves open.
HELPS = frozenset({"no_dispatch", "several_dispatches"})


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read: its row, its content, its name."""

    id: int
    sha256: str
    media_type: str
    name: str


def wake() -> None:
    """Has a worker read what came attached, once the current transaction has committed."""
    jobs.enqueue(READ)


def helps(doubt: str, broken: bool, kept: Sequence[StoredFile]) -> bool:
    """Whether a message should wait with its decision until its files are read."""
    return doubt in HELPS and not broken and any(file.media_type in READABLE for file in kept)


def postpone(row: IncomingMail, match: Match) -> None:
    """Leaves a message in triage until its files are read: it is decided by itself then, and told only then."""
    row.state, row.attention, row.reason = "triage", "reading", i18n.say("incoming.reading")
    row.unit_id, row.dispatch_id = match.unit_id, match.dispatch_id


def decide_waiting(transaction: Opener) -> int:
    """Reads what messages wait for that is read in a moment, so that they are decided with the others; gives how many files."""
    end, passed, done = monotonic() + BESIDE, set[int](), 0
    while monotonic() < end:
        with transaction():
            job = _claim(passed, beside=True)
        if job is None:
            break
        passed.add(job.id)
        if slow.is_slow(store().path(job.sha256).read_bytes(), job.media_type):
            with transaction():
                _release(job.id)
            continue
        read_one(transaction, job)
        done += 1
    return done


def read_all(transaction: Opener, seconds: float) -> int:
    """Reads what waits, one file after the other, for so long at most; gives how many. One such run at a time: scans would take every worker."""
    end, done = monotonic() + seconds, 0
    while monotonic() < end:
        with transaction():
            job = _claim(set())
        if job is None:
            break
        read_one(transaction, job)
        done += 1
    return done


def _claim(passed: set[int], beside: bool = False) -> Job | None:
    """Takes the next file. beside: only one that a message waits for and that is no picture; else none while another run reads."""
    now = clock.now()
    lost = and_(IncomingFile.read_state == "reads", IncomingFile.read_at < now - STALE)
    if not beside and db.session.scalar(select(IncomingFile.id).where(IncomingFile.read_state == "reads", ~lost).limit(1)) is not None:
        return None
    query = (
        select(IncomingFile, StoredFile.sha256, StoredFile.media_type).join(StoredFile, StoredFile.id == IncomingFile.file_id)
        .join(IncomingMail, IncomingMail.id == IncomingFile.incoming_id)
        .where(IncomingFile.read_state.in_(("waits", "reads")), or_(IncomingFile.read_state == "waits", lost), IncomingFile.id.not_in(passed))
        .order_by(IncomingMail.attention.is_(None), IncomingFile.id).limit(1).with_for_update(of=IncomingFile, skip_locked=True)
    )
    if beside:
        query = query.where(IncomingMail.attention == "reading", StoredFile.media_type.in_(QUICK))
    found = db.session.execute(query).first()
    if found is None:
        return None
    row, sha256, media_type = found
    row.read_state, row.read_at, row.read_tries = "reads", now, row.read_tries + 1
    if row.read_tries > MOST_TRIES:
        _keep(row, None, i18n.say("incoming.read_failed"))
        return _claim(passed, beside)
    return Job(row.id, sha256, media_type, row.name)


def _release(id: int) -> None:
    row = db.session.get_one(IncomingFile, id, with_for_update=True)
    row.read_state, row.read_tries = "waits", row.read_tries - 1


def read_one(transaction: Opener, job: Job) -> None:
    """Reads one claimed file and keeps what it says, or why it could not be read."""
    with transaction():
        known = attachment_facts.office()

    def tell(done: int, total: int) -> None:
        with transaction():
            db.session.get_one(IncomingFile, job.id).read_at = clock.now()

    found, problem = None, ""
    try:
        found = _facts(job, known, tell)
    except DomainError as error:
        problem = i18n.words(error)
    except Exception as error:  # one bad file never stops the rest
        log.error("file %s of an incoming mail could not be read", job.id, exc_info=error)
        problem = i18n.say("incoming.read_failed")
    with transaction():
        _keep(db.session.get_one(IncomingFile, job.id, with_for_update=True, populate_existing=True), found, problem)


def _facts(job: Job, known: Office, tell: t.Progress) -> dict[str, Any]:
    text = documents.extract(store().path(job.sha256), job.name, tell).text
    return attachment_facts.facts(read(text, known.units), known)


def too_long(transaction: Opener) -> None:
    """Gives up what was being read when the time of a run ended, so that it is not begun anew for ever."""
    with transaction():
        for row in db.session.scalars(select(IncomingFile).where(IncomingFile.read_state == "reads").with_for_update()):
            _keep(row, None, i18n.words(BadInput("document.too_long", name=row.name)))


def _keep(row: IncomingFile, found: dict[str, Any] | None, problem: str) -> None:
    if row.read_state != "reads":
        return
    row.reading, row.read_state, row.read_problem = found, "failed" if problem else "done", problem[:300] or None
    db.session.flush()
    mail_second_look.look(db.session.get_one(IncomingMail, row.incoming_id, with_for_update=True, populate_existing=True))
