"""What one cell or line shows about an assignment: its most urgent truth, as a kind (text + shape + colour) and a number of days."""
from dataclasses import dataclass
from datetime import date

from tracker.domain.progress import days_late
from tracker.domain.status import State


@dataclass(frozen=True, slots=True)
class Badge:
    """kind: new, ack, wait, ret, done, dlate, over, soon, none, pause, ask (the shapes of the look); days late or left; dated: it has a due date.

    pause: the clock is stopped; ask: the unit asked whether the task is its own; none also stands for one that was cancelled.
    """

    kind: str
    days: int = 0
    dated: bool = True


_OUTSIDE: dict[str, str] = {State.CANCELLED: "none", State.PAUSED: "pause", State.OBJECTED: "ask"}


def badge(state: str, due_on: date | None, submitted_on: date | None, today: date, soon_until: date, late_before: int = 0) -> Badge:
    """The badge of an assignment on a day; soon_until is today plus five working days. Late begins the day after due_on.

    late_before: days late before an extension; they count with what is late by the new date, as in domain.progress.timeliness.
    """
    if state == State.ACCEPTED:
        late = (days_late(due_on, submitted_on) if submitted_on else 0) + late_before if due_on else 0
        return Badge("dlate", late) if late > 0 else Badge("done", dated=due_on is not None)
    if state == State.SUBMITTED:
        return Badge("wait", dated=due_on is not None)
    if kind := _OUTSIDE.get(state):
        return Badge(kind, dated=due_on is not None)
    return _owed(state, due_on, today, soon_until, late_before)


def _owed(state: str, due_on: date | None, today: date, soon_until: date, late_before: int) -> Badge:
    if due_on and due_on < today:
        return Badge("over", days_late(due_on, today) + late_before)
    if state == State.RETURNED:
        return Badge("ret", dated=due_on is not None)
    if due_on and due_on <= soon_until:
        return Badge("soon", (due_on - today).days)
    if state == State.ASSIGNED:
        return Badge("new", dated=due_on is not None)
    return Badge("ack") if due_on else Badge("none", dated=False)
