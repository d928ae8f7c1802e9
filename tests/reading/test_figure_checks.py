"""Figures that contradict each other are told once, at the figure that is likeliest wrong; what agrees is left in peace."""

import time

import pytest

from tracker.reading.figure_checks import check_figures
from tracker.reading.figures import find_figures
from tracker.reading.page import Page


def warned(text: str) -> list[tuple[str, str]]:
    page = Page(text)
    found = check_figures(page, find_figures(page, page.paragraphs(0, len(page.lines))))
    return [(n.code, page.text[slice(*n.span)] if n.span else "") for n in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dư nợ toàn tỉnh đạt 853 tỷ đồng, tăng 28,7 triệu đồng so với đầu năm; dư nợ do Hội quản lý 380 tỷ đồng, tăng 16 tỷ đồng.",
         [("figure.slip", "28,7 triệu đồng")]),
        ("Dư nợ toàn tỉnh đạt 853 tỷ đồng, tăng 12 tỷ đồng; dư nợ do Hội quản lý 380 tỷ đồng, tăng 16 tỷ đồng.", [("figure.outgrew", "12 tỷ đồng")]),
        ("Quỹ đạt 900 tỷ đồng, tăng 45 triệu đồng.", [("figure.slip", "45 triệu đồng")]),
        ("Có 200 tổ; loại Tốt 150 tổ (chiếm 75%), loại Khá 40 tổ (chiếm 20%), loại Yếu 12 tổ (chiếm 5%).", [("figure.total", "200 tổ")]),
        ("Loại Tốt 150 tổ (chiếm 75%), loại Khá 40 tổ (chiếm 15%), loại Yếu 10 tổ (chiếm 10%).", [("figure.share", "15%"), ("figure.share", "10%")]),
        ("Tổng vốn 120 tỷ đồng, gồm: vốn trung ương 70 tỷ đồng, vốn tỉnh 30 tỷ đồng, vốn huyện 10 tỷ đồng.", [("figure.total", "120 tỷ đồng")]),
        ("Tổng vốn 120 tỷ đồng, gồm: vốn trung ương 70 tỷ đồng, vốn tỉnh 30 tỷ đồng, vốn huyện 20 triệu đồng.", [("figure.slip", "20 triệu đồng")]),
        ("Vốn đạt 120 tỷ đồng, tăng 20 tỷ đồng (tương đương 30%).", [("figure.share", "30%")]),
        ("Đã họp 45/50 xã (đạt 80%).", [("figure.share", "80%")]),
    ],
)  # fmt: skip
def test_contradictions(text: str, expected: list[tuple[str, str]]) -> None:
    assert warned(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Dư nợ toàn tỉnh đạt 853 tỷ đồng, tăng 28,7 tỷ đồng; dư nợ do Hội quản lý 380 tỷ đồng, tăng 16 tỷ đồng.",
        "Có 200 tổ; loại Tốt 150 tổ (chiếm 75%), loại Khá 40 tổ (chiếm 20%), loại Yếu 10 tổ (chiếm 5%).",
        "loại Tốt 2.293 tổ (chiếm 93%), loại Khá 132 tổ (chiếm 5,4%), loại Trung bình 38 tổ (chiếm 1,5%), loại Yếu 3 tổ (chiếm 0,1%)",
        "Tổng vốn 120,5 tỷ đồng, gồm: vốn trung ương 70,2 tỷ đồng, vốn tỉnh 50,2 tỷ đồng.",
        "Tổng số 120 hộ, trong đó 80 hộ nghèo, 90 hộ có vườn.",
        "Lớp có 50 học viên, gồm 20 nam và 30 nữ.",
        "Vốn đạt 120 tỷ đồng, tăng 20 tỷ đồng (20%).",
        "Đã họp 45/50 xã (đạt 90%).",
        "Khoảng 45/50 xã (đạt 80%).",
        "Hội xã A tăng 138 triệu đồng, Hội xã B tăng 42 triệu đồng.",
        "Thu 45 tỷ đồng, đạt 90% kế hoạch.",
    ],
)
def test_what_agrees_or_cannot_be_known_is_not_told(text: str) -> None:
    assert warned(text) == []


def test_a_damaged_line_of_thousands_of_figures_takes_no_square_of_time() -> None:
    began = time.perf_counter()
    warned("Vốn 12 tỷ đồng, gồm: 3 tỷ đồng, " * 1500)
    assert time.perf_counter() - began < 4
