"""The tasks of a draft: edit, merge, split, reorder, delete with undo, add, and one date for all."""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, update

from tracker import clock
from tracker.db import db
from tracker.domain import rhythm as rhythms
from tracker.domain.access import Actor
from tracker.domain.deadlines import Precision
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.rhythm import Rhythm
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.figures import FigureForm
from tracker.models.submissions import EVIDENCE_KINDS
from tracker.models.tasks import Task, TaskUnit
from tracker.services import doubts, draft_undo, series
from tracker.services.draft_making import TITLE, shorten
from tracker.services.drafts import change
from tracker.services.recipients import checked

LONGEST_TEXT = 20_000
#: Of a title that is made from a task's words.
SHORT_TITLE = 100
ROLES = ("lead", "coordinate")


@dataclass(frozen=True, slots=True)
class TaskForm:
    """What a task's form says. units: unit id → role; with to_all it only changes roles. Without a deadline (precision none) due_on is dropped.

    rhythm: the task repeats; a new one sets the date of the first period, which may then be changed by itself.
    """

    title: str
    text: str
    precision: str
    due_on: date | None
    review_on: date | None
    evidence: tuple[str, ...]
    to_all: bool
    units: Mapping[int, str]
    rhythm: Rhythm | None = None


def tasks_of(dispatch_id: int, deleted: bool = False) -> list[Task]:
    """The draft's tasks and findings in order; or those deleted and still to be had back."""
    wanted = select(Task).where(Task.dispatch_id == dispatch_id, Task.cancelled.is_(deleted))
    return list(db.session.scalars(wanted.order_by(Task.kind.desc(), Task.position, Task.id)))


def save(actor: Actor, dispatch_id: int, version: int, task_id: int, form: TaskForm) -> Dispatch:
    """Writes one task. Raises BadInput("task.no_title", "task.too_long", "task.precision"), NotFound, Conflict("stale")."""
    dispatch = change(actor, dispatch_id, version)
    task = _task(dispatch_id, task_id)
    _check(form)
    with draft_undo.editing(dispatch, tr("sửa mục {position}", position=task.position)):
        _write(task, form)
    return dispatch


def _write(task: Task, form: TaskForm) -> None:
    rhythm = rhythms.to_json(form.rhythm) if form.rhythm else None
    due_on = form.due_on if rhythm or form.precision != Precision.NONE else None
    if due_on != task.due_on:
        task.why = tr("chuyên viên ghi") if due_on else ""
        doubts.settle_task(task, ("deadline.",))
    if form.text.split() != task.text.split():
        doubts.settle_task(task, ("item",))
    task.title, task.text, task.precision, task.due_on = form.title.strip(), form.text.strip(), form.precision, due_on
    task.review_on = form.review_on
    _repeat(task, form.rhythm, rhythm)
    task.evidence = [kind for kind in EVIDENCE_KINDS if kind in form.evidence]
    before = (task.to_all, _roles(task))
    _choose_units(task, form.to_all, form.units)
    db.session.flush()
    if (task.to_all, _roles(task)) != before:
        doubts.settle_task(task, ("units", "finding."))


def _repeat(task: Task, rhythm: Rhythm | None, kept: dict[str, Any] | None) -> None:
    if kept != task.rhythm:
        doubts.settle_task(task, ("deadline.",))
        task.rhythm = kept
        task.due_on = None if rhythm else task.due_on
    if rhythm is None:
        return
    task.precision = Precision.RECURRING
    if task.due_on is None:
        for name, value in series.recurring(rhythm).items():
            setattr(task, name, value)


def _check(form: TaskForm) -> None:
    if not form.title.strip():
        raise BadInput("task.no_title")
    if len(form.title.strip()) > TITLE or len(form.text) > LONGEST_TEXT:
        raise BadInput("task.too_long", title=TITLE, text=LONGEST_TEXT)
    if form.precision not in set(Precision):
        raise BadInput("task.precision")


def _choose_units(task: Task, to_all: bool, units: Mapping[int, str]) -> None:
    wanted = {unit: role for unit, role in units.items() if role in ROLES and not (to_all and role == "lead")}
    if wanted:
        checked(wanted)
    task.to_all = to_all
    db.session.execute(delete(TaskUnit).where(TaskUnit.task_id == task.id))
    db.session.expire(task, ["units"])
    db.session.add_all(TaskUnit(task_id=task.id, unit_id=unit, role=role) for unit, role in sorted(wanted.items()))


def add(actor: Actor, dispatch_id: int, kind: str = "task") -> Task:
    """An empty task at the end of its kind."""
    draft_undo.remember(change(actor, dispatch_id), tr("thêm một mục"))
    last = db.session.scalar(select(func.max(Task.position)).where(Task.dispatch_id == dispatch_id, Task.kind == kind)) or 0
    task = Task(
        dispatch_id=dispatch_id, kind=kind, position=last + 1, title=tr("Nhiệm vụ mới") if kind == "task" else tr("Tồn tại mới"), text="",
        evidence=["implementing_document" if kind == "task" else "report"], to_all=kind == "task",
    )
    db.session.add(task)
    db.session.flush()
    renumber(dispatch_id)
    return task


def merge_next(actor: Actor, dispatch_id: int, version: int | None, task_id: int) -> None:
    """Joins a task with the one after it: texts, evidence and units together, the earlier date where both have one.

    Raises BadInput("task.no_next"), BadInput("finding.other_unit") for findings of different units, each of which sees its own only.
    """
    dispatch = change(actor, dispatch_id, version)
    task = _task(dispatch_id, task_id)
    after = next((t for t in _siblings(task) if t.position > task.position), None)
    if after is None:
        raise BadInput("task.no_next")
    if task.kind == "finding" and _roles(task) != _roles(after):
        raise BadInput("finding.other_unit")
    draft_undo.remember(dispatch, tr("gộp mục {position} và {position2}", position=task.position, position2=after.position))
    _join_units(task, after)
    # What is asked with the one that goes is asked with what is left of both.
    db.session.execute(update(FigureForm).where(FigureForm.task_id == after.id).values(task_id=task.id))
    task.text = "\n".join(filter(None, (task.text, after.text)))
    task.evidence = [kind for kind in EVIDENCE_KINDS if kind in {*task.evidence, *after.evidence}]
    task.doubts = [*task.doubts, *after.doubts]
    if after.due_on and (task.due_on is None or after.due_on < task.due_on):
        task.due_on, task.precision, task.why, task.rhythm = after.due_on, after.precision, after.why, after.rhythm
    task.review_on = min(filter(None, (task.review_on, after.review_on)), default=None)
    if task.span_start is not None and after.span_start is not None and after.span_end is not None and task.span_end is not None:
        task.span_start, task.span_end = min(task.span_start, after.span_start), max(task.span_end, after.span_end)
    db.session.delete(after)
    db.session.flush()
    renumber(dispatch_id)


def _join_units(task: Task, after: Task) -> None:
    """Who has either has both, and leads where one of them says so."""
    roles = [(one.to_all, _roles(one)) for one in (task, after)]
    to_all = task.to_all or after.to_all
    leads = {unit for every, known in roles for unit in {*roles[0][1], *roles[1][1]} if known.get(unit, "lead" if every else "") == "lead"}
    units = {unit: "lead" if unit in leads else "coordinate" for _, known in roles for unit in known}
    _choose_units(task, to_all, units)


def _roles(task: Task) -> dict[int, str]:
    return {row.unit_id: row.role for row in db.session.scalars(select(TaskUnit).where(TaskUnit.task_id == task.id))}


def split(actor: Actor, dispatch_id: int, version: int | None, task_id: int, text: str) -> list[Task]:
    """Makes one task of each part between blank lines; the first keeps the row. Raises BadInput("task.split_nowhere")."""
    dispatch = change(actor, dispatch_id, version)
    task = _task(dispatch_id, task_id)
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    if len(parts) < 2:
        raise BadInput("task.split_nowhere")
    draft_undo.remember(dispatch, tr("tách mục {position}", position=task.position))
    spans = _spans(dispatch.text, task, parts)
    units = _roles(task)
    for later in _siblings(task):
        if later.position > task.position:
            later.position += len(parts) - 1
    made = [task]
    for offset, part in enumerate(parts[1:], 1):
        made.append(
            Task(
                dispatch_id=dispatch_id, kind=task.kind, position=task.position + offset, title=shorten(part, SHORT_TITLE), text=part, precision=task.precision,
                due_on=task.due_on, review_on=task.review_on, why=task.why, evidence=list(task.evidence), to_all=task.to_all, rhythm=task.rhythm,
                span_start=spans[offset][0], span_end=spans[offset][1], units=[TaskUnit(unit_id=unit, role=role) for unit, role in units.items()],
            )
        )
    task.text, task.title = parts[0], shorten(parts[0], SHORT_TITLE)
    task.span_start, task.span_end = spans[0]
    db.session.add_all(made[1:])
    db.session.flush()
    renumber(dispatch_id)
    return made


def _spans(text: str, task: Task, parts: list[str]) -> list[tuple[int | None, int | None]]:
    """Where each part stands in the dispatch; parts that were retyped share the whole task's place."""
    if task.span_start is None or task.span_end is None:
        return [(None, None)] * len(parts)
    at, found = task.span_start, []
    for part in parts:
        place = text.find(part, at, task.span_end)
        if place < 0:
            return [(task.span_start, task.span_end)] * len(parts)
        at = place + len(part)
        found.append((place, at))
    return [(min(task.span_start, found[0][0]), found[0][1]), *found[1:]]


def move(actor: Actor, dispatch_id: int, version: int | None, task_id: int, step: int) -> None:
    """One place up (-1) or down (1); at the end nothing happens."""
    dispatch = change(actor, dispatch_id, version)
    task = _task(dispatch_id, task_id)
    row = _siblings(task)
    at = row.index(task)
    to = at + step
    if 0 <= to < len(row):
        draft_undo.remember(dispatch, tr("đổi chỗ mục {position}", position=task.position))
        row[at], row[to] = row[to], row[at]
        for position, one in enumerate(row, 1):
            one.position = position
        db.session.flush()
        renumber(dispatch_id)


def remove(actor: Actor, dispatch_id: int, version: int | None, task_id: int) -> Task:
    """Takes a task out; it can be had back until the dispatch is issued."""
    dispatch = change(actor, dispatch_id, version)
    task = _task(dispatch_id, task_id)
    draft_undo.remember(dispatch, tr("xoá mục {position}", position=task.position))
    task.cancelled = True
    db.session.flush()
    renumber(dispatch_id)
    return task


def restore(actor: Actor, dispatch_id: int, task_id: int) -> Task:
    """Has a deleted task back, at its old place."""
    dispatch = change(actor, dispatch_id)
    task = _task(dispatch_id, task_id, deleted=True)
    draft_undo.remember(dispatch, tr("lấy lại một mục đã xoá"))
    task.cancelled = False
    for later in _siblings(task):
        if later is not task and later.position >= task.position:
            later.position += 1
    db.session.flush()
    renumber(dispatch_id)
    return task


def date_all(actor: Actor, dispatch_id: int, due_on: date | None, review_on: date | None, only_undated: bool = False) -> int:
    """One due date, or one review date, for every task and finding; gives how many it set.

    only_undated: those that have a date of their own which is still to come keep it. Raises BadInput("task.no_date").
    """
    if (due_on is None) == (review_on is None):
        raise BadInput("task.no_date")
    dispatch = change(actor, dispatch_id)
    draft_undo.remember(dispatch, tr("ghi một ngày chung"))
    values = (
        {"due_on": due_on, "precision": Precision.DAY, "why": tr("một hạn chung cho mọi nhiệm vụ"), "rhythm": None} if due_on
        else {"due_on": None, "review_on": review_on, "precision": Precision.NONE, "why": "", "rhythm": None}
    )
    ids = [task.id for task in tasks_of(dispatch.id) if not (only_undated and (task.due_on or task.review_on or date.min) >= clock.today())]
    db.session.execute(update(Task).where(Task.id.in_(ids)).values(values).execution_options(synchronize_session="fetch"))
    for task in tasks_of(dispatch.id):
        if task.id in ids:
            doubts.settle_task(task, ("deadline.",))
    return len(ids)


def renumber(dispatch_id: int) -> None:
    """Positions 1, 2, 3… through the tasks and on through the findings, deleted ones keeping theirs."""
    for position, task in enumerate(tasks_of(dispatch_id), 1):
        task.position = position
    db.session.flush()


def _task(dispatch_id: int, task_id: int, deleted: bool = False) -> Task:
    found = db.session.get(Task, task_id, populate_existing=True)
    if found is None or found.dispatch_id != dispatch_id or found.cancelled != deleted:
        raise NotFound()
    return found


def _siblings(task: Task) -> list[Task]:
    return [other for other in tasks_of(task.dispatch_id) if other.kind == task.kind]
