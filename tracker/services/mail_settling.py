"""What becomes of a reply whose signals are known: filed, to be confirmed, or for the clerk; the same whenever it is decided."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from tracker import i18n
from tracker.db import db, write
from tracker.domain.access import Actor, Role
from tracker.domain.incoming import Match
from tracker.domain.status import DispatchState
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import Filing, IncomingFile, IncomingMail
from tracker.models.units import Unit
from tracker.services import away_notes, history, mail_receipts, mail_submissions
from tracker.services.mail_receipts import Refused
from tracker.services.recognising import Sender

#: Why a person has to look: codes of domain.incoming → of i18n.
DOUBTS = {
    "units_disagree": "incoming.units_disagree", "no_unit": "incoming.no_unit", "unknown_sender": "incoming.unknown_sender",
    "no_dispatch": "incoming.no_dispatch", "several_dispatches": "incoming.several_dispatches", "dispatches_disagree": "incoming.dispatches_disagree",
}


@dataclass(frozen=True, slots=True)
class Brought:
    """What a reply brought: its stored files, those refused, the words in which tasks may be named, and whether it could not be opened.

    covered: the assignments that its document names, by dispatch; they count where the words name none. barred: why it must not be filed by itself.
    """

    kept: Sequence[StoredFile]
    refused: Sequence[Refused] = ()
    words: str = ""
    broken: bool = False
    covered: dict[int, list[int]] | None = None
    barred: str = ""


def conclude(row: IncomingMail, match: Match, brought: Brought, by: Actor) -> str:
    """Gives the message its state, files it where nothing speaks against it, and tells its sender; gives the state."""
    row.unit_id, row.dispatch_id, row.attention = match.unit_id, match.dispatch_id, None
    row.state, row.reason = _verdict(row, match, brought)
    wanted = _wanted(match, brought, by) if row.state in ("filed", "confirm") else {}
    if wanted and not all(wanted.values()):
        named = mail_submissions.named_numbers(brought.words)
        row.state, row.reason = "triage", i18n.say("incoming.not_owed", numbers=", ".join(sorted(named))) if named else i18n.say("incoming.nothing_owed")
    if row.state in ("filed", "confirm"):
        row.proposed = _proposal(wanted) if len(wanted) > 1 or brought.covered else None
        if row.state == "filed":
            _file(row, wanted, brought, by)
    away_notes.back(row.sender)
    history.record(by, "mail.taken", dispatch_id=row.dispatch_id, unit_id=row.unit_id, incoming_id=row.id, after=row.state, reason=row.reason)
    mail_receipts.send(row, brought.refused)
    return str(row.state)


def _wanted(match: Match, brought: Brought, by: Actor) -> dict[int, list[int]]:
    """The assignments that are answered, by dispatch: those whose numbers the words name, else those its document covers, else all that are owed."""
    covered = brought.covered or {}
    found = {}
    for dispatch_id in match.dispatch_ids:
        named = mail_submissions.named_tasks(dispatch_id, by, brought.words)
        found[dispatch_id] = [id for id in named if id in covered.get(dispatch_id, named)] or named
    return found


def _proposal(wanted: dict[int, list[int]]) -> dict[str, list[int]]:
    return {"dispatch_ids": list(wanted), "assignment_ids": [id for ids in wanted.values() for id in ids]}


def _file(row: IncomingMail, wanted: dict[int, list[int]], brought: Brought, by: Actor) -> None:
    """One submission for each dispatch, whole or nothing: where a task's number could be any dispatch's, a person looks."""
    if len(wanted) > 1 and mail_submissions.named_numbers(brought.words):
        row.state, row.reason = "triage", i18n.say("incoming.whose_task")
    else:
        file_under(row, wanted, brought.kept, by)


def file_under(row: IncomingMail, wanted: dict[int, list[int]], kept: Sequence[StoredFile], by: Actor) -> list[int]:
    """Makes the submissions of a message, one for each dispatch (its assignments), and notes them with it; gives their ids. Raises NotFound, Conflict."""
    made = [mail_submissions.hand_in(by, dispatch_id, ids, kept, row.body) for dispatch_id, ids in wanted.items()]
    found = [id for id in made if id is not None]
    write(insert(Filing), [{"incoming_id": row.id, "submission_id": id} for id in found])
    row.submission_id, row.dispatch_id = found[0], next(iter(wanted))
    return found


def _verdict(row: IncomingMail, match: Match, brought: Brought) -> tuple[str, str]:
    """The state a reply goes to, and why where it is not filed."""
    if brought.broken:
        return "triage", i18n.say("incoming.too_large" if not row.whole else "incoming.unreadable")
    if brought.barred:
        return "triage", brought.barred
    if match.doubt:
        return "triage", i18n.say(DOUBTS[match.doubt])
    if any(db.session.get_one(Dispatch, id).state != DispatchState.ISSUED for id in match.dispatch_ids):
        return "triage", i18n.say("incoming.ended")
    if not brought.kept:
        return "triage", i18n.say("incoming.no_file")
    if row.trust in ("token", "signed"):
        return "filed", ""
    return "confirm", i18n.say("incoming.confirm")


def actor_of(row: IncomingMail, unit_id: int | None, sender: Sender) -> Actor:
    """Who acts: the unit's person with that address, else the unit's mailbox."""
    unit = db.session.get(Unit, unit_id) if unit_id else None
    if unit and unit.id in sender.people:
        id, name, role = sender.people[unit.id]
        return Actor(id, f"{name} (qua thư)"[:120], Role(role), unit.id, row.sender, unit.name)
    name = f"{unit.name if unit else row.sender_name or row.sender or 'Không rõ người gửi'} (qua thư)"
    return Actor(None, name[:120], Role.OFFICER, unit.id if unit else None, row.sender, unit.name if unit else "")


def kept_files(incoming_id: int) -> list[StoredFile]:
    """The stored attachments of a message, in order."""
    wanted = select(StoredFile).join(IncomingFile, IncomingFile.file_id == StoredFile.id).where(IncomingFile.incoming_id == incoming_id)
    return list(db.session.scalars(wanted.order_by(IncomingFile.id)))
