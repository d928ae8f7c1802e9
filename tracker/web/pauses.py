"""Tạm dừng: stopping the clock for units or dispatches, what stands still now, and ending it."""
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.wording import tr
from tracker.services import pause_list, pause_work, pauses, units
from tracker.services.pauses import Wanted
from tracker.web.fields import day_or_none
from tracker.web.guards import actor, needs

blueprint = Blueprint("pauses", __name__, url_prefix="/pauses")
#: So many assignments stop or run again while the page is waited for; a worker does the rest.
AT_ONCE = 1500


@blueprint.before_request
def _under_units() -> None:
    g.section = "units"


@blueprint.get("")
@needs(Right.UNIT_READ_ALL)
def index() -> ResponseReturnValue:
    """What runs, what is planned, what is over."""
    return render_template("pauses/index.html", lists=pause_list.lists(actor()))


@blueprint.get("/new")
@needs(Right.DISPATCH_ISSUE)
def new() -> ResponseReturnValue:
    """The form; ?unit= and ?dispatch= choose beforehand."""
    return _form({"unit": request.args.get("unit", ""), "dispatch": request.args.get("dispatch", ""), "from_on": f"{clock.today():%d/%m/%Y}"})


def _form(typed: dict[str, str], error: BadInput | None = None) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    html = render_template(
        "pauses/form.html", typed=typed, errors=errors, units=units.choices(actor()), dispatches=pause_list.followed(actor()),
        reasons=list(i18n.PAUSE_REASONS.items()), most_back=pauses.MOST_BACK.days,
    )
    return html, 422 if error else 200


def _wanted() -> Wanted:
    form = request.form
    return Wanted(
        day_or_none(form, "from_on"), day_or_none(form, "until_on"), form.get("category", ""), form.get("reason", ""),
        form.get("unit", type=int), form.get("dispatch", type=int),
    )


@blueprint.post("/new")
@needs(Right.DISPATCH_ISSUE)
def create() -> ResponseReturnValue:
    """Shows first what would stand still; confirmed, it takes effect at once or on its day. do=edit goes back to the form."""
    typed = request.form.to_dict()
    if request.form.get("do") == "edit":
        return _form(typed)
    try:
        wanted = _wanted()
        if "confirmed" not in request.form:
            return render_template("pauses/confirm.html", p=pauses.preview(actor(), wanted), w=wanted, typed=typed, names=_names(wanted), today=clock.today())
        with transaction():
            pause_id = pauses.plan(actor(), wanted).id
    except BadInput as error:
        return _form(typed, error)
    done = pause_work.turn(transaction, actor(), pause_id, AT_ONCE)
    flash(_said(pause_id, done), "success")
    return redirect(url_for("pauses.show", pause_id=pause_id))


def _names(wanted: Wanted) -> tuple[str, str]:
    unit = units.get(actor(), wanted.unit_id).name if wanted.unit_id else tr("Mọi đơn vị")
    return unit, dict(pause_list.followed(actor())).get(wanted.dispatch_id, tr("một công văn")) if wanted.dispatch_id else tr("mọi công văn")


def _said(pause_id: int, done: pause_work.Turned) -> str:
    line = pause_list.one(pause_id)
    if line is None or line.state == "planned":
        return tr("Đã ghi. Đến ngày, máy tự bắt đầu và báo cho các đơn vị.")
    if line.state == "beginning":
        return tr("Đã tạm dừng {paused} việc; máy đang làm tiếp phần còn lại, tải lại trang sau ít phút.", paused=done.paused)
    if line.state == "ended":
        return tr("Thời gian tạm dừng đã qua: hạn của {assignments} việc đã lùi.", assignments=line.assignments)
    return tr("Đã tạm dừng {assignments} việc của {units} đơn vị. Thư báo đang được gửi.", assignments=line.assignments, units=line.units)


@blueprint.get("/<int:pause_id>")
@needs(Right.UNIT_READ_ALL)
def show(pause_id: int) -> ResponseReturnValue:
    """One pause with its units."""
    return _show(pause_id)


def _show(pause_id: int, error: BadInput | None = None) -> ResponseReturnValue:
    pauses.get(actor(), pause_id)
    line = pause_list.one(pause_id)
    if line is None:
        raise NotFound()
    html = render_template("pauses/show.html", p=line, units=pause_list.units(pause_id), error=i18n.words(error) if error else "", typed=request.form,
                           today=clock.today())
    return html, 422 if error else 200


@blueprint.post("/<int:pause_id>/until")
@needs(Right.DISPATCH_ISSUE)
def put_off(pause_id: int) -> ResponseReturnValue:
    """Another last day."""
    try:
        with transaction():
            pause = pauses.put_off(actor(), pause_id, request.form.get("version", 0, type=int), day_or_none(request.form, "until_on"))
    except BadInput as error:
        return _show(pause_id, error)
    flash(tr("Đã đổi: tạm dừng đến hết {until_on}.", until_on=f'{pause.until_on:%d/%m/%Y}'), "success")
    return redirect(url_for("pauses.show", pause_id=pause_id))


@blueprint.post("/<int:pause_id>/end")
@needs(Right.DISPATCH_ISSUE)
def end(pause_id: int) -> ResponseReturnValue:
    """The clock runs again from today; a planned one is dropped. Asks first."""
    pauses.get(actor(), pause_id)
    if "confirmed" not in request.form:
        return render_template("pauses/end.html", p=pause_list.one(pause_id), action=request.path, version=request.form.get("version", ""))
    with transaction():
        pauses.end(actor(), pause_id, request.form.get("version", 0, type=int))
    done = pause_work.turn(transaction, actor(), pause_id, AT_ONCE)
    flash(tr("Đã kết thúc. {resumed} việc tính hạn tiếp từ hôm nay, hạn lùi đúng số ngày đã dừng.",
        resumed=done.resumed) if done.resumed else tr("Đã kết thúc."), "success")
    return redirect(url_for("pauses.show", pause_id=pause_id))
