"""Im lặng: units that give no sign on tasks without a deadline, over all dispatches, by how long they have been silent.

Bounded: it looks at the dispatches in force that are oldest, and shows so many lines; both limits are said on the page.
"""
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Reminder
from tracker.models.units import Unit
from tracker.services import silent
from tracker.services.reminder_log import MAILED

#: Days of silence, the longest first.
BANDS = (90, 60, 30)
#: Dispatches and rows that are looked at, and lines that are shown.
DISPATCHES, ROWS, SHOWN = 100, 20_000, 300


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's silence on one dispatch: how many tasks, since when, how often reminded, whom to call."""

    unit_id: int
    unit: str
    dispatch_id: int
    number: str
    subject: str
    tasks: int
    since: date
    days: int
    reminded: int
    reminded_on: date | None
    mailbox: str | None
    phone: str | None
    contacts: list[tuple[str, str]]


@dataclass(frozen=True)
class Quiet:
    """The page: lines by band, the longest silence first; more: there are others beyond what is shown."""

    bands: dict[int, list[Line]]
    more: bool

    @property
    def total(self) -> int:
        """Lines shown."""
        return sum(len(lines) for lines in self.bands.values())


def quiet(actor: Actor) -> Quiet:
    """Who is silent today. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    today = clock.today()
    rows = list(db.session.execute(_silences(today)))
    more, rows = len(rows) > SHOWN, rows[:SHOWN]
    told, phones = _told(rows), silent.contacts([row.unit_id for row in rows])
    bands: dict[int, list[Line]] = {band: [] for band in BANDS}
    lines = [_line(row, today, told.get((row.unit_id, row.dispatch_id)), phones.get(row.unit_id, [])) for row in rows]
    for line in sorted(lines, key=lambda line: -line.days):
        bands[next(band for band in BANDS if line.days >= band)].append(line)
    return Quiet({band: lines for band, lines in bands.items() if lines}, more)


def _silences(today: date) -> Select[Any]:
    """Per unit and dispatch what is owed without a deadline and has had no round for the shortest band.

    It counts from the day on which the dispatch was issued here, for an old one may have been entered late.
    """
    last = today - timedelta(days=BANDS[-1])
    moment = datetime.combine(last + timedelta(days=1), time(), clock.LOCAL)
    followed = (
        select(Dispatch.id, Dispatch.issued_at).where(Dispatch.state == "issued", Dispatch.issued_on <= last, Dispatch.issued_at < moment)
        .order_by(Dispatch.issued_on).limit(DISPATCHES).subquery()
    )
    owed = (
        select(Assignment.dispatch_id, Assignment.unit_id, Assignment.submitted_on, followed.c.issued_at)
        .select_from(followed).join(Assignment, Assignment.dispatch_id == followed.c.id)
        .where(Assignment.chase_on.is_not(None), Assignment.due_on.is_(None), or_(Assignment.submitted_on.is_(None), Assignment.submitted_on <= last))
        .limit(ROWS).subquery()
    )
    counted = (
        select(
            owed.c.dispatch_id, owed.c.unit_id, owed.c.issued_at, func.count().label("tasks"), func.count(owed.c.submitted_on).label("answered"),
            func.min(owed.c.submitted_on).label("last"),
        )
        .group_by(owed.c.dispatch_id, owed.c.unit_id, owed.c.issued_at).order_by(owed.c.issued_at, owed.c.dispatch_id, owed.c.unit_id)
        .limit(SHOWN + 1).subquery()
    )
    return (
        select(
            counted.c.dispatch_id, counted.c.unit_id, counted.c.tasks, counted.c.answered, counted.c.last, counted.c.issued_at, Unit.short_name, Unit.code,
            Unit.mailbox, Unit.phone, Dispatch.number, Dispatch.short_subject,
        )
        .select_from(counted).join(Unit, Unit.id == counted.c.unit_id).join(Dispatch, Dispatch.id == counted.c.dispatch_id)
        .order_by(counted.c.issued_at, Unit.code, counted.c.dispatch_id)
    )


def _told(rows: list[Any]) -> dict[tuple[int, int], tuple[int, date]]:
    """On how many days each unit was reminded of each dispatch, and the last of them."""
    wanted = (
        select(Reminder.unit_id, Reminder.dispatch_id, func.count(Reminder.on_day.distinct()), func.max(Reminder.on_day))
        .where(Reminder.dispatch_id.in_({row.dispatch_id for row in rows}), Reminder.unit_id.in_({row.unit_id for row in rows}), MAILED)
        .group_by(Reminder.unit_id, Reminder.dispatch_id)
    )
    return {(unit_id, dispatch_id): (days, on) for unit_id, dispatch_id, days, on in db.session.execute(wanted)}


def _line(row: Any, today: date, told: tuple[int, date] | None, contacts: list[tuple[str, str]]) -> Line:
    reminded, on = told or (0, None)
    since = row.last if row.answered == row.tasks else clock.local(row.issued_at).date()
    return Line(
        row.unit_id, row.short_name, row.dispatch_id, row.number or tr("công văn"), row.short_subject, row.tasks, since, (today - since).days, reminded, on,
        row.mailbox, row.phone, contacts,
    )
