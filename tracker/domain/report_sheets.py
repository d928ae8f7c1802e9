"""A report as sheets of typed cells: what .xlsx and .csv draw alike, one row per assignment and per figure."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain import amounts
from tracker.domain import report_words as words
from tracker.domain.indicators import COLUMN_WORDS
from tracker.domain.progress import Evidence, Line, Tally, answered, timeliness
from tracker.domain.report import ReportData
from tracker.domain.report_counts import IndicatorTable
from tracker.domain.report_parts import reference

#: A float is a share (0.333 is 33,3 %), a Decimal an amount.
Value = str | int | float | Decimal | date | None
Head = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Cells side by side that many rows of a long sheet share: the same object is drawn once."""

    values: tuple[Value, ...]


Row = tuple[Value | Span, ...]
#: A row without spans.
Cells = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """head: the columns' names and widths; note: the line over them; total: whether the last row is the total (then all rows are at hand).

    own: places in a row whose texts hardly ever repeat. The rows of a long sheet come one by one, and can be taken once.
    """

    name: str
    note: str
    head: Head
    rows: Iterable[Row]
    total: bool = False
    own: frozenset[int] = frozenset()


SUMMARY, TASKS, LINES, DOCUMENTS, FIGURES = "Theo đơn vị", "Theo nhiệm vụ", "Từng nhiệm vụ giao", "Tài liệu minh chứng", "Số liệu"
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
FIGURE_HEAD = (
    ("Mã đơn vị", 9), ("Đơn vị", 24), ("Biểu số liệu", 36), ("Kỳ", 14), ("Hạn", 12), ("Ngày gửi số liệu", 12), ("Chỉ tiêu", 36), ("Đơn vị tính", 14),
    ("Cột", 12), ("Giá trị", 16),
)


def sheets(data: ReportData) -> list[Sheet]:
    """By unit, by task, one row per assignment, documents, one row per figure (where any were asked)."""
    note = _note(data)
    found = [
        Sheet(SUMMARY, note, UNIT_HEAD, tuple(_units(data)), total=True),
        Sheet(TASKS, note, TASK_HEAD, tuple(_tasks(data)), total=True),
        Sheet(LINES, note, LINE_HEAD, tuple(_line(line, data.as_of) for line in data.lines), own=frozenset({16, 17, 18})),
        Sheet(DOCUMENTS, note, DOCUMENT_HEAD, tuple(_documents(data))),
    ]
    return found + ([figure_sheet(data.indicators, note)] if data.indicators else [])


def figure_sheet(tables: Iterable[IndicatorTable], note: str) -> Sheet:
    """One row per figure: of each unit, then of the total."""
    return Sheet(FIGURES, note, FIGURE_HEAD, tuple(row for table in tables for row in _figures(table)))


def _figures(table: IndicatorTable) -> Iterator[Row]:
    owners = [(unit.code, unit.name, unit.handed_in_on, unit.cells) for unit in table.units] + [("", "Tổng cộng", None, table.totals)]
    for code, name, handed_in_on, cells in owners:
        for one, values in zip(table.indicators, cells, strict=True):
            for column, value in zip(table.columns, values, strict=True):
                yield (
                    code, name, table.title, table.period, table.due_on, handed_in_on, one.name, one.unit, COLUMN_WORDS[column],  # type: ignore[index]
                    None if value is None else Decimal(value) / (amounts.factor(one.scale) if one.measure == "money" else 1),
                )


def _note(data: ReportData) -> str:
    return f"{reference(data)}. Số liệu chốt đến hết ngày {words.day(data.as_of)}."


def counted(c: Tally) -> Cells:
    """The cells of COUNTS."""
    return (
        c.total, c.accepted_on_time, c.accepted_late, c.accepted_no_deadline, c.open_in_time, c.open_overdue, c.open_no_deadline,
        c.waiting, c.returned, c.not_acknowledged, c.unanswered, c.completion, c.update,
    )


def _units(data: ReportData) -> Iterable[Row]:
    yield from ((unit.code, unit.name, *counted(counts)) for unit, counts in data.by_unit())
    yield ("", "Tổng cộng", *counted(data.tally()))


def _tasks(data: ReportData) -> Iterable[Row]:
    for task, counts, _ in data.by_task():
        yield (_kind(task.kind), task.position, task.title, task.due_on, task.review_on, *counted(counts))
    yield ("", "", "Tổng cộng", None, None, *counted(data.tally()))


def _kind(kind: str) -> str:
    return "Nhiệm vụ" if kind == "task" else "Tồn tại"


def _line(x: Line, as_of: date) -> Row:
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


def _documents(data: ReportData) -> Iterable[Row]:
    for x in data.lines:
        for item in x.evidence:
            yield (
                x.unit_code, x.unit_name, _kind(x.task_kind), x.task_position, x.task_title,
                words.EVIDENCE.get(item.kind, words.EVIDENCE["other"]), item.number, item.dated_on, item.signatory, item.name,
            )
