"""Days in running text: 25/8/2020, 15 tháng 9, tháng 9/2020, quý III; a missing year is inferred from the day of issue."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

DAY = (
    r"(?:ng[aà]y\s*)?(?:\(?thu \w+\)?,?\s*(?:ngay\s*)?\(?)?(?:(?P<d{0}>\d{{1,2}})\s?[/.-]\s?(?P<m{0}>1 [0-2](?=/(?:19|20)\d\d)|\d{{1,2}})"
    r"(?:\s?[/.-]\s?(?P<y{0}>(?:19|"
    r"20)\d\d))?(?![\d/])"
    r"|(?P<e{0}>\d{{1,2}})\s*thang\s*(?P<n{0}>\d{{1,2}})(?:\s*(?:nam\s*|/\s?)(?P<z{0}>(?:19|20)\d\d))?(?!\d))"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day; `inferred` when its year was not written."""

    value: date
    inferred: bool


def day_pattern(number: int) -> str:
    """The pattern of one day, its groups numbered so that a pattern can hold several."""
    return DAY.format(number)


def day_of(match: re.Match[str], number: int, issued: date | None) -> Day | None:
    """The day that the groups `number` hold, or None where there is no such day."""
    groups = match.groupdict()
    day = groups.get(f"d{number}") or groups.get(f"e{number}")
    month = groups.get(f"m{number}") or groups.get(f"n{number}")
    year = groups.get(f"y{number}") or groups.get(f"z{number}")
    if not day or not month:
        return None
    # A scan may part the two digits of a month ('03/1 1/2017').
    return make_day(int(day), int(month.replace(" ", "")), int(year) if year else None, issued)


def make_day(day: int, month: int, year: int | None, issued: date | None) -> Day | None:
    """The day; without a year, the next one on or behind the day of issue."""
    try:
        if year is not None:
            return Day(date(year, month, day), False)
        if issued is None:
            return None
        near = date(issued.year, month, day)
        return Day(near if near >= issued else date(issued.year + 1, month, day), True)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    """The last day of the month."""
    return date(year, month, monthrange(year, month)[1])
