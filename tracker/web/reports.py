"""Pages of reports: ask for one, watch it being made, read it, download it, send it, set its rhythm."""
from datetime import date

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.adapters.bundle import packed
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.report_document import compose
from tracker.i18n import words
from tracker.models.reports import Report
from tracker.services import reports as service
from tracker.services import reports_schedule as schedules
from tracker.web.dates import typed_date
from tracker.web.guards import actor, needs

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports")
@needs(Right.REPORT_READ)
def index() -> str:
    """The newest reports of every dispatch that the person may see; ?before= goes on."""
    before = request.args.get("before", type=int)
    rows = service.listed(actor(), before=before)
    following = url_for("reports.index", before=rows[-1].id) if len(rows) == service.PAGE else ""
    return render_template("reports/index.html", rows=rows, following=following)


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
    """Sets how often the report compiles and mails itself (every; empty switches it off)."""
    try:
        with transaction():
            chosen = schedules.choose(actor(), dispatch_id, request.form.get("every", ""))
    except BadInput as error:
        return _dispatch_page(dispatch_id, schedule_error=words(error)), error.status
    next_on = chosen.next_on if chosen else None
    flash(f"Đã đặt lịch: báo cáo tới lập ngày {next_on:%d/%m/%Y}." if next_on else "Đã tắt lịch báo cáo.", "success")
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
    flash(f"Báo cáo của công văn này sẽ gửi tới {chosen}.", "success")
    return redirect(url_for("reports.of_dispatch", dispatch_id=dispatch_id))


@blueprint.get("/reports/<int:report_id>")
@needs(Right.REPORT_READ)
def show(report_id: int) -> str:
    """A report: its progress while it is made, then the same figures as in its files."""
    found = service.get(actor(), report_id)
    about = service.dispatch(actor(), found.dispatch_id)
    if found.state != "ready":
        return render_template("reports/making.html", r=found, d=about)
    data = service.data(actor(), found)
    return render_template(
        "reports/show.html", r=found, d=about, document=compose(data), total=data.tally(), files=service.files(actor(), found),
        mail=service.mail_of(found), whole=actor().sees_all_units,
    )


@blueprint.get("/reports/<int:report_id>/progress")
@needs(Right.REPORT_READ)
def progress(report_id: int) -> Response:
    """How far it has come, for the page that watches; asks that page to load anew once it is over."""
    found = service.get(actor(), report_id)
    answer = make_response(render_template("reports/progress.html", r=found))
    if found.state in ("ready", "failed"):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.get("/reports/<int:report_id>/zip")
@needs(Right.REPORT_READ)
def bundle(report_id: int) -> Response:
    """All files of the report that the person may open, in one zip."""
    found = service.get(actor(), report_id)
    about = service.dispatch(actor(), found.dispatch_id)
    answer = make_response(packed([(file.name, file.sha256) for file in service.stored(actor(), found)]))
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="bao-cao-{about.id}-{found.as_of.isoformat()}.zip"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.post("/reports/<int:report_id>/send")
@needs(Right.REPORT_COMPILE)
def send(report_id: int) -> ResponseReturnValue:
    """Mails the report to the dispatch's report-to address, after asking (confirmed, told_before)."""
    if not request.form.get("confirmed"):
        return _ask(report_id)
    try:
        with transaction():
            mail = service.send(actor(), report_id, request.form.get("told_before", 0, type=int))
    except BadInput as error:
        flash(words(error), "error")
    else:
        flash(f"Đã xếp thư gửi báo cáo tới {mail.address}.", "success")
    return redirect(url_for("reports.show", report_id=report_id))


@blueprint.post("/reports/<int:report_id>/retry")
@needs(Right.REPORT_COMPILE)
def retry(report_id: int) -> ResponseReturnValue:
    """Orders a failed report again."""
    with transaction():
        service.retry(actor(), report_id)
    return redirect(url_for("reports.show", report_id=report_id))


def _cut_off() -> date:
    return typed_date(request.form.get("as_of", "")) or clock.today()


def _ask(report_id: int) -> str:
    found: Report = service.get(actor(), report_id)
    about = service.dispatch(actor(), found.dispatch_id)
    return render_template("reports/send.html", r=found, d=about, told_before=request.form.get("told_before", 0, type=int))


def _dispatch_page(dispatch_id: int, error: str = "", schedule_error: str = "", address_error: str = "") -> str:
    who = actor()
    about = service.dispatch(who, dispatch_id)
    return render_template(
        "reports/dispatch.html", d=about, rows=service.listed(who, dispatch_id), error=error, schedule_error=schedule_error, address_error=address_error,
        email=request.form.get("email") or about.report_to_email or "",
        as_of=request.form.get("as_of") or clock.today(), schedule=schedules.of(dispatch_id), may_compile=who.can(Right.REPORT_COMPILE),
    )
