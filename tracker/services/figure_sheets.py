"""A unit's sheet: saved as it is typed, handed in once every doubt has a word; before the cut-off it can be handed in anew."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tracker import clock, i18n
from tracker.domain import figure_assembly as assembly
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.figure_assembly import Given
from tracker.domain.indicators import Column
from tracker.domain.sheet_checks import Warned
from tracker.models.figures import FigureSheet
from tracker.services import figure_communes, figure_place, figure_writing, history
from tracker.services.figure_place import Place
from tracker.services.figure_writing import LONGEST_NOTE, Typed

LONGEST_TEXT = 60


@dataclass(frozen=True)
class Form:
    """What the page says. token: the opened page; version: the sheet it was opened with (0 for none). cells by name, notes by indicator's id."""

    token: str
    version: int
    cells: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of a handing-in: done, or waiting for the leader's signature; else errors by cell, and how many doubts lack a word."""

    done: bool = False
    to_sign: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    unexplained: int = 0
    amounts: int = 0


@dataclass(frozen=True)
class Looked:
    """A sheet's draft read: its amounts and errors, the doubts about them, and the words of explanation by code."""

    given: Given
    typed: Typed
    doubts: Mapping[str, list[Warned]]
    notes: Mapping[str, str]

    @property
    def unexplained(self) -> list[str]:
        """Codes of indicators with a doubt and no word."""
        return [code for code in self.doubts if not self.notes.get(code)]


def save(actor: Actor, period_id: int, form: Form) -> int:
    """Keeps what was typed; gives the sheet's new version. What is no number is kept too and told on the page.

    Raises NotFound, Forbidden, Conflict("sheet.closed", "sheet.stale") where another page has saved since, BadInput("sheet.long").
    """
    place = figure_place.to_type(actor, period_id)
    sheet = figure_place.locked_sheet(actor, place)
    if sheet.version != form.version and sheet.editor != form.token:
        raise Conflict("sheet.stale")
    if any(len(text) > LONGEST_TEXT for text in form.cells.values()) or any(len(text) > LONGEST_NOTE for text in form.notes.values()):
        raise BadInput("sheet.long", limit=LONGEST_NOTE)
    _keep(actor, place, sheet, form)
    return sheet.version


def version_of(actor: Actor, period_id: int) -> int:
    """The version of the actor's own sheet, 0 while nothing was typed. Raises NotFound."""
    sheet = figure_place.sheet_of(figure_place.find(actor, period_id))
    return sheet.version if sheet is not None else 0


def _keep(actor: Actor, place: Place, sheet: FigureSheet, form: Form) -> None:
    given = figure_writing.known(place)
    fields = figure_writing.editable(given, figure_writing.period_in(given, place), place.unit.id)
    ids = {str(one.id) for one in given.indicators}
    draft = texts(given, place, sheet)
    before = {"cells": dict(draft["cells"]), "notes": dict(draft["notes"])}
    draft["cells"].update({name: text.strip() for name, text in form.cells.items() if name in fields})
    draft["notes"].update({id: text.strip() for id, text in form.notes.items() if id in ids})
    sheet.editor, sheet.updated_at, sheet.updated_by_id = form.token, clock.now(), actor.id
    if draft != before or sheet.version == 0:
        sheet.draft, sheet.version = draft, sheet.version + 1
        if actor.role == Role.OFFICER:
            sheet.to_sign_at = None


def texts(given: Given, place: Place, sheet: FigureSheet | None) -> dict[str, dict[str, str]]:
    """What stands in the fields: the draft, else what was handed in."""
    if sheet is not None and sheet.draft is not None:
        return {"cells": dict(sheet.draft.get("cells", {})), "notes": dict(sheet.draft.get("notes", {}))}
    period, unit_id = figure_writing.period_in(given, place), place.unit.id
    cells = {
        figure_writing.name_of(one.id, column): one.exact(given.typed(period, unit_id, column).get(one.code))
        for one in given.indicators for column in given.columns if not one.formula
    }
    return {"cells": {name: text for name, text in cells.items() if text}, "notes": {
        str(one.id): note for one in given.indicators if (note := given.note(period, unit_id, one.code))}}


def look(place: Place, sheet: FigureSheet | None, given: Given | None = None, communes: Mapping[str, Decimal | None] | None = None) -> Looked:
    """Reads what stands in the fields and checks it."""
    given = given or figure_writing.known(place)
    period, said = figure_writing.period_in(given, place), texts(given, place, sheet)
    found = figure_writing.typed(said["cells"], figure_writing.editable(given, period, place.unit.id))
    values = assembly.columns_of(given, period, place.unit.id, found.amounts)
    doubts = assembly.checked(given, period, place.unit.id, values, communes if communes is not None else figure_communes.complete_sums(place, given))
    for one in given.indicators:
        if figure_writing.name_of(one.id, Column.ACTUAL) in found.errors:
            # What cannot be read is no missing figure.
            doubts[one.code] = [warned for warned in doubts.get(one.code, ()) if warned.kind != "empty"]
    doubts = {code: warned for code, warned in doubts.items() if warned}
    by_id = {str(one.id): one.code for one in given.indicators}
    return Looked(given, found, doubts, {by_id[id]: text for id, text in said["notes"].items() if id in by_id})


def hand_in(actor: Actor, period_id: int, token: str) -> Outcome:
    """Hands in what this opened page saved last; pressing twice hands in once. Where the office wants it, an officer's press asks the leader to sign.

    Errors and doubts without a word are given back and nothing is handed in. Raises NotFound, Forbidden, Conflict("sheet.closed", "sheet.stale",
    "sheet.locked") after the cut-off.
    """
    place = figure_place.to_type(actor, period_id)
    if place.locked:
        raise Conflict("sheet.locked", day=f"{place.period.cut_off_on:%d/%m/%Y}")
    sheet = figure_place.locked_sheet(actor, place)
    if sheet.editor != token:
        raise Conflict("sheet.stale")
    given = figure_writing.known(place)
    handed = (place.period.id, place.unit.id) in given.handed_in
    if sheet.draft is None and handed:
        return Outcome(done=True)
    seen = look(place, sheet, given)
    if seen.typed.errors or seen.unexplained:
        return Outcome(errors=seen.typed.errors, unexplained=len(seen.unexplained))
    leader = actor.role == Role.DISTRICT_LEADER
    if place.form.sign == "leader" and not place.commune and not leader:
        sheet.to_sign_at = sheet.to_sign_at or clock.now()
        return Outcome(to_sign=True)
    return _record(actor, place, sheet, seen, leader)


def _record(actor: Actor, place: Place, sheet: FigureSheet, seen: Looked, signed: bool) -> Outcome:
    kept = {code: note for code, note in seen.notes.items() if note and code in seen.doubts}
    made = figure_writing.write(actor, place, seen.given, seen.typed.amounts, kind="handed_in", notes=kept)
    figure_writing.note_hand_in(actor, place, actor if signed else None)
    sheet.draft, sheet.to_sign_at, sheet.version = None, None, sheet.version + 1
    history.record(
        actor, "figures.hand_in", dispatch_id=place.dispatch.id, unit_id=place.unit.id, title=place.form.title, period=place.words, count=len(made),
        unit=place.unit.name,
    )
    return Outcome(done=True, amounts=len(made))


def drop(actor: Actor, period_id: int) -> None:
    """Gives the draft up; the fields show again what was handed in. Raises NotFound, Forbidden, Conflict("sheet.closed")."""
    place = figure_place.to_type(actor, period_id)
    sheet = figure_place.locked_sheet(actor, place)
    sheet.draft, sheet.to_sign_at, sheet.version, sheet.editor = None, None, sheet.version + 1, None


def refusal(outcome: Outcome) -> str:
    """What to say of doubts without a word."""
    return i18n.say("sheet.unexplained", count=outcome.unexplained)
