"""When a dispatch's report compiles and mails itself."""
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.db import db
from tracker.domain.access import MACHINE, Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.report_schedule import Every, cut_off, latest_run, next_run
from tracker.models.dispatches import Dispatch
from tracker.models.reports import Report, ReportSchedule
from tracker.services import history, reports


def of(dispatch_id: int) -> ReportSchedule | None:
    """The rhythm set for this dispatch, switched off ones (next_on null) too."""
    return db.session.scalars(select(ReportSchedule).where(ReportSchedule.dispatch_id == dispatch_id, ReportSchedule.kind == "report")).first()


def choose(actor: Actor, dispatch_id: int, every: str) -> ReportSchedule | None:
    """Sets the rhythm (weekly, monthly, quarterly) or, with "", switches it off.

    Raises NotFound for a draft or none, BadInput for an unknown rhythm or a dispatch without a report-to address.
    """
    actor.need(Right.REPORT_COMPILE)
    about = db.session.get(Dispatch, dispatch_id)
    if about is None or about.issued_at is None:
        raise NotFound()
    if every and every not in set(Every):
        raise BadInput("report.every")
    if every and not about.report_to_email:
        raise BadInput("report.no_address")
    found = of(dispatch_id)
    if found is None and not every:
        return None
    if found is None:
        found = ReportSchedule(dispatch_id=dispatch_id, every=every, created_by_id=actor.id)
        db.session.add(found)
    found.every = every or found.every
    found.next_on = next_run(every, clock.today()) if every else None
    history.record(actor, "report.schedule", dispatch_id=dispatch_id, every=every, next_on=found.next_on.isoformat() if found.next_on else "")
    return found


def due() -> list[int]:
    """The schedules whose day has come, of dispatches that still run."""
    return list(db.session.scalars(
        select(ReportSchedule.id).join(Dispatch, Dispatch.id == ReportSchedule.dispatch_id)
        .where(ReportSchedule.next_on <= clock.today(), Dispatch.state == "issued").order_by(ReportSchedule.id)
    ))


def run(schedule_id: int) -> int | None:
    """Orders the report of a schedule whose day has come and moves it on; gives the report's id, None where another did so.

    Missed days are made up for by the latest one only. Harmless if run twice: moving next_on is conditional, and (schedule, cut-off)
    is unique.
    """
    found = db.session.get(ReportSchedule, schedule_id, populate_existing=True)
    today = clock.today()
    if found is None or found.dispatch_id is None or found.next_on is None or found.next_on > today:
        return None
    planned = found.next_on
    as_of = cut_off(latest_run(found.every, planned, today))
    moved = db.session.execute(
        update(ReportSchedule).where(ReportSchedule.id == schedule_id, ReportSchedule.next_on == planned)
        .values(next_on=next_run(found.every, today)).execution_options(synchronize_session=False)
    )
    if not moved.rowcount or _made(schedule_id, as_of):  # type: ignore[attr-defined]
        return None
    try:
        with db.session.begin_nested():
            return reports.request_report(MACHINE, found.dispatch_id, as_of, schedule_id=schedule_id, mail_wanted=True).id
    except (IntegrityError, BadInput):
        # Made already by another machine, or the dispatch was issued after this cut-off: the next day is set all the same.
        return None


def _made(schedule_id: int, as_of: object) -> bool:
    return db.session.scalar(select(Report.id).where(Report.schedule_id == schedule_id, Report.as_of == as_of)) is not None
