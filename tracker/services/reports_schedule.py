"""When reports compile and mail themselves: one dispatch's, the office's over every period, and the packs before its meetings."""
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.db import db
from tracker.domain.access import MACHINE, Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.report_schedule import Every, Meetings, Rhythm
from tracker.models.dispatches import Dispatch
from tracker.models.reports import Report, ReportSchedule
from tracker.models.units import Unit
from tracker.services import history, people, report_orders, reports
from tracker.services.calendar import working_calendar
from tracker.services.report_period_facts import Wanted

MOST_DAYS, MOST_HOURS = 30, 72
WEEK, MONTH = 7, 28
#: Two schedules that agree in all of this are one.
_KNOWN_BY = ("kind", "scope", "dispatch_id", "unit_id", "field", "every", "cut_day", "send_after", "address", "meeting_time", "hours_before")
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Setting:
    """A schedule as it is set. kind: report, or briefing (then at and hours_before count); scope as of Report; address: "" for the dispatch's own,
    or for nobody."""

    every: str
    cut_day: int | None = None
    send_after: int = 1
    kind: str = "report"
    scope: str = "period"
    dispatch_id: int | None = None
    unit_id: int | None = None
    field: str = ""
    address: str = ""
    at: time | None = None
    hours_before: int = 2


def of(dispatch_id: int) -> ReportSchedule | None:
    """The rhythm set for this dispatch, switched off ones (next_on null) too."""
    return db.session.scalars(select(ReportSchedule).where(ReportSchedule.dispatch_id == dispatch_id, ReportSchedule.kind == "report")).first()


def office_wide(actor: Actor) -> list[Row[Any]]:
    """Every schedule that is not one dispatch's, packs first, with the name of its unit and its last report. Raises Forbidden."""
    actor.need(Right.REPORT_COMPILE)
    last = select(Report.id).where(Report.schedule_id == ReportSchedule.id).order_by(Report.id.desc()).limit(1).scalar_subquery()
    return list(db.session.execute(
        select(ReportSchedule, Unit.short_name.label("unit"), last.label("last_id")).outerjoin(Unit, Unit.id == ReportSchedule.unit_id)
        .where(ReportSchedule.dispatch_id.is_(None)).order_by(ReportSchedule.kind, ReportSchedule.id)
    ))


def choose(actor: Actor, dispatch_id: int, every: str, cut_day: int | None = None, send_after: int = 1) -> ReportSchedule | None:
    """Sets a dispatch's rhythm or, with "", switches it off.

    Raises Forbidden, NotFound for a draft or none, BadInput for an unknown rhythm or day, or a dispatch without a report-to address.
    """
    actor.need(Right.REPORT_COMPILE)
    about = db.session.get(Dispatch, dispatch_id)
    if about is None or about.issued_at is None:
        raise NotFound()
    found = of(dispatch_id)
    if every:
        if not about.report_to_email:
            raise BadInput("report.no_address")
        return _write(actor, Setting(every, cut_day, send_after, scope="dispatch", dispatch_id=dispatch_id), found)
    if found is not None:
        _switch(actor, found, on=False)
    return found


def add(actor: Actor, setting: Setting) -> ReportSchedule:
    """Sets a schedule of the whole office. Raises Forbidden, BadInput("report.every", "report.cut_day", "report.unit", "report.same_schedule", …)."""
    actor.need(Right.REPORT_COMPILE)
    if setting.scope == "unit" and (setting.unit_id is None or db.session.get(Unit, setting.unit_id) is None):
        raise BadInput("report.unit")
    if setting.scope == "field" and not setting.field:
        raise BadInput("report.field")
    added = _write(actor, setting, None)
    _refuse_same(added)
    return added


def _refuse_same(found: ReportSchedule) -> None:
    same = [getattr(ReportSchedule, name).is_not_distinct_from(getattr(found, name)) for name in _KNOWN_BY]
    if db.session.scalar(select(ReportSchedule.id).where(ReportSchedule.id != found.id, ReportSchedule.next_on.is_not(None), *same)) is not None:
        raise BadInput("report.same_schedule")


def switch(actor: Actor, schedule_id: int, on: bool) -> ReportSchedule:
    """Switches a schedule of the office off, or on again. Raises Forbidden, NotFound, BadInput("report.same_schedule")."""
    actor.need(Right.REPORT_COMPILE)
    found = db.session.get(ReportSchedule, schedule_id)
    if found is None or found.dispatch_id is not None:
        raise NotFound()
    if on:
        _refuse_same(found)
    _switch(actor, found, on)
    return found


def _switch(actor: Actor, found: ReportSchedule, on: bool) -> None:
    found.next_on = _next_on(found) if on else None
    _record(actor, found)


def _write(actor: Actor, setting: Setting, found: ReportSchedule | None) -> ReportSchedule:
    _check(setting)
    if found is None:
        found = ReportSchedule(
            kind=setting.kind, scope=setting.scope, dispatch_id=setting.dispatch_id, created_by_id=actor.id,
            unit_id=setting.unit_id if setting.scope == "unit" else None, field=setting.field if setting.scope == "field" else None,
        )
        db.session.add(found)
    found.every, found.cut_day, found.send_after = setting.every, setting.cut_day, setting.send_after
    found.address = people.clean_email(setting.address) if setting.address.strip() else None
    found.meeting_time, found.hours_before = (setting.at, setting.hours_before) if setting.kind == "briefing" else (None, 0)
    found.next_on = _next_on(found)
    db.session.flush()
    _record(actor, found)
    return found


def _check(setting: Setting) -> None:
    if setting.every not in set(Every):
        raise BadInput("report.every")
    if setting.cut_day is not None and not 1 <= setting.cut_day <= (WEEK if setting.every == Every.WEEKLY else MONTH):
        raise BadInput("report.cut_day")
    if not 0 <= setting.send_after <= MOST_DAYS:
        raise BadInput("report.send_after", most=MOST_DAYS)
    if setting.kind == "briefing" and (setting.at is None or setting.cut_day is None or not 0 <= setting.hours_before <= MOST_HOURS):
        raise BadInput("report.meeting", most=MOST_HOURS)


def _record(actor: Actor, found: ReportSchedule) -> None:
    history.record(
        actor, "report.schedule", dispatch_id=found.dispatch_id, schedule_id=found.id, every=found.every if found.next_on else "",
        next_on=found.next_on.isoformat() if found.next_on else "",
    )


def _rhythm(found: ReportSchedule) -> Rhythm:
    return Rhythm(Every(found.every), found.cut_day, found.send_after)


def _meetings(found: ReportSchedule) -> Meetings:
    return Meetings(_rhythm(found), found.meeting_time or time(8), found.hours_before)


def _next_on(found: ReportSchedule) -> date:
    """The next day on which there is something to do, after this moment."""
    if found.kind == "briefing":
        meetings = _meetings(found)
        return meetings.made(meetings.first(clock.local(clock.now()))).date()
    rhythm, calendar = _rhythm(found), working_calendar()
    return rhythm.leaves(rhythm.next_cut(clock.today(), calendar), calendar)


def due() -> list[int]:
    """The schedules whose day has come: the office's, and those of dispatches that still run."""
    return list(db.session.scalars(
        select(ReportSchedule.id).outerjoin(Dispatch, Dispatch.id == ReportSchedule.dispatch_id)
        .where(ReportSchedule.next_on <= clock.today(), or_(ReportSchedule.dispatch_id.is_(None), Dispatch.state == "issued")).order_by(ReportSchedule.id)
    ))


def run(schedule_id: int) -> int | None:
    """Orders the report of a schedule whose day has come and moves it on; gives the report's id, None where another did so or it is too early.

    Missed days are made up for by the latest one only. Harmless if run twice: moving next_on is conditional, and (schedule, cut-off)
    is unique.
    """
    found = db.session.get(ReportSchedule, schedule_id, populate_existing=True)
    if found is None or found.next_on is None or found.next_on > clock.today():
        return None
    meeting = _meeting(found)
    if meeting and clock.now() < _meetings(found).made(meeting):
        return None
    moved = db.session.execute(
        update(ReportSchedule).where(ReportSchedule.id == schedule_id, ReportSchedule.next_on == found.next_on)
        .values(next_on=_next_on(found)).execution_options(synchronize_session=False)
    )
    if not moved.rowcount or (meeting and meeting < clock.now()):  # type: ignore[attr-defined]
        return None
    try:
        with db.session.begin_nested():
            return _order(found, meeting)
    except (IntegrityError, BadInput):
        # Made already by another machine, or nothing was issued by this cut-off: the next day is set all the same.
        return None


def _meeting(found: ReportSchedule) -> datetime | None:
    """The meeting that the pack of next_on is for: of several that were missed the last."""
    if found.kind != "briefing" or found.next_on is None:
        return None
    meetings, now = _meetings(found), clock.local(clock.now())
    meeting = meetings.first(clock.local(clock.start_of(found.next_on)) - INSTANT)
    while meeting < now and meetings.made(following := meetings.first(meetings.made(meeting))) <= now:
        meeting = following
    return meeting


def _order(found: ReportSchedule, meeting: datetime | None) -> int | None:
    cut_off = clock.today() if meeting else _rhythm(found).latest_cut(clock.today(), working_calendar())
    if db.session.scalar(select(Report.id).where(Report.schedule_id == found.id, Report.as_of == cut_off)) is not None:
        return None
    if found.dispatch_id is not None:
        return reports.request_report(MACHINE, found.dispatch_id, cut_off, schedule_id=found.id, mail_wanted=True).id
    wanted = Wanted(found.scope, _rhythm(found).begins(cut_off), cut_off, cut_off, found.unit_id, found.field)
    made = report_orders.over(
        MACHINE, wanted, kind=found.kind, schedule_id=found.id, mail_to=found.address, mail_wanted=bool(found.address))
    made.meeting_at = meeting
    return made.id
