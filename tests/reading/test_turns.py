"""The day of each turn of a recurring term, as dispatches write it."""
import pytest

from tracker.reading.turns import Turn, turn


@pytest.mark.parametrize(("every", "term", "month", "day", "sure"), [
    ("P1M", "trước ngày 20 hàng tháng", 1, 19, True),
    ("P1M", "chậm nhất ngày 20 hằng tháng", 1, 20, True),
    ("P1M", "Ngày 28 hằng tháng", 1, 28, True),
    ("P1M", "trước ngày 05 tháng sau", 2, 4, True),
    ("P1M", "trước ngày 01 hàng tháng", 1, 31, True),
    ("P1M", "ngày cuối tháng", 1, 31, True),
    ("P1M", "hàng tháng", 1, 31, False),
    ("P3M", "trước ngày 15 của tháng cuối quý", 3, 14, True),
    ("P3M", "ngày 10 tháng đầu quý sau", 4, 10, True),
    ("P3M", "10 ngày sau khi kết thúc quý", 0, 10, True),
    ("P3M", "hàng quý", 3, 31, False),
    ("P6M", "định kỳ 6 tháng một lần", 6, 31, False),
    ("P1Y", "trước ngày 15/12 hàng năm", 12, 14, True),
    ("P12M", "hàng năm trước ngày 10 tháng 12", 12, 9, True),
])
def test_a_turn(every: str, term: str, month: int, day: int, sure: bool) -> None:
    found = turn(every, term, f"Gửi báo cáo {term}.")
    assert found is not None and (found.month, found.day, found.sure, found.cut_off) == (month, day, sure, None)


def test_the_cut_off_stands_elsewhere_in_the_item() -> None:
    text = "Báo cáo kết quả trước ngày 20 hàng tháng (chốt số liệu ngày 15)."
    assert turn("P1M", "trước ngày 20 hàng tháng", text) == Turn(1, 1, 19, 15, True)
    assert turn("P1M", "ngày 25 hàng tháng", "Gửi ngày 25 hàng tháng, số liệu tính đến hết ngày 20 của tháng.") == Turn(1, 1, 25, 20, True)


@pytest.mark.parametrize("every", ["P1W", "P1D", "PT3H", None])
def test_other_rhythms_have_no_turns(every: str | None) -> None:
    assert turn(every, "thứ Năm hàng tuần", "") is None
