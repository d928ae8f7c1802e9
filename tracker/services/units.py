"""The organisation tree: loading it from a table, finding units, and keeping their mailboxes."""
import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import history, mail_links, people, recipients

#: The table that ships with the product: the province, its 27 districts of 2020 and their communes.
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "units-thanh-hoa-2020.csv"
_SHORTER = (
    ("Thành phố ", "TP "), ("Thị xã ", "TX "), ("Thị trấn ", "TT "), ("Huyện ", ""), ("Xã ", ""), ("Phường ", "P. "), ("Tỉnh ", "Tỉnh "),
)
LEVELS = ("province", "district", "commune")


def bare_name(name: str) -> str:
    """The name without the word for its kind: Huyện Hà Trung → Hà Trung."""
    return next((name.removeprefix(long) for long, _ in _SHORTER if name.startswith(long)), name)


def short_name(name: str) -> str:
    """Huyện Hà Trung → Hà Trung, Thành phố Thanh Hóa → TP Thanh Hóa: what a narrow column has room for."""
    for long, short in _SHORTER:
        if name.startswith(long):
            return short + name.removeprefix(long)
    return name


def load_units(path: Path = SHIPPED) -> int:
    """Adds the units of a CSV (code, level, name, parent_code) that are not there yet, known by their code; gives how many are new.

    A unit that is there keeps what people have changed on it. Run twice, it adds nothing. Raises KeyError for an unknown parent.
    """
    with path.open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    ids = {code: id for code, id in db.session.execute(select(Unit.code, Unit.id))}
    known = len(ids)
    for level in LEVELS:
        new = [row for row in rows if row["level"] == level and row["code"] not in ids]
        units = [
            Unit(
                code=row["code"], level=level, name=row["name"], short_name=short_name(row["name"]), folded=fold(row["name"]),
                parent_id=ids[row["parent_code"]] if row["parent_code"] else None,
            )
            for row in new
        ]
        db.session.add_all(units)
        db.session.flush()
        ids.update((unit.code, unit.id) for unit in units)
    return len(ids) - known


def by_code(code: str) -> Unit:
    """The unit of a code. Raises BadInput for an unknown one."""
    unit = db.session.scalar(select(Unit).where(Unit.code == code.strip()))
    if unit is None:
        raise BadInput("person.unit_unknown", field="unit", unit=code)
    return unit


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in a list; people: how many can sign in for it."""

    id: int
    code: str
    name: str
    level: str
    parent: str
    mailbox: str | None
    phone: str | None
    people: int


def _lines(*conditions: ColumnElement[bool]) -> list[Line]:
    parent = aliased(Unit)
    working = select(func.count(Person.id)).where(Person.unit_id == Unit.id, Person.left_at.is_(None), Person.password_hash.is_not(None))
    columns = (Unit.id, Unit.code, Unit.name, Unit.level, parent.short_name, Unit.mailbox, Unit.phone, working.scalar_subquery())
    wanted = select(*columns).outerjoin(parent, parent.id == Unit.parent_id).where(*conditions).order_by(Unit.level.desc(), Unit.code)
    return [Line(r[0], r[1], r[2], r[3], r[4] or "", *r[5:]) for r in db.session.execute(wanted)]


def on_day(day: date) -> tuple[ColumnElement[bool], ...]:
    """What holds of a unit that exists on this day."""
    return or_(Unit.valid_from.is_(None), Unit.valid_from <= day), or_(Unit.valid_to.is_(None), Unit.valid_to >= day)


def districts(actor: Actor, gone: bool = False) -> list[Line]:
    """The districts of today, or those that are no more (not yet there). Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    today = and_(*on_day(clock.today()))
    return _lines(Unit.level == "district", ~today if gone else today)


def found(actor: Actor, search: str, limit: int = 100) -> list[Line]:
    """Districts and communes whose name (or code) holds the words, without regard to accents. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    words = fold(search).split()
    named = and_(*(Unit.folded.contains(word, autoescape=True) for word in words)) if words else false()
    wanted = select(Unit.id).where(Unit.level != "province", or_(named, Unit.code == search.strip())).order_by(Unit.level.desc(), Unit.code)
    return _lines(Unit.id.in_(wanted.limit(limit)))


def communes(unit_id: int) -> list[Line]:
    """The communes of a district."""
    return _lines(Unit.parent_id == unit_id, Unit.level == "commune")


def choices(actor: Actor) -> list[tuple[int, str]]:
    """Districts of today (communes where there are districts no more) to choose from: (id, name). Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    return [(unit.id, unit.name) for unit in recipients.of_day()]


def get(actor: Actor, unit_id: int) -> Unit:
    """One unit that the actor may see. Raises NotFound, for a foreign one too."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound()
    actor.need_unit(unit.id)
    return unit


def people_of(unit_id: int) -> list[Person]:
    """Who works for the unit now."""
    return list(db.session.scalars(select(Person).where(Person.unit_id == unit_id, Person.left_at.is_(None)).order_by(Person.role, Person.name)))


def change(actor: Actor, unit_id: int, *, mailbox: str, phone: str, valid_from: date | None, valid_to: date | None) -> Unit:
    """Keeps a unit's mailbox, phone and the days it exists. Raises Forbidden, NotFound, BadInput (with the field)."""
    actor.need(Right.UNIT_MANAGE)
    unit = get(actor, unit_id)
    before = _facts(unit)
    if len(phone.strip()) > 40:
        raise BadInput("unit.phone", field="phone")
    if valid_from and valid_to and valid_to < valid_from:
        raise BadInput("unit.dates", field="valid_to")
    unit.mailbox = people.clean_email(mailbox, "mailbox") if mailbox.strip() else None
    unit.phone, unit.valid_from, unit.valid_to = phone.strip() or None, valid_from, valid_to
    if unit.mailbox != before["mailbox"]:
        mail_links.revoke_moved(unit.id, before["mailbox"])
    if before != _facts(unit):
        history.record(actor, "unit.change", unit_id=unit.id, before=before, after=_facts(unit))
    return unit


def _facts(unit: Unit) -> dict[str, str | None]:
    days = {name: day.isoformat() if day else None for name, day in (("valid_from", unit.valid_from), ("valid_to", unit.valid_to))}
    return {"mailbox": unit.mailbox, "phone": unit.phone, **days}
