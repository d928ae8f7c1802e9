"""The small forms of the draft page: each posts, saves, and leads back to its place; with scripts they save themselves."""
from collections.abc import Callable
from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import transaction
from tracker.domain.deadlines import Precision
from tracker.domain.errors import BadInput
from tracker.domain.rhythm import Rhythm
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.services import draft_tasks, drafts, recipients, series
from tracker.services.draft_tasks import TaskForm
from tracker.web.dates import typed_date
from tracker.web.dispatches import blueprint
from tracker.web.dispatches_draft import page
from tracker.web.fields import whole
from tracker.web.filters import time_of_day
from tracker.web.guards import Right, actor, needs

BASE = "/dispatches/<int:dispatch_id>/draft"


@blueprint.post(f"{BASE}/head")
@needs(Right.DISPATCH_DRAFT)
def save_head(dispatch_id: int) -> ResponseReturnValue:
    """The letterhead's values."""

    def act() -> Dispatch:
        values = {name: " ".join(request.form.get(name, "").split()) for name in (*drafts.LIMITS, "subject", "urgency")}
        return drafts.save_head(actor(), dispatch_id, version(), drafts.Head(issued_on=typed_date(request.form.get("issued_on", "")), **values))

    return saved(dispatch_id, act, "head", "h-head")


@blueprint.post(f"{BASE}/recipients")
@needs(Right.DISPATCH_DRAFT)
def save_recipients(dispatch_id: int) -> ResponseReturnValue:
    """Whom the dispatch goes to: all, a group, or ticks."""

    def act() -> Dispatch:
        to = request.form.get("to", "all")
        if to == "all":
            return drafts.to_everyone(actor(), dispatch_id, version())
        if to.startswith("group:"):
            return drafts.to_units(actor(), dispatch_id, version(), recipients.members(_number(to.removeprefix("group:"))))
        return drafts.to_units(actor(), dispatch_id, version(), [_number(one) for one in request.form.getlist("unit")])

    return saved(dispatch_id, act, "to", "h-head")


@blueprint.post(f"{BASE}/tasks")
@needs(Right.DISPATCH_DRAFT)
def add_task(dispatch_id: int) -> ResponseReturnValue:
    """A new task or finding, opened for writing."""
    with transaction():
        task = draft_tasks.add(actor(), dispatch_id, "finding" if request.form.get("kind") == "finding" else "task")
        task_id, position = task.id, task.position
    return back(dispatch_id, f"t{position}", edit=task_id)


@blueprint.post(f"{BASE}/tasks/<int:task_id>")
@needs(Right.DISPATCH_DRAFT)
def save_task(dispatch_id: int, task_id: int) -> ResponseReturnValue:
    """One task's form; its other buttons save what is typed first: do = split, merge, up, down or delete."""
    do = request.form.get("do", "")

    def act() -> Dispatch:
        dispatch = draft_tasks.save(actor(), dispatch_id, version(), task_id, task_form())
        if do == "split":
            draft_tasks.split(actor(), dispatch_id, None, task_id, request.form.get("text", ""))
        elif do == "merge":
            draft_tasks.merge_next(actor(), dispatch_id, None, task_id)
        elif do in ("up", "down"):
            draft_tasks.move(actor(), dispatch_id, None, task_id, -1 if do == "up" else 1)
        return dispatch

    if do == "delete":
        with transaction():
            task = draft_tasks.remove(actor(), dispatch_id, None, task_id)
        flash(tr("Đã xoá “{title}”. Lấy lại được ở cuối danh sách nhiệm vụ.", title=task.title), "message")
        return back(dispatch_id, "h-tasks")
    stay = do in ("up", "down", "merge", "split")
    return saved(dispatch_id, act, str(task_id), f"task-{task_id}", edit=task_id if stay else None)


@blueprint.post(f"{BASE}/tasks/<int:task_id>/restore")
@needs(Right.DISPATCH_DRAFT)
def restore_task(dispatch_id: int, task_id: int) -> ResponseReturnValue:
    """Has a deleted task back."""
    with transaction():
        draft_tasks.restore(actor(), dispatch_id, task_id)
    return back(dispatch_id, f"task-{task_id}")


@blueprint.post(f"{BASE}/dates")
@needs(Right.DISPATCH_DRAFT)
def date_all(dispatch_id: int) -> ResponseReturnValue:
    """One date for every task, or for those that have none."""
    try:
        day = typed_date(request.form.get("day", ""))
        review = request.form.get("what") == "review"
        with transaction():
            count = draft_tasks.date_all(actor(), dispatch_id, None if review else day, day if review else None, request.form.get("only_undated") == "1")
    except BadInput as error:
        return page(dispatch_id, "dates", error, request.form)
    flash(tr("Đã ghi ngày cho {count} mục.", count=count), "success")
    return back(dispatch_id, "h-tasks")


@blueprint.post(f"{BASE}/text")
@needs(Right.DISPATCH_DRAFT)
def type_text(dispatch_id: int) -> ResponseReturnValue:
    """The text typed by a person where the file could not be read."""
    return saved(dispatch_id, lambda: drafts.type_text(actor(), dispatch_id, version(), request.form.get("text", "")), "text", "h-tasks")


@blueprint.post(f"{BASE}/discard")
@needs(Right.DISPATCH_DRAFT)
def discard(dispatch_id: int) -> ResponseReturnValue:
    """Throws the draft away, once the person has said yes."""
    draft = drafts.get(actor(), dispatch_id)
    if request.form.get("confirmed") != "1":
        return render_template("dispatches/discard.html", d=draft)
    with transaction():
        drafts.discard(actor(), dispatch_id)
    flash(tr("Đã bỏ dự thảo và xoá tệp của nó."), "message")
    return redirect(url_for("dispatches.index"), 303)


def saved(dispatch_id: int, act: Callable[[], Dispatch], opened: str, anchor: str, **more: int | None) -> ResponseReturnValue:
    """Runs one change: back to its place, or for the script that saves by itself the new version; a refusal is said in the open form."""
    try:
        with transaction():
            dispatch = act()
    except BadInput as error:
        return page(dispatch_id, opened, error, request.form)
    if request.headers.get("X-Autosave"):
        return Response(status=204, headers={"X-Version": str(dispatch.version), "X-Saved-At": time_of_day(clock.now())})
    return back(dispatch_id, anchor, **more)


def back(dispatch_id: int, anchor: str, edit: int | None = None) -> ResponseReturnValue:
    """Back to the draft, at an anchor."""
    return redirect(url_for("dispatches.draft", dispatch_id=dispatch_id, edit=edit, _anchor=anchor), 303)


def version() -> int:
    """The version that the form was made from; a form without one is stale by definition."""
    return request.form.get("version", -1, type=int)


def _number(text: str) -> int:
    number = whole(text)
    if number is None:
        raise BadInput("recipients.none")
    return number


def task_form() -> TaskForm:
    """What the task's form says. A date typed under "no deadline" means that there is one. Raises BadInput for a date that is none."""
    form = request.form
    due_on, review_on, precision = _day("due_on"), _day("review_on"), form.get("precision", Precision.NONE)
    if precision == Precision.NONE and due_on and not review_on:
        precision = Precision.DAY
    to, units = form.get("to", "all"), {}
    if to.startswith("group:"):
        units = dict.fromkeys(recipients.members(_number(to.removeprefix("group:"))), "lead")
    else:
        units = {id: role for key, role in form.items() if key[:1] == "u" and (id := whole(key[1:])) is not None and role}
    if _rhythm_changed() and form.get("due_on") == form.get("due_was"):
        due_on = None
    return TaskForm(
        form.get("title", ""), form.get("text", ""), precision, due_on, review_on, tuple(form.getlist("evidence")), to == "all", units, _rhythm(),
    )


def _rhythm_changed() -> bool:
    """Whether the task repeats otherwise than when the page was made: its first date is then reckoned anew."""
    names = ("every", "rhythm_month", "rhythm_day", "rhythm_commune_day", "rhythm_cut_off")
    form = request.form
    return bool(form.get("every")) and "rhythm_was" in form and form["rhythm_was"].split("|") != [form.get(name, "") for name in names]


def _rhythm() -> Rhythm | None:
    """How the task repeats, as the form's own fields say it. Raises BadInput for what fits no calendar."""
    form = request.form
    day, commune, cut_off = (form.get(name, type=int) for name in ("rhythm_day", "rhythm_commune_day", "rhythm_cut_off"))
    return series.chosen(form.get("every", ""), form.get("rhythm_month", ""), day, commune or None, cut_off or None, _day("rhythm_until"))


def _day(field: str) -> date | None:
    return typed_date(request.form.get(field, ""))
