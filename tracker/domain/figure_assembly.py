"""Puts the figures of a form together: what each unit gave, what follows from it, what the checks say, and the totals."""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tracker.domain import indicators as rules
from tracker.domain import rhythm, sheet_checks
from tracker.domain.figure_data import Cell, Correction, PeriodFigures, UnitFigures
from tracker.domain.indicators import Column, Indicator, Values
from tracker.domain.sheet_checks import Sheet, Warned

ONCE = "once"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands; period_id None: of the whole form; unit_id None: of the whole province; given: set by the province."""

    period_id: int | None
    unit_id: int | None
    code: str
    field: str
    amount: Decimal | None
    explanation: str = ""
    given: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a form, without figures."""

    id: int
    key: str
    due_on: date
    cut_off_on: date

    @property
    def words(self) -> str:
        """As a heading names it."""
        return period_words(self.key)


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit that a form is asked of."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The last time that a unit handed a period in."""

    on: date
    by: str
    signed_by: str = ""


@dataclass
class Given:
    """All that is known of a form's figures, by unit (None: the province) and period."""

    indicators: Sequence[Indicator]
    columns: Sequence[Column]
    periods: Sequence[Period]
    jump: int = sheet_checks.JUMP
    figures: Iterable[Figure] = ()
    corrections: Mapping[tuple[int, int, str], list[Correction]] = field(default_factory=dict)
    handed_in: Mapping[tuple[int, int], HandedIn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._amounts: dict[tuple[int | None, int | None, str], dict[str, Decimal | None]] = defaultdict(dict)
        self._notes: dict[tuple[int | None, int | None], dict[str, str]] = defaultdict(dict)
        self._plans: set[tuple[int | None, int | None, str]] = set()
        for one in self.figures:
            if one.given and one.field == Column.PLAN and one.amount is not None:
                self._plans.add((one.period_id, one.unit_id, one.code))
            self._amounts[one.period_id, one.unit_id, one.field][one.code] = one.amount
            if one.explanation:
                self._notes[one.period_id, one.unit_id][one.code] = one.explanation
        self._by_key = {period.key: period for period in self.periods}
        self._before = {after.id: before for before, after in zip(self.periods, self.periods[1:], strict=False)}

    def typed(self, period: Period, unit_id: int | None, column: str) -> dict[str, Decimal | None]:
        """What was given of a column, nothing derived."""
        return self._amounts.get((period.id, unit_id, column), {})

    def planned(self, period: Period, unit_id: int, code: str) -> bool:
        """Whether the province has set the plan."""
        return (period.id, unit_id, code) in self._plans

    def baseline(self, unit_id: int | None) -> dict[str, Decimal | None]:
        """What the dispatch said of a unit, or of the province."""
        return self._amounts.get((None, unit_id, "baseline"), {})

    def bank(self, period: Period) -> dict[str, Decimal | None]:
        """What the bank told of all units."""
        return self._amounts.get((period.id, None, "bank"), {})

    def note(self, period: Period, unit_id: int | None, code: str) -> str:
        """The word of explanation."""
        return self._notes.get((period.id, unit_id), {}).get(code, "")

    def before(self, period: Period) -> Period | None:
        """The period before."""
        return self._before.get(period.id)

    def year_before(self, period: Period) -> Period | None:
        """The same period a year earlier."""
        year, dash, part = period.key.partition("-")
        return self._by_key.get(f"{int(year) - 1:04}{dash}{part}") if year.isdigit() else None


def period_words(key: str) -> str:
    """tháng 11/2026, quý IV/2026; một lần for a form that is asked once."""
    return "một lần" if key == ONCE else rhythm.period_named(key).words


def last_values(given: Given, period: Period, unit_id: int | None) -> Values:
    """The actual figures of the period before."""
    before = given.before(period)
    return given.typed(before, unit_id, Column.ACTUAL) if before else {}


def same_values(given: Given, period: Period, unit_id: int | None) -> dict[str, Decimal | None]:
    """cùng kỳ: what was given, else the actual figures of the same period a year before."""
    past = given.year_before(period)
    return {**(given.typed(past, unit_id, Column.ACTUAL) if past else {}), **given.typed(period, unit_id, Column.SAME)}


def cumulative_values(given: Given, period: Period, unit_id: int | None, actual: Values) -> dict[str, Decimal | None]:
    """luỹ kế: what was given, else what can be computed from the year's periods."""
    before = given.before(period)
    in_year = before is not None and before.key[:4] == period.key[:4] and period.key != ONCE
    first = period.key != ONCE and rhythm.period_named(period.key).start.month == 1
    past: Mapping[str, Decimal | None] = {}
    if in_year and before is not None and not first and any(one.flows for one in given.indicators):
        past = cumulative_values(given, before, unit_id, given.typed(before, unit_id, Column.ACTUAL))
    typed = given.typed(period, unit_id, Column.CUMULATIVE)
    found = {
        one.code: rules.cumulative(one, actual.get(one.code), past.get(one.code), first) for one in given.indicators if not one.formula
    }
    return {**found, **{code: amount for code, amount in typed.items() if amount is not None}}


def columns_of(given: Given, period: Period, unit_id: int | None, typed: Mapping[Column, Values] | None = None) -> dict[Column, dict[str, Decimal | None]]:
    """Every column of a unit with what follows from it; typed: what stands on the page instead of what was handed in."""
    typed = typed or {}
    actual = typed.get(Column.ACTUAL, given.typed(period, unit_id, Column.ACTUAL))
    found: dict[Column, Values] = {Column.ACTUAL: actual}
    found[Column.PLAN] = {**given.typed(period, unit_id, Column.PLAN), **typed.get(Column.PLAN, {})}
    found[Column.SAME] = {**same_values(given, period, unit_id), **typed.get(Column.SAME, {})}
    computed = cumulative_values(given, period, unit_id, actual)
    found[Column.CUMULATIVE] = {**computed, **{code: amount for code, amount in typed.get(Column.CUMULATIVE, {}).items() if amount is not None}}
    return {column: rules.derived(given.indicators, found[column]) for column in Column}


def checked(given: Given, period: Period, unit_id: int | None, values: Mapping[Column, Values], communes: Values | None = None) -> dict[str, list[Warned]]:
    """The doubts about a unit's figures, by indicator."""
    asked = {column: values[column] for column in Column if column in given.columns}
    sheet = Sheet(asked, last_values(given, period, unit_id), given.baseline(unit_id), communes or {})
    found: dict[str, list[Warned]] = defaultdict(list)
    doubts = sheet_checks.check(given.indicators, sheet, given.jump) + sheet_checks.empty(given.indicators, values[Column.ACTUAL])
    for warned in doubts:
        found[warned.code].append(warned)
    return dict(found)


def period_figures(given: Given, period: Period, units: Sequence[Asked], as_of: date) -> PeriodFigures:
    """One period of a form with every unit's figures, the doubts about them, and the totals."""
    lines, values = [], []
    for unit in units:
        columns = columns_of(given, period, unit.id)
        lines.append(_line(given, period, unit, columns))
        values.append(columns)
    return PeriodFigures(
        period.id, period.key, period.words, period.due_on, period.cut_off_on, as_of > period.cut_off_on, tuple(lines),
        _totals(given, period, units, values),
    )


def _line(given: Given, period: Period, unit: Asked, columns: Mapping[Column, Values]) -> UnitFigures:
    handed = given.handed_in.get((period.id, unit.id))
    warned = checked(given, period, unit.id, columns) if handed else {}
    last = rules.derived(given.indicators, last_values(given, period, unit.id))
    baseline = given.baseline(unit.id)
    cells = {
        one.code: Cell(
            columns[Column.PLAN].get(one.code), columns[Column.SAME].get(one.code), columns[Column.ACTUAL].get(one.code),
            columns[Column.CUMULATIVE].get(one.code), last.get(one.code), baseline.get(one.code), None, given.note(period, unit.id, one.code),
            tuple(warned.get(one.code, ())), tuple(given.corrections.get((period.id, unit.id, one.code), ())),
        )
        for one in given.indicators
    }
    return UnitFigures(
        unit.id, unit.code, unit.name, handed.on if handed else None, handed.by if handed else "", handed.signed_by if handed else "", cells,
    )


def _totals(given: Given, period: Period, units: Sequence[Asked], values: Sequence[Mapping[Column, Values]]) -> dict[str, Cell]:
    sums = {column: rules.totals(given.indicators, [of_unit[column] for of_unit in values]) for column in Column}
    last = rules.totals(given.indicators, [last_values(given, period, unit.id) for unit in units])
    baseline, bank = given.baseline(None), rules.derived(given.indicators, given.bank(period))
    found = {}
    for one in given.indicators:
        actual = sums[Column.ACTUAL].get(one.code)
        differs = sheet_checks.bank_differs(one, actual, bank.get(one.code))
        found[one.code] = Cell(
            sums[Column.PLAN].get(one.code), sums[Column.SAME].get(one.code), actual, sums[Column.CUMULATIVE].get(one.code), last.get(one.code),
            baseline.get(one.code), bank.get(one.code), given.note(period, None, one.code), (Warned(one.code, "bank", differs),) if differs else (),
        )
    return found
