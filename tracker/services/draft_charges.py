"""Whom a dispatch charges with an item by name: proposed as the units of the task, for the clerk to confirm."""
import re

from sqlalchemy import select

from tracker.db import db
from tracker.models.tasks import TaskUnit
from tracker.models.units import Unit
from tracker.reading import Reading
from tracker.reading.folding import fold
from tracker.reading.model import Charge
from tracker.reading.units import Gazetteer, gazetteer
from tracker.services.reading_units import unit_rows

#: Only words that say which kind of unit they mean: "Thanh Hoá" alone is mostly the province.
_DISTRICT = re.compile(r"\b(?:huyen|thi xa|thanh pho|tp|quan|tx) ")
_PROVINCE = re.compile(r"\btinh ")
#: Whether every district is charged, the units named with their roles, and their names for the doubt.
Charged = tuple[bool, list[TaskUnit], str]
EVERYBODY: Charged = (True, [], "")


def of_tasks(reading: Reading) -> list[Charged]:
    """For each task of the reading whom it charges; where it names no district of ours, everybody."""
    if not any(task.charges for task in reading.tasks):
        return [EVERYBODY] * len(reading.tasks)
    units = gazetteer(tuple(unit_rows()), reading.issued_on.value if reading.issued_on else None)
    named = [[(charge.role, code) for charge in task.charges if (code := _district(charge, units))] for task in reading.tasks]
    ids = {
        code: (unit_id, name)
        for code, unit_id, name in db.session.execute(
            select(Unit.code, Unit.id, Unit.short_name).where(Unit.code.in_({code for row in named for _, code in row}), Unit.level == "district")
        )
    }
    return [_charged([(role, *ids[code]) for role, code in dict.fromkeys(row) if code in ids]) for row in named]


def _district(charge: Charge, units: Gazetteer) -> str | None:
    words = f"{fold(charge.name)} "
    if not _DISTRICT.search(words) or _PROVINCE.search(words):
        return None
    found = units.resolve(charge.name).unit
    return found.code if found else None


def _charged(row: list[tuple[str, int, str]]) -> Charged:
    """A named lead means that the others are not charged; only coordinating ones change a role among all."""
    roles = {unit_id: role for role, unit_id, _ in reversed(row)}
    if not roles:
        return EVERYBODY
    rows = [TaskUnit(unit_id=unit_id, role=role) for unit_id, role in sorted(roles.items())]
    return "lead" not in roles.values(), rows, ", ".join(dict.fromkeys(name for _, _, name in row))
