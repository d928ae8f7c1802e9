"""What both kinds of report are put together from: the cells of the arithmetic, sentences, and tables."""
from collections.abc import Iterator, Sequence
from typing import Any

from tracker.domain import report_words as words
from tracker.domain.progress import Evidence, Line, Tally
from tracker.domain.report import Late, ReportData
from tracker.domain.report_counts import IndicatorTable
from tracker.domain.report_layout import Block, Column, Heading, Paragraph, Table

_DONE = "Hoàn thành"
_OPEN = "Chưa hoàn thành"
#: The cells of the arithmetic, in the order of every table.
CELLS = (
    Column("Tổng số", 11, "center"),
    Column("Đúng hạn", 12.4, "center", _DONE),
    Column("Quá hạn", 12.4, "center", _DONE),
    Column("Không hạn", 12.4, "center", _DONE),
    Column("Trong hạn", 12.4, "center", _OPEN),
    Column("Quá hạn", 12.4, "center", _OPEN),
    Column("Không hạn", 12.4, "center", _OPEN),
)
#: What overlaps the cells.
BESIDE = (
    Column("Chờ duyệt", 12.4, "center"),
    Column("Trả lại", 11, "center"),
    Column("Chưa tiếp nhận", 14, "center"),
    Column("Chưa gửi kết quả", 15, "center"),
    Column("Tỷ lệ hoàn thành", 16, "center"),
    Column("Tỷ lệ cập nhật", 16, "center"),
)


def cells(counts: Tally) -> tuple[str, ...]:
    """The seven cells of CELLS in words."""
    return tuple(map(words.count, (
        counts.total, counts.accepted_on_time, counts.accepted_late, counts.accepted_no_deadline,
        counts.open_in_time, counts.open_overdue, counts.open_no_deadline,
    )))


def beside(counts: Tally) -> tuple[str, ...]:
    """The six cells of BESIDE in words."""
    numbers = (counts.waiting, counts.returned, counts.not_acknowledged, counts.unanswered)
    return (*map(words.count, numbers), words.percent(counts.completion), words.percent(counts.update))


def reference(data: ReportData, with_issuer: bool = False) -> str:
    """"Công văn số … ngày … (của …) về việc …"."""
    d = data.dispatch
    issuer = f" của {d.issuer}" if with_issuer else ""
    return f"{d.kind[:1].upper()}{d.kind[1:]} số {d.number} ngày {words.day(d.issued_on)}{issuer} về việc {words.subject(d.subject)}"


def summary(counts: Tally) -> Iterator[Block]:
    """The arithmetic in sentences; total = accepted + open, each with its three cells."""
    n = words.number
    yield Paragraph(f"Tổng số: {n(counts.total)} lượt nhiệm vụ giao, trong đó:")
    yield Paragraph(
        f"Đã hoàn thành: {n(counts.accepted)} (đúng hạn {n(counts.accepted_on_time)}, quá hạn {n(counts.accepted_late)}, "
        f"không hạn {n(counts.accepted_no_deadline)}).", "item")
    yield Paragraph(
        f"Chưa hoàn thành: {n(counts.open)} (trong hạn {n(counts.open_in_time)}, quá hạn {n(counts.open_overdue)}, "
        f"không hạn {n(counts.open_no_deadline)}); trong số này có {n(counts.waiting)} đang chờ duyệt, "
        f"{n(counts.returned)} bị trả lại để bổ sung.", "item")
    yield Paragraph(
        f"Tỷ lệ hoàn thành: {words.percent(counts.completion)}; tỷ lệ cập nhật (đã gửi kết quả ít nhất một lần): "
        f"{words.percent(counts.update)}.", "item")
    yield Paragraph(f"Chưa tiếp nhận: {n(counts.not_acknowledged)}; chưa gửi kết quả lần nào: {n(counts.unanswered)}.", "item")
    if counts.outside:
        yield Paragraph(f"Không tính vào tổng số: {n(counts.outside)} (đã huỷ, hoặc không thuộc trách nhiệm của đơn vị).", "item")


def unit_table(data: ReportData) -> Table:
    """One row a unit: its cells, and what overlaps them."""
    columns = (Column("TT", 9, "center"), Column("Đơn vị", 46), *CELLS, *BESIDE)
    rows = tuple((str(n), unit.name, *cells(counts), *beside(counts)) for n, (unit, counts) in enumerate(data.by_unit(), 1))
    total = data.tally()
    return Table("Kết quả theo đơn vị", columns, rows, ("", "Tổng cộng", *cells(total), *beside(total)))


def task_table(data: ReportData) -> Table:
    """One row a task: its cells."""
    columns = (Column("TT", 8, "center"), Column("Nhiệm vụ", 39), Column("Hạn", 20, "center"), *CELLS, BESIDE[0])
    rows = tuple(
        (str(task.position), task.title, words.day(task.due_on) or "–", *cells(counts),
         words.count(counts.waiting))
        for task, counts, _ in data.by_task()
    )
    total = data.tally()
    return Table("Kết quả theo nhiệm vụ", columns, rows, ("", "Tổng cộng", "", *cells(total), words.count(total.waiting)))


def late_table(late: list[Late], data: ReportData, done: bool) -> Table:
    """Who is (or was) late, with what, by how many days."""
    columns = (
        Column("TT", 9, "center"), Column("Đơn vị", 36), Column("Nhiệm vụ", 49), Column("Hạn", 22.5, "center"),
        Column("Số ngày quá hạn", 17.5, "center"), Column("Ngày gửi kết quả" if done else "Tình trạng", 31, "center" if done else "left"),
    )
    rows = tuple(
        (str(n), x.line.unit_name, named(x.line), words.day(x.line.accepted_due_on if done else x.line.due_on), words.number(x.days),
         words.day(x.line.accepted_submitted_on) if done else words.workflow(x.line))
        for n, x in enumerate(late, 1)
    )
    return Table("Nhiệm vụ hoàn thành quá hạn" if done else "Nhiệm vụ đang quá hạn", columns, rows)


def silent_table(data: ReportData) -> Table:
    """Units that never answered, and whether they at least acknowledged."""
    columns = (
        Column("TT", 9, "center"), Column("Đơn vị", 62), Column("Số nhiệm vụ giao", 30, "center"),
        Column("Chưa tiếp nhận", 30, "center"), Column("Đang quá hạn", 30, "center"),
    )
    rows = tuple(
        (str(n), unit.name, words.count(c.total), words.count(c.not_acknowledged), words.count(c.open_overdue))
        for n, (unit, c) in enumerate(data.silent(), 1)
    )
    return Table("Đơn vị chưa gửi kết quả nhiệm vụ nào", columns, rows)


def named(line: Line) -> str:
    """"Nhiệm vụ 2: Kiểm tra"."""
    return f"{words.task_label(line.task_kind, line.task_position)}: {line.task_title}"


def evidence(item: Evidence) -> str:
    """"Văn bản chỉ đạo số 45-CV/HND ngày 20/08/2020 (Nguyễn Văn A ký)", or the file's name where it has no number."""
    kind = words.EVIDENCE.get(item.kind, words.EVIDENCE["other"])
    told = f"{kind} số {item.number}" if item.number else f"{kind} “{item.name}”"
    told += f" ngày {words.day(item.dated_on)}" if item.dated_on else ""
    return told + (f" ({item.signatory} ký)" if item.signatory else "")


def indicator_table(totals: Sequence[dict[str, Any]]) -> Table:
    """Each indicator's total (report_counts.measured): plan, same period, actual, cumulative, and the percentages between them."""
    columns = (
        Column("TT", 8, "center"), Column("Chỉ tiêu", 45), Column("Đơn vị tính", 18, "center"), Column("Kế hoạch", 19, "center"),
        Column("Cùng kỳ", 19, "center"), Column("Thực hiện", 19, "center"), Column("Luỹ kế", 19, "center"), Column("So với kế hoạch", 16, "center"),
        Column("So với cùng kỳ", 16, "center"),
    )
    rows = tuple(
        (str(n), f"{one['name']} ({one['period']})" if one["period"] else one["name"], one["unit"],
         *(one.get(c, "–") for c in ("plan", "same", "actual", "cumulative")),
         one["of_plan"], one["of_same"])
        for n, one in enumerate(totals, 1)
    )
    return Table("Chỉ tiêu, số liệu toàn tỉnh", columns, rows)


#: A table of more columns than this cannot be read on a page across.
MOST_COLUMNS = 10


def indicator_units(table: IndicatorTable) -> Iterator[Block]:
    """Every unit's figures of one form, its indicators side by side, in as many tables as the page is wide for; totals last."""
    fit = max(1, MOST_COLUMNS // max(1, len(table.columns)))
    for first in range(0, len(table.indicators), fit):
        chosen = range(first, min(first + fit, len(table.indicators)))
        yield Heading(3, table.name)
        columns = (Column("TT", 9, "center"), Column("Đơn vị", 40), *(
            Column(head, 22, "center", f"{table.indicators[n].name} ({table.indicators[n].unit})") for n in chosen for head in table.heads()))
        rows = tuple(
            (str(at), unit.name, *(table.indicators[n].shown(value) for n in chosen for value in unit.cells[n])) for at, unit in enumerate(table.units, 1))
        total = ("", "Tổng cộng", *(table.indicators[n].shown(value) for n in chosen for value in table.totals[n]))
        yield Table(table.name, columns, rows, total)
