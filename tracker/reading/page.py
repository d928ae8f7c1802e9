"""The shown text as lines and paragraphs; a hard-wrapped text (PDF, OCR) is joined back into paragraphs."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tracker.reading.folding import flatten
from tracker.reading.markers import Marker, find_marker, find_worn_marker
from tracker.reading.model import Span

_GAP = re.compile(r"[\t|]+| {3,}")
_ANNOUNCES = re.compile(r"\b(?:nhu sau|sau day|sau) ?:$")
#: How the closing words of a letter begin.
_FORMULA = re.compile(
    r"(?:nhan\s+duoc|tren\s+day|trong\s+qua\s+trinh|tran\s+trong|rat\s+mong|moi\s+(?:vuong|chi|thong)|de\s+nghi\s+(?:cac|thu)|yeu\s+cau\s+(?:cac|thu))\b"
)
_TERMINAL = '.;:!?”"/)…'


@dataclass(frozen=True, slots=True)
class Line:
    """One line, [start, end) without its line end; `body` starts at the first visible character."""

    start: int
    end: int
    body: int
    text: str

    @property
    def blank(self) -> bool:
        return self.body >= self.end

    @property
    def indent(self) -> int:
        return len(self.text[: self.body - self.start].expandtabs(8))

    def cells(self) -> list[tuple[int, int]]:
        """Spans of the parts of the line that tabs, table bars or wide gaps hold apart."""
        found, at = [], 0
        for gap in [*_GAP.finditer(self.text), None]:
            raw = self.text[at : gap.start() if gap else None]
            stripped = raw.strip()
            if stripped:
                start = self.start + at + len(raw) - len(raw.lstrip())
                found.append((start, start + len(stripped)))
            at = gap.end() if gap else at
        return found


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Joined lines; `marker` is the item marker at its start, `content` begins behind the marker."""

    start: int
    end: int
    content: int
    marker: Marker | None
    first_line: int

    @property
    def span(self) -> Span:
        return (self.start, self.end)


class Page:
    """Text, its flat twin and its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.flat = flatten(text)
        self.lines = _lines(text)

    def line_flat(self, line: Line) -> str:
        return self.flat[line.body : line.end].rstrip()

    @cached_property
    def width(self) -> int:
        """Typical length of a full line where the text is hard-wrapped, 0 where each line is a paragraph."""
        visible = [line for line in self.lines if not line.blank and "   " not in line.text.strip() and "\t" not in line.text.strip()]
        long = sorted(line.end - line.body for line in visible if line.end - line.body >= 45)
        if len(long) < 2:
            return 0
        width = long[int(len(long) * 0.85)]
        if width > 130:
            return 0
        broken = sum(
            1
            for line, after in pairwise(visible)
            if line.end - line.body >= 45 and self.text[line.end - 1] not in _TERMINAL and self.text[after.body].islower()
        )
        return width if broken >= 0.2 * len(long) else 0

    @cached_property
    def margin(self) -> int:
        """Where the lines of a hard-wrapped text begin, first lines of paragraphs aside."""
        indents = sorted(line.indent for line in self.lines if not line.blank and line.end - line.body >= 45)
        return indents[len(indents) // 4] if indents else 0

    def paragraphs(self, first: int, last: int) -> list[Paragraph]:
        """The paragraphs of lines [first, last)."""
        found: list[Paragraph] = []
        previous: Line | None = None
        group: list[int] = []
        opening: Marker | None = None
        gap, number = False, 0
        for index in range(first, last):
            line = self.lines[index]
            if line.blank:
                gap = True
                continue
            marker = find_marker(self.text, self.flat, line.body, line.end) or find_worn_marker(self.text, line.body, line.end, number + 1)
            counts_on = marker is not None and marker.kind == "arabic" and marker.number == number + 1
            if previous is not None and not self._starts(line, previous, gap, marker, counts_on):
                group.append(index)
            else:
                number = marker.number or 0 if marker and marker.kind == "arabic" else number
                if group:
                    found.append(self._paragraph(group, opening))
                group, opening = [index], marker
            previous, gap = line, False
        if group:
            found.append(self._paragraph(group, opening))
        return found

    def _paragraph(self, group: list[int], marker: Marker | None) -> Paragraph:
        first, last = self.lines[group[0]], self.lines[group[-1]]
        end = first.body + len(self.text[first.body : last.end].rstrip(" \t|"))
        content = min(marker.end, end) if marker else first.body
        return Paragraph(first.body, end, content, marker, group[0])

    def _starts(self, line: Line, previous: Line, gap: bool, marker: Marker | None, counts_on: bool) -> bool:
        """Whether `line` begins a paragraph, seen from the line before it; a number that counts on always does."""
        if not self.width:
            return True
        last = self.text[previous.body : previous.end].rstrip(" \t|")[-1:]
        closed = last in _TERMINAL
        full = previous.end - previous.body >= 0.75 * self.width
        if marker and (counts_on or closed or gap or not full or marker.kind == "roman"):
            return True
        if gap:
            return closed or not full or not (self.text[line.body].islower() or full)
        if line.indent >= previous.indent + 3 and (closed or not full):
            return True
        if not full and _capitals(self.text[previous.body : previous.end]) and not self.text[line.body : line.end].isupper() and self.text[line.body].isupper():
            return True
        if last == "." and self.text[line.body].isupper() and _FORMULA.match(self.flat, line.body):
            return True
        if closed and line.indent >= self.margin + 3 and self.text[line.body].isupper():
            return True
        if _ANNOUNCES.search(self.flat, previous.body, previous.end) and self.text[line.body].isupper():
            return True
        return closed and not full and not self.text[line.body].islower()


def _capitals(words: str) -> bool:
    """Whether a line is a heading in capitals, which what stands below it does not go on with."""
    return words.isupper() and sum(map(str.isalpha, words)) >= 8


def _lines(text: str) -> list[Line]:
    found, at = [], 0
    for raw in text.split("\n"):
        end = at + len(raw.rstrip())
        body = at + len(raw) - len(raw.lstrip(" \t|"))
        found.append(Line(at, max(end, at), min(body, max(end, at)), text[at : max(end, at)]))
        at += len(raw) + 1
    return found
