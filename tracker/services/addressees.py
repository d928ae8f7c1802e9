"""Who is written to: a unit's officers, else its duty mailbox; its leaders; the province's leaders; whoever is away by a stand-in."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import DISTRICT_ROLES, Role
from tracker.domain.policies import Rank
from tracker.domain.wording import tr
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import absences
from tracker.services.ledger import Key

RANKS = {Role.OFFICER: Rank.OFFICER, Role.DISTRICT_LEADER: Rank.DISTRICT_LEADER, Role.LEADER: Rank.PROVINCE_LEADER}


@dataclass(frozen=True, slots=True)
class Addressee:
    """One address. key: as in Reminder.recipient; name: as the letter greets; leader: gets copies only.

    keys: in whose names the ledger notes what is told here: the own one, and those of the people stood in for, who are named in instead_of.
    """

    key: str
    unit_id: int
    unit_name: str
    address: str
    name: str
    person_id: int | None = None
    leader: bool = False
    keys: tuple[Key, ...] = ()
    instead_of: tuple[str, ...] = ()

    @property
    def of_province(self) -> bool:
        """Whether this is one of the province's leaders, who are told of every unit."""
        return any(key.rank == Rank.PROVINCE_LEADER for key in self.keys)


@dataclass
class Unmanned:
    """Who of a unit is away with nobody to stand in, by name."""

    names: list[str] = field(default_factory=list)


def of_units(unit_ids: Iterable[int], day: date | None = None) -> dict[int, list[Addressee]]:
    """For each unit those who are written to on a day (today by default); empty where nobody can be.

    Active officers, or the mailbox where there is none, then leaders; whoever is away is stood in for.
    """
    return {unit_id: people for unit_id, (people, _) in with_unmanned(unit_ids, day).items()}


def with_unmanned(unit_ids: Iterable[int], day: date | None = None) -> dict[int, tuple[list[Addressee], Unmanned]]:
    """The same, with those who are away and have nobody to stand in."""
    ids = list(unit_ids)
    people = defaultdict(list)
    for person in _people(sorted(DISTRICT_ROLES), Person.unit_id.in_(ids)):
        people[person.unit_id].append(person)
    away = absences.stand_ins((one.id for group in people.values() for one in group), day or clock.today())
    units = db.session.execute(select(Unit.id, Unit.name, Unit.mailbox).where(Unit.id.in_(ids)).order_by(Unit.id))
    return {unit.id: _of_unit(unit, people[unit.id], away) for unit in units}


def of_province(day: date) -> list[Addressee]:
    """The province's leaders, each by a stand-in of the province while away; one without is passed over."""
    people = _people([role for role in Role if role not in DISTRICT_ROLES])
    unit = db.session.execute(select(Unit.id, Unit.name).where(Unit.level == "province").order_by(Unit.id)).first()
    if unit is None:
        return []
    away = absences.stand_ins((one.id for one in people), day)
    return _told([one for one in people if one.role == Role.LEADER], people, away, unit, Unmanned())


def names(unit_ids: Iterable[int]) -> list[str]:
    """The names of units, in the order of their ids."""
    return list(db.session.scalars(select(Unit.name).where(Unit.id.in_(list(unit_ids))).order_by(Unit.id)))


def _people(roles: Sequence[str], *wanted: Any) -> list[Any]:
    columns = select(Person.id, Person.name, Person.email, Person.role, Person.unit_id)
    return list(db.session.execute(columns.where(*wanted, Person.left_at.is_(None), Person.role.in_(roles)).order_by(Person.id)))


def _of_unit(unit: Any, people: list[Any], away: dict[int, list[int]]) -> tuple[list[Addressee], Unmanned]:
    unmanned = Unmanned()
    found = _told(people, people, away, unit, unmanned)
    if unit.mailbox and all(one.leader for one in found):
        key = f"u{unit.id}"
        found.insert(0, Addressee(key, unit.id, unit.name, unit.mailbox, unit.name, keys=(Key(key, Rank.OFFICER),)))
    return sorted(found, key=lambda one: one.leader), unmanned


def _told(meant: list[Any], present: list[Any], away: dict[int, list[int]], unit: Any, unmanned: Unmanned) -> list[Addressee]:
    """Those of `meant` who are there, and for the others the first of their stand-ins who is: one letter a person, in all the names it is for."""
    there = {one.id: one for one in present if one.id not in away}
    keys: dict[int, list[Any]] = defaultdict(list)
    for one in meant:
        reader = there.get(one.id) or next((there[other] for other in away.get(one.id, ()) if other in there), None)
        if reader is None:
            unmanned.names.append(f"{one.name} ({unit.name})")
        else:
            keys[reader.id].append(one)
    return [_addressee(there[reader], names_of, unit) for reader, names_of in keys.items()]


def _addressee(reader: Any, told_for: list[Any], unit: Any) -> Addressee:
    keys = tuple(Key(f"p{one.id}", RANKS[one.role]) for one in sorted(told_for, key=lambda one: (one.id != reader.id, one.id)))
    instead_of = tuple(one.name for one in told_for if one.id != reader.id)
    return Addressee(
        f"p{reader.id}", unit.id, unit.name, reader.email, tr("đồng chí {name}, {name2}", name=reader.name, name2=unit.name), reader.id,
        all(key.rank != Rank.OFFICER for key in keys), keys, instead_of,
    )
