"""Deadlines of a task: precision, the rule that no date is ever faked, and when the next reminder step falls."""
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.calendar import Calendar
from tracker.domain.errors import BadInput

#: Working days before the due or review date on which a unit is reminded (issue: reminders and mail).
STEPS_BEFORE = (5, 3, 1)
#: Working days between two reminders once it is overdue.
OVERDUE_EVERY = 3
#: From this overdue step on the district leader gets a copy.
LEADER_FROM_STEP = 2


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RECURRING = "recurring"
    EVENT = "event"
    NONE = "none"


@dataclass(frozen=True)
class Step:
    """One step of the reminder ladder. key: "before-5", "on-0", "late-3" (3rd working day overdue), unique per deadline version."""

    key: str
    working_days_late: int
    overdue_step: int

    @property
    def copies_leader(self) -> bool:
        """Whether the district leader is copied at this step."""
        return self.overdue_step >= LEADER_FROM_STEP


def check_dates(due_on: date | None, review_on: date | None, issued_on: date) -> None:
    """Refuses a task without any date, and dates before the day of issue. Raises BadInput."""
    if due_on is None and review_on is None:
        raise BadInput("task.no_date")
    for day in (due_on, review_on):
        if day is not None and day < issued_on:
            raise BadInput("task.past_date", day=day, issued_on=issued_on)


def step_on(chase_on: date, today: date, calendar: Calendar) -> Step | None:
    """The latest step that is due by today for something owed on chase_on, or None before the first.

    A missed day is made up for by this latest step only: earlier ones are passed over, never sent late.
    """
    left = calendar.between(today, chase_on)
    if today > chase_on:
        late = max(calendar.between(chase_on, today), 0)
        nth = late // OVERDUE_EVERY
        return Step(f"late-{nth * OVERDUE_EVERY}", late, nth) if nth else Step("on-0", 0, 0)
    if today == chase_on:
        return Step("on-0", 0, 0)
    passed = [n for n in STEPS_BEFORE if left <= n]
    return Step(f"before-{min(passed)}", 0, 0) if passed else None


def chase_day(owed: bool, due_on: date | None, review_on: date | None, fix_by: date | None) -> date | None:
    """The day that reminders count towards: a returned result's fix-by date, else the due date, else the review date; None when nothing is owed."""
    if not owed:
        return None
    return fix_by or due_on or review_on
