"""Pages of what compiles itself for the whole office: schedules of reports, packs for meetings, and a pack by hand."""
import re
from datetime import time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.i18n import words
from tracker.services import briefings, dispatch_fields, units
from tracker.services import reports_schedule as service
from tracker.services.reports_schedule import Setting
from tracker.web.fields import typed_number
from tracker.web.guards import actor, needs
from tracker.web.report_orders import blueprint
from tracker.web.reports import RHYTHMS

KINDS = (("report", tr("Báo cáo tổng hợp theo kỳ")), ("briefing", tr("Gói giao ban")))
SCOPES = (("period", tr("tất cả đơn vị, mọi công văn")), ("unit", tr("một đơn vị")), ("field", tr("một lĩnh vực")))


@blueprint.get("/reports/schedules")
@needs(Right.REPORT_COMPILE)
def schedules_index() -> str:
    """What compiles itself for the whole office, and the form to add to it."""
    return _page()


@blueprint.post("/reports/schedules")
@needs(Right.REPORT_COMPILE)
def add_schedule() -> ResponseReturnValue:
    """Adds a schedule (kind, scope, unit, field, every, cut_day, send_after, address; for a meeting at and hours_before)."""
    try:
        with transaction():
            added = service.add(actor(), _typed())
    except BadInput as error:
        return _page(words(error)), error.status
    flash(tr("Đã đặt lịch, lần tới ngày {next_on}.", next_on=f'{added.next_on:%d/%m/%Y}'), "success")
    return redirect(url_for("reports.schedules_index"))


@blueprint.post("/reports/schedules/<int:schedule_id>")
@needs(Right.REPORT_COMPILE)
def switch_schedule(schedule_id: int) -> ResponseReturnValue:
    """Switches a schedule off, or on again (on=1)."""
    try:
        with transaction():
            found = service.switch(actor(), schedule_id, on=request.form.get("on") == "1")
    except BadInput as error:
        flash(words(error), "error")
        return redirect(url_for("reports.schedules_index"))
    again = tr("Đã bật lại lịch, lần tới ngày {next_on}.", next_on=f"{found.next_on:%d/%m/%Y}") if found.next_on else ""
    flash(again or tr("Đã tắt lịch; bật lại được bất cứ lúc nào."), "success")
    return redirect(url_for("reports.schedules_index"))


@blueprint.post("/reports/briefings")
@needs(Right.REPORT_COMPILE)
def order_briefing() -> ResponseReturnValue:
    """Orders a pack of what stands now and goes to its page."""
    try:
        with transaction():
            made = briefings.order(actor())
    except BadInput as error:
        flash(words(error), "error")
        return redirect(url_for("reports.index"))
    return redirect(url_for("reports.show", report_id=made.id))


def _typed() -> Setting:
    form = request.form
    scope, kind = form.get("scope", "period"), form.get("kind", "report")
    if scope not in dict(SCOPES) or kind not in dict(KINDS):
        raise BadInput("report.every")
    return Setting(
        form.get("every", ""), typed_number(form, "cut_day"), typed_number(form, "send_after", 1) or 0, kind, "period" if kind == "briefing" else scope,
        unit_id=form.get("unit", type=int), field=form.get("field", ""), address=form.get("address", ""), at=_hour(form.get("at", "")),
        hours_before=typed_number(form, "hours_before", 2) or 0,
    )


def _hour(text: str) -> time | None:
    """An hour of the day as people type it (8h, 8h30, 08:30, 8.30), None for what is none."""
    found = re.fullmatch(r"(\d{1,2})(?:[h:.](\d{2})?)?", text.strip().lower())
    hour, minute = (int(part or 0) for part in found.groups()) if found else (24, 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None



def _page(error: str = "") -> str:
    who = actor()
    return render_template(
        "reports/schedules.html", rows=service.office_wide(who), rhythms=RHYTHMS, kinds=KINDS, scopes=SCOPES, error=error, v=dict(request.form.items()),
        units=units.choices(who), fields=[(name, name) for name in dispatch_fields.known()],
    )
