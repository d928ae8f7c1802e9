"""An earlier cut-off day sees what was known then, and nothing that came later."""
from datetime import date

import pytest

from tracker.domain.rewind import Round, Then, Verdict, rewind
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
