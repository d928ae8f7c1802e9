"""Vietnam's public holidays, Tết and compensatory days included, from the `holidays` library."""
from datetime import date
from functools import lru_cache

from holidays import country_holidays


@lru_cache(maxsize=32)
def of_year(year: int) -> dict[date, str]:
    """Days off of one year: day → Vietnamese name."""
    return dict(country_holidays("VN", years=year, language="vi").items())
