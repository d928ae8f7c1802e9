"""Whom an incoming message is from and what it answers: every signal with the words it rests on, in the order of their weight."""
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Integer, String, bindparam, func, literal, null, select, union_all

from tracker.adapters.mime import Letter
from tracker.db import read
from tracker.domain.access import DISTRICT_ROLES
from tracker.domain.incoming import Signal
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.incoming import KnownSender
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import reply_tokens

#: How the symbol of a document begins, in folded text.
_SYMBOLS = r"cv|qd|kh|bc|tb|ct|hd|nq|ttr|tr|gm|cd|bb|ubnd|hdnd|hnd\w*|td|btv|tu|sy|vp|pc|kt\w*"
#: A unit's latest dispatches, among which a number in a message is looked for.
LATEST = 300


#: Statements of every message are built once, at import: building them would cost more than running them.
_ADDRESSES: BindParameter[str] = bindparam("addresses", expanding=True, type_=String)
_UNITS: BindParameter[int] = bindparam("units", expanding=True, type_=Integer)
_OF_ADDRESSES: CompoundSelect[Any] = union_all(
    select(Person.email, Person.unit_id, Person.id, Person.name, Person.role)
    .where(Person.email.in_(_ADDRESSES), Person.left_at.is_(None), Person.role.in_(sorted(DISTRICT_ROLES)), Person.unit_id.is_not(None)),
    select(func.lower(Unit.mailbox), Unit.id, null(), literal(""), literal("")).where(func.lower(Unit.mailbox).in_(_ADDRESSES)),
    select(KnownSender.address, KnownSender.unit_id, null(), literal(""), literal("")).where(KnownSender.address.in_(_ADDRESSES)),
)
_MAILS = select(Mail.id, Mail.subject, Mail.unit_id, Mail.dispatch_id, Mail.message_id).order_by(Mail.id.desc())
_ANSWERED = _MAILS.where(Mail.message_id.in_(bindparam("ids", expanding=True)))
# A range of Message-IDs, not LIKE: the index serves it on both databases.
_BEGUN = _MAILS.where(Mail.message_id >= bindparam("begin", type_=String), Mail.message_id < bindparam("end", type_=String)).limit(20)
_LISTED = select(Reminder.mail_id, Reminder.dispatch_id).where(Reminder.mail_id.in_(bindparam("ids", expanding=True, type_=Integer))).distinct()
_DISPATCHES = (
    select(Dispatch.id, Dispatch.number).distinct()
    .join(DispatchRecipient, DispatchRecipient.dispatch_id == Dispatch.id)
    .where(DispatchRecipient.unit_id.in_(_UNITS), Dispatch.state != "draft", Dispatch.number.is_not(None))
    .order_by(Dispatch.id.desc()).limit(LATEST)
)


@dataclass(frozen=True, slots=True)
class Sender:
    """What an address is known for: the units that it may speak for, and of each the person it belongs to (id, name, role), if it is one's own."""

    units: frozenset[int]
    people: dict[int, tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Recognised:
    """signals: all that speak for a unit or dispatch; mail_id: our own mail that is answered."""

    signals: list[Signal]
    mail_id: int | None


def sender(address: str) -> Sender:
    """Whose address this is: a unit's person, its duty mailbox, or one that a clerk has confirmed."""
    return senders([address])[address]


def senders(addresses: Iterable[str]) -> dict[str, Sender]:
    """The same for several addresses."""
    found: dict[str, list[Any]] = {address: [] for address in addresses}
    for row in read(_OF_ADDRESSES, {"addresses": sorted(found)}):
        found[row[0]].append(row)
    return {
        address: Sender(frozenset(row[1] for row in rows), {row[1]: (row[2], row[3], row[4]) for row in rows if row[2] is not None})
        for address, rows in found.items()
    }


def recognise(said: Sequence[tuple[Letter, frozenset[int], str]]) -> list[Recognised]:
    """What each message says of itself: the letter, the units that its sender is known for, and its own words, without what it quotes."""
    mails = _mails_of([letter for letter, _, _ in said])
    listed = _listed_in([found[0][0] for found in mails if found])
    done: list[Recognised] = []
    for (letter, units, body), named in zip(said, mails, strict=True):
        found = [_of_mail(*named[0], listed)] if named else []
        among = {signal.unit_id for signal in found if signal.unit_id} or set(units)
        # The subject of a reply is our own: it names each dispatch of the mail, not those that are answered.
        ours = bool(named) and fold(reply_tokens.without_tag(letter.subject)).endswith(fold(named[0][0].subject))
        done.append(Recognised([*found, *_by_number(letter, body, among, ours)], named[0][0].id if named else None))
    return done


def stored(signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """Signals as a message's row keeps them."""
    return [
        {"kind": one.kind, "says": one.says, "unit_id": one.unit_id, "dispatch_ids": list(one.dispatch_ids), "exact": one.exact} for one in signals
    ]


def kept(signals: Iterable[Mapping[str, Any]]) -> list[Signal]:
    """The signals that a message's row keeps."""
    return [Signal(one["kind"], one["says"], one["unit_id"], tuple(one["dispatch_ids"]), bool(one.get("exact"))) for one in signals]


def _mails_of(letters: Sequence[Letter]) -> list[list[tuple[Any, str]]]:
    """(mail, kind of signal) of our mails that each message names: by its signed address, else the latest of its thread, else by the tag in its subject."""
    ids = {id for letter in letters for id in letter.answers}
    known = {row.message_id: row for row in read(_ANSWERED, {"ids": sorted(ids)})} if ids else {}
    return [_named(letter, [row for row in known.values() if row.message_id in letter.answers]) for letter in letters]


def _named(letter: Letter, answered: Sequence[Any]) -> list[tuple[Any, str]]:
    """answered: those of our mails that the message says it answers, the latest first; it nearly always names there the one of its signed address."""
    signed = reply_tokens.read(letter.recipients)
    if signed and (rows := [row for row in answered if row.message_id.startswith(signed)] or _begun(signed)):
        return [(row, "token") for row in rows]
    if answered or signed:
        return [(row, "reference") for row in answered]
    tag = reply_tokens.read_tag(letter.subject)
    return [(row, "tag") for row in _begun(tag)] if tag else []


def _begun(begin: str) -> Sequence[Any]:
    """Our mails whose Message-ID begins so."""
    return read(_BEGUN, {"begin": begin, "end": f"{begin}~"}).all()


def _listed_in(mails: Sequence[Any]) -> dict[int, list[int]]:
    """The dispatches of mails that are about several."""
    found: dict[int, list[int]] = {mail.id: [] for mail in mails if not mail.dispatch_id}
    for row in read(_LISTED, {"ids": sorted(found)}) if found else ():
        found[row.mail_id].append(row.dispatch_id)
    return found


def _of_mail(mail: Any, kind: str, listed: Mapping[int, Sequence[int]]) -> Signal:
    dispatches = [mail.dispatch_id] if mail.dispatch_id else listed[mail.id]
    says = {"token": tr("trả lời đúng địa chỉ của thư"), "tag": tr("tiêu đề mang mã của thư")}.get(kind, tr("trả lời thư"))
    return Signal(kind, f"{says} “{mail.subject}”", mail.unit_id, tuple(sorted(dispatches)))


def _by_number(letter: Letter, body: str, units: set[int], ours: bool) -> list[Signal]:
    """Numbers and symbols of the unit's dispatches in the subject and in the sender's own words; what is quoted counts only where these name none."""
    quoted = tr("phần trích lại")
    texts = [(tr("tiêu đề"), letter.subject, not ours), (tr("lời thư"), body or letter.text, False), (quoted, letter.text, False)]
    if not units or not any(re.search(r"\d", text) for _, text, _ in texts):
        return []
    numbers_there = set(re.findall(r"\d+", fold(f"{letter.subject}\n{body}\n{letter.text}")))
    rows = [row for row in dispatches_of(units) if _may_stand_in(row[1], numbers_there)]
    found: list[Signal] = []
    for where, text, exact in texts:
        named = [] if not rows or (found and where == quoted) else named_in(text, rows)
        if named:
            numbers = ", ".join(number for _, number in named)
            found.append(Signal("number", tr("{where} nêu số {numbers}", where=where, numbers=numbers), None, tuple(sorted(id for id, _ in named)), exact))
    return found


def dispatches_of(units: set[int]) -> list[tuple[int, str]]:
    """(id, number) of the latest dispatches that were issued to these units."""
    return [(row.id, row.number or "") for row in read(_DISPATCHES, {"units": sorted(units)})]


def named_in(text: str, rows: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Those of the dispatches (id, number) whose number stands in the text, in any spelling."""
    plain = fold(text)
    numbers = set(re.findall(r"\d+", plain))
    return [row for row in rows if _may_stand_in(row[1], numbers) and _stands_in(row[1], plain)]


def _may_stand_in(number: str, numbers: set[str]) -> bool:
    """Whether the number's digits stand in the text at all: a look that spares the search for most."""
    return not numbers.isdisjoint(_digits(number))


@lru_cache(4096)
def _digits(number: str) -> tuple[str, ...]:
    found = re.match(r"\D*(\d+)", number)
    return (found[1], found[1].lstrip("0")) if found else ()


def _stands_in(number: str, text: str) -> bool:
    """Whether '931-CV/HNDT' stands in folded text: '931 cv hndt', or '931' without any symbol after a word that announces a number.

    A number with another symbol is another document, often the unit's own.
    """
    words = fold(number).split()
    if len(words) < 2:
        return False
    spelled = r"\s?".join(map(re.escape, words))
    announced = rf"(?:cong van|van ban|chi thi|ke hoach|thong bao|cv|so)(?: so)? 0*{re.escape(words[0].lstrip('0') or '0')}\b(?! ?(?:{_SYMBOLS})\b)"
    return re.search(rf"\b{spelled}\b", text) is not None or re.search(rf"\b{announced}", text) is not None
