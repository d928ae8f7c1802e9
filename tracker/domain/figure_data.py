"""The figures of forms as they stood at the end of a day: plain frozen data that pages and compiled reports are made from."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tracker.domain.indicators import Column, Indicator
from tracker.domain.sheet_checks import Warned


@dataclass(frozen=True, slots=True)
class Correction:
    """One change after the cut-off: when, who, why, which column, before and after; granted_by: who let the unit correct ("" for the province's own)."""

    on: date
    by: str
    granted_by: str
    reason: str
    column: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's (or the total's) figures for one indicator; None: not given, not asked, or not to be computed.

    last: the actual one of the period before; baseline: what the dispatch said; bank: what the bank told of all units (totals only).
    """

    plan: Decimal | None = None
    same: Decimal | None = None
    actual: Decimal | None = None
    cumulative: Decimal | None = None
    last: Decimal | None = None
    baseline: Decimal | None = None
    bank: Decimal | None = None
    explanation: str = ""
    warnings: tuple[Warned, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def of(self, column: str) -> Decimal | None:
        """The figure of a column."""
        found: Decimal | None = getattr(self, str(column))
        return found


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """One unit's line; handed_in_on None: it has not handed in by that day. cells by the indicator's code."""

    unit_id: int
    code: str
    name: str
    handed_in_on: date | None
    handed_in_by: str
    signed_by: str
    cells: Mapping[str, Cell] = field(default_factory=dict)

    def cell(self, code: str) -> Cell:
        """The unit's figures for an indicator."""
        return self.cells.get(code, EMPTY)


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One period (kỳ) of a form. late counts from due_on; locked: whether the cut-off (chốt số liệu) had passed."""

    period_id: int
    key: str
    words: str
    due_on: date
    cut_off_on: date
    locked: bool
    units: tuple[UnitFigures, ...]
    totals: Mapping[str, Cell]

    @property
    def missing(self) -> tuple[UnitFigures, ...]:
        """Who has not handed in."""
        return tuple(unit for unit in self.units if unit.handed_in_on is None)

    def total(self, code: str) -> Cell:
        """The figures of all units together."""
        return self.totals.get(code, EMPTY)


@dataclass(frozen=True, slots=True)
class FormFigures:
    """biểu số liệu: what it asks, and its periods from the first one on."""

    form_id: int
    dispatch_id: int
    task_id: int | None
    title: str
    rhythm: str
    columns: tuple[Column, ...]
    indicators: tuple[Indicator, ...]
    periods: tuple[PeriodFigures, ...]
