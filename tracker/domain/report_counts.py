"""What a report counts beside the arithmetic: extensions, returns, findings remedied, and the indicators' tables."""
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain import amounts
from tracker.domain.figure_assembly import ONCE
from tracker.domain.figure_data import Cell, FormFigures, PeriodFigures
from tracker.domain.indicators import COLUMN_WORDS, Measure, achieved
from tracker.domain.progress import Line, Standing, timeliness

_DONE = (Standing.DONE_ON_TIME, Standing.DONE_LATE, Standing.DONE_NO_DEADLINE)


@dataclass(frozen=True, slots=True)
class Happened:
    """Over assignments that count: extensions asked for, granted (so many days together) and refused; results sent back; findings, and those done."""

    asked: int = 0
    granted: int = 0
    refused: int = 0
    days: int = 0
    returns: int = 0
    findings: int = 0
    remedied: int = 0

    @property
    def waiting(self) -> int:
        """Requests for more time without an answer."""
        return self.asked - self.granted - self.refused

    def __add__(self, other: "Happened") -> "Happened":
        return Happened(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def plain(self) -> dict[str, int]:
        """As the figures of a report keep it."""
        return {**asdict(self), "waiting": self.waiting}


def happened(lines: Iterable[Line], as_of: date) -> Happened:
    """Counts the lines as they stand on as_of; what is outside the arithmetic is outside here too."""
    counts = dict.fromkeys((f.name for f in fields(Happened)), 0)
    for line in lines:
        standing = timeliness(line, as_of).standing
        if standing == Standing.OUTSIDE:
            continue
        for name in ("asked", "granted", "refused", "days", "returns"):
            counts[name] += getattr(line, f"extension_{name}" if name != "returns" else "returns")
        counts["findings"] += line.task_kind != "task"
        counts["remedied"] += line.task_kind != "task" and standing in _DONE
    return Happened(**counts)


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator of a table: how it is named and shown."""

    code: str
    name: str
    unit: str
    measure: str
    scale: str
    decimals: int

    def shown(self, value: str | None) -> str:
        """For reading; a dash for none."""
        return amounts.shown(Decimal(value), self.scale, self.decimals, measure=self.measure) if value is not None else "–"

    def number(self, value: str | None) -> float | None:
        """For a spreadsheet, in the unit shown."""
        if value is None:
            return None
        return float(Decimal(value) / amounts.factor(self.scale) if self.measure == "money" else Decimal(value))


@dataclass(frozen=True, slots=True)
class UnitMeasured:
    """One unit's figures: for each indicator one exact amount (as text, in the base unit) or None for each column."""

    code: str
    name: str
    handed_in_on: date | None
    cells: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """biểu số liệu of one period as it stood at the cut-off; period: its words, empty where it is asked once; columns: keys of indicators.Column."""

    form_id: int
    dispatch_id: int
    title: str
    period: str
    due_on: date
    columns: tuple[str, ...]
    indicators: tuple[Measured, ...]
    units: tuple[UnitMeasured, ...]
    totals: tuple[tuple[str | None, ...], ...]
    corrections: int = 0

    def missing(self) -> list[UnitMeasured]:
        """Units that have not handed their figures in."""
        return [unit for unit in self.units if unit.handed_in_on is None]

    def total(self, n: int, column: str) -> str | None:
        """The total of the nth indicator in a column; None where it is not asked or not known."""
        return self.totals[n][self.columns.index(column)] if column in self.columns else None

    @property
    def name(self) -> str:
        """The form, and its period where it has several."""
        return f"{self.title}, {self.period}" if self.period else self.title

    def heads(self) -> list[str]:
        """The columns in words."""
        return [COLUMN_WORDS[column] for column in self.columns]  # type: ignore[index]


def table_of(form: FormFigures, period: PeriodFigures) -> IndicatorTable:
    """One period of a form as plain values."""
    columns = tuple(str(column) for column in form.columns)

    def cells(of: Any) -> tuple[tuple[str | None, ...], ...]:
        return tuple(tuple(_text(of(one.code), column) for column in columns) for one in form.indicators)

    return IndicatorTable(
        form.form_id, form.dispatch_id, form.title, "" if period.key == ONCE else period.words, period.due_on, columns,
        tuple(Measured(one.code, one.name, one.unit_words, str(one.measure), one.scale, one.decimals) for one in form.indicators),
        tuple(UnitMeasured(unit.code, unit.name, unit.handed_in_on, cells(unit.cell)) for unit in period.units), cells(period.total),
        sum(len(cell.corrections) for unit in period.units for cell in unit.cells.values()),
    )


def _text(cell: Cell, column: str) -> str | None:
    value = cell.of(column)
    return None if value is None else f"{amounts.plain(value):f}"


def of_unit(table: IndicatorTable, code: str) -> IndicatorTable:
    """The unit's own line of a table, which is then its total."""
    own = tuple(unit for unit in table.units if unit.code == code)
    totals = own[0].cells if own else tuple((None,) * len(table.columns) for _ in table.indicators)
    return IndicatorTable(
        table.form_id, table.dispatch_id, table.title, table.period, table.due_on, table.columns, table.indicators, own, totals, 0)


def measured(tables: Iterable[IndicatorTable]) -> list[dict[str, Any]]:
    """Every indicator's total in words, for sentences and tables: actual, plan and same period, and the percentages between them."""
    found = []
    for table in tables:
        for n, one in enumerate(table.indicators):
            plan, same, actual = (table.total(n, column) for column in ("plan", "same", "actual"))
            found.append({
                "form": table.title, "period": table.period, "name": one.name, "unit": one.unit,
                **{column: one.shown(value) for column, value in zip(table.columns, table.totals[n], strict=True)},
                "of_plan": _share(one, actual, plan), "of_same": _share(one, actual, same),
                "units": len(table.units), "missing": len(table.missing()),
            })
    return found


def _share(one: Measured, actual: str | None, base: str | None) -> str:
    """In percent of the base; of what is a percentage itself nobody takes a percentage."""
    if one.measure == Measure.PERCENT:
        return "–"
    share = achieved(Decimal(actual), Decimal(base)) if actual is not None and base is not None else None
    return "–" if share is None else f"{amounts.shown(share, decimals=1)}%"
