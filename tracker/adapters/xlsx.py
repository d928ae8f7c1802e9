"""Draws a report's sheets as .xlsx, with full texts, typed dates and typed numbers."""
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from tracker.adapters.csv import FORMULA
from tracker.domain import report_words as words
from tracker.domain.report import ReportData
from tracker.domain.report_parts import reference
from tracker.domain.report_sheets import Sheet, Value, sheets

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Excel takes no longer text in one cell; the rest goes on in a sheet of its own, so that nothing is cut.
CELL_LIMIT = 32_767
#: No cell is ever a formula, a link or a number made from text: a result that begins with "=" is a text.
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy",
}

LONG = "Văn bản dài"
#: Excel's day 0.
EPOCH = date(1899, 12, 30).toordinal()


def render(data: ReportData) -> bytes:
    """The report as .xlsx: its sheets, and what was too long for a cell."""
    return book(f"Báo cáo {reference(data)}", data.letterhead.issuer, data.prepared_on or data.as_of, sheets(data))


def book(title: str, author: str, made_on: date, drawn: Sequence[Sheet]) -> bytes:
    """Sheets as one .xlsx. The same sheets give the same bytes: the day of the report stands for the moment of writing."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as kept:
        kept.set_properties({
            "title": title[:255], "author": author, "subject": drawn[0].note[:255] if drawn else "",
            "created": datetime(made_on.year, made_on.month, made_on.day),  # noqa: DTZ001
        })
        writer = _Writer(kept)
        for one in drawn:
            writer.sheet(one)
        writer.long_texts()
    return out.getvalue()


@dataclass
class _Writer:
    """Writes sheets alike: a note, a head row that stays in view and repeats in print, then typed cells."""

    book: Any

    def __post_init__(self) -> None:
        font = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "border": 1}
        self.text = self.book.add_format({**font, "text_wrap": True, "num_format": "@"})
        # A text that looks like a formula is marked as text, so that it stays one when somebody edits the cell.
        self.quoted = self.book.add_format({**font, "text_wrap": True, "num_format": "@", "quote_prefix": True})
        self.number = self.book.add_format({**font, "num_format": "#,##0"})
        self.amount = self.book.add_format({**font, "num_format": "#,##0.######"})
        self.share = self.book.add_format({**font, "num_format": "0.0%"})
        self.day = self.book.add_format({**font, "num_format": "dd/mm/yyyy"})
        self.head = self.book.add_format({**font, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#EEEADE"})
        self.title = self.book.add_format({"font_name": "Times New Roman", "font_size": 12, "bold": True})
        self.total = {f: self.book.add_format({**font, "bold": True, "num_format": f, "top": 6}) for f in ("@", "#,##0", "0.0%")}
        self.overflow: list[tuple[str, str]] = []

    def sheet(self, one: Sheet) -> None:
        """One sheet; with total the last row is set apart."""
        sheet, rows = self.book.add_worksheet(one.name), one.rows
        sheet.write_string(0, 0, words.clean(one.note), self.title)
        for column, (title, width) in enumerate(one.head):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, title, self.head)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        last = 2
        for last, row in enumerate(rows, 3):
            for column, value in enumerate(row):
                self._write(sheet, last, column, value, one.total and last == len(rows) + 2)
        if rows:
            sheet.autofilter(2, 0, last - one.total, len(one.head) - 1)

    def _write(self, sheet: Any, row: int, column: int, value: Value, bold: bool) -> None:
        if isinstance(value, bool) or value is None:
            sheet.write_blank(row, column, None, self.total["@"] if bold else self.text)
        elif isinstance(value, date):
            # A day's number as Excel counts them, which is what write_datetime comes to, at a third of its time.
            sheet.write_number(row, column, value.toordinal() - EPOCH, self.day)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, value, self.amount)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, self.total["0.0%"] if bold else self.share)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.total["#,##0"] if bold else self.number)
        else:
            look = self.quoted if value.startswith(FORMULA) else self.text
            sheet.write_string(row, column, self._fitting(words.clean(value), sheet, row, column), self.total["@"] if bold else look)

    def _fitting(self, text: str, sheet: Any, row: int, column: int) -> str:
        if len(text) <= CELL_LIMIT // 2 or len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT:
            return text
        where = f"{sheet.get_name()}, dòng {row + 1}, cột {column + 1}"
        hint = f" … (xem tiếp ở trang “{LONG}”: {where})"
        cut = (CELL_LIMIT - len(hint)) // 2
        self.overflow += [(where, text[at:at + cut]) for at in range(cut, len(text), cut)]
        return text[:cut] + hint

    def long_texts(self) -> None:
        """The sheet with what went on beyond a cell's limit; absent when nothing did."""
        if self.overflow:
            self.sheet(Sheet(LONG, "Phần tiếp theo của các ô quá dài", (("Ô", 40), ("Phần tiếp theo", 120)), tuple(self.overflow)))
