"""Filing what came in: a reply becomes a submission of its unit, or waits for somebody's word with the reason; nothing is guessed.

The parts of a message are put on the disk first; then a batch is written in one transaction, and where that fails each message in one of its
own, so that one that fails takes nothing from the others. The state that a message leaves is what makes a second run do nothing.
"""
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from threading import Event
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import i18n
from tracker.adapters import scanner
from tracker.db import db, keeping_loaded
from tracker.domain.errors import DomainError
from tracker.models.incoming import IncomingMail
from tracker.services import incoming, mail_deciding, mail_opening, mail_reading
from tracker.services.mail_opening import Opened

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

BATCH = 20
#: A message that fails so often is shown to a person instead of being tried for ever.
MOST_TRIES = 3


def run(transaction: Opener, limit: int | None = None) -> Counter[str]:
    """Files all that waits, batch by batch; gives how many ended in which state. Several at once share the messages out."""
    done: Counter[str] = Counter()
    unscanned = Event()
    for opened in mail_opening.ahead(mail_opening.open_all, _batches(transaction, limit, unscanned)):
        done += _settle_all(transaction, opened, unscanned)
    mail_reading.decide_waiting(transaction)
    return done


def _batches(transaction: Opener, limit: int | None, unscanned: Event) -> Iterator[Sequence[Any]]:
    """Claimed messages (rows with id, sha256, size, whole): one batch is opened while the one before is written; none more once nothing can be scanned."""
    taken = 0
    while (limit is None or taken < limit) and not unscanned.is_set():
        with transaction():
            ids = incoming.claim(BATCH)
            columns = (IncomingMail.id, IncomingMail.sha256, IncomingMail.size, IncomingMail.whole)
            rows = db.session.execute(select(*columns).where(IncomingMail.id.in_(ids)).order_by(IncomingMail.id)).all()
        if not rows:
            return
        taken += len(rows)
        yield rows


def _settle_all(transaction: Opener, opened: dict[int, Opened | Exception], unscanned: Event) -> Counter[str]:
    """One bad message never stops the rest: where a batch fails, nothing of it is written, and each is settled by itself."""
    failed = {id: one for id, one in opened.items() if isinstance(one, Exception)}
    good = {id: one for id, one in opened.items() if not isinstance(one, Exception)}
    done: Counter[str] = Counter()
    try:
        done += _settled(transaction, good)
    except Exception as error:
        log.warning("a batch of incoming mail failed, its messages are settled one by one: %s", error)
        for id, one in good.items():
            try:
                done += _settled(transaction, {id: one})
            except Exception as own:
                failed[id] = own
    for id, problem in failed.items():
        if _waits_for_scanner(problem, unscanned):
            with transaction():
                _release(id)
            continue
        log.error("incoming mail %s could not be filed", id, exc_info=problem)
        with transaction():
            done["triage"] += _give_up(id, problem)
    return done


def _settled(transaction: Opener, opened: dict[int, Opened]) -> Counter[str]:
    with transaction() as session, session.no_autoflush, keeping_loaded():
        mail_reading.wake()
        rows = select(IncomingMail).where(IncomingMail.id.in_(opened)).order_by(IncomingMail.id).with_for_update()
        return mail_deciding.settle_all(session.scalars(rows.execution_options(populate_existing=True)).all(), opened)


def _waits_for_scanner(problem: Exception, unscanned: Event) -> bool:
    """Whether the scanner is gone: nothing speaks against the message then. Where it answers again, the try counts like any other."""
    if not isinstance(problem, DomainError) or problem.code != mail_opening.SCAN_LATER:
        return False
    found = scanner.scanner()
    if not unscanned.is_set() and not (found and found.answers()):
        log.warning("the virus scanner does not answer: mail waits")
        unscanned.set()
    return unscanned.is_set()


def _release(id: int) -> None:
    """The message is tried again once its claim is old."""
    row = db.session.get_one(IncomingMail, id, populate_existing=True)
    row.attempts -= 1


def _give_up(id: int, problem: Exception) -> bool:
    """Shows a message that failed again and again to the clerk; gives whether it was time to."""
    row = db.session.get_one(IncomingMail, id, with_for_update=True, populate_existing=True)
    if row.attempts < MOST_TRIES or row.state != "taken":  # another worker has filed it meanwhile
        return False
    words = i18n.words(problem) if isinstance(problem, DomainError) else str(problem)
    row.state, row.reason, row.claimed_at = "triage", i18n.say("incoming.failed", problem=words[:300]), None
    return True
