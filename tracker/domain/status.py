"""The workflow of an assignment and of a dispatch: which act leads from which state to which (design, section 2)."""
from enum import StrEnum

from tracker.domain.errors import Conflict


class State(StrEnum):
    """Stored workflow state of an assignment; timeliness is never stored."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    OBJECTED = "objected"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Act(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    UNDO_REVIEW = "undo_review"
    UNDO_SUBMIT = "undo_submit"                # what was handed in by mistake is taken back: the state before comes back
    OBJECT = "object"                          # không thuộc trách nhiệm: the unit says that it is not its task
    UPHOLD = "uphold"                          # the province agrees: the assignment falls outside every count
    DISMISS = "dismiss"                        # the province does not agree
    TAKE_BACK = "take_back"                    # the unit takes its objection back
    UNDO_OBJECTION = "undo_objection"          # the province takes its own decision about one back
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


class DispatchState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class DispatchAct(StrEnum):
    ISSUE = "issue"
    AMEND = "amend"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


#: Owed by the unit: what is chased. What waits for the province's review is open but not owed.
OWED = frozenset({State.ASSIGNED, State.ACKNOWLEDGED, State.RETURNED})
#: The clock stands still: the state before is kept (Assignment.held_state) and comes back.
HELD = frozenset({State.OBJECTED, State.PAUSED})
#: Counted as open in reports.
OPEN = OWED | HELD | {State.SUBMITTED}

TRANSITIONS: dict[tuple[State, Act], State] = {
    (State.ASSIGNED, Act.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ASSIGNED, Act.SUBMIT): State.SUBMITTED,
    (State.ACKNOWLEDGED, Act.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Act.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Act.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Act.RETURN): State.RETURNED,
    (State.ACCEPTED, Act.UNDO_REVIEW): State.SUBMITTED,
    (State.RETURNED, Act.UNDO_REVIEW): State.SUBMITTED,
    (State.PAUSED, Act.SUBMIT): State.SUBMITTED,
    (State.OBJECTED, Act.UPHOLD): State.CANCELLED,
    (State.CANCELLED, Act.UNDO_OBJECTION): State.OBJECTED,
    **{(state, Act.UNDO_OBJECTION): State.OBJECTED for state in OWED},
    **{(state, Act.OBJECT): State.OBJECTED for state in OWED},
    **{(state, Act.PAUSE): State.PAUSED for state in OWED},
    **{(state, Act.CANCEL): State.CANCELLED for state in OPEN},
}
#: Acts that give back the state which was held, or which was before.
GIVES_BACK = frozenset(
    {(State.PAUSED, Act.RESUME), (State.OBJECTED, Act.DISMISS), (State.OBJECTED, Act.TAKE_BACK), (State.SUBMITTED, Act.UNDO_SUBMIT)}
)

DISPATCH_TRANSITIONS: dict[tuple[DispatchState, DispatchAct], DispatchState] = {
    (DispatchState.DRAFT, DispatchAct.ISSUE): DispatchState.ISSUED,
    (DispatchState.ISSUED, DispatchAct.AMEND): DispatchState.ISSUED,
    (DispatchState.ISSUED, DispatchAct.CLOSE): DispatchState.CLOSED,
    (DispatchState.CLOSED, DispatchAct.REOPEN): DispatchState.ISSUED,
    (DispatchState.ISSUED, DispatchAct.WITHDRAW): DispatchState.WITHDRAWN,
}


def after(state: str, act: Act, held: str | None = None) -> State:
    """The assignment's state after the act; held: the state before, of a held one or of what is taken back.

    Raises Conflict("assignment.state") where the table has no such way.
    """
    if held and (State(state), act) in GIVES_BACK:
        return State(held)
    try:
        return TRANSITIONS[State(state), act]
    except KeyError:
        raise Conflict("assignment.state", state=str(state), act=str(act)) from None


def dispatch_after(state: str, act: DispatchAct) -> DispatchState:
    """The dispatch's state after the act. Raises Conflict("dispatch.state") where the table has no such way."""
    try:
        return DISPATCH_TRANSITIONS[DispatchState(state), act]
    except KeyError:
        raise Conflict("dispatch.state", state=str(state), act=str(act)) from None


def may(state: str, act: Act) -> bool:
    """Whether the act is possible from this state (for showing a button or not)."""
    return (State(state), act) in TRANSITIONS or (State(state), act) in GIVES_BACK
