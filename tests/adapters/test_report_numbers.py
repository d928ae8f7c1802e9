"""One report says one thing: every sentence, table and chart of the document is found again, with its numbers, in .docx, .pdf, .xlsx and on the page."""
import html
import io
import re
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import docx as python_docx
import openpyxl
import pytest
from flask import Flask, render_template_string

from tests.report_data import letterhead, province_data
from tracker.adapters import docx, pdf, xlsx
from tracker.domain import report, report_period, report_period_sheets, report_sheets
from tracker.domain.progress import Line, Tally
from tracker.domain.report import DispatchFacts, ReportData, UnitFacts
from tracker.domain.report_counts import Happened, IndicatorTable, Measured, UnitMeasured
from tracker.domain.report_document import Data, compose
from tracker.domain.report_layout import Block, Document, Heading, Paragraph, Table
from tracker.domain.report_period import DispatchOf, LateOf, PeriodData, TaskOf, UnitOf, numbers
from tracker.domain.report_words import clean
from tracker.domain.status import State

AS_OF = date(2026, 9, 20)
KINDS = (("công văn", "931-CV/HNDT"), ("kế hoạch", "45/KH-UBND"), ("chỉ thị", "7/CT-UBND"), ("thông báo", "12-TB/HNDT"))
UNITS = tuple((str(380 + n), f"Huyện Thứ {n + 1}") for n in range(27))


def some_line(random: Random, code: str, name: str, position: int, finding: bool) -> Line:
    """One assignment in any state that there is, with dates, rounds, extensions and texts that nobody wrote for it."""
    due = AS_OF + timedelta(random.randint(-30, 30)) if random.random() < 0.7 else None
    state = random.choice(list(State))
    sent = AS_OF - timedelta(random.randint(0, 25)) if state in (State.SUBMITTED, State.RETURNED, State.ACCEPTED) else None
    done = state == State.ACCEPTED
    asked = random.randint(0, 2)
    return Line(
        unit_code=code, unit_name=name, task_position=position, task_title=f"Việc {position} về tổ, hộ & “vốn” <{position}>",
        task_text=f"Nội dung đầy đủ của việc {position}.", state=state, task_kind="finding" if finding else "task", due_on=due, original_due_on=due,
        review_on=None if due else AS_OF + timedelta(9), submitted_on=sent, accepted_submitted_on=sent if done else None,
        accepted_on=sent if done else None, accepted_due_on=due if done else None, fix_by=AS_OF + timedelta(3) if state == State.RETURNED else None,
        paused_on=AS_OF - timedelta(2) if state in (State.PAUSED, State.OBJECTED) else None, late_before=random.choice((0, 0, 0, 4)) if due else 0,
        acknowledged=sent is not None or random.random() < 0.6, result=f"=KẾT QUẢ {random.randint(1, 9999)}" if sent else "",
        return_reason="Thiếu biên bản" if state == State.RETURNED else "", returns=int(state == State.RETURNED), extension_asked=asked,
        extension_granted=min(asked, 1), extension_days=7 * min(asked, 1), id=position,
    )


def some_table(random: Random) -> IndicatorTable:
    """A form of two indicators that some units have not handed in."""
    heads = (Measured("du_no", "Dư nợ", "triệu đồng", "money", "million", 1), Measured("so_to", "Số tổ", "tổ", "count", "one", 0))
    units = tuple(
        UnitMeasured(code, name, AS_OF if (given := random.random() < 0.8) else None, tuple(
            (str(random.randint(1, 9) * 10**8), str(random.randint(1, 9) * 10**8) if given else None) for _ in heads))
        for code, name in UNITS
    )
    totals = tuple(tuple(str(sum(Decimal(u.cells[n][c] or 0) for u in units)) for c in range(2)) for n in range(len(heads)))
    return IndicatorTable(1, 1, "Biểu dư nợ", "tháng 9/2026", AS_OF, ("plan", "actual"), heads, units, totals)


def some_dispatch(seed: int) -> ReportData:
    """A dispatch of any kind to 27 units with seeded answers."""
    random = Random(seed)
    kind, number = KINDS[seed % len(KINDS)]
    tasks = random.randint(3, 12)
    return ReportData(
        kind=report.Kind.PROVINCE, dispatch=DispatchFacts(kind, number, date(2026, 8, 11), "Cơ quan tỉnh", "V/v việc thử của năm", seed + 1),
        letterhead=replace(province_data().letterhead, star=seed % 2 == 0), as_of=AS_OF,
        units=tuple(UnitFacts(code, name, letterhead(name)) for code, name in UNITS),
        lines=tuple(some_line(random, code, name, n, n > tasks - 2) for code, name in UNITS for n in range(1, tasks + 1)),
        indicators=(some_table(random),) if seed % 2 else (),
    )


def some_period(seed: int) -> PeriodData:
    """A period of many dispatches with any counts; more late ones than the document shows."""
    random = Random(seed)
    fields = ("", "Tín dụng", "Tổ chức")
    dispatches = tuple(DispatchOf(n, "công văn", f"{n}-CV/HNDT", AS_OF - timedelta(n), f"V/v đợt {n}", fields[n % 3]) for n in range(1, 13))
    cells = tuple(
        (u, d, numbers(Tally(*(random.randint(0, 3) for _ in range(11))), Happened(*(random.randint(0, 2) for _ in range(7))), random.randint(0, 2)))
        for u in range(len(UNITS)) for d in range(len(dispatches)) if random.random() < 0.8
    )
    tasks = tuple(TaskOf(d, "task", n, f"Việc {n}") for d in range(len(dispatches)) for n in range(1, 4))
    late = sorted(
        (LateOf(random.randrange(27), random.randrange(len(tasks)), AS_OF - timedelta(40), random.randint(1, 60), random.random() < 0.4, AS_OF)
         for _ in range(320)), key=lambda one: (-one.days, one.unit, one.task))
    return PeriodData(
        "period", "", date(2026, 7, 1), date(2026, 9, 30), AS_OF, province_data().letterhead, tuple(UnitOf(*unit) for unit in UNITS), dispatches, tasks, cells,
        tuple(replace(one, sent_on=AS_OF if one.done else None) for one in late), (some_table(random),))


CASES = [*(some_dispatch(seed) for seed in range(4)), some_period(1)]


def squeezed(text: str) -> str:
    """Letters and figures alone: where a line, a page or a cell breaks is each program's own affair."""
    return re.sub(r"[\s\u00ad-]+", "", clean(text))


def said(blocks: tuple[Block, ...]) -> list[str]:
    """Every paragraph and heading."""
    return [block.text for block in blocks if isinstance(block, Heading | Paragraph)]


def tables(document: Document) -> list[Table]:
    """Every table, of the body and of the annexes."""
    return [block for part in (document.blocks, *(annex.blocks for annex in document.annexes)) for block in part if isinstance(block, Table)]


def in_pdf(content: bytes, tmp_path: Path) -> str:
    """All words as poppler reads them, in the order of the page's structure."""
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    return subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("data", CASES, ids=lambda data: data.scope if isinstance(data, PeriodData) else data.dispatch.kind)
def test_sentences_and_tables_are_the_same_in_every_form(data: Data, tmp_path: Path, sqlite_app: Flask) -> None:
    document = compose(data)
    word = python_docx.Document(io.BytesIO(docx.package(document, data.as_of)))
    rows = {tuple(squeezed("".join(t.text or "" for t in tc.iter(f"{{{tc.nsmap['w']}}}t"))) for tc in tr.tc_lst)
            for table in word.tables for tr in table._tbl.tr_lst}
    paragraphs = {squeezed(p.text).lstrip("–") for p in word.paragraphs}
    drawn = squeezed(in_pdf(pdf.draw(document, data.as_of), tmp_path))
    with sqlite_app.test_request_context():
        page = render_template_string('{% from "reports/parts.html" import blocks %}{{ blocks(b) }}', b=[b for part in (
            document.blocks, *(a.blocks for a in document.annexes)) for b in part])
    shown = squeezed(html.unescape(re.sub(r"<[^>]+>", " ", page)))
    for text in said(document.blocks):
        assert squeezed(text).lstrip("–") in paragraphs
        assert squeezed(text) in shown
        assert squeezed(text) in drawn, text
    for table in tables(document):
        for row in (*table.rows, *((table.total,) if table.total else ())):
            assert tuple(map(squeezed, row)) in rows, row
            assert "".join(map(squeezed, row)) in shown


@pytest.mark.parametrize("data", CASES[:4], ids=lambda data: data.dispatch.kind)
def test_the_workbook_counts_what_the_sentences_say(data: ReportData) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(data)))
    figures = report.figures(data)
    head, *lines = book[report_sheets.LINES].iter_rows(min_row=3, values_only=True)
    assert len(lines) == len(data.lines)
    days, results = head.index("Số ngày quá hạn"), [line[head.index("Kết quả")] for line in lines]
    standing = [line[head.index("Tình trạng")] for line in lines]
    assert sum("quá hạn" in s and "hoàn thành" not in s for s in standing) == figures["total"]["open_overdue"] == figures["sizes"]["late"]
    assert sum(s.startswith("hoàn thành quá hạn") for s in standing) == figures["total"]["accepted_late"]
    assert max((line[days] or 0 for line, s in zip(lines, standing, strict=True) if "quá hạn" in s and "hoàn thành" not in s), default=0) == (
        figures["sizes"]["longest"])
    assert [r or "" for r in results] == [line.result for line in data.lines]
    assert all(cell.data_type != "f" for row in book[report_sheets.LINES].iter_rows() for cell in row)
    *_, total = book[report_sheets.SUMMARY].iter_rows(values_only=True)
    assert total[2:5] == (figures["total"]["total"], figures["total"]["accepted_on_time"], figures["total"]["accepted_late"])
    if data.indicators:
        table = data.indicators[0]
        rows = list(book[report_sheets.FIGURES].iter_rows(min_row=4, values_only=True))
        assert len(rows) == (len(table.units) + 1) * len(table.indicators) * len(table.columns)
        assert sum(row[9] or 0 for row in rows if row[0] and row[6] == "Dư nợ" and row[8] == "Thực hiện") == float(Decimal(table.totals[0][1] or 0) / 10**6)


def test_the_workbook_of_a_period_holds_every_late_one() -> None:
    data = CASES[-1]
    assert isinstance(data, PeriodData)
    book = openpyxl.load_workbook(io.BytesIO(xlsx.book("a", "b", AS_OF, report_period_sheets.sheets(data))))
    known = report_period.figures(data)

    def rows(name: str) -> list[tuple[object, ...]]:
        return list(book[name].iter_rows(min_row=4, values_only=True))

    assert len(rows(report_period_sheets.LATE)) == known["sizes"]["late"]
    assert len(rows(report_period_sheets.DONE_LATE)) == known["sizes"]["done_late"]
    assert len(rows(report_period_sheets.SILENT)) == known["sizes"]["silent_times"]
    for name, first in ((report_period_sheets.UNITS, 2), (report_period_sheets.DISPATCHES, 4), (report_period_sheets.FIELDS, 2)):
        *body, total = rows(name)
        assert total[first] == known["total"]["total"] == sum(int(str(row[first])) for row in body)
    assert report_period.from_json(report_period.to_json(data)) == data
