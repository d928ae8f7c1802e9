"""The office's own settings: days off, names on documents, what is taken in."""
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.services import office
from tracker.web.fields import day_or_none
from tracker.web.guards import actor, needs

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
@needs(Right.SETTINGS_MANAGE)
def index() -> ResponseReturnValue:
    """All settings on one page."""
    return _page()


def _page(error: BadInput | None = None) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    asked = request.args.get("year", "")
    this = clock.today().year
    year = int(asked) if asked.isdecimal() and abs(int(asked) - this) <= 5 else this
    html = render_template(
        "settings/index.html", names=office.names(), allow_zip=office.allow_zip(), days=office.days(year), year=year, errors=errors,
        typed=request.form, settings=current_app.extensions["settings"], this_year=this,
    )
    return html, 422 if error else 200


def _saved(**more: object) -> ResponseReturnValue:
    flash(i18n.say("office.saved"), "success")
    return redirect(url_for("settings.index", **more))  # type: ignore[arg-type]


@blueprint.post("/names")
@needs(Right.SETTINGS_MANAGE)
def names() -> ResponseReturnValue:
    """Keeps the names on the office's documents."""
    form = {key: " ".join(request.form.get(key, "").split()) for key in ("name", "parent", "place", "signer_title", "signer_name")}
    try:
        with transaction():
            office.rename(actor(), office.Names(**form))
    except BadInput as error:
        return _page(error)
    return _saved()


@blueprint.post("/files")
@needs(Right.SETTINGS_MANAGE)
def files() -> ResponseReturnValue:
    """Opens or closes uploads of zip files."""
    with transaction():
        office.set_allow_zip(actor(), "allow_zip" in request.form)
    return _saved()


@blueprint.post("/days")
@needs(Right.SETTINGS_MANAGE)
def day() -> ResponseReturnValue:
    """Makes one day off or worked."""
    try:
        chosen = day_or_none(request.form, "day")
        if chosen is None:
            raise BadInput("office.day_missing", field="day")
        with transaction():
            office.set_day(actor(), chosen, request.form.get("working") == "1", request.form.get("name", ""))
    except BadInput as error:
        return _page(error)
    return _saved(year=chosen.year)


@blueprint.post("/days/drop")
@needs(Right.SETTINGS_MANAGE)
def drop_day() -> ResponseReturnValue:
    """Gives one day back to the national calendar."""
    chosen = day_or_none(request.form, "day")
    if chosen is None:
        raise BadInput("office.day_missing", field="day")
    with transaction():
        office.drop_day(actor(), chosen)
    return _saved(year=chosen.year)
