"""One assignment as it stood at the end of an earlier day, from its rounds and reviews: what came later is left out."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.status import State


@dataclass(frozen=True, slots=True)
class Round:
    """One round handed in, on its local day."""

    submission_id: int
    on: date
    result: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One review; due_on_before is the date in force when it was given; undone_on the day it was taken back."""

    submission_id: int
    on: date
    accepted: bool
    reason: str = ""
    fix_by: date | None = None
    due_on_before: date | None = None
    undone_on: date | None = None


@dataclass(frozen=True, slots=True)
class Then:
    """What a report needs to know of an assignment on its cut-off day."""

    state: State
    due_on: date | None
    submitted_on: date | None = None
    accepted_on: date | None = None
    accepted_due_on: date | None = None
    fix_by: date | None = None
    return_reason: str = ""
    result: str = ""
    submissions: frozenset[int] = frozenset()


def rewind(
    as_of: date,
    *,
    due_on: date | None,
    acknowledged_on: date | None,
    cancelled_on: date | None,
    rounds: Sequence[Round],
    verdicts: Sequence[Verdict],
) -> Then:
    """The assignment at the end of as_of. due_on is the date in force now; rounds and verdicts stand in the order they happened.

    A return can move the date in force: the first verdict after as_of tells the one before it. Pauses and objections keep no
    days of their own yet, so that on an earlier day such an assignment counts as it stood without them.
    """
    handed_in = [r for r in rounds if r.on <= as_of]
    given = [v for v in verdicts if v.on <= as_of and (v.undone_on is None or v.undone_on > as_of)]
    later = [v for v in verdicts if v.on > as_of and v.undone_on is None]
    then_due = later[0].due_on_before if later else due_on
    last = handed_in[-1] if handed_in else None
    verdict = next((v for v in reversed(given) if last and v.submission_id == last.submission_id), None)
    state = _state(as_of, acknowledged_on, cancelled_on, last, verdict)
    returned = verdict if state == State.RETURNED else None
    accepted = verdict if state == State.ACCEPTED else None
    return Then(
        state, then_due, submitted_on=last.on if last else None, result=last.result if last else "",
        accepted_on=accepted.on if accepted else None, accepted_due_on=accepted.due_on_before if accepted else None,
        fix_by=returned.fix_by if returned else None, return_reason=returned.reason if returned else "",
        submissions=frozenset(r.submission_id for r in handed_in),
    )


def _state(as_of: date, acknowledged_on: date | None, cancelled_on: date | None, last: Round | None, verdict: Verdict | None) -> State:
    if cancelled_on and cancelled_on <= as_of:
        return State.CANCELLED
    if last is None:
        return State.ACKNOWLEDGED if acknowledged_on and acknowledged_on <= as_of else State.ASSIGNED
    if verdict is None:
        return State.SUBMITTED
    return State.ACCEPTED if verdict.accepted else State.RETURNED
