"""One assignment's page, and acknowledging."""
from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.wording import tr
from tracker.services import assignment_page, assignments, links, question_list
from tracker.web.guards import actor, needs, safe_next

blueprint = Blueprint("assignments", __name__)
SHOWN_QUESTIONS = 5


@blueprint.get("/assignments/<int:assignment_id>")
@needs(Right.WORK_READ)
def show(assignment_id: int) -> ResponseReturnValue:
    """The task, its dates and why, every round with its evidence, and the history."""
    g.section = "dispatches" if actor().sees_all_units else "home"
    page = assignment_page.page(actor(), assignment_id)
    asked = (actor(), page.row.dispatch_id, page.row.task_id)
    questions = question_list.of_dispatch(*asked, most=SHOWN_QUESTIONS) if page.row.asked else question_list.Page([])
    may_ask = actor().can(Right.ASSIGNMENT_ANSWER) and page.row.dispatch_state == "issued"
    return render_template("assignments/show.html", page=page, questions=questions, may_ask=may_ask)


@blueprint.post("/assignments/<int:assignment_id>/acknowledge")
@needs(Right.ASSIGNMENT_ANSWER)
def acknowledge(assignment_id: int) -> ResponseReturnValue:
    """Tiếp nhận one assignment."""
    with transaction():
        assignments.acknowledge(actor(), assignment_id)
    flash(tr("Đã tiếp nhận. Tỉnh thấy ngay là đơn vị đã nhận được việc này."), "success")
    return redirect(safe_next(request.form.get("back")) or links.path("assignment", id=assignment_id), 303)


@blueprint.post("/dispatches/<int:dispatch_id>/acknowledge")
@needs(Right.ASSIGNMENT_ANSWER)
def acknowledge_all(dispatch_id: int) -> ResponseReturnValue:
    """Tiếp nhận everything that a dispatch gives to the unit."""
    with transaction():
        count = assignments.acknowledge_all(actor(), dispatch_id)
    flash(tr("Đã tiếp nhận {count} việc.", count=count) if count else tr("Công văn này đã được tiếp nhận từ trước."), "success")
    return redirect(safe_next(request.form.get("back")) or links.path("dispatch", id=dispatch_id), 303)
