"""The reminder ladder day by day, across Tết and after missed days, and the rule that no date is faked."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.year_2026 import OFFICE
from tracker.domain.deadlines import STEPS_BEFORE, Step, chase_day, check_dates, step_on
from tracker.domain.errors import BadInput

DUE = date(2026, 9, 30)  # a Wednesday
ISSUED = date(2026, 8, 11)
DAYS = st.dates(date(2026, 1, 5), date(2026, 12, 20))


def key(chase_on: date, today: date) -> str | None:
    step = step_on(chase_on, today, OFFICE)
    return step.key if step else None


@pytest.mark.parametrize(("today", "expected"), [
    (date(2026, 9, 22), None),         # six working days left
    (date(2026, 9, 23), "before-5"),
    (date(2026, 9, 24), "before-5"),
    (date(2026, 9, 25), "before-3"),
    (date(2026, 9, 27), "before-3"),   # a Sunday: what a missed Friday makes up for
    (date(2026, 9, 28), "before-3"),
    (date(2026, 9, 29), "before-1"),
    (date(2026, 9, 30), "on-0"),
    (date(2026, 10, 1), "on-0"),       # late since today, and the third day of it is still to come
    (date(2026, 10, 2), "on-0"),
    (date(2026, 10, 5), "late-3"),
    (date(2026, 10, 7), "late-3"),
    (date(2026, 10, 8), "late-6"),
    (date(2026, 10, 13), "late-9"),
])
def test_the_ladder_day_by_day(today: date, expected: str | None) -> None:
    assert key(DUE, today) == expected


@pytest.mark.parametrize(("due", "today", "expected"), [
    (date(2026, 2, 24), date(2026, 2, 9), None),         # Tết lies between: six working days
    (date(2026, 2, 24), date(2026, 2, 10), "before-5"),
    (date(2026, 2, 24), date(2026, 2, 12), "before-3"),
    (date(2026, 2, 24), date(2026, 2, 18), "before-3"),  # in the middle of Tết two working days are still left
    (date(2026, 2, 24), date(2026, 2, 23), "before-1"),
    (date(2026, 2, 18), date(2026, 2, 13), "before-1"),  # a date inside Tết: the last working day before it is the last call
    (date(2026, 2, 12), date(2026, 2, 24), "late-3"),    # three working days after Thursday the 12th: 13, 23, 24
    (date(2026, 2, 12), date(2026, 2, 23), "on-0"),      # eleven days by the wall, two by the office
])
def test_across_tet(due: date, today: date, expected: str | None) -> None:
    assert key(due, today) == expected


def test_a_missed_day_is_made_up_for_by_the_latest_step_only() -> None:
    # The machine was off from the 22nd to the 29th: of 5, 3 and 1 only the last is told.
    assert key(DUE, date(2026, 9, 29)) == "before-1"
    # Off until ten working days after: only the ninth day's step is told.
    assert key(DUE, date(2026, 10, 14)) == "late-9"


@pytest.mark.parametrize(("today", "nth", "leader"), [
    (date(2026, 10, 2), 0, False), (date(2026, 10, 5), 1, False), (date(2026, 10, 8), 2, True), (date(2026, 10, 13), 3, True)])
def test_the_leader_is_copied_from_the_second_overdue_step(today: date, nth: int, leader: bool) -> None:
    step = step_on(DUE, today, OFFICE)
    assert step is not None and (step.overdue_step, step.copies_leader) == (nth, leader)


@given(DAYS, DAYS)
def test_a_step_says_what_the_calendar_says(chase_on: date, today: date) -> None:
    step, left = step_on(chase_on, today, OFFICE), OFFICE.between(today, chase_on)
    if today > chase_on:
        assert step is not None and step.working_days_late in (-left, 0)
        assert step.overdue_step == -left // 3 and step.key == (f"late-{step.overdue_step * 3}" if step.overdue_step else "on-0")
    elif today == chase_on:
        assert step == Step("on-0", 0, 0)
    elif left > max(STEPS_BEFORE):
        assert step is None
    else:
        assert step == Step(f"before-{min(n for n in STEPS_BEFORE if n >= left)}", 0, 0)


@given(DAYS, st.integers(0, 40))
def test_the_ladder_never_goes_back(chase_on: date, days: int) -> None:
    order = [f"before-{n}" for n in STEPS_BEFORE] + ["on-0"] + [f"late-{3 * n}" for n in range(1, 200)]
    today = chase_on - timedelta(days=12) + timedelta(days=days)
    steps = [key(chase_on, today + timedelta(n)) for n in (0, 1)]
    places = [order.index(step) if step else -1 for step in steps]
    assert places[0] <= places[1] <= places[0] + 3


@given(DAYS)
def test_on_working_days_every_step_has_its_own_day(chase_on: date) -> None:
    chase_on = OFFICE.on_or_after(chase_on)
    for left in STEPS_BEFORE:
        assert key(chase_on, OFFICE.add(chase_on, -left)) == f"before-{left}"
    for late in (3, 6, 9):
        assert key(chase_on, OFFICE.add(chase_on, late)) == f"late-{late}"


@pytest.mark.parametrize(("due", "review", "code"), [
    (None, None, "task.no_date"), (date(2026, 8, 10), None, "task.past_date"), (None, date(2026, 8, 10), "task.past_date"),
    (DUE, date(2026, 8, 10), "task.past_date")])
def test_dates_that_cannot_be_issued(due: date | None, review: date | None, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_dates(due, review, ISSUED)
    assert refused.value.code == code


@pytest.mark.parametrize(("due", "review"), [(ISSUED, None), (None, ISSUED), (DUE, None), (None, DUE), (DUE, DUE)])
def test_dates_that_can(due: date | None, review: date | None) -> None:
    check_dates(due, review, ISSUED)


@pytest.mark.parametrize(("owed", "due", "review", "fix_by", "expected"), [
    (True, DUE, None, None, DUE), (True, None, DUE, None, DUE), (True, DUE, ISSUED, None, DUE), (True, DUE, None, ISSUED, ISSUED),
    (False, DUE, DUE, DUE, None)])
def test_the_day_that_is_chased(owed: bool, due: date | None, review: date | None, fix_by: date | None, expected: date | None) -> None:
    assert chase_day(owed, due, review, fix_by) == expected
