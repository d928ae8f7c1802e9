"""Ordering reports: on one dispatch, over a period, a unit or a field; anew as a corrected version; stopping one, and trying again."""
from datetime import date

from sqlalchemy import func, select, update

from tracker import clock
from tracker.adapters import jobs
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.reports import Report, ReportEdit
from tracker.models.units import Unit
from tracker.services import history, reports
from tracker.services.report_period_facts import Wanted

#: The longest period of one report, in days: a year and a day.
LONGEST = 366
LONGEST_REASON = 500


def over(
    actor: Actor, wanted: Wanted, *, kind: str = "report", schedule_id: int | None = None, mail_to: str | None = None, mail_wanted: bool = False,
) -> Report:
    """Orders a report over several dispatches, to be compiled by a worker.

    Raises Forbidden, BadInput("report.period", "report.cut_off", "report.unit", "report.field", "report.nothing").
    """
    actor.need(Right.REPORT_COMPILE)
    _check(wanted)
    row = Report(
        kind=kind, scope=wanted.scope, period_from=wanted.period_from, period_to=wanted.period_to, as_of=wanted.as_of, unit_id=wanted.unit_id,
        field=wanted.field, schedule_id=schedule_id, mail_to=mail_to, mail_wanted=mail_wanted, created_by_id=actor.id, created_at=clock.now(),
    )
    return _queue(actor, row, "report.request")


def _check(wanted: Wanted) -> None:
    today = clock.today()
    if wanted.period_from > wanted.period_to or (wanted.period_to - wanted.period_from).days > LONGEST or wanted.period_from > today:
        raise BadInput("report.period", today=today)
    if not wanted.period_from <= wanted.as_of <= today:
        raise BadInput("report.cut_off", first=wanted.period_from, today=today)
    if wanted.scope == "unit" and (wanted.unit_id is None or db.session.get(Unit, wanted.unit_id) is None):
        raise BadInput("report.unit")
    if wanted.scope == "field" and not wanted.field:
        raise BadInput("report.field")
    first = db.session.scalar(select(func.min(Dispatch.issued_at)))
    if first is None or clock.local(first).date() > min(wanted.period_to, wanted.as_of):
        raise BadInput("report.nothing")


def _queue(actor: Actor, row: Report, kind: str) -> Report:
    db.session.add(row)
    db.session.flush()
    history.record(actor, kind, dispatch_id=row.dispatch_id, unit_id=row.unit_id, report_id=row.id, as_of=row.as_of.isoformat(), reason=row.reason or "")
    jobs.enqueue(reports.COMPILE, row.id)
    return row


def correct(actor: Actor, report_id: int, reason: str, as_of: date | None = None) -> Report:
    """Orders the next version of a finished report, by default for the same cut-off; the clerk's words go with it.

    Raises NotFound, Forbidden, BadInput("report.reason", "report.as_of", "report.cut_off"), Conflict("report.not_ready", "report.replaced").
    """
    actor.need(Right.REPORT_COMPILE)
    old = reports.get(actor, report_id)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("report.reason", limit=LONGEST_REASON)
    if old.state != "ready":
        raise Conflict("report.not_ready")
    if replaced_by(report_id) is not None:
        raise Conflict("report.replaced")
    day = as_of or old.as_of
    if old.dispatch_id is not None:
        reports.check_cut_off(old.dispatch_id, day)
    else:
        _check(wanted_of(old, day))
    row = Report(
        kind=old.kind, scope=old.scope, dispatch_id=old.dispatch_id, unit_id=old.unit_id, field=old.field, period_from=old.period_from,
        period_to=old.period_to, as_of=day, meeting_at=old.meeting_at, version=old.version + 1, replaces_id=old.id, reason=reason,
        mail_to=old.mail_to, created_by_id=actor.id, created_at=clock.now(),
    )
    _queue(actor, row, "report.correct")
    for edit in db.session.scalars(select(ReportEdit).where(ReportEdit.report_id == old.id).order_by(ReportEdit.id)):
        db.session.add(ReportEdit(report_id=row.id, key=edit.key, text=edit.text, drafted=edit.drafted, person_id=edit.person_id, at=edit.at))
    return row


def wanted_of(row: Report, as_of: date | None = None) -> Wanted:
    """What a report over several dispatches takes in. Raises NotFound for one about a single dispatch."""
    if row.period_from is None or row.period_to is None:
        raise NotFound()
    return Wanted(row.scope, row.period_from, row.period_to, as_of or row.as_of, row.unit_id, row.field)


def replaced_by(report_id: int) -> int | None:
    """The version that replaces a report, if one is made or being made."""
    live = Report.state.in_(("queued", "running", "ready"))
    return db.session.scalar(select(Report.id).where(Report.replaces_id == report_id, live).order_by(Report.id.desc()).limit(1))


def cancel(actor: Actor, report_id: int) -> Report:
    """Stops a report in the making: at once where nobody works on it, else before the worker's next part.

    Raises NotFound, Forbidden, Conflict("report.over") once it is finished.
    """
    actor.need(Right.REPORT_COMPILE)
    found = reports.get(actor, report_id)
    now = clock.now()
    queued = update(Report).where(Report.id == report_id, Report.state == "queued").values(state="cancelled", cancel_wanted=True, finished_at=now)
    running = update(Report).where(Report.id == report_id, Report.state == "running").values(cancel_wanted=True)
    if not any(reports.touched(statement) for statement in (queued, running)):
        raise Conflict("report.over")
    history.record(actor, "report.cancel", dispatch_id=found.dispatch_id, unit_id=found.unit_id, report_id=report_id, as_of=found.as_of.isoformat())
    return found


def retry(actor: Actor, report_id: int) -> Report:
    """Orders a failed or stopped report again. Raises NotFound, Forbidden, Conflict("report.not_failed", "report.replaced")."""
    actor.need(Right.REPORT_COMPILE)
    found = reports.get(actor, report_id)
    if found.replaces_id and replaced_by(found.replaces_id):
        raise Conflict("report.replaced")
    again = update(Report).where(Report.id == report_id, Report.state.in_(("failed", "cancelled"))).values(
        state="queued", error=None, done=0, tries=0, claimed_at=None, next_attempt_at=None, cancel_wanted=False, finished_at=None)
    if not reports.touched(again):
        raise Conflict("report.not_failed")
    jobs.enqueue(reports.COMPILE, report_id)
    return found
