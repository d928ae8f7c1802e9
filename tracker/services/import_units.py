"""Duty mailboxes and phones of units from a table."""
from collections import defaultdict
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import imports, people, units
from tracker.services.imports import CHANGED, SAME, Planned


class Units:
    """All units of today by code and by name, read once for a whole table."""

    def __init__(self) -> None:
        rows = list(db.session.scalars(select(Unit).where(*units.on_day(clock.today()))))
        self.province = next((unit for unit in rows if unit.level == "province"), None)
        self._codes = {unit.code: unit for unit in rows}
        self._ids = {unit.id: unit for unit in rows}
        self._names: dict[str, list[Unit]] = defaultdict(list)
        for unit in rows:
            for name in {fold(unit.name), fold(unit.short_name), fold(units.bare_name(unit.name))}:
                self._names[name].append(unit)

    def find(self, text: str) -> Unit:
        """The unit of a code or a name, accents ignored; a district goes before communes that share its name. Raises BadInput."""
        if text in self._codes:
            return self._codes[text]
        named = self._names.get(fold(text), [])
        districts = [unit for unit in named if unit.level == "district"]
        if len(districts or named) != 1:
            raise BadInput("import.unit_many" if named else "person.unit_unknown", unit=text, count=len(named))
        return (districts or named)[0]

    def name(self, unit_id: int | None) -> str:
        """The short name of a unit, "" for none."""
        return self._ids[unit_id].short_name if unit_id in self._ids else ""


def plan(actor: Actor, rows: list[tuple[int, dict[str, str]]]) -> list[Planned]:
    """What each row would do. A blank cell leaves what is there. Raises Forbidden."""
    actor.need(imports.RIGHTS[imports.MAILBOXES])
    known, seen, planned = Units(), dict[int, int](), []
    for line, row in rows:
        try:
            planned.append(_one(line, row, known, seen))
        except BadInput as error:
            planned.append(imports.failed(line, row["unit"], error))
    return planned


def _one(line: int, row: dict[str, str], known: Units, seen: dict[int, int]) -> Planned:
    imports.check_plain(row)
    unit = known.find(row["unit"])
    if unit.id in seen:
        raise BadInput("import.twice", line=seen[unit.id])
    seen[unit.id] = line
    mailbox = people.clean_email(row["mailbox"]) if row["mailbox"] else unit.mailbox
    phone = row["phone"][:40] or unit.phone
    words = [tr("hộp thư: {mailbox} → {mailbox2}", mailbox=unit.mailbox or tr('trống'), mailbox2=mailbox)] if mailbox != unit.mailbox else []
    words += [tr("điện thoại: {phone} → {phone2}", phone=unit.phone or tr('trống'), phone2=phone)] if phone != unit.phone else []
    return Planned(line, CHANGED if words else SAME, unit.name, tuple(words), {"id": unit.id, "mailbox": mailbox, "phone": phone})


def write(actor: Actor, file_id: int, seen: str) -> dict[str, int]:
    """Writes the rows that change something, as the preview showed them; gives the counts. Raises what imports.settle raises."""
    file = imports.kept(actor, imports.MAILBOXES, file_id)
    planned = plan(actor, imports.rows_of(file, imports.MAILBOXES))
    imports.settle(actor, imports.MAILBOXES, file_id, planned, seen)
    for row in planned:
        if row.action == CHANGED:
            values: dict[str, Any] = dict(row.values)
            unit = units.get(actor, values["id"])
            units.change(
                actor, unit.id, mailbox=values["mailbox"] or "", phone=values["phone"] or "", valid_from=unit.valid_from, valid_to=unit.valid_to
            )
    return imports.counts(planned)
