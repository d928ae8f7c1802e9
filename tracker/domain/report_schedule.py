"""When a report compiles itself: periods with their cut-off (chốt số liệu), the working day on which it leaves, and packs before a meeting."""
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tracker.domain.calendar import Calendar

ONE_DAY = timedelta(days=1)
SUNDAY = 7


class Every(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEAR = "half_year"
    YEAR = "year"


#: How many months a period takes in.
MONTHS = {Every.MONTHLY: 1, Every.QUARTERLY: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, and what closes a period: a day of the week (1 Monday to 7 Sunday) or of the period's last month (1 to 28); None for its last day.

    send_after: on which working day after the cut-off it leaves; 0: on the next day, working or not.
    """

    every: Every
    cut_day: int | None = None
    send_after: int = 1

    def first_cut(self, after: date) -> date:
        """The first cut-off that lies after the given day."""
        if self.every == Every.WEEKLY:
            return after + ONE_DAY * (((self.cut_day or SUNDAY) - after.isoweekday() - 1) % 7 + 1)
        size, place = MONTHS[self.every], after.year * 12 + after.month - 1
        last = place // size * size + size - 1
        found = self._in_month(last)
        return found if found > after else self._in_month(last + size)

    def _in_month(self, place: int) -> date:
        year, month = place // 12, place % 12 + 1
        return date(year, month, self.cut_day or monthrange(year, month)[1])

    def begins(self, cut_off: date) -> date:
        """The first day of the period that this cut-off closes."""
        if self.every == Every.WEEKLY:
            return cut_off - 6 * ONE_DAY
        return self._in_month(cut_off.year * 12 + cut_off.month - 1 - MONTHS[self.every]) + ONE_DAY

    def leaves(self, cut_off: date, calendar: Calendar) -> date:
        """The day on which the report of this cut-off is compiled and sent: always after it, when its last day is over."""
        return calendar.add(cut_off, self.send_after) if self.send_after else cut_off + ONE_DAY

    def next_cut(self, today: date, calendar: Calendar) -> date:
        """The first cut-off whose report leaves after today."""
        return self._since(today, calendar)[1]

    def latest_cut(self, today: date, calendar: Calendar) -> date:
        """The last cut-off whose report was to leave by today: what a machine that was off for weeks makes up for."""
        return self._since(today, calendar)[0]

    def _since(self, today: date, calendar: Calendar) -> tuple[date, date]:
        """The two neighbouring cut-offs between whose days of leaving today lies."""
        cut = self.first_cut(today - ONE_DAY)
        while self.leaves(cut, calendar) > today:
            cut = self.begins(cut) - ONE_DAY
        return cut, self.first_cut(cut)


@dataclass(frozen=True, slots=True)
class Meetings:
    """A meeting that comes every week, month …: its day (as Rhythm.cut_day), its hour, and how many hours before it the pack is made."""

    rhythm: Rhythm
    at: time
    hours_before: int

    def first(self, after: datetime) -> datetime:
        """The first meeting whose pack is to be made after this moment; local time on both sides."""
        day = self.rhythm.first_cut(after.date() - ONE_DAY)
        while self.made(self._meets(day, after)) <= after:
            day = self.rhythm.first_cut(day)
        return self._meets(day, after)

    def _meets(self, day: date, like: datetime) -> datetime:
        return datetime.combine(day, self.at, like.tzinfo)

    def made(self, meeting: datetime) -> datetime:
        """When the pack of this meeting is made."""
        return meeting - timedelta(hours=self.hours_before)
