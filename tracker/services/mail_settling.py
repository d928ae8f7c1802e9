"""What becomes of a reply whose signals are known: filed, to be confirmed, or for the clerk; the same whenever it is decided."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from tracker import i18n
from tracker.db import db, write
from tracker.domain.access import Actor, Role
from tracker.domain.incoming import Match
from tracker.domain.status import DispatchState
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import Filing, IncomingFile, IncomingMail
from tracker.models.units import Unit
from tracker.services import assignments, away_notes, history, mail_receipts, mail_submissions
from tracker.services.mail_receipts import Refused
from tracker.services.mail_submissions import HandIn, Place
from tracker.services.recognising import Sender

#: Why a person has to look: codes of domain.incoming → of i18n.
DOUBTS = {
    "units_disagree": "incoming.units_disagree", "no_unit": "incoming.no_unit", "unknown_sender": "incoming.unknown_sender",
    "no_dispatch": "incoming.no_dispatch", "several_dispatches": "incoming.several_dispatches", "dispatches_disagree": "incoming.dispatches_disagree",
}


@dataclass(frozen=True, slots=True)
class Brought:
    """What a reply brought: its stored files, those refused, the words in which tasks may be named, and whether it could not be opened.

    covered: the assignments that its document names, by dispatch; they count where the words name none.
    """

    kept: Sequence[StoredFile]
    refused: Sequence[Refused] = ()
    words: str = ""
    broken: bool = False
    covered: dict[int, list[int]] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A message that is to be concluded: its row (locked), where it belongs, what it brought, and who acts."""

    row: IncomingMail
    match: Match
    brought: Brought
    by: Actor


def conclude(case: Case) -> str:
    """Gives the message its state, files it where nothing speaks against it, and tells its sender; gives the state."""
    conclude_all([case])
    return str(case.row.state)


def conclude_all(cases: Sequence[Case]) -> None:
    """The same for several messages, of different units and senders, with a few statements for all."""
    filed: list[tuple[Case, dict[int, list[Assignment]]]] = []
    for case, wanted in _judged(cases):
        if case.row.state == "filed" and len(wanted) > 1 and mail_submissions.named_numbers(case.brought.words):
            # Whole or nothing: where a task's number could be any dispatch's, a person looks.
            case.row.state, case.row.reason = "triage", i18n.say("incoming.whose_task")
        elif case.row.state == "filed":
            filed.append((case, wanted))
    _file([_hand_ins(case.row, wanted, case.brought.kept, case.by) for case, wanted in filed], [case.row for case, _ in filed])
    away_notes.back({case.row.sender for case in cases})
    history.add([
        history.row(
            case.by, "mail.taken", dispatch_id=case.row.dispatch_id, unit_id=case.row.unit_id, incoming_id=case.row.id, after=case.row.state,
            reason=case.row.reason,
        )
        for case in cases
    ])
    mail_receipts.send_all([(case.row, case.brought.refused) for case in cases])


def _judged(cases: Sequence[Case]) -> Iterator[tuple[Case, dict[int, list[Assignment]]]]:
    """Gives each message its state, and tells which assignments it answers, by dispatch."""
    for case in cases:
        row, match = case.row, case.match
        row.unit_id, row.dispatch_id, row.attention = match.unit_id, match.dispatch_id, None
        row.state, row.reason = _verdict(row, match, case.brought)
    asked = [case for case in cases if case.row.state in ("filed", "confirm")]
    owed = mail_submissions.owed({(id, case.by.unit_id) for case in asked for id in case.match.dispatch_ids})
    for case in asked:
        wanted = _wanted(case, owed)
        if not all(wanted.values()):
            named = mail_submissions.named_numbers(case.brought.words)
            why = i18n.say("incoming.not_owed", numbers=", ".join(sorted(named))) if named else i18n.say("incoming.nothing_owed")
            case.row.state, case.row.reason = "triage", why
            continue
        case.row.proposed = _proposal(wanted) if len(wanted) > 1 or case.brought.covered else None
        yield case, wanted


def _wanted(case: Case, owed: Mapping[Place, Sequence[Any]]) -> dict[int, list[Assignment]]:
    """The assignments that are answered, by dispatch: those whose numbers the words name, else those its document covers, else all that are owed."""
    covered = case.brought.covered or {}
    found = {}
    for dispatch_id in case.match.dispatch_ids:
        named = mail_submissions.answered(owed[dispatch_id, case.by.unit_id], case.brought.words)
        found[dispatch_id] = [one for one in named if dispatch_id not in covered or one.id in covered[dispatch_id]] or named
    return found


def _proposal(wanted: Mapping[int, Sequence[Assignment]]) -> dict[str, list[int]]:
    return {"dispatch_ids": list(wanted), "assignment_ids": [one.id for some in wanted.values() for one in some]}


def file_under(row: IncomingMail, wanted: Mapping[int, Sequence[int]], kept: Sequence[StoredFile], by: Actor) -> list[int]:
    """Makes the submissions of a message, one for each dispatch (its assignments), and notes them with it; gives their ids. Raises NotFound, Conflict."""
    found = {dispatch_id: assignments.get_many(by, list(ids)) for dispatch_id, ids in wanted.items()}
    made = _hand_ins(row, found, kept, by)
    _file([made], [row])
    return [one.id for one in made]


def _hand_ins(row: IncomingMail, wanted: Mapping[int, Sequence[Assignment]], kept: Sequence[StoredFile], by: Actor) -> list[HandIn]:
    return [HandIn(by, dispatch_id, chosen, kept, row.body, row.id) for dispatch_id, chosen in wanted.items()]


def _file(made: Sequence[Sequence[HandIn]], rows: Sequence[IncomingMail]) -> None:
    """Writes what messages hand in (for each row its own), and notes it with them."""
    everything = [one for each in made for one in each]
    if everything:
        mail_submissions.hand_in(everything)
        write(insert(Filing), [{"incoming_id": one.incoming_id, "submission_id": one.id} for one in everything])
    for row, own in zip(rows, made, strict=True):
        row.submission_id, row.dispatch_id = own[0].id, own[0].dispatch_id


def _verdict(row: IncomingMail, match: Match, brought: Brought) -> tuple[str, str]:
    """The state a reply goes to, and why where it is not filed."""
    if brought.broken:
        return "triage", i18n.say("incoming.too_large" if not row.whole else "incoming.unreadable")
    if match.doubt:
        return "triage", i18n.say(DOUBTS[match.doubt])
    if any(db.session.get_one(Dispatch, id).state != DispatchState.ISSUED for id in match.dispatch_ids):
        return "triage", i18n.say("incoming.ended")
    if not brought.kept:
        return "triage", i18n.say("incoming.no_file")
    if row.trust in ("token", "signed"):
        return "filed", ""
    return "confirm", i18n.say("incoming.confirm")


def actor_of(row: IncomingMail, unit: Unit | None, sender: Sender) -> Actor:
    """Who acts: the unit's person with that address, else the unit's mailbox."""
    if unit and unit.id in sender.people:
        id, name, role = sender.people[unit.id]
        return Actor(id, f"{name} (qua thư)"[:120], Role(role), unit.id, row.sender, unit.name)
    name = f"{unit.name if unit else row.sender_name or row.sender or 'Không rõ người gửi'} (qua thư)"
    return Actor(None, name[:120], Role.OFFICER, unit.id if unit else None, row.sender, unit.name if unit else "")


def kept_files(incoming_id: int) -> list[StoredFile]:
    """The stored attachments of a message, in order."""
    wanted = select(StoredFile).join(IncomingFile, IncomingFile.file_id == StoredFile.id).where(IncomingFile.incoming_id == incoming_id)
    return list(db.session.scalars(wanted.order_by(IncomingFile.id)))
