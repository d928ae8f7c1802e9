"""A report over several dispatches as sheets: by unit, dispatch and field, every late assignment, who never answered, every figure."""
from collections.abc import Iterator, Sequence

from tracker.domain import report_words as words
from tracker.domain.report_counts import Happened
from tracker.domain.report_period import LateOf, PeriodData, Sums
from tracker.domain.report_period_body import abstract
from tracker.domain.report_sheets import COUNTS, Row, Sheet, Value, counted, figure_sheet

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


def sheets(data: PeriodData) -> list[Sheet]:
    """Every sheet; the lists are whole here, whatever the document shows of them."""
    note = f"{abstract(data)}. Số liệu chốt đến hết ngày {words.day(data.as_of)}."
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


def _sums(sums: Sums) -> tuple[Value, ...]:
    h: Happened = sums.happened
    return (*counted(sums.counts), sums.carried, h.asked, h.granted, h.refused, h.days, h.returns, h.findings, h.remedied)


def _late(data: PeriodData, late: Sequence[LateOf]) -> Iterator[Row]:
    for one in late:
        task, unit = data.tasks[one.task], data.units[one.unit]
        dispatch = data.dispatches[task.dispatch]
        yield (
            unit.code, unit.name, dispatch.number, dispatch.issued_on, "Nhiệm vụ" if task.kind == "task" else "Tồn tại", task.position, task.title,
            one.due_on, one.days,
        )
