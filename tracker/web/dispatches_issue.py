"""Ban hành: the preview of what will happen, and the one press that does it."""
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.errors import BadInput, Conflict, DomainError
from tracker.domain.wording import tr
from tracker.services import extensions, issuing
from tracker.web.dispatches import blueprint
from tracker.web.fields import typed_caps
from tracker.web.guards import Right, actor, needs


@blueprint.get("/dispatches/<int:dispatch_id>/issue")
@needs(Right.DISPATCH_ISSUE)
def issue(dispatch_id: int) -> ResponseReturnValue:
    """What issuing would do now, and what stands in the way."""
    try:
        return _page(dispatch_id)
    except Conflict as error:
        return _already(dispatch_id, error)


@blueprint.post("/dispatches/<int:dispatch_id>/issue")
@needs(Right.DISPATCH_ISSUE)
def issue_now(dispatch_id: int) -> ResponseReturnValue:
    """Issues; a second press, or a second clerk, is told that it is issued already."""
    try:
        with transaction():
            if "extension_days" in request.form:
                extensions.set_caps(actor(), dispatch_id, *typed_caps(request.form))
            done = issuing.issue(actor(), dispatch_id, request.form.get("version", -1, type=int))
    except BadInput as error:
        return _page(dispatch_id, error)
    except Conflict as error:
        if error.code == "stale":
            raise
        return _already(dispatch_id, error)
    flash(tr("Đã ban hành {number}: {assignments} nhiệm vụ giao cho {units} đơn vị, {mails} thư đang gửi.", number=done.number, assignments=done.assignments,
        units=done.units, mails=done.mails), "success")
    if done.unreachable:
        flash(tr("Chưa báo được cho {names}: đơn vị chưa có hộp thư. Hãy ghi hộp thư ở trang đơn vị rồi gửi lại.", names=', '.join(done.unreachable)),
            "warning")
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id), 303)


def _page(dispatch_id: int, error: BadInput | None = None) -> ResponseReturnValue:
    dispatch, plan = issuing.preview(actor(), dispatch_id)
    undated = [found for found in plan.obstacles if found.error.code == "task.no_date"]
    together = len(undated) > 3
    rest = [found for found in plan.obstacles if not (together and found in undated)]
    obstacles = [(found.task_id, found.label, i18n.words(found.error)) for found in rest]
    html = render_template(
        "dispatches/issue.html", d=dispatch, plan=plan, typed=request.form, obstacles=obstacles, undated=len(undated) if together else 0,
        error=i18n.words(error) if error else "",
    )
    return html, error.status if error else 200


def _already(dispatch_id: int, error: DomainError) -> ResponseReturnValue:
    return render_template("dispatches/already.html", dispatch_id=dispatch_id, text=i18n.words(error)), 409
