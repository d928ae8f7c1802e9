"""Automatic numbers as Word counts them: lists of levels, each with its format; asked paragraph by paragraph, in order."""

from collections import defaultdict
from dataclasses import dataclass, field

_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and how its label is written (%1 is the count of the first level).

    restarts: the level (from 1) whose items start this one anew, 0 for none; legal: counts of other levels are written as decimals.
    """

    fmt: str
    text: str
    start: int = 1
    restarts: int | None = None
    legal: bool = False


@dataclass
class Lists:
    """The lists of one document. levels: per list; counted: which lists count together; first: where a list begins anew on its first use."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=dict)
    first: dict[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, number: str, at: int) -> str:
        """The label that Word shows before the next paragraph of this list and level, or ''."""
        levels = self.levels.get(number, {})
        level = levels.get(at)
        if level is None or level.fmt == "none":
            return ""
        if level.fmt == "bullet":
            return bullet(level.text)
        counts = self._counts[self.counted[number]]
        again = self.first.pop((number, at), None)
        counts[at] = again if again is not None else counts[at] + 1 if at in counts else level.start
        for deeper in [k for k in counts if k > at and _starts_anew(levels.get(k), at)]:
            del counts[deeper]
        label = level.text
        for other in range(at + 1):
            shown = levels.get(other) or Level("decimal", "")
            fmt = "decimal" if level.legal and shown.fmt != "decimalZero" else shown.fmt
            label = label.replace(f"%{other + 1}", written(counts.get(other, shown.start), fmt))
        return label


def _starts_anew(level: Level | None, at: int) -> bool:
    return level is None or level.restarts is None or (level.restarts > 0 and at < level.restarts)


def bullet(text: str) -> str:
    """A bullet as a plain sign: pictures of fonts that nobody else has become a dash; signs of the Symbol font are what they look like."""
    text = chr(ord(text) - 0xF000) if len(text) == 1 and 0xF020 <= ord(text) < 0xF07F else text
    return text if text in ("-", "–", "+", "*", "•") else "+" if text == "o" else "-"


def written(value: int, fmt: str) -> str:
    """A count in the format that a list asks for: decimal, letters or Roman."""
    value = max(0, min(value, _LARGEST))
    if fmt in ("lowerRoman", "upperRoman") and value < 1000:
        rest, word = value, ""
        for weight, sign in _ROMAN:
            while rest >= weight:
                word, rest = word + sign, rest - weight
        return word.upper() if fmt == "upperRoman" else word
    if fmt in ("lowerLetter", "upperLetter") and 0 < value < 1000:
        word = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return word.upper() if fmt == "upperLetter" else word
    return f"{value:02d}" if fmt == "decimalZero" else str(value)
