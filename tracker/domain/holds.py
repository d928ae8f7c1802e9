"""A clock that stood still: what was owed moves by exactly the days that it was held, so that a hold neither costs nor gives a day."""
from datetime import date


def held_days(held_on: date, resumed_on: date) -> int:
    """Calendar days that the clock stood still: held_on counts, resumed_on (the first day it runs again) does not; never below 0."""
    return max((resumed_on - held_on).days, 0)


def shifted(day: date | None, held_on: date, resumed_on: date) -> date | None:
    """The date in force after a hold: later by the days held. Lateness is counted in calendar days, so it is the same before and after."""
    return day and date.fromordinal(day.toordinal() + held_days(held_on, resumed_on))
