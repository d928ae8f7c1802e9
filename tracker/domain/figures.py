"""Number checks that warn and never block: parts against a total, shares against parts, a part that outgrows its whole, triệu for tỷ."""

from collections.abc import Sequence
from decimal import Decimal

SLIP = Decimal(1000)
#: A whole never grows by less than this share of itself and is still worth a sentence: its unit is likelier wrong.
TOO_SMALL = Decimal("0.0002")


def rounding(value: Decimal) -> Decimal:
    """One unit of the last digit written: 5.4 → 0.1, 93 → 1; numbers are rounded or cut off, so either is in order."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def share_fits(part: Decimal, whole: Decimal, percent: Decimal, part_error: Decimal = Decimal(0)) -> bool:
    """Whether `percent` is what `part` is of `whole`, as far as the digits written can tell; part_error: half a last digit of the part."""
    if whole <= 0:
        return True
    true = 100 * part / whole
    slack = rounding(percent) + 100 * part_error / whole
    return abs(true - percent) <= slack


def parts_fit(parts: Sequence[Decimal], total: Decimal, errors: Sequence[Decimal] = ()) -> bool:
    """Whether the parts add up to the total, half a last digit of each left open."""
    return abs(sum(parts, Decimal(0)) - total) <= sum(errors, Decimal(0))


def slipped_part(parts: Sequence[Decimal], total: Decimal, errors: Sequence[Decimal] = ()) -> int | None:
    """Which part, a thousand times larger or smaller, would make the sum right: triệu was written for tỷ, or the other way round."""
    for index, part in enumerate(parts):
        for factor in (SLIP, 1 / SLIP):
            if parts_fit([*parts[:index], part * factor, *parts[index + 1 :]], total, errors):
                return index
    return None


def outgrew(whole: Decimal, whole_growth: Decimal, part: Decimal, part_growth: Decimal) -> bool:
    """Whether a part grew more than the whole it belongs to."""
    return part < whole and part_growth > whole_growth


def too_small(value: Decimal, change: Decimal) -> bool:
    """Whether a change is so small beside its value that its unit is likely wrong, and a thousand times more would be ordinary."""
    return 0 < change < TOO_SMALL * value and change * SLIP < value
