"""A clock that stood still: pausing and resuming is shifting, and costs or gives nobody a day."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.holds import held_days, shifted
from tracker.domain.progress import days_late

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(("due", "held", "resumed", "expected"), [
    # Storm from Thursday 10/9 to Sunday 13/9, both included: four days later, weekend or not.
    (date(2026, 9, 30), date(2026, 9, 10), date(2026, 9, 14), date(2026, 10, 4)),
    # Over Tết.
    (date(2026, 2, 16), date(2026, 2, 10), date(2026, 2, 24), date(2026, 3, 2)),
    # Ended on the day it began: nothing.
    (date(2026, 9, 30), date(2026, 9, 10), date(2026, 9, 10), date(2026, 9, 30)),
    (None, date(2026, 9, 10), date(2026, 9, 14), None),
])
def test_a_date_moves_by_the_days_held(due: date | None, held: date, resumed: date, expected: date | None) -> None:
    assert shifted(due, held, resumed) == expected


@given(DAYS, DAYS, st.integers(0, 60))
def test_days_late_are_the_same_before_and_after(due: date, held: date, days: int) -> None:
    resumed = held + timedelta(days)
    after = shifted(due, held, resumed)
    assert after is not None
    assert days_late(after, resumed) == days_late(due, held)


@given(DAYS, DAYS, st.integers(0, 60), st.integers(0, 60))
def test_two_pauses_one_after_the_other_are_one(due: date, held: date, first: int, second: int) -> None:
    between, end = held + timedelta(first), held + timedelta(first + second)
    assert shifted(shifted(due, held, between), between, end) == shifted(due, held, end)


@given(DAYS, DAYS, st.integers(0, 60))
def test_pausing_and_resuming_is_shifting(due: date, held: date, days: int) -> None:
    assert shifted(due, held, held + timedelta(days)) == due + timedelta(days)
    assert held_days(held, held - timedelta(days)) == 0
