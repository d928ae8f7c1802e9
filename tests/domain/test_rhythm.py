"""Periods of recurring tasks: the dates that a clerk would expect, and what holds for every rhythm."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import rhythm as rhythms
from tracker.domain.errors import BadInput
from tracker.domain.rhythm import MONTHS, Every, Rhythm

M, Q, H, Y = Every.MONTH, Every.QUARTER, Every.HALF, Every.YEAR


@pytest.mark.parametrize(("every", "day", "key", "start", "end", "words"), [
    (M, date(2026, 11, 22), "2026-11", date(2026, 11, 1), date(2026, 11, 30), "tháng 11/2026"),
    (M, date(2026, 2, 28), "2026-02", date(2026, 2, 1), date(2026, 2, 28), "tháng 2/2026"),
    (M, date(2028, 2, 1), "2028-02", date(2028, 2, 1), date(2028, 2, 29), "tháng 2/2028"),
    (Q, date(2026, 12, 31), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "quý IV/2026"),
    (Q, date(2026, 1, 1), "2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "quý I/2026"),
    (H, date(2026, 6, 30), "2026-H1", date(2026, 1, 1), date(2026, 6, 30), "6 tháng đầu năm 2026"),
    (H, date(2026, 7, 1), "2026-H2", date(2026, 7, 1), date(2026, 12, 31), "6 tháng cuối năm 2026"),
    (Y, date(2026, 9, 8), "2026", date(2026, 1, 1), date(2026, 12, 31), "năm 2026"),
])
def test_a_period(every: Every, day: date, key: str, start: date, end: date, words: str) -> None:
    found = rhythms.period_of(every, day)
    assert (found.key, found.start, found.end, found.words) == (key, start, end, words)
    assert rhythms.period_named(key) == found


@pytest.mark.parametrize(("rhythm", "key", "due", "cut_off"), [
    (Rhythm(M, 1, 19), "2026-11", date(2026, 11, 19), None),                                     # trước ngày 20 hằng tháng
    (Rhythm(M, 1, 20, cut_off=15), "2026-11", date(2026, 11, 20), date(2026, 11, 15)),           # chốt số liệu ngày 15
    (Rhythm(M, 1, 20, cut_off=25), "2026-11", date(2026, 11, 20), date(2026, 10, 25)),
    (Rhythm(M, 1, 31), "2026-02", date(2026, 2, 28), None),                                      # cuối tháng
    (Rhythm(M, 1, 30), "2028-02", date(2028, 2, 29), None),
    (Rhythm(M, 1, 31), "2026-04", date(2026, 4, 30), None),
    (Rhythm(M, 2, 5, cut_off=31), "2026-12", date(2027, 1, 5), date(2026, 12, 31)),              # ngày 5 tháng sau
    (Rhythm(M, 2, 5, cut_off=31), "2027-02", date(2027, 3, 5), date(2027, 2, 28)),
    (Rhythm(Q, 3, 15), "2026-Q4", date(2026, 12, 15), None),                                     # ngày 15 tháng cuối quý
    (Rhythm(Q, 4, 10), "2026-Q4", date(2027, 1, 10), None),
    (Rhythm(Q, 0, 10), "2026-Q3", date(2026, 10, 10), None),                                     # 10 ngày sau khi hết quý
    (Rhythm(H, 6, 15), "2026-H1", date(2026, 6, 15), None),
    (Rhythm(Y, 12, 14, cut_off=14), "2026", date(2026, 12, 14), date(2026, 12, 14)),             # chế độ báo cáo năm
])
def test_when_a_period_is_due(rhythm: Rhythm, key: str, due: date, cut_off: date | None) -> None:
    period = rhythms.period_named(key)
    assert (rhythms.due_on(rhythm, period), rhythms.cut_off_on(rhythm, period)) == (due, cut_off)


def test_communes_have_a_day_of_their_own() -> None:
    rhythm, period = Rhythm(M, 1, 20, commune_day=12, cut_off=15), rhythms.period_named("2026-11")
    assert rhythms.due_on(rhythm, period, "commune") == date(2026, 11, 12)
    assert rhythms.due_on(rhythm, period, "district") == date(2026, 11, 20)
    assert rhythms.cut_off_on(rhythm, period, "commune") == date(2026, 10, 15)
    assert rhythm.words == "hằng tháng, hạn ngày 20 (cấp xã: ngày 12), chốt số liệu ngày 15"


@pytest.mark.parametrize(("rhythm", "day", "key"), [
    (Rhythm(M, 1, 19), date(2026, 11, 19), "2026-11"), (Rhythm(M, 1, 19), date(2026, 11, 20), "2026-12"), (Rhythm(Q, 0, 10), date(2026, 10, 5), "2026-Q3"),
    (Rhythm(Q, 0, 90), date(2026, 12, 1), "2026-Q3"), (Rhythm(Y, 12, 14), date(2026, 12, 20), "2027"),
])
def test_the_first_period_is_the_one_that_can_still_be_met(rhythm: Rhythm, day: date, key: str) -> None:
    assert rhythms.first(rhythm, day).key == key


@pytest.mark.parametrize(("typed", "key"), [(date(2026, 11, 19), "2026-11"), (date(2026, 11, 25), "2026-11"), (date(2026, 12, 10), "2026-12")])
def test_a_first_date_of_its_own_belongs_to_the_nearest_period(typed: date, key: str) -> None:
    assert rhythms.nearest(Rhythm(M, 1, 19), typed).key == key


@pytest.mark.parametrize(("rhythm", "last", "today", "keys"), [
    (Rhythm(M, 1, 19), "2026-10", date(2026, 10, 31), []),
    (Rhythm(M, 1, 19), "2026-10", date(2026, 11, 1), ["2026-11"]),                                # on the first day of its period
    (Rhythm(M, 1, 19), "2026-10", date(2026, 11, 22), ["2026-11"]),                               # missed, the latest one all the same
    (Rhythm(M, 1, 19), "2026-07", date(2026, 11, 3), ["2026-11"]),                                # three were missed and have passed
    (Rhythm(M, 2, 5), "2026-07", date(2026, 11, 3), ["2026-10", "2026-11"]),                      # October's is due on 5 November
    (Rhythm(Q, 0, 10), "2026-Q1", date(2026, 10, 9), ["2026-Q3", "2026-Q4"]),
    (Rhythm(M, 1, 19, until=date(2026, 10, 31)), "2026-10", date(2026, 11, 2), []),
    (Rhythm(M, 1, 19, until=date(2026, 11, 1)), "2026-10", date(2026, 12, 2), ["2026-11"]),
    (Rhythm(M, 1, 19), "2026-12", date(2026, 11, 30), []),                                        # the first one lies ahead
])
def test_which_periods_open(rhythm: Rhythm, last: str, today: date, keys: list[str]) -> None:
    assert [one.key for one in rhythms.to_open(rhythm, rhythms.period_named(last), today)] == keys


def test_the_title_names_the_period_and_keeps_its_length() -> None:
    november = rhythms.period_named("2026-11")
    assert rhythms.titled("Báo cáo tình hình", november) == "Báo cáo tình hình — kỳ tháng 11/2026"
    assert rhythms.titled("Báo cáo tình hình — kỳ tháng 10/2026", november) == "Báo cáo tình hình — kỳ tháng 11/2026"
    long = rhythms.titled("Tổng hợp " * 30, november)
    assert len(long) <= 160 and long.endswith("… — kỳ tháng 11/2026")
    assert rhythms.untitled("Báo cáo tình hình") == "Báo cáo tình hình"


@pytest.mark.parametrize("values", [(M, 1, 0), (M, 1, 32), (M, 3, 5), (Q, -1, 5), (Q, 0, 91), (Y, 14, 5)])
def test_a_rhythm_that_fits_no_calendar_is_refused(values: tuple[Every, int, int]) -> None:
    with pytest.raises(BadInput):
        Rhythm(*values)


days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@st.composite
def made(draw: st.DrawFn) -> Rhythm:
    every = draw(st.sampled_from(Every))
    month = draw(st.integers(0, MONTHS[every] + 1))
    day = st.integers(1, 90 if month == 0 else 31)
    return Rhythm(every, month, draw(day), draw(st.none() | day), draw(st.none() | st.integers(1, 31)), draw(st.none() | days))


@given(made(), days)
def test_periods_cover_every_day_once_and_their_keys_are_in_order(rhythm: Rhythm, day: date) -> None:
    period = rhythms.period_of(rhythm.every, day)
    after = rhythms.following(rhythm.every, period)
    assert period.start <= day <= period.end < after.start == period.end + timedelta(days=1)
    assert period.key < after.key and rhythms.period_named(after.key) == after
    assert rhythms.due_on(rhythm, period) < rhythms.due_on(rhythm, after)


@given(made(), days)
def test_the_cut_off_never_lies_behind_the_due_date(rhythm: Rhythm, day: date) -> None:
    for level in ("district", "commune"):
        period = rhythms.period_of(rhythm.every, day)
        cut_off, due = rhythms.cut_off_on(rhythm, period, level), rhythms.due_on(rhythm, period, level)
        assert cut_off is None or due - timedelta(days=31) <= cut_off <= due


@given(made(), days)
def test_the_first_period_is_the_earliest_that_is_not_due_yet(rhythm: Rhythm, day: date) -> None:
    period = rhythms.first(rhythm, day)
    before = rhythms.period_of(rhythm.every, period.start - timedelta(days=1))
    assert rhythms.due_on(rhythm, before) < day <= rhythms.due_on(rhythm, period)
    assert rhythms.nearest(rhythm, rhythms.due_on(rhythm, period)) == period


@given(made(), days, st.integers(0, 800))
def test_opening_day_by_day_opens_each_period_once_and_leaves_none_out(rhythm: Rhythm, day: date, gap: int) -> None:
    last = start = rhythms.period_of(rhythm.every, day)
    opened: list[str] = []
    for today in (day + timedelta(days=n) for n in range(0, 800, 7 if gap % 2 else 1)):
        for period in rhythms.to_open(rhythm, last, today):
            opened.append(period.key)
            last = period
    assert len(opened) == len(set(opened)) and opened == sorted(opened)
    expected, period = [], rhythms.following_due(rhythm, start)
    while period and period.start <= today:
        expected.append(period.key)
        period = rhythms.following_due(rhythm, period)
    assert opened == expected


@given(made(), days, st.integers(1, 1500))
def test_after_a_gap_nothing_past_is_opened_but_the_latest(rhythm: Rhythm, day: date, gap: int) -> None:
    last, today = rhythms.period_of(rhythm.every, day), day + timedelta(days=gap)
    found = rhythms.to_open(rhythm, last, today)
    assert all(rhythms.due_on(rhythm, one) >= today for one in found[:-1])
    assert rhythms.from_json(rhythms.to_json(rhythm)) == rhythm


@pytest.mark.parametrize(("rhythm", "words"), [
    (Rhythm(M, 1, 31), "hằng tháng, hạn ngày cuối tháng"), (Rhythm(M, 1, 20, commune_day=20), "hằng tháng, hạn ngày 20"),
    (Rhythm(M, 2, 5), "hằng tháng, hạn ngày 5 của tháng sau kỳ"), (Rhythm(Q, 0, 10), "hằng quý, hạn 10 ngày sau khi hết kỳ"),
    (Rhythm(Q, 3, 15), "hằng quý, hạn ngày 15 của tháng cuối kỳ"), (Rhythm(Q, 2, 15), "hằng quý, hạn ngày 15 của tháng thứ 2"),
    (Rhythm(M, 1, 20, until=date(2026, 12, 31)), "hằng tháng, hạn ngày 20, đến hết ngày 31/12/2026"),
])
def test_a_rule_in_one_line(rhythm: Rhythm, words: str) -> None:
    assert rhythm.words == words


@pytest.mark.parametrize(("values", "code", "params"), [
    ((M, 1, 32), "rhythm.day", {"most": 31}), ((M, 1, 0), "rhythm.day", {"most": 31}), ((M, 1, 5, 32), "rhythm.day", {"most": 31}),
    ((M, 1, 5, None, 32), "rhythm.day", {"most": 31}), ((M, 0, rhythms.LONGEST_AFTER + 1), "rhythm.day", {"most": rhythms.LONGEST_AFTER}),
    ((M, 3, 5), "rhythm.month", {}), ((Q, 5, 5), "rhythm.month", {}), ((Q, -1, 5), "rhythm.month", {}),
])
def test_days_and_months_that_no_period_has(values: tuple[Every, int, int], code: str, params: dict[str, int]) -> None:
    with pytest.raises(BadInput) as refused:
        Rhythm(*values)
    assert (refused.value.code, refused.value.params) == (code, params)
