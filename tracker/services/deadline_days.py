"""Dates that are still owed, by day: for a month's sheet and for the list of one day. The province sees all units or one, a unit its own."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select, text

from tracker.db import read
from tracker.domain.access import Actor
from tracker.domain.errors import NotFound
from tracker.models.assignments import Assignment, Tally
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.models.units import Unit

#: What a date is for; the one by which something returned is to be mended, its deadline, or the day on which something undated is looked at again.
FIX, DUE, REVIEW = "fix", "due", "review"
#: Rows of one day on the page; the rest is counted.
MOST = 200
_KIND = case((Assignment.state == "returned", FIX), (Assignment.due_on.is_not(None), DUE), else_=REVIEW)


@dataclass(frozen=True, slots=True)
class Line:
    """One task of one day: for a unit its own assignment, for the province how many units owe it."""

    kind: str
    title: str
    number: str
    dispatch_id: int
    position: int
    assignment_id: int
    units: int
    unit: str


def whose(actor: Actor, unit_id: int | None) -> int | None:
    """Whose dates are shown: the actor's own unit for a district, the wanted unit (None: all) for the province. Raises NotFound."""
    if actor.sees_all_units:
        return unit_id
    if actor.unit_id is None:
        raise NotFound()
    return actor.unit_id


def counts(actor: Actor, first: date, last: date, unit_id: int | None = None) -> dict[date, dict[str, int]]:
    """How much is owed on each day between two, by kind. Deadlines come from the running counts, the rest from indices of what is owed, never
    from what is done. Raises NotFound.
    """
    unit = whose(actor, unit_id)
    tallied = select(Tally.due_on, func.sum(Tally.count)).where(Tally.state.in_(("assigned", "acknowledged")), Tally.due_on.between(first, last))
    if unit is not None:
        tallied = tallied.where(Tally.unit_id == unit)
    fix = _followed(select(Assignment.fix_by, func.count()), unit).where(Assignment.state == text("'returned'"), Assignment.fix_by.between(first, last))
    review = _followed(select(Assignment.chase_on, func.count()), unit).where(
        Assignment.chase_on.between(first, last), Assignment.due_on.is_(None), Assignment.state != "returned"
    )
    found: dict[date, dict[str, int]] = {}
    for what, wanted in (
        (DUE, tallied.group_by(Tally.due_on)), (FIX, fix.group_by(Assignment.fix_by)), (REVIEW, review.group_by(Assignment.chase_on)),
    ):
        for day, n in read(wanted):
            if n:
                found.setdefault(day, {})[what] = int(n)
    return found


def of_day(actor: Actor, day: date, unit_id: int | None = None) -> list[Line]:
    """What is owed on one day, a line a task, most units first; at most MOST. Raises NotFound."""
    unit, kind = whose(actor, unit_id), _KIND.label("kind")
    columns = (
        kind, Task.title, Dispatch.number, Assignment.dispatch_id, Task.position, func.min(Assignment.id).label("assignment_id"),
        func.count().label("units"), func.min(Unit.short_name).label("unit"),
    )
    wanted = _followed(select(*columns).join(Task, Task.id == Assignment.task_id).join(Unit, Unit.id == Assignment.unit_id), unit)
    wanted = wanted.where(Assignment.chase_on == day).group_by(kind, Task.title, Dispatch.number, Assignment.dispatch_id, Task.position)
    rows: Sequence[Any] = read(wanted.order_by(func.count().desc(), Assignment.dispatch_id.desc(), Task.position).limit(MOST)).all()
    return [Line(row.kind, row.title, row.number or "", row.dispatch_id, row.position, row.assignment_id, row.units, row.unit) for row in rows]


def _followed(wanted: Any, unit_id: int | None) -> Any:
    """Of dispatches that are still followed; all units or one."""
    wanted = wanted.join(Dispatch, Dispatch.id == Assignment.dispatch_id).where(Assignment.chase_on.is_not(None), Dispatch.state == "issued")
    return wanted if unit_id is None else wanted.where(Assignment.unit_id == unit_id)
