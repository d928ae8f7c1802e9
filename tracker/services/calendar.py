"""The office's working days: the national holidays with the office's own days off and swapped days over them."""
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from sqlalchemy import select

from tracker import clock
from tracker.adapters import holidays
from tracker.db import read
from tracker.domain.calendar import Calendar
from tracker.models.office import CalendarDay

#: How many working days before its date something counts as due soon.
SOON = 5
_OWN = select(CalendarDay.day, CalendarDay.working)


def working_calendar(around: date | None = None) -> Calendar:
    """The calendar of the year of a day (today by default) and the years beside it."""
    own = {day: working for day, working in read(_OWN)}
    return Calendar({**_national((around or clock.today()).year), **own})


@lru_cache(maxsize=32)
def _national(year: int) -> Mapping[date, bool]:
    """The national exceptions of a year and the years beside it."""
    years = (year - 1, year, year + 1)
    return {day: False for y in years for day in holidays.of_year(y)} | {day: True for y in years for day in holidays.worked_in(y)}


def soon_until(today: date | None = None) -> date:
    """The last day that counts as soon: five working days from today."""
    start = today or clock.today()
    return working_calendar(start).add(start, SOON)
