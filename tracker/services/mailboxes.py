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
from datetime import date, datetime, timedelta
from itertools import repeat, takewhile

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
from tracker.services import heartbeats, incoming
from tracker.services.incoming import Place
from tracker.services.mail_opening import ahead, together

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]
#: A mailbox that is read for the first time may hold years of other mail: what is older than this is not taken in.
LOOK_BACK = timedelta(days=30)
#: Messages of one commit, and their bytes.
BATCH, BATCH_BYTES = 20, 20_000_000
#: A message that the server cannot give is asked for again for so long.
WITHHELD = timedelta(hours=1)


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


def read_at(names: Sequence[str]) -> dict[str, tuple[datetime | None, str | None]]:
    """When each of these mailboxes was last read, None for never, and the problem of that time, if any."""
    rows = db.session.execute(select(Mailbox.name, Mailbox.polled_at, Mailbox.problem).where(Mailbox.name.in_(names)))
    found = {row.name: (row.polled_at, row.problem) for row in rows}
    return {name: found.get(name, (None, None)) for name in names}


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
        with transaction():
            left = _unplaced(inbox, box, uids)
        heads = inbox.heads(left)
        if box.anew:
            heads = _unknown(transaction, inbox, box, heads, done)
        refused: list[int] = []
        batches = _batches(inbox.fetch(heads, incoming.limit()))
        for batch in takewhile(bool, ahead(lambda source: next(source, []), repeat(batches))):  # fetched while the one before is stored
            refused += [one.uid for one in batch if not one.raw]
            _store(transaction, inbox, box, batch, done, not box.anew and not refused)
        with transaction() as session:
            wait = _withheld(inbox, box, refused)
            _move_on(session, box.id, inbox.uidvalidity, min(wait) - 1 if wait else uids[-1])
        done.known += len(uids) - len(left)
        if wait:
            raise MailboxError(i18n.say("incoming.withheld", mailbox=inbox.name, uid=min(wait)))
        box = _Box(box.id, uids[-1], None, False)


def _unplaced(inbox: Inbox, box: _Box, uids: Sequence[int]) -> list[int]:
    """Those that were not stored under these numbers: a crash, or a message that the server withholds, leaves some below them open."""
    placed = set(db.session.scalars(select(Found.uid).where(Found.mailbox_id == box.id, Found.uidvalidity == inbox.uidvalidity, Found.uid > box.last)))
    return [uid for uid in uids if uid not in placed]


def _withheld(inbox: Inbox, box: _Box, uids: Sequence[int]) -> list[int]:
    """Messages that the server has and cannot give: asked for again for a while, then told to the clerk; gives those that still wait.

    A server whose disk is away refuses everything for some time. The mailbox's position waits with them, while the others are taken.
    """
    prefix = f"withheld:{box.id}:{inbox.uidvalidity}:"
    noted = {int(uid): at for uid, at in heartbeats.noted(prefix).items()}
    due = [uid for uid in uids if uid in noted and noted[uid] <= clock.now() - WITHHELD]
    for uid in set(uids) - set(noted):
        heartbeats.beat(f"{prefix}{uid}")
    heartbeats.forget([f"{prefix}{uid}" for uid in noted if uid in due or uid not in uids])
    incoming.add([incoming.withheld(Place(box.id, inbox.uidvalidity, uid), inbox.name) for uid in due], "imap")
    return [uid for uid in uids if uid not in due]


def _batches(messages: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    batch: list[Fetched] = []
    for message in messages:
        batch.append(message)
        if len(batch) >= BATCH or sum(len(one.raw) for one in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _move_on(session: Session, box_id: int, uidvalidity: int, uid: int) -> None:
    session.execute(update(Mailbox).where(Mailbox.id == box_id, Mailbox.uidvalidity == uidvalidity, Mailbox.last_uid < uid).values(last_uid=uid))


def _store(transaction: Opener, inbox: Inbox, box: _Box, batch: Sequence[Fetched], done: Polled, move: bool) -> None:
    """Bytes first, then the rows and the mailbox's position in one commit: a crash between the two downloads a batch again and finds it known.

    move: False where something below the batch is still open; what was placed is not fetched again in either case.
    """
    def keep(one: Fetched) -> incoming.Raw:
        return incoming.keep(one.raw, None if one.whole else one.size, Place(box.id, inbox.uidvalidity, one.uid))

    kept = together(keep, [one for one in batch if one.raw])
    with transaction() as session:
        new = len(incoming.add(kept, "imap"))
        if move:
            _move_on(session, box.id, inbox.uidvalidity, max(one.uid for one in batch))
    done.new, done.known = done.new + new, done.known + len(kept) - new


def _unknown(transaction: Opener, inbox: Inbox, box: _Box, heads: Sequence[Head], done: Polled) -> list[Head]:
    """Messages that were never taken; the places of those that were are noted.

    A Message-ID and size that the mailbox now holds more often than before is a new message beside the old one: all of these are fetched.
    """
    with transaction():
        now = Counter((head.message_id, head.size) for head in heads)
        taken = _taken(box.id, inbox.uidvalidity, sorted({head.message_id for head in heads if head.message_id}))
        known = {head.uid: taken[key][0] for head in heads if (key := (head.message_id, head.size)) in taken and now[key] <= taken[key][1]}
        places = [{"mailbox_id": box.id, "uidvalidity": inbox.uidvalidity, "uid": uid, "incoming_id": id} for uid, id in known.items()]
        incoming.note_places(places)
    done.known += len(known)
    return [head for head in heads if head.uid not in known]


def _taken(box_id: int, uidvalidity: int, message_ids: Sequence[str]) -> dict[tuple[str, int], tuple[int, int]]:
    """(Message-ID, size) of what was taken from the mailbox under other numbers → the row, and how many of these are not placed anew yet."""
    ids: dict[tuple[str, int], int] = {}
    before: Counter[tuple[str, int]] = Counter()
    anew: Counter[tuple[str, int]] = Counter()
    for start in range(0, len(message_ids), 500):
        rows = db.session.execute(
            select(IncomingMail.message_id, IncomingMail.size, Found.uidvalidity, func.max(IncomingMail.id).label("id"), func.count().label("times"))
            .join(Found, Found.incoming_id == IncomingMail.id)
            .where(Found.mailbox_id == box_id, IncomingMail.message_id.in_(message_ids[start : start + 500]))
            .group_by(IncomingMail.message_id, IncomingMail.size, Found.uidvalidity)
        )
        for row in rows:
            key = (row.message_id, row.size)
            ids[key] = max(row.id, ids.get(key, 0))
            if row.uidvalidity == uidvalidity:
                anew[key] = row.times
            else:
                before[key] = max(row.times, before[key])
    return {key: (id, before[key] - anew[key]) for key, id in ids.items()}
