"""Automatic numbers come out as the page shows them: several levels, letters, Roman numbers, bullets, lists begun anew; in every office format."""

from pathlib import Path

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.adapters.documents_made import level, office, with_lists
from tracker.adapters import documents
from tracker.adapters.documents.numbers import written

ANEW = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
ABSTRACTS = {
    "1": [level(0, "upperRoman", "%1."), level(1, "decimal", "%2."), level(2, "lowerLetter", "%3)"), level(3, "bullet", "-")],
    "2": [level(0, "decimal", "%1."), level(1, "decimal", "%1.%2."), level(2, "decimal", "%1.%2.%3.")],
    "3": [level(0, "bullet", "+")],
    "4": [level(0, "lowerRoman", "(%1)")],
    "5": [level(0, "decimal", "%1.")],
}
NUMBERS = {"1": ("1", ""), "2": ("2", ""), "3": ("5", ""), "4": ("3", ""), "5": ("4", "")}
PARAGRAPHS = [
    ("1", 0, "Yêu cầu"), ("1", 1, "Nắm chắc địa bàn"), ("1", 1, "Đúng tiến độ"), ("1", 0, "Tổ chức"), ("1", 1, "Cấp huyện"), ("1", 2, "Lập danh sách"),
    ("1", 2, "Cử người trực"), ("1", 3, "ghi sổ"), ("1", 1, "Cấp xã"), ("1", 2, "Báo tin"), ("", 0, "Các bước:"), ("2", 0, "Chuẩn bị"), ("2", 1, "Họp tổ"),
    ("2", 1, "Chia việc"), ("2", 2, "Theo thôn"), ("2", 0, "Làm"), ("2", 1, "Đi từng nhà"), ("", 0, "Việc khác:"), ("3", 0, "Tổng kết"),
    ("3", 0, "Khen thưởng"), ("4", 0, "Gửi ảnh"), ("5", 0, "Mục một"), ("5", 0, "Mục hai"),
]  # fmt: skip
LINES = [
    "I. Yêu cầu", "1. Nắm chắc địa bàn", "2. Đúng tiến độ", "II. Tổ chức", "1. Cấp huyện", "a) Lập danh sách", "b) Cử người trực", "- ghi sổ", "2. Cấp xã",
    "a) Báo tin", "Các bước:", "1. Chuẩn bị", "1.1. Họp tổ", "1.2. Chia việc", "1.2.1. Theo thôn", "2. Làm", "2.1. Đi từng nhà", "Việc khác:", "1. Tổng kết",
    "2. Khen thưởng", "+ Gửi ảnh", "(i) Mục một", "(ii) Mục hai",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("numbers")
    with_lists(ABSTRACTS, NUMBERS, PARAGRAPHS).save(str(made / "a.docx"))
    return made


@pytest.mark.parametrize("suffix", ["docx", "doc", "odt", "rtf"])
def test_the_labels_that_the_page_shows(folder: Path, suffix: str) -> None:
    path = folder / f"a.{suffix}"
    found = documents.extract(path if path.exists() else office(folder / "a.docx", suffix))
    assert [" ".join(line.split()) for line in found.text.split("\n") if line.strip()] == LINES
    assert "kreuzberg" not in found.method


def lines(document: object, path: Path) -> list[str]:
    document.save(str(path))  # type: ignore[attr-defined]
    return documents.extract(path).text.split("\n")


def test_a_level_that_never_begins_anew_and_one_in_plain_figures(tmp_path: Path) -> None:
    levels = [level(0, "upperRoman", "Mục %1:"), level(1, "decimal", "Điều %2.", '<w:lvlRestart w:val="0"/>'), level(2, "decimal", "%1.%3", "<w:isLgl/>")]
    paragraphs = [("1", 0, "đầu"), ("1", 1, "một"), ("1", 0, "sau"), ("1", 1, "hai"), ("1", 2, "ba")]
    assert lines(with_lists({"7": levels}, {"1": ("7", "")}, paragraphs), tmp_path / "a.docx") == [
        "Mục I: đầu", "Điều 1. một", "Mục II: sau", "Điều 2. hai", "2.1 ba",
    ]  # fmt: skip


def test_numbers_that_a_style_gives(tmp_path: Path) -> None:
    document = with_lists({"7": [level(0, "decimal", "%1/")]}, {"1": ("7", "")}, [("", 0, "một"), ("", 0, "hai"), ("", 0, "không số")])
    style = document.styles.add_style("Danh sach", WD_STYLE_TYPE.PARAGRAPH)
    style.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="1"/></w:numPr>'))
    for paragraph in document.paragraphs:
        paragraph.style = style
    off = parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="0"/></w:numPr>')
    document.paragraphs[2]._p.get_or_add_pPr().append(off)
    assert lines(document, tmp_path / "a.docx") == ["1/ một", "2/ hai", "không số"]


def test_a_list_behind_a_style_of_numbering(tmp_path: Path) -> None:
    document = with_lists({"7": [level(0, "lowerLetter", "%1.")], "8": ['<w:numStyleLink w:val="Kieu"/>']}, {"1": ("7", ""), "2": ("8", "")}, [("2", 0, "một")])
    kind = f'<w:style {nsdecls("w")} w:type="numbering" w:styleId="Kieu"><w:name w:val="Kieu"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    document.styles.element.append(parse_xml(kind))
    assert lines(document, tmp_path / "a.docx") == ["a. một"]


def test_two_lists_of_one_kind_count_on_unless_begun_anew(tmp_path: Path) -> None:
    paragraphs = [("1", 0, "một"), ("2", 0, "hai"), ("3", 0, "lại một"), ("3", 0, "lại hai")]
    numbers = {"1": ("7", ""), "2": ("7", ""), "3": ("7", ANEW)}
    assert lines(with_lists({"7": [level(0, "decimal", "%1.")]}, numbers, paragraphs), tmp_path / "a.docx") == ["1. một", "2. hai", "1. lại một", "2. lại hai"]


@pytest.mark.parametrize(
    ("value", "fmt", "shown"),
    [
        (4, "upperRoman", "IV"), (49, "lowerRoman", "xlix"), (27, "lowerLetter", "aa"), (3, "upperLetter", "C"), (7, "decimalZero", "07"),
        (12, "decimal", "12"), (0, "lowerLetter", "0"), (10**9, "upperRoman", "100000"),
    ],
)  # fmt: skip
def test_counts_as_they_are_written(value: int, fmt: str, shown: str) -> None:
    assert written(value, fmt) == shown
