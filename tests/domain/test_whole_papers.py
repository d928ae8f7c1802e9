"""Whole reports and letters on a few assignments that can be counted by hand: each must read as the page that a person read and found right."""
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal as D

import pytest

from tests import letter_data
from tests.domain import paper_text, small_province
from tests.domain.small_province import AS_OF, report, sep
from tracker import clock
from tracker.domain import (
    briefing,
    chart_svg,
    district_report,
    letter_document,
    profiles,
    report_changes,
    report_document,
    report_period,
    report_period_body,
    report_period_sheets,
    report_province,
    report_sheets,
    sheet_checks,
)
from tracker.domain import report as whole
from tracker.domain.indicators import Column as Asked
from tracker.domain.indicators import Indicator
from tracker.domain.progress import Tally
from tracker.domain.report_changes import Change
from tracker.domain.report_layout import Chart, Column, Curve, Table
from tracker.domain.report_narrative import Edit, Sentence, Teller, moved, settled
from tracker.domain.report_period import PeriodData
from tracker.domain.sheet_checks import Sheet
from tracker.domain.status import State


@pytest.fixture
def period() -> PeriodData:
    return small_province.period()


def test_a_report_on_one_dispatch_reads_as_it_should(period: PeriodData) -> None:
    assert paper_text.document(report_document.compose(report(), number="15-BC/HNDT")) == paper_text.kept("province")
    assert paper_text.document(report_document.compose(report().for_unit("392"))) == paper_text.kept("district")
    assert paper_text.document(report_document.compose(period)) == paper_text.kept("period")


def own_report() -> str:
    """A unit's own report of two that differ in what they lack."""
    data = report().for_unit("380")
    money = replace(data.indicators[0], units=(replace(data.indicators[0].units[0], handed_in_on=None),))
    made = {}
    for code, tables in (("380", (data.indicators[0], money)), ("392", ())):
        part = report().for_unit(code)
        made[code] = district_report.compose(district_report.Paper(
            part.letterhead, "Công văn số 931-CV/HNDT", AS_OF, "12-BC/HND", AS_OF, "T/M BAN THƯỜNG VỤ CHỦ TỊCH", "Mai Văn Sơn", district_report.draft(part),
            evidence=district_report.evidence_of(part), tables=district_report.figure_tables(replace(part, indicators=tables)),
        ))
    return "\n".join(map(paper_text.document, made.values()))


def pack() -> str:
    """The pack for a meeting."""
    changed = report_changes.as_json([
        Change("Văn bản 931-CV/HNDT", "Chờ duyệt", "2", "1"), Change("Huyện Hà Trung", "Chờ duyệt", "1", "0", "392"),
        Change("Toàn tỉnh", "Chờ duyệt", "2", "1")])
    meeting = briefing.Meeting(datetime(2026, 9, 9, 8, tzinfo=clock.LOCAL), date(2026, 9, 1), tuple(changed))
    found = briefing.compose(small_province.period(), meeting, {"opening": Edit("Lời mở đầu của Ban.", "")}, "7-BC/HNDT")
    return paper_text.document(replace(found, annexes=found.annexes[-1:]))


def layouts() -> str:
    """Every layout of an official document, each value beside the clause that it comes from."""
    whole = [f"{one.key} {name}: {value}" for one in profiles.ALL for name, value in asdict(replace(one, faces={})).items() if name != "faces"]
    parts = [
        f"{one.key} {part}: {face.size:g}{' bold' * face.bold}{' italic' * face.italic}{' underline' * face.underline} {face.align}; {face.source}"
        for one in profiles.ALL for part, face in one.faces.items()]
    return "\n".join([*whole, *parts]) + "\n"


def pictures() -> str:
    """The chart and the curve of the report, an element a line."""
    drawn = [block for block in report_document.compose(report()).blocks if isinstance(block, Chart | Curve)]
    return "\n".join(chart_svg.draw(block).svg.replace("><", ">\n<") for block in drawn) + "\n"


def doubts() -> str:
    """What is said of a sheet full of mistakes."""
    money = Indicator(1, "du_no", "Dư nợ", "money", scale="million")
    parts = [money, replace(money, id=2, code="trung_han", name="Trung hạn"), replace(money, id=3, code="tong", name="Tổng", equals="du_no + trung_han")]
    count = Indicator(4, "ho", "Số hộ", unit="hộ", flows=True)
    rate, group = Indicator(5, "ty_le", "Tỷ lệ", "percent"), Indicator(6, "to", "Số tổ", unit="tổ", equals="ho + ho")
    values = {"du_no": D(70_000_000), "trung_han": D(30_000), "tong": D(100_000_000), "ho": D(-5), "ty_le": D(101), "to": D(3)}
    sheet = Sheet({Asked.ACTUAL: values, Asked.CUMULATIVE: {"ho": D(0)}}, {"ho": D(2), "trung_han": D(30_000_000)}, {"du_no": D(70_000)}, {"ho": D(7)})
    found = sheet_checks.check([*parts, count, rate, group], sheet) + sheet_checks.empty([money, count], {"ho": D(1)})
    found += sheet_checks.check([count], Sheet({Asked.ACTUAL: {"ho": D(5)}, Asked.CUMULATIVE: {"ho": D(4)}}, {"ho": D(2)}, {}, {"ho": D(3)}))
    return "\n".join(f"{one.code} {one.kind}: {one.words}" for one in found) + "\n"


@pytest.mark.parametrize("made", [own_report, pack, layouts, pictures, doubts], ids=["own-report", "briefing", "layouts", "pictures", "doubts"])
def test_what_else_is_drawn_and_said(made: Callable[[], str], request: pytest.FixtureRequest) -> None:
    assert made() == paper_text.kept(request.node.callspec.id)


def test_its_sheets_hold_every_assignment_document_and_figure(period: PeriodData) -> None:
    assert paper_text.sheets(report_sheets.sheets(report())) == paper_text.kept("province-sheets")
    assert paper_text.sheets(report_period_sheets.sheets(period)) == paper_text.kept("period-sheets")
    assert [sheet.name for sheet in report_sheets.sheets(replace(report(), indicators=()))][-1] == "Tài liệu minh chứng"


@pytest.mark.parametrize(("name", "kind", "units", "number"), [
    ("letter-urge", "urge", 4, "952-CV/HNDT"), ("letter-criticise", "criticise", 8, "952-CV/HNDT"), ("letter-alone", "remind", 1, None)])
def test_a_letter_reads_as_it_should(name: str, kind: str, units: int, number: str | None) -> None:
    assert paper_text.document(letter_document.compose(letter_data.paper(kind, units, number))) == paper_text.kept(name)


def test_what_is_kept_is_read_back_and_a_changed_figure_is_noticed(period: PeriodData) -> None:
    """The stored hash is only worth something when the facts give the stored figures again."""
    data = replace(report(), prepared_on=None)
    text = whole.to_json(report())
    assert whole.from_json(text) == data and text == whole.to_json(data) and len(whole.sha256(text)) == 64
    kept = report_period.to_json(period)
    assert report_period.from_json(kept) == replace(period, prepared_on=None)
    for found, read in ((text, whole.from_json), (kept, report_period.from_json)):
        raw = json.loads(found)
        raw["figures"]["total"]["open_overdue"] += 1
        with pytest.raises(ValueError, match=r"^the stored figures do not follow from the stored facts$"):
            read(json.dumps(raw))
        with pytest.raises(ValueError, match=r"^report data of format 99, .*this program reads"):
            read(json.dumps({**raw, "format": 99}))
    with pytest.raises(TypeError, match=r"^not for a report: object$"):
        whole.canonical({"x": object()})


def test_a_report_of_the_first_release_with_fewer_figures_is_still_read() -> None:
    raw = json.loads(whole.to_json(report()))
    del raw["figures"]["happened"]
    assert whole.from_json(json.dumps({**raw, "format": 1})).lines == report().lines
    raw["figures"]["late"].pop()
    with pytest.raises(ValueError, match="stored figures"):
        whole.from_json(json.dumps({**raw, "format": 1}))
    dated = json.loads(whole.to_json(report()))
    dated["data"]["prepared_on"] = "2026-09-09"
    assert whole.from_json(json.dumps(dated)).prepared_on == sep(9)


def test_one_units_part_of_a_period_is_its_own_alone(period: PeriodData) -> None:
    own = period.for_unit("392")
    assert [unit.name for unit in own.units] == ["Huyện Hà Trung"] and not own.whole and own.total.counts == period.by_unit[1][1].counts
    assert [one.id for one in own.dispatches] == [1, 2] and [one.days for one in own.overdue()] == [8] and own.done_late() == []
    assert [[unit.code for unit in table.units] for table in own.indicators] == [["392"]] and own.indicators[0].totals == own.indicators[0].units[0].cells
    assert report_period_body.abstract(own) == "Kết quả thực hiện nhiệm vụ được giao của Huyện Hà Trung từ ngày 01/07/2026 đến ngày 30/09/2026"
    last = period.for_unit("401")
    assert [(one.unit, last.tasks[one.task].title, last.tasks[one.task].dispatch) for one in last.late] == [
        (0, "Kiểm tra quý III", 0), (0, "Nợ quá hạn cao tại 3 xã", 0)]
    silent = period.for_unit("384")
    assert silent.indicators == () and [annex.title for annex in report_period_body.annexes_of(silent)] == ["KẾT QUẢ THEO VĂN BẢN"]
    for wrong in (period.for_unit, report().for_unit):
        with pytest.raises(KeyError, match="999"):
            wrong("999")


def test_a_report_of_one_unit_or_field_says_so(period: PeriodData) -> None:
    said = {scope: report_period_body.abstract(replace(period, scope=scope, about="Tín dụng")) for scope in ("unit", "field", "period")}
    assert [text.partition(" từ ngày")[0].removeprefix("Kết quả thực hiện nhiệm vụ được giao") for text in said.values()] == [
        " của Tín dụng", " lĩnh vực Tín dụng", ""]


def test_a_report_without_lateness_silence_or_figures_says_that_there_was_none(period: PeriodData) -> None:
    good = replace(report(), lines=small_province.unit_lines("380")[:2], units=report().units[:1], indicators=())
    text = paper_text.document(report_document.compose(good))
    for said in ("Không có nhiệm vụ đang quá hạn.", "Không có nhiệm vụ hoàn thành quá hạn.", "Mọi đơn vị đều đã gửi kết quả ít nhất một nhiệm vụ.",
                 "# III. NHIỆM VỤ QUÁ HẠN", "# IV. ĐỀ NGHỊ\n- Các đơn vị còn lại"):
        assert said in text
    assert "Không tính" not in text and "Gia hạn" not in text and "[Biểu đồ. Kết quả" not in text and "và 0 tồn tại" not in text
    alone = paper_text.document(report_document.compose(replace(
        period, units=period.units[:1], cells=period.cells[:1], late=(), indicators=(), dispatches=period.dispatches[:1])))
    for said in ("Không có nhiệm vụ đang quá hạn.", "Không có nhiệm vụ hoàn thành quá hạn.", "ít nhất một nhiệm vụ của mỗi văn bản.",
                 "30/09/2026, Thành phố Thanh Hóa phải thực hiện 3 lượt", "# II. NHIỆM VỤ QUÁ HẠN", "=== Phụ lục I: KẾT QUẢ THEO VĂN BẢN"):
        assert said in alone


def test_long_lists_are_cut_in_the_document_and_whole_in_the_sheets(period: PeriodData) -> None:
    """Nobody reads forty pages of rows: the document says how many it shows and where all of them are."""
    many = replace(period, late=period.late[:1] * (report_period_body.MOST_ROWS + 1) + period.late[-1:] * (report_period_body.MOST_ROWS + 2))
    drawn = {block.caption: block for block in report_document.compose(many).blocks if isinstance(block, Table)}
    assert len(drawn["Nhiệm vụ đang quá hạn"].rows) == len(drawn["Nhiệm vụ hoàn thành quá hạn"].rows) == report_period_body.MOST_ROWS
    assert paper_text.document(report_document.compose(many)).count("(dưới đây là 100 dòng đầu, đủ trong tệp .xlsx):") == 2
    assert [len(tuple(sheet.rows)) for sheet in report_period_sheets.sheets(many)][3:5] == [101, 102]
    late, done = report().lines[-2], report().lines[2]
    lines = (late,) * (report_province.MOST_ROWS + 1) + (done,) * (report_province.MOST_DETAILS - report_province.MOST_ROWS)
    data = replace(report(), lines=lines)
    text = paper_text.document(report_document.compose(data))
    assert text.count("(dưới đây là 400 dòng đầu, đủ trong tệp .xlsx):") == 2 and "nêu trong tệp .xlsx kèm theo." in text
    assert "Phụ lục II: SỐ LIỆU THEO ĐƠN VỊ" in text and "CHI TIẾT TỪNG NHIỆM VỤ" not in text
    just = replace(data, lines=lines[1:])
    assert "Phụ lục II: CHI TIẾT" in paper_text.document(replace(report_document.compose(just), blocks=()))


def test_the_rows_of_single_assignments_in_a_periods_file(period: PeriodData) -> None:
    sheet = report_period_sheets.list_sheet(period, [("392",)])
    assert (sheet.name, sheet.own, list(sheet.rows), len(sheet.head)) == ("Từng nhiệm vụ giao", {11, 12}, [("392",)], 21)
    assert (report_period_sheets.kind_words("task"), report_period_sheets.kind_words("finding")) == ("Nhiệm vụ", "Tồn tại")
    done, back = report_period_sheets.line_cells(report().lines[2], AS_OF), report_period_sheets.line_cells(report().lines[3], AS_OF)
    assert [*done[:5], *done[5].values, *done[6:]] == [  # type: ignore[union-attr]
        "Chủ trì", sep(4), sep(4), None, "có", "hoàn thành quá hạn 2 ngày", 2, sep(6), sep(6), None, "Đã thu hồi.", ""]
    assert back[6:] == (date(2026, 8, 29), None, sep(11), "Đã kiểm tra.", "Thiếu biên bản")
    new = report_period_sheets.line_cells(report().lines[10], AS_OF)
    assert (new[3], new[4], new[5].values, new[6]) == (sep(15), "chưa", ("chưa tiếp nhận; không hạn", None), None)  # type: ignore[union-attr]


def test_a_corrected_report_tells_what_differs() -> None:
    lines = report().lines
    mended, told = replace(lines[3], state=State.SUBMITTED, due_on=sep(20)), replace(lines[10], result="Đã làm", evidence=lines[1].evidence)
    fixed = (lines[0], lines[2], mended, *lines[4:10], told)
    table = report().indicators[0]
    more = replace(table.units[0], cells=(("2000000", "1000000", "1600000"), *table.units[0].cells[1:]))
    other = replace(table, units=(more, *table.units[1:]))
    found = report_changes.changes(report(), replace(report(), lines=fixed, indicators=(other,)))
    assert found == [
        Change("Toàn tỉnh", "Tổng số", "10", "9"), Change("Toàn tỉnh", "Hoàn thành, không hạn", "1", "0"),
        Change("Toàn tỉnh", "Còn mở, trong hạn", "1", "2"), Change("Toàn tỉnh", "Còn mở, quá hạn", "4", "3"), Change("Toàn tỉnh", "Chờ duyệt", "1", "2"),
        Change("Toàn tỉnh", "Bị trả lại", "1", "0"), Change("Toàn tỉnh", "Đã gửi kết quả", "5", "4"),
        *(Change("Thành phố Thanh Hóa", f"Nhiệm vụ 2: Tuyên truyền: {what}", before, "không còn", "380") for what, before in (
            ("tình trạng", "hoàn thành (không hạn)"), ("thời hạn", "không hạn; xem lại 15/09/2026"), ("kết quả", "Đã họp 4 cuộc."),
            ("minh chứng", "12-CV/HND"))),
        Change("Huyện Mường Lát", "Nhiệm vụ 2: Tuyên truyền: kết quả", "chưa có", "Đã làm", "384"),
        Change("Huyện Mường Lát", "Nhiệm vụ 2: Tuyên truyền: minh chứng", "chưa có", "12-CV/HND", "384"),
        Change("Huyện Hà Trung", "Nhiệm vụ 1: Kiểm tra quý III: tình trạng", "trả lại, sửa chậm nhất 11/09/2026; quá hạn 8 ngày",
               "chờ duyệt; trong hạn", "392"),
        Change("Huyện Hà Trung", "Nhiệm vụ 1: Kiểm tra quý III: thời hạn", "31/08/2026", "20/09/2026 (ban đầu 31/08/2026)", "392"),
        Change("Thành phố Thanh Hóa", "Dư nợ (Thực hiện, triệu đồng)", "1,5", "1,6", "380"),
    ]
    back = report_changes.changes(replace(report(), lines=fixed), report())
    assert [one.before for one in back if "Tuyên truyền" in one.what and one.unit_code == "380"] == ["chưa có"] * 4
    assert report_changes.changes(report(), report()) == [] and report_changes.as_json(found[:1]) == [
        {"whose": "Toàn tỉnh", "what": "Tổng số", "before": "10", "after": "9", "unit_code": ""}]


def test_a_corrected_period_tells_what_differs_of_units_and_dispatches(period: PeriodData) -> None:
    less = replace(period, cells=(period.cells[0], period.cells[1], *period.cells[3:]), dispatches=period.dispatches[:1], indicators=())
    found = report_changes.changes(period, less)
    gone = (("Tổng số", "11", "10"), ("Còn mở, không hạn", "3", "2"))
    assert found[:2] == [Change("Toàn tỉnh", *one) for one in gone]
    assert found[2:4] == [Change("Huyện Hà Trung", "Tổng số", "4", "3", "392"), Change("Huyện Hà Trung", "Còn mở, không hạn", "2", "1", "392")]
    assert found[4:6] == [Change("Văn bản 12-KH/HNDT", "Tổng số", "1", "0"), Change("Văn bản 12-KH/HNDT", "Còn mở, không hạn", "1", "0")]
    assert found[6] == Change("Thành phố Thanh Hóa", "Dư nợ (Kế hoạch, triệu đồng)", "2,0", "–", "380") and len(found) == 6 + 15  # fields with a figure
    assert report_changes.changes(less, period)[6].after == "2,0" and report_changes.changes(period, report()) == []


def test_sentences_are_filled_from_the_figures_and_may_be_worded_anew() -> None:
    tell = Teller({"a": {"n": 1, "of": 3, "none": 0}, "list": [{"name": "Hà Trung"}]})
    said = tell.sentence("k", "{who}: {a.n} trên {a.of} ({a.n/a.of}), {list.0.name}, {a.n/a.none}", "item", who="Huyện")
    made_from = (("a.n", "1"), ("a.of", "3"), ("list.0.name", "Hà Trung"), ("a.none", "0"))
    assert said == Sentence("k", "Huyện: 1 trên 3 (33,3%), Hà Trung, –", "item", made_from)
    with pytest.raises(KeyError):
        tell.sentence("k", "{a.unknown}")
    other, table = replace(said, key="other", text="Khác"), Table("t", (), ())
    edits = {"k": Edit("Lời khác.", said.text), "other": Edit("", "Cũ"), "gone": Edit("x", "Cũ")}
    assert [getattr(block, "text", block) for block in settled([said, table, other], edits)] == ["Lời khác.", table]
    assert [block.style for block in settled([said], {})] == ["item"] and moved([said, other], edits) == {"other": "Khác", "gone": ""}  # type: ignore[union-attr]
    assert {sentence.key for sentence in report_document.drafted(report())} >= {"opening", "late.open", "closing"}
    assert report_document.drafted(report().for_unit("392")) == [] and report_document.drafted(small_province.period())[0].key == "opening"


def test_neighbouring_columns_stand_under_one_head() -> None:
    a, b, c, d = Column("a", 1), Column("b", 1, group="x"), Column("c", 1, group="x"), Column("d", 1, group="y")
    assert Table("", (a, a, b, c, d, b), ()).groups() == [("", [a]), ("", [a]), ("x", [b, c]), ("y", [d]), ("x", [b])]
    overdue = {"B": 1, "A": 1, "C": 0, "D": 9, "E": 2}
    assert whole.most_late((name, Tally(open_overdue=n)) for name, n in overdue.items()) == [
        {"name": "D", "n": 9}, {"name": "E", "n": 2}, {"name": "A", "n": 1}]
