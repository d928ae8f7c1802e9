"""The organisation tree: loading it from a table, finding units, and keeping their mailboxes."""
import csv
from pathlib import Path

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import BadInput
from tracker.models.units import Unit
from tracker.reading.folding import fold

#: The table that ships with the product: the province, its 27 districts of 2020 and their communes.
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "units-thanh-hoa-2020.csv"
_SHORTER = (
    ("Thành phố ", "TP "), ("Thị xã ", "TX "), ("Thị trấn ", "TT "), ("Huyện ", ""), ("Xã ", ""), ("Phường ", "P. "), ("Tỉnh ", "Tỉnh "),
)
LEVELS = ("province", "district", "commune")


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
