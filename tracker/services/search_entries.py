"""What search holds of each thing: its words, its day, and the marks by which it is narrowed and shown to those who may see it."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db, read
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingMail
from tracker.models.search import ENTRY_KINDS
from tracker.models.submissions import Evidence, Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.reading.search_words import index_words

#: Kept and looked through of one text; what is searched for stands in its first pages.
LONGEST_TEXT = 20_000
#: Every province role may see it; only who drafts; only who files mail. A unit's own mark says what that unit may see.
READ, DRAFT, TRIAGE = "_aread", "_adraft", "_atriage"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2089, 9, 17)
_DAY_BITS, _OBJECT_BITS = 43, 40


@dataclass
class Entry:
    """One entry before it is written; read_file: its words lie in a file that is still to be read."""

    kind: str
    object_id: int
    day: date
    dispatch_id: int | None
    number: str
    title: str
    text: str
    marks: list[str] = field(default_factory=list)
    read_file: int | None = None

    @property
    def id(self) -> int:
        """Where it stands among all."""
        return key(self.day, self.kind, self.object_id)


def key(day: date, kind: str, object_id: int) -> int:
    """An entry's id: 15 bits of days since 2000, 3 of its kind, 40 of its object; so ids in order are days in order."""
    return first_of(day) | (ENTRY_KINDS.index(kind) << _OBJECT_BITS) | object_id


def first_of(day: date) -> int:
    """The smallest id of a day; days outside of 2000 to 2089 count as the nearest of those."""
    return (min(max(day, FIRST_DAY), LAST_DAY) - FIRST_DAY).days << _DAY_BITS


def day_of(id: int) -> date:
    """The day of an id."""
    return date.fromordinal(FIRST_DAY.toordinal() + (id >> _DAY_BITS))


def words(number: str, title: str, text: str, marks: str) -> set[str]:
    """What the index holds of an entry."""
    return index_words((title, text), number) | set(marks.split())


def visible_to(unit_id: int) -> str:
    """The mark of what a unit may see."""
    return f"_v{unit_id}"


def of_unit(unit_id: int) -> str:
    """The mark of what is about a unit."""
    return f"_u{unit_id}"


def of_dispatch(dispatch_id: int) -> str:
    """The mark of what belongs to a dispatch."""
    return f"_d{dispatch_id}"


def of_state(state: str) -> str:
    """The mark of what belongs to dispatches in one state."""
    return f"_s{state}"


def of_field(name: str) -> str:
    """The mark of what belongs to dispatches of one field."""
    return "_f" + fold(name).replace(" ", "")[:60]


def of_kind(kind: str) -> str:
    """The mark of a kind."""
    return f"_k{kind}"


def of_month(day: date) -> str:
    """The mark of a month."""
    return f"_m{day:%Y%m}"


def of_year(year: int) -> str:
    """The mark of a year."""
    return f"_y{year}"


_HEAD = (Dispatch.state, Dispatch.field, Dispatch.issued_on, Dispatch.created_at.label("drafted_at"), Dispatch.number.label("dispatch_number"))


def build(kind: str, ids: Sequence[int]) -> list[Entry]:
    """The entries of objects as they stand now; none for one that is gone or must not be found (a draft's task, what is not handed in)."""
    found: list[Entry] = _BUILDERS[kind](ids)
    for entry in found:
        entry.marks += [of_kind(kind), of_month(entry.day), of_year(entry.day.year)]
        entry.text = entry.text[:LONGEST_TEXT]
    return found


def _dispatches(ids: Sequence[int]) -> list[Entry]:
    columns = (Dispatch.id, Dispatch.subject, Dispatch.short_subject, Dispatch.issuer, Dispatch.signatory_name, Dispatch.text)
    to = _units(select(DispatchRecipient.dispatch_id, DispatchRecipient.unit_id).where(DispatchRecipient.dispatch_id.in_(ids)))
    found = []
    for row in read(select(*columns, *_HEAD).where(Dispatch.id.in_(ids))):
        head = ". ".join(filter(None, (row.subject, row.issuer, row.signatory_name)))
        entry = _entry("dispatch", row.id, row, row.id, row.dispatch_number, " ".join(filter(None, (row.dispatch_number, row.short_subject))), head)
        entry.text = f"{head}\n{row.text}"
        entry.marks += [DRAFT] if row.state == "draft" else [READ, *_seen_by(to.get(row.id, ()))]
        found.append(entry)
    return found


def _tasks(ids: Sequence[int]) -> list[Entry]:
    columns = (Task.id, Task.title, Task.text, Task.dispatch_id, Task.given_on)
    to = _units(select(Assignment.task_id, Assignment.unit_id).where(Assignment.task_id.in_(ids), Assignment.state != "cancelled"))
    wanted = select(*columns, *_HEAD).join(Dispatch, Dispatch.id == Task.dispatch_id)
    found = []
    for row in read(wanted.where(Task.id.in_(ids), Task.cancelled.is_(False), Dispatch.state != "draft")):
        entry = _entry("task", row.id, row, row.dispatch_id, None, row.title, row.text)
        entry.day = row.given_on or entry.day
        entry.marks += [READ, *_seen_by(to.get(row.id, ()))]
        found.append(entry)
    return found


def _evidence(ids: Sequence[int]) -> list[Entry]:
    columns = (Evidence.id, Evidence.file_id, StoredFile.name, Submission.dispatch_id, Submission.unit_id, Submission.number, Submission.signatory,
               Submission.note, Submission.submitted_at, Unit.name.label("unit"))
    wanted = select(*columns, *_HEAD).join(Submission, Submission.id == Evidence.submission_id).join(StoredFile, StoredFile.id == Evidence.file_id)
    wanted = wanted.join(Dispatch, Dispatch.id == Submission.dispatch_id).join(Unit, Unit.id == Submission.unit_id)
    found = []
    for row in read(wanted.where(Evidence.id.in_(ids), Submission.state == "submitted", StoredFile.state == "ready")):
        title = ". ".join(filter(None, (row.name, row.number, row.signatory, row.unit, row.note)))
        entry = _entry("evidence", row.id, row, row.dispatch_id, row.number, title, "")
        entry.day, entry.read_file = clock.local(row.submitted_at).date(), row.file_id
        entry.marks += [READ, visible_to(row.unit_id), of_unit(row.unit_id)]
        found.append(entry)
    return found


def _mails(ids: Sequence[int]) -> list[Entry]:
    columns = (IncomingMail.id, IncomingMail.subject, IncomingMail.sender, IncomingMail.sender_name, IncomingMail.body, IncomingMail.received_at,
               IncomingMail.dispatch_id, IncomingMail.unit_id)
    wanted = select(*columns, *_HEAD).outerjoin(Dispatch, Dispatch.id == IncomingMail.dispatch_id)
    found = []
    for row in read(wanted.where(IncomingMail.id.in_(ids), IncomingMail.state != "taken")):
        title = ". ".join(filter(None, (row.subject, row.sender_name, row.sender)))
        entry = _entry("mail", row.id, row, row.dispatch_id, None, title, row.body)
        entry.day = clock.local(row.received_at).date()
        entry.marks += [TRIAGE, *([of_unit(row.unit_id)] if row.unit_id else [])]
        found.append(entry)
    return found


_BUILDERS = {"dispatch": _dispatches, "task": _tasks, "evidence": _evidence, "mail": _mails}


def _entry(kind: str, object_id: int, row: Any, dispatch_id: int | None, number: str | None, title: str, text: str) -> Entry:
    """An entry with what it has of its dispatch; its day is the dispatch's."""
    marks = []
    if dispatch_id is not None:
        marks = [of_dispatch(dispatch_id), of_state(row.state), *([of_field(row.field)] if row.field else [])]
    return Entry(kind, object_id, row.issued_on or _local(row.drafted_at), dispatch_id, number or "", title, text, marks)


def _local(moment: datetime | None) -> date:
    return clock.local(moment).date() if moment else clock.today()


def _units(wanted: Any) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for object_id, unit_id in db.session.execute(wanted):
        found.setdefault(object_id, set()).add(unit_id)
    return found


def _seen_by(unit_ids: Iterable[int]) -> list[str]:
    return [mark for unit_id in sorted(unit_ids) for mark in (visible_to(unit_id), of_unit(unit_id))]
