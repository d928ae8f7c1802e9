"""The one way in which an assignment changes: guard, change, running count and event together."""
from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.deadlines import chase_day
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.status import HELD, OWED, Act, DispatchState, State, after
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.services import history, tally


def get(actor: Actor, assignment_id: int) -> Assignment:
    """One assignment that the actor may see. Raises NotFound, for a foreign unit's too."""
    found = db.session.get(Assignment, assignment_id)
    if found is None:
        raise NotFound()
    actor.need_unit(found.unit_id)
    return found


def get_many(actor: Actor, ids: list[int]) -> list[Assignment]:
    """Several assignments in the order of their ids. Raises NotFound if one is missing or foreign."""
    found = list(db.session.scalars(select(Assignment).where(Assignment.id.in_(ids)).order_by(Assignment.id)))
    if len(found) != len(set(ids)):
        raise NotFound()
    for assignment in found:
        actor.need_unit(assignment.unit_id)
    return found


def advance(
    actor: Actor, assignment: Assignment, act: Act, *, told: dict[str, Any] | None = None, gives: State | None = None, **fields: Any,
) -> None:
    """Carries out one act: moves the state by the transition table and sets fields (columns of Assignment).

    told: further words for the event. gives: the state that an act gives back which no column keeps. Raises Conflict where the state does not
    allow it. The caller holds the transaction and has checked the right.
    """
    before, was, days = tally.key_of(assignment), assignment.state, dates(assignment)
    now_state = after(was, act, gives or assignment.held_state)
    for name, value in fields.items():
        setattr(assignment, name, value)
    settle(assignment, now_state)
    deltas: Counter[tally.Key] = Counter()
    for key, n in ((before, -1), (tally.key_of(assignment), 1)):
        if key:
            deltas[key] += n
    tally.move(deltas)
    history.record(
        actor, f"assignment.{act}", dispatch_id=assignment.dispatch_id, assignment_id=assignment.id, unit_id=assignment.unit_id,
        before=str(was), after=str(now_state), **moved(days, assignment), **(told or {}),
    )


def dates(assignment: Assignment) -> dict[str, date | None]:
    """The dates that an assignment goes by; see `moved`."""
    return {"due": assignment.due_on, "review": assignment.review_on, "fix": assignment.fix_by}


def moved(before: dict[str, date | None], assignment: Assignment) -> dict[str, str]:
    """What an event tells of dates that changed: due_was and due_now; so for review and fix (ISO, "" for none).

    "Vì sao là ngày này?" and reports of an earlier day read these, whatever act moved the date.
    """
    told: dict[str, str] = {}
    for name, day in dates(assignment).items():
        if day != before[name]:
            was = before[name]
            told |= {f"{name}_was": was.isoformat() if was else "", f"{name}_now": day.isoformat() if day else ""}
    return told


def settle(assignment: Assignment, state: str) -> None:
    """Sets the state and the columns that follow from it: a held one keeps the state before, and the day its clock stopped."""
    if state in HELD and assignment.state not in HELD:
        assignment.held_state, assignment.held_on = str(assignment.state), assignment.held_on or clock.today()
    elif state not in HELD:
        assignment.held_state = assignment.held_on = None
    assignment.state = state
    assignment.chase_on = chase_day(state in OWED, assignment.due_on, assignment.review_on, assignment.fix_by)
    assignment.updated_at = clock.now()


def acknowledge(actor: Actor, assignment_id: int) -> None:
    """Tiếp nhận one assignment; one that is past that already stays as it is. Raises NotFound, Forbidden, Conflict("dispatch.state")."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    _acknowledge(actor, [get(actor, assignment_id)])


def acknowledge_all(actor: Actor, dispatch_id: int) -> int:
    """Tiếp nhận everything that the dispatch gives to the actor's unit; gives how many were new.

    Raises NotFound, Forbidden, Conflict("dispatch.state").
    """
    actor.need(Right.ASSIGNMENT_ANSWER)
    ours = select(Assignment).where(Assignment.dispatch_id == dispatch_id, Assignment.unit_id == actor.unit_id).order_by(Assignment.id)
    found = list(db.session.scalars(ours))
    if not found:
        raise NotFound()
    return _acknowledge(actor, found)


def _acknowledge(actor: Actor, found: list[Assignment]) -> int:
    fresh = [assignment for assignment in found if assignment.state == State.ASSIGNED]
    if fresh and db.session.get_one(Dispatch, fresh[0].dispatch_id).state != DispatchState.ISSUED:  # it is in no count any more
        raise Conflict("dispatch.state")
    for assignment in fresh:
        advance(actor, assignment, Act.ACKNOWLEDGE, acknowledged_at=clock.now())
    seen = update(DispatchRecipient).where(
        DispatchRecipient.dispatch_id == found[0].dispatch_id, DispatchRecipient.unit_id == found[0].unit_id, DispatchRecipient.seen_at.is_(None)
    )
    db.session.execute(seen.values(seen_at=clock.now()))
    return len(fresh)
