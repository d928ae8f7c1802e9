"""Writes a report as .xlsx: a summary, one row per assignment with the full text and typed dates, and the documents."""
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from tracker.domain import report_words as words
from tracker.domain.progress import Evidence, Line, Tally, answered, timeliness
from tracker.domain.report import ReportData
from tracker.domain.report_parts import reference

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Excel takes no longer text in one cell; the rest goes on in a sheet of its own, so that nothing is cut.
CELL_LIMIT = 32_767
#: No cell is ever a formula, a link or a number made from text: a result that begins with "=" is a text.
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy",
}

Value = str | int | float | date | None
SUMMARY, TASKS, LINES, DOCUMENTS, LONG = "Theo đơn vị", "Theo nhiệm vụ", "Từng nhiệm vụ giao", "Tài liệu minh chứng", "Văn bản dài"
#: Header and width of the cells that every tally gives.
COUNTS = (
    ("Tổng số", 9), ("Hoàn thành đúng hạn", 12), ("Hoàn thành quá hạn", 12), ("Hoàn thành, không hạn", 12), ("Còn mở trong hạn", 12),
    ("Còn mở quá hạn", 12), ("Còn mở, không hạn", 12), ("Chờ duyệt", 9), ("Trả lại", 9), ("Chưa tiếp nhận", 10), ("Chưa gửi kết quả", 11),
    ("Tỷ lệ hoàn thành", 11), ("Tỷ lệ cập nhật", 11),
)
UNIT_HEAD = (("Mã đơn vị", 9), ("Đơn vị", 26), *COUNTS)
TASK_HEAD = (("Loại", 11), ("Số thứ tự", 8), ("Nhiệm vụ", 40), ("Hạn", 12), ("Ngày xem lại", 12), *COUNTS)
LINE_HEAD = (
    ("Mã đơn vị", 9), ("Đơn vị", 24), ("Loại", 11), ("Số thứ tự", 8), ("Nhiệm vụ", 30), ("Nội dung đầy đủ", 60), ("Vai trò", 10),
    ("Hạn ban đầu", 12), ("Hạn hiện hành", 12), ("Ngày xem lại", 12), ("Đã tiếp nhận", 10), ("Tình trạng", 30), ("Số ngày quá hạn", 10),
    ("Ngày gửi kết quả", 12), ("Ngày duyệt", 12), ("Sửa chậm nhất", 12), ("Kết quả", 60), ("Lý do trả lại", 30), ("Tài liệu minh chứng", 50),
    ("Số lần nhắc", 9),
)
DOCUMENT_HEAD = (
    ("Mã đơn vị", 9), ("Đơn vị", 24), ("Loại", 11), ("Số thứ tự", 8), ("Nhiệm vụ", 30), ("Loại tài liệu", 18), ("Số, ký hiệu", 20),
    ("Ngày", 12), ("Người ký", 22), ("Tên tệp", 40),
)


def render(data: ReportData) -> bytes:
    """The report as .xlsx. Sheets: by unit, by task, one row per assignment, documents, and what was too long for a cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        # The same data give the same bytes: the day of the report stands for the moment of writing.
        book.set_properties({"title": f"Báo cáo {reference(data)}"[:255], "author": data.letterhead.issuer,
                             "created": datetime(data.prepared_on.year, data.prepared_on.month, data.prepared_on.day)})  # noqa: DTZ001
        writer = _Writer(book)
        writer.sheet(SUMMARY, _note(data), UNIT_HEAD, _units(data), total=True)
        writer.sheet(TASKS, _note(data), TASK_HEAD, _tasks(data), total=True)
        writer.sheet(LINES, _note(data), LINE_HEAD, (_line(line, data.as_of) for line in data.lines))
        writer.sheet(DOCUMENTS, _note(data), DOCUMENT_HEAD, _documents(data))
        writer.long_texts()
    return out.getvalue()


def _note(data: ReportData) -> str:
    return f"{reference(data)}. Số liệu chốt đến hết ngày {words.day(data.as_of)}."


def _counts(c: Tally) -> tuple[Value, ...]:
    return (
        c.total, c.accepted_on_time, c.accepted_late, c.accepted_no_deadline, c.open_in_time, c.open_overdue, c.open_no_deadline,
        c.waiting, c.returned, c.not_acknowledged, c.unanswered, c.completion, c.update,
    )


def _units(data: ReportData) -> Iterable[tuple[Value, ...]]:
    yield from ((unit.code, unit.name, *_counts(counts)) for unit, counts in data.by_unit())
    yield ("", "Tổng cộng", *_counts(data.tally()))


def _tasks(data: ReportData) -> Iterable[tuple[Value, ...]]:
    for task, counts, _ in data.by_task():
        yield (_kind(task.kind), task.position, task.title, task.due_on, task.review_on, *_counts(counts))
    yield ("", "", "Tổng cộng", None, None, *_counts(data.tally()))


def _kind(kind: str) -> str:
    return "Nhiệm vụ" if kind == "task" else "Tồn tại"


def _line(x: Line, as_of: date) -> tuple[Value, ...]:
    late = timeliness(x, as_of).days_late
    return (
        x.unit_code, x.unit_name, _kind(x.task_kind), x.task_position, x.task_title, x.task_text, words.ROLES[x.role], x.original_due_on,
        x.due_on, x.review_on, "có" if x.acknowledged else "chưa", words.standing(x, as_of), late or None,
        (x.accepted_submitted_on or x.submitted_on) if answered(x) else None, x.accepted_on, x.fix_by, x.result, x.return_reason,
        "\n".join(_evidence_line(n, item) for n, item in enumerate(x.evidence, 1)), x.reminded,
    )


def _evidence_line(n: int, item: Evidence) -> str:
    facts = (words.EVIDENCE.get(item.kind, ""), item.number and f"số {item.number}", words.day(item.dated_on), item.signatory)
    known = ", ".join(filter(None, facts))
    return f"{n}. {known}: {item.name}"


def _documents(data: ReportData) -> Iterable[tuple[Value, ...]]:
    for x in data.lines:
        for item in x.evidence:
            yield (
                x.unit_code, x.unit_name, _kind(x.task_kind), x.task_position, x.task_title,
                words.EVIDENCE.get(item.kind, words.EVIDENCE["other"]), item.number, item.dated_on, item.signatory, item.name,
            )


@dataclass
class _Writer:
    """Writes sheets alike: a note, a head row that stays in view and repeats in print, then typed cells."""

    book: Any

    def __post_init__(self) -> None:
        font = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "border": 1}
        self.text = self.book.add_format({**font, "text_wrap": True, "num_format": "@"})
        self.number = self.book.add_format({**font, "num_format": "#,##0"})
        self.share = self.book.add_format({**font, "num_format": "0.0%"})
        self.day = self.book.add_format({**font, "num_format": "dd/mm/yyyy"})
        self.head = self.book.add_format({**font, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#EEEADE"})
        self.title = self.book.add_format({"font_name": "Times New Roman", "font_size": 12, "bold": True})
        self.total = {f: self.book.add_format({**font, "bold": True, "num_format": f, "top": 6}) for f in ("@", "#,##0", "0.0%")}
        self.overflow: list[tuple[str, str]] = []

    def sheet(self, name: str, note: str, head: Sequence[tuple[str, float]], rows: Iterable[tuple[Value, ...]], total: bool = False) -> None:
        """One sheet; with total the last row is set apart."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, words.clean(note), self.title)
        for column, (title, width) in enumerate(head):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, title, self.head)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        last = 2
        kept = list(rows)
        for last, row in enumerate(kept, 3):
            for column, value in enumerate(row):
                self._write(sheet, last, column, value, total and last == len(kept) + 2)
        if kept:
            sheet.autofilter(2, 0, last - total, len(head) - 1)

    def _write(self, sheet: Any, row: int, column: int, value: Value, bold: bool) -> None:
        if isinstance(value, bool) or value is None:
            sheet.write_blank(row, column, None, self.total["@"] if bold else self.text)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, self.total["0.0%"] if bold else self.share)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.total["#,##0"] if bold else self.number)
        else:
            where = f"{sheet.get_name()}, dòng {row + 1}, cột {column + 1}"
            sheet.write_string(row, column, self._fitting(words.clean(value), where), self.total["@"] if bold else self.text)

    def _fitting(self, text: str, where: str) -> str:
        if len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT:
            return text
        hint = f" … (xem tiếp ở trang “{LONG}”: {where})"
        cut = (CELL_LIMIT - len(hint)) // 2
        self.overflow += [(where, text[at:at + cut]) for at in range(cut, len(text), cut)]
        return text[:cut] + hint

    def long_texts(self) -> None:
        """The sheet with what went on beyond a cell's limit; absent when nothing did."""
        if self.overflow:
            self.sheet(LONG, "Phần tiếp theo của các ô quá dài", (("Ô", 40), ("Phần tiếp theo", 120)), list(self.overflow))
