"""Draws a report as PDF/A-2a with typst: tagged, its fonts embedded, the same bytes for the same data."""
import json
import struct
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from tracker.domain.report import ReportData
from tracker.domain.report_document import compose
from tracker.domain.report_layout import Annex, Block, Document, Heading, Paragraph
from tracker.domain.report_words import clean

FONTS = Path(__file__).parent.parent / "data" / "fonts"
TEMPLATE = Path(__file__).with_name("report.typ")
FAMILY = "Liberation Serif"
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
    return draw(compose(data), data.prepared_on)


def draw(document: Document, made_on: date) -> bytes:
    """One official document as PDF; made_on stands in its properties.

    Raises PdfError, for a mere warning too: a missing font only warns and would change the pages.
    """
    told = json.dumps(_document(document), ensure_ascii=False)
    with _DRAWING:
        pages, warnings = _compiler().compile_with_warnings(
            format="pdf", sys_inputs={"document": told}, pdf_standards=["a-2a"],
            timestamp=datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC),
        )
    if warnings:
        raise PdfError("; ".join(str(warning.message) for warning in warnings))
    if not isinstance(pages, bytes):
        raise PdfError("typst gave no document")
    return pages


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(input=str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True)


def check() -> list[str]:
    """The font faces found, for the doctor; an empty list means the program's own fonts are missing."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return [f"{font.family} {font.style} {font.weight}" for font in fonts.fonts() if font.family == FAMILY]


def _document(document: Document) -> dict[str, Any]:
    head = document.letterhead
    return {
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
            "star": head.star,
            "recipients": [_drawable(line) for line in head.recipients],
        },
        "blocks": [_block(block) for block in document.blocks],
        "annexes": [_annex(annex, document) for annex in document.annexes],
    }


def _annex(annex: Annex, document: Document) -> dict[str, Any]:
    return {"label": annex.label, "title": annex.title, "origin": _drawable(document.cutoff), "blocks": [_block(block) for block in annex.blocks]}


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"type": "heading", "level": block.level, "text": _drawable(block.text)}
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "style": block.style, "text": _drawable(block.text)}
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


@cache
def covered() -> frozenset[int]:
    """The code points that the upright face draws, read from its cmap table (format 4; the basic plane is all it has)."""
    raw = (FONTS / "LiberationSerif-Regular.ttf").read_bytes()
    tables = struct.unpack_from(">H", raw, 4)[0]
    entries = (struct.unpack_from(">4sLLL", raw, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    subtables = (struct.unpack_from(">HHL", raw, cmap + 4 + 8 * n) for n in range(struct.unpack_from(">H", raw, cmap + 2)[0]))
    start = next(cmap + offset for platform, encoding, offset in subtables if (platform, encoding) == (3, 1))
    return frozenset(_format_4(raw, start))


def _format_4(raw: bytes, start: int) -> list[int]:
    count = struct.unpack_from(">H", raw, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", raw, start + 14)
    starts, deltas, offsets = (struct.unpack_from(f">{count}H", raw, start + 16 + count * 2 * n) for n in (1, 2, 3))
    base = start + 16 + count * 6
    found = []
    for n, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code + deltas[n]
            if offsets[n]:
                glyph = struct.unpack_from(">H", raw, base + 2 * n + offsets[n] + 2 * (code - first))[0]
            if glyph & 0xFFFF:
                found.append(code)
    return found
