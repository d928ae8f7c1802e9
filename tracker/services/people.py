"""People: who may sign in with which role for which unit; entered, changed, listed."""
import re

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import DISTRICT_ROLES, Actor, Right, Role
from tracker.domain.errors import BadInput, NotFound
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import feeds, history, sign_in

#: Letters that every mail server takes: an address with ă or đ in it is a slip of the Vietnamese keyboard, and no mail would ever leave for it.
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


def clean_email(raw: str, field: str = "email") -> str:
    """The address in lower case. Raises BadInput for what is none."""
    email = raw.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise BadInput("person.email", field=field, email=raw.strip())
    return email


def as_actor(person: Person) -> Actor:
    """The person as one who acts."""
    return Actor(person.id, person.name, Role(person.role), person.unit_id, person.email)


def choose_language(actor: Actor, language: str) -> None:
    """The actor's pages are shown in this language from now on ("vi", "en"); mails and documents stay Vietnamese."""
    db.session.get_one(Person, actor.id).language = language


def check_unit(role: Role, unit: Unit | None) -> None:
    """District roles belong to a district, the others to the province (or to none). Raises BadInput."""
    if role in DISTRICT_ROLES and (unit is None or unit.level == "province"):
        raise BadInput("person.unit_needed", field="unit")
    if role not in DISTRICT_ROLES and unit is not None and unit.level != "province":
        raise BadInput("person.unit_province", field="unit")


def anybody() -> bool:
    """Whether anybody has been entered yet."""
    return db.session.scalar(select(Person.id).limit(1)) is not None


def province() -> Unit | None:
    """The province itself, None before the units are loaded."""
    return db.session.scalar(select(Unit).where(Unit.level == "province").order_by(Unit.id).limit(1))


def unit_for(role: Role, unit_id: int | None) -> Unit | None:
    """The unit a person of this role belongs to; province roles fall to the province. Raises BadInput."""
    unit = db.session.get(Unit, unit_id) if unit_id is not None else None
    if unit is None and role not in DISTRICT_ROLES:
        unit = province()
    check_unit(role, unit)
    return unit


def get(actor: Actor, person_id: int) -> Person:
    """One person, for those who manage people. Raises Forbidden, NotFound."""
    actor.need(Right.PERSON_MANAGE)
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound()
    return person


def add(
    actor: Actor, *, email: str, name: str, role: Role, unit_id: int | None = None, title: str = "", phone: str = "", sample: bool = False,
) -> Person:
    """A new person without a password yet. Raises BadInput (with the field) and Forbidden."""
    actor.need(Right.PERSON_MANAGE)
    email = _free_email(email)
    if not name.strip():
        raise BadInput("person.name", field="name")
    unit = unit_for(role, unit_id)
    person = Person(
        email=email, name=name.strip()[:120], title=title.strip()[:120] or None, phone=phone.strip()[:40] or None, role=str(role),
        unit_id=unit.id if unit else None, created_at=clock.now(), sample=sample,
    )
    db.session.add(person)
    db.session.flush()
    history.record(actor, "person.add", unit_id=person.unit_id, target_id=person.id, email=email, after=str(role))
    return person


def change(
    actor: Actor, person_id: int, *, email: str, name: str, role: Role, unit_id: int | None, title: str = "", phone: str = "",
) -> Person:
    """Changes a person; a new address, role or unit ends the person's sessions, a new unit the calendar addresses too. Raises BadInput, Forbidden, NotFound."""
    person = get(actor, person_id)
    before = _standing(person)
    email = _free_email(email, person.id)
    if not name.strip():
        raise BadInput("person.name", field="name")
    if person.role == Role.ADMIN and role != Role.ADMIN:
        need_another_admin(person)
    unit = unit_for(role, unit_id)
    person.email, person.name = email, name.strip()[:120]
    person.title, person.phone = title.strip()[:120] or None, phone.strip()[:40] or None
    if person.unit_id != (unit.id if unit else None):
        feeds.revoke_made_by(actor, person.id)
    person.role, person.unit_id = str(role), unit.id if unit else None
    after = _standing(person)
    if before != after:
        sign_in.end_all_sessions(person)
    history.record(actor, "person.change", unit_id=person.unit_id, target_id=person.id, before=before, after=after)
    return person


def opens_doors(actor: Actor, person_id: int | None, email: str, role: Role, unit_id: int | None) -> bool:
    """Whether an act decides who gets in and what opens: the address, to which new passwords go, the role or the unit; None for somebody new,

    of whom only an administrator opens more than the own unit's work. Raises Forbidden, NotFound, and BadInput as unit_for does.
    """
    if person_id is None:
        return role == Role.ADMIN
    person, unit = get(actor, person_id), unit_for(role, unit_id)
    return (person.email, person.role, person.unit_id) != (email.strip().lower(), str(role), unit.id if unit else None)


def _standing(person: Person) -> dict[str, str | int | None]:
    return {"email": person.email, "role": person.role, "unit_id": person.unit_id}


def _free_email(raw: str, own_id: int = 0) -> str:
    email = clean_email(raw)
    if db.session.scalar(select(Person.id).where(Person.email == email, Person.id != own_id)) is not None:
        raise BadInput("person.taken", field="email", email=email)
    return email


def need_another_admin(person: Person) -> None:
    """Raises BadInput where this is the last administrator who can sign in: nobody could let anybody in again."""
    others = select(Person.id).where(
        Person.role == str(Role.ADMIN), Person.left_at.is_(None), Person.password_hash.is_not(None), Person.id != person.id
    )
    if db.session.scalar(others.limit(1)) is None:
        raise BadInput("person.last_admin", field="role")
