"""Pages that order reports: the list with its form, stopping, trying again, correcting, and wording sentences anew."""
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.report_periods import PRESETS, days
from tracker.domain.wording import tr
from tracker.i18n import words
from tracker.services import dispatch_fields, report_edits, report_orders, units
from tracker.services import reports as service
from tracker.services.report_period_facts import Wanted
from tracker.web.dates import typed_date
from tracker.web.guards import actor, needs
from tracker.web.reports import blueprint

SCOPES = (("dispatch", tr("Một công văn")), ("period", tr("Cả kỳ")), ("unit", tr("Một đơn vị")), ("field", tr("Một lĩnh vực")))
STATES = (("ready", tr("đã lập xong")), ("running", tr("đang lập")), ("queued", tr("chờ lập")), ("failed", tr("chưa lập được")), ("cancelled", tr("đã dừng")))


@blueprint.get("/reports")
@needs(Right.REPORT_READ)
def index() -> str:
    """The newest reports that the person may see (scope, state), and the form to order one; ?before= goes on."""
    return _index()


@blueprint.post("/reports")
@needs(Right.REPORT_COMPILE)
def order_over() -> ResponseReturnValue:
    """Orders a report over several dispatches (scope, preset or from and to, as_of, unit, field) and goes to its page."""
    try:
        with transaction():
            made = report_orders.over(actor(), _wanted())
    except BadInput as error:
        return _index(error=words(error)), error.status
    return redirect(url_for("reports.show", report_id=made.id))


def _wanted() -> Wanted:
    form, today = request.form, clock.today()
    preset = form.get("preset", "")
    if preset in dict(PRESETS):
        first, last = days(preset, today)
    else:
        first, last = _day("from"), _day("to")
    scope = form.get("scope", "period")
    if scope not in ("period", "unit", "field"):
        raise BadInput("report.period", today=today)
    as_of = typed_date(form.get("as_of", "")) or min(last, today)
    return Wanted(
        scope, first, last, as_of, form.get("unit", type=int) if scope == "unit" else None, (form.get("field") or None) if scope == "field" else None)


def _day(name: str) -> date:
    found = typed_date(request.form.get(name, ""))
    if found is None:
        raise BadInput("report.period", today=clock.today())
    return found


def _index(error: str = "") -> str:
    who, args = actor(), request.args
    wanted = service.Filter(args.get("scope", ""), args.get("state", ""))
    rows = service.listed(who, before=args.get("before", type=int), wanted=wanted)
    more = len(rows) == service.PAGE
    following = url_for("reports.index", before=rows[-1].id, scope=wanted.scope or None, state=wanted.state or None) if more else ""
    may_compile = who.can(Right.REPORT_COMPILE)
    return render_template(
        "reports/index.html", rows=rows, following=following, wanted=wanted, scopes=SCOPES, states=STATES, may_compile=may_compile, error=error,
        presets=PRESETS, form_values=_typed(), today=clock.today(), fields=[(name, name) for name in dispatch_fields.known()] if may_compile else [],
        units=units.choices(who) if may_compile else [],
    )


@blueprint.post("/reports/<int:report_id>/cancel")
@needs(Right.REPORT_COMPILE)
def cancel(report_id: int) -> ResponseReturnValue:
    """Stops a report in the making."""
    with transaction():
        report_orders.cancel(actor(), report_id)
    flash(tr("Đã dừng. Báo cáo này không lập nữa; vẫn có thể lập lại."), "success")
    return redirect(url_for("reports.show", report_id=report_id))


@blueprint.post("/reports/<int:report_id>/retry")
@needs(Right.REPORT_COMPILE)
def retry(report_id: int) -> ResponseReturnValue:
    """Orders a failed or stopped report again."""
    with transaction():
        report_orders.retry(actor(), report_id)
    return redirect(url_for("reports.show", report_id=report_id))


@blueprint.get("/reports/<int:report_id>/correct")
@needs(Right.REPORT_COMPILE)
def correcting(report_id: int) -> str:
    """The form for the next version: why, and by which cut-off."""
    return _correct_page(report_id)


@blueprint.post("/reports/<int:report_id>/correct")
@needs(Right.REPORT_COMPILE)
def correct(report_id: int) -> ResponseReturnValue:
    """Orders the next version (reason, as_of) and goes to its page."""
    try:
        with transaction():
            made = report_orders.correct(actor(), report_id, request.form.get("reason", ""), typed_date(request.form.get("as_of", "")))
    except BadInput as error:
        return _correct_page(report_id, words(error)), error.status
    return redirect(url_for("reports.show", report_id=made.id))


def _correct_page(report_id: int, error: str = "") -> str:
    found = service.get(actor(), report_id)
    form = request.form
    return render_template(
        "reports/correct.html", r=found, title=service.title(found), error=error, reason=form.get("reason", ""), as_of=form.get("as_of") or found.as_of)


@blueprint.get("/reports/<int:report_id>/words")
@needs(Right.REPORT_COMPILE)
def wording(report_id: int) -> str:
    """Every sentence with a field, and the figures it was drafted from."""
    return _words_page(report_id)


@blueprint.post("/reports/<int:report_id>/words")
@needs(Right.REPORT_COMPILE)
def save_words(report_id: int) -> ResponseReturnValue:
    """Keeps the sentences (s.<key>), the number and the day; the files are drawn again where anything changed."""
    texts = {name.removeprefix("s."): value for name, value in request.form.items() if name.startswith("s.")}
    try:
        with transaction():
            changed = report_edits.save(
                actor(), report_id, texts, request.form.get("number", ""), typed_date(request.form.get("signed_on", "")))
    except BadInput as error:
        return _words_page(report_id, words(error)), error.status
    flash(tr("Đã lưu. Máy đang in lại các tệp theo lời mới.") if changed else tr("Không có gì thay đổi."), "success")
    return redirect(url_for("reports.show", report_id=report_id))


def _typed() -> dict[str, str]:
    """What was typed, to stand in the form again."""
    return dict(request.form.items())


def _words_page(report_id: int, error: str = "") -> str:
    who = actor()
    found = service.get(who, report_id)
    return render_template(
        "reports/words.html", r=found, title=service.title(found), lines=report_edits.lines(who, found), error=error, form_values=_typed(),
        number=request.form.get("number", found.number or ""), signed_on=request.form.get("signed_on") or found.signed_on or "",
    )
