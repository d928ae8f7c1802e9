"""Polling the office's mailboxes: everything above the last known UID is stored and noted, in batches, so that a crash loses only time.

After the server has numbered a mailbox anew (UIDVALIDITY), messages are known again by Message-ID and size, without being downloaded.
"""
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.adapters.imap import Fetched, Inbox, MailboxError
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
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,250}>")


@dataclass
class Polled:
    """What a poll did: new messages, ones known already, and the problems of mailboxes by name."""

    new: int = 0
    known: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def poll(transaction: Opener) -> Polled:
    """Reads every mailbox of the settings once; one that fails does not stop the others. Raises Unavailable where there is none."""
    urls: tuple[str, ...] = current_app.extensions["settings"].imap_urls
    if not urls:
        raise Unavailable("incoming.no_mailbox")
    done = Polled()
    for url in urls:
        inbox = Inbox(url)
        try:
            with inbox:
                _poll(transaction, inbox, done)
            problem = None
        except (MailboxError, Unavailable) as error:
            problem = str(error)[:500]
            log.warning("mailbox %s: %s", inbox.name, problem)
            done.problems[inbox.name] = problem
        with transaction() as session:
            box = _box(inbox.name)
            session.execute(update(Mailbox).where(Mailbox.id == box.id).values(polled_at=clock.now(), problem=problem))
    return done


def _box(name: str) -> Mailbox:
    found = db.session.scalars(select(Mailbox).where(Mailbox.name == name)).first()
    if found is None:
        found = Mailbox(name=name)
        db.session.add(found)
        db.session.flush()
    return found


def _poll(transaction: Opener, inbox: Inbox, done: Polled) -> None:
    with transaction():
        box = _box(inbox.name)
        if box.uidvalidity != inbox.uidvalidity:
            renumbered, box.uidvalidity, box.last_uid = box.uidvalidity is not None, inbox.uidvalidity, 0
        else:
            renumbered = False
        box_id, last = box.id, box.last_uid
    first_time = last == 0 and not renumbered
    everything = inbox.above(last, clock.today() - LOOK_BACK if first_time else None)
    uids = _unknown(transaction, inbox, box_id, everything, done) if renumbered and everything else everything
    batch: list[Fetched] = []
    for message in inbox.fetch(uids, incoming.limit()):
        batch.append(message)
        if len(batch) >= BATCH:
            _store(transaction, inbox, box_id, batch, done)
            batch = []
    if batch:
        _store(transaction, inbox, box_id, batch, done)
    if everything:
        with transaction() as session:
            _move_on(session, box_id, inbox.uidvalidity, everything[-1])


def _move_on(session: Session, box_id: int, uidvalidity: int, uid: int) -> None:
    session.execute(update(Mailbox).where(Mailbox.id == box_id, Mailbox.uidvalidity == uidvalidity, Mailbox.last_uid < uid).values(last_uid=uid))


def _store(transaction: Opener, inbox: Inbox, box_id: int, batch: Sequence[Fetched], done: Polled) -> None:
    """Bytes first, then the rows and the mailbox's position in one commit: a crash between the two downloads a batch again and finds it known."""
    def keep(one: Fetched) -> incoming.Raw:
        return incoming.keep(one.raw, None if one.whole else one.size, Place(box_id, inbox.uidvalidity, one.uid))

    kept = together(keep, batch)
    with transaction() as session:
        new = len(incoming.add(kept, "imap"))
        _move_on(session, box_id, inbox.uidvalidity, max(one.uid for one in batch))
    done.new, done.known = done.new + new, done.known + len(batch) - new


def _unknown(transaction: Opener, inbox: Inbox, box_id: int, uids: list[int], done: Polled) -> list[int]:
    """The UIDs of messages that were never taken; the places of those that were are noted."""
    left, known = [], []
    heads = list(inbox.heads(uids))
    with transaction():
        for start in range(0, len(heads), 500):
            part = [(uid, size, (_MESSAGE_ID.search(line) or [b""])[0].decode("ascii", "replace")) for uid, size, line in heads[start : start + 500]]
            rows = db.session.execute(
                select(IncomingMail.message_id, IncomingMail.size, IncomingMail.id)
                .join(Found, Found.incoming_id == IncomingMail.id)
                .where(Found.mailbox_id == box_id, IncomingMail.message_id.in_({mid for _, _, mid in part if mid}))
            )
            taken = {(row.message_id, row.size): row.id for row in rows}
            for uid, size, mid in part:
                if mid and (mid, size) in taken:
                    known.append({"mailbox_id": box_id, "uidvalidity": inbox.uidvalidity, "uid": uid, "incoming_id": taken[mid, size]})
                else:
                    left.append(uid)
        incoming.note_places(known)
    done.known += len(known)
    return sorted(left)
