"""The days on which reports compile themselves."""
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.report_schedule import Every, cut_off, latest_run, next_run


@pytest.mark.parametrize(("every", "after", "expected"), [
    ("weekly", date(2026, 9, 8), date(2026, 9, 14)),
    ("weekly", date(2026, 9, 14), date(2026, 9, 21)),
    ("monthly", date(2026, 9, 8), date(2026, 10, 1)),
    ("monthly", date(2026, 12, 1), date(2027, 1, 1)),
    ("quarterly", date(2026, 9, 8), date(2026, 10, 1)),
    ("quarterly", date(2026, 10, 1), date(2027, 1, 1)),
])
def test_next_run(every: str, after: date, expected: date) -> None:
    assert next_run(every, after) == expected


def test_missed_weeks_are_made_up_for_by_the_latest_only() -> None:
    assert latest_run("weekly", date(2026, 8, 3), date(2026, 9, 8)) == date(2026, 9, 7)
    assert cut_off(date(2026, 10, 1)) == date(2026, 9, 30)


@given(st.sampled_from(Every), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_run_always_lies_ahead_and_on_its_kind_of_day(every: Every, after: date) -> None:
    run = next_run(every, after)
    assert run > after
    assert run.weekday() == 0 if every == Every.WEEKLY else run.day == 1


def test_an_unknown_rhythm_is_refused() -> None:
    with pytest.raises(ValueError, match="daily"):
        next_run("daily", date(2026, 9, 8))
