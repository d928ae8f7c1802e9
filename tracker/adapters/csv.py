"""Writes one sheet of a report as .csv that Excel in Vietnam opens as it is: UTF-8 with its mark, semicolons, decimal commas, days in ISO form."""
import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from tracker.domain import report_words as words
from tracker.domain.report import ReportData
from tracker.domain.report_sheets import LINES, Head, Row, Sheet, Value, sheets

MEDIA_TYPE = "text/csv; charset=utf-8"
#: A text that begins with one of these would be taken for a formula when the file is opened.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(data: ReportData) -> bytes:
    """One row per assignment with its full text. The same data give the same bytes."""
    return table(next(sheet for sheet in sheets(data) if sheet.name == LINES))


def table(sheet: Sheet) -> bytes:
    """The head and the rows of a sheet; its note and its total are left to the other files, so that every row is of one kind."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(title) for title, _ in sheet.head])
    writer.writerows([_cell(value) for value in row] for row in (sheet.rows[:-1] if sheet.total else sheet.rows))
    return out.getvalue().encode("utf-8-sig")


def stream(head: Head, rows: Iterable[Row], each: int = 500) -> Iterator[bytes]:
    """The same file in pieces, while its rows are being read: what is sent needs no more memory however long it is."""
    yield codecs.BOM_UTF8
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(title) for title, _ in head])
    for n, row in enumerate(rows, 1):
        writer.writerow([_cell(value) for value in row])
        if n % each == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _cell(value: Value) -> str:
    """Days as 2020-09-08, which every Excel takes for a day, whatever its country; a text never becomes a formula."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return format(value, "f" if isinstance(value, Decimal) else "").replace(".", ",")
    if isinstance(value, int):
        return str(value)
    text = words.clean(value)
    return f"'{text}" if value.lstrip(" ").startswith(FORMULA) or text.lstrip(" ").startswith(FORMULA) else text
