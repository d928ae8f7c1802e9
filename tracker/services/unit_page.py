"""A unit's work on one page: what it owes by urgency, its dispatches, what it handed in, and (for the province) how often it was reminded."""
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.badges import badge
from tracker.domain.status import OWED, State
from tracker.domain.wording import joined, tr
from tracker.i18n import badge_words
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.mails import Reminder
from tracker.models.submissions import Submission, SubmissionItem
from tracker.models.tasks import Task
from tracker.services import pause_list, worklist
from tracker.services.calendar import soon_until
from tracker.services.reminder_log import MAILED

#: Rows of each list: the nearest of what is owed, the latest of the rest.
OWED_SHOWN = 100
SHOWN = 15
GROUPS = (("over", tr("Quá hạn")), ("ret", tr("Trả lại")), ("soon", tr("Sắp đến hạn")), ("dated", tr("Còn hạn")), ("none", tr("Không hạn")))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing owed: where it leads, its badge and what stands beside it."""

    id: int
    title: str
    number: str
    kind: str
    words: str
    date: str


@dataclass(frozen=True)
class Group:
    """Lines of one urgency."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Handed:
    """One submission: how many of its answers wait, are accepted or were returned."""

    id: int
    number: str
    document: str | None
    submitted_at: datetime
    tasks: int
    waiting: int
    accepted: int
    returned: int


@dataclass(frozen=True)
class Work:
    """The work part of a unit's page; reminders is empty for the unit itself: how often others are told is the province's."""

    counts: worklist.Counts
    groups: list[Group]
    shown: int
    dispatches: list[Row[int, str | None, str, date | None, int, int, int, int]]
    submissions: list[Handed]
    reminders: list[Row[date, str, str | None, int, str | None]]
    whole: bool
    standing: list[pause_list.Standing] = field(default_factory=list)


def work(actor: Actor, unit_id: int) -> Work:
    """The unit's work. Raises NotFound for a foreign unit, Forbidden without the right to read work."""
    actor.need(Right.WORK_READ)
    actor.need_unit(unit_id)
    today, soon = clock.today(), soon_until()
    groups = _owed(unit_id, today, soon)
    reminders = _reminders(unit_id) if actor.can(Right.REMINDER_READ) else []
    shown = sum(len(group.lines) for group in groups)
    return Work(
        worklist.counts(unit_id, today, soon), groups, shown, _dispatches(unit_id), _submissions(unit_id), reminders, actor.sees_all_units,
        pause_list.of_unit(unit_id),
    )


def _owed(unit_id: int, today: date, soon: date) -> list[Group]:
    rows = db.session.execute(
        select(
            Assignment.id, Assignment.state, Assignment.due_on, Assignment.review_on, Assignment.fix_by, Assignment.late_before,
            Assignment.original_due_on, Task.title, Dispatch.number,
        )
        .join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.unit_id == unit_id, Assignment.chase_on.is_not(None), Dispatch.state == "issued")
        .order_by(Assignment.chase_on, Assignment.id).limit(OWED_SHOWN)
    )
    groups = {key: Group(key, title) for key, title in GROUPS}
    for row in rows:
        shown = badge(row.state, row.due_on, None, today, soon, row.late_before)
        key = shown.kind if shown.kind in groups else "dated" if row.due_on else "none"
        groups[key].lines.append(Line(row.id, row.title, row.number or "", shown.kind, badge_words(shown), _dates(row, today)))
    return [group for group in groups.values() if group.lines]


def _dates(row: Any, today: date) -> str:
    parts = [tr("hạn {due_on}{row}", due_on=worklist.short(row.due_on, today),
        row=worklist.extended(row, today)) if row.due_on else tr("xem lại {review_on}", review_on=worklist.short(row.review_on, today))]
    if row.state == State.RETURNED and row.fix_by:
        parts.append(tr("sửa chậm nhất {fix_by}", fix_by=worklist.short(row.fix_by, today)))
    return joined(", ", parts)


def _number(*conditions: Any) -> Any:
    return func.sum(case((and_(*conditions), 1), else_=0))


def _dispatches(unit_id: int) -> list[Any]:
    latest = (
        select(Dispatch.id).join(DispatchRecipient, DispatchRecipient.dispatch_id == Dispatch.id)
        .where(DispatchRecipient.unit_id == unit_id, Dispatch.state.in_(("issued", "closed")))
        .order_by(Dispatch.issued_on.desc(), Dispatch.id.desc()).limit(SHOWN).scalar_subquery()
    )
    return list(
        db.session.execute(
            select(
                Dispatch.id, Dispatch.number, Dispatch.short_subject, Dispatch.issued_on, func.count(Assignment.id).label("total"),
                _number(Assignment.state == State.ACCEPTED).label("done"), _number(Assignment.state == State.SUBMITTED).label("waiting"),
                _number(Assignment.state.in_(OWED), Assignment.due_on < clock.today()).label("over"),
            )
            .join(Assignment, and_(Assignment.dispatch_id == Dispatch.id, Assignment.unit_id == unit_id, Assignment.state != State.CANCELLED))
            .where(Dispatch.id.in_(latest)).group_by(Dispatch.id).order_by(Dispatch.issued_on.desc(), Dispatch.id.desc())
        )
    )


def _submissions(unit_id: int) -> list[Handed]:
    """An answer counts as waiting, accepted or returned only in its latest round."""
    latest = SubmissionItem.round == Assignment.round
    rows = db.session.execute(
        select(
            Submission.id, func.coalesce(Dispatch.number, ""), Submission.number, Submission.submitted_at, func.count(SubmissionItem.id),
            _number(latest, Assignment.state == State.SUBMITTED), _number(latest, Assignment.state == State.ACCEPTED),
            _number(latest, Assignment.state == State.RETURNED),
        )
        .join(SubmissionItem, SubmissionItem.submission_id == Submission.id).join(Assignment, Assignment.id == SubmissionItem.assignment_id)
        .join(Dispatch, Dispatch.id == Submission.dispatch_id)
        .where(Submission.id.in_(
            select(Submission.id).where(Submission.unit_id == unit_id, Submission.submitted_at.is_not(None))
            .order_by(Submission.submitted_at.desc()).limit(SHOWN).scalar_subquery()
        ))
        .group_by(Submission.id, Dispatch.number).order_by(Submission.submitted_at.desc())
    )
    return [Handed(*row) for row in rows]


def _reminders(unit_id: int) -> list[Any]:
    return list(
        db.session.execute(
            select(
                Reminder.on_day, Reminder.dispatch_id, Dispatch.number, func.count(Reminder.assignment_id.distinct()).label("tasks"),
                func.max(case((Reminder.step == "nudge", 1), else_=0)).label("by_hand"),
            )
            .join(Dispatch, Dispatch.id == Reminder.dispatch_id)
            .where(Reminder.unit_id == unit_id, MAILED)
            .group_by(Reminder.on_day, Reminder.dispatch_id, Dispatch.number).order_by(Reminder.on_day.desc(), Reminder.dispatch_id).limit(SHOWN)
        )
    )
