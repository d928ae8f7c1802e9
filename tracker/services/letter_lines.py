"""The late list that a formal letter is drafted from: what the units owe of one dispatch past its date, and how often they were told."""
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import db
from tracker.domain import letters
from tracker.domain.letters import Line
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.mails import Reminder
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services.reminder_log import MAILED


def of_dispatch(dispatch_id: int, as_of: date, units: Iterable[int] | None = None) -> list[Line]:
    """The lines of a dispatch on a day (of some units only), by unit, the longest late first."""
    wanted = _owed().where(Assignment.dispatch_id == dispatch_id)
    if units is not None:
        wanted = wanted.where(Assignment.unit_id.in_(list(units)))
    told = _reminded(dispatch_id, as_of)
    found = [(row.code, line) for row in db.session.execute(wanted) if (line := _line(row, as_of, told))]
    return [line for _, line in sorted(found, key=lambda pair: (pair[0], pair[1].reason == letters.QUIET, -pair[1].days, pair[1].position))]


def still_late(ids: Iterable[int], as_of: date) -> set[int]:
    """Of these assignments those that still belong into a letter."""
    rows = db.session.execute(_owed().where(Assignment.id.in_(list(ids))))
    return {row.id for row in rows if _line(row, as_of, {})}


def _owed() -> Any:
    return (
        select(
            Assignment.id, Assignment.unit_id, Assignment.role, Assignment.state, Assignment.due_on, Assignment.original_due_on, Assignment.review_on,
            Assignment.fix_by, Assignment.submitted_on, Task.kind, Task.position, Task.title, Unit.code, DispatchRecipient.unit_name,
            DispatchRecipient.added_at, Dispatch.issued_at,
        )
        .join(Task, Task.id == Assignment.task_id).join(Unit, Unit.id == Assignment.unit_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .join(DispatchRecipient, (DispatchRecipient.dispatch_id == Assignment.dispatch_id) & (DispatchRecipient.unit_id == Assignment.unit_id))
        .where(Assignment.chase_on.is_not(None), Dispatch.state == "issued")
    )


def _line(row: Any, as_of: date, told: dict[int, int]) -> Line | None:
    fix_by = row.fix_by if row.state == State.RETURNED else None
    since = row.submitted_on or clock.local(max(row.added_at, row.issued_at)).date()
    found = letters.reason_of(as_of, row.due_on, fix_by, row.review_on, since)
    if found is None:
        return None
    reason, days = found
    return Line(
        row.id, row.unit_id, row.unit_name, row.kind, row.position, row.title, row.role, reason, days, fix_by if reason == letters.FIX else row.due_on,
        row.original_due_on, since if reason == letters.QUIET else None, told.get(row.id, 0),
    )


def _reminded(dispatch_id: int, as_of: date) -> dict[int, int]:
    """On how many days each assignment was told of."""
    wanted = (
        select(Reminder.assignment_id, func.count(Reminder.on_day.distinct()))
        .where(Reminder.dispatch_id == dispatch_id, Reminder.on_day <= as_of, MAILED).group_by(Reminder.assignment_id)
    )
    return {assignment_id: days for assignment_id, days in db.session.execute(wanted)}


def lettered() -> ColumnElement[bool]:
    """Whether what the plan listed for a formal letter, or for criticism, has had one since; a part of a question about Reminder."""
    since = aliased(Reminder)
    kind = or_(Reminder.recipient != "criticism", since.message.startswith(f"Công văn {letters.WORDS[letters.Kind.CRITICISE]}"))
    return exists().where(
        since.assignment_id == Reminder.assignment_id, since.step == "letter", since.by_person_id.is_not(None), since.on_day >= Reminder.on_day, kind,
    ).correlate(Reminder)
