"""Deciding messages: what each is, how far its sender is trusted, where it belongs; what follows is written for many together.

Messages of one sender, of one unit or with one name are never decided together: each sees what the one before it has written.
"""
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import Integer, String, bindparam, func, insert, select, update

from tracker import clock, i18n
from tracker.adapters.mime import Letter
from tracker.db import db, read, write
from tracker.domain.access import Actor
from tracker.domain.errors import DomainError
from tracker.domain.incoming import Match, Signal, decide, nature, signed_by
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.mails import Mail
from tracker.models.units import Unit
from tracker.reading.replies import cut
from tracker.services import away_notes, files, mail_reading, mail_settling, recognising
from tracker.services.mail_opening import Opened, Part
from tracker.services.mail_settling import Brought, Case
from tracker.services.recognising import Sender

#: Why nobody has to look: natures of domain.incoming → codes of i18n.
NEEDS_NOTHING = {
    "automatic": "incoming.is_automatic", "bounce": "incoming.is_bounce", "list": "incoming.is_list", "own": "incoming.is_own",
}
#: Names that more than one message bears: each message here has a row of its own.
_AGAIN = (
    select(IncomingMail.message_id).where(IncomingMail.message_id.in_(bindparam("message_ids", expanding=True)))
    .group_by(IncomingMail.message_id).having(func.count() > 1)
)
_NAMED_SO = (
    select(IncomingMail.id, IncomingMail.state, IncomingMail.sender, IncomingMail.body)
    .where(IncomingMail.message_id == bindparam("message_id", type_=String), IncomingMail.id < bindparam("before", type_=Integer))
    .order_by(IncomingMail.id).limit(50)
)
_ADD_FILE = insert(IncomingFile)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A message that was looked at: nothing is decided yet."""

    row: IncomingMail
    opened: Opened
    sender: Sender
    said: Sequence[Signal]
    match: Match


def settle(row: IncomingMail, opened: Opened) -> str:
    """Decides one message (locked) and writes what follows; gives its new state. A message that is decided already stays as it is."""
    settle_all([row], {row.id: opened})
    return str(row.state)


def settle_all(rows: Sequence[IncomingMail], opened: Mapping[int, Opened]) -> Counter[str]:
    """The same for several, in order; gives how many ended in which state."""
    for group in _groups(_looked([row for row in rows if row.state == "taken"], opened)):
        _decide(group)
        db.session.flush()
    return Counter(str(row.state) for row in rows)


def _looked(rows: Sequence[IncomingMail], opened: Mapping[int, Opened]) -> list[_Looked]:
    """What messages say of themselves, noted in their rows."""
    letters = [opened[row.id].letter for row in rows]
    senders = recognising.senders({letter.sender for letter in letters}) if letters else {}
    for row, letter in zip(rows, letters, strict=True):
        row.sender, row.sender_name, row.sent_at, row.claimed_at = letter.sender, letter.sender_name, letter.sent_at, None
        row.nature = nature(letter.headers, letter.sender, _own_addresses(), letter.content_type)
        row.body, row.rest = cut(letter.text)
    found = recognising.recognise([(letter, senders[letter.sender].units, row.body) for row, letter in zip(rows, letters, strict=True)])
    for row, known in zip(rows, found, strict=True):
        row.signals, row.mail_id = recognising.stored(known.signals), known.mail_id
    return [
        _Looked(row, opened[row.id], senders[letter.sender], known.signals, decide(known.signals, senders[letter.sender].units))
        for row, letter, known in zip(rows, letters, found, strict=True)
    ]


def _groups(looked: Iterable[_Looked]) -> Iterator[list[_Looked]]:
    """Messages in order, in groups in which each sender, unit and name stands once."""
    group: list[_Looked] = []
    seen: set[object] = set()
    for one in looked:
        keys = {one.row.message_id, one.row.sender, one.match.unit_id} - {"", None}
        if seen & keys:
            yield group
            group, seen = [], set()
        group.append(one)
        seen |= keys
    if group:
        yield group


def _decide(group: Sequence[_Looked]) -> None:
    for one in group:
        if one.row.nature != "answer":
            _set_aside(one.row, one.opened.letter, one.sender.units)
    answers = _without_copies([one for one in group if one.row.nature == "answer"])
    units = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_({one.match.unit_id for one in answers} - {None})))}
    by = [mail_settling.actor_of(one.row, units.get(one.match.unit_id or 0), one.sender) for one in answers]
    cases: list[Case] = []
    for one, actor, kept in zip(answers, by, _keep_parts(answers, by), strict=True):
        letter = one.opened.letter
        if mail_reading.helps(one.match.doubt, letter.broken, kept):
            mail_reading.postpone(one.row, one.match)
            continue
        refused = [part for part in one.opened.parts if part.refusal]
        cases.append(Case(one.row, one.match, Brought(kept, refused, f"{letter.subject}\n{one.row.body}", letter.broken), actor))
    mail_settling.conclude_all(cases)


def _without_copies(answers: Sequence[_Looked]) -> list[_Looked]:
    """Notes how far each sender is trusted, and sets aside what came before by another way."""
    names = sorted({one.row.message_id for one in answers} - {""})
    again = set(read(_AGAIN, {"message_ids": names}).scalars()) if names else set()
    left: list[_Looked] = []
    for one in answers:
        one.row.trust = _trust(one.opened.letter, one.said, one.sender.units)
        if one.row.message_id in again and _is_copy(one.row, one.opened.parts):
            one.row.state, one.row.reason = "aside", i18n.say("incoming.copy")
        else:
            left.append(one)
    return left


def _is_copy(row: IncomingMail, parts: Sequence[Part]) -> bool:
    """Whether the same letter came before by another way (to two of our boxes): other trace headers, but the same name, words and files.

    One that can be trusted is a copy of a filed one only: else a forged letter that comes first would keep the true one out.
    """
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
    return _plain((settings.mail_from, settings.reply_to))


@lru_cache(8)
def _plain(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(parseaddr(value)[1].lower() for value in addresses if value)


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


def _keep_parts(messages: Sequence[_Looked], by: Sequence[Actor]) -> list[list[StoredFile]]:
    """The attachments' rows; gives the stored files of each message. Refused ones keep their name and the reason."""
    found: list[tuple[int, Part, StoredFile | None, str]] = []
    for one, actor in zip(messages, by, strict=True):
        found += [(one.row.id, part, *_described(part, actor)) for part in one.opened.parts]
    files.add([file for _, _, file, _ in found if file])
    if found:
        write(_ADD_FILE, [_file_row(*each) for each in found])
    return [[file for id, _, file, _ in found if file and id == one.row.id] for one in messages]


def _described(part: Part, actor: Actor) -> tuple[StoredFile | None, str]:
    """The row for an attachment's bytes, or why it is refused."""
    if part.blob is None:
        return None, part.refusal
    try:
        return files.described(actor, part.blob, part.name), ""
    except DomainError as error:
        return None, i18n.words(error)


def _file_row(incoming_id: int, part: Part, file: StoredFile | None, refusal: str) -> dict[str, Any]:
    waits = file is not None and file.media_type in mail_reading.READABLE
    return {
        "incoming_id": incoming_id, "file_id": file.id if file else None, "name": part.name, "size": part.size, "refusal": refusal or None,
        "read_state": "waits" if waits else None,
    }
