"""Filing what came in: a reply becomes a submission of its unit, or waits for somebody's word with the reason; nothing is guessed.

The parts of a message are put on the disk first; then a batch is written in one transaction, and where that fails each message in one of its
own, so that one that fails takes nothing from the others. The state that a message leaves is what makes a second run do nothing.
"""
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from email.utils import parseaddr
from threading import Event
from typing import Any

from flask import current_app
from sqlalchemy import Integer, String, bindparam, insert, select, update
from sqlalchemy.orm import Session

from tracker import clock, i18n
from tracker.adapters import scanner
from tracker.adapters.mime import Letter
from tracker.db import db, keeping_loaded, read
from tracker.domain.access import Actor
from tracker.domain.errors import DomainError
from tracker.domain.incoming import Signal, decide, nature, signed_by
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.mails import Mail
from tracker.reading.replies import cut
from tracker.services import away_notes, files, incoming, mail_opening, mail_reading, mail_settling, recognising
from tracker.services.mail_opening import Opened, Part
from tracker.services.mail_settling import Brought

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

BATCH = 20
#: A message that fails so often is shown to a person instead of being tried for ever.
MOST_TRIES = 3
#: Why nobody has to look: natures of domain.incoming → codes of i18n.
NEEDS_NOTHING = {
    "automatic": "incoming.is_automatic", "bounce": "incoming.is_bounce", "list": "incoming.is_list", "own": "incoming.is_own",
}


_NAMED_SO = (
    select(IncomingMail.id, IncomingMail.state, IncomingMail.sender, IncomingMail.body)
    .where(IncomingMail.message_id == bindparam("message_id", type_=String), IncomingMail.id < bindparam("before", type_=Integer))
    .order_by(IncomingMail.id).limit(50)
)


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
    done: Counter[str] = Counter()
    seen: set[str] = set()
    with transaction() as session, session.no_autoflush, keeping_loaded():
        mail_reading.wake()
        rows = select(IncomingMail).where(IncomingMail.id.in_(opened)).order_by(IncomingMail.id).with_for_update()
        for row in session.scalars(rows.execution_options(populate_existing=True)).all():
            if seen & {row.message_id, row.sender}:
                session.flush()  # it may be a copy of one before it, or go on from it
            seen |= {row.message_id, row.sender}
            done[settle(row, opened[row.id])] += 1
    return done


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
    row = db.session.get_one(IncomingMail, id, populate_existing=True)
    if row.attempts < MOST_TRIES:
        return False
    words = i18n.words(problem) if isinstance(problem, DomainError) else str(problem)
    row.state, row.reason, row.claimed_at = "triage", i18n.say("incoming.failed", problem=words[:300]), None
    return True


def settle(row: IncomingMail, opened: Opened) -> str:
    """Decides one message (locked) and writes what follows; gives its new state. A message that is decided already stays as it is."""
    if row.state != "taken":
        return str(row.state)
    letter = opened.letter
    row.sender, row.sender_name, row.sent_at, row.claimed_at = letter.sender, letter.sender_name, letter.sent_at, None
    row.nature = nature(letter.headers, letter.sender, _own_addresses(), letter.content_type)
    row.body, row.rest = cut(letter.text)
    sender = recognising.sender(letter.sender)
    known = recognising.recognise(letter, sender.units, row.body)
    row.signals = recognising.stored(known.signals)
    row.mail_id = known.mail_id
    if row.nature != "answer":
        return _set_aside(row, letter, sender.units)
    row.trust = _trust(letter, known.signals, sender.units)
    if _is_copy(row, opened.parts):
        row.state, row.reason = "aside", i18n.say("incoming.copy")
        return str(row.state)
    match = decide(known.signals, sender.units)
    by = mail_settling.actor_of(row, match.unit_id, sender)
    kept = _keep_parts(row, opened.parts, by)
    if mail_reading.helps(match.doubt, letter.broken, kept):
        mail_reading.postpone(row, match)
        return str(row.state)
    refused = [part for part in opened.parts if part.refusal]
    return mail_settling.conclude(row, match, Brought(kept, refused, f"{letter.subject}\n{row.body}", letter.broken), by)


def _is_copy(row: IncomingMail, parts: Sequence[Part]) -> bool:
    """Whether the same letter came before by another way (to two of our boxes): other trace headers, but the same name, words and files.

    One that can be trusted is a copy of a filed one only: else a forged letter that comes first would keep the true one out.
    """
    if not row.message_id:
        return False
    trusted = row.trust in ("token", "signed")
    named = read(_NAMED_SO, {"message_id": row.message_id, "before": row.id})
    ids = [one.id for one in named if (one.sender, one.body) == (row.sender, row.body) and (one.state == "filed" or not trusted)][:10]
    if not ids:
        return False
    found: dict[int, list[tuple[str, int]]] = {id: [] for id in ids}
    for id, name, size in read(select(IncomingFile.incoming_id, IncomingFile.name, IncomingFile.size).where(IncomingFile.incoming_id.in_(ids))):
        found[id].append((name, size))
    return sorted((part.name, part.size) for part in parts) in [sorted(each) for each in found.values()]


def _trust(letter: Letter, said: Sequence[Signal], units: frozenset[int]) -> str:
    if not units:
        return "none"
    if any(signal.kind == "token" for signal in said):
        return "token"
    server: str = current_app.extensions["settings"].mail_authserv
    return "signed" if signed_by(letter.headers, letter.sender, server) else "known"


def _own_addresses() -> tuple[str, ...]:
    settings = current_app.extensions["settings"]
    return tuple(parseaddr(value)[1].lower() for value in (settings.mail_from, settings.reply_to) if value)


def _set_aside(row: IncomingMail, letter: Letter, units: frozenset[int]) -> str:
    """Automatic answers, lists, our own mail and bounces need nobody; a bounce marks the mail that came back."""
    row.state, row.reason = "aside", i18n.say(NEEDS_NOTHING[row.nature or ""])
    if row.nature == "bounce":
        named = Mail.message_id == letter.original_id if letter.original_id else Mail.id == (row.mail_id or 0)
        failed = [report for report in letter.reports if report.action in ("failed", "")]
        if failed or not letter.reports:
            words = (failed[0].words or failed[0].status) if failed else letter.subject
            mail_id = db.session.scalar(
                update(Mail).where(named, Mail.bounced_at.is_(None)).values(bounced_at=clock.now(), bounce=words[:500]).returning(Mail.id))
            row.mail_id = mail_id or row.mail_id
    if row.mail_id:
        row.unit_id = db.session.get_one(Mail, row.mail_id).unit_id
    if row.nature == "automatic":
        row.unit_id = row.unit_id or (next(iter(units)) if len(units) == 1 else None)
        away_notes.note(row)
    return row.state


def _keep_parts(row: IncomingMail, parts: Sequence[Part], actor: Actor) -> list[StoredFile]:
    """The attachments' rows; gives the stored files. Refused ones keep their name and the reason."""
    stored: list[StoredFile | None] = []
    refusals: list[str | None] = []
    for part in parts:
        file, refusal = None, part.refusal
        if part.blob:
            try:
                file = files.described(actor, part.blob, part.name)
            except DomainError as error:
                refusal = i18n.words(error)
        stored.append(file)
        refusals.append(refusal or None)
    files.add([file for file in stored if file])
    values = [
        {"incoming_id": row.id, "file_id": file.id if file else None, "name": part.name, "size": part.size, "refusal": refusal,
         "read_state": "waits" if file and file.media_type in mail_reading.READABLE else None}
        for part, file, refusal in zip(parts, stored, refusals, strict=True)
    ]
    if values:
        db.session.execute(insert(IncomingFile), values)
    return [file for file in stored if file]
