"""The body of the province's consolidated report on one dispatch, and its annexes."""
from collections.abc import Iterator

from tracker.domain import report_charts
from tracker.domain import report_told as told
from tracker.domain import report_words as words
from tracker.domain.report import Late, ReportData, figures
from tracker.domain.report_layout import Annex, Block, Column, Heading, Table
from tracker.domain.report_narrative import Part, Teller
from tracker.domain.report_parts import (
    evidence,
    indicator_table,
    indicator_units,
    late_table,
    reference,
    silent_table,
    task_table,
    unit_table,
)

#: More assignments than this are no annex any more (hundreds of pages that nobody reads): they stand in the .xlsx.
MOST_DETAILS = 2000
#: So many rows of a list of late ones stand in the document; the .xlsx tells of all.
MOST_ROWS = 400
ROMAN = ("I", "II", "III", "IV", "V", "VI")


def province(data: ReportData) -> Iterator[Part]:
    """The consolidated report's body: the whole, each task, figures, who is late, who never answered, what is asked now."""
    known = figures(data)
    tell, numerals = Teller(known), iter(ROMAN)
    findings = " và {sizes.findings} tồn tại nêu đích danh" if known["sizes"]["findings"] else ""
    yield tell.sentence(
        "opening", "Thực hiện {reference}, giao {sizes.tasks} nhiệm vụ" + findings + " cho {sizes.units} đơn vị "
        "(tổng số {total.total} lượt nhiệm vụ giao), kết quả tính đến hết ngày {day} như sau:",
        reference=reference(data, with_issuer=True), day=words.day(data.as_of))
    yield Heading(1, f"{next(numerals)}. KẾT QUẢ CHUNG")
    yield from told.arithmetic(tell, known)
    yield from told.on_the_way(tell, known)
    if chart := report_charts.by_unit([(unit.name, counts) for unit, counts in data.by_unit()], "Phụ lục I"):
        yield chart
    where = "tại Phụ lục II" if len(data.lines) <= MOST_DETAILS else "trong tệp .xlsx kèm theo"
    yield tell.sentence("whole.annexes", f"Kết quả của từng đơn vị nêu tại Phụ lục I; chi tiết từng nhiệm vụ nêu {where}.")
    yield Heading(1, f"{next(numerals)}. KẾT QUẢ THEO NHIỆM VỤ")
    yield task_table(data)
    if curve := report_charts.over_time(data.lines, data.dispatch.issued_on, data.as_of):
        yield curve
    if data.indicators:
        yield Heading(1, f"{next(numerals)}. SỐ LIỆU, CHỈ TIÊU")
        yield from told.indicators(tell, known)
        yield indicator_table(known["indicators"])
    yield Heading(1, f"{next(numerals)}. NHIỆM VỤ QUÁ HẠN VÀ ĐƠN VỊ CHƯA GỬI KẾT QUẢ")
    yield from _late_blocks(data, tell)
    yield Heading(1, f"{next(numerals)}. ĐỀ NGHỊ")
    yield from told.wishes(tell, known)
    yield tell.sentence("closing", "Trên đây là báo cáo kết quả thực hiện {kind} số {number}./.", kind=data.dispatch.kind, number=data.dispatch.number)


def _late_blocks(data: ReportData, tell: Teller) -> Iterator[Part]:
    late, done, silent = data.late(), data.done_late(), data.silent()
    yield Heading(2, "1. Nhiệm vụ đang quá hạn")
    if late:
        yield tell.sentence(
            "late.open", "Có {sizes.late} lượt nhiệm vụ đang quá hạn của {sizes.late_units} đơn vị, chậm nhất {sizes.longest} ngày" + _shown(late))
        yield late_table(late[:MOST_ROWS], data, done=False)
    else:
        yield tell.sentence("late.open", "Không có nhiệm vụ đang quá hạn.")
    yield Heading(2, "2. Nhiệm vụ hoàn thành quá hạn")
    if done:
        yield tell.sentence("late.done", "Có {sizes.done_late} lượt nhiệm vụ hoàn thành quá hạn của {sizes.done_late_units} đơn vị" + _shown(done))
        yield late_table(done[:MOST_ROWS], data, done=True)
    else:
        yield tell.sentence("late.done", "Không có nhiệm vụ hoàn thành quá hạn.")
    yield Heading(2, "3. Đơn vị chưa gửi kết quả nhiệm vụ nào")
    if silent:
        yield tell.sentence("silent", "Có {sizes.silent} đơn vị chưa gửi kết quả nhiệm vụ nào:")
        yield silent_table(data)
    else:
        yield tell.sentence("silent", "Mọi đơn vị đều đã gửi kết quả ít nhất một nhiệm vụ.")


def _shown(rows: list[Late]) -> str:
    return ":" if len(rows) <= MOST_ROWS else f" (dưới đây là {MOST_ROWS} dòng đầu, đủ trong tệp .xlsx):"


def annexes(data: ReportData) -> tuple[Annex, ...]:
    """Every unit's cells; every assignment, task by task, unless there are too many; every unit's figures, where any were asked."""
    found: list[tuple[str, tuple[Block, ...]]] = [("KẾT QUẢ THEO ĐƠN VỊ", (unit_table(data),))]
    if len(data.lines) <= MOST_DETAILS:
        found.append(("CHI TIẾT TỪNG NHIỆM VỤ", tuple(_details(data))))
    if data.indicators:
        found.append(("SỐ LIỆU THEO ĐƠN VỊ", tuple(block for table in data.indicators for block in indicator_units(table))))
    return tuple(Annex(f"Phụ lục {numeral}", title, blocks) for numeral, (title, blocks) in zip(ROMAN, found, strict=False))


def _details(data: ReportData) -> Iterator[Block]:
    columns = (
        Column("TT", 9, "center"), Column("Đơn vị", 36), Column("Vai trò", 18, "center"), Column("Hạn", 30), Column("Tình trạng", 40),
        Column("Ngày gửi", 22, "center"), Column("Kết quả", 60), Column("Tài liệu minh chứng", 48),
    )
    for task, _, lines in data.by_task():
        yield Heading(3, f"{words.task_label(task.kind, task.position)}. {task.text or task.title}")
        rows = tuple(
            (str(n), line.unit_name, words.ROLES[line.role], words.deadline(line), words.standing(line, data.as_of),
             words.day(line.accepted_submitted_on or line.submitted_on), line.result, "; ".join(map(evidence, line.evidence)))
            for n, line in enumerate(lines, 1)
        )
        yield Table(f"{words.task_label(task.kind, task.position)} theo đơn vị", columns, rows)
