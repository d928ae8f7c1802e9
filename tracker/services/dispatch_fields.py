"""Lĩnh vực: the field of a dispatch, by which reports over a period are put together; set on the draft or once it is issued."""
from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.models.dispatches import Dispatch
from tracker.services import history

LONGEST = 80


def known() -> list[str]:
    """Every field that some dispatch has, by name."""
    return sorted(filter(None, db.session.scalars(select(Dispatch.field).where(Dispatch.field.is_not(None)).distinct())))


def choose(actor: Actor, dispatch_id: int, raw: str) -> str:
    """Sets the field; "" for none. Written as another dispatch has it, whatever the capitals. Raises Forbidden, NotFound, BadInput("report.field_long")."""
    actor.need(Right.REPORT_COMPILE)
    found = db.session.get(Dispatch, dispatch_id)
    if found is None:
        raise NotFound()
    name = " ".join(raw.split())
    if len(name) > LONGEST:
        raise BadInput("report.field_long", limit=LONGEST)
    name = next((one for one in known() if one.casefold() == name.casefold()), name)
    before = found.field or ""
    if name != before:
        found.field, found.field_set_at = name or None, clock.now()
        history.record(actor, "dispatch.field", dispatch_id=dispatch_id, before=before, after=name)
    return name
