"""Many assignments changed at once in the way `assignments.advance` changes one: state, date, running count and history together."""
from collections import Counter
from typing import Any

from tracker.domain.access import Actor
from tracker.domain.status import Act, after
from tracker.models.assignments import Assignment
from tracker.services import history, tally
from tracker.services.assignments import dates, moved, settle


class Batch:
    """Collects the counts of many changes and moves them once, at `finish`; the caller holds the transaction."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._deltas: Counter[tally.Key] = Counter()
        self.changed = 0

    def act(self, assignment: Assignment, act: Act, fields: dict[str, Any] | None = None, **told: Any) -> None:
        """One step of the workflow, with new values of columns. Raises Conflict where the state does not allow it."""
        was, state = str(assignment.state), after(assignment.state, act, assignment.held_state)
        days = self._change(assignment, state, fields or {})
        self._tell(assignment, f"assignment.{act}", before=was, after=str(state), **days, **told)

    def amend(self, assignment: Assignment, kind: str, told: dict[str, Any], **fields: Any) -> None:
        """New values without a step of the workflow (a new date)."""
        days = self._change(assignment, assignment.state, fields)
        self._tell(assignment, kind, **days, **told)

    def _change(self, assignment: Assignment, state: str, fields: dict[str, Any]) -> dict[str, str]:
        before, days = tally.key_of(assignment), dates(assignment)
        for name, value in fields.items():
            setattr(assignment, name, value)
        settle(assignment, state)
        for key, n in ((before, -1), (tally.key_of(assignment), 1)):
            if key:
                self._deltas[key] += n
        self.changed += 1
        return moved(days, assignment)

    def _tell(self, assignment: Assignment, kind: str, **data: Any) -> None:
        history.record(
            self._actor, kind, dispatch_id=assignment.dispatch_id, assignment_id=assignment.id, unit_id=assignment.unit_id, **data,
        )

    def finish(self) -> None:
        """Moves the running counts."""
        tally.move(self._deltas)
