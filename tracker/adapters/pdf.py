"""Draws official documents as PDF/A-2a and PDF/UA-1 with typst: tagged, fonts embedded, the same bytes for the same data."""
import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from tracker.adapters.fonts import FAMILY, FONTS, covered
from tracker.domain import chart_svg, letterheads
from tracker.domain.profiles import Profile
from tracker.domain.report import ReportData
from tracker.domain.report_document import compose
from tracker.domain.report_layout import Annex, Block, Chart, Curve, Document, Heading, Paragraph, Table
from tracker.domain.report_words import clean
from tracker.domain.svg import Picture

TEMPLATE = Path(__file__).with_name("report.typ")
#: One chart on a page of its own size.
PICTURE = Path(__file__).with_name("chart.typ")
#: Dots per inch of a chart in a .docx: sharp on paper.
DENSITY = 220.0
#: Stands for a letter that the font does not have (an emoji in a result): PDF/A refuses a missing one.
MISSING = "□"
#: A table wider than this many columns is set smaller.
SMALL_FROM = 7
#: The compiler serves one thread at a time; pages of the web are drawn in several.
_DRAWING = Lock()


class PdfError(RuntimeError):
    """The document could not be drawn without a fault; the message says what typst found."""


def render(data: ReportData) -> bytes:
    """The report as PDF. Raises PdfError."""
    return draw(compose(data), data.prepared_on or data.as_of)


def draw(document: Document, made_on: date) -> bytes:
    """One official document as PDF; its layout is the one in force on made_on, which stands in its properties.

    Raises PdfError, for a mere warning too: a missing font only warns and would change the pages.
    """
    told = json.dumps(_document(document, letterheads.profile(document.letterhead, made_on)), ensure_ascii=False)
    with _DRAWING:
        pages, warnings = _compiler(TEMPLATE).compile_with_warnings(
            format="pdf", sys_inputs={"document": told}, pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC),
        )
    if warnings:
        raise PdfError("; ".join(str(warning.message) for warning in warnings))
    if not isinstance(pages, bytes):
        raise PdfError("typst gave no document")
    return pages


def chart_png(picture: Picture) -> bytes:
    """A chart as PNG, for what cannot show SVG. Raises PdfError."""
    with _DRAWING:
        drawn = _compiler(PICTURE).compile(format="png", sys_inputs={"svg": _drawable(picture.svg)}, ppi=DENSITY)
    if not isinstance(drawn, bytes):
        raise PdfError("typst gave no picture")
    return drawn


@cache
def _compiler(template: Path) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(input=str(template), root=str(template.parent), font_paths=fonts, ignore_system_fonts=True)


def check() -> list[str]:
    """The font faces found, for the doctor; an empty list means the program's own fonts are missing."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return [f"{font.family} {font.style} {font.weight}" for font in fonts.fonts() if font.family == FAMILY]


def _document(document: Document, profile: Profile) -> dict[str, Any]:
    head = document.letterhead
    return {
        "profile": _profile(profile),
        "title": document.title,
        "abstract": _drawable(document.abstract),
        "cutoff": _drawable(document.cutoff),
        "place_date": _drawable(document.place_date),
        "keywords": [_drawable(word) for word in document.keywords],
        "number": _drawable(document.number),
        "subject": _drawable(document.subject),
        "to": [_drawable(line) for line in document.to],
        "letterhead": {
            **{name: _drawable(getattr(head, name)) for name in ("parent", "issuer", "symbol", "authority", "position", "signer", "addressee")},
            "recipients": [_drawable(line) for line in head.recipients],
        },
        "blocks": [_block(block) for block in document.blocks],
        "annexes": [_annex(annex, document) for annex in document.annexes],
    }


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "margins": {side: getattr(profile.margins, side) for side in ("top", "bottom", "left", "right")},
        "banner": [{"text": text, "face": face} for text, face in profile.banner],
        "star": profile.star, "number": profile.number, "head": profile.head, "page_number": profile.page_number,
        "line": profile.line, "between": profile.between, "indent": profile.indent,
        "faces": {
            name: {"size": face.size, "bold": face.bold, "italic": face.italic, "underline": face.underline} for name, face in profile.faces.items()
        },
    }


def _annex(annex: Annex, document: Document) -> dict[str, Any]:
    origin = _drawable(document.origin or document.cutoff)
    return {"label": annex.label, "title": _drawable(annex.title), "origin": origin, "blocks": [_block(block) for block in annex.blocks]}


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"type": "heading", "level": min(block.level, 2), "over": block.level > 2, "text": _drawable(block.text)}
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "style": block.style, "text": _drawable(block.text)}
    if isinstance(block, Chart | Curve):
        picture = chart_svg.draw(block)
        return {
            "type": "chart", "svg": _drawable(picture.svg), "width": picture.width, "alt": _drawable(block.alt), "caption": _drawable(block.caption),
        }
    return _table(block)


def _table(block: Table) -> dict[str, Any]:
    columns = [{"title": _drawable(c.title), "width": c.width, "align": c.align} for c in block.columns]
    groups, at = [], 0
    for title, members in block.groups():
        groups.append({"title": title, "columns": columns[at:at + len(members)]})
        at += len(members)
    return {
        "type": "table",
        "small": len(block.columns) > SMALL_FROM,
        "columns": columns,
        "groups": groups,
        "rows": [[_drawable(cell) for cell in row] for row in block.rows],
        "total": [_drawable(cell) for cell in block.total],
    }


def _drawable(text: str) -> str:
    known = covered()
    return "".join(c if c == "\n" or ord(c) in known else MISSING for c in clean(text).replace("\t", " "))
