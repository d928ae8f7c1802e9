"""Draws a report's sheets as .xlsx: the parts of the package are written as XML directly, row after row, so that a long sheet needs no memory."""
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice
from typing import IO

from tracker.adapters import xlsx_parts as parts
from tracker.adapters.docx_text import esc
from tracker.adapters.xlsx_cells import Cells
from tracker.domain.report import ReportData
from tracker.domain.report_parts import reference
from tracker.domain.report_sheets import Row, Sheet, sheets

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONG = "Văn bản dài"
#: Rows of one sheet under its head: Excel holds 1 048 576 in all. What is more goes on in a sheet of its own.
MOST_ROWS = 1_000_000
#: So many rows are handed to the compressor at once; cells are so alike that more effort than the least hardly makes them smaller.
_HEAP, _EFFORT = 500, 1


def render(data: ReportData) -> bytes:
    """The report as .xlsx: its sheets, and what was too long for a cell."""
    return book(f"Báo cáo {reference(data)}", data.letterhead.issuer, data.prepared_on or data.as_of, sheets(data))


def book(title: str, author: str, made_on: date, drawn: Sequence[Sheet]) -> bytes:
    """Sheets as one .xlsx. The same sheets give the same bytes: the day of the report stands for the moment of writing."""
    out = io.BytesIO()
    write(out, title, author, made_on, drawn)
    return out.getvalue()


def write(out: IO[bytes], title: str, author: str, made_on: date, drawn: Iterable[Sheet]) -> None:
    """The same into a file; the rows of a sheet may come one by one while they are written."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        kept = _Book(archive, made_on)
        for one in drawn:
            kept.sheet(one)
        kept.finish(title, author)


class _Book:
    """One package in the making."""

    def __init__(self, archive: zipfile.ZipFile, made_on: date) -> None:
        self.archive, self.made_on, self.cells, self.about = archive, made_on, Cells(), ""
        self.made: list[parts.Made] = []

    def sheet(self, one: Sheet) -> None:
        """One sheet; more rows than Excel takes go on in further ones."""
        self.about, rows, n = self.about or one.note, iter(one.rows), 1
        self._part(one, islice(rows, MOST_ROWS), len(tuple(one.rows)) if one.total else 0)
        while (first := next(rows, None)) is not None:
            n += 1
            self._part(replace(one, name=f"{one.name} ({n})"), chain((first,), islice(rows, MOST_ROWS - 1)), 0)

    def _part(self, one: Sheet, rows: Iterable[Row], total: int) -> None:
        """A note, a head row that stays in view and repeats in print, then typed cells; total: the number of the row that is set apart, 0 for none."""
        cells, n = self.cells, 0
        cells.begin(one.name, one.own)
        with self.archive.open(self._info(f"xl/worksheets/sheet{len(self.made) + 1}.xml"), "w", force_zip64=True) as file:
            head = cells.row(1, [one.note], "title") + cells.row(3, [title for title, _ in one.head], "head")
            file.write((parts.opening(one) + head).encode())
            heap: list[str] = []
            for n, row in enumerate(rows, 1):
                heap.append(cells.row(n + 3, row, "total" if n == total else ""))
                if len(heap) == _HEAP:
                    file.write("".join(heap).encode())
                    heap.clear()
            made = parts.Made(one.name, len(one.head), n + 3 - bool(total))
            file.write(("".join(heap) + parts.closing(made)).encode())
        self.made.append(made)

    def finish(self, title: str, author: str) -> None:
        """The sheet with what went on beyond a cell's limit (absent when nothing did), and the parts that name the sheets."""
        about = self.about
        if self.cells.overflow:
            self.sheet(Sheet(LONG, "Phần tiếp theo của các ô quá dài", (("Ô", 40), ("Phần tiếp theo", 120)), tuple(self.cells.overflow)))
        for name, text in parts.around(self.made, self.made_on, esc(title[:255]), esc(author), esc(about[:255])).items():
            self.archive.writestr(self._info(name), text)
        with self.archive.open(self._info("xl/sharedStrings.xml"), "w") as file:
            for piece in self.cells.shared():
                file.write(piece.encode())

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, (self.made_on.year, self.made_on.month, self.made_on.day, 0, 0, 0))
        info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, _EFFORT  # type: ignore[attr-defined]
        return info
