"""Correcting a draft from its text: words picked there, doubts found right, the last step taken back."""
from flask import flash, request
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.services import draft_doubts, draft_pick, draft_tasks, draft_undo
from tracker.web.dispatches import blueprint
from tracker.web.dispatches_draft_forms import BASE, back, version
from tracker.web.guards import Right, actor, needs


@blueprint.post(f"{BASE}/pick")
@needs(Right.DISPATCH_DRAFT)
def pick(dispatch_id: int) -> ResponseReturnValue:
    """Words of the text (start, end: characters) become the value named by `field`, of the task named by `task` where it is a task's."""
    form = request.form
    try:
        with transaction():
            _, task = draft_pick.pick(
                actor(), dispatch_id, version(), form.get("field", ""), form.get("start", 0, type=int), form.get("end", 0, type=int),
                form.get("task", 0, type=int),
            )
            anchor = f"task-{task.id}" if task else "h-head"
    except BadInput as error:
        flash(i18n.words(error), "error")
        return back(dispatch_id, "h-head")
    return back(dispatch_id, anchor)


@blueprint.post(f"{BASE}/doubts")
@needs(Right.DISPATCH_DRAFT)
def accept_doubt(dispatch_id: int) -> ResponseReturnValue:
    """The doubt named by `doubt` was looked at and is right as it stands."""
    with transaction():
        draft_doubts.accept(actor(), dispatch_id, version(), request.form.get("doubt", ""))
    return back(dispatch_id, "h-look")


@blueprint.post(f"{BASE}/tasks/<int:task_id>/merge")
@needs(Right.DISPATCH_DRAFT)
def merge_task(dispatch_id: int, task_id: int) -> ResponseReturnValue:
    """Joins a task with the one after it, without opening either."""
    try:
        with transaction():
            draft_tasks.merge_next(actor(), dispatch_id, version(), task_id)
    except BadInput as error:
        flash(i18n.words(error), "error")
    return back(dispatch_id, f"task-{task_id}")


@blueprint.post(f"{BASE}/undo")
@needs(Right.DISPATCH_DRAFT)
def undo(dispatch_id: int) -> ResponseReturnValue:
    """Takes the last merge, split, deletion, move or common date back."""
    try:
        with transaction():
            words = draft_undo.undo(actor(), dispatch_id, version())
    except BadInput as error:
        flash(i18n.words(error), "error")
    else:
        flash(tr("Đã hoàn tác: {words}.", words=words), "success")
    return back(dispatch_id, "h-tasks")
