"""Deadlines of a task: precision, the rule that no date is ever faked, and the day that reminders count towards."""
from datetime import date
from enum import StrEnum

from tracker.domain.errors import BadInput


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RECURRING = "recurring"
    EVENT = "event"
    NONE = "none"


def check_dates(due_on: date | None, review_on: date | None, issued_on: date) -> None:
    """Refuses a task without any date, and dates before the day of issue. Raises BadInput."""
    if due_on is None and review_on is None:
        raise BadInput("task.no_date")
    for day in (due_on, review_on):
        if day is not None and day < issued_on:
            raise BadInput("task.past_date", day=day, issued_on=issued_on)


def chase_day(owed: bool, due_on: date | None, review_on: date | None, fix_by: date | None) -> date | None:
    """The day that reminders count towards: a returned result's fix-by date, else the due date, else the review date; None when nothing is owed."""
    if not owed:
        return None
    return fix_by or due_on or review_on
