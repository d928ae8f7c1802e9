"""A district's own report (báo cáo kết quả thực hiện): its sections drafted from the unit's data, and the document that is made of them."""
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from tracker.domain import letterheads
from tracker.domain import report_words as words
from tracker.domain.progress import Line, Standing, Tally, timeliness
from tracker.domain.report import Letterhead, ReportData
from tracker.domain.report_counts import IndicatorTable
from tracker.domain.report_district import ROMAN, documents
from tracker.domain.report_layout import Annex, Block, Column, Document, Heading, Paragraph, Table
from tracker.domain.report_parts import evidence, named, reference
from tracker.domain.status import State
from tracker.domain.wording import tr

#: The sections in order: key, title, and what the page says of it. One without words is left out of the document.
SECTIONS = (
    ("opening", "", ""),
    ("general", tr("KẾT QUẢ CHUNG"), tr("Con số lấy từ kết quả đã gửi và kết luận duyệt của tỉnh.")),
    ("tasks", tr("KẾT QUẢ TỪNG NHIỆM VỤ"), tr("Dòng bắt đầu bằng số thứ tự là tên nhiệm vụ; dòng bắt đầu bằng “- ” thành gạch đầu dòng.")),
    ("findings", tr("KHẮC PHỤC TỒN TẠI ĐƯỢC NÊU ĐÍCH DANH"), ""),
    ("open", tr("NHIỆM VỤ CHƯA HOÀN THÀNH, HƯỚNG THỰC HIỆN"), tr("Nên ghi thêm nguyên nhân và ngày sẽ xong.")),
    ("hard", tr("KHÓ KHĂN, VƯỚNG MẮC"), tr("Đơn vị tự ghi; để trống thì không in mục này.")),
    ("wishes", tr("ĐỀ XUẤT, KIẾN NGHỊ"), tr("Đơn vị tự ghi; để trống thì không in mục này.")),
)
KEYS = tuple(key for key, _, _ in SECTIONS)
TITLES = {key: title for key, title, _ in SECTIONS}
HINTS = {key: hint for key, _, hint in SECTIONS}
_OPEN = (Standing.OPEN_IN_TIME, Standing.OPEN_OVERDUE, Standing.OPEN_NO_DEADLINE)
_NUMBERED = re.compile(r"\d{1,3}\.\s")


@dataclass(frozen=True, slots=True)
class Section:
    """Words of one section, a paragraph a line; "- " begins an item, "1. " a task's name."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A report as it is to be drawn. head: the unit's letterhead; number and dated_on: None until they are known; tables: its figures."""

    head: Letterhead
    about: str
    as_of: date
    number: str | None
    dated_on: date | None
    signer_title: str
    signer_name: str
    sections: tuple[Section, ...]
    evidence: tuple[Block, ...]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What drafting anew would do to one section: lines that go and lines that come; own: its words were changed by hand."""

    key: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    own: bool


def draft(data: ReportData) -> tuple[Section, ...]:
    """The sections of one unit's report; every figure in them is counted from its lines."""
    tasks = [line for line in data.lines if line.task_kind == "task"]
    findings = [line for line in data.lines if line.task_kind != "task"]
    texts = {
        "opening": f"Thực hiện {reference(data, with_issuer=True)}, {speaker(data)} báo cáo kết quả tính đến hết ngày {words.day(data.as_of)} như sau:",
        "general": "\n".join(_general(data.tally())), "tasks": "\n".join(part for line in tasks for part in _told(line, data)),
        "findings": "\n".join(part for line in findings for part in _told(line, data)), "open": "\n".join(_open(data)),
    }
    return tuple(Section(key, texts.get(key, "")) for key in KEYS)


def speaker(data: ReportData) -> str:
    """How the unit names itself in a sentence."""
    return data.letterhead.speaker or data.units[0].name


def _general(counts: Tally) -> Iterator[str]:
    n = words.number
    yield f"Tổng số nhiệm vụ được giao: {n(counts.total)}. Đến nay:"
    yield (
        f"- Đã hoàn thành {n(counts.accepted)} (đúng hạn {n(counts.accepted_on_time)}, quá hạn {n(counts.accepted_late)}, "
        f"không hạn {n(counts.accepted_no_deadline)}), đạt {words.percent(counts.completion)}."
    )
    yield (
        f"- Chưa hoàn thành {n(counts.open)} (trong hạn {n(counts.open_in_time)}, quá hạn {n(counts.open_overdue)}, "
        f"không hạn {n(counts.open_no_deadline)})."
    )
    yield f"- Đã gửi kết quả {n(counts.updated)}, trong đó đang chờ duyệt {n(counts.waiting)}, bị trả lại để bổ sung {n(counts.returned)}."


def _told(line: Line, data: ReportData) -> Iterator[str]:
    yield f"{line.task_position}. {line.task_title}"
    parts = [part.strip() for part in line.result.splitlines() if part.strip()] or ["chưa có."]
    yield f"- Kết quả: {parts[0]}"
    # A number at the beginning of a line is a task's own: what the unit counts within its answer is listed.
    yield from (f"- {part}" if _NUMBERED.match(part) else part for part in parts[1:])
    yield f"- {words.term_alone(line)}. Tình trạng: {words.situation(line, data.as_of)}."
    if line.state == State.RETURNED and line.return_reason:
        yield f"- Tỉnh trả lại vì: {line.return_reason.rstrip('. ')}."
    if line.evidence:
        yield f"- Minh chứng: {'; '.join(map(evidence, line.evidence))}."


def _open(data: ReportData) -> Iterator[str]:
    lines = [line for line in data.lines if timeliness(line, data.as_of).standing in _OPEN]
    if not lines:
        yield "Không còn nhiệm vụ chưa hoàn thành."
    for line in lines:
        yield f"- {named(line)} ({words.term(line)}): {words.situation(line, data.as_of)}."


def by_hand(now: Sequence[Section], drafted: Sequence[Section]) -> set[str]:
    """The keys of sections whose words somebody has changed since they were drafted."""
    was = _by_key(drafted)
    return {section.key for section in now if section.text.split() != was.get(section.key, "").split()}


def changes(now: Sequence[Section], drafted: Sequence[Section], anew: Sequence[Section]) -> list[Change]:
    """Sections that drafting anew would change, each with the lines that go and come."""
    was, then, own = _by_key(drafted), _by_key(anew), by_hand(now, drafted)
    found = []
    for section in now:
        here, there = section.text.splitlines(), then.get(section.key, "").splitlines()
        # What the machine never drafts of itself (troubles, wishes) is the unit's own and no matter of new data.
        if here != there and (there or was.get(section.key)):
            gone, new = tuple(line for line in here if line not in there), tuple(line for line in there if line not in here)
            found.append(Change(section.key, gone, new, own=section.key in own))
    return found


def _by_key(sections: Sequence[Section]) -> dict[str, str]:
    return {section.key: section.text for section in sections}


def compose(paper: Paper) -> Document:
    """The document that the adapters draw. Raises nothing."""
    authority, position = letterheads.signature(paper.signer_title)
    head = replace(paper.head, authority=authority, position=position, signer=paper.signer_name)
    day = words.long_day(paper.dated_on) if paper.dated_on else f"ngày …… tháng …… năm {paper.as_of.year}"
    return Document(
        title="BÁO CÁO", abstract=f"Kết quả thực hiện {paper.about}", cutoff=f"(Số liệu chốt đến hết ngày {words.day(paper.as_of)})",
        place_date=f"{head.place}, {day}", letterhead=head, blocks=tuple(_blocks(paper)), annexes=_annexes(paper.tables),
        keywords=tuple(filter(None, (paper.number,))), number=paper.number or "",
    )


def _blocks(paper: Paper) -> Iterator[Block]:
    numerals = iter(ROMAN)
    for section in paper.sections:
        if not section.text.strip():
            continue
        if TITLES[section.key]:
            yield Heading(1, f"{next(numerals)}. {TITLES[section.key]}")
        yield from _paragraphs(section)
    yield Heading(1, f"{next(numerals, 'VII')}. TÀI LIỆU MINH CHỨNG")
    yield from paper.evidence
    yield Paragraph(f"Trên đây là báo cáo kết quả thực hiện {paper.about} của {paper.head.speaker or paper.head.issuer}./.")


def _paragraphs(section: Section) -> Iterator[Block]:
    for line in filter(None, (part.strip() for part in section.text.splitlines())):
        if section.key in ("tasks", "findings") and _NUMBERED.match(line):
            yield Heading(2, line)
        else:
            yield Paragraph(line[2:], "item") if line.startswith("- ") else Paragraph(line)


def _annexes(tables: Sequence[Table]) -> tuple[Annex, ...]:
    """All figures in one annex; a table alone gives it its name."""
    if not tables:
        return ()
    if len(tables) == 1:
        return (Annex("Phụ lục", tables[0].caption.upper(), (tables[0],)),)
    return (Annex("Phụ lục", "SỐ LIỆU CHỈ TIÊU", tuple(block for table in tables for block in (Heading(3, table.caption), table))),)


def evidence_of(data: ReportData) -> tuple[Block, ...]:
    """The list of documents, or the sentence that there is none."""
    return tuple(documents(data))


def figure_tables(data: ReportData) -> tuple[Table, ...]:
    """The unit's own figures, one table a form and period, a row an indicator."""
    return tuple(_figures(table) for table in data.indicators if table.units)


def _figures(table: IndicatorTable) -> Table:
    own = table.units[0]
    columns = (Column("TT", 9, "center"), Column("Chỉ tiêu", 80), Column("Đơn vị tính", 26, "center"), *(Column(head, 32, "center") for head in table.heads()))
    rows = tuple((str(n + 1), one.name, one.unit, *map(one.shown, own.cells[n])) for n, one in enumerate(table.indicators))
    return Table(f"{table.title}, {table.period}{'' if own.handed_in_on else ' (chưa gửi số liệu)'}", columns, rows)


def block_to_json(block: Block) -> dict[str, Any]:
    """As a report keeps a block of its data."""
    return {"type": type(block).__name__, **asdict(block)}


def block_from_json(kept: Mapping[str, Any]) -> Block:
    """What block_to_json wrote, for the kinds that a report keeps (paragraphs and tables)."""
    if kept["type"] == "Paragraph":
        return Paragraph(kept["text"], kept["style"])
    return Table(
        kept["caption"], tuple(Column(**column) for column in kept["columns"]), tuple(tuple(row) for row in kept["rows"]), tuple(kept["total"]))
