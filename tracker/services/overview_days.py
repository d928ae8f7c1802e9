"""The days ahead on the province's first page: what falls due, is looked at again or has to be mended, and how many have not answered."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, func, literal, null, select, text, union_all

from tracker.db import read
from tracker.domain.status import OWED, DispatchState
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task

AHEAD = timedelta(days=7)
#: Lines on the page; what lies further ahead comes up as the days pass.
LONGEST = 8
TODAY, LAST = bindparam("today", type_=Date), bindparam("last", type_=Date)
#: Said by what it is not: a planner takes an equality with a subquery for rare, and then sorts all dates instead of reading the first.
_NOT_FOLLOWED = tuple(state for state in DispatchState if state != DispatchState.ISSUED)


@dataclass(frozen=True, slots=True)
class Day:
    """One date of one task (kind due, review) or of results to be mended (kind fix): owed of total have not answered."""

    on: date
    kind: str
    dispatch_id: int
    number: str
    title: str
    owed: int
    total: int


def days(today: date) -> list[Day]:
    """The nearest dates of the coming seven days, today included, at most LONGEST; what everybody has answered is left out."""
    found = read(_NEAR, {"today": today, "last": today + AHEAD})
    lines = [Day(*row) for row in _dated(found) if row[5]]
    return sorted(lines, key=lambda day: (day.on, day.kind, day.dispatch_id))[:LONGEST]


def _dated(rows: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
    """SQLite gives the dates of a union back as text."""
    return ((date.fromisoformat(row[0]) if isinstance(row[0], str) else row[0], *row[1:]) for row in rows)


def _tasks(kind: str, on: Any, *conditions: Any) -> Any:
    """The state stands in a subquery of its own so that the planner begins with the index of dates, not with the dispatches.

    So does the number, which else is joined with every dispatch there ever was.
    """
    state = select(Dispatch.state).where(Dispatch.id == Task.dispatch_id).correlate(Task).scalar_subquery()
    near = (
        select(Task.id, on.label("day"), Task.title, Task.dispatch_id)
        .where(Task.kind == "task", Task.cancelled.is_(False), state.not_in(_NOT_FOLLOWED), on.between(TODAY, LAST), *conditions)
        .order_by(on, Task.id).limit(LONGEST).subquery()
    )
    owed = func.sum(case((Assignment.state.in_(OWED), 1), else_=0))
    return (
        select(near.c.day, literal(kind), near.c.dispatch_id, _number(near), near.c.title, owed, func.count(Assignment.id))
        .join(Assignment, and_(Assignment.task_id == near.c.id, Assignment.state != "cancelled"))
        .group_by(near.c.id, near.c.day, near.c.dispatch_id, near.c.title)
    )


def _mending() -> Any:
    """Grouped in the order of the index of days to mend by, so that counting ends with the last group that is shown."""
    state = select(Dispatch.state).where(Dispatch.id == Assignment.dispatch_id).correlate(Assignment).scalar_subquery()
    place = (Assignment.fix_by, Assignment.dispatch_id)
    returned = (
        select(*place, func.count().label("n"))
        .where(Assignment.state == text("'returned'"), Assignment.fix_by.between(TODAY, LAST))
        .group_by(*place).having(state == "issued").order_by(*place).limit(LONGEST).subquery()
    )
    return select(returned.c.fix_by, literal("fix"), returned.c.dispatch_id, _number(returned), literal(""), returned.c.n, null())


def _number(found: Any) -> Any:
    number = select(Dispatch.number).where(Dispatch.id == found.c.dispatch_id).correlate(found).scalar_subquery()
    return func.coalesce(number, "")


_NEAR = union_all(_tasks("due", Task.due_on), _tasks("review", Task.review_on, Task.due_on.is_(None)), _mending())
