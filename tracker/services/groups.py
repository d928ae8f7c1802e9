"""Saved recipient groups: named sets of units that a clerk picks when issuing. A dispatch keeps its own list, so a group may change freely."""
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.models.units import RecipientGroup, Unit, group_units
from tracker.services import history


@dataclass(frozen=True, slots=True)
class Line:
    """One group in the list."""

    id: int
    name: str
    count: int


def lines(actor: Actor) -> list[Line]:
    """All groups by name, with how many units each has. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    wanted = select(RecipientGroup.id, RecipientGroup.name, func.count(group_units.c.unit_id)).outerjoin(group_units)
    return [Line(*row) for row in db.session.execute(wanted.group_by(RecipientGroup.id).order_by(RecipientGroup.name))]


def get(actor: Actor, group_id: int) -> RecipientGroup:
    """One group with its units. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    found = db.session.get(RecipientGroup, group_id)
    if found is None:
        raise NotFound()
    return found


def save(actor: Actor, group_id: int | None, name: str, unit_ids: Iterable[int]) -> RecipientGroup:
    """Makes a group (id None) or changes one. Raises Forbidden, NotFound, BadInput (with the field)."""
    actor.need(Right.UNIT_MANAGE)
    group = get(actor, group_id) if group_id is not None else RecipientGroup()
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise BadInput("group.name", field="name")
    if db.session.scalar(select(RecipientGroup.id).where(RecipientGroup.name == name, RecipientGroup.id != (group_id or 0))) is not None:
        raise BadInput("group.taken", field="name", name=name)
    wanted = set(unit_ids)
    units = list(db.session.scalars(select(Unit).where(Unit.id.in_(wanted), Unit.level != "province").order_by(Unit.id)))
    if not units or len(units) != len(wanted):
        raise BadInput("group.empty", field="units")
    group.name, group.units = name, units
    db.session.add(group)
    db.session.flush()
    history.record(actor, "group.save", target_id=group.id, name=name, after=[unit.code for unit in units])
    return group


def remove(actor: Actor, group_id: int) -> None:
    """Removes a group; dispatches keep the lists they have. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_MANAGE)
    group = get(actor, group_id)
    history.record(actor, "group.remove", target_id=group.id, name=group.name)
    db.session.delete(group)
