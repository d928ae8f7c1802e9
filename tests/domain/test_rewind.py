"""An earlier cut-off day sees what was known then, and nothing that came later."""
from datetime import date

import pytest

from tracker.domain.rewind import Hold, Redated, Round, Then, Verdict, rewind
from tracker.domain.status import State


def day(n: int) -> date:
    return date(2026, 9, n)


ROUNDS = [Round(1, day(3), "lần một"), Round(2, day(9), "lần hai")]
VERDICTS = [
    Verdict(1, day(5), accepted=False, reason="thiếu biên bản", fix_by=day(10), due_on_before=day(4)),
    Verdict(2, day(11), accepted=True, due_on_before=day(10)),
]


@pytest.mark.parametrize(("as_of", "expected"), [
    (day(1), Then(State.ASSIGNED, day(4))),
    (day(2), Then(State.ACKNOWLEDGED, day(4))),
    (day(3), Then(State.SUBMITTED, day(4), day(3), result="lần một", submissions=frozenset({1}))),
    (day(6), Then(State.RETURNED, day(10), day(3), fix_by=day(10), return_reason="thiếu biên bản", result="lần một", submissions=frozenset({1}))),
    (day(9), Then(State.SUBMITTED, day(10), day(9), result="lần hai", submissions=frozenset({1, 2}))),
    (day(11), Then(State.ACCEPTED, day(10), day(9), day(11), day(10), result="lần hai", submissions=frozenset({1, 2}))),
])
def test_each_day_sees_what_was_known_then(as_of: date, expected: Then) -> None:
    assert rewind(as_of, due_on=day(10), acknowledged_on=day(2), cancelled_on=None, rounds=ROUNDS, verdicts=VERDICTS) == expected


def test_a_verdict_that_was_taken_back_counts_only_until_then() -> None:
    slip = [Verdict(1, day(5), accepted=True, due_on_before=day(4), undone_on=day(7))]
    assert rewind(day(6), due_on=day(4), acknowledged_on=day(2), cancelled_on=None, rounds=ROUNDS[:1], verdicts=slip).state == State.ACCEPTED
    assert rewind(day(7), due_on=day(4), acknowledged_on=day(2), cancelled_on=None, rounds=ROUNDS[:1], verdicts=slip).state == State.SUBMITTED


def test_cancelled_from_its_day_on() -> None:
    def state(as_of: date) -> State:
        return rewind(as_of, due_on=day(4), acknowledged_on=None, cancelled_on=day(8), rounds=[], verdicts=[]).state

    assert (state(day(7)), state(day(8))) == (State.ASSIGNED, State.CANCELLED)


@pytest.mark.parametrize(("as_of", "state", "due", "held_on"), [
    (day(4), State.ACKNOWLEDGED, day(10), None),  # the pause was recorded on the 5th, though it reaches back to the 3rd
    (day(5), State.PAUSED, day(10), day(3)),
    (day(14), State.PAUSED, day(10), day(3)),
    (day(15), State.ACKNOWLEDGED, day(22), None),  # twelve days later
    (day(20), State.ACKNOWLEDGED, day(28), None),  # an extension on the 18th
])
def test_a_pause_counts_from_the_day_it_was_known_and_a_moved_date_from_the_day_it_moved(
    as_of: date, state: State, due: date, held_on: date | None
) -> None:
    found = rewind(
        as_of, due_on=day(28), acknowledged_on=day(2), cancelled_on=None, rounds=[], verdicts=[], holds=[Hold(State.PAUSED, day(5), day(3), day(15))],
        redated=[Redated(day(15), day(10)), Redated(day(18), day(22))],
    )
    assert (found.state, found.due_on, found.held_on) == (state, due, held_on)


def test_what_was_handed_in_while_it_was_paused_waits() -> None:
    held = [Hold(State.PAUSED, day(1), day(1), day(3))]
    found = rewind(day(3), due_on=day(4), acknowledged_on=None, cancelled_on=None, rounds=ROUNDS[:1], verdicts=[], holds=held)
    assert (found.state, found.held_on) == (State.SUBMITTED, None)
