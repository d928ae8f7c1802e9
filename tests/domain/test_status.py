"""Every state with every act: what the table does not name is refused."""
from itertools import product

import pytest

from tracker.domain.errors import Conflict
from tracker.domain.status import OPEN, OWED, Act, DispatchAct, DispatchState, State, after, dispatch_after, may

#: One line a state; columns in the order of ACTS: where the act leads, or - where it is refused.
TABLE = """
assigned      acknowledged  submitted  -         -         -          objected  -          -     -     objected  paused  -     cancelled  -
acknowledged  -             submitted  -         -         -          objected  -          -     -     objected  paused  -     cancelled  -
submitted     -             -          accepted  returned  -          -         -          -     -     -         -       -     cancelled  held
returned      -             submitted  -         -         submitted  objected  -          -     -     objected  paused  -     cancelled  -
accepted      -             -          -         -         submitted  -         -          -     -     -         -       -     -          -
objected      -             -          -         -         -          -         cancelled  held  held  -         -       -     cancelled  -
paused        -             submitted  -         -         -          -         -          -     -     -         -       held  cancelled  -
cancelled     -             -          -         -         -          -         -          -     -     objected  -       -     -          -
"""
ACTS = (
    Act.ACKNOWLEDGE, Act.SUBMIT, Act.ACCEPT, Act.RETURN, Act.UNDO_REVIEW, Act.OBJECT, Act.UPHOLD, Act.DISMISS, Act.TAKE_BACK,
    Act.UNDO_OBJECTION, Act.PAUSE, Act.RESUME, Act.CANCEL, Act.UNDO_SUBMIT,
)
EXPECTED = {
    (cells[0], act): target for cells in (line.split() for line in TABLE.strip().splitlines()) for act, target in zip(ACTS, cells[1:], strict=True)
}

#: A draft is issued; what is issued is amended, closed or withdrawn; what is closed is opened again; a withdrawn one stays withdrawn.
DISPATCHES = {
    ("draft", "issue"): "issued", ("issued", "amend"): "issued", ("issued", "close"): "closed", ("closed", "reopen"): "issued",
    ("issued", "withdraw"): "withdrawn",
}


def test_the_table_names_every_state_and_every_act() -> None:
    assert set(EXPECTED) == set(product(State, Act))


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", State)
def test_an_assignment_goes_where_the_table_says_or_stays(state: State, act: Act) -> None:
    target = EXPECTED[str(state), act]
    assert may(state, act) == (target != "-")
    if target == "held":
        assert {after(state, act, held) for held in OWED} == OWED
        return
    if target != "-":
        assert after(state, act) == target
        return
    with pytest.raises(Conflict) as refused:
        after(state, act)
    assert (refused.value.code, refused.value.params, refused.value.status) == ("assignment.state", {"state": state, "act": act}, 409)


@pytest.mark.parametrize("act", DispatchAct)
@pytest.mark.parametrize("state", DispatchState)
def test_a_dispatch_goes_where_the_table_says_or_stays(state: DispatchState, act: DispatchAct) -> None:
    target = DISPATCHES.get((str(state), str(act)))
    if target:
        assert dispatch_after(state, act) == target
        return
    with pytest.raises(Conflict, match=r"dispatch\.state"):
        dispatch_after(state, act)


def test_what_waits_for_the_province_is_open_but_not_owed() -> None:
    assert OWED == {State.ASSIGNED, State.ACKNOWLEDGED, State.RETURNED}
    assert OPEN - OWED == {State.SUBMITTED, State.OBJECTED, State.PAUSED}
    assert set(State) - OPEN == {State.ACCEPTED, State.CANCELLED}


def test_what_is_owed_or_paused_can_be_handed_in() -> None:
    assert {state for state in State if may(state, Act.SUBMIT)} == OWED | {State.PAUSED}
