"""Recurring tasks: the periods of a rhythm, and each one's first and last day, its cut-off (chốt số liệu) and the day it is due.

A day that a month does not have is that month's last: "ngày 30 hằng tháng" is the 28th or 29th in February.
"""
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tracker.domain.errors import BadInput
from tracker.domain.wording import joined, tr

#: Joins a task's own title and its period.
JOINT = tr(" — kỳ ")
ROMAN = ("I", "II", "III", "IV")
#: Longest term after a period's end.
LONGEST_AFTER = 90


class Every(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}
WORDS = {Every.MONTH: tr("hằng tháng"), Every.QUARTER: tr("hằng quý"), Every.HALF: tr("6 tháng một lần"), Every.YEAR: tr("hằng năm")}


@dataclass(frozen=True, slots=True)
class Period:
    """One turn of a rhythm; key: "2026-11", "2026-Q4", "2026-H2", "2026", in order within one rhythm."""

    key: str
    start: date
    end: date

    @property
    def words(self) -> str:
        """As a title names it: "tháng 11/2026", "quý IV/2026", "6 tháng cuối năm 2026", "năm 2026"."""
        year, _, part = self.key.partition("-")
        if not part:
            return tr("năm {year}", year=year)
        if part[0] == "Q":
            return tr("quý {roman}/{year}", roman=ROMAN[int(part[1]) - 1], year=year)
        if part[0] == "H":
            return tr("6 tháng {more} năm {year}", more=tr('đầu') if part == 'H1' else tr('cuối'), year=year)
        return tr("tháng {part}/{year}", part=int(part), year=year)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a task repeats.

    month: in which month of the period it is due, from 1, one more than the period has for the month after it; 0: day counts the days
    after the period's end. commune_day: the day for communes where it differs from that for districts. cut_off: the day of the month up
    to which figures are taken. until: no period that begins later is opened.
    """

    every: Every
    month: int
    day: int
    commune_day: int | None = None
    cut_off: int | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        longest = LONGEST_AFTER if self.month == 0 else 31
        for day, most in ((self.day, longest), (self.commune_day or 1, longest), (self.cut_off or 1, 31)):
            if not 1 <= day <= most:
                raise BadInput("rhythm.day", most=most)
        if not 0 <= self.month <= MONTHS[self.every] + 1:
            raise BadInput("rhythm.month")

    @property
    def words(self) -> str:
        """The rule in one line: "hằng tháng, hạn ngày 19 (xã: ngày 14), chốt số liệu ngày 15"."""
        parts = [WORDS[self.every], tr("hạn {day}", day=self._due_words(self.day))]
        if self.commune_day and self.commune_day != self.day:
            parts[-1] += tr(" (cấp xã: {commune_day})", commune_day=self._due_words(self.commune_day))
        if self.cut_off:
            parts.append(tr("chốt số liệu ngày {cut_off}", cut_off=self.cut_off))
        if self.until:
            parts.append(tr("đến hết ngày {until}", until=f'{self.until:%d/%m/%Y}'))
        return joined(", ", parts)

    def _due_words(self, day: int) -> str:
        if self.month == 0:
            return tr("{day} ngày sau khi hết kỳ", day=day)
        length, shown = MONTHS[self.every], tr("ngày cuối tháng") if day == 31 else tr("ngày {day}", day=day)
        if self.month > length:
            return tr("{shown} của tháng sau kỳ", shown=shown)
        if length == 1:
            return shown
        return tr("{shown} của tháng cuối kỳ", shown=shown) if self.month == length else tr("{shown} của tháng thứ {month}", shown=shown, month=self.month)


def to_json(rhythm: Rhythm) -> dict[str, Any]:
    """As a task keeps it."""
    return {
        "every": str(rhythm.every), "month": rhythm.month, "day": rhythm.day, "commune_day": rhythm.commune_day, "cut_off": rhythm.cut_off,
        "until": rhythm.until.isoformat() if rhythm.until else None,
    }


def from_json(kept: Mapping[str, Any]) -> Rhythm:
    """What to_json wrote. Raises BadInput for values that fit no rhythm."""
    until = kept.get("until")
    return Rhythm(
        Every(kept["every"]), int(kept["month"]), int(kept["day"]), kept.get("commune_day"), kept.get("cut_off"),
        date.fromisoformat(until) if until else None,
    )


def period_of(every: Every, day: date) -> Period:
    """The period that a day lies in."""
    length = MONTHS[every]
    first = (day.month - 1) // length * length + 1
    last = first + length - 1
    nth = (first - 1) // length + 1
    key = {
        Every.MONTH: f"{day.year:04}-{first:02}", Every.QUARTER: f"{day.year:04}-Q{nth}", Every.HALF: f"{day.year:04}-H{nth}", Every.YEAR: f"{day.year:04}",
    }[every]
    return Period(key, date(day.year, first, 1), _in_month(day.year, last, 31))


def period_named(key: str) -> Period:
    """The period of a key; the key itself says how long it is."""
    year, _, part = key.partition("-")
    if not part:
        return period_of(Every.YEAR, date(int(year), 1, 1))
    if part[0] in "QH":
        every = Every.QUARTER if part[0] == "Q" else Every.HALF
        return period_of(every, date(int(year), (int(part[1]) - 1) * MONTHS[every] + 1, 1))
    return period_of(Every.MONTH, date(int(year), int(part), 1))


def following(every: Every, period: Period) -> Period:
    """The period after this one."""
    return period_of(every, period.end + timedelta(days=1))


def due_on(rhythm: Rhythm, period: Period, level: str = "district") -> date:
    """The last day in time of a period, for a unit of this level."""
    day = rhythm.commune_day if level == "commune" and rhythm.commune_day else rhythm.day
    if rhythm.month == 0:
        return period.end + timedelta(days=day)
    months = period.start.month - 1 + rhythm.month - 1
    return _in_month(period.start.year + months // 12, months % 12 + 1, day)


def cut_off_on(rhythm: Rhythm, period: Period, level: str = "district") -> date | None:
    """The day up to which figures are taken: the last such day on or before the due date; None where none is set."""
    if rhythm.cut_off is None:
        return None
    due = due_on(rhythm, period, level)
    this = _in_month(due.year, due.month, rhythm.cut_off)
    before = due.replace(day=1) - timedelta(days=1)
    return this if this <= due else _in_month(before.year, before.month, rhythm.cut_off)


def first(rhythm: Rhythm, day: date) -> Period:
    """The earliest period whose due date has not passed on this day."""
    # The due date lies at most so far behind a period's end.
    period = period_of(rhythm.every, day - timedelta(days=LONGEST_AFTER + 31))
    while due_on(rhythm, period) < day:
        period = following(rhythm.every, period)
    return period


def nearest(rhythm: Rhythm, due: date) -> Period:
    """The period whose due date lies nearest to a day; the earlier of two as near."""
    after = first(rhythm, due)
    before = period_of(rhythm.every, after.start - timedelta(days=1))
    return before if due - due_on(rhythm, before) <= due_on(rhythm, after) - due else after


def to_open(rhythm: Rhythm, last: Period, today: date) -> list[Period]:
    """The periods after the last opened one that are to be opened today, in order.

    Each opens on its first day. Of those that were missed (the machine was off) only the ones whose due date has not passed count, and the
    latest one. None begins after rhythm.until.
    """
    begun: list[Period] = []
    period = following(rhythm.every, last)
    while period.start <= today and (rhythm.until is None or period.start <= rhythm.until):
        begun.append(period)
        period = following(rhythm.every, period)
    return [one for one in begun if one is begun[-1] or due_on(rhythm, one) >= today]


def following_due(rhythm: Rhythm, last: Period) -> Period | None:
    """The period that opens next, None where the rhythm has ended."""
    period = following(rhythm.every, last)
    return None if rhythm.until is not None and period.start > rhythm.until else period


def titled(title: str, period: Period, limit: int = 160) -> str:
    """The title of one period's task: "Báo cáo tình hình — kỳ tháng 11/2026"; its own words are cut where both are too long."""
    tail, own = f"{JOINT}{period.words}", untitled(title)
    if len(own) + len(tail) > limit:
        own = own[: limit - len(tail) - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"
    return own + tail


def untitled(title: str) -> str:
    """The title without its period."""
    return title.rpartition(JOINT)[0] or title


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
