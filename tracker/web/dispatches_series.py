"""When a recurring task of an issued dispatch stops opening new periods: a small form of the dispatch's page."""
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.errors import BadInput
from tracker.domain.rhythm import untitled
from tracker.domain.wording import tr
from tracker.services import recurring
from tracker.web.dates import typed_date
from tracker.web.dispatches import blueprint
from tracker.web.guards import Right, actor, needs


@blueprint.post("/dispatches/<int:dispatch_id>/series/<int:task_id>")
@needs(Right.DISPATCH_ISSUE)
def end_series(dispatch_id: int, task_id: int) -> ResponseReturnValue:
    """Sets the last day (until; empty for none) on which the series still opens a period."""
    try:
        with transaction():
            task = recurring.end(actor(), dispatch_id, task_id, typed_date(request.form.get("until", "")))
        flash(tr("Đã lưu ngày cuối của việc định kỳ “{title}”.", title=untitled(task.title)), "success")
    except BadInput as error:
        flash(i18n.words(error), "error")
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id) + "#h-series", 303)
