"""Annexes and forms of a draft: two small forms of the draft page."""
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.db import transaction
from tracker.domain.errors import BadInput, TooLarge
from tracker.domain.wording import tr
from tracker.services import annexes, drafts, intake
from tracker.web import confirming, dispatches_draft
from tracker.web.dispatches import blueprint
from tracker.web.dispatches_new import stream
from tracker.web.guards import Right, actor, needs


@blueprint.post("/dispatches/<int:dispatch_id>/draft/annexes")
@needs(Right.DISPATCH_DRAFT)
def add_annexes(dispatch_id: int) -> ResponseReturnValue:
    """Adds the chosen files; a refusal is said on the draft page, and then none of them is kept."""
    drafts.get(actor(), dispatch_id)
    try:
        taken = intake.take_annexes([(stream(one), one.filename) for one in request.files.getlist("annexes") if one.filename])
    except (BadInput, TooLarge) as error:
        return dispatches_draft.page(dispatch_id, "annexes", error)
    try:
        with transaction():
            annexes.add(actor(), dispatch_id, taken)
    except BadInput as error:
        intake.forget([one.blob.sha256 for one in taken])
        return dispatches_draft.page(dispatch_id, "annexes", error)
    flash(tr("Đã thêm {taken} tệp kèm theo.", taken=len(taken)), "success")
    return _back(dispatch_id)


@blueprint.post("/dispatches/<int:dispatch_id>/draft/annexes/<int:annex_id>/remove")
@needs(Right.DISPATCH_DRAFT)
def remove_annex(dispatch_id: int, annex_id: int) -> ResponseReturnValue:
    """Takes one away, once the person has said yes."""
    name, back = annexes.name_of(actor(), dispatch_id, annex_id), url_for("dispatches.draft", dispatch_id=dispatch_id)
    text = tr("Các đơn vị không nhận tệp này cùng công văn. Cần lại thì thêm tệp lần nữa.")
    if asked := confirming.question(tr("Gỡ tệp “{name}” khỏi công văn này?", name=name), text, tr("Gỡ tệp"), back):
        return asked
    with transaction():
        name = annexes.remove(actor(), dispatch_id, annex_id)
    flash(tr("Đã gỡ tệp kèm theo “{name}”.", name=name), "success")
    return _back(dispatch_id)


def _back(dispatch_id: int) -> ResponseReturnValue:
    return redirect(url_for("dispatches.draft", dispatch_id=dispatch_id) + "#h-files", 303)
