"""Days that cannot all be right, and units that are gone on the day of issue."""

from datetime import date

import pytest

from tests.reading import letters
from tracker.reading import UnitRow, read
from tracker.reading.day_checks import check_days
from tracker.reading.page import Page

ISSUED = date(2021, 7, 6)


def warned(text: str, issued: date | None = ISSUED) -> list[str]:
    page = Page(text)
    paragraphs = page.paragraphs(0, len(page.lines))
    return [n.code for n in check_days(page, paragraphs, [p.span for p in paragraphs], issued)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Họp lúc 8 giờ thứ Hai, ngày 12/7/2021.", []),
        ("Họp lúc 8 giờ thứ Ba, ngày 12/7/2021.", ["date.weekday"]),
        ("Họp ngày 12/7 (thứ Hai).", []),
        ("Họp ngày 12 tháng 7 (thứ 6).", ["date.weekday"]),
        ("Họp Chủ nhật, ngày 18/7/2021", []),
        ("Ngày 13/7/2021, Thủ tướng Chính phủ chủ trì họp", []),
        ("Họp lần thứ hai ngày 14/7/2021", []),
        ("Trực từ ngày 10/7/2021 đến ngày 20/7/2021.", []),
        ("Trực từ ngày 20/7/2021 đến ngày 10/7/2021.", ["date.order"]),
        ("Trực từ ngày 20/7 đến ngày 10/7.", ["date.order"]),
        ("Trực từ ngày 25/12 đến ngày 05/01.", []),
        ("Theo Công văn số 15/HLV-KT ngày 01/7/2021 của Hội.", []),
        ("Theo Công văn số 15/HLV-KT ngày 01/8/2021 của Hội.", ["date.cited_later"]),
        ("Gửi báo cáo về Hội trước ngày 25/8/2020.", ["date.past_term"]),
        ("Gửi báo cáo về Hội trước ngày 25/8/2021.", []),
        ("Số liệu đã gửi về Hội trước ngày 25/8/2020.", []),
        ("Hỗ trợ vườn hoàn thành trước ngày 01/01/2020.", []),
    ],
)
def test_days_that_contradict(text: str, expected: list[str]) -> None:
    assert warned(text) == expected


def test_without_the_day_of_issue_only_the_text_itself_is_compared() -> None:
    assert warned("Theo Công văn số 15/HLV-KT ngày 01/8/2021; gửi trước ngày 25/8/2020; họp thứ Ba, ngày 12/7/2021", None) == ["date.weekday"]


def _codes(text: str, units: tuple[UnitRow, ...] = ()) -> list[str]:
    return [n.code for n in read(text, units).warnings]


def test_a_district_is_gone_after_june_2025_but_not_where_the_tree_still_has_one() -> None:
    late = letters.PROVINCE.replace("năm 2021", "năm 2026").replace("/2021", "/2026")
    assert _codes(late) == ["unit.gone"]
    assert _codes(letters.PROVINCE) == []
    assert _codes(late, (UnitRow("401", "Huyện Nga Sơn", "district", "38"),)) == []
    assert _codes(late.replace("các huyện, thị xã", "các huyện (cũ)")) == []


def test_a_unit_that_ended_before_the_day_of_issue_is_told_by_its_name() -> None:
    units = (UnitRow("1", "Xã Thanh Tân", "commune", "401", valid_to=date(2019, 12, 1)), UnitRow("2", "Xã Thanh Kỳ", "commune", "401"))
    found = read(letters.PROVINCE.replace("- Trung tâm Giống cây trồng.", "- Hội Làm vườn xã Thanh Tân;\n- Hội Làm vườn xã Thanh Kỳ."), units)
    assert [(n.code, n.text) for n in found.warnings] == [("unit.gone", "“Xã Thanh Tân” không còn từ sau ngày 01/12/2019.")]
