"""Sổ nhắc việc: reading the ledger page by page, and what the plan did last and will do next."""
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, text, tuple_

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services.calendar import working_calendar

PAGE = 50
#: What the filter calls a mail's state. The rare ones are looked up by the partial indices of mails, whose words these are.
STATES = {
    "sent": Mail.state == "sent",
    "waiting": Reminder.mail_id.in_(select(Mail.id).where(text("mails.state in ('queued', 'sending')"))),
    "failed": Reminder.mail_id.in_(select(Mail.id).where(text("mails.state in ('failed', 'skipped')"))),
}
BY_HAND = text("reminders.step = 'nudge'")
#: Where somebody was written to: other entries only put a unit on the list for a letter, or say that a clerk left the step out.
MAILED = Reminder.mail_id.is_not(None)


@dataclass(frozen=True)
class Filter:
    """What to show; before: cursor of a page, as `Page.before` gives it."""

    unit_id: int | None = None
    dispatch_id: int | None = None
    state: str = ""
    by_hand: bool = False
    before: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.unit_id or self.dispatch_id or self.state or self.by_hand)


@dataclass(frozen=True)
class Page:
    """One page of the ledger, newest first; before: cursor of the next, empty at the end."""

    rows: list[Any]
    before: str


@dataclass(frozen=True)
class Planned:
    """The last plan and when the next one falls; unreachable: units that owed something then and could not be written to."""

    day: date | None
    made_at: datetime | None
    counts: dict[str, Any]
    unreachable: list[tuple[int, str]]
    next_on: date
    next_is_today: bool


def page(actor: Actor, wanted: Filter) -> Page:
    """Entries of the ledger. Raises Forbidden."""
    actor.need(Right.REMINDER_READ)
    # A unit's entries are read in the order of its index; all of them in the order of their ids.
    order = (Reminder.on_day, Reminder.id) if wanted.unit_id else (Reminder.id,)
    query = _columns().order_by(*(column.desc() for column in order)).limit(PAGE + 1)
    for column, value in ((Reminder.unit_id, wanted.unit_id), (Reminder.dispatch_id, wanted.dispatch_id)):
        query = query.where(column == value) if value else query
    if wanted.state in STATES:
        query = query.where(STATES[wanted.state])
    if wanted.by_hand:
        query = query.where(BY_HAND)
    cursor = _cursor(wanted.before)
    if cursor:
        query = query.where(tuple_(*order) < tuple_(*cursor[-len(order):]))
    rows = db.session.execute(query).all()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return Page(list(rows), f"{rows[-1].on_day.isoformat()}.{rows[-1].id}" if more else "")


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Reminder.id, Reminder.on_day, Reminder.step, Reminder.recipient, Reminder.message, Reminder.assignment_id, Reminder.dispatch_id, Reminder.unit_id,
            Unit.short_name, Dispatch.number, Task.title, Person.name.label("by_name"), Mail.id.label("mail_id"), Mail.kind, Mail.address,
            Mail.state, Mail.created_at, Mail.sent_at, Mail.attempts, Mail.next_attempt_at, Mail.last_error,
        )
        .join(Unit, Unit.id == Reminder.unit_id).join(Dispatch, Dispatch.id == Reminder.dispatch_id)
        .join(Assignment, Assignment.id == Reminder.assignment_id).join(Task, Task.id == Assignment.task_id)
        .outerjoin(Mail, Mail.id == Reminder.mail_id).outerjoin(Person, Person.id == Reminder.by_person_id)
    )


def _cursor(before: str) -> tuple[date, int] | None:
    day, _, number = before.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def planned() -> Planned:
    """The last plan that was made, and the next."""
    last = db.session.scalars(select(ReminderPlan).order_by(ReminderPlan.day.desc()).limit(1)).first()
    today, calendar = clock.today(), working_calendar()
    next_is_today = calendar.is_working(today) and (last is None or last.day < today)
    next_on = today if next_is_today else calendar.add(today, 1)
    counts: dict[str, Any] = last.counts if last else {}
    units = select(Unit.id, Unit.name).where(Unit.id.in_(counts.get("no_address", []))).order_by(Unit.id)
    unreachable = [(row.id, row.name) for row in db.session.execute(units)]
    return Planned(last.day if last else None, last.made_at if last else None, counts, unreachable, next_on, next_is_today)
