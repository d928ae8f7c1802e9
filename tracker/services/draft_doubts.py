"""A doubt that a person has looked at and found right: the flag goes, and which it was is kept beside the reading."""
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import NotFound
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.services import draft_undo
from tracker.services.drafts import change


def accept(actor: Actor, dispatch_id: int, version: int, name: str) -> Dispatch:
    """Takes a flag away. name: "head-<field>", "notice-<number from 1>" or "task-<id>" (all flags of that task).

    Raises NotFound where no such flag stands, Conflict("stale").
    """
    dispatch = change(actor, dispatch_id, version)
    kind, _, key = name.partition("-")
    takers = {"head": _head, "notice": _notice, "task": _task}
    if kind not in takers or not takers[kind](dispatch, key):
        raise NotFound()
    dispatch.reading = {**dispatch.reading, "accepted": [*dispatch.reading.get("accepted", []), name]}
    return dispatch


def _head(dispatch: Dispatch, field: str) -> bool:
    doubts = dict(dispatch.reading.get("doubts", {}))
    known = doubts.pop(field, None) is not None
    dispatch.reading = {**dispatch.reading, "doubts": doubts}
    return known


def _notice(dispatch: Dispatch, number: str) -> bool:
    warnings = dispatch.reading.get("found", {}).get("warnings", [])
    return number.isdecimal() and len(number) < 10 and 1 <= int(number) <= len(warnings) and f"notice-{number}" not in dispatch.reading.get("accepted", [])


def _task(dispatch: Dispatch, task_id: str) -> bool:
    task = db.session.get(Task, int(task_id), populate_existing=True) if task_id.isdecimal() and len(task_id) < 10 else None
    if task is None or task.dispatch_id != dispatch.id or task.cancelled or not task.doubts:
        return False
    draft_undo.remember(dispatch, tr("bỏ lời nhắc ở mục {position}", position=task.position))
    task.doubts = []
    return True
