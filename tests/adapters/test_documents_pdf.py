"""PDFs that trip readers up: locked ones, number and date as form widgets, no poppler on the machine."""

import hashlib
import re
import time
from pathlib import Path

import pytest
import typst

from tests.adapters.test_documents import FONTS, check, pdf_file
from tracker.adapters import documents
from tracker.adapters.documents import scan
from tracker.adapters.documents.addresses import with_whole_addresses
from tracker.adapters.documents.pdf_tables import with_rows
from tracker.domain.errors import BadInput

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def assemble(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of which is the catalogue."""
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return out + head + table + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(out))


def rc4(key: bytes, data: bytes) -> bytes:
    """The cipher of old PDF locks."""
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def locked(password: bytes) -> bytes:
    """A page that opens with the password only (standard security handler, revision 2)."""
    padded, document_id, allowed = (password + _PAD)[:32], b"0123456789abcdef", -4
    owner = rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + (allowed & 0xFFFFFFFF).to_bytes(4, "little") + document_id).digest()[:5]
    stream = rc4(hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10], b"BT ET")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P %d /O <%s> /U <%s> >>" % (allowed, owner.hex().encode(), rc4(key, _PAD).hex().encode()),
    ]
    return assemble(objects, b"/Encrypt 5 0 R /ID [<%s><%s>]" % (document_id.hex().encode(), document_id.hex().encode()))


def with_widgets() -> bytes:
    """A page whose number and day are drawn by form fields, the way electronic signing leaves them."""
    line = b"BT /F1 12 Tf 40 250 Td (So:            /UBND-VP) Tj 150 0 Td (ngay      thang 5 nam 2022) Tj ET "
    page = line + b"BT /F1 12 Tf 40 200 Td (Kinh gui cac xa va cac thon trong huyen) Tj ET"

    def field(words: bytes) -> bytes:
        drawn = b"BT /F1 12 Tf 0 2 Td (" + words + b") Tj ET"
        return (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 40 14] /Resources << /Font << /F1 5 0 R >> >> /Length %d >>\nstream\n" % len(drawn)
            + drawn
            + b"\nendstream"
        )

    def widget(name: bytes, left: int, look: int) -> bytes:
        return b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (%s) /V (%s) /Rect [%d 248 %d 262] /F 4 /P 3 0 R /AP << /N %d 0 R >> >>" % (
            name,
            name,
            left,
            left + 40,
            look,
        )

    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R] >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 300] /Contents 4 0 R /Annots [6 0 R 7 0 R] /Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n" % len(page) + page + b"\nendstream",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
            widget(b"4711", 62, 8),
            widget(b"17", 216, 9),
            field(b"4711"),
            field(b"17"),
        ]
    )


def test_a_pdf_with_a_password(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(locked(b"mat khau"))
    with pytest.raises(BadInput) as caught:
        documents.extract(tmp_path / "a.pdf")
    assert caught.value.code == "document.encrypted"


def test_without_poppler_a_locked_pdf_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.pdf").write_bytes(locked(b"mat khau"))
    with pytest.raises(BadInput) as caught:
        documents.extract(tmp_path / "a.pdf")
    assert caught.value.code == "document.encrypted"


@pytest.mark.parametrize("poppler", [True, False])
def test_number_and_day_in_form_widgets_come_out_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, poppler: bool) -> None:
    if not poppler:
        monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.pdf").write_bytes(with_widgets())
    found = documents.extract(tmp_path / "a.pdf")
    line = next(line for line in found.text.splitlines() if "UBND" in line)
    assert line.index("4711") < line.index("/UBND") < line.index("17") < line.index("thang")
    assert (found.method, found.warnings) == (("pdftotext", ()) if poppler else ("pypdfium2", ("document.pdf_fallback",)))


@pytest.mark.parametrize("poppler", [True, False])
def test_a_dispatch_with_a_head_in_two_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, poppler: bool) -> None:
    if not poppler:
        monkeypatch.setenv("PATH", str(tmp_path))
    check(documents.extract(pdf_file(tmp_path / "a.pdf")))


def pages(*bodies: str, head: str = "", foot: str = "") -> bytes:
    """A PDF of these pages; in head and foot # is the page's number."""
    sheets = "\n#pagebreak()\n".join(body.replace("@", "\\@").replace("\n", "\n\n") for body in bodies)
    source = f"""#set page(header: context [{head.replace("#", "#counter(page).display()")}], footer: context [{foot.replace("#", "#counter(page).display()")}])
    {sheets}"""
    made = typst.compile(source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


@pytest.mark.parametrize("foot", ["#", "Trang #/3", "– # –", "Kế hoạch của huyện Tam Giang, trang #"])
def test_running_heads_and_page_numbers_are_left_out(tmp_path: Path, foot: str) -> None:
    bodies = [f"Việc của phần {word} giao cho các xã.\nMỗi xã cử một người." for word in ("đầu", "giữa", "cuối")]
    (tmp_path / "a.pdf").write_bytes(pages(*bodies, head="Hồ sơ lưu hành nội bộ của phòng", foot=foot))
    found = documents.extract(tmp_path / "a.pdf")
    assert found.original_text.count("lưu hành nội bộ") == 3
    lines = [line.strip() for line in found.text.split("\n") if line.strip()]
    assert lines[0] == "Hồ sơ lưu hành nội bộ của phòng"  # on the first page it could be the letterhead
    assert lines[1:] == [line for body in bodies for line in body.split("\n")]


def test_items_that_begin_each_page_alike_stay(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pages(*[f"{n}\\. Gửi báo cáo.\nPhần việc thứ {word} của các xã." for n, word in ((1, "một"), (2, "hai"), (3, "ba"))]))
    assert documents.extract(tmp_path / "a.pdf").text.count("Gửi báo cáo.") == 3


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("gửi về vanthu(at)\nhuyen.example trước", "vanthu(at)huyen.example trước"),
        ("gửi về vanthu(at)tam-\n   giang.example.", "vanthu(at)tam-giang.example."),
        ("gửi về vanthu(at)huyen.gov.\nvn.", "vanthu(at)huyen.gov.vn."),
        ("gửi về vanthu(at)huyen\n.gov.vn, và", "vanthu(at)huyen.gov.vn, và"),
        ("gửi về vanthu\n(at)huyen.example.", "vanthu(at)huyen.example."),
        ("gửi về vanthu(at)huy\nen.gov.vn.", "vanthu(at)huyen.gov.vn."),
    ],
)
def test_an_address_cut_by_the_line_end_is_whole_again(cut: str, whole: str) -> None:
    assert whole.replace("(at)", "@") in with_whole_addresses(cut.replace("(at)", "@"))


@pytest.mark.parametrize("text", ["vanthu(at)huyen.example.\nĐề nghị", "vanthu(at)huyen.gov.vn\nhuyen.example", "a(at)b.vn.\ncác xã", "điểm 5 @\n3", "@\n" * 9])
def test_what_is_no_cut_address_stays(text: str) -> None:
    text = text.replace("(at)", "@")
    assert with_whole_addresses(text) == text


def test_addresses_take_time_in_step_with_length() -> None:
    begun = time.monotonic()
    for piece in ("a" * 200_000, "a@" * 100_000, "a.b-" * 50_000 + "@", "a@b.\n" * 40_000):
        with_whole_addresses(piece + "@")
    assert time.monotonic() - begun < 5


def to_unicode(pairs: dict[int, str]) -> bytes:
    """The table that tells which letter each byte of a font is."""
    lines = b"".join(b"<%02X> <%s>\n" % (code, letter.encode("utf-16-be").hex().upper().encode()) for code, letter in pairs.items())
    content = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n1 begincodespacerange <00> <FF> endcodespacerange\n"
        + b"%d beginbfchar\n" % len(pairs) + lines + b"endbfchar endcmap end end"
    )
    return b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


def with_second_font(lines: list[str]) -> bytes:
    """A page whose plain letters come from one font and whose Vietnamese ones from another, all of them drawn after the plain ones."""
    foreign = {letter: 33 + number for number, letter in enumerate(sorted({c for line in lines for c in line if ord(c) > 126}))}
    plain, accented = [], []
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            tenths = 72 * column
            shown = b"1 0 0 1 %d.%d %d Tm <%02X> Tj" % (40 + tenths // 10, tenths % 10, 760 - 20 * row, foreign.get(letter, ord(letter)))
            (accented if letter in foreign else plain).append(shown)
    page = b"BT /F1 12 Tf " + b" ".join(plain) + b" ET BT /F2 12 Tf " + b" ".join(accented) + b" ET"
    widths = b" ".join([b"600"] * 224)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /FirstChar 32 /LastChar 255 /Widths [%s] " % widths
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 620 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n" % len(page) + page + b"\nendstream",
            font + b">>",
            font + b"/ToUnicode 7 0 R >>",
            to_unicode({code: letter for letter, code in foreign.items()}),
        ]
    )


SECOND = ["Kính gửi: Ủy ban nhân dân các xã, phường.", "1. Sửa đường trước ngày 20/5/2022.", "2. Đắp đập ở những thôn còn thiếu nước."]


@pytest.mark.parametrize("poppler", [True, False])
def test_letters_of_a_second_font_stand_in_their_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, poppler: bool) -> None:
    if not poppler:
        monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.pdf").write_bytes(with_second_font(SECOND))
    assert [" ".join(line.split()) for line in documents.extract(tmp_path / "a.pdf").text.split("\n") if line.strip()] == SECOND


TABLE = """Ủy ban nhân dân huyện giao nhiệm vụ như sau:
TT      Nội dung công việc        Đơn vị chủ trì     Thời gian
        Treo băng rôn ở cổng
1                                 UBND các xã        20/5/2022
        làng và bến xe

2       Tháo băng rôn cũ          Phòng Văn hóa      25/5/2022
        đã phai màu               phối hợp Đoàn xã
Các đơn vị nghiêm túc thực hiện./."""


def test_rows_of_a_table_stand_on_one_line_each() -> None:
    assert with_rows(TABLE).split("\n") == [
        "Ủy ban nhân dân huyện giao nhiệm vụ như sau:",
        "TT\tNội dung công việc\tĐơn vị chủ trì\tThời gian",
        "1\tTreo băng rôn ở cổng làng và bến xe\tUBND các xã\t20/5/2022",
        "2\tTháo băng rôn cũ đã phai màu\tPhòng Văn hóa phối hợp Đoàn xã\t25/5/2022",
        "Các đơn vị nghiêm túc thực hiện./.",
    ]


@pytest.mark.parametrize("text", ["", "TT   một", "STT    Nội dung     Hạn\nkhông cột nào ở đây cả và dòng này dài", "  1    2    3\n4"])
def test_what_is_no_table_stays(text: str) -> None:
    assert " ".join(with_rows(text).split()) == " ".join(text.split())


def test_form_fields_are_drawn_before_a_page_goes_through_ocr() -> None:
    """A scanned page that was signed electronically: its number and day are fields above the picture."""
    words = scan.extract_pdf(with_widgets(), "a.pdf").text
    assert "4711" in words and re.search(r"[1l]7\s+thang", words)
