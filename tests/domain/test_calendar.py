"""Working days on the calendar of 2026: Tết, swapped days, and that counting there and back agree."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.year_2026 import OFFICE, TET
from tracker.domain.calendar import Calendar

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(Calendar, st.dictionaries(DAYS, st.booleans(), max_size=40))
COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(("day", "working"), [
    (date(2026, 2, 13), True),   # the last Friday before Tết
    (date(2026, 2, 16), False),  # 29 tháng Chạp, a Monday
    (date(2026, 2, 20), False),  # mùng 4, a Friday
    (date(2026, 2, 23), True),
    (date(2026, 4, 26), False),  # giỗ Tổ falls on a Sunday …
    (date(2026, 4, 27), False),  # … so the Monday is free
    (date(2026, 8, 22), True),   # the Saturday that is worked …
    (date(2026, 8, 31), False),  # … for the Monday between the weekend and the National Day
    (date(2026, 8, 29), False),  # an ordinary Saturday
])
def test_single_days(day: date, working: bool) -> None:
    assert OFFICE.is_working(day) is working


@pytest.mark.parametrize(("start", "days", "end"), [
    (date(2026, 9, 8), 0, date(2026, 9, 8)),
    (date(2026, 9, 8), 3, date(2026, 9, 11)),
    (date(2026, 9, 8), 5, date(2026, 9, 15)),     # over one weekend
    (date(2026, 2, 13), 1, date(2026, 2, 23)),    # Tết stands between
    (date(2026, 2, 11), 5, date(2026, 2, 25)),
    (date(2026, 2, 23), -1, date(2026, 2, 13)),
    (date(2026, 8, 21), 1, date(2026, 8, 22)),    # the worked Saturday counts
    (date(2026, 8, 28), 1, date(2026, 9, 3)),     # weekend, swapped Monday and two days of the National Day
    (date(2026, 9, 6), 1, date(2026, 9, 7)),      # from a Sunday
    (date(2025, 12, 31), 1, date(2026, 1, 2)),    # over the new year
])
def test_counting_on(start: date, days: int, end: date) -> None:
    assert OFFICE.add(start, days) == end


@pytest.mark.parametrize(("start", "end", "days"), [
    (date(2026, 9, 8), date(2026, 9, 8), 0), (date(2026, 9, 8), date(2026, 9, 9), 1), (date(2026, 9, 4), date(2026, 9, 7), 1),
    (date(2026, 9, 4), date(2026, 9, 6), 0), (date(2026, 2, 13), date(2026, 2, 23), 1), (date(2026, 2, 23), date(2026, 2, 13), -1),
    (date(2026, 8, 21), date(2026, 8, 24), 2), (date(2026, 8, 28), date(2026, 9, 2), 0),
])
def test_counting_between(start: date, end: date, days: int) -> None:
    assert OFFICE.between(start, end) == days


@pytest.mark.parametrize("day", sorted(TET))
def test_a_term_that_ends_in_tet_ends_on_the_first_day_after_it(day: date) -> None:
    assert OFFICE.on_or_after(day) == date(2026, 2, 23)
    assert OFFICE.on_or_after(date(2026, 2, 13)) == date(2026, 2, 13)


@given(CALENDARS, DAYS, COUNTS)
def test_as_many_days_lie_between_as_were_added(calendar: Calendar, start: date, days: int) -> None:
    assert calendar.between(start, calendar.add(start, days)) == days


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_a_count_ends_on_a_working_day_and_there_and_back_meet(calendar: Calendar, start: date, days: int) -> None:
    end = calendar.add(start, days)
    assert calendar.is_working(end) and end > start
    back = calendar.add(end, -days)
    assert calendar.on_or_after(back) >= start or back <= start
    if calendar.is_working(start):
        assert back == start


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_distances_add_up_and_change_sign(calendar: Calendar, a: date, b: date, c: date) -> None:
    assert calendar.between(a, b) == -calendar.between(b, a)
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@given(CALENDARS, DAYS)
def test_the_next_working_day_skips_none(calendar: Calendar, day: date) -> None:
    found = calendar.on_or_after(day)
    assert calendar.is_working(found)
    assert not any(calendar.is_working(day + timedelta(n)) for n in range((found - day).days))
