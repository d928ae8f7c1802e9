"""The periods that a report is ordered for at a click: this week or the last, months, quarters, halves and years."""
from datetime import date, timedelta

from tracker.domain.wording import tr

ONE_DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
#: Key and words, in the order shown; the empty key leaves the days to the person.
PRESETS = (
    ("week", tr("Tuần này")), ("last_week", tr("Tuần trước")), ("month", tr("Tháng này")), ("last_month", tr("Tháng trước")), ("quarter", tr("Quý này")),
    ("last_quarter", tr("Quý trước")), ("half", tr("Nửa năm này")), ("last_half", tr("Nửa năm trước")), ("year", tr("Năm này")), ("last_year", tr("Năm trước")),
)


def days(preset: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period, seen from today. Raises ValueError for one that is not among PRESETS."""
    kind, back = preset.removeprefix("last_"), preset.startswith("last_")
    if kind == "week":
        first = today - ONE_DAY * (today.weekday() + 7 * back)
        return first, first + 6 * ONE_DAY
    if kind not in MONTHS:
        raise ValueError(preset)
    size = MONTHS[kind]
    first = date(today.year, (today.month - 1) // size * size + 1, 1)
    if back:
        first = _after(first, -size)
    return first, _after(first, size) - ONE_DAY


def _after(first: date, months: int) -> date:
    """The first of the month so many months later."""
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
