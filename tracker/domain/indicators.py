"""Indicators (chỉ tiêu): what is measured and how, derived ones, totals over units, and luỹ kế over periods."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from tracker.domain import amounts, formulas
from tracker.domain.wording import tr


class Measure(StrEnum):
    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"


class Direction(StrEnum):
    MORE = "more"
    LESS = "less"
    NEUTRAL = "neutral"


class Column(StrEnum):
    """What a form asks of each indicator, in the order shown."""

    PLAN = "plan"
    SAME = "same"
    ACTUAL = "actual"
    CUMULATIVE = "cumulative"


COLUMN_WORDS = {Column.PLAN: tr("Kế hoạch"), Column.SAME: tr("Cùng kỳ"), Column.ACTUAL: tr("Thực hiện"), Column.CUMULATIVE: tr("Luỹ kế")}
MEASURE_WORDS = {Measure.MONEY: tr("tiền"), Measure.COUNT: tr("số lượng"), Measure.PERCENT: tr("tỷ lệ %")}
DIRECTION_WORDS = {Direction.MORE: tr("càng nhiều càng tốt"), Direction.LESS: tr("càng ít càng tốt"), Direction.NEUTRAL: tr("chỉ theo dõi")}
Values = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the catalogue, as the rules need it.

    unit: its words (hộ, tổ, %); scale: how money is shown. formula: what it is derived from, then nobody types it. equals: what a typed value
    must come to (a sum of parts, 100 * part / whole); only checked. summed: whether units add up to a total. flows: whether it adds up over
    periods (hộ được vay mới), else it is a standing (dư nợ) and luỹ kế is the last one.
    """

    id: int
    code: str
    name: str
    measure: str = "count"
    unit: str = ""
    scale: str = "one"
    direction: str = "neutral"
    decimals: int = 0
    formula: str | None = None
    equals: str | None = None
    summed: bool = True
    flows: bool = False
    group: str = ""

    @property
    def unit_words(self) -> str:
        """đơn vị tính as a head shows it."""
        return amounts.SCALES[self.scale][0] if self.measure == Measure.MONEY else "%" if self.measure == Measure.PERCENT else self.unit

    def shown(self, amount: Decimal | None) -> str:
        """For reading."""
        return amounts.shown(amount, self.scale, self.decimals, measure=self.measure)

    def exact(self, amount: Decimal | None) -> str:
        """For a field."""
        return amounts.exact(amount, self.scale, measure=self.measure)

    def typed(self, text: str) -> Decimal | None:
        """What was typed for it. Raises BadInput as amounts.typed does."""
        return amounts.typed(text, self.measure, self.scale)


def derived(indicators: Iterable[Indicator], values: Values) -> dict[str, Decimal | None]:
    """The values with the derived indicators in; a formula that names what has no value gives none. Raises BadInput for a formula that is none."""
    wanted = tuple((one.code, one.formula) for one in indicators if one.formula)
    own = {code for code, _ in wanted}
    found = {code: value for code, value in values.items() if code not in own}
    for code, formula in _ordered(wanted):
        found[code] = formulas.evaluate(formula, found)
    return found


@lru_cache(maxsize=256)
def _ordered(wanted: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((code, dict(wanted)[code]) for code in formulas.in_order(dict(wanted)))


def totals(indicators: Sequence[Indicator], by_unit: Iterable[Values]) -> dict[str, Decimal | None]:
    """Over units: what is summed adds up (units without a value count nothing), the derived come from the sums, never from an average.

    What neither adds up nor is derived has no total, and so has what nobody gave.
    """
    sums: dict[str, Decimal | None] = {}
    kept = list(by_unit)
    for one in indicators:
        if one.summed and not one.formula:
            given = [value for values in kept if (value := values.get(one.code)) is not None]
            sums[one.code] = sum(given, Decimal(0)) if given else None
    return derived(indicators, sums)


def cumulative(one: Indicator, actual: Decimal | None, before: Decimal | None, first_of_year: bool) -> Decimal | None:
    """luỹ kế from the year's beginning, where it can be computed: before is the luỹ kế of the period before, in the same year."""
    if actual is None or not one.flows or first_of_year:
        return actual
    return None if before is None else before + actual


def achieved(actual: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """Thực hiện against kế hoạch in percent."""
    return None if actual is None or plan is None or plan == 0 else 100 * actual / plan
