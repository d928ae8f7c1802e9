"""Item markers at the start of a paragraph: I. A. 1. 1.1 a) - + •, Một là, Thứ nhất, Điều 1."""

import re
from dataclasses import dataclass

RANKS = {"roman": 1, "chapter": 1, "upper": 2, "article": 2, "arabic": 3, "ordinal": 3, "plain": 3, "dotted": 4, "letter": 4, "dash": 5, "plus": 6}

_PATTERNS = (
    ("dotted", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})[.)-]?(?=[ \t]+\D)")),
    ("arabic", re.compile(r"\(?(\d{1,2})[ \t]?[./)](?![\d/]|[A-ZĐ]{2,}[-/])[ \t]*(?=[^\W\d_]|[\"(“])")),
    ("arabic", re.compile(r"(\d{1,2})[ \t]?-[ \t]+(?=[A-ZĐÀ-Ỹ])")),
    ("roman", re.compile(r"((?:IX|IV|V?I{1,3}|V|X{1,2}(?:IX|IV|V?I{0,3}))|HI|II1|1II|Il|1V|lV)[ \t]?(?:[.)]|[/-](?=[ \t]|[A-ZĐÀ-Ỹ]{2}))[_ \t]*(?=\w)")),
    ("article", re.compile(r"(?:Điều|ĐIỀU)[ \t]+(\d{1,3})[ \t]?[.:](?=[ \t])")),
    ("upper", re.compile(r"([A-EG-HK])[./][ \t]+(?=[A-ZĐÀ-Ỹ])")),
    ("letter", re.compile(r"\(?([a-zđø])[./)](?![\w.])[ \t]*(?=\S)")),
    (
        "ordinal",
        re.compile(
            r"((?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười)(?:[ \t]+là)|Thứ[ \t]+(?:nhất|hai|ba|tư|năm|sáu|bảy|tám|"
            r"chín|mười))[ \t]*[,:]"
        ),
    ),
    ("plus", re.compile(r"(\+)[ \t]*(?=\S)")),
    ("dash", re.compile(r"([-–—•·*~][-_]?)(?:[ \t]+(?=\S)|(?=[^\W\d_]))")),
)
_NOISE = re.compile(r"(?:[._'`,|\"“‘ˆ~†]{1,3}|-_)[ \t]?(?=\d{1,2}[./),:;=-]|[-–])")
#: A number whose point a scan has turned into something else; it is a marker only where it counts on.
_WORN = re.compile(r"(\d{1,2})[ \t]?[.,:;=)†-]{1,3}[ \t]*(?=[A-ZĐÀ-Ỹ][^\W\d_])")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker: its kind, the label as written, where the content begins, its rank (1 is outermost)."""

    kind: str
    label: str
    start: int
    end: int

    @property
    def rank(self) -> int:
        return RANKS[self.kind]

    @property
    def number(self) -> int | None:
        """The place in its list where the label tells it."""
        if self.kind == "arabic" or self.kind == "article":
            return int(self.label)
        if self.kind == "letter":
            order = "abcdđeghiklmnopqrstuvxy"
            return order.index(self.label) + 1 if self.label in order else None
        return None


def find_marker(text: str, flat: str, start: int, end: int) -> Marker | None:
    """The marker at `start`, or None. Scan specks before a number are passed over."""
    noise = _NOISE.match(text, start, end)
    at = noise.end() if noise else start
    first = text[at : at + 1]
    if not (first.isdigit() or first in "([-–—•·*~+ABCDEGHKIVXĐMHBNSTC" or first.isalpha()):
        return None
    for kind, pattern in _PATTERNS:
        match = pattern.match(text, at, end)
        if match:
            if kind == "arabic" and match[1] == "0":
                return None
            return Marker(kind, match[1].strip(), start, match.end() + _spaces(text, match.end(), end))
    return None


def find_worn_marker(text: str, start: int, end: int, number: int) -> Marker | None:
    """The number at `start` where it is `number` and only its point is damaged ('3: Trung tâm …', '4..Quy trình')."""
    noise = _NOISE.match(text, start, end)
    match = _WORN.match(text, noise.end() if noise else start, end)
    if match is None or int(match[1]) != number:
        return None
    return Marker("arabic", match[1], start, match.end())


def _spaces(text: str, at: int, end: int) -> int:
    count = 0
    while at + count < end and text[at + count] in " \t_":
        count += 1
    return count
