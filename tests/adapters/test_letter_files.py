"""The files of a formal letter read back with other programs' eyes: layout, figures, annex, fonts."""
import io
import subprocess
from pathlib import Path

import docx as python_docx
import pypdfium2
import pytest

from tests.letter_data import AS_OF, NAMES, STATE, facts, lines, paper
from tracker.adapters import docx, pdf
from tracker.domain import letterheads, letters
from tracker.domain.letter_document import UNTOLD, Paper, compose

KINDS = ("urge", "remind", "criticise")


def pdf_text(made: Paper, tmp_path: Path) -> str:
    """The text as poppler's pdftotext reads it."""
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf.draw(compose(made), AS_OF))
    return subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout


def word(made: Paper) -> "python_docx.document.Document":
    return python_docx.Document(io.BytesIO(docx.package(compose(made), AS_OF)))


@pytest.mark.parametrize("kind", KINDS)
def test_body_and_figures_stand_in_both_files(kind: str, tmp_path: Path) -> None:
    made = paper(kind)
    read = " ".join(pdf_text(made, tmp_path).split())
    written = "\n".join(p.text for p in word(made).paragraphs)
    for line in made.body.splitlines():
        assert line.removeprefix("- ") in written
        assert line in read, line
    assert "còn 9 lượt nhiệm vụ của 8 đơn vị đã quá thời hạn mà chưa hoàn thành, lâu nhất 11 ngày" in read
    assert "4 lượt nhiệm vụ của 4 đơn vị không ấn định thời hạn chưa gửi kết quả, lâu nhất 41 ngày" in read


def test_the_official_layout() -> None:
    document = word(paper())
    (left, right), (number, dated) = (row.cells for row in document.tables[0].rows)
    assert [p.text for p in left.paragraphs] == ["HỘI NÔNG DÂN VIỆT NAM", "BCH HND TỈNH THANH HÓA", "*"]
    assert [p.text for p in right.paragraphs if p.text] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert [p.text for p in number.paragraphs] == ["Số 952-CV/HNDT", "V/v đôn đốc thực hiện Công văn số 931-CV/HNDT ngày 11/08/2026"]
    assert dated.text == "Thanh Hóa, ngày 08 tháng 9 năm 2026"
    texts = [p.text for p in document.paragraphs if p.text]
    assert texts[0] == "Kính gửi: Hội Nông dân các huyện, thị xã, thành phố (theo danh sách kèm theo)"
    assert texts[-3:] == ["Phụ lục", "DANH SÁCH ĐƠN VỊ VÀ NHIỆM VỤ QUÁ HẠN", (
        "(Kèm theo Công văn số 952-CV/HNDT ngày 08/09/2026 của Ban Chấp hành Hội Nông dân tỉnh Thanh Hóa;\nsố liệu chốt đến ngày 08/09/2026)")]
    signed = document.tables[1].rows[0].cells
    assert [p.text for p in signed[0].paragraphs] == ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]
    assert [p.text for p in signed[1].paragraphs if p.text] == ["T/M BAN THƯỜNG VỤ", "PHÓ CHỦ TỊCH", "Lê Thị Minh Hà"]
    page, annex = document.sections
    assert [round(x.mm) for x in (page.page_width, page.top_margin, page.left_margin, page.right_margin, annex.page_width)] == [210, 20, 30, 15, 297]


def test_the_annex_has_every_line_in_both_files(tmp_path: Path) -> None:
    text, table = pdf_text(paper(), tmp_path), word(paper()).tables[-1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["TT", "Đơn vị", "Nhiệm vụ", "Thời hạn giao", "Hạn sau gia hạn", "Số ngày quá hạn", "Số lần đã nhắc"]
    assert len(rows) == len(lines()) + 2 and rows[-1][1:3] == ["Cộng: 8 đơn vị", "13 nhiệm vụ"]
    assert rows[1] == ["1", "Huyện Hà Trung", "Củng cố tổ tiết kiệm và vay vốn hoạt động trung bình và yếu", "28/08/2026", "04/09/2026", "4", "0"]
    assert rows[3][3:] == ["không ấn định", "–", "35 ngày chưa có kết quả", "2"]
    assert ["Khắc phục tồn tại được nêu đích danh", "không ấn định", "sửa lại chậm nhất 05/09/2026", "3", "1"] in [row[2:] for row in rows]
    assert "Dư nợ quá hạn cao" not in text and UNTOLD.split()[0] in text
    for name in NAMES:
        assert name in text
    assert "<w:tblHeader/>" in table._tbl.xml


def test_few_units_are_named_and_one_alone_is_told_its_own(tmp_path: Path) -> None:
    few = " ".join(pdf_text(paper("remind", 3, None), tmp_path).split())
    assert "Kính gửi: - Hội Nông dân huyện Hà Trung; - Hội Nông dân huyện Nga Sơn; - Hội Nông dân huyện Thọ Xuân." in few
    assert "ngày …… tháng …… năm 2026" in few and "-CV/HNDT" in few
    one = " ".join(pdf_text(paper("criticise", 1, "12/UBND-VX", STATE), tmp_path).split())
    assert "Kính gửi: Ủy ban nhân dân huyện Hà Trung" in one and "Số: 12/UBND-VX" in one
    assert "NHIỆM VỤ QUÁ HẠN CỦA ỦY BAN NHÂN DÂN HUYỆN HÀ TRUNG" in one and "* Số" not in one


def test_the_pdf_is_archival_tagged_and_carries_its_fonts(tmp_path: Path) -> None:
    made = pdf.draw(compose(paper()), AS_OF)
    assert made == pdf.draw(compose(paper()), AS_OF)
    assert b"/StructTreeRoot" in made and b"pdfaid" in made
    assert len(pypdfium2.PdfDocument(made)) == 3
    file = tmp_path / "fonts.pdf"
    file.write_bytes(made)
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts and all("LiberationSerif" in line and line.split()[-5] == "yes" for line in fonts)


def test_a_hundred_units_make_whole_pages(tmp_path: Path) -> None:
    many = tuple(letters.Line(n, n, f"Xã Số {n}", "task", 1, "Báo cáo tình hình", "lead", letters.OVER, n % 9 + 1, AS_OF, AS_OF) for n in range(166))
    made = paper()
    text = pdf_text(Paper(**{name: getattr(made, name) for name in Paper.__slots__} | {"lines": many, "units": tuple(line.unit for line in many)}), tmp_path)
    assert all(f"Xã Số {n} " in text for n in range(166)) and "Kính gửi: Hội Nông dân các xã (theo danh sách kèm theo)" in text


@pytest.mark.parametrize(("number", "typed", "full"), [
    ("931-CV/HNDT", "952", "952-CV/HNDT"), ("931-CV/HNDT", " 952-CV/HNDT ", "952-CV/HNDT"), ("931/UBND-VX", "12", "12/UBND-VX"),
    ("15/CT-UBND", "7a", "7a/UBND"), (None, "3", "03/……"), ("931-CV/HNDT", "3", "3-CV/HNDT"), ("931/UBND-VX", "120", "120/UBND-VX"), ("931-CV/HNDT", "", ""),
])
def test_a_register_number_is_given_the_symbol(number: str | None, typed: str, full: str) -> None:
    assert letterheads.numbered(typed, letterheads.letter_symbol(number)) == full


@pytest.mark.parametrize(("reminded", "said"), [
    ((0, 0), ""), ((2, 2), "Các nhiệm vụ nêu trên đã được nhắc 2 lần"), ((1, 3), "đã được nhắc từ 1 đến 3 lần"),
    ((0, 3), "Trong đó, 1 nhiệm vụ đã được nhắc 3 lần"),
])
def test_reminders_are_told_as_they_were(reminded: tuple[int, int], said: str) -> None:
    two = tuple(letters.Line(n, n, f"Huyện {n}", "task", 1, "Việc", "lead", letters.OVER, 3, AS_OF, AS_OF, reminded=times) for n, times in enumerate(reminded))
    body = letters.body(letters.Facts(**{name: getattr(facts("remind"), name) for name in letters.Facts.__slots__} | {"lines": two}))
    assert (said in body) if said else ("được nhắc" not in body)
    assert [letters.from_json(letters.to_json(line)) for line in lines()] == list(lines())
