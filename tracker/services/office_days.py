"""The calendar of the office: national holidays with its own days off and swapped days over them, by name. A change never moves an issued date."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select

from tracker import clock
from tracker.adapters import holidays
from tracker.db import db, read
from tracker.domain.access import Actor, Right
from tracker.domain.calendar import Calendar
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.models.office import CalendarDay
from tracker.services import history

LONGEST_NAME = 120
#: A year further away is a slip of the hand.
MOST_YEARS = 5
WORKED = tr("Làm bù")


@dataclass(frozen=True, slots=True)
class Day:
    """One day that differs from the plain week; own: set by the office, not by the national calendar."""

    day: date
    working: bool
    name: str
    own: bool


def days(year: int) -> list[Day]:
    """The days of a year that differ from the plain week, the office's own over the national ones, in order."""
    return between(date(year, 1, 1), date(year, 12, 31))


def between(first: date, last: date) -> list[Day]:
    """The same for any stretch of days; one query."""
    found = {day.day: day for year in range(first.year, last.year + 1) for day in national(year) if first <= day.day <= last}
    own = select(CalendarDay.day, CalendarDay.working, CalendarDay.name).where(CalendarDay.day.between(first, last))
    found.update({day: Day(day, working, name, True) for day, working, name in read(own)})
    return sorted(found.values(), key=lambda day: day.day)


def national(year: int) -> list[Day]:
    """The national calendar's days of a year."""
    off = [Day(day, False, name, False) for day, name in holidays.of_year(year).items()]
    return off + [Day(day, True, WORKED, False) for day in holidays.worked_in(year)]


def own_days(year: int) -> list[CalendarDay]:
    """What the office itself set in a year."""
    wanted = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))).order_by(CalendarDay.day)
    return list(db.session.scalars(wanted))


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month's sheet; kind: work, weekend, off (a holiday), worked (a weekend day that is worked); own: set by the office."""

    day: date
    kind: str
    name: str = ""
    own: bool = False


@dataclass(frozen=True)
class Month:
    """A month as a sheet of weeks from Monday on (None outside of it), its named days, and how many days are worked."""

    number: int
    weeks: list[list[Cell | None]]
    named: list[Cell]
    working: int


def months(year: int) -> list[Month]:
    """The twelve sheets of a year."""
    known = {day.day: day for day in days(year)}
    return [_month(year, number, known) for number in range(1, 13)]


def month(year: int, number: int) -> Month:
    """One sheet of a year."""
    first = date(year, number, 1)
    return _month(year, number, {day.day: day for day in between(first, first + timedelta(days=30))})


def _month(year: int, number: int, known: dict[date, Day]) -> Month:
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    cells = [_cell(first + timedelta(n), known) for n in range((after - first).days)]
    padded: list[Cell | None] = [None] * first.weekday() + list(cells)
    padded += [None] * (-len(padded) % 7)
    weeks = [padded[n : n + 7] for n in range(0, len(padded), 7)]
    return Month(number, weeks, [cell for cell in cells if cell.name or cell.own], sum(cell.kind in ("work", "worked") for cell in cells))


def _cell(day: date, known: dict[date, Day]) -> Cell:
    weekend, found = not Calendar().is_working(day), known.get(day)
    if found is None:
        return Cell(day, "weekend" if weekend else "work")
    kind = ("worked" if weekend else "work") if found.working else "off"
    return Cell(day, kind, found.name, found.own)


def set_day(actor: Actor, day: date, working: bool, name: str) -> None:
    """Makes a day off or worked; dates already issued do not move. Raises Forbidden; BadInput for a day long ago or far off."""
    actor.need(Right.SETTINGS_MANAGE)
    check_year(day)
    db.session.merge(CalendarDay(day=day, working=working, name=name.strip()[:LONGEST_NAME]))
    history.record(actor, "office.day", day=day.isoformat(), after=working, name=name.strip()[:LONGEST_NAME])


def check_year(day: date) -> None:
    """Raises BadInput for a day of a year that is far from this one."""
    if abs(day.year - clock.today().year) > MOST_YEARS:
        raise BadInput("office.day_far", field="day")


def drop_day(actor: Actor, day: date) -> None:
    """Gives a day back to the national calendar. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    db.session.execute(delete(CalendarDay).where(CalendarDay.day == day))
    history.record(actor, "office.day_dropped", day=day.isoformat())


def stretches(found: Iterable[Day]) -> list[tuple[date, date, str]]:
    """Days of one name that follow each other as first and last day: Quốc khánh from 01/09 to 02/09."""
    runs: list[tuple[date, date, str]] = []
    for day in sorted(found, key=lambda one: one.day):
        if runs and runs[-1][2] == day.name and day.day - runs[-1][1] == timedelta(1):
            runs[-1] = (runs[-1][0], day.day, day.name)
        else:
            runs.append((day.day, day.day, day.name))
    return runs
