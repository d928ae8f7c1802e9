"""Formal letters: what belongs into one and since when, its words for one unit and for many, and what is kept of its lines."""
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import letter_data
from tests.letter_data import AS_OF, STATE
from tracker.domain import letter_document, letterheads, letters
from tracker.domain.letters import FIX, OVER, QUIET
from tracker.domain.report import Letterhead


def ago(days: int) -> date:
    return AS_OF - timedelta(days)


@pytest.mark.parametrize(("due", "fix_by", "review", "since", "reason"), [
    (ago(1), None, None, ago(50), (OVER, 1)),  # late begins the day after the due date
    (AS_OF, None, None, ago(50), None),
    (ago(9), AS_OF, None, ago(50), None),  # what was returned is late only once the day to mend it has passed
    (None, ago(2), None, ago(50), (FIX, 2)),
    (ago(9), ago(2), None, ago(50), (OVER, 9)),
    (AS_OF, ago(2), None, ago(50), (FIX, 2)),
    (None, None, None, ago(30), (QUIET, 30)),
    (None, None, None, ago(29), None),
    (None, None, ago(1), ago(3), (QUIET, 3)),
    (None, None, AS_OF, ago(3), None),
    (AS_OF, None, ago(1), ago(50), None),
])
def test_what_belongs_into_a_letter(due: date | None, fix_by: date | None, review: date | None, since: date, reason: tuple[str, int] | None) -> None:
    assert letters.reason_of(AS_OF, due, fix_by, review, since) == reason


def test_a_line_is_read_back_as_it_was_kept() -> None:
    for line in letter_data.lines():
        assert letters.from_json(letters.to_json(line)) == line
    assert letters.to_json(letter_data.lines()[0])["due_on"] == "2026-09-04"


def said(kind: str, units: int, start: str) -> list[str]:
    return [text for text in letters.body(letter_data.facts(kind, units)).splitlines() if text.startswith(start)]


def test_how_often_units_were_reminded_is_said_as_it_was() -> None:
    one, two, three = (letter_data.lines(1)[0], *letter_data.lines(3)[-2:])
    facts = letter_data.facts("criticise")

    def told(*reminded: int) -> str:
        body = letters.body(replace(facts, lines=tuple(replace(one, unit_id=n, reminded=times) for n, times in enumerate(reminded))))
        return next((text for text in body.splitlines() if "được nhắc" in text), "")

    assert told(2) == "Nhiệm vụ nêu trên đã được nhắc 2 lần nhưng đến nay vẫn chưa hoàn thành."
    assert told(2, 2) == "Các nhiệm vụ nêu trên đã được nhắc 2 lần nhưng đến nay vẫn chưa hoàn thành."
    assert told(1, 3).startswith("Các nhiệm vụ nêu trên đã được nhắc từ 1 đến 3 lần") and told(0, 0) == ""
    assert told(0, 2) == "Trong đó, 1 nhiệm vụ đã được nhắc 2 lần nhưng đến nay vẫn chưa hoàn thành."
    assert said("urge", 8, "Trong đó") == [] and (two.reason, three.reason) == (OVER, FIX)


def test_a_letter_to_one_unit_speaks_to_it() -> None:
    (line,) = letter_data.lines(1)
    quiet = replace(line, reason=QUIET, days=40, due_on=None, original_due_on=None, since=ago(40))
    facts = replace(letter_data.facts("criticise", 1), lines=(quiet,), office="", email="", reply_by=None)
    first, standing, told, *asked, last = letters.body(facts).splitlines()
    assert first.endswith("giao nhiệm vụ cho đơn vị thực hiện.") and last == "Yêu cầu đơn vị nghiêm túc thực hiện./."
    assert standing == (
        "Qua theo dõi, đến ngày 08/09/2026, đơn vị còn 1 nhiệm vụ không ấn định thời hạn chưa gửi kết quả, đã 40 ngày (chi tiết tại Phụ lục kèm theo).")
    assert told.startswith("Ban Chấp hành Hội Nông dân tỉnh Thanh Hóa phê bình đơn vị vì") and asked[-1] == "3. Báo cáo kết quả kiểm điểm và kết quả thực hiện."
    assert letters.subject(facts) == "V/v phê bình việc chậm thực hiện Công văn số 931-CV/HNDT ngày 11/08/2026"
    two = letters.body(replace(facts, lines=(line, replace(line, assignment_id=9, days=6))))
    assert "đơn vị còn 2 nhiệm vụ đã quá thời hạn mà chưa hoàn thành, lâu nhất 6 ngày (chi tiết" in two


def test_the_annex_says_whether_anything_is_late_and_tells_a_finding_to_its_own_unit_alone() -> None:
    (line,) = letter_data.lines(1)
    finding = replace(line, kind="finding", task="Dư nợ quá hạn cao")
    paper = replace(letter_data.paper("urge", 1), lines=(finding,))
    assert letter_document.compose(paper).annexes[0].blocks[0].rows[0][2] == "Dư nợ quá hạn cao"  # type: ignore[union-attr]
    quiet = replace(line, reason=QUIET, days=40, due_on=None, original_due_on=None)
    annex = letter_document.compose(replace(paper, lines=(quiet, quiet))).annexes[0]
    assert annex.title == "NHIỆM VỤ CHƯA CÓ KẾT QUẢ CỦA HỘI NÔNG DÂN HUYỆN HÀ TRUNG" and annex.blocks[0].total[1:3] == ("Cộng", "2 nhiệm vụ")  # type: ignore[union-attr]
    fix = letter_document.compose(replace(paper, lines=(replace(line, reason=FIX, original_due_on=None),))).annexes[0].blocks[0].rows[0]  # type: ignore[union-attr]
    assert fix[3:6] == ("không ấn định", "sửa lại chậm nhất 04/09/2026", "4")
    assert letter_document.compose(replace(paper, body="\n\n- một\nhai")).blocks[0].style == "item"  # type: ignore[union-attr]


@pytest.mark.parametrize(("above", "units", "to"), [
    (letter_data.ABOVE, 6, "Hội Nông dân huyện Hà Trung"),
    (letter_data.ABOVE, 7, "Hội Nông dân các huyện, thị xã, thành phố (theo danh sách kèm theo)"),
    (STATE, 7, "Ủy ban nhân dân các huyện, thị xã, thành phố (theo danh sách kèm theo)"),
])
def test_many_units_are_addressed_together(above: Letterhead, units: int, to: str) -> None:
    found = letter_document.addressees(above, letter_data.NAMES[:units])
    assert found[0] == to and len(found) == (6 if units == 6 else 1)


def test_an_office_of_one_place_only_addresses_units_by_their_names() -> None:
    head = replace(STATE, speaker="Sở Nông nghiệp")
    assert letterheads.addressed(head, "Huyện Hà Trung") == "Huyện Hà Trung" and letterheads.addressed(STATE, "Xã Yên Dương") == "Ủy ban nhân dân xã Yên Dương"
    assert letterheads.addressed_all(head, ("Huyện Hà Trung", "Xã Yên Dương")) == "Các huyện, xã"
    assert letterheads.addressed_all(head, ("Huyện Hà Trung", "Ban Quản lý")) == "Các đơn vị"


@pytest.mark.parametrize(("number", "symbol"), [
    ("931-CV/HNDT", "-CV/HNDT"), ("4532/UBND-VX", "/UBND-VX"), ("09/CT-UBND", "/UBND"), ("7/UBND", "/UBND"), (None, "/……")])
def test_the_symbol_of_a_letter_comes_from_the_dispatch(number: str | None, symbol: str) -> None:
    assert letterheads.letter_symbol(number) == symbol


@pytest.mark.parametrize(("typed", "symbol", "number"), [
    (" 9 ", "/UBND-VX", "09/UBND-VX"), ("12", "/UBND-VX", "12/UBND-VX"), ("9", "-CV/HNDT", "9-CV/HNDT"), ("9a", "/UBND-VX", "9a/UBND-VX"),
    ("15 - CV/HNDT", "-CV/HNDT", "15-CV/HNDT")])
def test_the_register_number_alone_is_given_the_symbol(typed: str, symbol: str, number: str) -> None:
    """A zero before a number under ten in the State's way: Decree 30/2020/NĐ-CP, annex I, II.3.b."""
    assert letterheads.numbered(typed, symbol) == number


@pytest.mark.parametrize(("number", "issuer", "text", "style"), [
    ("1-CV/HNDT", "BCH HND TỈNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "union"),
    ("1/UBND-VX", "UBND TỈNH", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "state"),
    ("1-CV/TU", "TỈNH ỦY THANH HÓA", "", "party"),
    ("1-CV/TU", "Văn phòng", "ĐẢNG CỘNG SẢN VIỆT NAM", "party"),
    ("1-CV/TU", "TỈNH ỦY THANH HÓA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "union"),
    ("1/UBND", "Văn phòng", "x" * 800 + "ĐẢNG CỘNG SẢN VIỆT NAM", "state"),
])
def test_the_layout_follows_the_titles_then_the_issuer_then_the_number(number: str, issuer: str, text: str, style: str) -> None:
    assert letterheads.style(number, issuer, text) == style


def test_a_letterhead_without_a_style_is_the_states_or_the_unions_by_its_star() -> None:
    on = date(2026, 9, 8)
    assert (letterheads.profile(STATE, on).key, letterheads.profile(letter_data.ABOVE, on).key) == ("state-2020", "union-2020")
    assert letterheads.profile(replace(STATE, style="party"), on).key == "party-2018" and letterheads.profile(STATE, date(2020, 3, 4)).key == "state-2011"
    assert letterheads.profile(STATE, date(2020, 3, 5)).key == "state-2020" and letterheads.profile(replace(STATE, style="other"), on).key == "state-2020"


@pytest.mark.parametrize(("issuer", "words"), [
    ("UBND TỈNH THANH HOÁ", "Ủy ban nhân dân tỉnh Thanh Hóa"), ("Sở  Y tế", "Sở Y tế"), ("VĂN PHÒNG", "Văn phòng"), ("BTV HND", "Ban Thường vụ Hội Nông dân")])
def test_an_issuer_in_a_sentence(issuer: str, words: str) -> None:
    assert letterheads.spoken(issuer, "Tỉnh Thanh Hóa") == words


def test_no_more_than_six_addressees_are_copied_to() -> None:
    head = letterheads.of_province(
        number="1-CV/HNDT", issuer="", parent="", province="Tỉnh Thanh Hóa", title=None, signer=None, style="state",
        addressees=[f"nơi {n}.; " for n in range(9)])
    assert head.recipients == (*(f"nơi {n};" for n in range(6)), "Lưu: VT.") and not head.star and head.issuer == "TỈNH THANH HÓA" and head.style == "state"
    own = letterheads.of_district(replace(STATE, issuer="SỞ Y TẾ", speaker="Sở Y tế", star=True, authority="KT. GIÁM ĐỐC\nx"), "Huyện Hà Trung", None, "Sở")
    assert (own.issuer, own.speaker, own.parent, own.authority) == ("HUYỆN HÀ TRUNG", "Huyện Hà Trung", "SỞ Y TẾ", "")
    assert own.recipients == ("Như kính gửi;", "Lưu: VT.")
