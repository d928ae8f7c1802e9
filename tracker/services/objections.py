"""Đề nghị xem lại: a unit says that a task is not its responsibility; the clock stops until a named person of the province has decided."""
from collections.abc import Sequence

from sqlalchemy import select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import RIGHTS, Actor, Right, Role
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import OWED, Act, DispatchState, State
from tracker.i18n import STATES
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.services import assignments, holding
from tracker.services.extensions import chosen_of_one_dispatch, tell, titles_of

LONGEST_REASON, LONGEST_SUGGESTION = 2000, 300
#: Roles that may decide.
DECIDERS = tuple(sorted(role for role in Role if Right.REQUEST_DECIDE in RIGHTS[role]))


def object_to(
    actor: Actor, assignment_ids: Sequence[int], reason: str, suggestion: str = "", file_id: int | None = None, channel: str = "web",
) -> list[int]:
    """Says that assignments of one dispatch are not the unit's, all or none; gives the objections' ids. Their clocks stand still from today.

    The actor may have no account (id None), as in `extensions.ask`. Who issued the dispatch decides, until somebody else is named. Raises
    NotFound, Forbidden, BadInput("request.none_chosen", "objection.reason", "objection.suggestion"), Conflict("answer.closed",
    "objection.state", "objection.again").
    """
    reason, suggestion = reason.strip(), suggestion.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("objection.reason", limit=LONGEST_REASON)
    if len(suggestion) > LONGEST_SUGGESTION:
        raise BadInput("objection.suggestion", limit=LONGEST_SUGGESTION)
    chosen = chosen_of_one_dispatch(actor, assignment_ids)
    titles, dismissed, decider_id = titles_of(chosen), _dismissed(chosen), _issuer(chosen[0].dispatch_id)
    made = []
    for a in chosen:
        need_objectable(a, titles[a.task_id], a.id in dismissed)
        assignments.advance(actor, a, Act.OBJECT, told={"reason": reason, "suggestion": suggestion})
        made.append(Objection(
            assignment_id=a.id, dispatch_id=a.dispatch_id, unit_id=a.unit_id, reason=reason, suggestion=suggestion, file_id=file_id, channel=channel,
            raised_by_id=actor.id, raised_at=clock.now(), decider_id=decider_id,
        ))
    db.session.add_all(made)
    db.session.flush()
    return [one.id for one in made]


def need_objectable(assignment: Assignment, title: str, dismissed: bool) -> None:
    """Raises Conflict with the reason why this cannot be objected to; dismissed: the province has answered already."""
    if assignment.state not in OWED:
        raise Conflict("objection.state", title=title, state=STATES[State(assignment.state)])
    if dismissed:
        raise Conflict("objection.again", title=title)


def take_back(actor: Actor, objection_id: int) -> int:
    """The unit takes its objection back: the state before comes back, its dates later by the days that the clock stood still.

    Gives the assignment's id. Raises NotFound, Forbidden, Conflict("request.decided", "objection.ended").
    """
    actor.need(Right.ASSIGNMENT_ANSWER)
    found = raised(objection_id)
    actor.need_unit(found.unit_id)
    assignment = assignments.get(actor, found.assignment_id)
    if assignment.dispatch.state != DispatchState.ISSUED:  # its tasks are in no count any more
        raise Conflict("objection.ended", number=assignment.dispatch.number or "")
    assignments.advance(actor, assignment, Act.TAKE_BACK, **holding.released(assignment, clock.today()))
    found.state, found.decided_at, found.decided_by_id = "taken_back", clock.now(), actor.id
    return assignment.id


def raised(objection_id: int) -> Objection:
    """An objection that waits for its decision, locked. Raises NotFound, Conflict("request.decided")."""
    found = db.session.get(Objection, objection_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound()
    if found.state != "raised":
        raise Conflict("request.decided")
    return found


def name_decider(actor: Actor, objection_id: int, person_id: int) -> str:
    """Chooses who decides; gives the name. Raises NotFound, Forbidden, Conflict("request.decided"), BadInput("objection.decider")."""
    actor.need(Right.REQUEST_DECIDE)
    found, person = raised(objection_id), db.session.get(Person, person_id)
    if person is None or person.left_at is not None or person.role not in DECIDERS:
        raise BadInput("objection.decider")
    found.decider_id = person.id
    tell(actor, assignments.get(actor, found.assignment_id), "decider", name=person.name)
    return person.name


def pass_on(person_id: int, successor: Person | None) -> None:
    """Gives what somebody who leaves would have decided to the successor, or to anybody with the right where that one has none."""
    heir = successor.id if successor and successor.role in DECIDERS else None
    wanted = update(Objection).where(Objection.decider_id == person_id, Objection.state == "raised")
    db.session.execute(wanted.values(decider_id=heir))


def may_decide(actor: Actor, decider_id: int | None) -> bool:
    """Whether the decision is this actor's: the one who was named, or a province leader; anyone with the right where nobody is named."""
    return actor.can(Right.REQUEST_DECIDE) and (decider_id in (None, actor.id) or actor.role == Role.LEADER)


def deciders() -> list[tuple[int, str]]:
    """Those who can be named: (id, name)."""
    wanted = select(Person.id, Person.name).where(Person.role.in_(DECIDERS), Person.left_at.is_(None)).order_by(Person.name, Person.id)
    return [(row.id, row.name) for row in db.session.execute(wanted)]


def _dismissed(chosen: Sequence[Assignment]) -> set[int]:
    """Those to which the province has said already that they are the unit's: the clock is not stopped a second time."""
    wanted = select(Objection.assignment_id).where(Objection.assignment_id.in_([a.id for a in chosen]), Objection.state == "dismissed")
    return set(db.session.scalars(wanted))


def _issuer(dispatch_id: int) -> int | None:
    """Who issued the dispatch, while that person is there and may decide."""
    wanted = select(Person.id).join(Dispatch, Dispatch.issued_by_id == Person.id)
    return db.session.scalar(wanted.where(Dispatch.id == dispatch_id, Person.left_at.is_(None), Person.role.in_(DECIDERS)))
