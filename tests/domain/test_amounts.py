"""Numbers as Vietnamese types them, in đồng, triệu or tỷ; what is shown can be typed again."""
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import amounts
from tracker.domain.errors import BadInput


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,5", "1234.5"), ("1234,5", "1234.5"), ("1.234", "1234"), ("0,5", "0.5"), ("0.5", "0.5"), ("12.3456", "12.3456"), ("1,234,567.5", "1234567.5"),
     ("1 234,5", "1234.5"), ("1\u00a0234", "1234"), ("-5", "-5"), ("−5", "-5"), ("(5)", "-5"), (" 7 ", "7"), ("1.000.000", "1000000"), ("1,5", "1.5")],
)
def test_what_is_typed(text: str, value: str) -> None:
    assert amounts.typed(text) == D(value)


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [("1,5", "billion", 1_500_000_000), ("1,5 tỷ", "million", 1_500_000_000), ("500 triệu đồng", "billion", 500_000_000), ("12 tr", "one", 12_000_000),
     ("5.000", "million", 5_000_000_000), ("7000 đồng", "million", 7000), ("2 nghìn tỷ", "one", 2_000_000_000_000), ("3tỷ", "one", 3_000_000_000)],
)
def test_money_in_its_scale_or_with_its_own_word(text: str, scale: str, value: int) -> None:
    assert amounts.typed(text, "money", scale) == value


def test_percent_may_carry_its_sign_and_a_dash_is_nothing() -> None:
    assert amounts.typed("1,2%", "percent") == D("1.2")
    assert [amounts.typed(text) for text in ("", " ", "-", "–", "x", "…")] == [None] * 6


@pytest.mark.parametrize("text", ["abc", "1.2.3", "1,2,3", "12a", "=1+1", "1e5", "--", "1/2", "١٢", "1.2345.678", "%", "()", "tỷ", "0,1234567891"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"figure\."):
        amounts.typed(text, "money")


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(BadInput, match=r"figure\.large"):
        amounts.typed("9.999.999.999", "money", "billion")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.sampled_from(["one", "million", "billion"]))
def test_what_stands_in_a_field_is_the_amount_itself(figure: D, scale: str) -> None:
    amount = amounts.plain(figure * amounts.factor(scale))
    if abs(amount) < amounts.MOST:
        assert amounts.typed(amounts.exact(amount, scale, measure="money"), "money", scale) == amount


@given(st.text(max_size=30), st.sampled_from(["money", "count", "percent"]))
def test_any_text_is_an_amount_or_a_plain_refusal(text: str, measure: str) -> None:
    try:
        found = amounts.typed(text, measure, "million" if measure == "money" else "one")
    except BadInput:
        return
    assert found is None or abs(found) < amounts.MOST


@pytest.mark.parametrize(("value", "amount"), [(12, "12"), (1.5, "1.5"), (0.1 + 0.2, "0.3"), ("1.234,5", "1234.5"), (None, None), ("", None), (True, None)])
def test_cells_of_a_spreadsheet(value: object, amount: str | None) -> None:
    assert amounts.from_cell(value) == (None if amount is None else D(amount))


def test_infinite_cells_are_refused() -> None:
    for value in (float("inf"), float("nan"), 1e30):
        with pytest.raises(BadInput, match=r"figure\."):
            amounts.from_cell(value)


def test_what_is_shown() -> None:
    assert amounts.shown(D(1_234_567_890), "million", 1, measure="money") == "1.234,6"
    assert amounts.shown(D("0.004"), decimals=2) == "0,004" and amounts.shown(None) == "" and amounts.shown(D(0)) == "0"
