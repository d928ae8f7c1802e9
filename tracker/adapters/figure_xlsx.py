"""The .xlsx form of a sheet of figures, written to be filled in and read back whatever was sorted or inserted; and the province's table."""
import io
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import openpyxl
import xlsxwriter

from tracker.adapters.documents import guard
from tracker.domain.errors import BadInput

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 2000, 40, 2 * 1024 * 1024
#: The sheet that nobody sees, with what binds the file to its form, period and unit.
BOUND = "_dondoc"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CODE, NAME, NOTE = "code", "name", "note"


@dataclass(frozen=True)
class Row:
    """One indicator's line. values by column key: a number, or words where nothing is typed; decimals: how it is shown."""

    code: str
    name: str
    unit: str
    last: Decimal | None
    values: Mapping[str, Decimal | str | None]
    note: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class Filled:
    """A form as it came back: cells by row and column key; rows without a code are told by the name in them."""

    token: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def form(title: str, lines: Sequence[str], columns: Sequence[tuple[str, str]], rows: Iterable[Row], token: str) -> bytes:
    """The form to fill in. columns: (key, words) of what is asked."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        sheet, bound = book.add_worksheet("Biểu số liệu"), book.add_worksheet(BOUND)
        bound.write_string(0, 0, token)
        bound.very_hidden()
        font = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
        plain = book.add_format({**font, "border": 1, "text_wrap": True})
        head = book.add_format({**font, "border": 1, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#EEEADE"})
        sheet.write_string(0, 1, title, book.add_format({**font, "bold": True, "font_size": 14}))
        for n, line in enumerate(lines, 1):
            sheet.write_string(n, 1, line, book.add_format(font))
        top = len(lines) + 2
        heads = [(CODE, "Mã"), ("", "STT"), (NAME, "Chỉ tiêu"), ("", "Đơn vị tính"), ("", "Kỳ trước"), *columns, (NOTE, "Giải thích (nếu có cảnh báo)")]
        for n, (key, words) in enumerate(heads):
            sheet.write_string(top - 1, n, key)
            sheet.write_string(top, n, words, head)
        sheet.set_row(top - 1, None, None, {"hidden": True})
        for n, row in enumerate(rows, 1):
            _line(book, sheet, top + n, n, row, columns, font, plain)
        sheet.set_column(0, 0, 10, None, {"hidden": True})
        for n, width in enumerate((5, 42, 14, 16, *[16] * len(columns), 40), 1):
            sheet.set_column(n, n, width)
        sheet.freeze_panes(top + 1, 3)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return out.getvalue()


def _line(book: Any, sheet: Any, at: int, n: int, row: Row, columns: Sequence[tuple[str, str]], font: dict[str, Any], plain: Any) -> None:
    figures = "#,##0" + (f".{'0' * row.decimals}" if row.decimals else "")
    number = book.add_format({**font, "border": 1, "num_format": figures})
    field_ = book.add_format({**font, "border": 1, "num_format": "#,##0.######" if row.decimals else "#,##0", "bg_color": "#FFFDF4"})
    grey = book.add_format({**font, "border": 1, "italic": True, "font_color": "#666666", "num_format": figures})
    for column, text in ((0, row.code), (2, row.name), (3, row.unit)):
        sheet.write_string(at, column, text, plain)
    sheet.write_number(at, 1, n, plain)
    _cell(sheet, at, 4, row.last, number)
    for offset, (key, _) in enumerate(columns, 5):
        value = row.values.get(key)
        _cell(sheet, at, offset, value, grey if isinstance(value, str) else field_)
    sheet.write_string(at, 5 + len(columns), row.note, plain)


def _cell(sheet: Any, row: int, column: int, value: Decimal | str | None, look: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_number(row, column, float(value), look)


def read(data: bytes, name: str) -> Filled:
    """A form that came back. Raises BadInput("sheet.file") for any other file, "sheet.file_heads" where its heads are gone, "document.…"."""
    if len(data) > MOST_BYTES or not data.startswith(b"PK"):
        raise BadInput("sheet.file")
    guard.check(data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles that it leaves out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            token = next(book[BOUND].iter_rows(max_row=1, max_col=1, values_only=True), ("",))[0] if BOUND in book.sheetnames else ""
            shown = next((sheet for sheet in book.worksheets if sheet.title != BOUND), None)
            rows = list(shown.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)) if shown is not None else []
            book.close()
    except (KeyError, ValueError, IndexError, TypeError, AttributeError, OSError, SyntaxError, EOFError, zipfile.BadZipFile) as error:
        raise BadInput("sheet.file") from error
    if not token:
        raise BadInput("sheet.file")
    top = next((n for n, row in enumerate(rows) if CODE in row and "actual" in row), None)
    if top is None:
        raise BadInput("sheet.file_heads")
    # Of a sorted sheet the row of keys may stand anywhere: every other row is looked at.
    places = {str(key): n for n, key in enumerate(rows[top]) if key}
    found = [{key: row[n] for key, n in places.items() if n < len(row)} for n, row in enumerate(rows) if n != top]
    return Filled(str(token), [row for row in found if any(value not in (None, "") for value in row.values())])


def table(title: str, note: str, heads: Sequence[str], rows: Iterable[Sequence[Decimal | str | None]]) -> bytes:
    """One table with typed numbers; no cell is ever a formula. The last row is the total."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        sheet = book.add_worksheet("Số liệu")
        font = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "border": 1}
        text, number = book.add_format({**font, "text_wrap": True, "num_format": "@"}), book.add_format({**font, "num_format": "#,##0.######"})
        head = book.add_format({**font, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#EEEADE"})
        sheet.write_string(0, 0, title, book.add_format({"font_name": "Times New Roman", "font_size": 13, "bold": True}))
        sheet.write_string(1, 0, note, book.add_format({"font_name": "Times New Roman", "font_size": 11}))
        for n, words in enumerate(heads):
            sheet.write_string(3, n, words, head)
            sheet.set_column(n, n, 10 if n == 0 else 26 if n == 1 else 16)
        for at, row in enumerate(rows, 4):
            for n, value in enumerate(row):
                _cell(sheet, at, n, value, number if isinstance(value, Decimal) else text)
        sheet.freeze_panes(4, 2)
        sheet.repeat_rows(3)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return out.getvalue()
