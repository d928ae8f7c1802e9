"""What is kept of a reading of a file that came by mail: whose document it is, what it answers, and the items that tell which tasks it covers."""
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.models.dispatches import Dispatch
from tracker.models.units import Unit
from tracker.reading import Reading, UnitRow
from tracker.reading.folding import fold
from tracker.reading.units import gazetteer
from tracker.services.answering import LONGEST_NAME, LONGEST_NUMBER
from tracker.services.reading_units import unit_rows
from tracker.services.recognising import LATEST, named_in

MOST_ITEMS, LONGEST_ITEM = 60, 400


@dataclass(frozen=True)
class Office:
    """What a file is read against: the organisation tree, ids of its districts by code, and our latest dispatches (id, number)."""

    units: tuple[UnitRow, ...]
    ids: dict[str, tuple[int, str]]
    dispatches: list[tuple[int, str]]


def office() -> Office:
    """The tree and the dispatches as they stand; the caller holds a transaction."""
    ids = {row.code: (row.id, row.name) for row in db.session.execute(select(Unit.id, Unit.code, Unit.name).where(Unit.level == "district"))}
    latest = select(Dispatch.id, Dispatch.number).where(Dispatch.state != "draft", Dispatch.number.is_not(None)).order_by(Dispatch.id.desc()).limit(LATEST)
    return Office(tuple(unit_rows()), ids, [(row.id, row.number or "") for row in db.session.execute(latest)])


def facts(reading: Reading, known: Office) -> dict[str, Any]:
    """What a message's file keeps, as JSON values; empty strings for what the document does not say."""
    signatory = reading.signatory
    unit = _unit(reading, known)
    own = fold(reading.number.value) if reading.number else ""
    cited = [citation.number for citation in reading.cited]
    named = {fold(number) for number in cited}
    about = [row for row in named_in(reading.subject.value if reading.subject else "", known.dispatches) if fold(row[1]) not in named]
    return {
        "number": reading.number.value[:LONGEST_NUMBER] if reading.number else "",
        "dated_on": reading.issued_on.value.isoformat() if reading.issued_on else "",
        "signatory": signatory.name.value[:LONGEST_NAME] if signatory and signatory.name else "",
        "title": signatory.title.value[:LONGEST_NAME] if signatory and signatory.title else "",
        "issuer": reading.issuer.value[:200] if reading.issuer else "",
        "subject": reading.subject.value[:300] if reading.subject else "",
        "secret": reading.secrecy.value if reading.secrecy else "",
        "unit_id": unit[0] if unit else None, "unit": unit[1] if unit else "",
        "cites": [*(number for _, number in about), *cited][:20],
        "ours": any(fold(number) == own for _, number in known.dispatches) if own else False,
        "cited": [id for id, number in known.dispatches if fold(number) in named] + [id for id, _ in about],
        "named": [id for id, _ in named_in(reading.text, known.dispatches)],
        "items": [task.text[:LONGEST_ITEM] for task in reading.tasks[:MOST_ITEMS]],
    }


def _unit(reading: Reading, known: Office) -> tuple[int, str] | None:
    """The district whose name stands in the letterhead, its own or as the body above; a province's name is no district's."""
    units = gazetteer(known.units)
    provinces = "|".join(re.escape(fold(unit.name).removeprefix("tinh ")) for unit in known.units if unit.level == "province")
    for found in (reading.issuer, reading.parent):
        if found is None:
            continue
        words = re.sub(rf"\btinh (?:{provinces})\b", " ", fold(found.value)) if provinces else fold(found.value)
        named = units.resolve(words).unit
        if named is not None and named.code in known.ids:
            return known.ids[named.code]
    return None


def day_of(kept: dict[str, Any]) -> date | None:
    """The day of a kept reading."""
    return date.fromisoformat(kept["dated_on"]) if kept.get("dated_on") else None


def document_of(readings: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The reading of the implementing document among a message's files: the first that has a number and is not our own dispatch sent back."""
    return next((one for one in readings if one.get("number") and not one.get("ours")), None)
