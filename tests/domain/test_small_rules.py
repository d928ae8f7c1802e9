"""Small rules that pages and files lean on: periods at a click, the registers' columns, the words of a figure's place, sentences that can be translated."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import register_sheets, report_periods, report_places, report_words, wording
from tracker.domain.wording import Said, joined, tr

TODAY = date(2026, 2, 25)  # a Wednesday


@pytest.mark.parametrize(("preset", "first", "last"), [
    ("week", date(2026, 2, 23), date(2026, 3, 1)), ("last_week", date(2026, 2, 16), date(2026, 2, 22)),
    ("month", date(2026, 2, 1), date(2026, 2, 28)), ("last_month", date(2026, 1, 1), date(2026, 1, 31)),
    ("quarter", date(2026, 1, 1), date(2026, 3, 31)), ("last_quarter", date(2025, 10, 1), date(2025, 12, 31)),
    ("half", date(2026, 1, 1), date(2026, 6, 30)), ("last_half", date(2025, 7, 1), date(2025, 12, 31)),
    ("year", date(2026, 1, 1), date(2026, 12, 31)), ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
])
def test_a_period_seen_from_today(preset: str, first: date, last: date) -> None:
    assert report_periods.days(preset, TODAY) == (first, last)
    assert preset in dict(report_periods.PRESETS)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(list(dict(report_periods.PRESETS))))
def test_a_period_holds_today_or_ends_right_before_the_one_that_does(today: date, preset: str) -> None:
    now = report_periods.days(preset.removeprefix("last_"), today)
    assert now[0] <= today <= now[1]
    assert preset == preset.removeprefix("last_") or report_periods.days(preset, today)[1] == now[0] - timedelta(1)


def test_other_months_and_an_unknown_period() -> None:
    assert report_periods.days("quarter", date(2026, 12, 31)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert report_periods.days("last_half", date(2026, 7, 1)) == (date(2026, 1, 1), date(2026, 6, 30))
    with pytest.raises(ValueError, match="decade"):
        report_periods.days("decade", TODAY)


def test_the_registers_have_the_columns_of_the_decree() -> None:
    """Decree 30/2020/NĐ-CP, annex IV."""
    came, went = register_sheets.incoming(2026, [("a",)]), register_sheets.outgoing(2026, [("b",)])
    assert (came.name, came.note, came.rows) == ("Văn bản đến 2026", "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN, năm 2026", (("a",),))
    assert (went.name, went.note, went.rows) == ("Văn bản đi 2026", "SỔ ĐĂNG KÝ VĂN BẢN ĐI, năm 2026", (("b",),))
    assert [name for name, _ in came.head] == [
        "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Ngày tháng", "Tên loại và trích yếu nội dung", "Người ký", "Đơn vị hoặc người nhận", "Ngày chuyển",
        "Ký nhận", "Ghi chú"]
    assert [name for name, _ in went.head] == [
        "Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản", "Người ký", "Nơi nhận văn bản", "Đơn vị, người nhận bản lưu",
        "Số lượng bản", "Ghi chú"]
    own = register_sheets.sent(2026, "Huyện Hà Trung", [("c",)])
    assert (own.name, own.note, own.rows) == ("Văn bản đi 2026", "SỔ ĐĂNG KÝ VĂN BẢN ĐI, Huyện Hà Trung, năm 2026", (("c",),))
    assert [one for one in own.head if one not in went.head] == [("Ngày gửi", 12), ("Số đến của tỉnh", 10)]
    got = register_sheets.received(2026, "Huyện Hà Trung", [])
    assert (got.name, got.note, got.head, got.rows) == ("Văn bản đến 2026", "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN, Huyện Hà Trung, năm 2026", came.head, ())
    assert all(8 <= width <= 60 for sheet in (came, went, own) for _, width in sheet.head)


@pytest.mark.parametrize(("place", "words"), [
    ("total.accepted", "toàn bộ: đã hoàn thành"), ("happened.days", "trong quá trình thực hiện: tổng số ngày gia hạn"),
    ("most_late.0.name", "đơn vị quá hạn nhiều nhất thứ 1: tên"), ("indicators.2.of_plan", "chỉ tiêu toàn tỉnh thứ 3: so với kế hoạch"),
    ("sizes.silent", "đếm trong báo cáo: đơn vị chưa gửi kết quả nào"), ("total", "total"), ("total.unknown", "total.unknown"),
    ("units.392.total", "units.392.total"),
])
def test_where_a_figure_comes_from_in_words(place: str, words: str) -> None:
    assert report_places.words(place) == words


def test_every_figure_that_a_report_tells_has_words() -> None:
    kept = {"total": ("accepted_late", "open_overdue", "waiting"), "sizes": ("carried", "longest", "done_late_units"), "happened": ("asked", "remedied")}
    for head, names in kept.items():
        assert all(report_places.words(f"{head}.{name}") != f"{head}.{name}" for name in names)


def test_a_said_text_is_the_text_and_remembers_how_it_was_made() -> None:
    said = tr("{n} việc", n=3)
    assert said == "3 việc" and isinstance(said, Said) and (said.pattern, said.values) == ("{n} việc", {"n": 3})
    assert tr("a {b}") == "a {b}" and wording.worded({"k": "chữ"})["k"].pattern == "chữ"  # type: ignore[attr-defined]
    with pytest.raises(KeyError):
        tr("{n} việc", m=1)
    list_of = joined(", ", (said, "hai"))
    assert list_of == "3 việc, hai" and (list_of.pattern, list_of.values, list_of.glue) == ("", {"0": said, "1": "hai"}, ", ")  # type: ignore[attr-defined]
    for both, text in ((said + " x", "3 việc x"), ("x " + said, "x 3 việc")):
        assert both == text and isinstance(both, Said) and said in both.values.values() and both.glue == ""


def test_letters_are_changed_in_whichever_language_is_shown() -> None:
    said = tr("việc Của đơn vị")
    for found, text, english in (
            (said.capitalize(), "Việc của đơn vị", "Task of a unit"), (said.lower(), "việc của đơn vị", "task of a unit"),
            (wording.capital(said), "Việc Của đơn vị", "Task Of a unit")):
        assert found == text and found.values == {"0": said} and found.then("task Of a unit") == english  # type: ignore[attr-defined]
    assert wording.capital("") == ""


@pytest.mark.parametrize(("value", "word"), [(1, "day"), ("1", "day"), (" 1 ", "day"), (0, "days"), (2, "days"), ("1.204", "days")])
def test_one_or_many(value: object, word: str) -> None:
    assert wording.plural(value, "day", "days") == word
    assert wording.filled("{n} {n|day|days}", {"n": value}) == f"{value} {word}"


def test_a_place_without_a_value_stays_as_it_is_written() -> None:
    assert wording.filled("{a} và {b|x|y}", {"a": 0}) == "0 và {b|x|y}"


@pytest.mark.parametrize("told", ["V/v kiểm tra cống", "v/v: kiểm tra cống.", "VỀ VIỆC kiểm tra cống", "Về việc  kiểm tra\ncống", "kiểm tra cống"])
def test_a_subject_stands_behind_about_once(told: str) -> None:
    assert report_words.subject(told) == "kiểm tra cống"
