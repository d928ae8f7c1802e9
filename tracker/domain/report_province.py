"""The body of the province's consolidated report, and its annexes."""
from collections.abc import Iterator

from tracker.domain import report_words as words
from tracker.domain.report import Late, ReportData
from tracker.domain.report_layout import Annex, Block, Column, Heading, Paragraph, Table
from tracker.domain.report_parts import evidence, late_table, reference, silent_table, summary, task_table, unit_table


def province(data: ReportData) -> Iterator[Block]:
    """The consolidated report's body: the whole, each task, who is late, who never answered, what is asked now."""
    tasks, findings = _sizes(data)
    given = f"{words.number(tasks)} nhiệm vụ" + (f" và {words.number(findings)} tồn tại nêu đích danh" if findings else "")
    yield Paragraph(
        f"Thực hiện {reference(data, with_issuer=True)}, giao {given} cho {words.number(len(data.units))} đơn vị "
        f"(tổng số {words.number(data.tally().total)} lượt nhiệm vụ giao), kết quả tính đến hết ngày {words.day(data.as_of)} như sau:"
    )
    yield Heading(1, "I. KẾT QUẢ CHUNG")
    yield from summary(data.tally())
    yield Paragraph("Kết quả của từng đơn vị nêu tại Phụ lục I; chi tiết từng nhiệm vụ nêu tại Phụ lục II.")
    yield Heading(1, "II. KẾT QUẢ THEO NHIỆM VỤ")
    yield task_table(data)
    yield Heading(1, "III. NHIỆM VỤ QUÁ HẠN VÀ ĐƠN VỊ CHƯA GỬI KẾT QUẢ")
    yield from _late_blocks(data)
    yield Heading(1, "IV. ĐỀ NGHỊ")
    yield from _request(data)
    yield Paragraph(f"Trên đây là báo cáo kết quả thực hiện {data.dispatch.kind} số {data.dispatch.number}./.")


def _sizes(data: ReportData) -> tuple[int, int]:
    kinds = [task.kind for task, _, _ in data.by_task()]
    return kinds.count("task"), len(kinds) - kinds.count("task")


def _units_of(late: list[Late]) -> int:
    return len({x.line.unit_code for x in late})


def _late_blocks(data: ReportData) -> Iterator[Block]:
    late, done, silent = data.late(), data.done_late(), data.silent()
    yield Heading(2, "1. Nhiệm vụ đang quá hạn")
    if late:
        yield Paragraph(f"Có {words.number(len(late))} lượt nhiệm vụ đang quá hạn của {words.number(_units_of(late))} đơn vị:")
        yield late_table(late, data, done=False)
    else:
        yield Paragraph("Không có nhiệm vụ đang quá hạn.")
    yield Heading(2, "2. Nhiệm vụ hoàn thành quá hạn")
    if done:
        yield Paragraph(f"Có {words.number(len(done))} lượt nhiệm vụ hoàn thành quá hạn của {words.number(_units_of(done))} đơn vị:")
        yield late_table(done, data, done=True)
    else:
        yield Paragraph("Không có nhiệm vụ hoàn thành quá hạn.")
    yield Heading(2, "3. Đơn vị chưa gửi kết quả nhiệm vụ nào")
    if silent:
        yield Paragraph(f"Có {words.number(len(silent))} đơn vị chưa gửi kết quả nhiệm vụ nào:")
        yield silent_table(data)
    else:
        yield Paragraph("Mọi đơn vị đều đã gửi kết quả ít nhất một nhiệm vụ.")


def _request(data: ReportData) -> Iterator[Block]:
    late, silent = data.late(), data.silent()
    if late:
        yield Paragraph(
            f"Đề nghị {words.number(_units_of(late))} đơn vị có nhiệm vụ quá hạn tập trung hoàn thành, gửi kết quả kèm văn bản chỉ đạo "
            "và nêu rõ nguyên nhân chậm.", "item")
    if silent:
        yield Paragraph(
            f"Đề nghị {words.number(len(silent))} đơn vị chưa gửi kết quả nhiệm vụ nào tiếp nhận và báo cáo ngay tình hình thực hiện.", "item")
    yield Paragraph("Các đơn vị còn lại tiếp tục thực hiện nhiệm vụ theo đúng thời hạn được giao.", "item")


def annexes(data: ReportData) -> tuple[Annex, ...]:
    """I: every unit's cells; II: every assignment, task by task."""
    first = Annex("Phụ lục I", "KẾT QUẢ THEO ĐƠN VỊ", (unit_table(data),))
    return first, Annex("Phụ lục II", "CHI TIẾT TỪNG NHIỆM VỤ", tuple(_details(data)))


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
