"""Lịch làm việc: a year by months, a day changed or given back, and a year's days from lines."""
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.services import office_days, office_days_import
from tracker.web.fields import day_or_none, whole
from tracker.web.guards import actor, needs

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")


@blueprint.before_request
def _under_settings() -> None:
    g.section = "settings"


@blueprint.get("")
@needs(Right.UNIT_READ_ALL)
def index() -> ResponseReturnValue:
    """The year (?year=) at a glance, and what can be changed in it."""
    return _page(_year(request.args.get("year", "")))


def _year(text: str) -> int:
    this = clock.today().year
    year = whole(text)
    return year if year is not None and abs(year - this) <= office_days.MOST_YEARS else this


def _page(year: int, error: BadInput | None = None) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    months = office_days.months(year)
    html = render_template(
        "calendar/index.html", year=year, months=months, errors=errors, typed=request.form, today=clock.today(),
        working=sum(month.working for month in months), this_year=clock.today().year, most=office_days.MOST_YEARS,
    )
    return html, 422 if error else 200


@blueprint.post("/days")
@needs(Right.SETTINGS_MANAGE)
def day() -> ResponseReturnValue:
    """Makes one day off or worked."""
    try:
        chosen = day_or_none(request.form, "day")
        if chosen is None:
            raise BadInput("office.day_missing", field="day")
        with transaction():
            office_days.set_day(actor(), chosen, request.form.get("working") == "1", request.form.get("name", ""))
    except BadInput as error:
        return _page(_year(request.form.get("year", "")), error)
    flash(tr("Đã ghi. Hạn của công văn đã ban hành không đổi."), "success")
    return redirect(url_for("calendar.index", year=chosen.year) + f"#m{chosen.month}")


@blueprint.post("/days/drop")
@needs(Right.SETTINGS_MANAGE)
def drop_day() -> ResponseReturnValue:
    """Gives one day back to the national calendar."""
    chosen = day_or_none(request.form, "day")
    if chosen is None:
        raise BadInput("office.day_missing", field="day")
    with transaction():
        office_days.drop_day(actor(), chosen)
    flash(tr("Ngày {chosen} trở lại theo lịch cả nước. Hạn của công văn đã ban hành không đổi.", chosen=f'{chosen:%d/%m/%Y}'), "success")
    return redirect(url_for("calendar.index", year=chosen.year) + f"#m{chosen.month}")


@blueprint.get("/import")
@needs(Right.SETTINGS_MANAGE)
def start() -> ResponseReturnValue:
    """Lines of a year to paste, or a table to choose; ?last=1 fills in the fixed days off of the year before."""
    year = _year(request.args.get("year", ""))
    return _start(year, office_days_import.of_last_year(year) if "last" in request.args else "")


def _start(year: int, text: str, error: BadInput | None = None) -> ResponseReturnValue:
    html = render_template(
        "calendar/import.html", year=year, text=text, error=i18n.words(error) if error else "", sample=office_days_import.sample(year),
        empty="last" in request.args and not text,
    )
    return html, 422 if error else 200


@blueprint.post("/import")
@needs(Right.SETTINGS_MANAGE)
def preview() -> ResponseReturnValue:
    """Shows each line and what it would do; confirmed (seen), writes all of them or none; do=edit goes back to the lines."""
    year, text = _year(request.form.get("year", "")), request.form.get("text", "")
    if request.form.get("do") == "edit":
        return _start(year, text)
    try:
        table = request.files.get("table")
        if table is not None and table.filename:
            text = office_days_import.text_of(table.stream.read(), table.filename)
        if "seen" in request.form:
            with transaction():
                n = office_days_import.write(actor(), year, text, request.form["seen"])
            flash(tr("Đã ghi {n} ngày của năm {year}. Hạn của công văn đã ban hành không đổi.", n=n, year=year), "success")
            return redirect(url_for("calendar.index", year=year))
        plan = office_days_import.plan(actor(), year, text)
    except BadInput as error:
        return _start(year, text, error)
    return render_template("calendar/preview.html", year=year, text=text, plan=plan)
