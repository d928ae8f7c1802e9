"""The matrix of units × dispatches: each cell the most urgent truth of one unit's work on one dispatch, with its counts.

Counted in the database over an index that carries all it needs, so that what is closed costs nothing and the rest one pass of that index.
"""
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Row, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import read
from tracker.domain.access import Actor, Right
from tracker.domain.progress import days_late
from tracker.domain.status import OWED, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import matrix_clusters
from tracker.services.calendar import soon_until
from tracker.services.matrix_clusters import Cluster, Groups

#: Dispatches across, the latest first; a wider sheet is read by nobody, and a choice of days shows the older ones.
MOST = 40
SORTS = ("late", "order", "name", "done")
#: What a cell shows: the first of these that it has any of.
URGENT = ("over", "ret", "wait", "soon", "new", "ack", "none", "ask", "pause")


class Cell(NamedTuple):
    """One unit's work on one dispatch: its kind and how many are of that kind, how many done of all, days late (over) or left (soon)."""

    kind: str
    of_kind: int
    done: int
    total: int
    days: int = 0


@dataclass(slots=True)
class Line:
    """One unit: its cells by dispatch id, and their sums; late: how many are overdue."""

    unit_id: int
    name: str
    code: str
    above: str
    cells: dict[int, Cell] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    late: int = 0
    days: int = 0


@dataclass(frozen=True)
class Wanted:
    """What is asked for: dispatches issued from first to last (None: any day), ended ones too or not; units by state, name, group or id."""

    first: date | None = None
    last: date | None = None
    ended: bool = False
    kind: str = ""
    name: str = ""
    group_id: int | None = None
    unit_id: int | None = None
    sort: str = "late"
    clustered: bool = False


@dataclass(frozen=True)
class Grid:
    """All that the page shows; counts: kind → cells; sums: dispatch id → its own Cell over all units; found: dispatches, those left out too."""

    dispatches: list[Row[int, str | None, str, date | None, str, int]]
    found: int
    lines: list[Line]
    shown: list[Line]
    clusters: list[Cluster[Line]]
    counts: Counter[str]
    sums: dict[int, Cell]
    findings: int
    groups: list[tuple[int, str]]

    @property
    def total(self) -> int:
        """All tasks and findings of the dispatches shown, over all units."""
        return sum(line.total for line in self.lines)

    @property
    def done(self) -> int:
        """Of those, the accepted ones."""
        return sum(line.done for line in self.lines)

    @property
    def late(self) -> int:
        """Of those, the overdue ones."""
        return sum(line.late for line in self.lines)

    @property
    def faces(self) -> set[Cell]:
        """The different cells of the rows shown: the page writes each of them once."""
        return {cell for line in self.shown for cell in line.cells.values()}


def grid(actor: Actor, wanted: Wanted) -> Grid:
    """Units × dispatches; what is asked about units narrows the rows that are shown, never the sums. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    today = clock.today()
    dispatches = read(_dispatches(wanted)).all()
    ids = [row.id for row in dispatches]
    cells, late = _cells(ids, today), _late_before(ids, today)
    lines = _lines({unit_id for _, unit_id in cells})
    sums: dict[int, list[int]] = {id: [0, 0, 0] for id in ids}
    for (dispatch_id, unit_id), row in cells.items():
        line = lines[unit_id]
        line.cells[dispatch_id] = cell = _cell(row, today, late.get((dispatch_id, unit_id), 0))
        line.done, line.total, line.late = line.done + row.done, line.total + row.total, line.late + row.over
        line.days = max(line.days, cell.days if cell.kind == "over" else 0)
        for n, value in enumerate((row.over, row.done, row.total)):
            sums[dispatch_id][n] += value
    groups = matrix_clusters.groups()
    shown = sorted(_narrowed(lines.values(), wanted, groups), key=_order(wanted.sort))
    counts = Counter(cell.kind for line in lines.values() for cell in line.cells.values())
    return Grid(
        list(dispatches), dispatches[0].found if dispatches else 0, list(lines.values()), shown, groups.clusters(shown, wanted.clustered), counts,
        {id: Cell("over", *values) for id, values in sums.items()}, _findings(ids), groups.choices,
    )


def _dispatches(wanted: Wanted) -> Any:
    """The latest few, each with how many there are in all."""
    chosen = (
        select(Dispatch.id, Dispatch.number, Dispatch.short_subject, Dispatch.issued_on, Dispatch.state, func.count().over().label("found"))
        .where(Dispatch.state.in_(("issued", "closed") if wanted.ended else ("issued",)))
    )
    if wanted.first:
        chosen = chosen.where(Dispatch.issued_on >= wanted.first)
    if wanted.last:
        chosen = chosen.where(Dispatch.issued_on <= wanted.last)
    return chosen.order_by(Dispatch.issued_on.desc(), Dispatch.id.desc()).limit(MOST)


_TODAY, _SOON = bindparam("today", type_=Date), bindparam("soon", type_=Date)
_IDS = bindparam("ids", type_=Integer, expanding=True)


def _counting() -> Any:
    """Reads nothing but ix_assignments_dispatch_id."""
    due, state = Assignment.due_on, Assignment.state

    def count(*conditions: Any) -> Any:
        return func.count().filter(and_(*conditions))

    owed = state.in_([str(one) for one in OWED])
    over, near = and_(owed, due < _TODAY), due.between(_TODAY, _SOON)
    still = due.is_(None) | (due > _SOON)
    return (
        select(
            Assignment.dispatch_id, Assignment.unit_id, func.count().label("total"), count(state == State.ACCEPTED).label("done"),
            count(over).label("over"), func.min(due).filter(over).label("late_since"),
            count(state == State.RETURNED, due.is_(None) | (due >= _TODAY)).label("ret"),
            count(state == State.SUBMITTED).label("wait"), count(owed, state != State.RETURNED, near).label("soon"),
            func.min(due).filter(and_(owed, state != State.RETURNED, near)).label("next"), count(state == State.ASSIGNED, still).label("new"),
            count(state == State.ACKNOWLEDGED, due > _SOON).label("ack"), count(state == State.ACKNOWLEDGED, due.is_(None)).label("none"),
            count(state == State.OBJECTED).label("ask"), count(state == State.PAUSED).label("pause"),
        )
        .where(Assignment.dispatch_id.in_(_IDS), state != State.CANCELLED).group_by(Assignment.dispatch_id, Assignment.unit_id)
    )


#: Built once, at import: building them would cost a page more than running them.
_COUNTED = _counting()
_EXTENDED = (
    select(Assignment.dispatch_id, Assignment.unit_id, Assignment.due_on, Assignment.late_before)
    .join(Extension, Extension.assignment_id == Assignment.id)
    .where(
        Extension.dispatch_id.in_(_IDS), Extension.state == "granted", Assignment.late_before > 0, Assignment.due_on < _TODAY,
        Assignment.state.in_([str(one) for one in OWED]),
    )
)
_FOUND = (
    select(func.count()).select_from(Task).join(Assignment, Assignment.task_id == Task.id)
    .where(Task.dispatch_id.in_(_IDS), Task.kind == "finding", Assignment.state != State.CANCELLED)
)
_above = aliased(Unit)
_UNITS = (
    select(Unit.id, Unit.short_name, Unit.code, func.coalesce(_above.name, ""))
    .outerjoin(_above, and_(_above.id == Unit.parent_id, _above.level == "district")).where(Unit.id.in_(_IDS)).order_by(Unit.code)
)


def _cells(ids: list[int], today: date) -> dict[tuple[int, int], Any]:
    rows = read(_COUNTED, {"ids": ids, "today": today, "soon": soon_until(today)}).all() if ids else []
    return {(row.dispatch_id, row.unit_id): row for row in rows}


def _late_before(ids: list[int], today: date) -> dict[tuple[int, int], int]:
    """The most days late of what was extended when it was late already; rare, and not in the index."""
    found: dict[tuple[int, int], int] = {}
    for dispatch_id, unit_id, due_on, before in read(_EXTENDED, {"ids": ids, "today": today}) if ids else ():
        key = dispatch_id, unit_id
        found[key] = max(found.get(key, 0), (days_late(due_on, today) if due_on else 0) + before)
    return found


def _lines(ids: set[int]) -> dict[int, Line]:
    return {row[0]: Line(*row) for row in read(_UNITS, {"ids": sorted(ids)})} if ids else {}


def _findings(ids: list[int]) -> int:
    return int(read(_FOUND, {"ids": ids}).scalar_one()) if ids else 0


def _cell(row: Any, today: date, late: int) -> Cell:
    kind = next((kind for kind in URGENT if getattr(row, kind)), "done")
    days = 0
    if kind == "over":
        days = max(days_late(row.late_since, today), late)
    elif kind == "soon":
        days = (row.next - today).days
    return Cell(kind, row.done if kind == "done" else getattr(row, kind), row.done, row.total, days)


def _narrowed(lines: Iterable[Line], wanted: Wanted, groups: Groups) -> list[Line]:
    members = groups.members.get(wanted.group_id, set()) if wanted.group_id else None
    return [
        line for line in lines
        if (not wanted.unit_id or line.unit_id == wanted.unit_id) and (members is None or line.unit_id in members)
        and fold(wanted.name) in fold(line.name) and (not wanted.kind or any(cell.kind == wanted.kind for cell in line.cells.values()))
    ]


def _order(sort: str) -> Callable[[Line], tuple[object, ...]]:
    if sort == "name":
        return lambda line: (fold(line.name).removeprefix("tp ").removeprefix("tx "),)
    if sort == "order":
        return lambda line: (line.code,)
    if sort == "done":
        return lambda line: (line.done - line.total, line.late, line.code)
    return lambda line: (-line.late, -line.days, line.done - line.total, line.code)
