"""Working days: holidays and swapped days are data, passed in as one frozen calendar."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Days that differ from the plain week: day → True (worked although a weekend) or False (off)."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether the office works on this day."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def add(self, start: date, working_days: int) -> date:
        """The day that lies so many working days after start (before it where negative); 0 gives start itself."""
        step = ONE_DAY if working_days >= 0 else -ONE_DAY
        day, left = start, abs(working_days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after start up to and including end; negative where end lies before start."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day: for counted terms only (Civil Code 2015, art. 148.5)."""
        while not self.is_working(day):
            day += ONE_DAY
        return day
