"""Pages of reports: read one, watch it being made, download it, send it; and those of one dispatch with its rhythm, address and field."""
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.adapters.bundle import packed
from tracker.db import transaction
from tracker.domain import briefing
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.report_document import Data, compose
from tracker.domain.report_layout import Document
from tracker.domain.report_narrative import Edit
from tracker.domain.report_period import PeriodData
from tracker.domain.wording import tr
from tracker.i18n import words
from tracker.models.reports import Report
from tracker.services import briefings, contests, dispatch_fields, report_edits, report_orders
from tracker.services import reports as service
from tracker.services import reports_schedule as schedules
from tracker.web.dates import typed_date
from tracker.web.fields import typed_number
from tracker.web.guards import actor, needs

blueprint = Blueprint("reports", __name__)
RHYTHMS = (("weekly", tr("hằng tuần")), ("monthly", tr("hằng tháng")), ("quarterly", tr("hằng quý")), ("half_year", tr("nửa năm một lần")), ("year",
    tr("mỗi năm một lần")))
#: So many of the changes of a version stand on its page.
CHANGES = 200


@blueprint.get("/dispatches/<int:dispatch_id>/reports")
@needs(Right.REPORT_READ)
def of_dispatch(dispatch_id: int) -> str:
    """One dispatch's reports, with the forms to order one and to set its rhythm."""
    return _dispatch_page(dispatch_id)


@blueprint.post("/dispatches/<int:dispatch_id>/reports")
@needs(Right.REPORT_COMPILE)
def order(dispatch_id: int) -> ResponseReturnValue:
    """Orders a report (as_of; empty for today) and goes to its page."""
    try:
        with transaction():
            made = service.request_report(actor(), dispatch_id, _cut_off())
    except BadInput as error:
        return _dispatch_page(dispatch_id, error=words(error)), error.status
    return redirect(url_for("reports.show", report_id=made.id))


@blueprint.post("/dispatches/<int:dispatch_id>/reports/schedule")
@needs(Right.REPORT_COMPILE)
def schedule(dispatch_id: int) -> ResponseReturnValue:
    """Sets how often the report compiles and mails itself (every, cut_day, send_after; an empty every switches it off)."""
    form = request.form
    try:
        with transaction():
            chosen = schedules.choose(actor(), dispatch_id, form.get("every", ""), typed_number(form, "cut_day"), typed_number(form, "send_after", 1) or 0)
    except BadInput as error:
        return _dispatch_page(dispatch_id, schedule_error=words(error)), error.status
    next_on = chosen.next_on if chosen else None
    flash(tr("Đã đặt lịch: báo cáo tới lập ngày {next_on}.", next_on=f'{next_on:%d/%m/%Y}') if next_on else tr("Đã tắt lịch báo cáo."), "success")
    return redirect(url_for("reports.of_dispatch", dispatch_id=dispatch_id))


@blueprint.post("/dispatches/<int:dispatch_id>/reports/address")
@needs(Right.REPORT_COMPILE)
def address(dispatch_id: int) -> ResponseReturnValue:
    """Sets the address that the reports go to (email)."""
    try:
        with transaction():
            chosen = service.address_to(actor(), dispatch_id, request.form.get("email", ""))
    except BadInput as error:
        return _dispatch_page(dispatch_id, address_error=words(error)), error.status
    flash(tr("Báo cáo của công văn này sẽ gửi tới {chosen}.", chosen=chosen), "success")
    return redirect(url_for("reports.of_dispatch", dispatch_id=dispatch_id))


@blueprint.post("/dispatches/<int:dispatch_id>/field")
@needs(Right.REPORT_COMPILE)
def set_field(dispatch_id: int) -> ResponseReturnValue:
    """Sets the dispatch's field (field; empty for none), by which reports over a period are put together."""
    try:
        with transaction():
            chosen = dispatch_fields.choose(actor(), dispatch_id, request.form.get("field", ""))
    except BadInput as error:
        return _dispatch_page(dispatch_id, field_error=words(error)), error.status
    flash(tr("Đã ghi lĩnh vực: {chosen}.", chosen=chosen) if chosen else tr("Đã bỏ lĩnh vực của công văn."), "success")
    return redirect(url_for("reports.of_dispatch", dispatch_id=dispatch_id))


@blueprint.get("/reports/<int:report_id>")
@needs(Right.REPORT_READ)
def show(report_id: int) -> str:
    """A report: its progress while it is made, then the same figures as in its files; ?traced=1 tells of each sentence what it was made from."""
    who = actor()
    found = service.get(who, report_id)
    if found.state != "ready":
        return render_template("reports/making.html", r=found, title=service.title(found))
    data, edits = service.data(who, found), report_edits.of(report_id)
    whole = who.sees_all_units
    changes = [one for one in found.changes or () if whole or one.get("unit_code") in {unit.code for unit in data.units}]
    return render_template(
        "reports/show.html", r=found, title=service.title(found), document=_document(found, data, edits if whole else None),
        total=data.total.counts if isinstance(data, PeriodData) else data.tally(), files=service.files(who, found), mail=service.mail_of(found), whole=whole,
        goes_to=service.goes_to(found), versions=service.versions(found) if whole else (), newer=report_orders.replaced_by(report_id),
        changes=changes[:CHANGES], changed=len(changes), stale=report_edits.stale(who, found) if whole and edits else (),
        sentences=report_edits.lines(who, found) if whole and request.args.get("traced") else (), edited=len(edits),
        provisional=found.prepared_on is not None and found.prepared_on <= found.as_of, may_compile=who.can(Right.REPORT_COMPILE),
        told=contests.is_told(who, report_id),
    )


def _document(found: Report, data: Data, edits: Mapping[str, Edit] | None) -> Document:
    """As the files draw it."""
    meeting = briefings.meeting(found)
    if meeting and isinstance(data, PeriodData) and edits is not None:
        return briefing.compose(data, meeting, edits, found.number or "")
    return compose(data, edits, found.number or "")


@blueprint.get("/reports/<int:report_id>/progress")
@needs(Right.REPORT_READ)
def progress(report_id: int) -> Response:
    """How far it has come, for the page that watches; asks that page to load anew once it is over."""
    found = service.get(actor(), report_id)
    answer = make_response(render_template("reports/progress.html", r=found))
    if found.state in ("ready", "failed", "cancelled"):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.get("/reports/<int:report_id>/zip")
@needs(Right.REPORT_READ)
def bundle(report_id: int) -> Response:
    """All files of the report that the person may open, in one zip."""
    found = service.get(actor(), report_id)
    answer = make_response(packed([(file.name, file.sha256) for file in service.stored(actor(), found)]))
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="bao-cao-{found.id}-{found.as_of.isoformat()}.zip"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.post("/reports/<int:report_id>/send")
@needs(Right.REPORT_COMPILE)
def send(report_id: int) -> ResponseReturnValue:
    """Mails the report to the typed address (to), else to where it goes, after asking (confirmed, told_before)."""
    if not request.form.get("confirmed"):
        return _ask(report_id)
    try:
        with transaction():
            mail = service.send(actor(), report_id, request.form.get("told_before", 0, type=int), request.form.get("to", ""))
    except BadInput as error:
        return _ask(report_id, words(error)), error.status
    flash(tr("Đã xếp thư gửi báo cáo tới {address}.", address=mail.address), "success")
    return redirect(url_for("reports.show", report_id=report_id))


def _cut_off() -> date:
    return typed_date(request.form.get("as_of", "")) or clock.today()


def _ask(report_id: int, error: str = "") -> str:
    found: Report = service.get(actor(), report_id)
    to = request.form.get("to", "").strip() or service.goes_to(found)
    return render_template("reports/send.html", r=found, to=to, told_before=request.form.get("told_before", 0, type=int), error=error)


def _dispatch_page(dispatch_id: int, **errors: str) -> str:
    who = actor()
    about = service.dispatch(who, dispatch_id)
    return render_template(
        "reports/dispatch.html", d=about, rows=service.listed(who, dispatch_id), errors=errors,
        email=request.form.get("email") or about.report_to_email or "", field=request.form.get("field") or about.field or "",
        fields=dispatch_fields.known(), as_of=request.form.get("as_of") or clock.today(), schedule=schedules.of(dispatch_id), rhythms=RHYTHMS,
        may_compile=who.can(Right.REPORT_COMPILE),
    )
