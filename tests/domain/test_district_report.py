"""The words of a district's own report: counted from its lines, kept where a person wrote them, drawn in order."""
import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from tests.report_data import province_data
from tracker.adapters import docx, pdf
from tracker.domain import district_report as texts
from tracker.domain import report_words
from tracker.domain.district_report import Paper, Section
from tracker.domain.report import ReportData
from tracker.domain.report_counts import IndicatorTable, Measured, UnitMeasured
from tracker.domain.report_document import compose
from tracker.domain.report_layout import Heading, Paragraph, Table
from tracker.domain.status import State


@pytest.fixture
def data() -> ReportData:
    return province_data().for_unit("401")


def words(sections: tuple[Section, ...]) -> dict[str, str]:
    return {section.key: section.text for section in sections}


def paper(data: ReportData, sections: tuple[Section, ...], **more: object) -> Paper:
    values: dict[str, object] = {
        "head": data.letterhead, "about": "Công văn số 931-CV/HNDT", "as_of": data.as_of, "number": "12-BC/HND", "dated_on": date(2020, 9, 8),
        "signer_title": "T/M BAN THƯỜNG VỤ CHỦ TỊCH", "signer_name": "Mai Văn Sơn", "sections": sections, "evidence": texts.evidence_of(data),
    }
    return Paper(**{**values, **more})  # type: ignore[arg-type]


def test_the_draft_is_counted_from_the_units_lines(data: ReportData) -> None:
    told = words(texts.draft(data))
    assert told["general"].splitlines()[:2] == ["Tổng số nhiệm vụ được giao: 8. Đến nay:", "- Đã hoàn thành 1 (đúng hạn 0, quá hạn 1, không hạn 0), đạt 12,5%."]
    assert "bị trả lại để bổ sung 2" in told["general"]
    assert "2. Kiểm tra theo kế hoạch quý III" in told["tasks"] and "- Tỉnh trả lại vì: Thiếu biên bản của 4 xã." in told["tasks"]
    assert "Văn bản chỉ đạo số 101-CV/HND" in told["tasks"] and told["findings"] == told["hard"] == told["wishes"] == ""
    assert "- Nhiệm vụ 6: Thu hồi nợ xấu" in told["open"] and "Nhiệm vụ 4" not in told["open"]
    assert "số liệu" not in told["opening"] and told["opening"].endswith("như sau:")


def test_drafting_anew_shows_lines_that_go_and_come_and_what_was_written_by_hand(data: ReportData) -> None:
    was = texts.draft(data)
    now = tuple(replace(one, text=one.text + "\nCấp uỷ đã họp.") if one.key == "general" else one for one in was)
    later = tuple(replace(line, task_title="Tên khác") if line.task_position == 2 else line for line in data.lines)
    changes = {change.key: change for change in texts.changes(now, was, texts.draft(replace(data, lines=later)))}
    assert set(changes) == {"general", "tasks", "open"}
    assert changes["general"].own and changes["general"].gone == ("Cấp uỷ đã họp.",) and not changes["general"].new
    assert not changes["tasks"].own and changes["tasks"].new == ("2. Tên khác",)


def test_the_document_has_its_parts_in_order_and_leaves_out_what_is_empty(data: ReportData) -> None:
    document = texts.compose(paper(data, texts.draft(data)))
    heads = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert heads == ["I. KẾT QUẢ CHUNG", "II. KẾT QUẢ TỪNG NHIỆM VỤ", "III. NHIỆM VỤ CHƯA HOÀN THÀNH, HƯỚNG THỰC HIỆN", "IV. TÀI LIỆU MINH CHỨNG"]
    assert (document.number, document.letterhead.authority, document.letterhead.position) == ("12-BC/HND", "T/M BAN THƯỜNG VỤ", "CHỦ TỊCH")
    assert document.place_date == "Nga Sơn, ngày 08 tháng 9 năm 2020" and document.abstract == "Kết quả thực hiện Công văn số 931-CV/HNDT"
    assert isinstance(document.blocks[-2], Table) and isinstance(document.blocks[-1], Paragraph) and document.blocks[-1].text.endswith("./.")
    every = tuple(Section(key, f"- {key}") for key in texts.KEYS)
    assert [block.text for block in texts.compose(paper(data, every)).blocks if isinstance(block, Heading)][-1] == "VII. TÀI LIỆU MINH CHỨNG"
    assert texts.compose(paper(data, every, number=None, dated_on=None)).place_date == "Nga Sơn, ngày …… tháng …… năm 2020"


def test_the_units_figures_stand_in_an_annex(data: ReportData) -> None:
    due = date(2020, 9, 5)
    own = UnitMeasured("401", "Huyện Nga Sơn", due, (("1500000", "1234567"), (None, "3")))
    money, sums = Measured("DN", "Dư nợ", "triệu đồng", "money", "million", 1), Measured("TO", "Số tổ", "tổ", "count", "", 0)
    table = IndicatorTable(1, 1, "Số liệu uỷ thác", "tháng 8/2020", due, ("plan", "actual"), (money, sums), (own,), ((None, None), (None, None)))
    (drawn,) = texts.figure_tables(replace(data, indicators=(table,)))
    assert [column.title for column in drawn.columns][:3] == ["TT", "Chỉ tiêu", "Đơn vị tính"] and len(drawn.rows) == 2
    assert drawn.rows[0][:3] == ("1", "Dư nợ", "triệu đồng") and drawn.rows[0][4] == money.shown("1234567") and drawn.rows[1][3] == "–"
    assert texts.block_from_json(texts.block_to_json(drawn)) == drawn
    made = paper(data, texts.draft(data), tables=(drawn,))
    assert texts.compose(made).annexes[0].title == "SỐ LIỆU UỶ THÁC, THÁNG 8/2020"
    assert pdf.draw(texts.compose(made), due)[:4] == b"%PDF" and docx.package(texts.compose(made), due)[:2] == b"PK"


def test_a_task_without_a_deadline_is_told_in_words(data: ReportData) -> None:
    """In the unit's own report and in the province's report on it, and in their files."""
    told = words(texts.draft(data))
    assert "- Nhiệm vụ 1: Tuyên truyền, vận động gửi tiết kiệm (không ấn định thời hạn, xem lại ngày 30/09/2020): đang thực hiện." in told["open"].splitlines()
    assert "- Không ấn định thời hạn, xem lại ngày 30/09/2020. Tình trạng: đang thực hiện." in told["tasks"].splitlines()
    assert "- Thời hạn: 15/09/2020. Tình trạng: đang thực hiện; trong hạn." in told["tasks"].splitlines()
    ours, theirs = texts.compose(paper(data, texts.draft(data))), compose(data)
    for document in (ours, theirs):
        shown = [block.text for block in document.blocks if isinstance(block, Paragraph)]
        assert any("hông ấn định thời hạn, xem lại ngày 30/09/2020" in text for text in shown)
        assert not any(re.search(r"[Tt]hời hạn:? không", text) for text in shown)
        body = zipfile.ZipFile(io.BytesIO(docx.package(document, date(2020, 9, 8)))).read("word/document.xml").decode()
        assert "không ấn định thời hạn, xem lại ngày 30/09/2020" in body.replace("Không", "không") and "hạn không hạn" not in body
    done = next(line for line in province_data().lines if line.state == State.ACCEPTED and line.due_on is None)
    assert report_words.situation(done, data.as_of) == "hoàn thành" and report_words.term(replace(done, review_on=None)) == "không ấn định thời hạn"


def test_what_a_unit_counts_within_its_answer_is_no_tasks_name(data: ReportData) -> None:
    lines = tuple(replace(line, result="Đã làm:\n1. Họp quán triệt\n2. Ban hành kế hoạch") if line.task_position == 2 else line for line in data.lines)
    drafted = texts.draft(replace(data, lines=lines))
    heads = [block.text for block in texts.compose(paper(data, drafted)).blocks if isinstance(block, Heading) and block.level == 2]
    assert heads == [f"{line.task_position}. {line.task_title}" for line in data.lines]
    assert "- 1. Họp quán triệt" in words(drafted)["tasks"].splitlines()
