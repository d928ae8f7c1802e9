"""When a report compiles itself: Mondays, the first of a month, the first of a quarter, each with the day before as cut-off."""
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
MONTHS_A_QUARTER = 3
DECEMBER = 12


class Every(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


def next_run(every: str, after: date) -> date:
    """The first day of a report strictly after the given day. Raises ValueError for an unknown rhythm."""
    if Every(every) == Every.WEEKLY:
        return after + ONE_DAY * (7 - after.weekday())
    first = _next_month(after)
    while every == Every.QUARTERLY and first.month % MONTHS_A_QUARTER != 1:
        first = _next_month(first)
    return first


def _next_month(day: date) -> date:
    return date(day.year + (day.month == DECEMBER), day.month % DECEMBER + 1, 1)


def latest_run(every: str, planned: date, today: date) -> date:
    """The last day that was due by today, beginning with the planned one: what a machine switched off for weeks makes up for."""
    run = planned
    while (following := next_run(every, run)) <= today:
        run = following
    return run


def cut_off(run: date) -> date:
    """The cut-off of a report made on this day: the day before, which is over."""
    return run - ONE_DAY
