"""Word's automatic numbers, computed from numbering.xml and the styles: '1.', 'a)', 'II.', '-'."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and how its label is written."""

    fmt: str
    text: str
    start: int


class Numbering:
    """Counts the lists of one document; ask for each paragraph in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._abstract: dict[str, str] = {}
        self._counters: dict[str, dict[int, int]] = defaultdict(dict)
        self._restarts: dict[tuple[str, int], int] = {}
        self._styles: dict[str, tuple[str | None, str | None, int | None]] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            for style in styles.iter(f"{W}style"):
                self._style(style)

    def _read(self, numbering: Any) -> None:
        abstract: dict[str, dict[int, Level]] = {}
        for node in numbering.iter(f"{W}abstractNum"):
            levels = {int(level.get(f"{W}ilvl") or 0): _level(level) for level in node.iter(f"{W}lvl")}
            abstract[node.get(f"{W}abstractNumId")] = levels
        for node in numbering.iter(f"{W}num"):
            number, link = node.get(f"{W}numId"), node.find(f"{W}abstractNumId")
            if link is None:
                continue
            base = link.get(f"{W}val")
            self._levels[number] = dict(abstract.get(base, {}))
            self._abstract[number] = base
            for override in node.iter(f"{W}lvlOverride"):
                self._override(number, override)

    def _override(self, number: str, override: Any) -> None:
        at = int(override.get(f"{W}ilvl") or 0)
        start, level = override.find(f"{W}startOverride"), override.find(f"{W}lvl")
        if level is not None:
            self._levels[number][at] = _level(level)
        if start is not None:
            self._restarts[(number, at)] = int(start.get(f"{W}val") or 1)

    def _style(self, style: Any) -> None:
        based, properties = style.find(f"{W}basedOn"), style.find(f"{W}pPr/{W}numPr")
        number, at = _num_pr(properties)
        self._styles[style.get(f"{W}styleId")] = (based.get(f"{W}val") if based is not None else None, number, at)

    def label(self, properties: Any) -> str:
        """The label that Word shows before the paragraph with these properties (pPr), or ''."""
        if properties is None:
            return ""
        number, at = _num_pr(properties.find(f"{W}numPr"))
        style = properties.find(f"{W}pStyle")
        name, depth = (style.get(f"{W}val") if style is not None else None), 0
        while name and (number is None or at is None) and depth < 12:
            name, styled, styled_at = self._styles.get(name, (None, None, None))
            number, at, depth = number if number is not None else styled, at if at is not None else styled_at, depth + 1
        if number is None or number == "0" or number not in self._levels:
            return ""
        return self._next(number, at or 0)

    def _next(self, number: str, at: int) -> str:
        levels = self._levels[number]
        level = levels.get(at)
        if level is None or level.fmt == "none":
            return ""
        if level.fmt == "bullet":
            return _bullet(level.text)
        counters = self._counters[self._abstract[number]]
        restart = self._restarts.pop((number, at), None)
        counters[at] = restart if restart is not None else counters[at] + 1 if at in counters else level.start
        for deeper in [k for k in counters if k > at]:
            del counters[deeper]
        label = level.text
        for other in range(at + 1):
            value = counters.get(other, levels[other].start if other in levels else 1)
            label = label.replace(f"%{other + 1}", written(value, levels[other].fmt if other in levels else "decimal"))
        return label


def _num_pr(node: Any) -> tuple[str | None, int | None]:
    if node is None:
        return None, None
    number, at = node.find(f"{W}numId"), node.find(f"{W}ilvl")
    return (number.get(f"{W}val") if number is not None else None), (int(at.get(f"{W}val") or 0) if at is not None else None)


def _level(node: Any) -> Level:
    fmt, text, start = node.find(f"{W}numFmt"), node.find(f"{W}lvlText"), node.find(f"{W}start")
    return Level(
        fmt.get(f"{W}val") if fmt is not None else "decimal",
        (text.get(f"{W}val") or "") if text is not None else "",
        int(start.get(f"{W}val") or 1) if start is not None else 1,
    )


def _bullet(text: str) -> str:
    return text if text in ("-", "–", "+", "*", "•") else "+" if text == "o" else "-"


def written(value: int, fmt: str) -> str:
    """A count in the format that a list asks for: decimal, letters or Roman."""
    if fmt in ("lowerRoman", "upperRoman"):
        rest, word = value, ""
        for weight, sign in _ROMAN:
            while rest >= weight:
                word, rest = word + sign, rest - weight
        return word.upper() if fmt == "upperRoman" else word
    if fmt in ("lowerLetter", "upperLetter"):
        word = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return word.upper() if fmt == "upperLetter" else word
    return f"{value:02d}" if fmt == "decimalZero" else str(value)
