"""One issued dispatch for reading: the province sees counts per task, a unit its own tasks only."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ScalarSelect, and_, case, func, select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import NotFound
from tracker.domain.status import OWED, DispatchState, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchFile, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.tasks import Task
from tracker.services import question_list
from tracker.services.dispatches import Progress, progress


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task of a dispatch: the province sees its counts, a unit its own assignment."""

    task: Any
    progress: Progress
    mine: Any = None


@dataclass(frozen=True, slots=True)
class Show:
    """One dispatch. files: original first, then annexes; unseen: this unit opens it for the first time.

    to_acknowledge, owed: assignments of this unit; silent: units that have acknowledged nothing; unit_names: of findings, by task id;
    asked: whether there are questions to look for.
    """

    dispatch: Dispatch
    tasks: list[TaskLine]
    findings: list[TaskLine]
    files: list[StoredFile]
    recipients: int
    progress: Progress
    unseen: bool = False
    to_acknowledge: int = 0
    owed: int = 0
    silent: int = 0
    unit_names: dict[int, str] = field(default_factory=dict)
    asked: bool = True


def show(actor: Actor, dispatch_id: int) -> Show:
    """An issued dispatch. Raises NotFound for a draft (those have a page of their own) and for a unit that did not receive it."""
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.state == DispatchState.DRAFT:
        raise NotFound()
    seen_at = None
    if not actor.sees_all_units:
        received = db.session.get(DispatchRecipient, (dispatch_id, actor.unit_id)) if actor.unit_id else None
        if received is None:
            raise NotFound()
        seen_at = received.seen_at
    return _province(actor, dispatch) if actor.sees_all_units else _district(actor, dispatch, seen_at is None)


_TASK = (
    Task.id, Task.kind, Task.position, Task.label, Task.title, Task.text, Task.due_on, Task.review_on, Task.why, Task.evidence, Task.cancelled,
    Task.span_start, Task.span_end, Task.rhythm,
)


def _province(actor: Actor, dispatch: Dispatch) -> Show:
    rows = db.session.execute(select(*_TASK).where(Task.dispatch_id == dispatch.id).order_by(Task.position, Task.id)).all()
    counted, _ = progress(actor, Assignment.task_id, [row.id for row in rows])
    lines = [TaskLine(row, counted[row.id]) for row in rows]
    total = Progress()
    for line in lines:
        for name in ("total", "done", "wait", "late", "new", "ack", "returned"):
            setattr(total, name, getattr(total, name) + getattr(line.progress, name))
    names = select(Assignment.task_id, DispatchRecipient.unit_name).join(
        DispatchRecipient, and_(DispatchRecipient.dispatch_id == Assignment.dispatch_id, DispatchRecipient.unit_id == Assignment.unit_id)
    ).where(Assignment.task_id.in_([row.id for row in rows if row.kind == "finding"])).order_by(DispatchRecipient.unit_name)
    sent = select(func.count()).select_from(DispatchRecipient).where(DispatchRecipient.dispatch_id == dispatch.id).scalar_subquery()
    recipients, asked, silent = db.session.execute(select(sent, question_list.asked_about(dispatch.id), _silent(dispatch.id))).one()
    return Show(
        dispatch, [line for line in lines if line.task.kind == "task"], [line for line in lines if line.task.kind == "finding"],
        files_of(dispatch), recipients, total, silent=silent, unit_names=_joined(db.session.execute(names)), asked=asked,
    )


def _joined(names: Iterable[Any]) -> dict[int, str]:
    """The units of each finding: one that came with an amendment may name several."""
    found: dict[int, list[str]] = {}
    for task_id, name in names:
        found.setdefault(task_id, []).append(name)
    return {task_id: ", ".join(units) for task_id, units in found.items()}


def _silent(dispatch_id: int) -> ScalarSelect[int]:
    """How many units have not acknowledged anything of it."""
    per_unit = select(
        Assignment.unit_id, func.sum(case((Assignment.state == State.ASSIGNED, 0), else_=1)).label("moved")
    ).where(Assignment.dispatch_id == dispatch_id, Assignment.state != State.CANCELLED).group_by(Assignment.unit_id).subquery()
    return select(func.count()).select_from(per_unit).where(per_unit.c.moved == 0).scalar_subquery()


def _district(actor: Actor, dispatch: Dispatch, unseen: bool) -> Show:
    mine = db.session.execute(
        select(*_TASK, Assignment.id.label("assignment_id"), Assignment.state, Assignment.role, Assignment.due_on.label("in_force"), Assignment.submitted_on,
               Assignment.review_on.label("looked_on"), Assignment.fix_by, Assignment.return_reason, Assignment.late_before)
        .join(Assignment, Assignment.task_id == Task.id)
        .where(Task.dispatch_id == dispatch.id, Assignment.unit_id == actor.unit_id).order_by(Task.position, Task.id)
    ).all()
    states, total = Counter(row.state for row in mine), Progress()
    for row in mine:
        total.add(row.state, row.state in OWED and bool(row.in_force) and row.in_force < clock.today(), 1)
    lines = [TaskLine(row, Progress(), row) for row in mine]
    return Show(
        dispatch, [line for line in lines if line.task.kind == "task"], [line for line in lines if line.task.kind == "finding"],
        files_of(dispatch), 0, total, unseen, states[State.ASSIGNED], sum(states[state] for state in OWED),
    )


def files_of(dispatch: Dispatch) -> list[StoredFile]:
    """The original first, then the annexes in order."""
    annexes = select(StoredFile).join(DispatchFile, DispatchFile.file_id == StoredFile.id).where(DispatchFile.dispatch_id == dispatch.id)
    found = list(db.session.scalars(annexes.order_by(DispatchFile.position, DispatchFile.id)))
    return ([dispatch.file] if dispatch.file else []) + found


def mark_seen(actor: Actor, dispatch_id: int) -> None:
    """Notes that a unit's own person has opened the dispatch; province roles leave no mark."""
    if actor.sees_all_units or actor.unit_id is None:
        return
    db.session.execute(
        update(DispatchRecipient)
        .where(DispatchRecipient.dispatch_id == dispatch_id, DispatchRecipient.unit_id == actor.unit_id, DispatchRecipient.seen_at.is_(None))
        .values(seen_at=clock.now())
    )


