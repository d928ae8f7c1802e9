"""An automatic answer that says until when somebody is away: 'đến hết ngày 12/9', 'trở lại ngày 15/9', 'until 12 September'."""
import re
from datetime import date, timedelta

from tracker.reading.folding import flatten

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_DAY = (
    r"(?:(?P<d>\d{1,2})\s*(?:[/.-]|thang)\s*(?P<m>\d{1,2})(?:\s*(?:[/.-]|nam)\s*(?P<y>\d{4}))?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?P<m2>{_MONTH})(?:,? (?P<y2>\d{{4}}))?"
    rf"|(?P<m3>{_MONTH}) (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y3>\d{{4}}))?)"
)
_LAST = re.compile(rf"(?:den|toi|until|through|till|to)(?: het| cuoi)?(?: ngay)?\s*:?\s*{_DAY}")
_BACK = re.compile(rf"(?:tro lai|quay lai|co mat|di lam lai|back|return(?:ing)?)[^.\d]{{0,40}}?{_DAY}")
#: Nobody writes of an absence that ends later.
LONGEST = timedelta(days=180)


def away_until(text: str, today: date) -> date | None:
    """The last day of the absence that the words name, None where they name none that is still to come."""
    flat = flatten(text[:5_000])
    for pattern, less in ((_LAST, 0), (_BACK, 1)):
        for match in pattern.finditer(flat):
            day = _day(match, today)
            if day is not None and today <= day - timedelta(days=less) <= today + LONGEST:
                return day - timedelta(days=less)
    return None


def _day(match: re.Match[str], today: date) -> date | None:
    said = {name[0]: value for name, value in match.groupdict().items() if value}
    number, month, year = (said.get(part, "") for part in "dmy")
    at = int(month) if month.isdigit() else next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[:3])), 0)
    for guess in [int(year)] if year else [today.year, today.year + 1]:
        try:
            day = date(guess, at, int(number))
        except ValueError:
            continue
        if year or day >= today:
            return day
    return None
