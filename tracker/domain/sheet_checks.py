"""Checks of a sheet of figures that warn and ask for a word of explanation; none of them ever blocks."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tracker.domain import figures as rules
from tracker.domain import formulas
from tracker.domain.amounts import factor
from tracker.domain.indicators import COLUMN_WORDS, Column, Indicator, Measure, Values
from tracker.domain.wording import tr

#: The default of a form: a change against the last period above this share of it asks for a word.
JUMP = 50
EMPTY = tr("Chưa có số thực hiện. Nếu không phát sinh, hãy ghi 0; nếu chưa có số, hãy ghi vì sao.")
#: triệu for tỷ is a factor of a thousand; so near to it a change is a slip rather than growth.
_SLIP_FROM, _SLIP_TO = rules.SLIP / 3, rules.SLIP * 3


@dataclass(frozen=True, slots=True)
class Warned:
    """One doubt about an indicator: its code, the kind of check, and a Vietnamese sentence."""

    code: str
    kind: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """What is checked: the values by column, derived ones included; the last period's actual ones, the baseline, the sum of the communes."""

    values: Mapping[Column, Values]
    last: Values = field(default_factory=dict)
    baseline: Values = field(default_factory=dict)
    communes: Values = field(default_factory=dict)


def check(indicators: Sequence[Indicator], sheet: Sheet, jump: int = JUMP) -> list[Warned]:
    """Every doubt in the order of the indicators, at most one of a kind for each."""
    found: dict[tuple[str, str], Warned] = {}
    names = {one.code: one for one in indicators}
    for one in indicators:
        for warned in _of(one, names, sheet, jump):
            found.setdefault((warned.code, warned.kind), warned)
    return list(found.values())


def _of(one: Indicator, names: Mapping[str, Indicator], sheet: Sheet, jump: int) -> Iterator[Warned]:
    for column, values in sheet.values.items():
        amount = values.get(one.code)
        if amount is not None:
            yield from _range(one, column, amount)
            yield from _equals(one, names, column, amount, values)
    actual = sheet.values.get(Column.ACTUAL, {}).get(one.code)
    if actual is None:
        return
    if not one.formula:
        yield from _change(one, actual, sheet.last.get(one.code), sheet.baseline.get(one.code), jump)
        cumulative = sheet.values.get(Column.CUMULATIVE, {}).get(one.code)
        if one.flows and cumulative is not None and 0 <= cumulative < actual:
            yield Warned(one.code, "cumulative", tr("Luỹ kế {cumulative} nhỏ hơn thực hiện trong kỳ {actual}.", cumulative=one.shown(cumulative),
                actual=one.shown(actual)))
        communes = sheet.communes.get(one.code)
        if communes is not None and communes != actual:
            yield Warned(one.code, "communes", tr("Khác số cộng của các xã: {communes}, chênh {one}.", communes=one.shown(communes),
                one=_signed(one, actual - communes)))


def empty(indicators: Sequence[Indicator], actual: Values) -> list[Warned]:
    """A doubt for every indicator that was left without a figure."""
    return [Warned(one.code, "empty", EMPTY) for one in indicators if not one.formula and actual.get(one.code) is None]


def _signed(one: Indicator, change: Decimal) -> str:
    return f"{'+' if change > 0 else '−'}{one.shown(abs(change))}"


def _range(one: Indicator, column: Column, amount: Decimal) -> Iterator[Warned]:
    if one.measure == Measure.PERCENT and not 0 <= amount <= 100:
        yield Warned(one.code, "range", tr("{column_words} {amount}% nằm ngoài khoảng 0 đến 100.", column_words=COLUMN_WORDS[column], amount=one.shown(amount)))
    elif one.measure != Measure.PERCENT and amount < 0:
        yield Warned(one.code, "range", tr("{column_words} {amount} là số âm.", column_words=COLUMN_WORDS[column], amount=one.shown(amount)))


def _equals(one: Indicator, names: Mapping[str, Indicator], column: Column, amount: Decimal, values: Values) -> Iterator[Warned]:
    if not one.equals:
        return
    wanted = formulas.evaluate(one.equals, values)
    if wanted is None or abs(wanted - amount) <= _slack(one, names, amount, values):
        return
    said = tr("{column_words} {amount} không khớp với {wanted} tính từ các chỉ tiêu thành phần", column_words=COLUMN_WORDS[column], amount=one.shown(amount),
        wanted=one.shown(wanted))
    slipped = one.measure == Measure.MONEY and _slipped(one, names, amount, values)
    yield Warned(one.code, "slip" if slipped else "sum", tr("{said}: có thể nhầm triệu với tỷ ở “{slipped}”.", said=said,
        slipped=slipped) if slipped else tr("{said}.", said=said))


def _slack(one: Indicator, names: Mapping[str, Indicator], amount: Decimal, values: Values) -> Decimal:
    """Half a last digit of each figure that was rounded to be written; counts are exact."""
    if one.measure == Measure.PERCENT:
        return rules.rounding(amount)
    if one.measure != Measure.MONEY:
        return Decimal(0)
    parts = [(names[code], value) for code in formulas.codes(one.equals or "") if code in names and (value := values.get(code)) is not None]
    return sum((_half_digit(part, value) for part, value in [(one, amount), *parts]), Decimal(0))


def _half_digit(one: Indicator, amount: Decimal) -> Decimal:
    unit = factor(one.scale)
    return min(rules.rounding(amount / unit), Decimal(1)) * unit / 2 if amount else Decimal(0)


def _slipped(one: Indicator, names: Mapping[str, Indicator], amount: Decimal, values: Values) -> str:
    """The name of the part, or of the total itself, that would fit a thousand times larger or smaller."""
    for code in (one.code, *sorted(formulas.codes(one.equals or ""))):
        for times in (rules.SLIP, 1 / rules.SLIP):
            value = values.get(code)
            changed = {**values, code: value * times if value is not None else None}
            wanted, total = formulas.evaluate(one.equals or "", changed), changed.get(one.code) or amount
            if code in names and wanted is not None and abs(wanted - total) <= _slack(one, names, total, changed):
                return names[code].name
    return ""


def _change(one: Indicator, actual: Decimal, last: Decimal | None, baseline: Decimal | None, jump: int) -> Iterator[Warned]:
    before, what = (last, tr("kỳ trước")) if last is not None else (baseline, tr("mốc trong công văn"))
    if not before or actual == before:
        return
    ratio = abs(actual / before)
    if one.measure == Measure.MONEY and (_SLIP_FROM <= ratio <= _SLIP_TO or 1 / _SLIP_TO <= ratio <= 1 / _SLIP_FROM):
        yield Warned(one.code, "slip", tr("{actual} gấp hoặc kém khoảng một nghìn lần {what} ({before}): có thể nhầm triệu với tỷ.",
            actual=one.shown(actual), what=what, before=one.shown(before)))
        return
    change = 100 * (actual - before) / abs(before)
    if last is not None and abs(change) > jump:
        shown = f"{abs(change):.0f}"
        yield Warned(one.code, "jump", tr("{more} {shown}% so với {what} ({before}), quá ngưỡng {jump}%.", more=tr('Tăng') if change > 0 else tr('Giảm'),
            shown=shown, what=what, before=one.shown(before), jump=jump))


def bank_differs(one: Indicator, total: Decimal | None, bank: Decimal | None) -> str:
    """What to say where the units' total is not the bank's figure; nothing where they agree as far as the bank's digits tell."""
    if total is None or bank is None or abs(total - bank) <= (_half_digit(one, bank) if one.measure == Measure.MONEY else 0):
        return ""
    return tr("Tổng {total} khác số của ngân hàng {bank}, chênh {one}.", total=one.shown(total), bank=one.shown(bank), one=_signed(one, total - bank))
