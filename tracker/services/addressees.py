"""Who is written to for a unit: its officers, else its duty mailbox; and its leaders, who get copies."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.access import DISTRICT_ROLES, Role
from tracker.models.people import Person
from tracker.models.units import Unit


@dataclass(frozen=True, slots=True)
class Addressee:
    """One address of a unit. key: as in Reminder.recipient; name: as the letter greets; leader: gets copies only."""

    key: str
    unit_id: int
    unit_name: str
    address: str
    name: str
    person_id: int | None = None
    leader: bool = False


def of_units(unit_ids: Iterable[int]) -> dict[int, list[Addressee]]:
    """For each unit those who are written to: active officers, or the mailbox where there is none, then leaders; empty where nobody can be."""
    ids = list(unit_ids)
    people = defaultdict(list)
    query = (
        select(Person.id, Person.name, Person.email, Person.role, Person.unit_id)
        .where(Person.unit_id.in_(ids), Person.left_at.is_(None), Person.role.in_(sorted(DISTRICT_ROLES))).order_by(Person.id)
    )
    for person in db.session.execute(query):
        people[person.unit_id].append(person)
    units = db.session.execute(select(Unit.id, Unit.name, Unit.mailbox).where(Unit.id.in_(ids)).order_by(Unit.id))
    return {unit.id: _of_unit(unit, people[unit.id]) for unit in units}


def names(unit_ids: Iterable[int]) -> list[str]:
    """The names of units, in the order of their ids."""
    return list(db.session.scalars(select(Unit.name).where(Unit.id.in_(list(unit_ids))).order_by(Unit.id)))


def _of_unit(unit: Any, people: list[Any]) -> list[Addressee]:
    found = [
        Addressee(f"p{p.id}", unit.id, unit.name, p.email, f"đồng chí {p.name}, {unit.name}", p.id, p.role == Role.DISTRICT_LEADER)
        for p in people
    ]
    if unit.mailbox and all(one.leader for one in found):
        found.insert(0, Addressee(f"u{unit.id}", unit.id, unit.name, unit.mailbox, unit.name))
    return sorted(found, key=lambda one: one.leader)
