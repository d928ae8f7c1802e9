"""Tables that people keep in Excel: rows of text from CSV or xlsx, and an xlsx to fill in."""
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl
import xlsxwriter

from tracker.adapters.documents import guard
from tracker.domain.errors import BadInput

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
Rows = list[list[str]]


def read(data: bytes, name: str) -> Rows:
    """The rows of the first sheet as trimmed text, blank rows kept (a line number must stay true).

    CSV with or without a byte order mark, separated by comma, semicolon (Excel's in Vietnam) or tab. A formula comes as its text,
    beginning with "=". Raises BadInput("import.…").
    """
    if len(data) > MOST_BYTES:
        raise BadInput("import.large", most=MOST_ROWS)
    if data.startswith(b"PK"):
        rows = _xlsx(data, name)
    elif name.lower().endswith((".csv", ".txt")):
        rows = _csv(data, name)
    else:
        raise BadInput("import.type")
    if len(rows) > MOST_ROWS:
        raise BadInput("import.large", most=MOST_ROWS)
    return [_cut(row) for row in rows]


def _cut(row: list[str]) -> list[str]:
    """The row without blank cells at its end, which a sheet has as many of as anybody ever formatted."""
    while row and not row[-1]:
        row.pop()
    return row


def _csv(data: bytes, name: str) -> Rows:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("import.encoding") from error
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise BadInput("import.broken", name=name) from error


def _xlsx(data: bytes, name: str) -> Rows:
    guard.check(data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and validations that it leaves out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            cells = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 1, max_col=40, values_only=True)
            rows = [[_text(cell) for cell in row] for row in cells]
            book.close()
    except (KeyError, ValueError, IndexError, TypeError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise BadInput("import.broken", name=name) from error
    return rows


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def write(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An xlsx with one sheet; every cell is text, so that nothing in it is taken for a formula or loses a leading zero."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    head, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    sheet.set_column(0, len(heads) - 1, 28, plain)
    for column, text in enumerate(heads):
        sheet.write_string(0, column, text, head)
    for line, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(line, column, text, plain)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
