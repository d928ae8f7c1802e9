"""The periods of reports that compile themselves, the days on which they leave, and the packs of meetings."""
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import clock
from tracker.domain.calendar import Calendar
from tracker.domain.report_schedule import Every, Meetings, Rhythm

PLAIN = Calendar()
#: National Day 2026: 1 and 2 September are off, Tuesday and Wednesday.
HOLIDAYS = Calendar({date(2026, 9, 1): False, date(2026, 9, 2): False})


@pytest.mark.parametrize(("every", "cut_day", "after", "begins", "cut_off"), [
    ("weekly", None, date(2026, 9, 8), date(2026, 9, 7), date(2026, 9, 13)),
    ("weekly", None, date(2026, 9, 13), date(2026, 9, 14), date(2026, 9, 20)),
    ("weekly", 4, date(2026, 9, 8), date(2026, 9, 4), date(2026, 9, 10)),
    ("weekly", 4, date(2026, 9, 10), date(2026, 9, 11), date(2026, 9, 17)),
    ("monthly", None, date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28)),
    ("monthly", None, date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
    ("monthly", 25, date(2026, 9, 8), date(2026, 8, 26), date(2026, 9, 25)),
    ("monthly", 25, date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 25)),
    ("quarterly", None, date(2026, 9, 8), date(2026, 7, 1), date(2026, 9, 30)),
    ("quarterly", 15, date(2026, 9, 15), date(2026, 9, 16), date(2026, 12, 15)),
    ("half_year", None, date(2026, 6, 29), date(2026, 1, 1), date(2026, 6, 30)),
    ("half_year", None, date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31)),
    ("year", None, date(2026, 9, 8), date(2026, 1, 1), date(2026, 12, 31)),
    ("year", 15, date(2026, 12, 20), date(2026, 12, 16), date(2027, 12, 15)),
])
def test_a_period_and_its_cut_off(every: str, cut_day: int | None, after: date, begins: date, cut_off: date) -> None:
    rhythm = Rhythm(Every(every), cut_day)
    assert rhythm.first_cut(after) == cut_off
    assert rhythm.begins(cut_off) == begins


@pytest.mark.parametrize(("send_after", "leaves"), [
    (0, date(2026, 9, 1)),
    (1, date(2026, 9, 3)),
    (2, date(2026, 9, 4)),
    (3, date(2026, 9, 7)),
])
def test_it_leaves_on_a_working_day_after_the_cut_off(send_after: int, leaves: date) -> None:
    rhythm = Rhythm(Every.MONTHLY, None, send_after)
    assert rhythm.leaves(date(2026, 8, 31), HOLIDAYS) == leaves
    assert rhythm.latest_cut(leaves, HOLIDAYS) == date(2026, 8, 31)
    assert rhythm.latest_cut(leaves - timedelta(days=1), HOLIDAYS) == date(2026, 7, 31)
    assert rhythm.next_cut(leaves, HOLIDAYS) == date(2026, 9, 30)


def test_missed_weeks_are_made_up_for_by_the_latest_only() -> None:
    assert Rhythm(Every.WEEKLY).latest_cut(date(2026, 9, 8), PLAIN) == date(2026, 9, 6)


@given(st.builds(Rhythm, st.sampled_from(Every), st.none() | st.integers(1, 7), st.integers(0, 30)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_follow_one_another_without_gap_or_overlap(rhythm: Rhythm, day: date) -> None:
    cut = rhythm.first_cut(day)
    assert day < cut and rhythm.begins(cut) <= day + timedelta(days=1)
    following = rhythm.first_cut(cut)
    assert rhythm.begins(following) == cut + timedelta(days=1)
    latest, ahead = rhythm.latest_cut(day, PLAIN), rhythm.next_cut(day, PLAIN)
    assert latest < rhythm.leaves(latest, PLAIN) <= day < rhythm.leaves(ahead, PLAIN)
    assert rhythm.first_cut(latest) == ahead


def moment(day: int, hour: int) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=clock.LOCAL)


@pytest.mark.parametrize(("hours", "after", "meets"), [
    (2, moment(7, 5), moment(7, 8)),
    (2, moment(7, 6), moment(14, 8)),
    (16, moment(6, 15), moment(7, 8)),
    (16, moment(6, 16), moment(14, 8)),
    (0, moment(8, 9), moment(14, 8)),
])
def test_the_pack_of_a_monday_meeting(hours: int, after: datetime, meets: datetime) -> None:
    meetings = Meetings(Rhythm(Every.WEEKLY, 1), time(8), hours)
    assert meetings.first(after) == meets
    assert meetings.made(meets) == meets - timedelta(hours=hours) > after
