"""The leader's page before the briefing: what the clerk's page shows, and beside it which units stand worst and why, and what changed in a week."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, bindparam, func, select

from tracker import clock
from tracker.db import UtcDateTime, read
from tracker.domain.access import Actor
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.assignments import Tally as Counted
from tracker.models.dispatches import Dispatch
from tracker.models.submissions import Review, Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import overview
from tracker.services.overview import Overview, Standing
from tracker.services.overview_acts import followed

#: A meeting is held every week, as a rule.
WEEK = timedelta(days=7)
#: Units that are named with their reasons; all others stand in the table of units.
WORST = 6
TODAY, SINCE, DAY = bindparam("today", type_=Date), bindparam("since", type_=UtcDateTime), bindparam("day", type_=Date)


@dataclass(frozen=True, slots=True)
class Worst:
    """A unit with overdue work. longest, number, title, days: the one that is overdue longest; untaken: overdue and not even acknowledged;
    returned: to be mended; answered_at: when it last handed anything in, None for never."""

    unit: Standing
    longest: int
    number: str
    title: str
    days: int
    untaken: int
    returned: int
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Week:
    """What happened since the day: results accepted and returned, submissions and their units, and what became overdue and is so still."""

    since: date
    accepted: int
    returned: int
    submissions: int
    units: int
    turned_late: int


@dataclass(frozen=True)
class LeaderPage:
    """overview: the clerk's page for this actor; gained, lost: per dispatch, accepted and newly overdue since the week began."""

    overview: Overview
    worst: list[Worst]
    week: Week
    gained: dict[int, int]
    lost: dict[int, int]


def page(actor: Actor) -> LeaderPage:
    """All that the page shows; its cost grows with one week's work, never with history. Raises Forbidden."""
    found = overview.overview(actor)
    today = clock.today()
    begun = today - WEEK
    verdicts: Any = read(_VERDICTS, {"since": clock.start_of(begun)}).all()
    late: dict[int, int] = {id: n for id, n in read(_TURNED_LATE, {"day": begun, "today": today})}
    handed: Any = read(_HANDED_IN, {"since": clock.start_of(begun)}).one()
    gained: dict[int, int] = {id: n for id, verdict, n in verdicts if verdict == "accepted"}
    week = Week(
        begun, sum(gained.values()), sum(n for _, verdict, n in verdicts if verdict == "returned"), handed.submissions, handed.units, sum(late.values()))
    return LeaderPage(found, _worst([unit for unit in found.units if unit.over][:WORST], today), week, gained, late)


def _worst(units: Sequence[Standing], today: date) -> list[Worst]:
    if not units:
        return []
    rows = {row.unit_id: row for row in read(_REASONS, {"ids": [unit.unit_id for unit in units], "today": today})}
    return [
        Worst(unit, r.id or 0, r.number or "", r.title or "", (today - r.due_on).days if r.due_on else 0, r.untaken, r.returned, r.answered_at)
        for unit in units if (r := rows.get(unit.unit_id))
    ]


def _reasons() -> Any:
    """One row a unit: the assignment that is overdue longest (on the index of what is owed), counts from the running ones, the last submission."""
    ids = bindparam("ids", expanding=True, type_=Integer)
    longest = (
        select(Assignment.id)
        .where(Assignment.unit_id == Unit.id, Assignment.chase_on.is_not(None), Assignment.chase_on < TODAY, Assignment.due_on < TODAY, followed())
        .order_by(Assignment.chase_on, Assignment.id).limit(1).correlate(Unit).scalar_subquery()
    )
    answered = select(func.max(Submission.submitted_at)).where(Submission.unit_id == Unit.id).correlate(Unit).scalar_subquery()

    def overdue(state: State) -> Any:
        counted = select(func.coalesce(func.sum(Counted.count), 0)).where(Counted.unit_id == Unit.id, Counted.state == state, Counted.due_on < TODAY)
        return counted.correlate(Unit).scalar_subquery()

    return (
        select(
            Unit.id.label("unit_id"), Assignment.id, Assignment.due_on, Task.title, Dispatch.number, answered.label("answered_at"),
            overdue(State.ASSIGNED).label("untaken"), overdue(State.RETURNED).label("returned"),
        )
        .select_from(Unit).outerjoin(Assignment, Assignment.id == longest).outerjoin(Task, Task.id == Assignment.task_id)
        .outerjoin(Dispatch, Dispatch.id == Assignment.dispatch_id).where(Unit.id.in_(ids))
    )


_REASONS = _reasons()
_VERDICTS = (
    select(Submission.dispatch_id, Review.verdict, func.count()).join(Submission, Submission.id == Review.submission_id)
    .where(Review.at >= SINCE, Review.undone_at.is_(None)).group_by(Submission.dispatch_id, Review.verdict)
)
_HANDED_IN = select(func.count().label("submissions"), func.count(Submission.unit_id.distinct()).label("units")).where(Submission.submitted_at >= SINCE)
_TURNED_LATE = (
    select(Assignment.dispatch_id, func.count())
    .where(Assignment.chase_on >= DAY, Assignment.chase_on < TODAY, Assignment.due_on >= DAY, Assignment.due_on < TODAY, followed())
    .group_by(Assignment.dispatch_id)
)
