"""The pack for a meeting (gói giao ban): what changed since the last one, what is overdue longest, the draft report, and every unit on every dispatch."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tracker.domain import report_words as words
from tracker.domain.progress import Tally
from tracker.domain.report_changes import WHOLE
from tracker.domain.report_document import compose as compose_report
from tracker.domain.report_layout import Annex, Block, Column, Document, Heading, Paragraph, Table
from tracker.domain.report_narrative import Edit
from tracker.domain.report_period import PeriodData, counted
from tracker.domain.report_period_body import ROMAN, late_table

#: So many of the longest overdue stand in the pack; all of them stand in the draft report.
LONGEST = 15
#: So many dispatches fit into the matrix of one sheet, the latest first.
ACROSS = 10
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a pack is for: the meeting's local time (None where it was asked for by hand), the day of the pack before and what differs from it."""

    at: datetime | None = None
    before_on: date | None = None
    changes: Sequence[Mapping[str, Any]] = ()


def compose(data: PeriodData, meeting: Meeting, edits: Mapping[str, Edit] | None = None, number: str = "") -> Document:
    """The document that the adapters draw; the draft report in it is the one that compose gives of the same data. Raises nothing."""
    report = compose_report(data, edits, number)
    at = f" lúc {meeting.at:%H:%M} ngày {words.day(meeting.at.date())}" if meeting.at else ""
    annexes = report.annexes
    if len(data.units) > 1:
        annexes = (*annexes, Annex(f"Phụ lục {ROMAN[len(annexes)]}", "TỪNG ĐƠN VỊ, TỪNG VĂN BẢN", (matrix(data),)))
    return replace(
        report, title="TÀI LIỆU GIAO BAN", abstract=f"Phục vụ buổi giao ban{at}" if at else "Phục vụ giao ban",
        blocks=tuple(_blocks(data, meeting, report.blocks)), annexes=annexes,
    )


def _blocks(data: PeriodData, meeting: Meeting, report: Sequence[Block]) -> Iterator[Block]:
    yield Heading(1, "A. TỪ LẦN GIAO BAN TRƯỚC")
    yield from _since(meeting)
    yield Heading(1, "B. VIỆC QUÁ HẠN LÂU NHẤT")
    overdue = data.overdue()
    if overdue:
        rest = f"; {LONGEST} việc lâu nhất" if len(overdue) > LONGEST else ""
        yield Paragraph(f"{words.number(len(overdue))} lượt nhiệm vụ đang quá hạn{rest}:")
        yield late_table(data, overdue[:LONGEST], done=False)
    else:
        yield Paragraph("Không có nhiệm vụ đang quá hạn.")
    yield Heading(1, "C. DỰ THẢO BÁO CÁO")
    for block in report:
        yield Heading(min(block.level + 1, DEEPEST), block.text) if isinstance(block, Heading) else block


def _since(meeting: Meeting) -> Iterator[Block]:
    if meeting.before_on is None:
        yield Paragraph("Đây là gói giao ban đầu tiên nên chưa có gì để so.")
        return
    told = [one for one in meeting.changes if not one["unit_code"]]
    if not told:
        yield Paragraph(f"Không có gì thay đổi từ ngày {words.day(meeting.before_on)}.")
        return
    yield Paragraph(f"So với số liệu chốt ngày {words.day(meeting.before_on)}:")
    columns = (Column("TT", 9, "center"), Column("Phạm vi", 52), Column("Nội dung", 60), Column("Lần trước", 24, "center"), Column("Lần này", 24, "center"))
    first = sorted(told, key=lambda one: one["whose"] != WHOLE)
    rows = tuple((str(n), one["whose"], one["what"], one["before"], one["after"]) for n, one in enumerate(first, 1))
    yield Table("Thay đổi từ lần giao ban trước", columns, rows)


def matrix(data: PeriodData) -> Table:
    """One row a unit, one column a dispatch, the latest first: accepted of all, and how many are overdue."""
    shown = sorted(range(len(data.dispatches)), key=lambda n: (data.dispatches[n].issued_on, data.dispatches[n].id), reverse=True)[:ACROSS]
    cells = {(unit, dispatch): counted(values) for unit, dispatch, values in data.cells}
    columns = (Column("TT", 9, "center"), Column("Đơn vị", 40), *(Column(data.dispatches[n].number, 22, "center") for n in shown), Column("Cộng", 22, "center"))
    rows = tuple(
        (str(n), unit.name, *(_cell(cells.get((n - 1, at), Tally())) for at in shown), _cell(sums.counts)) for n, (unit, sums) in enumerate(data.by_unit, 1))
    total = ("", "Cộng", *(_cell(data.by_dispatch[at][1].counts) for at in shown), _cell(data.total.counts))
    return Table("Từng đơn vị với từng văn bản: hoàn thành trên tổng số, và số quá hạn", columns, rows, total)


def _cell(counts: Tally) -> str:
    if not counts.total:
        return "–"
    late = f"; quá hạn {counts.open_overdue}" if counts.open_overdue else ""
    return f"{counts.accepted}/{counts.total}{late}"
