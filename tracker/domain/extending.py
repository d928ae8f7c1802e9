"""Extensions: which later date may be asked or granted, and the days late that stay whatever is granted."""
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.errors import BadInput, Conflict
from tracker.domain.progress import days_late
from tracker.domain.status import OWED, State

#: Lateness of what was handed in is frozen, and a request made before it can still be granted: the wait for the answer was not the unit's.
GRANTABLE = OWED | {State.SUBMITTED}


@dataclass(frozen=True, slots=True)
class Caps:
    """What a dispatch allows. days: the most that extensions add in all to the date first issued; times: how often one is granted; None: no cap."""

    days: int | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """What an extension is counted from: the date in force, the one first issued, and how many extensions were granted so far."""

    due_on: date
    original_due_on: date | None = None
    granted: int = 0

    @property
    def first(self) -> date:
        """The date that the cap of days is counted from."""
        return self.original_due_on or self.due_on


def latest(dates: Dates, caps: Caps) -> date | None:
    """The last date that the cap of days leaves open, None without such a cap."""
    return None if caps.days is None else dates.first + timedelta(caps.days)


def check_times(title: str, dates: Dates, caps: Caps) -> None:
    """Raises Conflict where no further extension can be granted, whatever the date: its number or its days are used up."""
    if caps.times is not None and dates.granted >= caps.times:
        raise Conflict("extension.times", title=title, times=caps.times)
    last = latest(dates, caps)
    if last is not None and last <= dates.due_on:
        raise Conflict("extension.no_room", title=title, days=caps.days, latest=last)


def check_day(title: str, wanted: date, since: date, dates: Dates, caps: Caps) -> None:
    """Raises BadInput for a date that is no extension, lies before the day of asking (since), or breaks the cap of days."""
    if wanted <= dates.due_on:
        raise BadInput("extension.not_later", title=title, due_on=dates.due_on)
    if wanted < since:
        raise BadInput("extension.past", day=wanted)
    last = latest(dates, caps)
    if last is not None and wanted > last:
        raise BadInput("extension.too_far", title=title, days=caps.days, first=dates.first, latest=last)


def late_when_asked(carried: int, due_on: date, asked_on: date) -> int:
    """Whole days late on the day of asking: those of earlier extensions and those by the date in force. Granting keeps them (design, section 2)."""
    return carried + days_late(due_on, asked_on)


def carried_before(late_before: int, due_before: date, asked_on: date) -> int:
    """The other way: what had been carried before this extension was granted."""
    return late_before - days_late(due_before, asked_on)
