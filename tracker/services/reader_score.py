"""The reader's accuracy on this office's own dispatches: what was drafted beside what was issued."""
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.reading.accuracy import HEAD, Accuracy
from tracker.services.doubts import DOUBT_OF


def keep_drafted(dispatch: Dispatch) -> None:
    """Keeps the reader's values as they entered the draft, beside what the clerk will make of them."""
    db.session.flush()
    tasks = list(db.session.scalars(select(Task).where(Task.dispatch_id == dispatch.id).order_by(Task.position)))
    doubts = [name for name in HEAD if DOUBT_OF.get(name, name) in dispatch.reading.get("doubts", {})]
    dispatch.reading = {**dispatch.reading, "drafted": _values(dispatch, tasks) | {"doubts": doubts}}


def keep_issued(dispatch: Dispatch, tasks: list[Task]) -> None:
    """Keeps what the clerk has made of the reading at the moment of issue: an amendment later is not the reader's doing. Steps to undo go."""
    kept = {key: value for key, value in dispatch.reading.items() if key != "undo"}
    dispatch.reading = kept | {"issued": _values(dispatch, tasks)}


def _values(dispatch: Dispatch, tasks: list[Task]) -> dict[str, Any]:
    head = {name: str(value) if (value := getattr(dispatch, name)) else None for name in HEAD}
    rows = [
        {"span": None if t.span_start is None else [t.span_start, t.span_end], "due_on": t.due_on.isoformat() if t.due_on else None, "doubted": bool(t.doubts)}
        for t in tasks if t.kind == "task"
    ]
    return {"head": head, "tasks": rows}


def score() -> Accuracy:
    """Over every issued dispatch that was drafted by the reader; the live sample is left out."""
    found = Accuracy()
    for reading in db.session.scalars(select(Dispatch.reading).where(Dispatch.issued_at.is_not(None), Dispatch.sample.is_(False)).order_by(Dispatch.id)):
        if "drafted" in reading and "issued" in reading:
            found.add(reading["drafted"], reading["issued"])
    return found
