"""Danh mục chỉ tiêu: the catalogue of indicators and their groups."""
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.amounts import SCALES
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.indicators import DIRECTION_WORDS, MEASURE_WORDS
from tracker.domain.rhythm import WORDS
from tracker.domain.wording import tr
from tracker.services import indicators
from tracker.services.indicators import Wanted
from tracker.web.answer_form import plain
from tracker.web.guards import actor, needs

blueprint = Blueprint("indicators", __name__, url_prefix="/indicators")
PERIODS = {"once": tr("một lần"), **{str(every): words for every, words in WORDS.items()}}


@blueprint.before_request
def _section() -> None:
    g.section = "figures"


@blueprint.get("")
@needs(Right.UNIT_READ_ALL)
def index() -> ResponseReturnValue:
    """Every indicator under its group."""
    return render_template("indicators/index.html", lines=indicators.catalogue(actor()), groups=indicators.groups(), periods=PERIODS,
                           directions=DIRECTION_WORDS, may=actor().can(Right.DISPATCH_ISSUE))


@blueprint.get("/new")
@needs(Right.DISPATCH_ISSUE)
def new() -> ResponseReturnValue:
    """An empty form."""
    return _page(None, Wanted(), 0)


@blueprint.post("/new")
@needs(Right.DISPATCH_ISSUE)
def create() -> ResponseReturnValue:
    """Adds an indicator."""
    return _save(None)


@blueprint.get("/<int:indicator_id>")
@needs(Right.DISPATCH_ISSUE)
def edit(indicator_id: int) -> ResponseReturnValue:
    """One entry to change."""
    row, wanted = indicators.get(actor(), indicator_id)
    return _page(indicator_id, wanted, row.version, retired=row.retired_at is not None)


@blueprint.post("/<int:indicator_id>")
@needs(Right.DISPATCH_ISSUE)
def change(indicator_id: int) -> ResponseReturnValue:
    """Keeps a changed entry."""
    return _save(indicator_id)


def _wanted() -> Wanted:
    form = request.form
    words = {name: plain(form.get(name, "")) for name in ("code", "name", "group", "measure", "unit", "scale", "period", "direction", "formula", "equals")}
    return Wanted(**words, decimals=form.get("decimals", -1, type=int), summed="summed" in form, flows="flows" in form)


def _save(indicator_id: int | None) -> ResponseReturnValue:
    wanted, version = _wanted(), request.form.get("version", 0, type=int)
    try:
        with transaction():
            row = indicators.save(actor(), indicator_id, wanted, version)
    except BadInput as error:
        return _page(indicator_id, wanted, version, error)
    flash(tr("Đã lưu chỉ tiêu “{name}”. Biểu đã lập giữ cách tính cũ; biểu lập từ nay dùng cách tính mới.", name=row.name), "success")
    return redirect(url_for("indicators.index"), 303)


def _page(indicator_id: int | None, wanted: Wanted, version: int, error: BadInput | None = None, retired: bool = False) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    html = render_template(
        "indicators/form.html", id=indicator_id, w=wanted, version=version, errors=errors, groups=indicators.groups(), retired=retired,
        measures=[(str(key), words) for key, words in MEASURE_WORDS.items()], scales=[(key, words) for key, (words, _) in SCALES.items()],
        directions=[(str(key), words) for key, words in DIRECTION_WORDS.items()], periods=list(PERIODS.items()),
    )
    return html, 422 if error else 200


@blueprint.post("/<int:indicator_id>/retire")
@needs(Right.DISPATCH_ISSUE)
def retire(indicator_id: int) -> ResponseReturnValue:
    """Takes an indicator out of new forms, or back in."""
    try:
        with transaction():
            row = indicators.retire(actor(), indicator_id, "back" not in request.form)
        flash(tr("Đã ngừng dùng “{name}”; số liệu cũ vẫn giữ.", name=row.name) if row.retired_at else tr("“{name}” lại chọn được vào biểu.", name=row.name),
            "success")
    except Conflict as error:
        flash(i18n.words(error), "error")
    return redirect(url_for("indicators.index"), 303)


@blueprint.post("/groups/<int:heading_id>")
@needs(Right.DISPATCH_ISSUE)
def move(heading_id: int) -> ResponseReturnValue:
    """Puts a group one place up or down."""
    with transaction():
        indicators.move_group(actor(), heading_id, "up" in request.form)
    return redirect(url_for("indicators.index"), 303)
