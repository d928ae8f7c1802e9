"""Gia hạn: a unit asks for a later date, for one task or for several of one dispatch, and can take its request back."""
from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from sqlalchemy import func, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.extending import Caps, Dates, check_day, check_times, late_when_asked
from tracker.domain.status import OWED, State
from tracker.domain.wording import tr
from tracker.i18n import EXTENSION_REASONS, STATES
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.tasks import Task
from tracker.services import answering, assignments, history

LONGEST_REASON, LARGEST_CAP = 2000, 999


def ask(
    actor: Actor, assignment_ids: Sequence[int], wished_on: date | None, category: str, reason: str, file_id: int | None = None, channel: str = "web",
) -> list[int]:
    """Asks for a later date for assignments of one dispatch, all or none; gives the requests' ids. Before or after the date has passed.

    The actor may have no account (id None): a unit's officer who came by a signed link. Raises NotFound, Forbidden, BadInput for what the
    form lacks or a date that the dispatch's caps do not leave open, Conflict("answer.closed", "extension.state", "extension.waiting",
    "extension.no_deadline", "extension.times", "extension.no_room").
    """
    reason = reason.strip()
    if wished_on is None:
        raise BadInput("extension.no_day")
    if category not in EXTENSION_REASONS:
        raise BadInput("extension.category")
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("extension.reason", limit=LONGEST_REASON)
    chosen = chosen_of_one_dispatch(actor, assignment_ids)
    caps, titles, asked, granted = _caps(chosen[0].dispatch_id), titles_of(chosen), _waiting(chosen), granted_counts([a.id for a in chosen])
    made, batch, now = [], uuid4().hex, clock.now()
    for a in chosen:
        title = titles[a.task_id]
        due_on = need_extendable(a, title, a.id in asked)
        dates = dates_of(a, granted.get(a.id, 0))
        check_times(title, dates, caps)
        check_day(title, wished_on, clock.today(), dates, caps)
        made.append(Extension(
            assignment_id=a.id, dispatch_id=a.dispatch_id, unit_id=a.unit_id, batch=batch, due_before=due_on, wished_on=wished_on, category=category,
            late_before=late_when_asked(a.late_before, due_on, clock.today()), reason=reason, file_id=file_id, channel=channel, asked_by_id=actor.id,
            asked_at=now,
        ))
        tell(actor, a, "extension_ask", before=due_on.isoformat(), wished=wished_on.isoformat(), category=EXTENSION_REASONS[category], reason=reason)
    db.session.add_all(made)
    db.session.flush()
    return [one.id for one in made]


def take_back(actor: Actor, extension_id: int) -> int:
    """The unit takes its own request back before it is decided; gives the assignment's id. Raises NotFound, Forbidden, Conflict("request.decided")."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    found = db.session.get(Extension, extension_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound()
    actor.need_unit(found.unit_id)
    if found.state != "asked":
        raise Conflict("request.decided")
    found.state, found.decided_at, found.decided_by_id = "taken_back", clock.now(), actor.id
    tell(actor, assignments.get(actor, found.assignment_id), "extension_take_back")
    return found.assignment_id


def chosen_of_one_dispatch(actor: Actor, assignment_ids: Sequence[int]) -> list[Assignment]:
    """The unit's own assignments that were chosen, its row of the dispatch locked so that two who ask at once queue.

    Raises NotFound, Forbidden, BadInput("request.none_chosen"), Conflict("answer.closed").
    """
    actor.need(Right.ASSIGNMENT_ANSWER)
    if not assignment_ids:
        raise BadInput("request.none_chosen")
    wanted = list(set(assignment_ids))
    dispatch_id = db.session.scalar(select(Assignment.dispatch_id).where(Assignment.id == wanted[0]))
    answering.need_open(answering.place(actor, dispatch_id or 0, lock=True))
    chosen = assignments.get_many(actor, wanted)
    if any(a.dispatch_id != dispatch_id for a in chosen):
        raise NotFound()
    return chosen


def need_extendable(assignment: Assignment, title: str, waiting: bool) -> date:
    """The date in force of something that can be extended. Raises Conflict with the reason why it cannot."""
    if assignment.state not in OWED:
        raise Conflict("extension.state", title=title, state=STATES[State(assignment.state)])
    if assignment.due_on is None:
        raise Conflict("extension.no_deadline", title=title)
    if waiting:
        raise Conflict("extension.waiting", title=title)
    return assignment.due_on


def dates_of(assignment: Assignment, granted: int) -> Dates:
    """What an extension of something that has a date is counted from: the fix-by day of a returned result, where it is the later one."""
    due_on = assignment.due_on or clock.today()
    return Dates(max(due_on, assignment.fix_by or due_on), assignment.original_due_on or assignment.due_on, granted)


def set_caps(actor: Actor, dispatch_id: int, days: int | None, times: int | None) -> None:
    """Sets what extensions of a dispatch may add and how often one is granted, None for no cap. Raises Forbidden, NotFound, BadInput("extension.cap")."""
    actor.need(Right.DISPATCH_ISSUE)
    if any(n is not None and not 0 <= n <= LARGEST_CAP for n in (days, times)):
        raise BadInput("extension.cap")
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None:
        raise NotFound()
    if (dispatch.extension_days, dispatch.extension_times) == (days, times):
        return
    dispatch.extension_days, dispatch.extension_times = days, times
    history.record(
        actor, "dispatch.caps", dispatch_id=dispatch_id, days=tr("không giới hạn") if days is None else tr("{days} ngày", days=days),
        times=tr("không giới hạn") if times is None else tr("{times} lần", times=times),
    )


def caps_of(dispatch: Dispatch) -> Caps:
    """What the dispatch allows."""
    return Caps(dispatch.extension_days, dispatch.extension_times)


def _caps(dispatch_id: int) -> Caps:
    return caps_of(db.session.get_one(Dispatch, dispatch_id))


def titles_of(chosen: Sequence[Assignment]) -> dict[int, str]:
    """The titles of the assignments' tasks, by task id."""
    rows = db.session.execute(select(Task.id, Task.title).where(Task.id.in_({a.task_id for a in chosen})))
    return {row.id: row.title for row in rows}


def _waiting(chosen: Sequence[Assignment]) -> set[int]:
    wanted = select(Extension.assignment_id).where(Extension.assignment_id.in_([a.id for a in chosen]), Extension.state == "asked")
    return set(db.session.scalars(wanted))


def granted_counts(assignment_ids: Sequence[int]) -> dict[int, int]:
    """How many extensions each of the assignments was granted; those without one are left out."""
    wanted = select(Extension.assignment_id, func.count()).where(Extension.assignment_id.in_(assignment_ids), Extension.state == "granted")
    return {assignment_id: n for assignment_id, n in db.session.execute(wanted.group_by(Extension.assignment_id))}


def tell(actor: Actor, assignment: Assignment, kind: str, **told: str) -> None:
    """Adds to the assignment's history an act that leaves its state as it is."""
    history.record(
        actor, f"assignment.{kind}", dispatch_id=assignment.dispatch_id, assignment_id=assignment.id, unit_id=assignment.unit_id, **told,
    )
