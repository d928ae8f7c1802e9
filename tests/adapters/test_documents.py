"""Files to text: real files, built here, in every format that is read."""

import io
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import docx
import pytest
import typst
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from PIL import Image, ImageDraw, ImageFont

from tracker.adapters import documents
from tracker.adapters.documents import sniff
from tracker.adapters.documents import types as t
from tracker.domain.errors import BadInput
from tracker.reading import read

FONTS = Path(__file__).parents[2] / "tracker" / "data" / "fonts"
LINES = [
    "UBND HUYỆN TAM GIANG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "PHÒNG VĂN HÓA\tĐộc lập - Tự do - Hạnh phúc",
    "Số: 15/PVH\tTam Giang, ngày 4 tháng 5 năm 2022",
    "V/v treo băng rôn",
    "",
    "Kính gửi: UBND các xã.",
    "",
    "Phòng Văn hóa đề nghị UBND các xã thực hiện các việc sau:",
]
ITEMS = ["Treo băng rôn ở cổng làng trước ngày 20/5/2022.", "Tháo băng rôn cũ đã phai màu.", "Chụp ảnh gửi về Phòng Văn hóa."]
END = ["Đề nghị các xã nghiêm túc thực hiện./.", "", "Nơi nhận:\tTRƯỞNG PHÒNG", "- Như trên;", "- Lưu: VT.", "\tTrần Thị Bông"]
TEXT = "\n".join([*LINES, *(f"{n}. {item}" for n, item in enumerate(ITEMS, 1)), *END]) + "\n"


def numbered(document: "docx.document.Document", num_fmt: str, lvl_text: str) -> str:
    """Add an automatic list to the document; gives its numId."""
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for tag, value in (("w:start", "1"), ("w:numFmt", num_fmt), ("w:lvlText", lvl_text)):
        node = OxmlElement(tag)
        node.set(qn("w:val"), value)
        level.append(node)
    abstract.append(level)
    numbering.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "77")
    number.append(link)
    numbering.append(number)
    return "77"


def in_list(paragraph: "docx.text.paragraph.Paragraph", number: str) -> None:
    properties = paragraph._p.get_or_add_pPr()
    link = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", "0"), ("w:numId", number)):
        node = OxmlElement(tag)
        node.set(qn("w:val"), value)
        link.append(node)
    properties.append(link)


def word_file(path: Path, num_fmt: str = "decimal", lvl_text: str = "%1.") -> Path:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    left.text = "UBND HUYỆN TAM GIANG\nPHÒNG VĂN HÓA\nSố: 15/PVH\nV/v treo băng rôn"
    right.text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nTam Giang, ngày 4 tháng 5 năm 2022"
    for line in LINES[5:]:
        document.add_paragraph(line)
    number = numbered(document, num_fmt, lvl_text)
    for item in ITEMS:
        in_list(document.add_paragraph(item), number)
    for line in END:
        document.add_paragraph(line)
    document.sections[0].footer.paragraphs[0].text = "Trang in thử"
    document.save(str(path))
    return path


def pdf_file(path: Path) -> Path:
    source = "\n\n".join(line.replace("\t", " #h(2cm) ").replace("*", "\\*").replace("- ", "\\- ") for line in TEXT.splitlines() if line)
    source = source.replace("1. ", "1\\. ").replace("2. ", "2\\. ").replace("3. ", "3\\. ")
    path.write_bytes(typst.compile(source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True))
    return path


def code(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        documents.extract(path)
    return caught.value.code


def check(found: documents.Extracted) -> None:
    reading = read(found.text)
    assert reading.number and reading.number.value == "15/PVH"
    assert reading.issued_on and reading.issued_on.value.isoformat() == "2022-05-04"
    assert [task.text for task in reading.tasks] == ITEMS
    assert reading.signatory and reading.signatory.name and reading.signatory.name.value == "Trần Thị Bông"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_in_unicode(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode(encoding))
    check(documents.extract(path))


def test_plain_text_in_windows_1258(tmp_path: Path) -> None:
    tones = {"̀", "́", "̉", "̃", "̣"}
    path = tmp_path / "a.txt"
    path.write_bytes("".join(_with_tone_apart(char, tones) for char in TEXT).encode("cp1258"))
    found = documents.extract(path)
    assert found.method == "cp1258"
    check(found)


def _with_tone_apart(char: str, tones: set[str]) -> str:
    """The letter with its tone as a mark of its own, the way Windows-1258 writes it."""
    apart = unicodedata.normalize("NFD", char)
    marks = [c for c in apart[1:] if c in tones]
    return unicodedata.normalize("NFC", "".join(c for c in apart if c not in tones)) + "".join(marks)


@pytest.mark.parametrize("old", ["Céng hßa x· héi chñ nghÜa ViÖt Nam", "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"])
def test_plain_text_in_the_encodings_of_the_nineties(tmp_path: Path, old: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(old.encode("cp1252"))
    found = documents.extract(path)
    assert found.text == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    assert found.original_text == old


def test_bytes_that_are_no_vietnamese_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Приказ по школе".encode("koi8-r"))
    assert code(path) == "document.encoding"


@pytest.mark.parametrize(("fmt", "label", "first"), [("decimal", "%1.", "1"), ("lowerLetter", "%1)", "a"), ("upperRoman", "%1.", "I"), ("bullet", "-", "-")])
def test_word_with_automatic_numbers(tmp_path: Path, fmt: str, label: str, first: str) -> None:
    found = documents.extract(word_file(tmp_path / "a.docx", fmt, label))
    assert found.media_type == t.DOCX
    assert f"\n{label.replace('%1', first)} {ITEMS[0]}" in found.text
    assert "Trang in thử" not in found.text
    check(found)


def test_word_text_boxes_and_deleted_words(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Đầu dòng. ")
    box = OxmlElement("w:txbxContent")
    inner = OxmlElement("w:p")
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.text = "Chữ trong khung."
    run.append(words)
    inner.append(run)
    box.append(inner)
    paragraph.runs[0]._r.append(box)
    gone = OxmlElement("w:del")
    gone_run, gone_words = OxmlElement("w:r"), OxmlElement("w:delText")
    gone_words.text = "Chữ đã xóa."
    gone_run.append(gone_words)
    gone.append(gone_run)
    paragraph._p.append(gone)
    document.save(str(tmp_path / "a.docx"))
    found = documents.extract(tmp_path / "a.docx")
    assert "Chữ trong khung." in found.text
    assert "đã xóa" not in found.text


def test_pdf_with_text(tmp_path: Path) -> None:
    found = documents.extract(pdf_file(tmp_path / "a.pdf"))
    assert (found.media_type, found.pages, found.method) == (t.PDF, 1, "pdftotext")
    check(found)


def picture(path: Path) -> Path:
    image = Image.new("L", (1700, 1500), 255)
    font = ImageFont.truetype(str(next(f for f in FONTS.glob("*.ttf") if "Regular" in f.name)), 40)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(TEXT.expandtabs(8).splitlines()):
        draw.text((60, 40 + 62 * row), line, fill=0, font=font)
    image.save(path, dpi=(200, 200))
    return path


@pytest.mark.parametrize("suffix", ["png", "jpg", "pdf"])
def test_scans_are_read_by_tesseract(tmp_path: Path, suffix: str) -> None:
    found = documents.extract(picture(tmp_path / f"a.{suffix}"))
    assert found.method == "tesseract:vie"
    assert "document.scanned" in found.warnings
    assert [task.text[:14] for task in read(found.text).tasks] == [item[:14] for item in ITEMS]


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    pages = [Image.open(picture(tmp_path / f"{n}.png")) for n in range(2)]
    pages[0].save(tmp_path / "a.pdf", save_all=True, append_images=pages[1:])
    told: list[tuple[int, int]] = []
    documents.extract(tmp_path / "a.pdf", progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_an_empty_picture_has_no_text(tmp_path: Path) -> None:
    Image.new("L", (400, 400), 255).save(tmp_path / "a.png")
    assert code(tmp_path / "a.png") == "document.no_text"


def test_rich_text(tmp_path: Path) -> None:
    rtf = "{\\rtf1\\ansi " + "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in TEXT.replace("\t", "\\tab ").replace("\n", "\\par\n")) + "}"
    (tmp_path / "a.rtf").write_text(rtf)
    found = documents.extract(tmp_path / "a.rtf")
    assert found.media_type == t.RTF
    assert ITEMS[1] in found.text


def test_open_document_with_automatic_numbers_and_a_table(tmp_path: Path) -> None:
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table", "style"))
    left, right = ("".join(f"<text:p>{line.split(chr(9))[side]}</text:p>" for line in LINES[:3]) for side in (0, 1))
    head = (
        f"<table:table><table:table-row><table:table-cell>{left}</table:table-cell><table:table-cell>{right}</table:table-cell></table:table-row></table:table>"
    )
    style = '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/></text:list-style>'
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in ITEMS)
    body = "".join(f"<text:p>{line.replace(chr(9), '<text:tab/>')}</text:p>" for line in LINES[3:]) + f'<text:list text:style-name="L1">{items}</text:list>'
    body += "".join(f"<text:p>{line.replace(chr(9), '<text:tab/>')}</text:p>" for line in END)
    automatic = f"<office:automatic-styles>{style}</office:automatic-styles>"
    content = f"<office:document-content{spaces}>{automatic}<office:body><office:text>{head}{body}</office:text></office:body></office:document-content>"
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("mimetype", t.ODT)
        archive.writestr("content.xml", content)
    found = documents.extract(tmp_path / "a.odt")
    assert found.media_type == t.ODT
    check(found)


def test_nothing_is_left_in_the_home_directory(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "a.html").write_text(f"<html><body><p>{ITEMS[0]}</p></body></html>", encoding="utf-8")
    script = "import sys; from pathlib import Path; from tracker.adapters.documents import extract; extract(Path(sys.argv[1]))"
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.html")], check=True, env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, cwd=Path(__file__).parents[2]
    )
    assert list(home.rglob("*")) == []


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.txt", "a.doc"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert code(tmp_path / name) == "document.empty"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = word_file(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/big.xml", b"0" * 60_000_000)
    assert path.stat().st_size < 200_000
    assert code(path) == "document.bomb"


def test_a_renamed_program_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"MZ\x90\x00\x03" + bytes(range(256)) * 20)
    assert code(tmp_path / "a.docx") == "document.unsupported"


@pytest.mark.parametrize("name", ["a.docx", "a.pdf"])
def test_half_a_file(tmp_path: Path, name: str) -> None:
    whole = word_file(tmp_path / "w.docx") if name == "a.docx" else pdf_file(tmp_path / "w.pdf")
    (tmp_path / name).write_bytes(whole.read_bytes()[:900])
    assert code(tmp_path / name) in ("document.unreadable", "document.unsupported")


def test_a_docx_with_another_part_in_front(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<not closed")
    assert code(tmp_path / "a.docx") == "document.unreadable"


def zipped(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_types", "[Content_Types].xml"), content)
    return buffer.getvalue()


def ole(*names: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(n.encode("utf-16-le") + bytes(16) for n in names)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n...", t.PDF),
        (ole("Root Entry", "WordDocument"), t.DOC),
        (ole("Root Entry", "Workbook"), t.XLS),
        (ole("Root Entry", "EncryptedPackage"), t.UNKNOWN),
        (ole("Root Entry", "PowerPoint Document"), t.UNKNOWN),
        (zipped(_types="", **{"word__document.xml": ""}), t.DOCX),
        (zipped(_types="", **{"xl__workbook.xml": ""}), t.XLSX),
        (zipped(_types="", **{"word__document.xml": "", "word__vbaProject.bin": ""}), t.UNKNOWN),
        (zipped(mimetype=t.ODT), t.ODT),
        (zipped(mimetype=t.ODS), t.ODS),
        (zipped(readme="a"), t.ZIP),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", t.JPG),
        (b"\x89PNG\r\n\x1a\n....", t.PNG),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", t.HEIC),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00", t.UNKNOWN),
        (b"{\\rtf1 a}", t.RTF),
        (b"<!DOCTYPE html><html></html>", t.HTML),
        (b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nBody", t.EML),
        ("Kính gửi: các xã".encode(), t.TXT),
        ("Kính gửi: các xã".encode("utf-16"), t.TXT),
        (b"MZ\x90\x00", t.UNKNOWN),
        (b"\x7fELF\x02\x01", t.UNKNOWN),
        (b"", t.UNKNOWN),
    ],
)
def test_what_a_file_is_by_its_bytes(data: bytes, expected: str) -> None:
    assert sniff(data, "a.pdf") == expected
