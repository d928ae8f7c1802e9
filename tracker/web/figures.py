"""Số liệu: a unit's sheet of a period, and for the province the table over all units."""
import secrets
from collections.abc import Callable

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.adapters import figure_xlsx
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict, DomainError
from tracker.domain.wording import tr
from tracker.services import figure_communes, figure_corrections, figure_due, figure_files, figure_page, figure_paste, figure_place, figure_sheets, figure_table
from tracker.services.figure_sheets import Form
from tracker.web import confirming, nav
from tracker.web.answer_form import plain, token_of
from tracker.web.filters import time_of_day
from tracker.web.guards import actor, needs

blueprint = Blueprint("figures", __name__, url_prefix="/figures")


@blueprint.get("")
@needs(Right.WORK_READ)
def index() -> ResponseReturnValue:
    """The forms that the unit owes; for the province every form with how many have handed in."""
    if actor().sees_all_units:
        return render_template("figures/index.html", forms=figure_table.listed(actor()), today=clock.today())
    return render_template("figures/mine.html", owed=figure_due.mine(actor()), handed=figure_due.handed_in(actor()), today=clock.today())


@blueprint.get("/<int:period_id>")
@needs(Right.WORK_READ)
def show(period_id: int) -> ResponseReturnValue:
    """A unit's own sheet; for the province the table."""
    if not actor().sees_all_units:
        return _sheet(period_id)
    table = figure_table.table(actor(), period_id)
    asked = request.args.get("column", "")
    column = next((one for one, _ in table.columns if one == asked), "actual")
    return render_template("figures/table.html", t=table, column=column, today=clock.today(), typed=request.form)


def _sheet(period_id: int, problems: list[tuple[str, str]] | None = None, status: int = 200, token: str = "", pasted: str = "") -> ResponseReturnValue:
    page = figure_page.page(actor(), period_id, pressed=bool(problems))
    html = render_template(
        "figures/sheet.html", page=page, place=page.place, when=figure_page.cut_off_words(page.place, clock.today()), problems=problems or [],
        token=token or secrets.token_urlsafe(15), pasted=pasted, reason=request.form.get("reason", ""), today=clock.today(),
    )
    return html, status


@blueprint.post("/<int:period_id>")
@needs(Right.ASSIGNMENT_ANSWER)
def write(period_id: int) -> ResponseReturnValue:
    """Keeps what was typed; then fills from a pasted block or a file, hands in, asks to correct, or drops the draft, as the pressed button says."""
    form = request.form
    quiet, token = "X-Autosave" in request.headers, token_of(form)
    if form.get("do") == "drop":
        figure_place.to_type(actor(), period_id)
        text = tr("Những chỗ vừa sửa bị bỏ; số đã nộp giữ nguyên.")
        if asked := confirming.question(tr("Bỏ bản nháp?"), text, tr("Bỏ bản nháp"), request.path):
            return asked
        with transaction():
            figure_sheets.drop(actor(), period_id)
        flash(tr("Đã bỏ bản nháp."), "success")
        return redirect(request.path, 303)
    with transaction():
        version = figure_sheets.save(actor(), period_id, _form(token))
    if quiet:
        return Response(status=204, headers={"X-Version": str(version), "X-Saved-At": time_of_day(clock.now())})
    try:
        return _ACTS.get(form.get("do", ""), _saved)(period_id, token, version)
    except (BadInput, Conflict) as error:
        if isinstance(error, Conflict) and error.code == "sheet.stale":
            raise
        return _sheet(period_id, [(str(error.params.get("field", "")), i18n.words(error))], error.status, token, form.get("pasted", ""))


def _form(token: str) -> Form:
    form = request.form
    cells = {key.removeprefix("c."): plain(value) for key, value in form.items() if key.startswith("c.")}
    notes = {key.removeprefix("n."): plain(value) for key, value in form.items() if key.startswith("n.")}
    return Form(token, form.get("version", 0, type=int), cells, notes)


def _saved(period_id: int, token: str, version: int) -> ResponseReturnValue:
    flash(tr("Đã lưu nháp."), "success")
    return redirect(request.path, 303)


def _fill(period_id: int, token: str, version: int, cells: dict[str, str], notes: dict[str, str]) -> ResponseReturnValue:
    with transaction():
        figure_sheets.save(actor(), period_id, Form(token, version, cells, notes))
    return redirect(request.path + "#grid", 303)


def _paste(period_id: int, token: str, version: int) -> ResponseReturnValue:
    found = figure_paste.fill(actor(), period_id, plain(request.form.get("pasted", "")))
    flash(tr("Đã điền {cells} ô từ phần vừa dán. Hãy xem lại rồi nộp.", cells=len(found.cells)), "success")
    if found.unknown:
        flash(tr("Chưa nhận ra {unknown} dòng: {names}. Hãy gõ tay các dòng ấy.", unknown=len(found.unknown), names=', '.join(found.unknown[:5])), "warning")
    return _fill(period_id, token, version, found.cells, {})


def _upload(period_id: int, token: str, version: int) -> ResponseReturnValue:
    sent = request.files.get("file")
    data = sent.stream.read(figure_xlsx.MOST_BYTES + 1) if sent and sent.filename else b""
    cells, notes = figure_files.read(actor(), period_id, data, sent.filename or "" if sent else "")
    flash(tr("Đã đọc {sum} số từ tệp. Hãy xem lại rồi nộp.", sum=sum(bool(text) for text in cells.values())), "success")
    return _fill(period_id, token, version, cells, notes)


def _submit(period_id: int, token: str, version: int) -> ResponseReturnValue:
    with transaction():
        outcome = figure_sheets.hand_in(actor(), period_id, token)
    if outcome.errors or outcome.unexplained:
        page = figure_page.page(actor(), period_id, pressed=True)
        problems = [(field.id, f"{row.one.name}: {field.error}") for row in page.rows for field in row.fields if field.error]
        problems += [(f"n-{row.one.id}", f"{row.one.name}: {row.doubts[0]}") for row in page.rows if row.doubts and not row.note and not outcome.errors]
        return _sheet(period_id, problems or [("", figure_sheets.refusal(outcome))], 422, token)
    if outcome.to_sign:
        flash(tr("Đã trình lãnh đạo đơn vị ký. Số liệu được tính là đã nộp khi lãnh đạo bấm “Ký và nộp”."), "success")
    else:
        flash(tr("Đã nộp số liệu. Trước ngày chốt vẫn sửa và nộp lại được."), "success")
    return redirect(request.path, 303)


def _ask(period_id: int, token: str, version: int) -> ResponseReturnValue:
    with transaction():
        figure_corrections.ask(actor(), period_id, token, plain(request.form.get("reason", "")))
    flash(tr("Đã gửi đề nghị sửa số liệu. Tỉnh đồng ý thì số mới được nhận, kèm lý do."), "success")
    return redirect(request.path, 303)


def _sums(period_id: int, token: str, version: int) -> ResponseReturnValue:
    cells = figure_paste.from_communes(actor(), period_id)
    flash(tr("Đã lấy số cộng của các xã vào {cells} ô còn trống. Hãy xem lại rồi nộp.",
        cells=len(cells)) if cells else tr("Không còn ô trống nào để lấy số cộng."), "success")
    return _fill(period_id, token, version, cells, {})


_ACTS: dict[str, Callable[[int, str, int], ResponseReturnValue]] = {
    "paste": _paste, "upload": _upload, "sums": _sums, "submit": _submit, "ask": _ask,
}


@blueprint.get("/<int:period_id>/form.xlsx")
@needs(Right.ASSIGNMENT_ANSWER)
def form_xlsx(period_id: int) -> ResponseReturnValue:
    """The unit's own form, to fill in."""
    return _file(*figure_files.blank(actor(), period_id))


@blueprint.get("/<int:period_id>/table.xlsx")
@needs(Right.UNIT_READ_ALL)
def table_xlsx(period_id: int) -> ResponseReturnValue:
    """The table over all units."""
    return _file(*figure_table.as_xlsx(actor(), period_id))


def _file(data: bytes, name: str) -> Response:
    return Response(data, mimetype=figure_xlsx.MEDIA_TYPE, headers={
        "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})


@blueprint.get("/<int:period_id>/units/<int:unit_id>/communes")
@needs(Right.WORK_READ)
def communes(period_id: int, unit_id: int) -> ResponseReturnValue:
    """What the communes of a district have handed in."""
    return render_template("figures/communes.html", b=figure_communes.below(actor(), period_id, unit_id), today=clock.today())


@blueprint.post("/<int:period_id>/communes")
@needs(Right.ASSIGNMENT_ANSWER)
def open_communes(period_id: int) -> ResponseReturnValue:
    """Opens the period to the district's communes, once the person has said yes."""
    figure_place.to_type(actor(), period_id)
    text, back = tr("Người của xã thấy biểu ở “Việc phải làm”."), url_for("figures.show", period_id=period_id)
    if asked := confirming.question(tr("Mở biểu này cho các xã?"), text, tr("Mở cho các xã"), back):
        return asked
    with transaction():
        count = figure_communes.open_to(actor(), period_id)
    flash(tr("Đã mở biểu cho {count} xã. Người của xã thấy biểu này ở “Việc phải làm”.", count=count), "success")
    return redirect(url_for("figures.communes", period_id=period_id, unit_id=actor().unit_id), 303)


@blueprint.get("/<int:period_id>/units/<int:unit_id>")
@needs(Right.WORK_READ)
def unit(period_id: int, unit_id: int) -> ResponseReturnValue:
    """One unit's figures with every change: for the province, and for a district those of its communes."""
    return _unit(period_id, unit_id)


def _unit(period_id: int, unit_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    page = figure_page.page(actor(), period_id, unit_id)
    may = actor().can(Right.DISPATCH_ISSUE) and page.place.locked and not page.place.commune
    html = render_template(
        "figures/unit.html", page=page, place=page.place, changes=figure_table.history(actor(), period_id, unit_id), may_correct=may,
        when=figure_page.cut_off_words(page.place, clock.today()), error=i18n.words(error) if error else "", typed=request.form, columns=dict(page.columns),
    )
    return html, error.status if error else 200


@blueprint.post("/<int:period_id>/units/<int:unit_id>")
@needs(Right.DISPATCH_ISSUE)
def correct(period_id: int, unit_id: int) -> ResponseReturnValue:
    """The province corrects after the cut-off."""
    cells = {key.removeprefix("c."): value for key, value in request.form.items() if key.startswith("c.")}
    try:
        with transaction():
            count = figure_corrections.correct(actor(), period_id, unit_id, cells, plain(request.form.get("reason", "")))
    except (BadInput, Conflict) as error:
        return _unit(period_id, unit_id, error)
    flash(tr("Đã sửa {count} số. Số cũ, số mới và lý do được ghi lại.", count=count), "success")
    return redirect(request.path, 303)


@blueprint.post("/requests/<int:request_id>")
@needs(Right.REQUEST_DECIDE)
def decide(request_id: int) -> ResponseReturnValue:
    """Grants or refuses a request to correct."""
    grant = request.form.get("do") == "grant"
    with transaction():
        row = figure_corrections.decide(actor(), request_id, grant, plain(request.form.get("answer", "")))
    flash(tr("Đã nhận số mới của đơn vị, ghi là sửa sau chốt.") if grant else tr("Đã trả lời đơn vị: số đã chốt giữ nguyên."), "success")
    return redirect(url_for("figures.show", period_id=row.period_id) + "#h-requests", 303)


@blueprint.post("/requests/<int:request_id>/withdraw")
@needs(Right.ASSIGNMENT_ANSWER)
def withdraw(request_id: int) -> ResponseReturnValue:
    """The unit takes its request back."""
    with transaction():
        row = figure_corrections.withdraw(actor(), request_id)
    flash(tr("Đã rút đề nghị sửa số liệu."), "success")
    return redirect(url_for("figures.show", period_id=row.period_id), 303)


@blueprint.before_request
def _section() -> None:
    g.section = "figures"


def init_app(app: Flask) -> None:
    """Shows in the menu of who decides how many requests to correct wait; a district's own menu tells nothing of other units."""
    waiting = nav.waiting("figures")
    nav.count_with(app, "figures.index", lambda: waiting() if actor().can(Right.REQUEST_DECIDE) else 0)
