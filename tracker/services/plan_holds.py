"""Holding back from a day's plan: one task, one unit, one dispatch or all of it, until the next plan or for this step for good."""
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import ReminderPlan
from tracker.models.people import Person
from tracker.models.policies import PlanHold
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import history

LONGEST = 500
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """What is held back: of the first that is given; everything where none is."""

    assignment_id: int | None = None
    unit_id: int | None = None
    dispatch_id: int | None = None


def hold(actor: Actor, day: date, scope: Scope, reason: str, drop: bool = False) -> PlanHold:
    """Takes something out of the plan of a day: until the next plan, or with drop for this step for good; pressed twice, once.

    Raises Forbidden, NotFound, BadInput("hold.reason"), Conflict("hold.late") once the plan of the day is made.
    """
    actor.need(Right.REMINDER_SEND)
    reason = " ".join(reason.split())[:LONGEST]
    if not reason:
        raise BadInput("hold.reason", field="reason")
    _refuse_made(day)
    for model, id in ((Assignment, scope.assignment_id), (Unit, scope.unit_id), (Dispatch, scope.dispatch_id)):
        if id is not None and db.session.get(model, id) is None:
            raise NotFound()
    if (same := _same(day, scope, drop)) is not None:
        return same
    held = PlanHold(
        day=day, drop=drop, assignment_id=scope.assignment_id, unit_id=scope.unit_id, dispatch_id=scope.dispatch_id, reason=reason,
        person_id=actor.id, at=clock.now(),
    )
    db.session.add(held)
    db.session.flush()
    _tell(actor, "plan.drop" if drop else "plan.hold", held)
    return held


def _same(day: date, scope: Scope, drop: bool) -> PlanHold | None:
    of = [getattr(PlanHold, name).is_not_distinct_from(getattr(scope, name)) for name in Scope.__slots__]
    return db.session.scalars(select(PlanHold).where(PlanHold.day == day, PlanHold.drop.is_(drop), *of)).first()


def undo(actor: Actor, hold_id: int) -> date:
    """Puts it back into the plan; gives the plan's day. Raises Forbidden, NotFound, Conflict("hold.late") once the plan is made."""
    actor.need(Right.REMINDER_SEND)
    held = db.session.get(PlanHold, hold_id)
    if held is None:
        raise NotFound()
    _refuse_made(held.day)
    _tell(actor, "plan.undo", held)
    db.session.delete(held)
    return held.day


def _refuse_made(day: date) -> None:
    if db.session.get(ReminderPlan, day) is not None or day < clock.today():
        raise Conflict("hold.late", day=day)


def _tell(actor: Actor, kind: str, held: PlanHold) -> None:
    history.record(
        actor, kind, dispatch_id=held.dispatch_id, assignment_id=held.assignment_id, unit_id=held.unit_id, day=held.day.isoformat(), reason=held.reason,
    )


def of_day(day: date) -> list[Any]:
    """What is held back from the plan of a day, newest first: the rows with the names of what they are about."""
    columns = select(
        PlanHold.id, PlanHold.drop, PlanHold.reason, PlanHold.at, PlanHold.assignment_id, PlanHold.unit_id, PlanHold.dispatch_id,
        Unit.name.label("unit_name"), Dispatch.number, Task.title, Person.name.label("by_name"),
    )
    joined = (
        columns.outerjoin(Assignment, Assignment.id == PlanHold.assignment_id).outerjoin(Task, Task.id == Assignment.task_id)
        .outerjoin(Unit, Unit.id == db.func.coalesce(PlanHold.unit_id, Assignment.unit_id))
        .outerjoin(Dispatch, Dispatch.id == db.func.coalesce(PlanHold.dispatch_id, Assignment.dispatch_id))
        .outerjoin(Person, Person.id == PlanHold.person_id)
    )
    return list(db.session.execute(joined.where(PlanHold.day == day).order_by(PlanHold.id.desc()).limit(SHOWN)))
