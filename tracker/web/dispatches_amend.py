"""Amending, withdrawing, closing and reopening an issued dispatch; each asks first, also without scripts."""
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.errors import BadInput, DomainError
from tracker.domain.wording import tr
from tracker.models.tasks import Task
from tracker.services import amending, ending
from tracker.services.amending import NewTask, TaskChange
from tracker.web.dates import typed_date
from tracker.web.dispatches import blueprint
from tracker.web.guards import Right, actor, needs


@blueprint.get("/dispatches/<int:dispatch_id>/amend")
@needs(Right.DISPATCH_ISSUE)
def amend(dispatch_id: int) -> ResponseReturnValue:
    """The form: every task with its dates, and room for a new one."""
    return _form(dispatch_id)


@blueprint.post("/dispatches/<int:dispatch_id>/amend")
@needs(Right.DISPATCH_ISSUE)
def amend_now(dispatch_id: int) -> ResponseReturnValue:
    """First shows what would change, then (confirmed) issues the revision; do=edit goes back to the form as it was typed."""
    if request.form.get("do") == "edit":
        return _form(dispatch_id)
    try:
        _, tasks = amending.get(actor(), dispatch_id)
        changes, added, reason = _changes(tasks), _added(), request.form.get("reason", "")
        if request.form.get("confirmed") != "1":
            return _confirm(dispatch_id, amending.differences(tasks, changes, added), reason)
        with transaction():
            done = amending.amend(actor(), dispatch_id, _version(), changes, added, reason)
    except BadInput as error:
        return _form(dispatch_id, error)
    flash(tr("Đã ban hành sửa đổi lần {revision}: {differences} thay đổi, {units} đơn vị được báo.", revision=done.revision - 1,
        differences=len(done.differences), units=len(done.units)), "success")
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id), 303)


def _changes(tasks: list[Task]) -> list[TaskChange]:
    """Every task as the form has it; one that the form does not name (another clerk added it) stays as it is."""
    form = request.form
    return [
        TaskChange(
            task.id, form.get(f"title-{task.id}", ""), form.get(f"text-{task.id}", ""), typed_date(form.get(f"due-{task.id}", "")),
            typed_date(form.get(f"review-{task.id}", "")), form.get(f"drop-{task.id}") == "1",
        )
        for task in tasks
        if f"title-{task.id}" in form
    ]


def _added() -> list[NewTask]:
    """The new task, if anything of it is filled in; without a ticked unit it is for every recipient."""
    form = request.form
    values = [form.get(name, "").strip() for name in ("new_title", "new_text", "new_due", "new_review")]
    if not any(values):
        return []
    units = tuple(form.getlist("new_unit", type=int))
    return [NewTask(values[0], values[1], typed_date(values[2]), typed_date(values[3]), units, form.get("new_kind") == "finding")]


def _confirm(dispatch_id: int, found: list[amending.Difference], reason: str) -> ResponseReturnValue:
    if not reason.strip():
        raise BadInput("amend.no_reason", limit=amending.LONGEST_REASON)
    if not found:
        raise BadInput("amend.nothing")
    dispatch, _ = amending.get(actor(), dispatch_id)
    fields = [(key, value) for key, value in request.form.items(multi=True) if key not in ("csrf_token", "confirmed", "do")]
    return render_template("dispatches/amend_confirm.html", d=dispatch, found=found, reason=reason, fields=fields)


def _form(dispatch_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    dispatch, tasks = amending.get(actor(), dispatch_id)
    html = render_template(
        "dispatches/amend.html", d=dispatch, tasks=tasks, typed=request.form, units=amending.frozen_recipients(dispatch_id),
        ticked=set(request.form.getlist("new_unit", type=int)), error=i18n.words(error) if error else "",
    )
    return html, error.status if error else 200


@blueprint.post("/dispatches/<int:dispatch_id>/withdraw")
@needs(Right.DISPATCH_ISSUE)
def withdraw(dispatch_id: int) -> ResponseReturnValue:
    """Withdraws, once asked."""
    reason = request.form.get("reason", "")
    try:
        if request.form.get("confirmed") != "1":
            if not reason.strip():
                raise BadInput("withdraw.no_reason", limit=amending.LONGEST_REASON)
            return _ask(dispatch_id, "withdraw", tr("Thu hồi"), tr("Mọi việc còn mở bị huỷ và các đơn vị được báo; không lấy lại được. Lý do: {reason}",
                reason=reason), danger=True)
        with transaction():
            dispatch = ending.withdraw(actor(), dispatch_id, _version(), reason)
    except BadInput as error:
        return _ask(dispatch_id, "withdraw", tr("Thu hồi"), tr("Mọi việc còn mở bị huỷ và các đơn vị được báo; không lấy lại được."), error, danger=True)
    flash(tr("Đã thu hồi {number}. Các đơn vị được báo bằng thư.", number=dispatch.number or tr('công văn')), "success")
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id), 303)


@blueprint.post("/dispatches/<int:dispatch_id>/close")
@needs(Right.DISPATCH_ISSUE)
def close(dispatch_id: int) -> ResponseReturnValue:
    """Closes, once asked."""
    if request.form.get("confirmed") != "1":
        return _ask(dispatch_id, "close", tr("Kết thúc theo dõi"), tr("Việc chưa xong thôi được nhắc; kết quả giữ nguyên và mở lại được."))
    with transaction():
        dispatch = ending.close(actor(), dispatch_id, _version(), request.form.get("reason", ""))
    flash(tr("Đã kết thúc theo dõi {number}.", number=dispatch.number or tr('công văn')), "success")
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id), 303)


@blueprint.post("/dispatches/<int:dispatch_id>/reopen")
@needs(Right.DISPATCH_ISSUE)
def reopen(dispatch_id: int) -> ResponseReturnValue:
    """Opens a closed dispatch again; nothing is lost by it, so nothing is asked."""
    with transaction():
        dispatch = ending.reopen(actor(), dispatch_id, _version())
    flash(tr("Đã mở lại {number}; việc chưa xong được nhắc như trước.", number=dispatch.number or tr('công văn')), "success")
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id), 303)


def _ask(dispatch_id: int, act: str, ok: str, text: str, error: DomainError | None = None, danger: bool = False) -> ResponseReturnValue:
    dispatch, _ = amending.get(actor(), dispatch_id)
    html = render_template(
        "dispatches/ask.html", d=dispatch, act=act, ok=ok, text=text, danger=danger, reason=request.form.get("reason", ""), version=_version(),
        error=i18n.words(error) if error else "",
    )
    return html, error.status if error else 200


def _version() -> int:
    return request.form.get("version", -1, type=int)
