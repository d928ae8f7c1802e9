"""What a report needs of a dispatch's history beside rounds and verdicts: when each assignment was held, redated or cancelled."""
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement, select

from tracker import clock
from tracker.db import db
from tracker.domain.rewind import Hold, Redated
from tracker.domain.status import HELD, State
from tracker.models.events import Event


@dataclass(slots=True)
class Course:
    """By assignment id, each in the order it happened."""

    holds: dict[int, list[Hold]] = field(default_factory=lambda: defaultdict(list))
    redated: dict[int, list[Redated]] = field(default_factory=lambda: defaultdict(list))
    cancelled: dict[int, date] = field(default_factory=dict)
    carried: dict[int, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))
    reviews: dict[int, list[tuple[date, date | None]]] = field(default_factory=lambda: defaultdict(list))
    fixed: dict[int, list[tuple[date, date | None]]] = field(default_factory=lambda: defaultdict(list))

    def late_before(self, assignment_id: int, now: int, as_of: date) -> int:
        """The days late that extensions had left at the end of as_of; now: those of today. carried: each change's day, and the days before it."""
        return next((was for on, was in self.carried[assignment_id] if on > as_of), now)

    def review_on(self, assignment_id: int, now: date | None, as_of: date) -> date | None:
        """The review date as it stood at the end of as_of; now: that of today. reviews: each change's day, and the day before it."""
        return next((was for on, was in self.reviews[assignment_id] if on > as_of), now)

    def fix_by(self, assignment_id: int, now: date | None, as_of: date) -> date | None:
        """The day by which it was to be mended, as it stood at the end of as_of; now: that of today. fixed: each change's day, and the day before it."""
        return next((was for on, was in self.fixed[assignment_id] if on > as_of), now)


def course(of: ColumnElement[bool]) -> Course:
    """Read from the events of these assignments (a condition on Event), by one query."""
    found = Course()
    wanted = (
        select(Event.assignment_id, Event.at, Event.data)
        .where(of, Event.assignment_id.is_not(None), Event.kind.startswith("assignment.")).order_by(Event.id)
    )
    for assignment_id, at, data in db.session.execute(wanted):
        _take(found, assignment_id, clock.local(at).date(), data)
    return found


def _take(found: Course, assignment_id: int, on: date, data: dict[str, str]) -> None:
    was, now = data.get("before", ""), data.get("after", "")
    holds = found.holds[assignment_id]
    if "due_was" in data:
        found.redated[assignment_id].append(Redated(on, date.fromisoformat(data["due_was"]) if data["due_was"] else None))
    if "fix_was" in data:
        found.fixed[assignment_id].append((on, date.fromisoformat(data["fix_was"]) if data["fix_was"] else None))
    if "review_was" in data:
        found.reviews[assignment_id].append((on, date.fromisoformat(data["review_was"]) if data["review_was"] else None))
    # Another pause that reaches further back takes it over: paused before and after.
    taken_over = was == now and bool(data.get("held_on"))
    if was in HELD and (now != was or taken_over) and holds and holds[-1].until is None:
        holds[-1] = replace(holds[-1], until=on)
    if data.get("held_again") and holds and holds[-1].until is None:
        holds[-1] = replace(holds[-1], until=on)
        holds.append(Hold(holds[-1].state, on, date.fromisoformat(data["held_again"])))
    if now in HELD and (now != was or taken_over):
        holds.append(Hold(State(now), on, date.fromisoformat(data["held_on"]) if data.get("held_on") else on))
    if "late_was" in data:
        found.carried[assignment_id].append((on, int(data["late_was"])))
    if was == State.CANCELLED:
        found.cancelled.pop(assignment_id, None)
    if now == State.CANCELLED:
        found.cancelled[assignment_id] = on
