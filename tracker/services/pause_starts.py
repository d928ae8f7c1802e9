"""From which day a pause stops each clock: no earlier than the task was given, or than the day on which its date was last set."""
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from tracker import clock
from tracker.db import db
from tracker.domain.status import HELD, DispatchState
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.objections import Objection
from tracker.models.pauses import Pause, PausedAssignment
from tracker.models.tasks import Task

ISSUED = "assignment.issue"
#: Acts after which the unit has its date from that day on: what a pause before it would add was known then.
_SETS_DATE = frozenset({ISSUED, "assignment.return", "assignment.dates"})


def starts(pause: Pause, rows: Sequence[Assignment]) -> dict[int, date]:
    """Per assignment the first day on which its clock stands: from_on, or for one that reaches back the latest of from_on, the day it was
    given, the day its date was last set (a return, an amendment, an extension) and the end of an earlier hold. Two queries, none for today's.
    """
    since = {row.id: pause.from_on for row in rows}
    if pause.begun_at is not None:
        return dict.fromkeys(since, clock.today()) | _came(list(since))
    if pause.from_on >= clock.today() or not rows:
        return since
    events = select(Event.assignment_id, Event.kind, Event.at, Event.data).where(Event.assignment_id.in_(since), Event.at >= clock.start_of(pause.from_on))
    for assignment_id, kind, at, data in db.session.execute(events):
        gave_back = data.get("before") in HELD and data.get("after") not in HELD
        if kind != "assignment.resume" and (kind in _SETS_DATE or gave_back or "due_now" in data or "review_now" in data):
            since[assignment_id] = max(since[assignment_id], clock.local(at).date())
    ended = select(PausedAssignment.assignment_id, func.max(PausedAssignment.resumed_on)).where(
        PausedAssignment.assignment_id.in_(since), PausedAssignment.shifted_days > 0
    )
    for assignment_id, resumed_on in db.session.execute(ended.group_by(PausedAssignment.assignment_id)):
        since[assignment_id] = max(since[assignment_id], resumed_on or pause.from_on)
    return since


def _came(ids: list[int]) -> dict[int, date]:
    """The days on which these late comers came: their objection was decided, or their period was opened."""
    decided = select(Objection.assignment_id, func.max(Objection.decided_at)).where(Objection.assignment_id.in_(ids), Objection.decided_at.is_not(None))
    given = select(Event.assignment_id, func.max(Event.at)).where(Event.assignment_id.in_(ids), Event.kind == ISSUED)
    rows = [*db.session.execute(given.group_by(Event.assignment_id)), *db.session.execute(decided.group_by(Objection.assignment_id))]
    return {assignment_id: clock.local(at).date() for assignment_id, at in rows if assignment_id and at}


def late_comers(pause: Pause | type[Pause]) -> tuple[Select[Any], Select[Any]]:
    """Ids of what a running pause covers from a later day on: what was objected to when it began and came back since, and periods of
    recurring tasks that the machine has opened since.

    pause: one, or the table of pauses for a condition on each. What a person issued or returned after a pause began has its date from a day
    on which the pause was known, and is left as it is.
    """
    ids = select(Assignment.id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
    returned = ids.join(Objection, Objection.assignment_id == Assignment.id).where(
        Objection.raised_at <= pause.begun_at, Objection.decided_at > pause.begun_at, Objection.state.in_(("dismissed", "taken_back")),
        or_(Assignment.submitted_at.is_(None), Assignment.submitted_at <= Objection.decided_at), *_uncovered(pause),
    )
    opened = ids.join(Task, Task.id == Assignment.task_id).join(Event, Event.assignment_id == Assignment.id).where(
        Task.series_id.is_not(None), Event.kind == ISSUED, Event.at > pause.begun_at, Assignment.round == 0, *_uncovered(pause),
    )
    return returned.correlate(Pause), opened.correlate(Pause)


def _uncovered(pause: Pause | type[Pause]) -> tuple[ColumnElement[bool], ...]:
    """Owed, within the pause's scope, and never held by it."""
    held = (
        select(PausedAssignment.id).where(PausedAssignment.assignment_id == Assignment.id, PausedAssignment.pause_id == pause.id)
        .correlate(Assignment, Pause).exists()
    )
    return (
        Assignment.chase_on.is_not(None), Dispatch.state == DispatchState.ISSUED, ~held,
        func.coalesce(pause.unit_id, Assignment.unit_id) == Assignment.unit_id,
        func.coalesce(pause.dispatch_id, Assignment.dispatch_id) == Assignment.dispatch_id,
    )
