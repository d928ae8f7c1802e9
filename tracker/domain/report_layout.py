"""A report as blocks of words: what .docx, .pdf and the page draw alike, so that their figures cannot differ."""
from dataclasses import dataclass
from datetime import date

from tracker.domain.report import Letterhead


@dataclass(frozen=True, slots=True)
class Heading:
    """level 1 "I. …", level 2 "1. …", level 3 the line over an annex's table."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """style: body (indented), item (a dash before it), note (italic, no indent)."""

    text: str
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Column:
    """width is relative to the table's other columns; columns of one group stand under a common heading."""

    title: str
    width: float
    align: str = "left"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head repeats on every page; caption is for screen readers; total is the last row or empty."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()

    def groups(self) -> list[tuple[str, list[Column]]]:
        """Neighbouring columns of one group together; a column without group alone under ""."""
        found: list[tuple[str, list[Column]]] = []
        for column in self.columns:
            if column.group and found and found[-1][0] == column.group:
                found[-1][1].append(column)
            else:
                found.append((column.group, [column]))
        return found


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its name, and a count for each part."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars lying across, each made of the same parts; caption stands under the picture, alt says in words what it shows.

    parts: name and look of each part (chart_svg.LOOKS).
    """

    caption: str
    alt: str
    parts: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Counts that grow from the first of the days to the last, one row of counts a part, towards the whole.

    parts: name and look of each line (curve_svg.LOOKS).
    """

    caption: str
    alt: str
    parts: tuple[tuple[str, str], ...]
    days: tuple[date, ...]
    counts: tuple[tuple[int, ...], ...]
    whole: int


Drawing = Chart | Curve
Block = Heading | Paragraph | Table | Drawing


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on pages of its own, across; label "Phụ lục I"."""

    label: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One official document. abstract is its trích yếu, cutoff the line that says on what day the figures were fixed.

    origin stands under the title of each annex: the number, day and issuer of the document (Decree 30/2020/NĐ-CP, annex I, III.1.c).

    A letter (công văn) has no title: its subject ("V/v …") stands under its number, and to holds whom it is addressed to; number is empty
    while it has none.
    """

    title: str
    abstract: str
    cutoff: str
    place_date: str
    letterhead: Letterhead
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...] = ()
    keywords: tuple[str, ...] = ()
    number: str = ""
    subject: str = ""
    to: tuple[str, ...] = ()
    origin: str = ""
