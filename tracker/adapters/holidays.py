"""Vietnam's public holidays, Tết and compensatory days included, and the Saturdays worked for them, from the `holidays` library."""
from datetime import date
from functools import lru_cache

from holidays import HolidayBase, country_holidays


def _year(year: int) -> HolidayBase:
    return country_holidays("VN", years=year, language="vi")


@lru_cache(maxsize=32)
def of_year(year: int) -> dict[date, str]:
    """Days off of one year: day → Vietnamese name."""
    return dict(_year(year).items())


@lru_cache(maxsize=32)
def worked_in(year: int) -> frozenset[date]:
    """Days of weekends that are worked in one year, because a day between holidays is free for them."""
    return frozenset(day for day in _year(year).weekend_workdays if day.year == year)
