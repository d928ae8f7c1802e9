"""Number checks on their own: rounding, shares, sums, growth, a unit a thousand times off."""

from decimal import Decimal as D

import pytest

from tracker.domain import figures


@pytest.mark.parametrize(("value", "unit"), [("93", "1"), ("5.4", "0.1"), ("0.14", "0.01"), ("1000", "1")])
def test_one_unit_of_the_last_digit(value: str, unit: str) -> None:
    assert figures.rounding(D(value)) == D(unit)


@pytest.mark.parametrize(
    ("part", "whole", "percent", "fits"),
    [(2293, 2466, "93", True), (2293, 2466, "92", True), (2293, 2466, "91", False), (132, 2466, "5.4", True), (132, 2466, "5.2", False), (5, 0, "9", True)],
)
def test_a_share_may_be_rounded_or_cut_off(part: int, whole: int, percent: str, fits: bool) -> None:
    assert figures.share_fits(D(part), D(whole), D(percent)) is fits


def test_parts_and_totals() -> None:
    assert figures.parts_fit([D(50), D(70)], D(120)) and not figures.parts_fit([D(50), D(60)], D(120))
    assert figures.parts_fit([D("70.2"), D("50.2")], D("120.5"), [D("0.05"), D("0.05"), D("0.05")])
    assert figures.slipped_part([D(70), D(30), D("0.02")], D(120)) == 2
    assert figures.slipped_part([D(70), D(30)], D(120)) is None


def test_growth() -> None:
    assert figures.outgrew(D(853), D(12), D(380), D(16)) and not figures.outgrew(D(853), D(28), D(380), D(16))
    assert figures.too_small(D(900_000), D(45)) and not figures.too_small(D(900_000), D(4_500)) and not figures.too_small(D(900), D(0))
