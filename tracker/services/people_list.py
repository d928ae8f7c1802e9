"""The list of people, with a search that ignores accents."""
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.access import Actor, Right, Role
from tracker.i18n import ROLES
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.reading.folding import fold

#: Standings of an account, in the order in which they ask for an act.
STANDINGS = ("invited", "active", "left")


@dataclass(frozen=True, slots=True)
class Line:
    """One person in the list."""

    id: int
    name: str
    title: str
    role: str
    unit: str
    email: str
    standing: str
    last_login_at: datetime | None
    two_factor: bool


def lines(actor: Actor, search: str = "", standing: str = "") -> tuple[list[Line], dict[str, int]]:
    """People that match the search, those of one standing where asked, and how many there are of each. Raises Forbidden.

    A province has a few hundred people, so they are sifted here: no folded column has to follow every change of name or unit.
    """
    actor.need(Right.PERSON_MANAGE)
    columns = (
        Person.id, Person.name, Person.title, Person.role, Unit.short_name, Person.email, Person.password_hash.is_not(None).label("known"),
        Person.left_at, Person.last_login_at, Person.totp_confirmed_at,
    )
    rows = db.session.execute(select(*columns).outerjoin(Unit, Unit.id == Person.unit_id).order_by(Unit.level.desc(), Unit.code, Person.name))
    words = fold(search).split()
    found = [
        Line(r.id, r.name, r.title or "", ROLES[Role(r.role)], r.short_name or "", r.email, _standing(r.known, r.left_at), r.last_login_at,
             r.totp_confirmed_at is not None)
        for r in rows
    ]
    found = [line for line in found if all(word in _text(line) for word in words)] if words else found
    counts = {key: sum(line.standing == key for line in found) for key in STANDINGS}
    return [line for line in found if not standing or line.standing == standing], counts


def _standing(known: bool, left_at: datetime | None) -> str:
    if left_at:
        return "left"
    return "active" if known else "invited"


def _text(line: Line) -> str:
    return fold(f"{line.name} {line.title} {line.role} {line.unit} {line.email}")
