"""What the rules ask of an official document, read back from the .docx and the .pdf of every profile: a report and a letter each."""
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from tests.adapters.layout_asked import PARTY, STATE, Asked
from tests.adapters.layout_read import Line, Pdf, Word
from tracker.adapters import docx, pdf
from tracker.adapters.fonts import width_mm
from tracker.domain import letterheads, profiles
from tracker.domain.profiles import PARTY_2018, STATE_2011, STATE_2020, UNION_2011, UNION_2020, Profile
from tracker.domain.report import Letterhead
from tracker.domain.report_layout import Annex, Bar, Chart, Column, Document, Heading, Paragraph, Table

BEFORE, SINCE = date(2020, 3, 4), date(2020, 3, 5)
LONG = (
    "Thực hiện nhiệm vụ được giao, các đơn vị đã rà soát từng địa bàn, kiện toàn tổ tiết kiệm và vay vốn, kiểm tra việc sử dụng vốn vay của hộ và "
    "báo cáo kết quả theo đúng thời hạn; những việc chưa xong được nêu rõ nguyên nhân, người chịu trách nhiệm và ngày hoàn thành."
)
HEADS = {
    profiles.STATE: ("UBND TỈNH THANH HÓA", "SỞ NÔNG NGHIỆP", "/BC-SNN", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    profiles.PARTY: ("ĐẢNG BỘ TỈNH THANH HÓA", "BAN DÂN VẬN TỈNH ỦY", "-BC/BDVTU", "K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
    profiles.UNION: ("HỘI NÔNG DÂN VIỆT NAM", "BCH HND TỈNH THANH HÓA", "-BC/HNDT", "T/M BAN THƯỜNG VỤ", "PHÓ CHỦ TỊCH"),
}
#: Each profile with a day on which it holds.
CASES = ((STATE_2011, BEFORE), (STATE_2020, SINCE), (PARTY_2018, SINCE), (UNION_2011, BEFORE), (UNION_2020, SINCE))
NAMES = [profile.key for profile, _ in CASES]


#: The order in which the parts stand (Nghị định 30/2020/NĐ-CP, Phụ lục I, mục IV: sơ đồ bố trí; 36-HD/VPTW, Phụ lục 1), left column first.
ORDER = (
    "parent", "issuer", "nation", "motto", "banner", "number", "subject", "place_date", "kind", "abstract", "to", "heading", "body", "copies_title",
    "copies", "authority", "position", "signer", "annex_label", "annex_title", "annex_origin",
)


def asked_of(profile: Profile) -> tuple[Asked, ...]:
    """The table for a profile: the unions follow the State's (Article 2.2 of the decree), as the circular of 2011 asks for the same faces."""
    return PARTY if profile.style == profiles.PARTY else STATE


def said(profile: Profile, kind: str) -> dict[str, str]:
    """Each part that this document has, and how its words begin."""
    parent, issuer, _, authority, position = HEADS[profile.style]
    words = {
        "nation": "CỘNG HÒA XÃ HỘI", "motto": "Độc lập - Tự do", "banner": "ĐẢNG CỘNG SẢN", "parent": parent, "issuer": issuer, "number": "Số",
        "place_date": "Thanh Hóa, ngày 05 tháng 3 năm 2020" if profile.valid_from == SINCE or profile is PARTY_2018 else "Thanh Hóa, ngày 04",
        "kind": "BÁO CÁO", "abstract": "Kết quả thực hiện", "subject": "V/v đôn đốc", "to": "Kính gửi:", "heading": "I. KẾT QUẢ", "body": "Thực hiện nhiệm vụ",
        "authority": authority, "position": position, "signer": "Lê Thị Minh Hà", "copies_title": "Nơi nhận:", "copies": "- Lưu: VT.",
        "annex_label": "Phụ lục", "annex_title": "DANH SÁCH ĐƠN VỊ", "annex_origin": "(Kèm theo",
    }
    without = {"kind", "abstract"} if kind == "letter" else {"subject"}
    without |= {"nation", "motto"} if profile is PARTY_2018 else {"banner"}
    return {part: text for part, text in words.items() if part not in without}


def document(profile: Profile, on: date, kind: str) -> Document:
    """A document with every part that the rules speak of, two pages of text and an annex over two pages."""
    parent, issuer, symbol, authority, position = HEADS[profile.style]
    head = Letterhead(
        parent, issuer, "Thanh Hóa", symbol, profile.star, authority, position, "Lê Thị Minh Hà", "Ban Thường vụ Tỉnh ủy", "", ("Như trên;", "Lưu: VT."),
        profile.style)
    chart = Chart("Biểu đồ. Kết quả theo đơn vị", "Hai đơn vị, một đơn vị quá hạn 2 việc.", (("Xong", "done"), ("Quá hạn", "over")), (
        Bar("Huyện Hà Trung", (3, 2)), Bar("Huyện Nga Sơn", (5, 0))))
    rows = tuple((str(n), f"Xã Đông Sơn Thượng thuộc vùng dân tộc thiểu số và miền núi số {n}", "1.234") for n in range(1, 41))
    table = Table("Đơn vị", (Column("TT", 10, "center"), Column("Đơn vị", 60), Column("Số việc", 20, "center")), rows, ("", "Tổng cộng", "49.360"))
    made = Document(
        "BÁO CÁO", "Kết quả thực hiện công văn về ủy thác vay vốn", "(Số liệu chốt)", f"Thanh Hóa, ngày {on.day:02d} tháng {on.month} năm {on.year}",
        head, (Heading(1, "I. KẾT QUẢ CHUNG"), *[Paragraph(LONG)] * 6, chart, Heading(2, "1. Việc còn lại"), *[Paragraph(LONG)] * 7),
        (Annex("Phụ lục", "DANH SÁCH ĐƠN VỊ", (table,)),), number="" if kind == "report" else f"12{symbol}",
        origin="(Kèm theo Báo cáo số 12 ngày 05/3/2020 của đơn vị)",
    )
    return made if kind == "report" else replace(made, title="", subject="V/v đôn đốc thực hiện nhiệm vụ", to=("Ủy ban nhân dân huyện Hà Trung",))


@cache
def files(key: str, kind: str) -> tuple[Word, Pdf]:
    """Both files of one document, read back."""
    profile, on = next(case for case in CASES if case[0].key == key)
    made = document(profile, on, kind)
    return Word(docx.package(made, on)), Pdf(pdf.draw(made, on))


def every(test):  # type: ignore[no-untyped-def]
    """Runs a test for each profile, report and letter."""
    return pytest.mark.parametrize("kind", ["report", "letter"])(pytest.mark.parametrize("profile", [p for p, _ in CASES], ids=NAMES)(test))


def line_of(lines: list[Line], text: str) -> Line:
    """The first line that begins so."""
    return next(line for line in lines if line.text.startswith(text))


@every
def test_faces_in_the_docx(profile: Profile, kind: str) -> None:
    word, _ = files(profile.key, kind)
    words, parts = said(profile, kind), word.parts()
    for asked in (one for one in asked_of(profile) if one.part in words):
        found = next(part for part in parts if part.text.startswith(words[asked.part]))
        assert asked.least <= found.size <= asked.most, (asked, found)
        assert (found.bold, found.italic, found.underline, found.align) == (asked.bold, asked.italic, asked.underline, asked.align), (asked, found)
    assert 'w:ascii="Times New Roman"' in word.files["word/styles.xml"].decode() and '<w:color w:val="000000"/>' in word.files["word/styles.xml"].decode()


@every
def test_faces_in_the_pdf(profile: Profile, kind: str) -> None:
    word, file = files(profile.key, kind)
    words, lines, parts = said(profile, kind), file.lines(), word.parts()
    middle = {"left": 30 + profile.head[0] / 2, "right": 30 + profile.head[0] + profile.head[1] / 2, "page": 30 + 165 / 2}
    columns = dict.fromkeys(("parent", "issuer", "number", "subject"), "left") | dict.fromkeys(("nation", "motto", "banner", "place_date"), "right")
    for asked in (one for one in asked_of(profile) if one.part in words):
        found = line_of(lines, words[asked.part])
        assert asked.least <= found.size <= asked.most and (found.bold, found.italic) == (asked.bold, asked.italic), (asked, found)
        assert found.size == next(part for part in parts if part.text.startswith(words[asked.part])).size
        assert "LiberationSerif" in found.font
        if asked.part in columns and not (asked.part == "number" and kind == "report"):
            assert (found.left + found.right) / 2 == pytest.approx(middle[columns[asked.part]], abs=1), asked
        elif asked.part in ("kind", "abstract"):
            assert (found.left + found.right) / 2 == pytest.approx(middle["page"], abs=1), asked
    assert file.sizes[0] == pytest.approx((210, 297), abs=0.2) and file.sizes[-1] == pytest.approx((297, 210), abs=0.2)


@every
def test_the_order_of_the_parts(profile: Profile, kind: str) -> None:
    word, file = files(profile.key, kind)
    words = said(profile, kind)
    expected = [part for part in ORDER if part in words]
    for seen in ([part.text for part in word.parts()], [line.text for line in file.lines()]):
        places = [next(n for n, text in enumerate(seen) if text.startswith(words[part])) for part in expected]
        assert places == sorted(places), list(zip(expected, places, strict=True))
    assert any(part.text == "*" for part in word.parts()) == profile.star == (profile.style != profiles.STATE)
    text = word.text()
    assert ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA" in text) != (profile is PARTY_2018) and ("ĐẢNG CỘNG SẢN VIỆT NAM" in text) == (profile is PARTY_2018)
    # II.3.b of the decree asks for a colon behind "Số"; the Party's table writes "Số 127-QĐ/TW", and 931-CV/HNDT follows it.
    assert ("Số:" in text) == (profile.style == profiles.STATE)


@every
def test_margins(profile: Profile, kind: str) -> None:
    """I.1, I.3 of the decree (36-HD/VPTW alike): A4; top and bottom 20-25 mm, left 30-35, right 15-20; annexes across keep them."""
    word, file = files(profile.key, kind)
    upright, across = word.margins()
    for edges in (upright, across):
        assert 20 <= edges["top"] <= 25 and 20 <= edges["bottom"] <= 25 and 30 <= edges["left"] <= 35 and 15 <= edges["right"] <= 20
    assert (upright["wide"], upright["high"], across["wide"], across["high"]) == (210, 297, 297, 210)
    for page, (wide, high) in enumerate(file.sizes):
        inside = [line for line in file.lines() if line.page == page and line.text != str(page + 1)]
        assert min(line.left for line in inside) >= 29.9 and max(line.right for line in inside) <= wide - 15 + 0.1
        assert min(line.base for line in inside) >= 20 and max(line.base for line in inside) <= high - 20 + 0.1
    full = [line for line in file.lines(1) if line.text.startswith(("báo cáo", "kiện toàn", "sử dụng")) or "tiết kiệm và vay vốn" in line.text]
    assert full and max(line.right for line in full) == pytest.approx(195, abs=0.3)


@every
def test_spacing_of_the_text(profile: Profile, kind: str) -> None:
    """II.6.d: first line in by 1 or 1.27 cm, at least 6 points between paragraphs, lines from single to 1.5; 36-HD/VPTW: 18 points."""
    word, file = files(profile.key, kind)
    asked = word.spacing("Body")
    assert asked["lineRule"] == "exact" and int(asked["line"]) / 20 == profile.line and int(asked["after"]) / 20 >= 6
    assert int(asked["firstLine"]) / 56.69 == pytest.approx(10, abs=0.1)
    text = [line for line in file.lines(1) if line.size == profile.faces["body"].size and not line.bold]
    at = next(n for n, line in enumerate(text) if line.text.startswith("Thực hiện nhiệm vụ"))
    assert text[at].left == pytest.approx(40, abs=0.2)
    step = (text[at + 1].base - text[at].base) * 72 / 25.4
    assert step == pytest.approx(profile.line, abs=0.1) and 1.149 * 14 <= step <= 1.5 * 1.149 * 14
    again = next(line for line in text[at + 1:] if line.text.startswith("Thực hiện nhiệm vụ"))
    lines = text.index(again) - at
    assert (again.base - text[at].base) * 72 / 25.4 == pytest.approx(lines * step + profile.between, abs=0.2) and profile.between >= 6


@every
def test_short_lines_under_the_head(profile: Profile, kind: str) -> None:
    """II.1.b: under the motto a line as long as it; II.2.b, II.5.b: under issuer and abstract a third to a half of theirs; 36-HD: under the title as long."""
    word, file = files(profile.key, kind)
    rules, lines = file.rules(0), file.lines(1)
    right = line_of(lines, profile.banner[-1][0][:12])
    long = min(rules, key=lambda rule: abs(rule.top - right.base) + abs(rule.left - right.left))
    assert long.length == pytest.approx(right.right - right.left, abs=0.5) and 0 < long.top - right.base < 3
    text, face = profile.banner[-1]
    drawn = [int(p.get(key)) for p in word.body.iter("{*}ind") for key in p.attrib if key.endswith("}right")]
    assert any(profile.head[1] - 2 * side / 56.69 == pytest.approx(width_mm(text, profile.faces[face].size, True), abs=0.2) for side in drawn)
    named = {"issuer": HEADS[profile.style][1]} if not profile.star else {}
    named |= {"abstract": "Kết quả thực hiện công văn về ủy thác vay vốn"} if kind == "report" else {}
    for part, words in named.items():
        over = line_of(lines, words[:12])
        short = min(rules, key=lambda rule: abs(rule.top - over.base - 2))
        assert 1 / 3 <= short.length / (over.right - over.left) <= 1 / 2, part
        assert (short.left + short.right) / 2 == pytest.approx((over.left + over.right) / 2, abs=0.5)


@every
def test_page_numbers(profile: Profile, kind: str) -> None:
    """I.7 of the decree: from the second page, in the middle of the top margin. Circular 01/2011: at the right of the bottom margin."""
    word, file = files(profile.key, kind)
    lines, pages = file.lines(), len(file.sizes)
    asked = next(one for one in asked_of(profile) if one.part == "page_number")
    top = profile.page_number == "top"
    assert top == (profile.key not in (STATE_2011.key, UNION_2011.key))
    for page, (wide, high) in enumerate(file.sizes):
        found = [line for line in lines if line.page == page and (line.base < 20 if top else line.base > high - 19.9)]
        assert [line.text for line in found] == ([str(page + 1)] if page else [])
        for line in found:
            assert asked.least <= line.size <= asked.most and not line.bold and not line.italic
            assert (line.left + line.right) / 2 == pytest.approx(30 + (wide - 45) / 2, abs=0.5) if top else line.right == pytest.approx(wide - 15, abs=0.5)
    assert pages >= 4
    number = word.files["word/header1.xml" if top else "word/footer1.xml"].decode()
    assert " PAGE " in number and f'w:val="{"center" if top else "right"}"' in number
    assert f'<w:sz w:val="{round(profile.faces["page_number"].size * 2)}"/>' in number
    assert len(list(word.body.iter("{*}titlePg"))) == 1


@every
def test_tables_over_pages(profile: Profile, kind: str) -> None:
    """The head comes again on every page, no row is torn, the total is not alone, forty long names stand whole."""
    word, file = files(profile.key, kind)
    first = next(page for page, (wide, _) in enumerate(file.sizes) if wide > 290)
    for page in range(first, len(file.sizes)):
        lines = [line.text for line in file.lines() if line.page == page]
        assert any("Số việc" in line for line in lines)
        assert sum("thiểu số và miền núi" in line for line in lines) >= 1
    everything = " ".join(line.text for line in file.lines())
    assert all(f"miền núi số {n}" in everything for n in range(1, 41)) and "Tổng cộng" in everything
    table = list(word.body.iter("{*}tbl"))[-1]
    rows = list(table.iter("{*}tr"))
    assert all(list(row.iter("{*}cantSplit")) for row in rows) and list(rows[0].iter("{*}tblHeader")) and list(rows[-2].iter("{*}keepNext"))


@every
def test_the_signature_stands_beside_the_copies(profile: Profile, kind: str) -> None:
    """II.9.c: Nơi nhận on the line of the signer's authority, at the left edge; IV: the signature at the right."""
    _, file = files(profile.key, kind)
    lines, words = file.lines(), said(profile, kind)
    copies, authority, signer = (line_of(lines, words[part]) for part in ("copies_title", "authority", "signer"))
    assert (copies.page, copies.left) == (authority.page, pytest.approx(30, abs=0.2)) and abs(copies.base - authority.base) < 1.5
    assert authority.left > 105 and signer.left > 105 and (authority.left + authority.right) / 2 == pytest.approx((signer.left + signer.right) / 2, abs=0.5)
    number, day = line_of(lines, "Số"), line_of(lines, "Thanh Hóa, ngày")
    assert number.base == pytest.approx(day.base, abs=0.3), "II.4.c: on one line with number and symbol"


def test_every_value_names_its_source() -> None:
    for profile in profiles.ALL:
        assert {asked.part for asked in asked_of(profile)} == set(profile.faces)
        assert all(face.source for face in profile.faces.values())
        assert profile.margins.source and profile.number_source and profile.star_source and profile.spacing_source and profile.page_number_source
        assert sum(profile.head) == 210 - profile.margins.left - profile.margins.right


@pytest.mark.parametrize(("style", "on", "expected"), [
    ("state", date(2020, 3, 4), STATE_2011), ("state", SINCE, STATE_2020), ("union", date(2019, 1, 1), UNION_2011), ("union", SINCE, UNION_2020),
    ("party", date(2019, 1, 1), PARTY_2018), ("party", SINCE, PARTY_2018), ("", date(1990, 1, 1), STATE_2011), ("unheard of", date(2026, 1, 1), STATE_2020),
])
def test_the_day_of_the_document_chooses(style: str, on: date, expected: Profile) -> None:
    assert profiles.of(style, on) is expected


def test_a_letterhead_without_a_style_follows_its_star() -> None:
    head = Letterhead("", "A", "B", "-BC/C", star=True)
    assert letterheads.profile(head, SINCE) is UNION_2020 and letterheads.profile(replace(head, star=False), SINCE) is STATE_2020


@pytest.mark.parametrize(("number", "issuer", "text", "style"), [
    ("931-CV/HNDT", "BCH HND TỈNH THANH HOÁ", "HỘI NÔNG DÂN VIỆT NAM\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "union"),
    ("15-CV/TU", "TỈNH ỦY THANH HÓA", "TỈNH ỦY THANH HÓA\tĐẢNG CỘNG SẢN VIỆT NAM\n*", "party"),
    ("15-CV/HU", "HUYỆN ỦY NGA SƠN", "Nội dung dán vào, không có phần đầu", "party"),
    ("4532/UBND-KSTTHC", "ỦY BAN NHÂN DÂN TỈNH", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\n" + "x" * 900 + "ĐẢNG CỘNG SẢN VIỆT NAM", "state"),
    ("15-CV/TU", "TỈNH ỦY THANH HÓA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTheo ý kiến của ĐẢNG CỘNG SẢN VIỆT NAM", "union"),
    (None, "", "", "state"),
])
def test_the_dispatch_says_which_layout_it_follows(number: str | None, issuer: str, text: str, style: str) -> None:
    assert letterheads.style(number, issuer, text) == style
