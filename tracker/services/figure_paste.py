"""Figures pasted as one block from Excel: which row is which indicator, which number which column."""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.domain.access import Actor
from tracker.domain.amounts import typed
from tracker.domain.errors import BadInput
from tracker.domain.indicators import COLUMN_WORDS, Column, Indicator
from tracker.reading.folding import fold
from tracker.services import figure_communes, figure_place, figure_sheets, figure_writing

MOST_LINES, LONGEST = 400, 60_000
_WIDE = re.compile(r"\t|;| {2,}|\|")
_HEADS = {fold(words): column for column, words in COLUMN_WORDS.items()} | {"ke hoach giao": Column.PLAN, "cung ki": Column.SAME}


@dataclass
class Pasted:
    """What was understood: texts by cell name; unknown: the first words of rows that name no indicator of the form."""

    cells: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read(text: str, fields: Mapping[str, tuple[Indicator, Column]], columns: Sequence[Column]) -> Pasted:
    """Fills the cells that may be typed. Rows that begin with an indicator's name or code go to it, bare rows of numbers follow the order of the sheet.

    Raises BadInput("sheet.paste") where no number is found.
    """
    rows = [_cells(line) for line in text[:LONGEST].splitlines()[:MOST_LINES] if line.strip()]
    indicators = list(dict.fromkeys(one for one, _ in fields.values()))
    by_name = {fold(one.name): one for one in indicators} | {fold(one.code): one for one in indicators}
    names, found, heads, turn = {(one.code, column): name for name, (one, column) in fields.items()}, Pasted(), {}, iter(indicators)
    for row in rows:
        if seen := {n: _HEADS[fold(cell)] for n, cell in enumerate(row) if fold(cell) in _HEADS}:
            heads = seen
            continue
        at = next((n for n, cell in enumerate(row) if cell and not _number(cell)), None)
        if not any(_number(cell) for cell in row):
            continue
        one = by_name.get(fold(row[at])) if at is not None else next(turn, None)
        if one is None:
            found.unknown.append(row[at] if at is not None else " ".join(row))
            continue
        for column, cell in _placed(row, at, heads, [c for c in columns if (one.code, c) in names], columns):
            if cell and (one.code, column) in names:
                found.cells[names[one.code, column]] = cell
    if not found.cells:
        raise BadInput("sheet.paste")
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in (line.split("\t") if "\t" in line else _WIDE.split(line))]


def _number(cell: str) -> bool:
    try:
        return typed(cell, "money") is not None
    except BadInput:
        return False


def _placed(row: list[str], at: int | None, heads: Mapping[int, Column], own: list[Column], columns: Sequence[Column]) -> list[tuple[Column, str]]:
    """Which number of a row belongs to which column: by the heads, else by how many there are."""
    if heads:
        return [(column, row[n]) for n, column in heads.items() if n < len(row)]
    # What stands before the name is a running number; words behind it (đơn vị tính) are none of the figures.
    numbers = [cell for cell in row[0 if at is None else at + 1 :] if not cell or _number(cell)]
    if len(numbers) == 1 and Column.ACTUAL in own:
        return [(Column.ACTUAL, numbers[0])]
    return list(zip(columns if len(numbers) == len(columns) else own, numbers, strict=False))


def fill(actor: Actor, period_id: int, text: str) -> Pasted:
    """What a pasted block puts into the actor's own sheet. Raises NotFound, Forbidden, Conflict("sheet.closed"), BadInput as read does."""
    place = figure_place.to_type(actor, period_id)
    given = figure_writing.known(place)
    return read(text, figure_writing.editable(given, figure_writing.period_in(given, place), place.unit.id), given.columns)


def from_communes(actor: Actor, period_id: int) -> dict[str, str]:
    """The sum of what the communes have handed in, for the fields that the district has left empty. Raises NotFound, Forbidden, Conflict("sheet.closed")."""
    place = figure_place.to_type(actor, period_id)
    given = figure_writing.known(place)
    said = figure_sheets.texts(given, place, figure_place.sheet_of(place))["cells"]
    sums = figure_communes.sums(place)[0] if not place.commune else {}
    fields = figure_writing.editable(given, figure_writing.period_in(given, place), place.unit.id)
    return {
        name: one.exact(sums.get(one.code)) for name, (one, column) in fields.items()
        if column == Column.ACTUAL and not said.get(name) and sums.get(one.code) is not None
    }
