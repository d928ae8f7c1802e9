"""Hỏi – đáp: what waits for the province, what was asked about a dispatch, one question with its answers."""
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, DomainError
from tracker.domain.wording import tr
from tracker.services import question_list, questions
from tracker.services.question_list import Cursor
from tracker.web import confirming
from tracker.web.answer_form import plain
from tracker.web.guards import actor, needs

blueprint = Blueprint("questions", __name__)


@blueprint.before_request
def _under_dispatches() -> None:
    g.section = "dispatches"


@blueprint.get("/questions")
@needs(Right.REQUEST_DECIDE)
def index() -> ResponseReturnValue:
    """What waits for an answer, oldest first."""
    after = _cursor(request.args.get("after", ""))
    return render_template("questions/index.html", page=question_list.waiting(actor(), after), next=_next, first=after is None)


def _cursor(text: str) -> Cursor | None:
    at, _, number = text.rpartition(".")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(number)) if moment.tzinfo and len(number) < 10 else None
    except ValueError:
        return None


def _next(cursor: Cursor) -> str:
    return f"{cursor[0].isoformat()}.{cursor[1]}"


@blueprint.get("/dispatches/<int:dispatch_id>/questions")
@needs(Right.WORK_READ)
def of_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """What was asked about a dispatch, and for its recipients the form to ask; ?task= chooses a task, ?after= goes on."""
    return _of_dispatch(dispatch_id)


def _of_dispatch(dispatch_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    who, after = actor(), _cursor(request.args.get("after", ""))
    dispatch = question_list.need_dispatch(who, dispatch_id)
    may_ask = who.can(Right.ASSIGNMENT_ANSWER) and dispatch.state == "issued"
    html = render_template(
        "questions/dispatch.html", d=dispatch, page=question_list.of_dispatch(who, dispatch_id, after=after), next=_next, first=after is None,
        may_ask=may_ask, tasks=question_list.tasks_of(who, dispatch_id) if may_ask else [], error=i18n.words(error) if error else "",
        typed=request.form, task=request.form.get("task") or request.args.get("task", ""), district=not who.sees_all_units,
        most=questions.LONGEST_QUESTION,
    )
    return html, error.status if error else 200


@blueprint.post("/dispatches/<int:dispatch_id>/questions")
@needs(Right.ASSIGNMENT_ANSWER)
def ask(dispatch_id: int) -> ResponseReturnValue:
    """Asks the province."""
    try:
        with transaction():
            question_id = questions.ask(actor(), dispatch_id, request.form.get("task", type=int), plain(request.form.get("text", "")))
    except BadInput as error:
        return _of_dispatch(dispatch_id, error)
    flash(tr("Đã gửi câu hỏi. Tỉnh trả lời ở trang này và qua thư; trong lúc chờ, hạn của việc vẫn tính."), "success")
    return redirect(url_for(".show", question_id=question_id), 303)


@blueprint.get("/questions/<int:question_id>")
@needs(Right.WORK_READ)
def show(question_id: int) -> ResponseReturnValue:
    """One question with its answer; for the province the form to answer."""
    return _show(question_id)


def _show(question_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    who = actor()
    found = question_list.show(who, question_id)
    typed = request.form if error else {}
    html = render_template(
        "questions/show.html", q=found.line, earlier=found.earlier, province=who.sees_all_units, may_answer=who.can(Right.REQUEST_DECIDE),
        may_take_back=found.line.own and who.can(Right.ASSIGNMENT_ANSWER) and found.line.state == "open", error=i18n.words(error) if error else "",
        text=typed.get("text", found.line.answer), audience=typed.get("audience", found.line.audience or "unit"), most=questions.LONGEST_ANSWER,
    )
    return html, error.status if error else 200


@blueprint.post("/questions/<int:question_id>/answer")
@needs(Right.REQUEST_DECIDE)
def answer(question_id: int) -> ResponseReturnValue:
    """Answers, or mends the answer."""
    form = request.form
    try:
        with transaction():
            questions.answer(actor(), question_id, plain(form.get("text", "")), form.get("audience", ""), form.get("version", 0, type=int))
    except BadInput as error:
        return _show(question_id, error)
    flash(tr("Đã trả lời. Thư báo đơn vị đi sau 5 phút; trong lúc ấy còn sửa hoặc rút được mà không ai nhận thư."), "success")
    return redirect(url_for(".show", question_id=question_id), 303)


@blueprint.post("/questions/<int:question_id>/withdraw")
@needs(Right.REQUEST_DECIDE)
def withdraw(question_id: int) -> ResponseReturnValue:
    """Takes the answer back."""
    line = question_list.show(actor(), question_id).line
    text = tr("Đơn vị không thấy câu trả lời nữa, câu hỏi trở lại mục chờ trả lời; câu đã rút còn trong lịch sử.")
    if page := confirming.question(tr("Rút câu trả lời về {number}?", number=line.number or tr('công văn')), text, tr("Rút câu trả lời"), url_for(".show",
        question_id=question_id)):
        return page
    with transaction():
        questions.withdraw(actor(), question_id, request.form.get("version", 0, type=int))
    flash(tr("Đã rút câu trả lời. Câu hỏi trở lại mục chờ trả lời; câu đã rút còn trong lịch sử."), "success")
    return redirect(url_for(".show", question_id=question_id), 303)


@blueprint.post("/questions/<int:question_id>/take-back")
@needs(Right.ASSIGNMENT_ANSWER)
def take_back(question_id: int) -> ResponseReturnValue:
    """The unit takes its question back."""
    line = question_list.show(actor(), question_id).line
    cancel = url_for(".show", question_id=question_id)
    if line.own and (page := confirming.question(tr("Rút câu hỏi này?"), tr("Tỉnh không phải trả lời nữa."), tr("Rút câu hỏi"), cancel)):
        return page
    with transaction():
        dispatch_id = questions.take_back(actor(), question_id)
    flash(tr("Đã rút câu hỏi."), "success")
    return redirect(url_for(".of_dispatch", dispatch_id=dispatch_id), 303)
