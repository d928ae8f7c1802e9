"""A sheet as an .xlsx form: made for one form, period and unit, and taken back filled in, wherever its rows have moved."""
import re
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from tracker.adapters import figure_xlsx, scanner
from tracker.db import db
from tracker.domain import amounts
from tracker.domain import figure_assembly as assembly
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput
from tracker.domain.figure_assembly import Given, Period, period_words
from tracker.domain.indicators import COLUMN_WORDS, Column, Indicator
from tracker.models.figures import FigureForm, FormPeriod
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import figure_place, figure_sheets, figure_writing, keys
from tracker.services.figure_place import Place
from tracker.services.figure_writing import LONGEST_NOTE

AUTO = "tính tự động"
#: What a file is signed as, and with how many bytes.
LABEL, SIGNED = b"figures", 16


def blank(actor: Actor, period_id: int) -> tuple[bytes, str]:
    """The form of the actor's unit with what has been typed so far, and the file's name. Raises NotFound, Forbidden."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    place = figure_place.find(actor, period_id)
    given = figure_writing.known(place)
    period = figure_writing.period_in(given, place)
    seen = figure_sheets.look(place, figure_place.sheet_of(place), given)
    values = assembly.columns_of(given, period, place.unit.id, seen.typed.amounts)
    last = assembly.last_values(given, period, place.unit.id)
    fields = figure_writing.editable(given, period, place.unit.id)
    rows = [_row(one, given, values, last, fields, seen.notes.get(one.code, "")) for one in given.indicators]
    lines = [f"{place.unit.name}, kỳ: {place.words}. Hạn nộp {place.period.due_on:%d/%m/%Y}, chốt số liệu hết ngày {place.period.cut_off_on:%d/%m/%Y}.",
             "Chỉ điền các ô nền vàng, theo đơn vị tính ghi ở mỗi dòng; sắp xếp lại hay thêm dòng trống đều được."]
    heads = [(str(column), COLUMN_WORDS[column]) for column in given.columns]
    data = figure_xlsx.form(place.form.title, lines, heads, rows, token(place))
    return data, f"bieu-{place.form.id}-{place.period.key}-{place.unit.code}.xlsx"


def _row(
    one: Indicator, given: Given, values: Mapping[Column, Mapping[str, Decimal | None]], last: Mapping[str, Decimal | None],
    fields: Mapping[str, tuple[Indicator, Column]], note: str,
) -> figure_xlsx.Row:
    cells: dict[str, Decimal | str | None] = {}
    for column in given.columns:
        typed = figure_writing.name_of(one.id, column) in fields
        amount = _scaled(one, values[column].get(one.code))
        cells[str(column)] = amount if typed else one.shown(values[column].get(one.code)) or AUTO
    return figure_xlsx.Row(one.code, one.name, one.unit_words, _scaled(one, last.get(one.code)), cells, note, one.decimals)


def _scaled(one: Indicator, amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount / amounts.factor(one.scale) if one.measure == "money" else amount


def token(place: Place) -> str:
    """What binds a file to this sheet; only this machine can have made it."""
    return _signed(_bound(place))


def _bound(place: Place) -> str:
    return f"{place.form.id}.{place.period.id}.{place.unit.id}"


def _signed(bound: str) -> str:
    return f"{bound}.{keys.mac(LABEL, bound.encode())[:SIGNED].hex()}"


def _proven(said: str) -> str | None:
    """What a token of ours is bound to, None for a forged one."""
    bound, _, signed = said.rpartition(".")
    if not re.fullmatch(rf"[0-9a-f]{{{2 * SIGNED}}}", signed):
        return None
    return bound if keys.proves(LABEL, bound.encode(), bytes.fromhex(signed), SIGNED) else None


def read(actor: Actor, period_id: int, data: bytes, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """The texts for the sheet's cells and notes from a filled form.

    Raises NotFound, Forbidden, Conflict("sheet.closed"), BadInput("sheet.file…"), and as scanner.check does.
    """
    place = figure_place.to_type(actor, period_id)
    if check := scanner.check():
        check(BytesIO(data), name)
    filled = figure_xlsx.read(data, name)
    if _proven(filled.token) != _bound(place):
        _refuse(filled.token)
    given = figure_writing.known(place)
    fields = figure_writing.editable(given, _period(given, place), place.unit.id)
    by_code = {one.code: one for one in given.indicators}
    by_name = {fold(one.name): one for one in given.indicators}
    cells: dict[str, str] = {}
    notes: dict[str, str] = {}
    for row in filled.rows:
        one = by_code.get(str(row.get(figure_xlsx.CODE) or "").strip()) or by_name.get(fold(str(row.get(figure_xlsx.NAME) or "")))
        if one is not None:
            cells |= {key: _text(one, row.get(str(column))) for column in given.columns if (key := figure_writing.name_of(one.id, column)) in fields}
            notes[str(one.id)] = str(row.get(figure_xlsx.NOTE) or "").strip()[:LONGEST_NOTE]
    return cells, notes


def _period(given: Given, place: Place) -> Period:
    return figure_writing.period_in(given, place)


def _text(one: Indicator, value: Any) -> str:
    """A number as the field shows it; what is none stays as it was written, so that the page can tell of it."""
    try:
        return one.exact(amounts.from_cell(value, one.measure, one.scale))
    except BadInput:
        return str(value).strip()[: figure_sheets.LONGEST_TEXT]


def _refuse(said: str) -> None:
    """Says which form a genuine file of ours belongs to, where its form and period are known; else that it is none of ours."""
    ids = (_proven(said) or "").split(".")
    if len(ids) == 3:
        form, period, unit = db.session.get(FigureForm, int(ids[0])), db.session.get(FormPeriod, int(ids[1])), db.session.get(Unit, int(ids[2]))
        if form and period and unit:
            raise BadInput("sheet.file_other", form=f"“{form.title}”, kỳ {period_words(period.key)}, của {unit.name}")
    raise BadInput("sheet.file")
