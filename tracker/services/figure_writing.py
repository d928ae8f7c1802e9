"""Writing figures: what was typed as amounts, and every change of a figure as a record of its own, never over an older one."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tracker import clock, i18n
from tracker.db import db
from tracker.domain import figure_assembly as assembly
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput
from tracker.domain.figure_assembly import Given, Period
from tracker.domain.indicators import Column, Indicator
from tracker.models.figures import FigureChange, FigureHandIn
from tracker.services import figure_facts
from tracker.services.figure_place import Place

#: A cell of a sheet: (indicator's id, column); in forms and drafts "<id>.<column>".
Cell = tuple[int, Column]
LONGEST_NOTE = 1000


@dataclass
class Typed:
    """A sheet's texts as amounts: by column and code; errors by the cell's name in words."""

    amounts: dict[Column, dict[str, Decimal | None]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def name_of(indicator_id: int, column: str) -> str:
    """The cell's name in forms and drafts."""
    return f"{indicator_id}.{column}"


def known(place: Place) -> Given:
    """What is known of the form, as far as this sheet needs it."""
    form = place.form
    return figure_facts.load([form], figure_facts.end_of(clock.today()), only=place.period, units=[place.unit.id])[form.id]


def period_in(given: Given, place: Place) -> Period:
    """The sheet's period among those of the form."""
    return next(period for period in given.periods if period.id == place.period.id)


def editable(given: Given, period: Period, unit_id: int) -> dict[str, tuple[Indicator, Column]]:
    """The cells that the unit types: what is asked, is not derived, was not given by the province and cannot be computed."""
    zeros = {one.code: Decimal(0) for one in given.indicators if not one.formula}
    computed = assembly.columns_of(given, period, unit_id, {Column.ACTUAL: zeros})
    handed = given.typed(period, unit_id, Column.CUMULATIVE)
    past = given.year_before(period)
    known_past = given.typed(past, unit_id, Column.ACTUAL) if past else {}
    found = {}
    for one in given.indicators:
        for column in given.columns if not one.formula else ():
            given_plan = column == Column.PLAN and given.planned(period, unit_id, one.code)
            looked_up = column == Column.SAME and known_past.get(one.code) is not None
            summed = column == Column.CUMULATIVE and computed[Column.CUMULATIVE].get(one.code) is not None and handed.get(one.code) is None
            if not (given_plan or looked_up or summed):
                found[name_of(one.id, column)] = (one, column)
    return found


def typed(cells: Mapping[str, str], fields: Mapping[str, tuple[Indicator, Column]]) -> Typed:
    """The texts as amounts; what cannot be read is told by its cell."""
    found = Typed({column: {} for column in {column for _, column in fields.values()}})
    for name, (one, column) in fields.items():
        try:
            found.amounts[column][one.code] = one.typed(cells.get(name, ""))
        except BadInput as error:
            found.errors[name] = i18n.words(error)
    return found


def write(
    actor: Actor, place: Place, given: Given, amounts: Mapping[Column, Mapping[str, Decimal | None]], *, kind: str, notes: Mapping[str, str] | None = None,
    reason: str = "", request_id: int | None = None, by: tuple[int | None, str] | None = None,
) -> list[FigureChange]:
    """Adds a record for every cell that changes, and for a new word of explanation; gives them. by: who stands for it, if not the actor."""
    period, now, (by_id, by_name) = period_in(given, place), clock.now(), by or (actor.id, actor.name)
    made: list[FigureChange] = []
    common: dict[str, Any] = {
        "form_id": place.form.id, "period_id": place.period.id, "unit_id": place.unit.id, "kind": kind, "reason": reason, "request_id": request_id,
        "by_person_id": by_id, "by_name": by_name, "at": now,
    }
    for one in given.indicators:
        before_note = given.note(period, place.unit.id, one.code)
        note = before_note if notes is None else notes.get(one.code, "")
        for column, values in amounts.items():
            before = given.typed(period, place.unit.id, column).get(one.code)
            after = values.get(one.code, before)
            noted = column == Column.ACTUAL and note != before_note
            if after != before or noted:
                own = note if column == Column.ACTUAL else ""
                made.append(FigureChange(**common, indicator_id=one.id, field=str(column), before=before, after=after, explanation=own))
    db.session.add_all(made)
    return made


def note_hand_in(actor: Actor, place: Place, signed: Actor | None = None) -> None:
    """Notes that the sheet was handed in now."""
    db.session.add(FigureHandIn(
        period_id=place.period.id, unit_id=place.unit.id, by_person_id=actor.id, by_name=actor.name, signed_by_id=signed.id if signed else None,
        signed_by_name=signed.name if signed else "", at=clock.now(),
    ))
