"""Releasing a held assignment: its dates move by the days that the clock stood still, in the same act that gives its state back."""
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select, update

from tracker import clock
from tracker.db import db
from tracker.domain.holds import held_days, shifted
from tracker.domain.status import HELD, State
from tracker.models.assignments import Assignment
from tracker.models.events import Event
from tracker.models.pauses import Pause, PausedAssignment


def released(assignment: Assignment, resumed_on: date) -> dict[str, Any]:
    """Columns to set with the act that ends a hold (resume, dismiss, take back, or handing in while paused); the original date stays.

    resumed_on: the first day on which the clock runs again. Empty where nothing was held or no day has passed.
    """
    since = assignment.held_on
    if since is None or not held_days(since, resumed_on):
        return {}
    moved = {name: shifted(getattr(assignment, name), since, resumed_on) for name in ("due_on", "review_on", "fix_by")}
    return {**moved, "deadline_version": assignment.deadline_version + 1}


def handed_in(assignment: Assignment) -> dict[str, Any]:
    """Columns to set with the handing-in of something: for one that is paused its moved dates, and its row of the pause is closed."""
    if assignment.state != State.PAUSED or assignment.held_on is None:
        return {}
    today = clock.today()
    db.session.execute(_open(PausedAssignment.assignment_id == assignment.id).values(
        resumed_on=today, shifted_days=held_days(assignment.held_on, today)
    ))
    return released(assignment, today)


def let_go(*wanted: ColumnElement[bool]) -> None:
    """Closes the rows of assignments that are paused no more because they were cancelled; wanted: conditions on assignments."""
    ids = select(Assignment.id).where(*wanted)
    db.session.execute(_open(PausedAssignment.assignment_id.in_(ids)).values(resumed_on=clock.today()))


def end_of_dispatch(dispatch_id: int) -> None:
    """Ends what is paused for a dispatch alone that is withdrawn: nothing of it is left to hold."""
    let_go(Assignment.dispatch_id == dispatch_id)
    for pause in db.session.scalars(select(Pause).where(Pause.dispatch_id == dispatch_id, Pause.ended_on.is_(None))):
        pause.ended_on = max(clock.today(), pause.from_on)


def redated(assignment: Assignment) -> dict[str, Any]:
    """Columns to set with a new date for something that is held: the days held before it was set are not added to it."""
    if assignment.state not in HELD:
        return {}
    db.session.execute(_open(PausedAssignment.assignment_id == assignment.id).values(from_on=clock.today()))
    return {"held_on": clock.today()}


def redated_on(assignment_ids: Collection[int]) -> dict[int, date]:
    """The last day on which an amendment gave a new date to each of these while it was held; those without one are left out."""
    told = select(Event.assignment_id, Event.data).where(Event.assignment_id.in_(assignment_ids), Event.kind == "assignment.dates").order_by(Event.id)
    return {id: date.fromisoformat(data["held_again"]) for id, data in db.session.execute(told) if id and data.get("held_again")}


def _open(condition: ColumnElement[bool]) -> Any:
    return update(PausedAssignment).where(condition, PausedAssignment.resumed_on.is_(None)).execution_options(synchronize_session=False)
