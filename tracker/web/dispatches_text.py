"""The text of a dispatch as a page shows it: its lines, with marks over the spans that tasks, units and doubts came from."""
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """One span. kind: task, unit, or bad (a doubtful place); id: its anchor; to: the anchor its label leads to, label: what is written there."""

    start: int
    end: int
    kind: str
    id: str = ""
    to: str = ""
    label: str = ""


@dataclass(slots=True)
class Piece:
    """A stretch of text under one set of marks. opens: marks that begin here, closes: how many end after it."""

    text: str
    opens: list[Mark] = field(default_factory=list)
    closes: int = 0


@dataclass(slots=True)
class Line:
    """One line of the document; cells: the columns of a letterhead or signature line, else one. blank lines are left out.

    starts: for each cell the character of the text with which it begins, so that words picked on the page are found again.
    """

    cells: list[list[Piece]]
    starts: list[int]


def lines(text: str, marks: Iterable[Mark]) -> list[Line]:
    """The lines of the text with its marks nested properly; each line opens and closes its own."""
    nested = _nested(sorted(marks, key=lambda m: (m.start, -m.end)))
    found, at, begun = [], 0, set[str]()
    for raw in text.split("\n"):
        cells, starts, offset = [], [], at
        for cell in raw.split("\t"):
            if cell.strip():
                cells.append(_pieces(text, offset, offset + len(cell), nested, begun))
                starts.append(offset)
            offset += len(cell) + 1
        if cells:
            found.append(Line(cells, starts))
        at += len(raw) + 1
    return found


def _nested(marks: list[Mark]) -> list[Mark]:
    """Marks that cross another one are cut at its end."""
    kept: list[Mark] = []
    for mark in marks:
        end = min([m.end for m in kept if m.start <= mark.start < m.end < mark.end], default=mark.end)
        kept.append(Mark(mark.start, end, mark.kind, mark.id, mark.to, mark.label))
    return kept


def _pieces(text: str, start: int, end: int, marks: list[Mark], begun: set[str]) -> list[Piece]:
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = sorted({start, end, *(max(start, m.start) for m in inside), *(min(end, m.end) for m in inside)})
    found = []
    for left, right in pairwise(cuts):
        opens = [mark for mark in inside if max(start, mark.start) == left and mark.end > left]
        piece = Piece(text[left:right], [_once(mark, begun) for mark in opens], sum(1 for m in inside if min(end, m.end) == right and m.start < right))
        found.append(piece)
    return found


def _once(mark: Mark, begun: set[str]) -> Mark:
    """The anchor and label of a mark that runs over several lines stand on its first line only."""
    if mark.id and mark.id in begun:
        return Mark(mark.start, mark.end, mark.kind)
    begun.add(mark.id)
    return mark
