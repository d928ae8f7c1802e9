"""Figures: the number in Vietnamese form, its unit, what it counts, for which time; names, days and articles are none."""

from decimal import Decimal

import pytest

from tests.reading import letters
from tracker.reading.as_json import as_json
from tracker.reading.figures import find_figures
from tracker.reading.model import Figure
from tracker.reading.numbers import say_number, to_decimal
from tracker.reading.page import Page
from tracker.reading.reader import read


def figures(text: str) -> list[Figure]:
    page = Page(text)
    return [figure for together in find_figures(page, page.paragraphs(0, len(page.lines))) for figure in together]


@pytest.mark.parametrize(
    ("words", "value", "said"),
    [("3.380", "3380", "3.380"), ("528,7", "528.7", "528,7"), ("1.234,5", "1234.5", "1.234,5"), ("0,14", "0.14", "0,14"), ("0.14", "0.14", "0,14"),
     ("12", "12", "12"), ("1,234,567", "1234567", "1.234.567"), ("02", "2", "2"), ("1.200.000", "1200000", "1.200.000")],
)  # fmt: skip
def test_a_point_parts_thousands_and_a_comma_begins_the_fraction(words: str, value: str, said: str) -> None:
    assert to_decimal(words) == Decimal(value)
    assert say_number(Decimal(value)) == said


@pytest.mark.parametrize(
    ("text", "value", "unit", "counts"),
    [
        ("Tổng quỹ vườn mẫu đạt 1.250 tỷ đồng.", "1250", "tỷ đồng", "Tổng quỹ vườn mẫu"),
        ("Chi hỗ trợ 528,7 triệu đồng cho hội viên.", "528.7", "triệu đồng", "Chi hỗ trợ"),
        ("Cả huyện có 2.466 tổ đổi công và vần công.", "2466", "tổ", "tổ đổi công và vần công"),
        ("kết nạp 88 hội viên mới", "88", "hội viên", "hội viên mới"),
        ("đã trồng 12,5 ha chè", "12.5", "ha", "đã trồng"),
        ("thu 340 tấn cam", "340", "tấn", "thu"),
        ("có 15 cơ sở chế biến được kiểm tra", "15", "cơ sở", "cơ sở chế biến"),
        ("phục vụ 500 lượt khách", "500", "lượt", "lượt khách"),
        ("tổng số 63 tỉnh", "63", "tỉnh", "tỉnh"),
        ("cho vay 3 triệu hộ", "3", "triệu hộ", "hộ"),
        ("90% hộ có vườn mẫu", "90", "%", "hộ"),
        ("tỷ lệ hộ nghèo còn 4,2 phần trăm", "4.2", "%", "tỷ lệ hộ nghèo"),
        ("mỗi suất 500.000 đồng/người", "500000", "đồng/người", "mỗi suất"),
    ],
)
def test_value_unit_and_what_is_counted(text: str, value: str, unit: str, counts: str) -> None:
    (found,) = figures(text)
    assert (found.value, found.unit, found.counts) == (Decimal(value), unit, counts)


@pytest.mark.parametrize(
    "text",
    [
        "trước ngày 25/8/2021", "ngày 15 tháng 9 năm 2021", "Công văn số 12/HLV-KT ngày 3/4/2021", "theo khoản 2 Điều 15 Nghị định 30/2020/NĐ-CP",
        "trong 05 ngày làm việc", "6 tháng đầu năm 2021", "lúc 14:30 các đơn vị", "1. Rà soát vườn mẫu", "quý 3 các huyện", "tháng 12/2020 tổ chức",
        "số điện thoại 0237 385 2222", "giai đoạn 2016-2020 trên địa bàn", "đợt 2 tổ chức thi", "mục 5 phụ lục",
        "Ban Chỉ đạo 389 tỉnh họp", "từ 20 người trở lên 12/5 các",
    ],
)  # fmt: skip
def test_days_numbers_and_articles_are_no_figures(text: str) -> None:
    assert [f.text for f in figures(text) if f.text != "20 người"] == []


def test_growth_and_share_speak_of_the_figure_before_them() -> None:
    found = figures("Đến 31/7/2021, dư nợ quỹ vòng toàn tỉnh đạt 853 tỷ đồng, tăng 28,7 tỷ đồng so với đầu năm; nợ đọng 4,7 tỷ đồng (tỷ lệ 0,55%).")
    assert [(f.role, f.counts) for f in found] == [
        ("value", "dư nợ quỹ vòng toàn tỉnh"), ("up", "dư nợ quỹ vòng toàn tỉnh"), ("value", "nợ đọng"), ("share", "nợ đọng"),
    ]  # fmt: skip
    assert [f.period for f in found] == ["Đến 31/7/2021", "so với đầu năm", "Đến 31/7/2021", "Đến 31/7/2021"]
    assert found[1].amount == Decimal(28_700_000_000)


def test_a_bracket_between_is_left_out_of_what_is_counted_and_a_grade_is_kept() -> None:
    found = figures("vốn do Hội Làm vườn (HLV) quản lý 380 tỷ đồng; tổ xếp loại Tốt 93 tổ (chiếm 93%)")
    assert [f.counts for f in found] == ["vốn do Hội Làm vườn quản lý", "tổ loại Tốt", "tổ loại Tốt"]


def test_so_many_of_so_many() -> None:
    (found,) = figures("giao dịch tại 559/559 điểm xã")
    assert (found.value, found.of, found.unit) == (559, 559, "điểm")


def test_the_json_keeps_every_digit_as_text() -> None:
    text = letters.PROVINCE.replace("đạt kết quả khá.", "đạt kết quả khá: đã cải tạo 1.234,50 ha vườn tạp.")
    plain = as_json(read(text))
    (figure,) = plain["figures"]
    assert (figure["value"], figure["unit"], figure["role"]) == ("1234.50", "ha", "value")
    start, end = figure["span"]
    assert plain["text"][start:end] == figure["text"] == "1.234,50 ha"
