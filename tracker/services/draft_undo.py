"""Undo on a draft: before a change of its tasks, all of them are kept as they were.

Every change is a step, small ones too: one that was not would be lost when an earlier step is taken back.
"""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task, TaskUnit
from tracker.services.drafts import change

#: Steps that can be taken back, the newest last; older ones are forgotten.
DEPTH = 10
_DATES = ("due_on", "review_on")
_PLAIN = (
    "kind", "position", "label", "title", "text", "span_start", "span_end", "precision", "why", "evidence", "doubts", "to_all", "cancelled", "rhythm",
)


def remember(dispatch: Dispatch, words: str) -> None:
    """Keeps the draft's tasks as they stand in the database before a change; words: what the change does, for the button that takes it back."""
    _keep(dispatch, words, _rows(dispatch.id))


@contextmanager
def editing(dispatch: Dispatch, words: str) -> Iterator[None]:
    """Remembers an edit of one task if it changes anything; an edit that goes on (each saving of a form) stays one step."""
    before = _rows(dispatch.id)
    yield
    if last(dispatch) != words and _rows(dispatch.id) != before:
        _keep(dispatch, words, before)


def _keep(dispatch: Dispatch, words: str, tasks: list[dict[str, Any]]) -> None:
    step = {"words": words, "tasks": tasks}
    dispatch.reading = {**dispatch.reading, "undo": [*dispatch.reading.get("undo", []), step][-DEPTH:]}


def _rows(dispatch_id: int) -> list[dict[str, Any]]:
    db.session.flush()
    wanted = select(Task).where(Task.dispatch_id == dispatch_id).order_by(Task.id).options(selectinload(Task.units))
    return [_row(task) for task in db.session.scalars(wanted.execution_options(populate_existing=True))]


def last(dispatch: Dispatch) -> str:
    """What would be taken back now, in words; empty where there is nothing."""
    steps = dispatch.reading.get("undo", [])
    return str(steps[-1]["words"]) if steps else ""


def undo(actor: Actor, dispatch_id: int, version: int) -> str:
    """Puts the tasks back as they were before the last remembered change; gives its words. Raises BadInput("draft.no_undo"), Conflict("stale")."""
    dispatch = change(actor, dispatch_id, version)
    steps = list(dispatch.reading.get("undo", []))
    if not steps:
        raise BadInput("draft.no_undo")
    step = steps.pop()
    db.session.execute(delete(TaskUnit).where(TaskUnit.task_id.in_(select(Task.id).where(Task.dispatch_id == dispatch_id))))
    known = {task.id: task for task in db.session.scalars(select(Task).where(Task.dispatch_id == dispatch_id).execution_options(populate_existing=True))}
    for row in step["tasks"]:
        # A row that is gone comes back under a new id: its old one may have been given to another since.
        task = known.pop(row["id"], None) or Task(dispatch_id=dispatch_id)
        _restore(task, row)
        db.session.add(task)
        db.session.flush()
        db.session.add_all(TaskUnit(task_id=task.id, unit_id=int(unit), role=role) for unit, role in row["units"].items())
        db.session.flush()
        db.session.expire(task, ["units"])
    for task in known.values():
        db.session.delete(task)
    dispatch.reading = {**dispatch.reading, "undo": steps}
    db.session.flush()
    return str(step["words"])


def _row(task: Task) -> dict[str, Any]:
    dates = {name: value.isoformat() if (value := getattr(task, name)) else None for name in _DATES}
    return {name: getattr(task, name) for name in _PLAIN} | dates | {"id": task.id, "units": {str(unit.unit_id): unit.role for unit in task.units}}


def _restore(task: Task, row: dict[str, Any]) -> None:
    for name in _PLAIN:
        setattr(task, name, row.get(name))
    for name in _DATES:
        setattr(task, name, date.fromisoformat(row[name]) if row[name] else None)
