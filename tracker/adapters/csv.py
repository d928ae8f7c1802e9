"""Writes one sheet of a report as .csv that Excel in Vietnam opens as it is: UTF-8 with its mark, semicolons, decimal commas, days in ISO form."""
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO

from tracker.domain import report_words as words
from tracker.domain.report import ReportData
from tracker.domain.report_sheets import LINES, Head, Row, Sheet, Span, Value, sheets

MEDIA_TYPE = "text/csv; charset=utf-8"
#: A text that begins with one of these would be taken for a formula when the file is opened.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

#: So many different cells are remembered while a long list is written.
MOST_KNOWN = 50_000
#: So many rows are written at once.
_HEAP = 500
#: What makes a cell stand in quotes.
_QUOTED = re.compile('[;"\\r\\n]')


def render(data: ReportData) -> bytes:
    """One row per assignment with its full text. The same data give the same bytes."""
    return table(next(sheet for sheet in sheets(data) if sheet.name == LINES))


def table(sheet: Sheet) -> bytes:
    """The head and the rows of a sheet; its note and its total are left to the other files, so that every row is of one kind."""
    out = io.BytesIO()
    rows = tuple(sheet.rows)
    for _ in passing(out, sheet.head, rows[:-1] if sheet.total else rows):
        pass
    return out.getvalue()


def passing(out: IO[bytes], head: Head, rows: Iterable[Row], *, but_last: bool = False) -> Iterator[Row]:
    """Writes rows one by one as they pass through on their way to another file; but_last: without their last cell."""
    known = _Known()
    heap = [_first(head, known)]
    for row in rows:
        heap.append(_line(row[:-1] if but_last else row, known))
        if len(heap) == _HEAP:
            out.write("".join(heap).encode())
            heap.clear()
        yield row
    out.write("".join(heap).encode())


def stream(head: Head, rows: Iterable[Row], each: int = _HEAP) -> Iterator[bytes]:
    """The same file in pieces, while its rows are being read: what is sent needs no more memory however long it is."""
    known, places = _Known(), iter(rows)
    yield _first(head, known).encode()
    while heap := [_line(row, known) for row in islice(places, each)]:
        yield "".join(heap).encode()


def _first(head: Head, known: "_Known") -> str:
    return "\ufeff" + _line([title for title, _ in head], known)


def _line(row: Iterable[Value | Span], known: "_Known") -> str:
    return ";".join([known[value] for value in row]) + "\r\n"


class _Known(dict[Value | Span, str]):
    """Cells as they are written. Texts, days and spans are kept to be found again; numbers are not, for 1 and 1.0 are the same key."""

    def __missing__(self, value: Value | Span) -> str:
        if isinstance(value, Span):
            cell = ";".join([self[one] for one in value.values])
        else:
            cell = _cell(value)
            if _QUOTED.search(cell):
                cell = '"' + cell.replace('"', '""') + '"'
            if value is not None and not isinstance(value, str | date):
                return cell
        if len(self) < MOST_KNOWN:
            self[value] = cell
        return cell


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
