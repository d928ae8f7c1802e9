"""Filing what came in: a reply becomes a submission of its unit, or waits for somebody's word with the reason; nothing is guessed.

The parts of a message are put on the disk first; then one savepoint a message, so that one that fails takes nothing from the others, and
the state that it leaves is what makes a second run do nothing.
"""
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from email.utils import parseaddr

from flask import current_app
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker import clock, i18n
from tracker.adapters.mime import Letter
from tracker.db import db, read
from tracker.domain.access import Actor, Role
from tracker.domain.errors import DomainError
from tracker.domain.incoming import Match, Signal, decide, nature, signed_by
from tracker.domain.status import DispatchState
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.mails import Mail
from tracker.models.units import Unit
from tracker.reading.replies import cut
from tracker.services import files, history, incoming, mail_opening, mail_receipts, mail_submissions, recognising
from tracker.services.mail_opening import Opened, Part
from tracker.services.recognising import Sender

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

BATCH = 20
#: A message that fails so often is shown to a person instead of being tried for ever.
MOST_TRIES = 3
LONGEST_TEXT = 100_000
#: Why a person has to look, and why nobody has to: codes of domain.incoming → of i18n.
DOUBTS = {
    "units_disagree": "incoming.units_disagree", "no_unit": "incoming.no_unit", "unknown_sender": "incoming.unknown_sender",
    "no_dispatch": "incoming.no_dispatch", "several_dispatches": "incoming.several_dispatches", "dispatches_disagree": "incoming.dispatches_disagree",
}
NEEDS_NOTHING = {
    "automatic": "incoming.is_automatic", "bounce": "incoming.is_bounce", "list": "incoming.is_list", "own": "incoming.is_own",
}


def run(transaction: Opener, limit: int | None = None) -> Counter[str]:
    """Files all that waits, batch by batch; gives how many ended in which state. Several at once share the messages out."""
    done: Counter[str] = Counter()
    while limit is None or done.total() < limit:
        with transaction():
            ids = incoming.claim(BATCH)
            query = select(IncomingMail.id, IncomingMail.sha256, IncomingMail.whole).where(IncomingMail.id.in_(ids)).order_by(IncomingMail.id)
            rows = db.session.execute(query).all()
        if not rows:
            return done
        done += _settle_all(transaction, mail_opening.open_all(rows))
    return done


def _settle_all(transaction: Opener, opened: dict[int, Opened | Exception]) -> Counter[str]:
    """One bad message never stops the rest."""
    done: Counter[str] = Counter()
    failed = {id: one for id, one in opened.items() if isinstance(one, Exception)}
    with transaction() as session:
        for id, one in opened.items():
            if isinstance(one, Exception):
                continue
            try:
                with session.begin_nested(), session.no_autoflush:
                    done[settle(id, one)] += 1
            except Exception as error:
                failed[id] = error
    for id, problem in failed.items():
        log.error("incoming mail %s could not be filed", id, exc_info=problem)
        with transaction():
            done["triage"] += _give_up(id, problem)
    return done


def _give_up(id: int, problem: Exception) -> bool:
    """Shows a message that failed again and again to the clerk; gives whether it was time to."""
    row = db.session.get_one(IncomingMail, id, populate_existing=True)
    if row.attempts < MOST_TRIES:
        return False
    row.state, row.reason, row.claimed_at = "triage", i18n.say("incoming.failed", problem=str(problem)[:300]), None
    return True


def settle(id: int, opened: Opened) -> str:
    """Decides one message and writes what follows; gives its new state. A message that is decided already stays as it is."""
    row = db.session.get_one(IncomingMail, id, populate_existing=True, with_for_update=True)
    if row.state != "taken":
        return str(row.state)
    letter = opened.letter
    row.sender, row.sender_name, row.sent_at, row.claimed_at = letter.sender, letter.sender_name, letter.sent_at, None
    row.nature = nature(letter.headers, letter.sender, _own_addresses(), letter.content_type)
    row.body, row.rest = cut(letter.text[:LONGEST_TEXT])
    sender = recognising.sender(letter.sender)
    known = recognising.recognise(letter, sender.units)
    row.signals = [{"kind": one.kind, "says": one.says, "unit_id": one.unit_id, "dispatch_ids": list(one.dispatch_ids)} for one in known.signals]
    row.mail_id = known.mail_id
    if row.nature != "answer":
        return _set_aside(row, letter)
    row.trust = _trust(letter, known.signals, sender.units)
    if _is_copy(row, opened.parts):
        row.state, row.reason = "aside", i18n.say("incoming.copy")
        return str(row.state)
    match = decide(known.signals, sender.units)
    row.unit_id, row.dispatch_id = match.unit_id, match.dispatch_id
    return _file(row, letter, match, opened.parts, _actor(row, sender))


def _file(row: IncomingMail, letter: Letter, match: Match, parts: Sequence[Part], actor: Actor) -> str:
    kept = _keep_parts(row, parts, actor)
    row.state, row.reason = _verdict(row, match, letter, kept)
    if row.state == "filed":
        wanted = mail_submissions.named_tasks(row.dispatch_id or 0, actor, f"{letter.subject}\n{row.body}")
        row.submission_id = mail_submissions.hand_in(actor, row.dispatch_id or 0, wanted, kept, row.body)
        if row.submission_id is None:
            row.state, row.reason = "triage", i18n.say("incoming.nothing_owed")
    history.record(actor, "mail.taken", dispatch_id=row.dispatch_id, unit_id=row.unit_id, incoming_id=row.id, after=row.state, reason=row.reason)
    mail_receipts.send(row, [part for part in parts if part.refusal])
    db.session.flush()
    return str(row.state)


def _is_copy(row: IncomingMail, parts: Sequence[Part]) -> bool:
    """Whether the same letter came before by another way (to two of our boxes): other trace headers, but the same name, words and files.

    One that can be trusted is a copy of a filed one only: else a forged letter that comes first would keep the true one out.
    """
    earlier = select(IncomingMail.id).where(
        IncomingMail.message_id == row.message_id, IncomingMail.id < row.id, IncomingMail.sender == row.sender, IncomingMail.body == row.body)
    if not row.message_id:
        return False
    if row.trust in ("token", "signed"):
        earlier = earlier.where(IncomingMail.state == "filed")
    ids = read(earlier.limit(10)).scalars().all()
    if not ids:
        return False
    found: dict[int, list[tuple[str, int]]] = {id: [] for id in ids}
    for id, name, size in read(select(IncomingFile.incoming_id, IncomingFile.name, IncomingFile.size).where(IncomingFile.incoming_id.in_(ids))):
        found[id].append((name, size))
    return sorted((part.name, part.size) for part in parts) in [sorted(each) for each in found.values()]


def _verdict(row: IncomingMail, match: Match, letter: Letter, kept: Sequence[StoredFile]) -> tuple[str, str]:
    """The state a reply goes to, and why where it is not filed."""
    if letter.broken:
        return "triage", i18n.say("incoming.too_large" if not row.whole else "incoming.unreadable")
    if match.doubt:
        return "triage", i18n.say(DOUBTS[match.doubt])
    if match.dispatch_id and db.session.get_one(Dispatch, match.dispatch_id).state != DispatchState.ISSUED:
        return "triage", i18n.say("incoming.ended")
    if not kept:
        return "triage", i18n.say("incoming.no_file")
    if row.trust in ("token", "signed"):
        return "filed", ""
    return "confirm", i18n.say("incoming.confirm")


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


def _set_aside(row: IncomingMail, letter: Letter) -> str:
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
    return row.state


def _keep_parts(row: IncomingMail, parts: Sequence[Part], actor: Actor) -> list[StoredFile]:
    """The attachments' rows; gives the stored files. Refused ones keep their name and the reason."""
    stored: list[StoredFile | None] = []
    refusals: list[str | None] = []
    for part in parts:
        file, refusal = None, part.refusal
        if part.blob:
            try:
                file = files.receive(actor, part.blob, part.name)
            except DomainError as error:
                refusal = i18n.words(error)
        stored.append(file)
        refusals.append(refusal or None)
    db.session.flush()
    values = [
        {"incoming_id": row.id, "file_id": file.id if file else None, "name": part.name, "size": part.size, "refusal": refusal}
        for part, file, refusal in zip(parts, stored, refusals, strict=True)
    ]
    if values:
        db.session.execute(insert(IncomingFile), values)
    return [file for file in stored if file]


def _actor(row: IncomingMail, sender: Sender) -> Actor:
    """Who acts: the unit's person with that address, else the unit's mailbox."""
    unit = db.session.get(Unit, row.unit_id) if row.unit_id else None
    if unit and unit.id in sender.people:
        id, name, role = sender.people[unit.id]
        return Actor(id, f"{name} (qua thư)"[:120], Role(role), unit.id, row.sender, unit.name)
    name = f"{unit.name if unit else row.sender_name or row.sender or 'Không rõ người gửi'} (qua thư)"
    return Actor(None, name[:120], Role.OFFICER, unit.id if unit else None, row.sender, unit.name if unit else "")
