"""What a unit asks of the province: a later date, or another look at whose task it is; and taking it back."""
from collections.abc import Callable, Sequence

from flask import Blueprint, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.adapters.files import Blob
from tracker.db import db, transaction
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, DomainError
from tracker.domain.wording import tr
from tracker.services import asking, extensions, files, links, objections
from tracker.web.answer_form import ids, plain
from tracker.web.dates import typed_date
from tracker.web.guards import actor, needs
from tracker.web.submissions import ACCEPT

blueprint = Blueprint("asking", __name__)
REASONS = tuple(i18n.EXTENSION_REASONS.items())
Call = Callable[[Actor, Sequence[int], int | None], list[int]]


@blueprint.get("/dispatches/<int:dispatch_id>/extension")
@needs(Right.ASSIGNMENT_ANSWER)
def extension(dispatch_id: int) -> ResponseReturnValue:
    """The form to ask for a later date; ?task= chooses tasks at the start."""
    return _extension(dispatch_id, ids(request.args.getlist("task")))


@blueprint.post("/dispatches/<int:dispatch_id>/extension")
@needs(Right.ASSIGNMENT_ANSWER)
def ask(dispatch_id: int) -> ResponseReturnValue:
    """Asks for the ticked tasks; what is refused comes back with what was typed and the reason on top."""
    form, chosen = request.form, ids(request.form.getlist("pick"))

    def call(who: Actor, wanted: Sequence[int], file_id: int | None) -> list[int]:
        wished_on = typed_date(form.get("wished_on", ""))
        return extensions.ask(who, wanted, wished_on, form.get("category", ""), plain(form.get("reason", "")), file_id)

    asking.for_extension(actor(), dispatch_id)
    try:
        made = _send(dispatch_id, chosen, call)
    except (BadInput, Conflict) as error:
        return _extension(dispatch_id, chosen, error)
    flash(tr("Đã gửi đề nghị gia hạn {made} việc. Tỉnh trả lời qua thư và trên trang này; cho đến lúc đó hạn cũ vẫn tính.", made=len(made)), "success")
    return redirect(_back(dispatch_id, chosen), 303)


@blueprint.get("/dispatches/<int:dispatch_id>/objection")
@needs(Right.ASSIGNMENT_ANSWER)
def objection(dispatch_id: int) -> ResponseReturnValue:
    """The form to say that tasks are not the unit's; ?task= chooses tasks at the start."""
    return _objection(dispatch_id, ids(request.args.getlist("task")))


@blueprint.post("/dispatches/<int:dispatch_id>/objection")
@needs(Right.ASSIGNMENT_ANSWER)
def object_to(dispatch_id: int) -> ResponseReturnValue:
    """Objects to the ticked tasks, as `ask` asks."""
    form, chosen = request.form, ids(request.form.getlist("pick"))

    def call(who: Actor, wanted: Sequence[int], file_id: int | None) -> list[int]:
        return objections.object_to(who, wanted, plain(form.get("reason", "")), plain(form.get("suggestion", "")), file_id)

    asking.for_objection(actor(), dispatch_id)
    try:
        made = _send(dispatch_id, chosen, call)
    except (BadInput, Conflict) as error:
        return _objection(dispatch_id, chosen, error)
    flash(tr("Đã gửi đề nghị xem lại {made} việc. Ngày chờ tỉnh trả lời không tính cho đơn vị.", made=len(made)), "success")
    return redirect(_back(dispatch_id, chosen), 303)


@blueprint.post("/extensions/<int:extension_id>/take-back")
@needs(Right.ASSIGNMENT_ANSWER)
def take_back_extension(extension_id: int) -> ResponseReturnValue:
    """Rút đề nghị gia hạn."""
    with transaction():
        assignment_id = extensions.take_back(actor(), extension_id)
    flash(tr("Đã rút đề nghị gia hạn."), "success")
    return redirect(links.path("assignment", id=assignment_id), 303)


@blueprint.post("/objections/<int:objection_id>/take-back")
@needs(Right.ASSIGNMENT_ANSWER)
def take_back_objection(objection_id: int) -> ResponseReturnValue:
    """Rút đề nghị xem lại."""
    with transaction():
        assignment_id = objections.take_back(actor(), objection_id)
    flash(tr("Đã rút đề nghị xem lại. Việc trở lại danh sách phải làm; hạn được lùi bằng số ngày đã chờ."), "success")
    return redirect(links.path("assignment", id=assignment_id), 303)


def _send(dispatch_id: int, chosen: list[int], call: Call) -> list[int]:
    """Stores the optional file, then asks in one transaction with its row."""
    sent = request.files.get("file")
    taken: tuple[Blob, str] | None = None
    if sent and sent.filename:
        taken = files.take(sent.stream, sent.filename), sent.filename
    with transaction():
        file_id = None
        if taken:
            row = files.receive(actor(), *taken)
            db.session.flush()
            file_id = row.id
        return call(actor(), chosen, file_id)


def _back(dispatch_id: int, chosen: list[int]) -> str:
    return links.path("assignment", id=chosen[0]) if len(chosen) == 1 else links.path("dispatch", id=dispatch_id)


def _extension(dispatch_id: int, chosen: list[int], error: DomainError | None = None) -> ResponseReturnValue:
    return _form("asking/extension.html", asking.for_extension(actor(), dispatch_id), chosen, error, reasons=REASONS)


def _objection(dispatch_id: int, chosen: list[int], error: DomainError | None = None) -> ResponseReturnValue:
    return _form("asking/objection.html", asking.for_objection(actor(), dispatch_id), chosen, error)


def _form(template: str, page: asking.Page, chosen: list[int], error: DomainError | None, **more: object) -> ResponseReturnValue:
    g.section = "home"
    limit: int = current_app.extensions["settings"].upload_limit
    html = render_template(
        template, page=page, chosen=set(chosen), error=i18n.words(error) if error else "", typed=request.form, accept=ACCEPT, limit=limit,
        today=clock.today(), **more,
    )
    return html, error.status if error else 200
