"""A report over several dispatches as sheets: by unit, dispatch and field, every late assignment, who never answered, every figure, every assignment."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tracker.domain import report_words as words
from tracker.domain.progress import Line, answered, timeliness
from tracker.domain.report_counts import Happened
from tracker.domain.report_period import LateOf, PeriodData, Sums
from tracker.domain.report_period_body import abstract
from tracker.domain.report_sheets import COUNTS, LINES, Row, Sheet, Span, Value, counted, figure_sheet

UNITS, DISPATCHES, FIELDS, LATE, DONE_LATE, SILENT = "Theo đơn vị", "Theo văn bản", "Theo lĩnh vực", "Đang quá hạn", "Hoàn thành quá hạn", "Chưa gửi kết quả"
#: What is counted beside the arithmetic.
MORE = (
    ("Kỳ trước chuyển sang", 10), ("Xin gia hạn", 9), ("Được gia hạn", 9), ("Từ chối gia hạn", 9), ("Số ngày gia hạn", 9), ("Lượt trả lại", 9),
    ("Tồn tại", 9), ("Đã khắc phục", 9),
)
DISPATCH_COLUMNS = (("Số văn bản", 18), ("Ngày", 12), ("Trích yếu", 50), ("Lĩnh vực", 22))
LATE_HEAD = (
    ("Mã đơn vị", 9), ("Đơn vị", 26), ("Số văn bản", 18), ("Ngày văn bản", 12), ("Loại", 11), ("Số thứ tự", 8), ("Nhiệm vụ", 50), ("Hạn", 12),
    ("Số ngày quá hạn", 10),
)
SENT = (("Ngày gửi kết quả", 12),)
SILENT_HEAD = (
    ("Mã đơn vị", 9), ("Đơn vị", 26), ("Số văn bản", 18), ("Ngày văn bản", 12), ("Số nhiệm vụ", 10), ("Chưa tiếp nhận", 10), ("Đang quá hạn", 10),
)

#: One row an assignment. What was handed in with it stands in the report on its own dispatch.
LINE_HEAD = (
    ("Mã đơn vị", 9), ("Đơn vị", 26), ("Số văn bản", 18), ("Ngày văn bản", 12), ("Lĩnh vực", 20), ("Loại", 11), ("Số thứ tự", 8), ("Nhiệm vụ", 40),
    ("Vai trò", 10), ("Hạn ban đầu", 12), ("Hạn hiện hành", 12), ("Ngày xem lại", 12), ("Đã tiếp nhận", 10), ("Tình trạng", 30), ("Số ngày quá hạn", 10),
    ("Ngày gửi kết quả", 12), ("Ngày duyệt", 12), ("Sửa chậm nhất", 12), ("Kết quả", 60), ("Lý do trả lại", 30), ("Nội dung đầy đủ của nhiệm vụ", 60),
)
#: Where a row of spans has the texts that are each assignment's own. The last cell is each task's, and left to the .xlsx, which keeps a text once.
OWN = frozenset({11, 12})


def sheets(data: PeriodData) -> list[Sheet]:
    """Every sheet; the lists are whole here, whatever the document shows of them."""
    note = _note(data)
    units = tuple((unit.code, unit.name, *_sums(sums)) for unit, sums in data.by_unit)
    dispatches = tuple(
        (d.number, d.issued_on, words.subject(d.subject), d.field, *_sums(sums)) for d, sums in data.by_dispatch
    )
    fields = tuple((name, n, *_sums(sums)) for name, n, sums in data.by_field)
    found = [
        Sheet(UNITS, note, (("Mã đơn vị", 9), ("Đơn vị", 26), *COUNTS, *MORE), (*units, ("", "Tổng cộng", *_sums(data.total))), total=True),
        Sheet(DISPATCHES, note, (*DISPATCH_COLUMNS, *COUNTS, *MORE), (*dispatches, ("Tổng cộng", None, "", "", *_sums(data.total))), total=True),
        Sheet(FIELDS, note, (("Lĩnh vực", 30), ("Số văn bản", 9), *COUNTS, *MORE), (*fields, ("Tổng cộng", len(data.dispatches), *_sums(data.total))),
              total=True),
        Sheet(LATE, note, LATE_HEAD, tuple(_late(data, data.overdue()))),
        Sheet(DONE_LATE, note, (*LATE_HEAD, *SENT), tuple((*row, one.sent_on) for row, one in zip(
            _late(data, data.done_late()), data.done_late(), strict=True))),
        Sheet(SILENT, note, SILENT_HEAD, tuple(
            (unit.code, unit.name, d.number, d.issued_on, counts.total, counts.not_acknowledged, counts.open_overdue) for unit, d, counts in data.silent)),
    ]
    return found + ([figure_sheet(data.indicators, note)] if data.indicators else [])


def list_sheet(data: PeriodData, rows: Iterable[Row]) -> Sheet:
    """The sheet with one row an assignment; the rows may come one by one."""
    return Sheet(LINES, _note(data), LINE_HEAD, rows, own=OWN)


def kind_words(kind: str) -> str:
    """Nhiệm vụ, or Tồn tại."""
    return "Nhiệm vụ" if kind == "task" else "Tồn tại"


def line_cells(x: Line, as_of: date) -> Row:
    """The cells of LINE_HEAD from the role to the reason."""
    late = timeliness(x, as_of).days_late
    return (
        words.ROLES[x.role], x.original_due_on, x.due_on, x.review_on, "có" if x.acknowledged else "chưa", Span((words.standing(x, as_of), late or None)),
        (x.accepted_submitted_on or x.submitted_on) if answered(x) else None, x.accepted_on, x.fix_by, x.result, x.return_reason,
    )


def _note(data: PeriodData) -> str:
    return f"{abstract(data)}. Số liệu chốt đến hết ngày {words.day(data.as_of)}."


def _sums(sums: Sums) -> tuple[Value, ...]:
    h: Happened = sums.happened
    return (*counted(sums.counts), sums.carried, h.asked, h.granted, h.refused, h.days, h.returns, h.findings, h.remedied)


def _late(data: PeriodData, late: Sequence[LateOf]) -> Iterator[Row]:
    for one in late:
        task, unit = data.tasks[one.task], data.units[one.unit]
        dispatch = data.dispatches[task.dispatch]
        yield (
            unit.code, unit.name, dispatch.number, dispatch.issued_on, kind_words(task.kind), task.position, task.title,
            one.due_on, one.days,
        )
