"""The arithmetic of a report: where one assignment stands on a day, and tallies whose cells always add up."""
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from tracker.domain.status import HELD, State


class Standing(StrEnum):
    """The cell of a report into which an assignment falls."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE_NO_DEADLINE = "done_no_deadline"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    OPEN_NO_DEADLINE = "open_no_deadline"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One document that answers an assignment; number, date and signatory are the document's own."""

    kind: str
    name: str
    number: str = ""
    dated_on: date | None = None
    signatory: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment as the report sees it on its cut-off day; every date is a local day.

    due_on is the date in force, original_due_on the one first issued. submitted_on is the latest round's day;
    accepted_submitted_on and accepted_due_on belong to the round that was accepted: its submission, and the date in force then.
    late_before: whole days late when the extensions granted by then were asked.
    returns: how often it was sent back; extension_…: how often more time was asked for, granted, refused, and the days granted together.
    paused_on: the day the clock stopped, while it is paused or objected to. objection_upheld and CANCELLED put the line outside every count.
    """

    unit_code: str
    unit_name: str
    task_position: int
    task_title: str
    task_text: str
    state: State
    task_kind: str = "task"
    role: str = "lead"
    due_on: date | None = None
    original_due_on: date | None = None
    review_on: date | None = None
    submitted_on: date | None = None
    accepted_on: date | None = None
    accepted_submitted_on: date | None = None
    accepted_due_on: date | None = None
    fix_by: date | None = None
    paused_on: date | None = None
    late_before: int = 0
    objection_upheld: bool = False
    acknowledged: bool = False
    result: str = ""
    return_reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    reminded: int = 0
    id: int = 0
    returns: int = 0
    extension_asked: int = 0
    extension_granted: int = 0
    extension_refused: int = 0
    extension_days: int = 0


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Where a line stands, and by how many calendar days it is (or was) late; 0 unless late.

    What was late when it was extended keeps those days: while it is open the date in force says whether it is overdue now, and once it is done
    it was done late.
    """

    standing: Standing
    days_late: int = 0


def days_late(due_on: date, on: date) -> int:
    """Days after the due date: late begins the day AFTER it (design, section 2), so the due date itself gives 0."""
    return max((on - due_on).days, 0)


def timeliness(line: Line, as_of: date) -> Timeliness:
    """The standing of a line at the end of the day as_of. Takes the line as it was then; raises nothing."""
    if line.state == State.CANCELLED or line.objection_upheld:
        return Timeliness(Standing.OUTSIDE)
    if line.state == State.ACCEPTED:
        return _accepted(line)
    if line.due_on is None:
        return Timeliness(Standing.OPEN_NO_DEADLINE)
    late = days_late(line.due_on, _clock_stops(line, as_of))
    return Timeliness(Standing.OPEN_OVERDUE if late else Standing.OPEN_IN_TIME, late + line.late_before)


def _accepted(line: Line) -> Timeliness:
    if line.accepted_due_on is None:
        return Timeliness(Standing.DONE_NO_DEADLINE)
    late = days_late(line.accepted_due_on, line.accepted_submitted_on or line.accepted_due_on) + line.late_before
    return Timeliness(Standing.DONE_LATE, late) if late else Timeliness(Standing.DONE_ON_TIME)


def _clock_stops(line: Line, as_of: date) -> date:
    """The unit's clock stands still while the province reviews, and from the day a task was paused or objected to."""
    if line.state == State.SUBMITTED and line.submitted_on:
        return min(line.submitted_on, as_of)
    if line.state in HELD and line.paused_on:
        return min(line.paused_on, as_of)
    return as_of


def answered(line: Line) -> bool:
    """Whether the unit has ever handed in a result (the update rate counts these)."""
    return line.submitted_on is not None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over assignments. The six cells add up to total; the counts below them overlap the cells and each other."""

    accepted_on_time: int = 0
    accepted_late: int = 0
    accepted_no_deadline: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    open_no_deadline: int = 0
    waiting: int = 0
    returned: int = 0
    not_acknowledged: int = 0
    updated: int = 0
    outside: int = 0

    @property
    def accepted(self) -> int:
        return self.accepted_on_time + self.accepted_late + self.accepted_no_deadline

    @property
    def open(self) -> int:
        return self.open_in_time + self.open_overdue + self.open_no_deadline

    @property
    def total(self) -> int:
        """Assignments that count: cancelled ones and upheld objections are outside."""
        return self.accepted + self.open

    @property
    def unanswered(self) -> int:
        """Assignments on which nothing was ever handed in."""
        return self.total - self.updated

    @property
    def completion(self) -> float | None:
        """Share of accepted assignments, or None where there is nothing to do."""
        return self.accepted / self.total if self.total else None

    @property
    def update(self) -> float | None:
        """Share of assignments with any result handed in, or None where there is nothing to do."""
        return self.updated / self.total if self.total else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


_CELL = {
    Standing.DONE_ON_TIME: "accepted_on_time",
    Standing.DONE_LATE: "accepted_late",
    Standing.DONE_NO_DEADLINE: "accepted_no_deadline",
    Standing.OPEN_IN_TIME: "open_in_time",
    Standing.OPEN_OVERDUE: "open_overdue",
    Standing.OPEN_NO_DEADLINE: "open_no_deadline",
}


def tally(lines: Iterable[Line], as_of: date) -> Tally:
    """Counts the lines as they stand on as_of."""
    return tally_of(((line, 1) for line in lines), as_of)


def tally_of(lines: Iterable[tuple[Line, int]], as_of: date) -> Tally:
    """The same for lines that stand for several alike: (line, how many)."""
    counts = dict.fromkeys((f.name for f in fields(Tally)), 0)
    for line, n in lines:
        standing = timeliness(line, as_of).standing
        if standing == Standing.OUTSIDE:
            counts["outside"] += n
            continue
        counts[_CELL[standing]] += n
        counts["waiting"] += n * (line.state == State.SUBMITTED)
        counts["returned"] += n * (line.state == State.RETURNED)
        counts["not_acknowledged"] += n * (not line.acknowledged)
        counts["updated"] += n * answered(line)
    return Tally(**counts)
