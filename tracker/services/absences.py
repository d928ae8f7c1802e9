"""Absences (nghỉ, đi vắng): who is away when, and who gets their reminders meanwhile."""
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.models.people import Absence, Person
from tracker.services import history

LONGEST = timedelta(days=366)
#: An absence that is over stays on the page for so long.
SHOWN = timedelta(days=90)


def add(actor: Actor, person_id: int, from_on: date | None, until_on: date | None, stand_in_id: int | None, reason: str = "") -> Absence:
    """Notes an absence of oneself, or of anybody for those who manage people. Raises NotFound, BadInput (with the field)."""
    person = _person(actor, person_id)
    if from_on is None or until_on is None:
        raise BadInput("absence.days", field="from_on" if from_on is None else "until_on")
    if until_on < from_on or until_on < clock.today() or until_on - from_on > LONGEST:
        raise BadInput("absence.until", field="until_on")
    if stand_in_id not in {one.id for one in candidates(person)}:
        raise BadInput("absence.stand_in", field="stand_in")
    overlapping = select(Absence.id).where(Absence.person_id == person.id, Absence.from_on <= until_on, Absence.until_on >= from_on)
    if db.session.scalar(overlapping.limit(1)) is not None:
        raise BadInput("absence.twice", field="from_on")
    absence = Absence(
        person_id=person.id, stand_in_id=stand_in_id, from_on=from_on, until_on=until_on, reason=reason.strip()[:200], created_at=clock.now(),
    )
    db.session.add(absence)
    db.session.flush()
    history.record(
        actor, "person.absence", unit_id=person.unit_id, target_id=person.id, before=from_on.isoformat(), after=until_on.isoformat(),
        stand_in=db.session.get_one(Person, stand_in_id).name,
    )
    return absence


def drop(actor: Actor, absence_id: int) -> int:
    """Takes an absence back; gives whose it was. Raises NotFound, for a foreign person's too."""
    absence = db.session.get(Absence, absence_id)
    if absence is None:
        raise NotFound()
    person = _person(actor, absence.person_id)
    history.record(actor, "person.absence_dropped", unit_id=person.unit_id, target_id=person.id, before=absence.from_on.isoformat())
    db.session.delete(absence)
    return person.id


def _person(actor: Actor, person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or (person.id != actor.id and not actor.can(Right.PERSON_MANAGE)):
        raise NotFound()
    return person


def candidates(person: Person) -> list[Person]:
    """Who could stand in: everybody else of the same unit who has not left."""
    same = Person.unit_id == person.unit_id if person.unit_id is not None else Person.unit_id.is_(None)
    return list(db.session.scalars(select(Person).where(same, Person.left_at.is_(None), Person.id != person.id).order_by(Person.name, Person.id)))


def of_person(person_id: int) -> list[Any]:
    """The absences of one person that are to come, are now, or are over for a short time only; with the stand-in's name."""
    other = aliased(Person)
    columns = select(Absence.id, Absence.from_on, Absence.until_on, Absence.reason, other.name.label("stand_in"), other.left_at)
    wanted = columns.join(other, other.id == Absence.stand_in_id).where(Absence.person_id == person_id, Absence.until_on >= clock.today() - SHOWN)
    return list(db.session.execute(wanted.order_by(Absence.from_on.desc(), Absence.id.desc()).limit(20)))


def stand_ins(person_ids: Iterable[int], day: date) -> dict[int, list[int]]:
    """Those of the people who are away on a day, each with who was asked to stand in; whether these can is for the caller to see."""
    found: dict[int, list[int]] = defaultdict(list)
    away = select(Absence.person_id, Absence.stand_in_id).where(Absence.until_on >= day, Absence.from_on <= day)
    for row in db.session.execute(away.where(Absence.person_id.in_(list(person_ids))).order_by(Absence.id)):
        found[row.person_id].append(row.stand_in_id)
    return dict(found)
