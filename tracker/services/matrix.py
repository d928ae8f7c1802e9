"""The matrix of one dispatch: units down, tasks across, each cell the most urgent truth; six queries whatever its history."""
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Integer, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import read
from tracker.domain.access import Actor, Right
from tracker.domain.badges import Badge, badge
from tracker.domain.errors import NotFound
from tracker.domain.progress import Line as Counted
from tracker.domain.progress import Tally, tally_of
from tracker.domain.status import State
from tracker.domain.wording import tr
from tracker.i18n import badge_words
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.mails import Reminder
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import mail_health, matrix_clusters
from tracker.services.calendar import soon_until
from tracker.services.mail_health import Ill
from tracker.services.matrix_clusters import Cluster, Groups
from tracker.services.reminder_log import MAILED

ID = bindparam("id", type_=Integer)
SORTS = ("late", "done", "order", "name")
#: More cells than these make a page too heavy for a weak line if each carries its own address: an address packs badly.
LINKED = 1200


#: State, due date, day of submission, the day the clock stopped, whether acknowledged.
Fact = tuple[str, date | None, date | None, date | None, int, bool]
TaskRow = Row[int, int, str, date | None, date | None, str]


class Face(NamedTuple):
    """What a cell shows: the kind of its badge and the short words beside the shape."""

    kind: str
    words: str


class Cell(NamedTuple):
    """One assignment and its face; a few faces serve all cells of a matrix."""

    id: int
    face: Face


@dataclass(frozen=True, slots=True)
class Named:
    """A shortcoming that the dispatch names for one unit; it stands under the matrix and outside its sums."""

    cell: Cell
    unit_id: int
    unit: str
    title: str
    dated: str


@dataclass(slots=True)
class Line:
    """One unit's row: its cells by task id, how many are accepted, how many overdue, whether it has answered at all."""

    unit_id: int
    name: str
    code: str
    cells: dict[int, Cell] = field(default_factory=dict)
    done: int = 0
    late: int = 0
    new: int = 0
    above: str = ""
    reminded_on: date | None = None
    ill: Ill | None = None

    @property
    def silent(self) -> bool:
        """Nothing of it has been acknowledged yet."""
        return bool(self.cells) and self.new == len(self.cells)

    @property
    def most_late(self) -> tuple[int, int]:
        return self.late, self.new


@dataclass(frozen=True)
class Matrix:
    """All that the page and the print show; counts: badge kind → cells; columns: task id → kind → cells.

    clusters: the rows shown, under their headings; named: the findings of the units that are shown; named_count: of all.
    """

    dispatch: Row[int, str | None, str, date | None, str, int, str]
    tasks: list[TaskRow]
    lines: list[Line]
    shown: list[Line]
    counts: Counter[str]
    columns: dict[int, Counter[str]]
    total: Tally
    groups: list[tuple[int, str]]
    named: list[Named]
    named_count: int
    clusters: list[Cluster[Line]]

    @property
    def faces(self) -> set[Face]:
        """The different faces of the rows shown: the page writes each of them once."""
        return {cell.face for line in self.shown for cell in line.cells.values()}

    @property
    def silent_count(self) -> int:
        """Units that have not acknowledged anything."""
        return sum(line.silent for line in self.lines)

    def sum(self, task_id: int, kinds: tuple[str, ...]) -> int:
        """Cells of one task in any of these kinds."""
        return sum(self.columns[task_id][kind] for kind in kinds)

    @property
    def dense(self) -> bool:
        """So many cells that none carries a link of its own: the unit's name leads to its row alone, where each does."""
        return len(self.shown) * len(self.tasks) > LINKED

    @property
    def late_lines(self) -> list[Line]:
        """The units with anything overdue."""
        return [line for line in self.lines if line.late]


def matrix(
    actor: Actor, dispatch_id: int, *, kind: str = "", name: str = "", group_id: int | None = None, unit_id: int | None = None, sort: str = "late",
    clustered: bool = False,
) -> Matrix:
    """The matrix of an issued dispatch; kind, name, group_id and unit_id narrow the rows that are shown, never the sums. Raises NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    dispatch = read(_DISPATCH, {"id": dispatch_id}).first()
    if dispatch is None:
        raise NotFound()
    tasks = {task.id: task for task in read(_TASKS, {"id": dispatch_id})}
    lines = _lines(dispatch_id)
    columns: dict[int, Counter[str]] = {task.id: Counter() for task in tasks.values() if task.kind == "task"}
    for ill in mail_health.ill().values():
        if ill.unit_id in lines:
            lines[ill.unit_id].ill = ill
    total, named = _fill(dispatch_id, lines, tasks, columns)
    counts = sum(columns.values(), Counter[str]())
    groups = matrix_clusters.groups()
    asked = _narrowed(list(lines.values()), name, groups, group_id, unit_id)
    shown = sorted(_in_state(asked, kind), key=_order(sort))
    across, them = [tasks[task_id] for task_id in columns], {line.unit_id for line in asked}
    return Matrix(
        dispatch, across, list(lines.values()), shown, counts, columns, total, groups.choices, [one for one in named if one.unit_id in them], len(named),
        groups.clusters(shown, clustered),
    )


def _lines(dispatch_id: int) -> dict[int, Line]:
    rows = read(_UNITS, {"id": dispatch_id})
    return {row.unit_id: Line(row.unit_id, row.short_name, row.code, above=row.above or "", reminded_on=row.on_day) for row in rows}


def _units() -> Select[Any]:
    told = (
        select(Reminder.unit_id, func.max(Reminder.on_day).label("on_day"))
        .where(Reminder.dispatch_id == ID, MAILED).group_by(Reminder.unit_id).subquery()
    )
    above = aliased(Unit)
    return (
        select(DispatchRecipient.unit_id, Unit.short_name, Unit.code, told.c.on_day, above.name.label("above"))
        .join(Unit, Unit.id == DispatchRecipient.unit_id).outerjoin(above, and_(above.id == Unit.parent_id, above.level == "district"))
        .outerjoin(told, told.c.unit_id == DispatchRecipient.unit_id)
        .where(DispatchRecipient.dispatch_id == ID).order_by(Unit.code)
    )


#: Built once, at import: building them would cost a page more than running them.
_DISPATCH = (
    select(Dispatch.id, Dispatch.number, Dispatch.short_subject, Dispatch.issued_on, Dispatch.state, Dispatch.revision, Dispatch.subject)
    .where(Dispatch.id == ID, Dispatch.state != "draft")
)
_TASKS = (
    select(Task.id, Task.position, Task.title, Task.due_on, Task.review_on, Task.kind)
    .where(Task.dispatch_id == ID, Task.cancelled.is_(False)).order_by(Task.position, Task.id)
)
_UNITS = _units()
#: The last six tell what a cell shows and how it counts (Fact): hundreds of cells share a few of them.
_CELLS = select(
    Assignment.id, Assignment.task_id, Assignment.unit_id, Assignment.review_on, Assignment.state, Assignment.due_on, Assignment.submitted_on,
    Assignment.held_on, Assignment.late_before, Assignment.acknowledged_at.is_not(None),
).where(Assignment.dispatch_id == ID, Assignment.state != State.CANCELLED)


def _fill(
    dispatch_id: int, lines: dict[int, Line], tasks: dict[int, TaskRow], columns: dict[int, Counter[str]]
) -> tuple[Tally, list[Named]]:
    today, soon = clock.today(), soon_until()
    faces: dict[Fact, tuple[Face, str]] = {}
    alike: Counter[Fact] = Counter()
    named: list[Named] = []
    for id, task_id, unit_id, review_on, state, due_on, submitted_on, held_on, late_before, acknowledged in read(_CELLS, {"id": dispatch_id}).all():
        if task_id not in tasks or unit_id not in lines:
            continue
        fact = (state, due_on, submitted_on, held_on, late_before, acknowledged)
        if fact not in faces:
            faces[fact] = _face(badge(state, due_on, submitted_on, today, soon, late_before))
        face, kind = faces[fact]
        line, cell = lines[unit_id], Cell(id, face)
        if task_id not in columns:
            dated = tr("hạn {due_on}", due_on=f'{due_on:%d/%m}') if due_on else tr("xem lại {review_on}", review_on=f'{review_on:%d/%m}')
            named.append(Named(cell, unit_id, line.name, tasks[task_id].title, dated))
            continue
        line.cells[task_id] = cell
        line.done += state == "accepted"
        line.late += kind == "over"
        line.new += state == "assigned"
        columns[task_id][kind] += 1
        alike[fact] += 1
    return tally_of(((_counted(*fact), n) for fact, n in alike.items()), today), sorted(named, key=_urgent)


def _face(shown: Badge) -> tuple[Face, str]:
    """What a cell of this badge shows, and under which kind it is counted."""
    return Face(shown.kind, badge_words(shown, short=True)), "undated" if shown.kind == "done" and not shown.dated else shown.kind


def _urgent(one: Named) -> tuple[bool, str, str]:
    return one.cell.face.kind != "over", one.unit, one.title


def _counted(state: str, due_on: date | None, submitted_on: date | None, held_on: date | None, late_before: int, acknowledged: bool) -> Counted:
    accepted = state == State.ACCEPTED
    return Counted(
        "", "", 0, "", "", State(state), due_on=due_on, submitted_on=submitted_on, accepted_submitted_on=submitted_on if accepted else None,
        accepted_due_on=due_on if accepted else None, paused_on=held_on, late_before=late_before, acknowledged=acknowledged,
    )


def _narrowed(lines: list[Line], name: str, groups: Groups, group_id: int | None, unit_id: int | None) -> list[Line]:
    """The lines of the units asked for, whatever their state."""
    if unit_id:
        lines = [line for line in lines if line.unit_id == unit_id]
    if name:
        lines = [line for line in lines if fold(name) in fold(line.name)]
    if group_id:
        members = groups.members.get(group_id, set())
        lines = [line for line in lines if line.unit_id in members]
    return lines


def _in_state(lines: list[Line], kind: str) -> list[Line]:
    """The lines with a cell of this kind; all of them without one."""
    wanted = "done" if kind == "undated" else kind
    return [line for line in lines if not wanted or any(cell.face.kind == wanted for cell in line.cells.values())]


def _order(sort: str) -> Callable[[Line], tuple[object, ...]]:
    if sort == "name":
        return lambda line: (fold(line.name).removeprefix("tp ").removeprefix("tx "),)
    if sort == "done":
        return lambda line: (-line.done, line.late, line.code)
    if sort == "order":
        return lambda line: (line.code,)
    return lambda line: (-line.late, -line.new, line.done, line.code)
