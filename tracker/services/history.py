"""History: append-only events, written in the transaction of the act they tell of."""
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from tracker import clock
from tracker.db import write
from tracker.domain.access import Actor
from tracker.models.events import Event

_ADD = insert(Event)


def record(
    actor: Actor,
    kind: str,
    *,
    dispatch_id: int | None = None,
    assignment_id: int | None = None,
    unit_id: int | None = None,
    **data: Any,
) -> None:
    """Adds one event; data holds what a plain sentence about it needs (before, after, reason), as JSON values."""
    add([row(actor, kind, dispatch_id=dispatch_id, assignment_id=assignment_id, unit_id=unit_id, **data)])


def row(
    actor: Actor, kind: str, *, dispatch_id: int | None = None, assignment_id: int | None = None, unit_id: int | None = None, **data: Any,
) -> dict[str, Any]:
    """One event as `add` takes it; writes nothing."""
    return {
        "at": clock.now(), "kind": kind, "person_id": actor.id, "person_name": actor.name,
        "dispatch_id": dispatch_id, "assignment_id": assignment_id, "unit_id": unit_id, "data": data,
    }


def add(rows: Sequence[dict[str, Any]]) -> None:
    """Adds many events at once."""
    if rows:
        write(_ADD, rows if len(rows) > 1 else rows[0])
