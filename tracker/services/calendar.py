"""The office's working days: the national holidays with the office's own days off and swapped days over them."""
from datetime import date

from sqlalchemy import select

from tracker import clock
from tracker.adapters import holidays
from tracker.db import db
from tracker.domain.calendar import Calendar
from tracker.models.office import CalendarDay

#: How many working days before its date something counts as due soon.
SOON = 5


def working_calendar(around: date | None = None) -> Calendar:
    """The calendar of the year of a day (today by default) and the years beside it."""
    year = (around or clock.today()).year
    years = (year - 1, year, year + 1)
    exceptions = {day: False for y in years for day in holidays.of_year(y)} | {day: True for y in years for day in holidays.worked_in(y)}
    exceptions.update({row.day: row.working for row in db.session.execute(select(CalendarDay.day, CalendarDay.working))})
    return Calendar(exceptions)


def soon_until(today: date | None = None) -> date:
    """The last day that counts as soon: five working days from today."""
    start = today or clock.today()
    return working_calendar(start).add(start, SOON)
