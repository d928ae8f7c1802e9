"""Formulas of derived indicators: what they give, what they refuse, and that nothing makes them fail in another way."""
import ast
import operator
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import formulas
from tracker.domain.errors import BadInput

VALUES = {"a": D(6), "b": D(4), "nothing": None, "zero": D(0)}


@pytest.mark.parametrize(
    ("text", "value"),
    [("a + b", 10), ("a - b - 1", 1), ("a + b * 2", 14), ("(a + b) * 2", 20), ("a / b", "1.5"), ("100 * b / a * 3", 200), ("-a + 10", 4), ("0,5 * a", 3),
     ("a / b / 3", "0.5"), ("2", 2), ("a/zero", None), ("a + nothing", None), ("a + unknown", None), ("zero / a", 0), ("a - (b - (1 - a))", -3)],
)
def test_what_a_formula_gives(text: str, value: object) -> None:
    assert formulas.evaluate(text, VALUES) == (None if value is None else D(str(value)))


@pytest.mark.parametrize("text", ["", "a +", "(a", "a)", "a b", "1 2", "a ** b", "a % b", "__import__('os')", "A", "a.b", "a[0]", "+", "()", "1..2", "đ"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"formula\."):
        formulas.parse(text)


def test_what_is_too_long_or_too_deep_is_refused() -> None:
    for text in ("(" * 200 + "a" + ")" * 200, "-" * 200 + "a", "a+" * 200 + "a"):
        with pytest.raises(BadInput, match=r"formula\."):
            formulas.parse(text)


def test_results_beyond_every_amount_are_no_value() -> None:
    assert formulas.evaluate("*".join(["a"] * 100), {"a": D(10) ** 17}) is None
    assert formulas.evaluate("a * a", {"a": D(10) ** 12}) is None


def test_order_and_rings() -> None:
    assert formulas.in_order({"c": "b * 2", "b": "a + 1"}) == ["b", "c"]
    for ring in ({"a": "a + 1"}, {"a": "b", "b": "c", "c": "a"}):
        with pytest.raises(BadInput, match=r"formula\.cycle"):
            formulas.in_order(ring)


_ACTS = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_TREES = st.recursive(
    st.integers(0, 999).map(str), lambda inner: st.tuples(inner, st.sampled_from(list(_ACTS)), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"), max_leaves=6,
)


@given(_TREES)
def test_arithmetic_is_that_of_whole_numbers(text: str) -> None:
    assert formulas.evaluate(text, {}) == D(_reckoned(ast.parse(text, mode="eval").body))


def _reckoned(node: ast.expr) -> int:
    if isinstance(node, ast.BinOp):
        act = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}[type(node.op)]
        return int(act(_reckoned(node.left), _reckoned(node.right)))
    assert isinstance(node, ast.Constant) and isinstance(node.value, int)
    return node.value


@given(st.text(alphabet="ab01+-*/(), .\n_đ", max_size=60))
def test_any_text_gives_a_value_or_a_plain_refusal(text: str) -> None:
    try:
        found = formulas.evaluate(text, VALUES)
    except BadInput:
        return
    assert found is None or abs(found) < formulas.MOST
