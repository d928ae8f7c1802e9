"""Polling the office's mailboxes: everything above the last known UID is stored and noted, in batches, so that a crash loses only time.

After the server has numbered a mailbox anew (UIDVALIDITY), messages are known again by Message-ID and size, without being downloaded.
One process reads a mailbox at a time; should two after all (machines without a common folder), the rows' unique keys keep each message single.
"""
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker import clock, i18n
from tracker.adapters import locks
from tracker.adapters.imap import Fetched, Head, Inbox
from tracker.adapters.imap_login import MailboxError
from tracker.db import db
from tracker.domain.errors import Unavailable
from tracker.models.incoming import Found, IncomingMail, Mailbox
from tracker.services import incoming
from tracker.services.incoming import Place
from tracker.services.mail_opening import together

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]
#: A mailbox that is read for the first time may hold years of other mail: what is older than this is not taken in.
LOOK_BACK = timedelta(days=30)
#: Messages of one commit.
BATCH = 20


@dataclass
class Polled:
    """What a poll did: new messages, ones known already, the problems of mailboxes by name, and those that another process reads now."""

    new: int = 0
    known: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Box:
    """Where the reading of a mailbox stands. anew: its messages were taken under other numbers, and not all are known again under these."""

    id: int
    last: int
    since: date | None
    anew: bool


def poll(transaction: Opener) -> Polled:
    """Reads every mailbox of the settings once; one that fails does not stop the others. Raises Unavailable where there is none."""
    settings = current_app.extensions["settings"]
    if not settings.imap_urls:
        raise Unavailable("incoming.no_mailbox")
    done = Polled()
    for url in settings.imap_urls:
        inbox = Inbox(url)
        with locks.held(settings.home / f"mailbox-{hashlib.sha256(inbox.name.encode()).hexdigest()[:16]}.lock") as ours:
            if ours:
                _read(transaction, inbox, done)
            else:
                done.busy.append(inbox.name)
    return done


def _read(transaction: Opener, inbox: Inbox, done: Polled) -> None:
    problem = None
    try:
        with inbox:
            _poll(transaction, inbox, done)
    except (MailboxError, Unavailable) as error:
        problem = (i18n.words(error) if isinstance(error, Unavailable) else str(error))[:500]
        log.warning("mailbox %s: %s", inbox.name, problem)
        done.problems[inbox.name] = problem
    with transaction() as session:
        box = _row(inbox.name)
        session.execute(update(Mailbox).where(Mailbox.id == box.id).values(polled_at=clock.now(), problem=problem))


def _row(name: str) -> Mailbox:
    found = db.session.scalars(select(Mailbox).where(Mailbox.name == name)).first()
    if found is None:
        found = Mailbox(name=name, last_uid=0)
        db.session.add(found)
        db.session.flush()
    return found


def _begin(inbox: Inbox) -> _Box:
    """New numbers begin at 0. Then, as at the first time, nothing is taken that is much older than what was taken last."""
    row = _row(inbox.name)
    if row.uidvalidity != inbox.uidvalidity:
        row.uidvalidity, row.last_uid = inbox.uidvalidity, 0
    if row.last_uid:
        return _Box(row.id, row.last_uid, None, False)
    came = db.session.scalar(
        select(func.max(IncomingMail.received_at)).join(Found, Found.incoming_id == IncomingMail.id)
        .where(Found.mailbox_id == row.id, Found.uidvalidity != inbox.uidvalidity))
    return _Box(row.id, 0, clock.local(came or clock.now()).date() - LOOK_BACK, came is not None)


def _poll(transaction: Opener, inbox: Inbox, done: Polled) -> None:
    """Until nothing is new: what arrives while a batch is stored is not left to the next minute."""
    with transaction():
        box = _begin(inbox)
    while uids := inbox.above(box.last, box.since):
        heads = inbox.heads(uids)
        if box.anew:
            heads = _unknown(transaction, inbox, box, heads, done)
        for batch in _batches(inbox.fetch(heads, incoming.limit())):
            _store(transaction, inbox, box, batch, done)
        with transaction() as session:
            _move_on(session, box.id, inbox.uidvalidity, uids[-1])
        box = _Box(box.id, uids[-1], None, False)


def _batches(messages: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    batch: list[Fetched] = []
    for message in messages:
        batch.append(message)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _move_on(session: Session, box_id: int, uidvalidity: int, uid: int) -> None:
    session.execute(update(Mailbox).where(Mailbox.id == box_id, Mailbox.uidvalidity == uidvalidity, Mailbox.last_uid < uid).values(last_uid=uid))


def _store(transaction: Opener, inbox: Inbox, box: _Box, batch: Sequence[Fetched], done: Polled) -> None:
    """Bytes first, then the rows and the mailbox's position in one commit: a crash between the two downloads a batch again and finds it known.

    While a mailbox is numbered anew its position stays, so that a crash does not end the comparing; what was placed is not fetched again.
    """
    def keep(one: Fetched) -> incoming.Raw:
        place = Place(box.id, inbox.uidvalidity, one.uid)
        if not one.raw:
            return incoming.withheld(place, inbox.name)
        return incoming.keep(one.raw, None if one.whole else one.size, place)

    kept = together(keep, batch)
    with transaction() as session:
        new = len(incoming.add(kept, "imap"))
        if not box.anew:
            _move_on(session, box.id, inbox.uidvalidity, max(one.uid for one in batch))
    done.new, done.known = done.new + new, done.known + len(batch) - new


def _unknown(transaction: Opener, inbox: Inbox, box: _Box, heads: Sequence[Head], done: Polled) -> list[Head]:
    """Messages that were never taken; the places of those that were are noted.

    A Message-ID and size that the mailbox now holds more often than before is a new message beside the old one: all of these are fetched.
    """
    with transaction():
        placed = set(db.session.scalars(select(Found.uid).where(Found.mailbox_id == box.id, Found.uidvalidity == inbox.uidvalidity)))
        left = [head for head in heads if head.uid not in placed]
        now = Counter((head.message_id, head.size) for head in heads)
        taken = _taken(box.id, inbox.uidvalidity, sorted({head.message_id for head in left if head.message_id}))
        known = {head.uid: taken[key][0] for head in left if (key := (head.message_id, head.size)) in taken and now[key] <= taken[key][1]}
        places = [{"mailbox_id": box.id, "uidvalidity": inbox.uidvalidity, "uid": uid, "incoming_id": id} for uid, id in known.items()]
        incoming.note_places(places)
    done.known += len(known) + len(heads) - len(left)
    return [head for head in left if head.uid not in known]


def _taken(box_id: int, uidvalidity: int, message_ids: Sequence[str]) -> dict[tuple[str, int], tuple[int, int]]:
    """(Message-ID, size) of what was taken from the mailbox under other numbers → the row, and how often it lay there."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for start in range(0, len(message_ids), 500):
        rows = db.session.execute(
            select(IncomingMail.message_id, IncomingMail.size, func.max(IncomingMail.id).label("id"), func.count().label("times"))
            .join(Found, Found.incoming_id == IncomingMail.id)
            .where(Found.mailbox_id == box_id, Found.uidvalidity != uidvalidity, IncomingMail.message_id.in_(message_ids[start : start + 500]))
            .group_by(IncomingMail.message_id, IncomingMail.size, Found.uidvalidity)
        )
        for row in rows:
            key = (row.message_id, row.size)
            found[key] = (row.id, max(row.times, found[key][1] if key in found else 0))
    return found
