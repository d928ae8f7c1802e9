"""Whose clock ran: by table with days of a real autumn, and by hypothesis that the shares are the time that passed."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.clocks import Clocks, Holder, clocks, holder
from tracker.domain.status import State

ISSUED = date(2026, 9, 1)


def day(n: int) -> date:
    return date(2026, 9, n)


@pytest.mark.parametrize(("changes", "until", "expected"), [
    ([], day(1), Clocks()),
    ([], day(8), Clocks(unit=7)),
    ([(day(2), "acknowledged")], day(8), Clocks(unit=7)),
    # Handed in on the 5th, returned on the 8th, handed in again on the 10th, accepted on the 11th: what comes later is nobody's.
    ([(day(5), "submitted"), (day(8), "returned"), (day(10), "submitted"), (day(11), "accepted")], day(30), Clocks(unit=6, province=4)),
    # The storm: paused from the 3rd to the 7th, both included.
    ([(day(3), "paused"), (day(8), "acknowledged")], day(10), Clocks(unit=4, held=5)),
    # Recorded on the 6th, after it had been acknowledged on the 5th, but reaching back to the 3rd.
    ([(day(5), "acknowledged"), (day(3), "paused"), (day(8), "acknowledged")], day(10), Clocks(unit=4, held=5)),
    # An objection waits for the province and counts for nobody.
    ([(day(2), "objected"), (day(9), "assigned")], day(12), Clocks(unit=4, held=7)),
    # A verdict taken back two days later: the province had it all the time.
    ([(day(5), "submitted"), (day(6), "accepted"), (day(8), "submitted")], day(10), Clocks(unit=4, province=5)),
    # Several acts of one day.
    ([(day(5), "submitted"), (day(5), "returned"), (day(5), "submitted")], day(7), Clocks(unit=4, province=2)),
    ([(day(4), "cancelled")], day(30), Clocks(unit=3)),
])
def test_days_of_each(changes: list[tuple[date, str]], until: date, expected: Clocks) -> None:
    assert clocks(ISSUED, changes, until) == expected


def test_every_state_has_its_holder() -> None:
    assert {state: holder(state) for state in State} == {
        State.ASSIGNED: Holder.UNIT, State.ACKNOWLEDGED: Holder.UNIT, State.RETURNED: Holder.UNIT, State.SUBMITTED: Holder.PROVINCE,
        State.PAUSED: Holder.NOBODY, State.OBJECTED: Holder.NOBODY, State.ACCEPTED: None, State.CANCELLED: None,
    }


OPEN_STATES = [state for state in State if holder(state)]
CHANGES = st.lists(st.tuples(st.integers(-3, 60).map(lambda n: ISSUED + timedelta(n)), st.sampled_from(OPEN_STATES)), max_size=12)


@given(CHANGES, st.integers(0, 90))
def test_the_sum_of_the_clocks_is_the_time_that_has_passed(changes: list[tuple[date, str]], days: int) -> None:
    last = max([ISSUED + timedelta(days), *(on for on, _ in changes)])
    found = clocks(ISSUED, changes, last)
    assert found.elapsed == (last - ISSUED).days
    assert min(found.unit, found.province, found.held) >= 0


@given(CHANGES, st.integers(61, 90), st.sampled_from([State.ACCEPTED, State.CANCELLED]))
def test_once_it_is_over_no_clock_runs(changes: list[tuple[date, str]], days: int, end: State) -> None:
    over = ISSUED + timedelta(days)
    assert clocks(ISSUED, [*changes, (over, end)], over + timedelta(100)).elapsed == days
