"""Chưa phản hồi: the units of a dispatch that have acknowledged nothing, or handed nothing in, with what is needed to move them."""
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.domain.status import OWED, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.mails import Reminder
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services.reminder_log import MAILED

PHONES = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One silent unit. quiet_since: when it got the dispatch, or when it acknowledged; reminded: days on which it was reminded."""

    unit_id: int
    name: str
    mailbox: str | None
    phone: str | None
    total: int
    over: int
    new: int
    quiet_since: datetime
    reminded: int
    reminded_on: date | None
    contacts: list[tuple[str, str]]

    @property
    def days(self) -> int:
        """Days of silence."""
        return (clock.today() - clock.local(self.quiet_since).date()).days


@dataclass(frozen=True)
class Silent:
    """The page: units without any sign first, then those that took it on and have not answered."""

    dispatch: Row[int, str | None, str, date | None, str]
    unread: list[Line]
    unanswered: list[Line]
    units: int


def silent(actor: Actor, dispatch_id: int) -> Silent:
    """The silent units of an issued dispatch. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    dispatch = db.session.execute(
        select(Dispatch.id, Dispatch.number, Dispatch.short_subject, Dispatch.issued_on, Dispatch.state)
        .where(Dispatch.id == dispatch_id, Dispatch.state != "draft")
    ).first()
    if dispatch is None:
        raise NotFound()
    rows = db.session.execute(_rows(dispatch_id)).all()
    quiet = [row for row in rows if not row.answered and row.owed]
    phones = contacts([row.unit_id for row in quiet])
    lines = [_line(row, phones.get(row.unit_id, [])) for row in quiet]
    lines.sort(key=lambda line: (-line.over, line.quiet_since, line.name))
    unread = [line for line in lines if line.new == line.total]
    return Silent(dispatch, unread, [line for line in lines if line.new < line.total], len(rows))


def _rows(dispatch_id: int) -> Any:
    today = clock.today()
    owed = Assignment.state.in_(OWED)

    def number(*conditions: Any) -> Any:
        return func.sum(case((and_(*conditions), 1), else_=0))

    told = (
        select(Reminder.unit_id, func.count(Reminder.on_day.distinct()).label("days"), func.max(Reminder.on_day).label("last"))
        .where(Reminder.dispatch_id == dispatch_id, MAILED).group_by(Reminder.unit_id).subquery()
    )
    work = (
        select(
            Assignment.unit_id, func.count().label("total"), number(owed).label("owed"), number(Assignment.state == State.ASSIGNED).label("new"),
            number(owed, Assignment.due_on < today).label("over"), number(Assignment.round > 0).label("answered"),
            func.min(Assignment.acknowledged_at).label("acknowledged_at"),
        )
        .where(Assignment.dispatch_id == dispatch_id, Assignment.state != State.CANCELLED).group_by(Assignment.unit_id).subquery()
    )
    return (
        select(
            Unit.id.label("unit_id"), Unit.short_name, Unit.mailbox, Unit.phone, DispatchRecipient.added_at, work.c.total, work.c.owed, work.c.new,
            work.c.over, work.c.answered, work.c.acknowledged_at, told.c.days, told.c.last,
        )
        .select_from(DispatchRecipient)
        .join(Unit, Unit.id == DispatchRecipient.unit_id).join(work, work.c.unit_id == Unit.id).outerjoin(told, told.c.unit_id == Unit.id)
        .where(DispatchRecipient.dispatch_id == dispatch_id)
    )


def _line(row: Any, contacts: list[tuple[str, str]]) -> Line:
    return Line(
        row.unit_id, row.short_name, row.mailbox, row.phone, row.total, row.over, row.new, row.acknowledged_at or row.added_at, row.days or 0, row.last,
        contacts,
    )


def contacts(unit_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Whom to call: people of the unit with a telephone."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = db.session.execute(
        select(Person.unit_id, Person.name, Person.phone)
        .where(Person.unit_id.in_(unit_ids), Person.left_at.is_(None), Person.phone != "").order_by(Person.role.desc(), Person.id)
    )
    for unit_id, name, phone in rows:
        known = found.setdefault(unit_id or 0, [])
        if len(known) < PHONES:
            known.append((name, phone or ""))
    return found
