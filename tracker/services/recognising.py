"""Whom an incoming message is from and what it answers: every signal with the words it rests on, in the order of their weight."""
import re
from collections.abc import Iterable

from sqlalchemy import func, select

from tracker.adapters.mime import Letter
from tracker.db import db
from tracker.domain.access import DISTRICT_ROLES
from tracker.domain.incoming import Signal
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.incoming import KnownSender
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import reply_tokens

#: A unit's latest dispatches, among which a number in a message is looked for.
LATEST = 300


def signals(letter: Letter, units: frozenset[int], words: str = "") -> list[Signal]:
    """What speaks for a unit or a dispatch. units: those the sender is known for; words: more text to look for numbers in (attachments)."""
    found = [*_by_token(letter), *_by_reference(letter)]
    among = {signal.unit_id for signal in found if signal.unit_id} or set(units)
    return [*found, *_by_number(f"{letter.subject}\n{letter.text}\n{words}", among)]


def mail_answered(letter: Letter) -> int | None:
    """The id of our own mail that this one answers, by its signed address or its references."""
    found = _mails_of(letter)
    return found[0][0] if found else None


def _mails_of(letter: Letter) -> list[tuple[int, str, str]]:
    """(id, kind of signal, words) of our mails that the message names, the signed address first."""
    found = []
    begin = reply_tokens.read(letter.recipients)
    if begin:
        # A range, not LIKE: the index of Message-IDs serves it on both databases.
        row = db.session.execute(select(Mail.id, Mail.subject).where(Mail.message_id >= begin, Mail.message_id < begin + "~").limit(1)).first()
        found += [(row.id, "token", f"trả lời đúng địa chỉ của thư “{row.subject}”")] if row else []
    if letter.answers:
        rows = db.session.execute(select(Mail.id, Mail.subject).where(Mail.message_id.in_(letter.answers)).order_by(Mail.id.desc()).limit(5))
        found += [(row.id, "reference", f"trả lời thư “{row.subject}”") for row in rows]
    return found


def _of_mail(mail_id: int, kind: str, says: str) -> list[Signal]:
    mail = db.session.get_one(Mail, mail_id)
    dispatches: Iterable[int] = [mail.dispatch_id] if mail.dispatch_id else db.session.scalars(
        select(Reminder.dispatch_id).where(Reminder.mail_id == mail_id).distinct())
    return [Signal(kind, says, mail.unit_id, tuple(sorted(dispatches)))]


def _by_token(letter: Letter) -> list[Signal]:
    return [signal for id, kind, says in _mails_of(letter) if kind == "token" for signal in _of_mail(id, kind, says)]


def _by_reference(letter: Letter) -> list[Signal]:
    """Of several mails of one thread the latest counts."""
    named = [(id, says) for id, kind, says in _mails_of(letter) if kind == "reference"]
    return _of_mail(*(named[0][0], "reference", named[0][1])) if named else []


def _by_number(text: str, units: set[int]) -> list[Signal]:
    """Numbers and symbols of the unit's dispatches that stand in the text, in any spelling."""
    if not units:
        return []
    rows = db.session.execute(
        select(Dispatch.id, Dispatch.number).distinct()
        .join(DispatchRecipient, DispatchRecipient.dispatch_id == Dispatch.id)
        .where(DispatchRecipient.unit_id.in_(units), Dispatch.state != "draft", Dispatch.number.is_not(None))
        .order_by(Dispatch.id.desc()).limit(LATEST)
    ).all()
    plain = fold(text)
    named = [row for row in rows if _stands_in(row.number or "", plain)]
    return [Signal("number", f"nêu số {', '.join(row.number or '' for row in named)}", None, tuple(sorted(row.id for row in named)))] if named else []


def _stands_in(number: str, text: str) -> bool:
    """Whether '931-CV/HNDT' stands in folded text: '931 cv hndt', or '931' after a word that announces a number."""
    words = fold(number).split()
    if len(words) < 2:
        return False
    spelled = r"\s?".join(map(re.escape, words))
    announced = rf"(?:cong van|van ban|chi thi|ke hoach|thong bao|cv|so)(?: so)? 0*{re.escape(words[0].lstrip('0') or '0')}\b"
    return re.search(rf"\b{spelled}\b", text) is not None or re.search(rf"\b{announced}", text) is not None


def units_of(sender: str) -> frozenset[int]:
    """The units that an address is known for: its people, its duty mailbox, and what a clerk has confirmed."""
    people = select(Person.unit_id).where(Person.email == sender, Person.left_at.is_(None), Person.role.in_(sorted(DISTRICT_ROLES)))
    boxes = select(Unit.id).where(func.lower(Unit.mailbox) == sender)
    confirmed = select(KnownSender.unit_id).where(KnownSender.address == sender)
    return frozenset(id for query in (people, boxes, confirmed) for id in db.session.scalars(query) if id is not None)


def person_of(sender: str, unit_id: int) -> Person | None:
    """The unit's person with this address."""
    return db.session.scalars(
        select(Person).where(Person.email == sender, Person.unit_id == unit_id, Person.left_at.is_(None), Person.role.in_(sorted(DISTRICT_ROLES)))
    ).first()
