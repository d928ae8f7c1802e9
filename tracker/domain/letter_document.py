"""Composes the official document of a formal letter: head, Kính gửi, body, signature, and the annex of units and tasks."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain import letterheads, letters
from tracker.domain import report_words as words
from tracker.domain.letters import Line
from tracker.domain.report import Letterhead
from tracker.domain.report_layout import Annex, Block, Column, Document, Paragraph, Table

#: Up to so many units are named behind Kính gửi; more stand in the annex.
NAMED = 6
#: A shortcoming that names one unit is for it and the province alone: beside others its words are left out.
UNTOLD = "Khắc phục tồn tại được nêu đích danh"


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter as it is to be drawn. units: names of those addressed, in order; number: None until issued."""

    above: Letterhead
    symbol: str
    number: str | None
    dated_on: date | None
    subject: str
    body: str
    signer_title: str
    signer_name: str
    as_of: date
    units: tuple[str, ...]
    lines: tuple[Line, ...]


def compose(paper: Paper) -> Document:
    """The document that the adapters draw. Raises nothing."""
    authority, position = letterheads.signature(paper.signer_title)
    head = replace(
        paper.above, symbol=paper.symbol, authority=authority, position=position, signer=paper.signer_name, addressee="", recipients=("Như trên;", "Lưu: VT."),
    )
    day = words.long_day(paper.dated_on) if paper.dated_on else f"ngày …… tháng …… năm {paper.as_of.year}"
    return Document(
        title="", abstract=words.subject(paper.subject), cutoff="", origin=_origin(paper, head), place_date=f"{head.place}, {day}", letterhead=head,
        blocks=tuple(_blocks(paper.body)), annexes=(_annex(paper),), keywords=tuple(filter(None, (paper.number,))),
        number=paper.number or "", subject=paper.subject, to=addressees(head, paper.units),
    )


def addressees(head: Letterhead, units: Sequence[str]) -> tuple[str, ...]:
    """The lines behind Kính gửi: every unit by its name, or all of them together where they are many."""
    if len(units) <= NAMED:
        return tuple(letterheads.addressed(head, unit) for unit in units)
    return (f"{letterheads.addressed_all(head, units)} (theo danh sách kèm theo)",)


def _origin(paper: Paper, head: Letterhead) -> str:
    number = paper.number or f"……{paper.symbol}"
    dated = f" ngày {words.day(paper.dated_on)}" if paper.dated_on else ""
    return f"(Kèm theo Công văn số {number}{dated} của {head.speaker};\nsố liệu chốt đến ngày {words.day(paper.as_of)})"


def _blocks(body: str) -> Iterator[Block]:
    for line in filter(None, (part.strip() for part in body.splitlines())):
        yield Paragraph(line[2:], "item") if line.startswith("- ") else Paragraph(line)


def _annex(paper: Paper) -> Annex:
    late = any(line.reason != letters.QUIET for line in paper.lines)
    what = "NHIỆM VỤ QUÁ HẠN" if late else "NHIỆM VỤ CHƯA CÓ KẾT QUẢ"
    alone = len(paper.units) == 1
    title = f"{what} CỦA {letterheads.addressed(paper.above, paper.units[0]).upper()}" if alone else f"DANH SÁCH ĐƠN VỊ VÀ {what}"
    return Annex("Phụ lục", title, (_table(paper.lines, alone),))


def _table(lines: Sequence[Line], alone: bool) -> Table:
    columns = (
        Column("TT", 10, "center"), Column("Đơn vị", 40), Column("Nhiệm vụ", 82), Column("Thời hạn giao", 27, "center"),
        Column("Hạn sau gia hạn", 28, "center"), Column("Số ngày quá hạn", 26, "center"), Column("Số lần đã nhắc", 19, "center"),
    )
    rows = tuple((str(n), line.unit, _task(line, alone), *_dates(line), str(line.reminded)) for n, line in enumerate(lines, 1))
    units = len({line.unit_id for line in lines})
    total = ("", "Cộng" if alone else f"Cộng: {words.number(units)} đơn vị", f"{words.number(len(lines))} nhiệm vụ", "", "", "", "")
    return Table("Đơn vị, nhiệm vụ, thời hạn và số ngày quá hạn", columns, rows, total if len(lines) > 1 else ())


def _task(line: Line, alone: bool) -> str:
    named = UNTOLD if line.kind == "finding" and not alone else line.task
    return f"{named} (phối hợp)" if line.role == "coordinate" else named


def _dates(line: Line) -> tuple[str, str, str]:
    """Thời hạn giao, hạn sau gia hạn, số ngày quá hạn."""
    if line.reason == letters.QUIET:
        return "không ấn định", "–", f"{line.days} ngày chưa có kết quả"
    given = line.original_due_on or line.due_on
    moved = words.day(line.due_on) if line.due_on and line.due_on != given else "–"
    if line.reason == letters.FIX:
        return words.day(line.original_due_on) or "không ấn định", f"sửa lại chậm nhất {words.day(line.due_on)}", str(line.days)
    return words.day(given), moved, str(line.days)
