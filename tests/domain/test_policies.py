"""Reminder policies: the built-in ladder day by day, across Tết and after missed days; other ladders; what no ladder can be."""
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.year_2026 import OFFICE
from tracker.domain.errors import BadInput
from tracker.domain.policies import (
    DEFAULT,
    Ladder,
    PolicyStep,
    Rank,
    Rule,
    as_json,
    checked,
    chosen,
    filled,
    from_json,
    furthest_before,
    step_on,
)

DUE = date(2026, 9, 30)  # a Wednesday
DAYS = st.dates(date(2026, 1, 5), date(2026, 12, 20))
#: Kế hoạch: ten and two days before, then a week after, the leaders of the province, a letter, criticism every ten days.
PLAN = Ladder((
    PolicyStep(-10), PolicyStep(-2), PolicyStep(5, (Rank.OFFICER, Rank.DISTRICT_LEADER)), PolicyStep(8, (Rank.PROVINCE_LEADER,)),
    PolicyStep(10, (Rank.LETTER,)), PolicyStep(15, (Rank.OFFICER, Rank.CRITICISM), every=10),
))


def key(chase_on: date, today: date) -> str | None:
    step = step_on(DEFAULT, chase_on, today, OFFICE)
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


@pytest.mark.parametrize(("today", "leader"), [
    (date(2026, 10, 2), False), (date(2026, 10, 5), False), (date(2026, 10, 8), True), (date(2026, 10, 13), True)])
def test_the_leader_is_copied_from_the_second_overdue_step(today: date, leader: bool) -> None:
    step = step_on(DEFAULT, DUE, today, OFFICE)
    assert step is not None and (Rank.DISTRICT_LEADER in step.ranks) == leader


@given(DAYS, DAYS)
def test_a_step_says_what_the_calendar_says(chase_on: date, today: date) -> None:
    found, left = key(chase_on, today), OFFICE.between(today, chase_on)
    if today > chase_on:
        assert found == (f"late-{-left // 3 * 3}" if -left >= 3 else "on-0")
    elif today == chase_on:
        assert found == "on-0"
    elif left > 5:
        assert found is None
    else:
        assert found == f"before-{min(n for n in (5, 3, 1) if n >= left)}"


@given(DAYS, st.integers(0, 40))
def test_the_ladder_never_goes_back(chase_on: date, days: int) -> None:
    order = [f"before-{n}" for n in (5, 3, 1)] + ["on-0"] + [f"late-{3 * n}" for n in range(1, 200)]
    today = chase_on - timedelta(days=12) + timedelta(days=days)
    steps = [key(chase_on, today + timedelta(n)) for n in (0, 1)]
    places = [order.index(step) if step else -1 for step in steps]
    assert places[0] <= places[1] <= places[0] + 3


@given(DAYS)
def test_on_working_days_every_step_has_its_own_day(chase_on: date) -> None:
    chase_on = OFFICE.on_or_after(chase_on)
    for left in (5, 3, 1):
        assert key(chase_on, OFFICE.add(chase_on, -left)) == f"before-{left}"
    for late in (3, 6, 9):
        assert key(chase_on, OFFICE.add(chase_on, late)) == f"late-{late}"


@pytest.mark.parametrize(("today", "expected"), [
    (date(2026, 9, 15), None), (date(2026, 9, 16), "before-10"), (date(2026, 9, 27), "before-10"), (date(2026, 9, 28), "before-2"),
    (date(2026, 9, 30), None),         # no step on the day: what was before it is not told late
    (date(2026, 10, 6), None), (date(2026, 10, 7), "late-5"), (date(2026, 10, 12), "late-8"), (date(2026, 10, 14), "late-10"),
    (date(2026, 10, 21), "late-15"), (date(2026, 11, 3), "late-15"), (date(2026, 11, 4), "late-25"), (date(2026, 11, 18), "late-35"),
])
def test_another_ladder_day_by_day(today: date, expected: str | None) -> None:
    step = step_on(PLAN, DUE, today, OFFICE)
    assert (step.key if step else None) == expected


def test_a_ladder_that_ends_stays_at_its_last_step() -> None:
    once = Ladder((PolicyStep(0), PolicyStep(3)))
    assert [step_on(once, DUE, DUE + timedelta(days), OFFICE).key for days in (0, 5, 60)] == ["on-0", "late-3", "late-3"]  # type: ignore[union-attr]


RULES = [Rule(1, None, None), Rule(2, "kế hoạch", None), Rule(3, None, "flash"), Rule(4, "kế hoạch", "flash")]


@pytest.mark.parametrize(("own", "kind", "urgency", "rules", "expected"), [
    (None, "công văn", None, [], None), (None, "công văn", None, RULES, 1), (None, "kế hoạch", None, RULES, 2), (None, "công văn", "flash", RULES, 3),
    (None, "kế hoạch", "flash", RULES, 4), (None, "kế hoạch", "urgent", RULES, 2), (9, "kế hoạch", "flash", RULES, 9),
    (None, "kế hoạch", "flash", RULES[1:3], 3), (None, None, None, RULES[1:], None),
])
def test_which_policy_holds(own: int | None, kind: str | None, urgency: str | None, rules: list[Rule], expected: int | None) -> None:
    assert chosen(own, kind, urgency, rules) == expected


@pytest.mark.parametrize(("steps", "code"), [
    ([], "policy.no_step"), ([PolicyStep(3), PolicyStep(3)], "policy.same_day"), ([PolicyStep(-251)], "policy.far"), ([PolicyStep(1, ())], "policy.nobody"),
    ([PolicyStep(1, every=-1)], "policy.far"), ([PolicyStep(n) for n in range(13)], "policy.many_steps"),
    ([PolicyStep(1, opening="a" * 301)], "policy.long_opening"), ([PolicyStep(1, opening="Kính gửi {tên}")], "policy.token"),
    ([PolicyStep(1, opening="Còn {số việc")], "policy.token"), ([PolicyStep(1, opening="Còn số việc}")], "policy.token"),
    ([PolicyStep(1, opening="{{số}}")], "policy.token"),
])
def test_what_no_ladder_can_be(steps: list[PolicyStep], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(steps)
    assert refused.value.code == code


def test_steps_come_into_order_and_only_the_last_after_the_date_repeats() -> None:
    typed = [PolicyStep(6, every=3), PolicyStep(-1, every=9), PolicyStep(3, every=2)]
    assert checked(typed) == Ladder((PolicyStep(-1), PolicyStep(3), PolicyStep(6, every=3)))
    assert checked([PolicyStep(0, every=3)]) == Ladder((PolicyStep(0),))


@pytest.mark.parametrize("ladder", [DEFAULT, PLAN, Ladder((PolicyStep(0, opening="Còn {số việc} việc của {số}."),))])
def test_a_ladder_is_kept_and_read_again(ladder: Ladder) -> None:
    assert from_json(as_json(ladder)) == ladder
    assert checked(ladder.steps) == ladder


def test_gaps_of_an_opening_are_filled() -> None:
    values = {"đơn vị": "Huyện Thọ Xuân", "số": "931-CV/HNDT", "số việc": "3", "ngày": "08/09/2026"}
    assert filled("{đơn vị} còn {số việc} việc của {số} đến {ngày}.", values) == "Huyện Thọ Xuân còn 3 việc của 931-CV/HNDT đến 08/09/2026."
    assert filled("{đơn vị}", {**values, "đơn vị": "{số}"}) == "{số}"  # what fills a gap is never read again


def test_how_far_before_a_date_it_begins() -> None:
    assert (furthest_before([DEFAULT]), furthest_before([DEFAULT, PLAN]), furthest_before([Ladder((PolicyStep(3),))])) == (5, 10, 0)


@given(DAYS, DAYS, st.lists(st.integers(-20, 40), min_size=1, max_size=6, unique=True), st.integers(0, 7))
def test_any_ladder_goes_forward_day_by_day(chase_on: date, today: date, days: list[int], every: int) -> None:
    """The step of the next day is the same or a later one, except that the steps before end with the date itself."""
    last = max(days)
    ladder = checked(replace(PolicyStep(n), every=every if n == last else 0) for n in days)
    one, two = (step_on(ladder, chase_on, today + timedelta(n), OFFICE) for n in (0, 1))
    if one is not None and (two is not None or today + timedelta(1) < chase_on):
        assert two is not None and two.days >= one.days
    for step in (one, two):
        assert step is None or step.days in days or (every and step.days > last and (step.days - last) % every == 0)
