"""People from a table: what each row would do, and doing it."""
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.access import DISTRICT_ROLES, Actor, Role
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.i18n import ROLES
from tracker.models.people import Person
from tracker.reading.folding import fold
from tracker.services import access_links, imports, people
from tracker.services.import_units import Units
from tracker.services.imports import CHANGED, NEW, SAME, Planned

_ROLES = {fold(words): role for role, words in ROLES.items()} | {fold(role): role for role in Role}
_SHOWN = {"name": tr("họ tên"), "role": tr("vai trò"), "unit_id": tr("đơn vị"), "title": tr("chức vụ"), "phone": tr("điện thoại")}


def plan(actor: Actor, rows: list[tuple[int, dict[str, str]]]) -> list[Planned]:
    """What each row would do. A blank optional cell leaves what is there. Raises Forbidden."""
    actor.need(imports.RIGHTS[imports.PEOPLE])
    units, known, seen = Units(), {p.email: p for p in db.session.scalars(select(Person))}, dict[str, int]()
    planned = []
    for line, row in rows:
        title = f"{row['name']} ({row['email']})" if row["email"] else row["name"]
        try:
            planned.append(_one(line, title, row, units, known, seen))
        except BadInput as error:
            planned.append(imports.failed(line, title, error))
    return planned


def _one(line: int, title: str, row: dict[str, str], units: Units, known: Mapping[str, Person], seen: dict[str, int]) -> Planned:
    imports.check_plain(row)
    values = _values(row, units)
    if values["email"] in seen:
        raise BadInput("import.twice", line=seen[values["email"]])
    seen[values["email"]] = line
    person = known.get(values["email"])
    if values["role"] == Role.ADMIN and (person is None or person.role != Role.ADMIN):
        raise BadInput("import.admin")  # one at a time, against the own password
    if person is None:
        unit = units.name(values["unit_id"]) or tr("cấp tỉnh")
        return Planned(line, NEW, title, (ROLES[Role(values["role"])], unit), values)
    if person.left_at:
        raise BadInput("import.left")
    full = values | {key: values[key] or getattr(person, key) or "" for key in ("title", "phone")}
    words = tuple(_change(key, getattr(person, key) or "", full[key] or "", units) for key in _SHOWN if (getattr(person, key) or "") != (full[key] or ""))
    return Planned(line, CHANGED if words else SAME, title, words, full | {"id": person.id})


def _values(row: dict[str, str], units: Units) -> dict[str, Any]:
    email = people.clean_email(row["email"])
    if not row["name"]:
        raise BadInput("person.name")
    role = _ROLES.get(fold(row["role"]))
    if role is None:
        raise BadInput("import.role", role=row["role"], known=", ".join(ROLES.values()))
    unit = units.find(row["unit"]) if row["unit"] else None
    if unit is None and role not in DISTRICT_ROLES:
        unit = units.province
    people.check_unit(role, unit)
    return {
        "email": email, "name": row["name"][:120], "role": str(role), "unit_id": unit.id if unit else None, "title": row["title"][:120],
        "phone": row["phone"][:40],
    }


def _change(key: str, before: Any, after: Any, units: Units) -> str:
    if key == "role":
        before, after = ROLES[Role(before)], ROLES[Role(after)]
    if key == "unit_id":
        before, after = units.name(before or None), units.name(after or None)
    return f"{_SHOWN[key]}: {before or 'trống'} → {after or 'trống'}"


def write(actor: Actor, file_id: int, seen: str) -> dict[str, int]:
    """Writes the rows that are new or changed, as the preview showed them, and mails the invitations; gives the counts.

    Raises what imports.settle and services.people raise; then nothing is written.
    """
    file = imports.kept(actor, imports.PEOPLE, file_id)
    planned = plan(actor, imports.rows_of(file, imports.PEOPLE))
    imports.settle(actor, imports.PEOPLE, file_id, planned, seen)
    for row in planned:
        values: dict[str, Any] = dict(row.values)
        if row.action == NEW:
            person = people.add(actor, **(values | {"role": Role(values["role"])}))
            access_links.invite(actor, person.id)
        elif row.action == CHANGED:
            people.change(actor, values.pop("id"), **(values | {"role": Role(values["role"])}))
    return imports.counts(planned)
