"""The files of a report are read back with other programs' eyes, and their figures must be those of the data."""
import io
import subprocess
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx as python_docx
import openpyxl
import pypdfium2
import pytest

from tests.report_data import AS_OF, province_data
from tracker.adapters import docx, pdf, xlsx
from tracker.domain import report_sheets
from tracker.domain.progress import Evidence
from tracker.domain.report import ReportData
from tracker.domain.report_parts import beside, cells
from tracker.domain.report_words import clean


@pytest.fixture(scope="module")
def data() -> ReportData:
    return province_data()


def pdf_text(content: bytes, tmp_path: Path) -> str:
    """The text as poppler's pdftotext reads it."""
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return done.stdout


def pdf_rows(text: str, first_words: str) -> list[list[str]]:
    return [line.split(first_words, 1)[1].split() for line in text.splitlines() if first_words in line]


def test_unit_table_agrees_in_docx_pdf_and_xlsx(data: ReportData, tmp_path: Path) -> None:
    text = pdf_text(pdf.render(data), tmp_path)
    word_rows = {}
    for table in python_docx.Document(io.BytesIO(docx.render(data))).tables:
        for tr in table._tbl.tr_lst:
            values = ["".join(t.text or "" for t in tc.iter(f"{{{tc.nsmap['w']}}}t")) for tc in tr.tc_lst]
            if len(values) == 15:
                word_rows[values[1]] = tuple(values[2:])
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(data)))[report_sheets.SUMMARY]
    excel_rows = {row[1]: row[2:] for row in sheet.iter_rows(min_row=4, values_only=True)}
    for unit, counts in data.by_unit():
        shown = (*cells(counts), *beside(counts))
        assert word_rows[unit.name] == shown
        assert list(shown) in pdf_rows(text, f" {unit.name} ")
        assert excel_rows[unit.name] == (
            counts.total, counts.accepted_on_time, counts.accepted_late, counts.accepted_no_deadline, counts.open_in_time, counts.open_overdue,
            counts.open_no_deadline, counts.waiting, counts.returned, counts.not_acknowledged, counts.unanswered, counts.completion, counts.update)
    total = data.tally()
    assert word_rows["Tổng cộng"] == (*cells(total), *beside(total))
    assert [*cells(total), *beside(total)] in pdf_rows(text, "Tổng cộng")
    assert excel_rows["Tổng cộng"][0] == total.total


def test_sentences_with_the_figures_stand_in_docx_and_pdf(data: ReportData, tmp_path: Path) -> None:
    word = "\n".join(p.text for p in python_docx.Document(io.BytesIO(docx.render(data))).paragraphs)
    text = " ".join(pdf_text(pdf.render(data), tmp_path).split())
    for sentence in (
        "Tổng số: 216 lượt nhiệm vụ giao", "Đã hoàn thành: 72 (đúng hạn 40, quá hạn 8, không hạn 24).",
        "Chưa hoàn thành: 144 (trong hạn 72, quá hạn 15, không hạn 57)", "Tỷ lệ hoàn thành: 33,3%", "40,7%",
        "Có 15 lượt nhiệm vụ đang quá hạn của 9 đơn vị",
        "Có 5 đơn vị chưa gửi kết quả nhiệm vụ nào",
    ):
        assert sentence in word
        assert sentence in text


def test_official_layout(data: ReportData) -> None:
    document = python_docx.Document(io.BytesIO(docx.render(data)))
    page, annex = document.sections
    assert [round(x.mm) for x in (page.page_width, page.page_height, page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)] == [
        210, 297, 20, 20, 30, 15]
    assert page.different_first_page_header_footer
    assert round(annex.page_width.mm) == 297
    (left, right), (number, dated) = (row.cells for row in document.tables[0].rows)
    assert [p.text for p in left.paragraphs] == ["HỘI NÔNG DÂN VIỆT NAM", "BCH HND TỈNH THANH HÓA", "*"]
    assert [p.text for p in right.paragraphs if p.text] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert (number.text, dated.text) == ("Số            -BC/HNDT", "Thanh Hóa, ngày 08 tháng 9 năm 2020")
    assert document.styles["Normal"].font.name is None
    assert 'w:ascii="Times New Roman"' in document.styles.element.xml
    assert all('<w:tblHeader/>' in t._tbl.xml for t in document.tables[1:] if len(t.columns) > 2)


def test_pdf_is_tagged_archival_and_carries_its_font(data: ReportData) -> None:
    content = pdf.render(data)
    assert content == pdf.render(data)
    assert b"/StructTreeRoot" in content
    assert b"pdfaid:part" in content or b"pdfaid" in content
    assert b"LiberationSerif" in content
    assert len(pdf.check()) == 4
    assert len(pypdfium2.PdfDocument(content)) > 5


def test_xlsx_has_one_row_per_assignment_with_typed_dates_and_full_text(data: ReportData) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(data)))
    head, *rows = list(book[report_sheets.LINES].iter_rows(min_row=3, values_only=True))
    assert len(rows) == len(data.lines) == 216
    due = head.index("Hạn hiện hành")
    assert {type(row[due]) for row in rows} == {datetime, type(None)}
    assert book[report_sheets.LINES].cell(5, due + 1).number_format == "dd/mm/yyyy"
    assert [row[head.index("Nội dung đầy đủ")] for row in rows] == [line.task_text for line in data.lines]
    late = head.index("Số ngày quá hạn")
    assert sum(1 for row in rows if row[late] and "hoàn thành" not in row[head.index("Tình trạng")]) == data.tally().open_overdue


def test_texts_that_look_like_formulas_or_markup_stay_texts(data: ReportData, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x.example","bấm") <b>&amp; #strong[x] \u0000\u000b 🙂'
    line = replace(data.lines[0], result=evil, task_title="=1+1", evidence=(Evidence("report", "@SUM(A1).pdf", "+12-BC", AS_OF, "-An"),))
    changed = replace(data, lines=(line, *data.lines[1:]))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(changed)))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f" or c.hyperlink]
    kept = [c.value for row in book[report_sheets.LINES].iter_rows() for c in row]
    assert clean(evil) in kept
    assert '=HYPERLINK("http://x.example","bấm") <b>&amp; #strong[x]' in zipfile_text(docx.render(changed))
    assert "=HYPERLINK" in pdf_text(pdf.render(changed), tmp_path)
    assert "□" in pdf_text(pdf.render(changed), tmp_path)


def zipfile_text(content: bytes) -> str:
    document = python_docx.Document(io.BytesIO(content))
    return "\n".join(t.text or "" for t in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"))


def test_a_text_longer_than_a_cell_is_never_cut(data: ReportData) -> None:
    long = "".join(f"dòng {n:06d}; " for n in range(6000))
    changed = replace(data.for_unit("401"), lines=(replace(data.for_unit("401").lines[0], result=long),))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(changed)))
    first = next(c.value for row in book[report_sheets.LINES].iter_rows() for c in row if isinstance(c.value, str) and c.value.startswith("dòng"))
    assert "xem tiếp" in first
    rest = "".join(row[1] for row in book[xlsx.LONG].iter_rows(min_row=4, values_only=True))
    assert first.split(" … (xem tiếp")[0] + rest == long


def test_a_result_longer_than_a_page_stands_whole_in_pdf_and_docx(data: ReportData, tmp_path: Path) -> None:
    long = " ".join(f"từ{n:04d}" for n in range(570))
    changed = replace(data, lines=(replace(data.lines[0], result=long), *data.lines[1:]))
    text = pdf_text(pdf.render(changed), tmp_path)
    assert [n for n in range(570) if f"từ{n:04d}" not in text] == []
    assert long in zipfile_text(docx.render(changed))


def test_decomposed_letters_are_composed(data: ReportData, tmp_path: Path) -> None:
    changed = replace(data.for_unit("401"), lines=(replace(data.for_unit("401").lines[0], task_title="Thu ho\u0302\u0300i nơ\u0323"),))
    assert "Thu hồi nợ" in pdf_text(pdf.render(changed), tmp_path)


def test_an_extended_deadline_shows_both_dates(data: ReportData, tmp_path: Path) -> None:
    line = replace(data.lines[1], due_on=date(2020, 10, 20))
    text = " ".join(pdf_text(pdf.render(replace(data.for_unit("392"), lines=(line,))), tmp_path).split())
    assert "20/10/2020 (ban đầu 30/09/2020)" in text


def test_docx_opens_in_python_docx_without_broken_parts(data: ReportData) -> None:
    with zipfile.ZipFile(io.BytesIO(docx.render(data))) as archive:
        assert archive.testzip() is None
    assert docx.render(data) == docx.render(data)


def test_all_files_of_a_dispatch_within_the_goal(data: ReportData) -> None:
    """27 district reports and the province's, in three formats: the goal is 10 s on two cores, and this leaves a wide margin."""
    began = time.perf_counter()
    for one in (data, *(data.for_unit(unit.code) for unit in data.units)):
        for adapter in (docx, pdf, xlsx):
            adapter.render(one)
    assert time.perf_counter() - began < 10
