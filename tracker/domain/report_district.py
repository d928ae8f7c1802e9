"""The body of one district's follow-up report."""
from collections.abc import Iterator

from tracker.domain import report_words as words
from tracker.domain.progress import Evidence, Line, Standing, timeliness
from tracker.domain.report import ReportData
from tracker.domain.report_layout import Block, Column, Heading, Paragraph, Table
from tracker.domain.report_parts import evidence, named, reference, summary
from tracker.domain.status import State

ROMAN = ("I", "II", "III", "IV", "V", "VI")


def district(data: ReportData) -> Iterator[Block]:
    """One unit's follow-up report: the whole, each task with its result, the documents, what is still open."""
    unit = data.letterhead.speaker or data.units[0].name
    yield Paragraph(
        f"Thực hiện {reference(data, with_issuer=True)}, {unit} báo cáo kết quả tính đến hết ngày {words.day(data.as_of)} như sau:")
    sections: list[tuple[str, list[Block]]] = [("KẾT QUẢ CHUNG", list(summary(data.tally())))]
    tasks = [line for line in data.lines if line.task_kind == "task"]
    findings = [line for line in data.lines if line.task_kind != "task"]
    sections.append(("KẾT QUẢ TỪNG NHIỆM VỤ", [block for line in tasks for block in _told(line, data)]))
    if findings:
        sections.append(("KHẮC PHỤC TỒN TẠI ĐƯỢC NÊU ĐÍCH DANH", [block for line in findings for block in _told(line, data)]))
    sections.append(("TÀI LIỆU MINH CHỨNG", list(documents(data))))
    sections.append(("NHIỆM VỤ CHƯA HOÀN THÀNH", list(_still_open(data))))
    for numeral, (title, blocks) in zip(ROMAN, sections, strict=False):
        yield Heading(1, f"{numeral}. {title}")
        yield from blocks
    yield Paragraph(f"Trên đây là báo cáo kết quả thực hiện {data.dispatch.kind} số {data.dispatch.number} của {unit}./.")


def _told(line: Line, data: ReportData) -> Iterator[Block]:
    yield Heading(2, f"{line.task_position}. {line.task_title}")
    if line.task_text and line.task_text != line.task_title:
        yield Paragraph(line.task_text, "note")
    if line.role != "lead":
        yield Paragraph(f"Vai trò: {words.ROLES[line.role].lower()}.", "item")
    yield Paragraph(f"{words.term_alone(line)}.", "item")
    yield Paragraph(f"Tình trạng: {words.situation(line, data.as_of)}.", "item")
    if line.submitted_on:
        yield Paragraph(f"Ngày gửi kết quả: {words.day(line.accepted_submitted_on or line.submitted_on)}.", "item")
    for n, part in enumerate(filter(str.strip, (line.result or "chưa có.").splitlines())):
        yield Paragraph(f"Kết quả: {part}", "item") if n == 0 else Paragraph(part)
    if line.state == State.RETURNED and line.return_reason:
        yield Paragraph(f"Lý do trả lại: {line.return_reason}", "item")
    if line.evidence:
        yield Paragraph(f"Minh chứng: {'; '.join(map(evidence, line.evidence))}.", "item")


def documents(data: ReportData) -> Iterator[Block]:
    """The evidence, a row a document with the tasks it answers; a sentence where there is none."""
    answers: dict[Evidence, list[str]] = {}
    for line in data.lines:
        for item in line.evidence:
            answers.setdefault(item, []).append(words.task_label(line.task_kind, line.task_position))
    if not answers:
        yield Paragraph("Chưa có tài liệu minh chứng.")
        return
    columns = (
        Column("TT", 9, "center"), Column("Loại tài liệu", 28), Column("Số, ký hiệu", 26), Column("Ngày", 22, "center"),
        Column("Người ký", 26), Column("Tên tệp", 34), Column("Trả lời cho", 30),
    )
    rows = tuple(
        (str(n), words.EVIDENCE.get(item.kind, words.EVIDENCE["other"]), item.number, words.day(item.dated_on), item.signatory, item.name,
         ", ".join(tasks))
        for n, (item, tasks) in enumerate(answers.items(), 1)
    )
    yield Table("Tài liệu minh chứng", columns, rows)


def _still_open(data: ReportData) -> Iterator[Block]:
    open_cells = (Standing.OPEN_IN_TIME, Standing.OPEN_OVERDUE, Standing.OPEN_NO_DEADLINE)
    lines = [line for line in data.lines if timeliness(line, data.as_of).standing in open_cells]
    if not lines:
        yield Paragraph("Không còn nhiệm vụ chưa hoàn thành.")
        return
    columns = (Column("TT", 9, "center"), Column("Nhiệm vụ", 76), Column("Thời hạn", 40), Column("Tình trạng", 50))
    rows = tuple((str(n), named(x), words.deadline(x), words.standing(x, data.as_of)) for n, x in enumerate(lines, 1))
    yield Table("Nhiệm vụ chưa hoàn thành", columns, rows)
