"""What a report over several dispatches is made from: counts of every unit on every dispatch, and who is late; with canonical JSON."""
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

from tracker.domain.progress import Tally
from tracker.domain.report import Letterhead, canonical, counts_of, indicator_table, letterhead_from, most_late
from tracker.domain.report_counts import Happened, IndicatorTable, measured, of_unit

FORMAT = 3
TALLY, _HAPPENED = len(fields(Tally)), len(fields(Happened))
#: A cell's numbers: those of Tally, those of Happened, and how many were carried over from before the period.
WIDTH = TALLY + _HAPPENED + 1
_TALLIED, _HAPPENINGS = attrgetter(*(f.name for f in fields(Tally))), attrgetter(*(f.name for f in fields(Happened)))
UPDATED = [f.name for f in fields(Tally)].index("updated")
NO_FIELD = "Chưa ghi lĩnh vực"


@dataclass(frozen=True, slots=True)
class UnitOf:
    """A unit that has something in the period."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DispatchOf:
    """A dispatch that has something in the period; kind in Vietnamese, field empty where none is set."""

    id: int
    kind: str
    number: str
    issued_on: date
    subject: str
    field: str


@dataclass(frozen=True, slots=True)
class TaskOf:
    """A task that somebody is late with; dispatch: its place in the report's dispatches."""

    dispatch: int
    kind: str
    position: int
    title: str


@dataclass(frozen=True, slots=True)
class LateOf:
    """One assignment that is overdue, or was done late; unit and task: their places in the report. sent_on: when the accepted round came."""

    unit: int
    task: int
    due_on: date
    days: int
    done: bool
    sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What the numbers of some cells come to."""

    counts: Tally
    happened: Happened
    carried: int


@dataclass(frozen=True)
class PeriodData:
    """All that the files and the page show. cells: (unit, dispatch, numbers of WIDTH) by their places, in order.

    scope: period, unit (then there is one unit) or field. whole: whether it is the province's, or one unit's part of it.
    """

    scope: str
    about: str
    period_from: date
    period_to: date
    as_of: date
    letterhead: Letterhead
    units: tuple[UnitOf, ...]
    dispatches: tuple[DispatchOf, ...]
    tasks: tuple[TaskOf, ...]
    cells: tuple[tuple[int, int, tuple[int, ...]], ...]
    late: tuple[LateOf, ...]
    indicators: tuple[IndicatorTable, ...] = ()
    whole: bool = True
    prepared_on: date | None = None

    @cached_property
    def total(self) -> Sums:
        """Over everything."""
        return _sums(numbers for _, _, numbers in self.cells)

    @cached_property
    def by_unit(self) -> list[tuple[UnitOf, Sums]]:
        """One line a unit, in order."""
        return list(zip(self.units, self._grouped([cell[0] for cell in self.cells], len(self.units)), strict=True))

    @cached_property
    def by_dispatch(self) -> list[tuple[DispatchOf, Sums]]:
        """One line a dispatch, in order."""
        return list(zip(self.dispatches, self._grouped([cell[1] for cell in self.cells], len(self.dispatches)), strict=True))

    @cached_property
    def by_field(self) -> list[tuple[str, int, Sums]]:
        """One line a field: its name, how many dispatches, and their sums; what has none comes last."""
        found: dict[str, list[Sums]] = {}
        for dispatch, sums in self.by_dispatch:
            found.setdefault(dispatch.field, []).append(sums)
        order = sorted(found, key=lambda name: (not name, name))
        return [(name or NO_FIELD, len(found[name]), add(found[name])) for name in order]

    @cached_property
    def silent(self) -> list[tuple[UnitOf, DispatchOf, Tally]]:
        """Units that never handed in anything on a dispatch."""
        quiet = [(unit, dispatch, numbers) for unit, dispatch, numbers in self.cells if not numbers[UPDATED] and any(numbers[:6])]
        return [(self.units[unit], self.dispatches[dispatch], counted(numbers)) for unit, dispatch, numbers in quiet]

    def _grouped(self, places: list[int], size: int) -> list[Sums]:
        sums = [[0] * WIDTH for _ in range(size)]
        for place, cell in zip(places, self.cells, strict=True):
            own = sums[place]
            for n, value in enumerate(cell[2]):
                if value:
                    own[n] += value
        return [_read(numbers) for numbers in sums]

    def overdue(self) -> list[LateOf]:
        """What is open and overdue, the longest first."""
        return [one for one in self.late if not one.done]

    def done_late(self) -> list[LateOf]:
        """What was done late, the longest first."""
        return [one for one in self.late if one.done]

    def for_unit(self, code: str) -> "PeriodData":
        """One unit's part. Raises KeyError where it has none."""
        at = next((n for n, unit in enumerate(self.units) if unit.code == code), None)
        if at is None:
            raise KeyError(code)
        cells = [cell for cell in self.cells if cell[0] == at]
        kept = {dispatch: n for n, (_, dispatch, _) in enumerate(cells)}
        late = [one for one in self.late if one.unit == at]
        tasks = {task: n for n, task in enumerate(dict.fromkeys(one.task for one in late))}
        return replace(
            self, units=(self.units[at],), dispatches=tuple(self.dispatches[n] for n in kept), whole=False,
            tasks=tuple(replace(self.tasks[n], dispatch=kept[self.tasks[n].dispatch]) for n in tasks),
            cells=tuple((0, kept[dispatch], numbers) for _, dispatch, numbers in cells),
            late=tuple(replace(one, unit=0, task=tasks[one.task]) for one in late),
            indicators=tuple(of_unit(table, code) for table in self.indicators if any(unit.code == code for unit in table.units)),
        )


def numbers(counts: Tally, happened: Happened, carried: int) -> tuple[int, ...]:
    """A cell's numbers."""
    return (*_TALLIED(counts), *_HAPPENINGS(happened), carried)


def counted(values: Sequence[int]) -> Tally:
    """The arithmetic among a cell's numbers."""
    return Tally(*values[:TALLY])


def _sums(cells: Iterable[tuple[int, ...]]) -> Sums:
    return _read([sum(column) for column in zip(*cells, strict=True)] or [0] * WIDTH)


def _read(values: list[int]) -> Sums:
    return Sums(counted(values), Happened(*values[TALLY:TALLY + _HAPPENED]), values[-1])


def add(parts: Iterable[Sums]) -> Sums:
    """Sums together."""
    return _sums(numbers(one.counts, one.happened, one.carried) for one in parts)


def figures(data: PeriodData) -> dict[str, Any]:
    """The numbers that every form of the report shows, as plain values; sentences name them by their place in here."""
    overdue, done = data.overdue(), data.done_late()
    return {
        "total": counts_of(data.total.counts),
        "happened": data.total.happened.plain(),
        "sizes": {
            "units": len(data.units), "dispatches": len(data.dispatches), "fields": len(data.by_field), "carried": data.total.carried,
            "new": data.total.counts.total - data.total.carried, "late": len(overdue), "late_units": len({one.unit for one in overdue}),
            "done_late": len(done), "done_late_units": len({one.unit for one in done}), "longest": max((one.days for one in overdue), default=0),
            "silent": len({unit.code for unit, _, _ in data.silent}), "silent_times": len(data.silent),
        },
        "most_late": most_late((unit.name, sums.counts) for unit, sums in data.by_unit),
        "indicators": measured(data.indicators),
        "units": {unit.code: counts_of(sums.counts) for unit, sums in data.by_unit},
        "dispatches": [{"id": dispatch.id, **counts_of(sums.counts)} for dispatch, sums in data.by_dispatch],
        "fields": [{"name": name, **counts_of(sums.counts)} for name, _, sums in data.by_field],
    }


def content(data: PeriodData) -> dict[str, Any]:
    """What is kept of the data, as plain values that JSON knows (days as ISO text). The figures stand beside the facts."""
    kept = {
        **{name: getattr(data, name) for name in ("scope", "about", "whole", "cells")},
        **{name: getattr(data, name).isoformat() for name in ("period_from", "period_to", "as_of")},
        "letterhead": asdict(data.letterhead), "indicators": [{**asdict(table), "due_on": table.due_on.isoformat(), "units": [
            {**asdict(unit), "handed_in_on": unit.handed_in_on.isoformat() if unit.handed_in_on else None} for unit in table.units
        ]} for table in data.indicators],
        "units": [(unit.code, unit.name) for unit in data.units],
        "dispatches": [(one.id, one.kind, one.number, one.issued_on.isoformat(), one.subject, one.field) for one in data.dispatches],
        "tasks": [(task.dispatch, task.kind, task.position, task.title) for task in data.tasks],
        "late": [
            (one.unit, one.task, one.due_on.isoformat(), one.days, one.done, one.sent_on.isoformat() if one.sent_on else None) for one in data.late
        ],
    }
    return {"format": FORMAT, "data": kept, "figures": figures(data)}


def to_json(data: PeriodData) -> str:
    """Canonical JSON: equal data give equal text."""
    return canonical(content(data))


def from_json(text: str) -> PeriodData:
    """Reads to_json's text back. Raises ValueError for another format, and for figures that the facts do not give."""
    content = json.loads(text)
    if content.get("format") != FORMAT:
        raise ValueError(f"report data of format {content.get('format')}, over several dispatches this program reads {FORMAT}")
    raw = content["data"]
    day = date.fromisoformat
    data = PeriodData(
        raw["scope"], raw["about"], day(raw["period_from"]), day(raw["period_to"]), day(raw["as_of"]), letterhead_from(raw["letterhead"]),
        tuple(UnitOf(*unit) for unit in raw["units"]),
        tuple(DispatchOf(id, kind, number, day(on), subject, field) for id, kind, number, on, subject, field in raw["dispatches"]),
        tuple(TaskOf(*task) for task in raw["tasks"]), tuple((unit, dispatch, tuple(values)) for unit, dispatch, values in raw["cells"]),
        tuple(LateOf(unit, task, day(due), days, done, day(sent) if sent else None) for unit, task, due, days, done, sent in raw["late"]),
        tuple(indicator_table(table) for table in raw["indicators"]), raw["whole"],
    )
    if json.loads(canonical(figures(data))) != content["figures"]:
        raise ValueError("the stored figures do not follow from the stored facts")
    return data
