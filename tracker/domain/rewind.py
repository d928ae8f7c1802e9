"""One assignment as it stood at the end of an earlier day, from its rounds, reviews, holds and changed dates: what came later is left out."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.status import OWED, State


@dataclass(frozen=True, slots=True)
class Round:
    """The nth round handed in, on its local day; undone_on: the day it was taken back as handed in by mistake (its submission_id is then made up)."""

    submission_id: int
    on: date
    result: str = ""
    undone_on: date | None = None
    n: int = 0


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
class Hold:
    """One time that the clock stood still. on: the day it was recorded, since: the day from which it counts; until: the day it was
    recorded to be over, None while it lasts."""

    state: State
    on: date
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Redated:
    """One change of the date in force, on its local day."""

    on: date
    due_before: date | None


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
    held_on: date | None = None


def rewind(
    as_of: date,
    *,
    due_on: date | None,
    acknowledged_on: date | None,
    cancelled_on: date | None,
    rounds: Sequence[Round],
    verdicts: Sequence[Verdict],
    holds: Sequence[Hold] = (),
    redated: Sequence[Redated] = (),
) -> Then:
    """The assignment at the end of as_of. due_on is the date in force now; everything else stands in the order it happened.

    The first change of the date after as_of (or, for rows older than such records, the first verdict) tells the date before it. A pause
    or an objection counts from the day it was recorded on, and stops the clock from the day it reaches back to: a report of a day before
    it was known stays what it was.
    """
    handed_in = [r for r in rounds if r.on <= as_of and (r.undone_on is None or r.undone_on > as_of)]
    given = [v for v in verdicts if v.on <= as_of and (v.undone_on is None or v.undone_on > as_of)]
    later = [v for v in verdicts if v.on > as_of and v.undone_on is None]
    moved = [change for change in redated if change.on > as_of]
    then_due = due_on
    if moved and (not later or moved[0].on <= later[0].on):
        then_due = moved[0].due_before
    elif later:
        then_due = later[0].due_on_before
    last = handed_in[-1] if handed_in else None
    verdict = next((v for v in reversed(given) if last and v.submission_id == last.submission_id), None)
    state = _state(as_of, acknowledged_on, cancelled_on, last, verdict)
    held = next((h for h in reversed(holds) if h.on <= as_of and (h.until is None or h.until > as_of)), None) if state in OWED else None
    returned = verdict if state == State.RETURNED else None
    accepted = verdict if state == State.ACCEPTED else None
    return Then(
        held.state if held else state, then_due, submitted_on=last.on if last else None, result=last.result if last else "",
        accepted_on=accepted.on if accepted else None, accepted_due_on=accepted.due_on_before if accepted else None,
        fix_by=returned.fix_by if returned else None, return_reason=returned.reason if returned else "",
        submissions=frozenset(r.submission_id for r in handed_in), held_on=held.since if held else None,
    )


def _state(as_of: date, acknowledged_on: date | None, cancelled_on: date | None, last: Round | None, verdict: Verdict | None) -> State:
    if cancelled_on and cancelled_on <= as_of:
        return State.CANCELLED
    if last is None:
        return State.ACKNOWLEDGED if acknowledged_on and acknowledged_on <= as_of else State.ASSIGNED
    if verdict is None:
        return State.SUBMITTED
    return State.ACCEPTED if verdict.accepted else State.RETURNED
