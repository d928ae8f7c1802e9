"""Packs for meetings (gói giao ban): ordering one, and what it is compared with."""
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.briefing import Meeting
from tracker.domain.errors import BadInput
from tracker.models.reports import Report
from tracker.services import report_orders
from tracker.services.report_period_facts import Wanted

#: What the first pack looks back on.
WEEK = timedelta(days=7)


def order(actor: Actor, meeting_at: datetime | None = None) -> Report:
    """Orders a pack of all that stands now; meeting_at: when it is needed, with its zone. Raises Forbidden, BadInput("report.met", "report.nothing")."""
    actor.need(Right.REPORT_COMPILE)
    if meeting_at is not None and meeting_at < clock.now():
        raise BadInput("report.met")
    today = clock.today()
    last = _before(today, None)
    begins = last.as_of if last and last.as_of >= today - 4 * WEEK else today - WEEK
    made = report_orders.over(actor, Wanted("period", begins, today, today), kind="briefing")
    made.meeting_at = meeting_at
    return made


def before(row: Report) -> Report | None:
    """The finished pack of the last day before this one's, of the same schedule where it has one."""
    return _before(row.as_of, row.schedule_id)


def _before(day: date, schedule_id: int | None) -> Report | None:
    query = select(Report).where(Report.kind == "briefing", Report.state == "ready", Report.as_of < day)
    if schedule_id is not None:
        query = query.where(Report.schedule_id == schedule_id)
    return db.session.scalars(query.order_by(Report.as_of.desc(), Report.id.desc()).limit(1)).first()


def meeting(row: Report, changes: Sequence[Mapping[str, Any]] | None = None) -> Meeting | None:
    """What a pack is for, with what differs from the one before (by default as the row keeps it); None for an ordinary report."""
    if row.kind != "briefing":
        return None
    earlier = before(row)
    told = changes if changes is not None else row.changes or ()
    return Meeting(clock.local(row.meeting_at) if row.meeting_at else None, earlier.as_of if earlier else None, tuple(told))
