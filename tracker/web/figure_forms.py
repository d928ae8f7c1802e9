"""Forms of figures for the province: made for a dispatch or a task, their baseline, plans, cut-off, nudges."""
from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker import clock, i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict, DomainError
from tracker.domain.figure_assembly import ONCE
from tracker.domain.indicators import COLUMN_WORDS
from tracker.domain.rhythm import WORDS
from tracker.domain.wording import capital, tr
from tracker.services import figure_forms, figure_given, figure_nudges, figure_table, indicators
from tracker.services.figure_forms import Wanted
from tracker.web.answer_form import plain
from tracker.web.fields import day_or_none
from tracker.web.guards import actor, needs

blueprint = Blueprint("figure_forms", __name__)
EVERY = [(ONCE, tr("Một lần")), *((str(every), capital(words)) for every, words in WORDS.items())]


@blueprint.before_request
def _section() -> None:
    g.section = "figures"


@blueprint.get("/dispatches/<int:dispatch_id>/figures")
@needs(Right.UNIT_READ_ALL)
def of_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """The forms of a dispatch."""
    head = figure_forms.head(actor(), dispatch_id)
    return render_template("figures/of_dispatch.html", d=head.dispatch, forms=figure_table.listed(actor(), dispatch_id), today=clock.today())


@blueprint.get("/dispatches/<int:dispatch_id>/figures/new")
@needs(Right.DISPATCH_ISSUE)
def new(dispatch_id: int) -> ResponseReturnValue:
    """An empty form; ?task= asks the units of one task alone."""
    return _page(dispatch_id, None, Wanted("", [], ["plan", "actual"], task_id=request.args.get("task", type=int)))


@blueprint.post("/dispatches/<int:dispatch_id>/figures/new")
@needs(Right.DISPATCH_ISSUE)
def create(dispatch_id: int) -> ResponseReturnValue:
    """Makes the form and opens its first period."""
    return _save(dispatch_id, None)


@blueprint.get("/figures/forms/<int:form_id>")
@needs(Right.DISPATCH_ISSUE)
def edit(form_id: int) -> ResponseReturnValue:
    """A form to change."""
    form, _ = figure_forms.get(actor(), form_id)
    return _page(form.dispatch_id, form_id, figure_forms.wanted_of(form))


@blueprint.post("/figures/forms/<int:form_id>")
@needs(Right.DISPATCH_ISSUE)
def change(form_id: int) -> ResponseReturnValue:
    """Keeps a changed form."""
    form, _ = figure_forms.get(actor(), form_id)
    return _save(form.dispatch_id, form_id)


def _save(dispatch_id: int, form_id: int | None) -> ResponseReturnValue:
    wanted = _wanted(request.form)
    try:
        with transaction():
            form = figure_forms.save(actor(), dispatch_id, form_id, _dated(wanted), request.form.get("version", 0, type=int))
    except (BadInput, Conflict) as error:
        return _page(dispatch_id, form_id, wanted, error)
    flash(tr("Đã lưu biểu. Đơn vị thấy biểu ở “Việc phải làm” khi công văn đã ban hành."), "success")
    return redirect(url_for("figures.show", period_id=figure_table.latest_period(actor(), form.id)), 303)


def _wanted(form: "MultiDict[str, str]") -> Wanted:
    every = form.get("every", ONCE)
    after = form.get("when", "0") == "0"
    return Wanted(
        plain(form.get("title", "")), form.getlist("indicator", type=int), form.getlist("column"), every, 0 if after else form.get("when", 0, type=int),
        form.get("day", 0, type=int), None, form.get("lock_days", -1, type=int), form.get("jump", 0, type=int), form.get("sign", "officer"),
        form.get("task_id", type=int),
    )


def _dated(wanted: Wanted) -> Wanted:
    return Wanted(**{**wanted.__dict__, "due_on": day_or_none(request.form, "due_on")}) if wanted.every == ONCE else wanted


def _page(dispatch_id: int, form_id: int | None, wanted: Wanted, error: DomainError | None = None) -> ResponseReturnValue:
    head = figure_forms.head(actor(), dispatch_id)
    form = figure_forms.get(actor(), form_id)[0] if form_id else None
    html = render_template(
        "figures/form.html", d=head.dispatch, tasks=head.tasks, form_row=form, w=wanted, groups=indicators.choices(), every=EVERY,
        columns=[(str(column), words) for column, words in COLUMN_WORDS.items()], error=i18n.words(error) if error else "",
        field=str(error.params.get("field", "")) if error else "", begun=bool(form_id and figure_forms.begun(form_id)),
        due=request.form.get("due_on") if request.method == "POST" else wanted.due_on,
    )
    return html, error.status if error else 200


@blueprint.post("/figures/forms/<int:form_id>/close")
@needs(Right.DISPATCH_ISSUE)
def close(form_id: int) -> ResponseReturnValue:
    """Stops asking a form, or asks it again; asks first."""
    form, _ = figure_forms.get(actor(), form_id)
    if not form.closed_at and "confirmed" not in request.form:
        return render_template("figures/close.html", form_row=form, action=request.path, back=url_for("figure_forms.of_dispatch", dispatch_id=form.dispatch_id))
    with transaction():
        figure_forms.close(actor(), form_id, not form.closed_at)
    flash(tr("Đã ngừng hỏi biểu này; số liệu đã nộp vẫn giữ.") if form.closed_at is None else tr("Biểu lại được hỏi."), "success")
    return redirect(url_for("figure_forms.of_dispatch", dispatch_id=form.dispatch_id), 303)


@blueprint.get("/figures/forms/<int:form_id>/baseline")
@needs(Right.DISPATCH_ISSUE)
def baseline(form_id: int) -> ResponseReturnValue:
    """Figures that the reader found in the dispatch, to be taken as the baseline."""
    return render_template("figures/baseline.html", b=figure_given.baseline(actor(), form_id))


@blueprint.post("/figures/forms/<int:form_id>/baseline")
@needs(Right.DISPATCH_ISSUE)
def take(form_id: int) -> ResponseReturnValue:
    """Takes the ticked figures, or one standing baseline away."""
    drop = request.form.get("drop", "")
    with transaction():
        if drop:
            indicator, _, unit = drop.partition(".")
            figure_given.drop_baseline(actor(), form_id, _number(indicator) or 0, _number(unit))
            count = 0
        else:
            count = figure_given.take_baseline(actor(), form_id, _chosen(request.form))
    flash(tr("Đã bỏ mốc.") if drop else tr("Đã lấy {count} số làm mốc.", count=count) if count else tr("Chưa đánh dấu số nào."),
        "success" if drop or count else "warning")
    return redirect(request.path, 303)


def _chosen(form: "MultiDict[str, str]") -> dict[tuple[int, int], int]:
    found = {}
    for span in form.getlist("span"):
        start, _, end = span.partition("-")
        if (first := _number(start)) is not None and (last := _number(end)) is not None and (indicator := form.get(f"i-{span}", 0, type=int)):
            found[first, last] = indicator
    return found


@blueprint.get("/figures/<int:period_id>/given")
@needs(Right.DISPATCH_ISSUE)
def given(period_id: int) -> ResponseReturnValue:
    """The plans of the units and the bank's totals."""
    return render_template("figures/given.html", p=figure_given.plans(actor(), period_id), error="", typed=request.form)


@blueprint.post("/figures/<int:period_id>/given")
@needs(Right.DISPATCH_ISSUE)
def give(period_id: int) -> ResponseReturnValue:
    """Keeps plans and totals."""
    form = request.form
    try:
        with transaction():
            count, unknown = figure_given.give(actor(), period_id, _by_id(form, "bank-"), _by_id(form, "note-"), plain(form.get("pasted", "")))
    except BadInput as error:
        return render_template("figures/given.html", p=figure_given.plans(actor(), period_id), error=i18n.words(error), typed=form), 422
    flash(tr("Đã ghi {count} số.", count=count) if count else tr("Không có số nào thay đổi."), "success")
    if unknown:
        flash(tr("Không nhận ra đơn vị ở {unknown} dòng: {names}. Hãy sửa tên rồi dán lại các dòng ấy.", unknown=len(unknown), names=', '.join(unknown[:5])),
            "warning")
    return redirect(request.path, 303)


def _by_id(form: Mapping[str, str], prefix: str) -> dict[int, str]:
    found = ((_number(key.removeprefix(prefix)), plain(text)) for key, text in form.items() if key.startswith(prefix))
    return {id: text for id, text in found if id is not None}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@blueprint.post("/figures/<int:period_id>/cut-off")
@needs(Right.DISPATCH_ISSUE)
def cut_off(period_id: int) -> ResponseReturnValue:
    """Moves the cut-off while it has not passed."""
    try:
        with transaction():
            period = figure_forms.put_off(actor(), period_id, day_or_none(request.form, "cut_off_on"))
        flash(tr("Đã dời ngày chốt đến hết {cut_off_on}.", cut_off_on=f'{period.cut_off_on:%d/%m/%Y}'), "success")
    except (BadInput, Conflict) as error:
        flash(i18n.words(error), "error")
    return redirect(url_for("figures.show", period_id=period_id), 303)


@blueprint.post("/figures/<int:period_id>/nudge")
@needs(Right.REMINDER_SEND)
def nudge(period_id: int) -> ResponseReturnValue:
    """Writes to the ticked units that have not handed in."""
    try:
        with transaction():
            told, nobody = figure_nudges.nudge(actor(), period_id, request.form.getlist("unit_id", type=int), plain(request.form.get("message", "")))
        flash(tr("Đã gửi thư nhắc {told} đơn vị.", told=told), "success")
        if nobody:
            flash(tr("Chưa có địa chỉ thư: {names}. Hãy gọi điện, hoặc ghi hộp thư ở trang đơn vị.", names=', '.join(nobody[:8])), "warning")
    except (BadInput, Conflict) as error:
        flash(i18n.words(error), "error")
    return redirect(url_for("figures.show", period_id=period_id), 303)
