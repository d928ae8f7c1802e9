"""Gathers what a report over several dispatches is made from: counted in the database, and rewound one by one only where something changed since."""
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Date, Select, and_, func, literal, not_, or_, select

from tracker import clock
from tracker.db import db, read
from tracker.domain.errors import NotFound
from tracker.domain.progress import Line, Standing, Tally, days_late, tally, timeliness
from tracker.domain.report import Letterhead
from tracker.domain.report_counts import Happened, happened, of_unit
from tracker.domain.report_period import TALLY, WIDTH, DispatchOf, LateOf, PeriodData, TaskOf, UnitOf, numbers
from tracker.domain.status import HELD, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.extensions import Extension
from tracker.models.submissions import Review
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import figure_facts, office_head, report_facts, report_past
from tracker.services.report_past import Asked

Columns = TypeVarTuple("Columns")
#: Dispatch, task and unit id of a line, and the line.
Rewound = tuple[int, int, int, Line]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report takes in: scope period, unit (unit_id) or field, the days of issue, and the cut-off."""

    scope: str
    period_from: date
    period_to: date
    as_of: date
    unit_id: int | None = None
    field: str | None = None


@dataclass(slots=True)
class _Found:
    """What was counted, by (unit id, dispatch id), as a cell's numbers; late: unit id, dispatch id, task id, kind, position, title, due, days, done, sent;
    lines: what was rewound, with its dispatch, task and unit id."""

    cells: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * WIDTH))
    late: list[tuple[Any, ...]] = field(default_factory=list)
    lines: list[Rewound] = field(default_factory=list)


def gather(wanted: Wanted) -> PeriodData:
    """The report's data as they stood at the end of the cut-off day. Raises NotFound where nothing was given in the period."""
    return gather_with_lines(wanted)[0]


def gather_with_lines(wanted: Wanted) -> tuple[PeriodData, list[Rewound]]:
    """The same, and the assignments that changed since, as they stood then. Raises NotFound where nothing was given in the period.

    It takes in what was given in the period, and what came from before and was still open when it began. What has not changed since the
    cut-off is counted by the database; the rest is rewound.
    """
    found, then = _Found(), Conditions(wanted)
    _count(then, found)
    _list_late(then, found)
    _count_on_the_way(then, found)
    _rewind(then, found)
    if not found.cells:
        raise NotFound()
    return _put_together(wanted, found), found.lines


class Conditions:
    """The rows that the report takes in, as conditions on assignments joined with task, dispatch and recipient."""

    def __init__(self, wanted: Wanted) -> None:
        last = min(wanted.period_to, wanted.as_of)
        self.as_of, self.since = wanted.as_of, wanted.period_from
        self.end, begins, ends = figure_facts.end_of(wanted.as_of), clock.start_of(wanted.period_from), figure_facts.end_of(last)
        self.given = or_(Dispatch.issued_at >= begins, Task.given_on >= wanted.period_from, DispatchRecipient.added_at >= begins)
        self.known = [
            Dispatch.state != "draft", Dispatch.issued_at < ends, DispatchRecipient.added_at < ends, or_(Task.given_on.is_(None), Task.given_on <= last),
            *self._scoped(wanted),
        ]
        still = or_(Assignment.state.not_in((State.ACCEPTED, State.CANCELLED)), Assignment.accepted_on >= wanted.period_from)
        self.unchanged = [*self.known, Assignment.updated_at < self.end, or_(self.given, still)]
        self.changed = [*self.known, Assignment.updated_at >= self.end]

    def _scoped(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        if wanted.scope == "unit":
            return [Assignment.unit_id == wanted.unit_id]
        if wanted.scope != "field":
            return []
        # A dispatch whose field was set or changed after the cut-off counts where it stood then.
        then = report_past.fields(wanted.as_of)
        moved_in = [dispatch_id for dispatch_id, name in then.items() if name == wanted.field]
        return [or_(and_(Dispatch.field == wanted.field, Dispatch.id.not_in(then)), Dispatch.id.in_(moved_in))]

    @staticmethod
    def of(query: Select[*Columns]) -> Select[*Columns]:
        """The query over assignments with what the conditions need beside them."""
        return (
            query.select_from(Assignment).join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
            .join(DispatchRecipient, and_(DispatchRecipient.dispatch_id == Assignment.dispatch_id, DispatchRecipient.unit_id == Assignment.unit_id))
        )


_COUNTED = Assignment.state != State.CANCELLED
_ACCEPTED = Assignment.state == State.ACCEPTED
_OPEN = Assignment.state.not_in((State.ACCEPTED, State.CANCELLED))
_DATED = Assignment.due_on.is_not(None)
#: Whether what is accepted was done late: the day of its accepted round against the date in force, and the days that extensions left.
_LATE = and_(_DATED, or_(Assignment.submitted_on > Assignment.due_on, Assignment.late_before > 0))


def _overdue(as_of: date) -> ColumnElement[bool]:
    """Whether what is open is overdue: what waits for review or is held has its lateness frozen (domain.progress)."""
    return and_(_OPEN, _DATED, or_(
        and_(Assignment.state == State.SUBMITTED, Assignment.submitted_on > Assignment.due_on),
        and_(Assignment.state.in_(HELD), Assignment.held_on > Assignment.due_on),
        and_(Assignment.state.not_in((State.SUBMITTED, *HELD)), Assignment.due_on < literal(as_of, Date)),
    ))


def _count(then: Conditions, found: _Found) -> None:
    """The arithmetic of every unit on every dispatch, in one pass; the cells are those of domain.progress."""
    def n(*conditions: ColumnElement[bool]) -> Any:
        return func.count().filter(*conditions)

    overdue, answered = _overdue(then.as_of), Assignment.submitted_on.is_not(None)
    known = or_(answered, Assignment.acknowledged_at < then.end)
    query = then.of(select(
        Assignment.unit_id, Assignment.dispatch_id,
        n(_ACCEPTED, _DATED, not_(_LATE)), n(_ACCEPTED, _LATE), n(_ACCEPTED, not_(_DATED)),
        n(_OPEN, _DATED, not_(overdue)), n(overdue), n(_OPEN, not_(_DATED)),
        n(Assignment.state == State.SUBMITTED), n(Assignment.state == State.RETURNED), n(_COUNTED, not_(func.coalesce(known, False))), n(_COUNTED, answered),
        n(not_(_COUNTED)), n(_COUNTED, Task.kind != "task"), n(_ACCEPTED, Task.kind != "task"), n(_COUNTED, not_(func.coalesce(then.given, False))),
    ))
    rest = [0] * (WIDTH - TALLY - 3)
    for unit_id, dispatch_id, *values in read(query.where(*then.unchanged).group_by(Assignment.unit_id, Assignment.dispatch_id)):
        # The cells in the order of report_period.numbers: the arithmetic, what happened on the way, what was carried over.
        found.cells[unit_id, dispatch_id] = [*values[:TALLY], *rest, *values[TALLY:]]


def _list_late(then: Conditions, found: _Found) -> None:
    query = then.of(select(
        Assignment.unit_id, Assignment.dispatch_id, Assignment.task_id, Task.kind, Task.position, Task.title, Assignment.due_on, Assignment.state,
        Assignment.submitted_on, Assignment.held_on, Assignment.late_before,
    )).where(*then.unchanged, or_(and_(_ACCEPTED, _LATE), _overdue(then.as_of)))
    rows: Iterable[Any] = read(query)
    for unit_id, dispatch_id, task_id, kind, position, title, due_on, state, submitted_on, held_on, late_before in rows:
        done = state == State.ACCEPTED
        stopped = submitted_on if done or state == State.SUBMITTED else held_on if state in HELD else then.as_of
        days = days_late(due_on, min(stopped, then.as_of)) + late_before
        found.late.append((unit_id, dispatch_id, task_id, kind, position, title, due_on, days, done, submitted_on if done else None))


def _count_on_the_way(then: Conditions, found: _Found) -> None:
    """Results sent back and extensions, of what has not changed since."""
    sent_back = then.of(select(Assignment.unit_id, Assignment.dispatch_id, func.count())).join(Review, Review.assignment_id == Assignment.id).where(
        *then.unchanged, _COUNTED, Review.verdict == "returned", Review.at < then.end, or_(Review.undone_at.is_(None), Review.undone_at >= then.end),
    )
    for unit_id, dispatch_id, n in read(sent_back.group_by(Assignment.unit_id, Assignment.dispatch_id)):
        _add(found.cells[unit_id, dispatch_id], Tally(), Happened(returns=n), 0)
    asked: dict[tuple[int, int], Asked] = defaultdict(Asked)
    rows = then.of(select(
        Assignment.unit_id, Assignment.dispatch_id, Extension.state, Extension.asked_at, Extension.decided_at, Extension.granted_on, Extension.replaced_on,
    )).join(Extension, Extension.assignment_id == Assignment.id).where(*then.unchanged, _COUNTED)
    for row in read(rows):
        report_past.count_extension(asked[row.unit_id, row.dispatch_id], row, then.as_of)
    for at, one in asked.items():
        _add(found.cells[at], Tally(), Happened(one.asked, one.granted, one.refused, one.days), 0)


def _add(cell: list[int], counts: Tally, on_the_way: Happened, carried: int) -> None:
    for n, value in enumerate(numbers(counts, on_the_way, carried)):
        cell[n] += value


def _rewind(then: Conditions, found: _Found) -> None:
    """What has changed since the cut-off, as it stood then; what was done before the period began is left out."""
    chosen = then.of(select(Assignment.id)).where(*then.changed)
    given = func.coalesce(then.given, False).label("given")
    query = report_facts.columns().add_columns(given)
    joined = query.join(Dispatch, Dispatch.id == Assignment.dispatch_id).join(
        DispatchRecipient, and_(DispatchRecipient.dispatch_id == Assignment.dispatch_id, DispatchRecipient.unit_id == Assignment.unit_id))
    rows = db.session.execute(joined.where(*then.changed)).all()
    if not rows:
        return
    past = report_past.read(chosen, then.as_of, details=False)
    lines = report_facts.lines_of(rows, {row.unit_id: ("", "") for row in rows}, past, then.as_of)
    groups: dict[tuple[int, int], list[Line]] = defaultdict(list)
    carried: Counter[tuple[int, int]] = Counter()
    for row, line in zip(rows, lines, strict=True):
        if not row.given and (line.state == State.CANCELLED or (line.accepted_on is not None and line.accepted_on < then.since)):
            continue
        groups[row.unit_id, row.dispatch_id].append(line)
        carried[row.unit_id, row.dispatch_id] += not row.given
        found.lines.append((row.dispatch_id, row.task_id, row.unit_id, line))
        _take_late(row, line, then.as_of, found)
    for at, members in groups.items():
        _add(found.cells[at], tally(members, then.as_of), happened(members, then.as_of), carried[at])


def _take_late(row: Any, line: Line, as_of: date, found: _Found) -> None:
    standing = timeliness(line, as_of)
    if standing.standing not in (Standing.DONE_LATE, Standing.OPEN_OVERDUE):
        return
    done = standing.standing == Standing.DONE_LATE
    due_on = line.accepted_due_on if done else line.due_on
    sent = line.accepted_submitted_on if done else None
    found.late.append((row.unit_id, row.dispatch_id, row.task_id, row.kind, row.position, line.task_title, due_on, standing.days_late, done, sent))


def _put_together(wanted: Wanted, found: _Found) -> PeriodData:
    ids = {dispatch_id for _, dispatch_id in found.cells}
    dispatches = _dispatches(ids, wanted.as_of)
    named = _units({unit_id for unit_id, _ in found.cells}, ids, wanted.as_of)
    units = {unit_id: n for n, unit_id in enumerate(sorted(named, key=lambda unit_id: named[unit_id].code))}
    places = {one.id: n for n, one in enumerate(dispatches)}
    said = report_past.words(ids, wanted.as_of)
    tasks = {task: n for n, task in enumerate(sorted({(places[row[1]], row[3], row[4], row[2]) for row in found.late}))}
    titles = {row[2]: said[row[2]][0] if row[2] in said else row[5] for row in found.late}
    late = [
        LateOf(units[unit_id], tasks[places[dispatch_id], kind, position, task_id], due_on, days, done, sent)
        for unit_id, dispatch_id, task_id, kind, position, _, due_on, days, done, sent in found.late
    ]
    tables = report_facts.tables(sorted(ids), wanted.as_of, min(wanted.period_to, wanted.as_of), wanted.period_from)
    own = named.get(wanted.unit_id or 0)
    return PeriodData(
        wanted.scope, own.name if own else wanted.field or "", wanted.period_from, wanted.period_to, wanted.as_of,
        _letterhead(max(ids), wanted.as_of), tuple(named[unit_id] for unit_id in units), tuple(dispatches),
        tuple(TaskOf(dispatch, kind, position, titles[task_id]) for dispatch, kind, position, task_id in tasks),
        tuple(sorted((units[unit_id], places[dispatch_id], tuple(cell)) for (unit_id, dispatch_id), cell in found.cells.items())),
        tuple(sorted(late, key=lambda one: (-one.days, one.unit, one.task))),
        tuple(of_unit(table, own.code) for table in tables if any(unit.code == own.code for unit in table.units)) if own else tables,
    )


def _dispatches(ids: Iterable[int], as_of: date) -> list[DispatchOf]:
    rows = list(db.session.scalars(select(Dispatch).where(Dispatch.id.in_(ids))))
    then = report_past.fields(as_of)
    found = []
    for row in rows:
        facts = report_facts.facts_of(row, "")
        found.append(DispatchOf(row.id, facts.kind, facts.number, facts.issued_on, facts.subject, then.get(row.id, row.field or "")))
    return sorted(found, key=lambda one: (one.issued_on, one.id))


def _units(unit_ids: set[int], dispatch_ids: set[int], as_of: date) -> dict[int, UnitOf]:
    """Their codes, and their names as the latest of these dispatches froze them."""
    named: dict[int, str] = {}
    frozen = select(DispatchRecipient.unit_id, DispatchRecipient.unit_name).where(
        DispatchRecipient.dispatch_id.in_(dispatch_ids), DispatchRecipient.added_at < figure_facts.end_of(as_of))
    latest = func.max(DispatchRecipient.added_at)
    for unit_id, name in db.session.execute(frozen.group_by(DispatchRecipient.unit_id, DispatchRecipient.unit_name).order_by(latest)):
        named[unit_id] = name
    codes = db.session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(unit_ids)))
    return {unit_id: UnitOf(code, named[unit_id]) for unit_id, code in codes}


def _letterhead(dispatch_id: int, as_of: date) -> Letterhead:
    """The office's own; what it has not set comes from the latest dispatch of the report."""
    return office_head.above(db.session.get_one(Dispatch, dispatch_id), report_past.names(as_of))

