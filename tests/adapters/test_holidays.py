"""The national calendar of 2026, as the government announced it."""
from datetime import date

from flask import Flask

from tests.domain.year_2026 import OFFICE, TET
from tracker.adapters import holidays
from tracker.services.calendar import working_calendar


def test_tet_and_the_swapped_saturday_of_2026() -> None:
    off = holidays.of_year(2026)
    assert {day for day in TET if day.weekday() < 5} <= set(off)
    assert {date(2026, 4, 27), date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)} <= set(off)
    assert holidays.worked_in(2026) == {date(2026, 8, 22)}


def test_the_offices_calendar_of_2026_day_by_day(sqlite_app: Flask) -> None:
    calendar = working_calendar(date(2026, 6, 1))
    different = [day for n in range(304) if calendar.is_working(day := date.fromordinal(date(2026, 1, 1).toordinal() + n)) != OFFICE.is_working(day)]
    assert different == []
