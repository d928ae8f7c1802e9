"""Formulas of derived indicators: numbers, codes of other indicators, + - * / and brackets; nothing else is ever run."""
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from functools import lru_cache

from tracker.domain.errors import BadInput

LONGEST, DEEPEST = 300, 20
#: Beyond every amount of a country; such a result is a slip in the formula, and no page could show it.
MOST = Decimal(10) ** 22
_PART = re.compile(r"\s*(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<code>[a-z][a-z0-9_]*)|(?P<sign>[-+*/()]))")
#: More digits than any amount of đồng has; what grows beyond is no value.
_EXACT = Context(prec=40, Emax=60, Emin=-60)

#: A number, a code, or (sign, left, right).
Node = Decimal | str | tuple[str, "Node", "Node"]


@dataclass
class _Reader:
    parts: list[str]
    at: int = 0
    depth: int = 0

    @property
    def next(self) -> str:
        return self.parts[self.at] if self.at < len(self.parts) else ""

    def take(self) -> str:
        self.at += 1
        return self.parts[self.at - 1] if self.at <= len(self.parts) else ""

    def sum(self) -> Node:
        node = self.product()
        while self.next in ("+", "-"):
            node = (self.take(), node, self.product())
        return node

    def product(self) -> Node:
        node = self.value()
        while self.next in ("*", "/"):
            node = (self.take(), node, self.value())
        return node

    def value(self) -> Node:
        part = self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadInput("formula.deep", field="formula")
        if part == "-":
            node: Node = ("-", Decimal(0), self.value())
        elif part == "(":
            node = self.sum()
            if self.take() != ")":
                raise BadInput("formula.bracket", field="formula")
        elif part[:1].isdigit():
            node = Decimal(part.replace(",", "."))
        elif part[:1].isalpha():
            node = part
        else:
            raise BadInput("formula.part", field="formula", part=part or "hết công thức")
        self.depth -= 1
        return node


@lru_cache(maxsize=512)
def parse(text: str) -> Node:
    """The formula as a tree. Raises BadInput("formula.…") for anything that is not one."""
    if len(text) > LONGEST:
        raise BadInput("formula.long", field="formula", limit=LONGEST)
    parts, at, text = [], 0, text.strip()
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            raise BadInput("formula.part", field="formula", part=text[at:].strip()[:20])
        parts.append(match[0].strip())
        at = match.end()
    reader = _Reader(parts)
    node = reader.sum()
    if reader.next:
        raise BadInput("formula.part", field="formula", part=reader.next)
    return node


def codes(text: str) -> frozenset[str]:
    """The codes that a formula names. Raises BadInput as parse does."""
    return frozenset(_codes(parse(text)))


def _codes(node: Node) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, tuple):
        yield from _codes(node[1])
        yield from _codes(node[2])


def evaluate(text: str, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """What a formula gives; None where a value is missing, where it divides by zero or grows beyond all amounts. Raises BadInput as parse does."""
    try:
        found = _value(parse(text), values)
    except DecimalException:
        return None
    return None if found is None or abs(found) >= MOST else found


def _value(node: Node, values: Mapping[str, Decimal | None]) -> Decimal | None:
    if isinstance(node, Decimal):
        return node
    if isinstance(node, str):
        return values.get(node)
    sign, left, right = node[0], _value(node[1], values), _value(node[2], values)
    if left is None or right is None:
        return None
    if sign == "/":
        return None if right == 0 else _EXACT.divide(left, right)
    act = {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply}[sign]
    return act(left, right)


def in_order(formulas: Mapping[str, str]) -> list[str]:
    """The codes of derived indicators, each after those it is derived from. Raises BadInput("formula.cycle") for a ring."""
    left = {code: codes(text) & set(formulas) for code, text in formulas.items()}
    found: list[str] = []
    while left:
        ready = [code for code, needs in left.items() if not needs & set(left)]
        if not ready:
            raise BadInput("formula.cycle", field="formula", codes=", ".join(sorted(left)))
        found += ready
        for code in ready:
            del left[code]
    return found
