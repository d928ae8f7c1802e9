"""Word documents (.docx): paragraphs with their automatic numbers, tables and text boxes in reading order."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tracker.adapters.documents.docx_fonts import Fonts, name_of
from tracker.adapters.documents.docx_numbers import Numbering, W
from tracker.adapters.documents.guard import unpack
from tracker.adapters.documents.layout import side_by_side
from tracker.adapters.documents.types import Raw
from tracker.domain.errors import BadInput

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DEPTH = 12
_SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
#: What is no text of the paragraph; of two ways to draw a text box only the first is read.
_SKIPPED = frozenset({f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{_MC}Fallback"})


def extract(data: bytes, name: str) -> Raw:
    """The text of word/document.xml; headers, footers and deleted words are left out. Raises BadInput document.unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = set(archive.namelist())
            main = "word/document.xml" if "word/document.xml" in parts else next(p for p in sorted(parts) if p.startswith("word/document"))
            document = _parse(unpack(archive, main, name))
            numbering = _parse(unpack(archive, "word/numbering.xml", name)) if "word/numbering.xml" in parts else None
            styles = _parse(unpack(archive, "word/styles.xml", name)) if "word/styles.xml" in parts else None
    except (zipfile.BadZipFile, StopIteration, KeyError, etree.XMLSyntaxError) as error:
        raise BadInput("document.unreadable", name=name) from error
    body = document.find(f"{W}body")
    if body is None:
        raise BadInput("document.unreadable", name=name)
    return Raw("\n".join(_Walk(Numbering(numbering, styles), Fonts(styles)).block(body, 0)), "docx")


def _parse(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


class _Walk:
    def __init__(self, numbering: Numbering, fonts: Fonts) -> None:
        self.numbering, self.fonts = numbering, fonts

    def block(self, parent: Any, depth: int) -> Iterator[str]:
        """The lines of a body or a cell."""
        for child in parent:
            if child.tag == f"{W}p":
                yield from self.paragraph(child, depth)
            elif child.tag == f"{W}tbl" and depth < _DEPTH:
                yield from self.table(child, depth + 1)
            elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"):
                yield from self.block(child, depth)

    def paragraph(self, node: Any, depth: int) -> Iterator[str]:
        label = self.numbering.label(node.find(f"{W}pPr"))
        boxes: list[Any] = []
        words = self.fonts.modern(_run_text(node, boxes, self.fonts.of_paragraph(node)))
        yield f"{label} {words}" if label and words.strip() else words
        if depth < _DEPTH:
            for box in boxes:
                yield from self.block(box, depth + 1)

    def table(self, node: Any, depth: int) -> Iterator[str]:
        for row in node.iter(f"{W}tr"):
            if next((a for a in row.iterancestors(f"{W}tbl")), None) is not node:
                continue
            cells = [list(self.block(cell, depth)) for cell in _cells(row)]
            yield from side_by_side(cells)


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row.iter(f"{W}tc") if next(iter(cell.iterancestors(f"{W}tr")), None) is row]


def _run_text(node: Any, boxes: list[Any], font: str) -> Iterator[tuple[str, str]]:
    """(words, font) of each part of a paragraph; deleted and hidden words are left out."""
    if node.tag == f"{W}r":
        properties = node.find(f"{W}rPr")
        if properties is not None and _is_on(properties.find(f"{W}vanish")):
            return
        font = name_of(properties) or font
    for child in node:
        tag = child.tag
        if tag == f"{W}t":
            yield child.text or "", font
        elif tag in _SIGNS:
            yield _SIGNS[tag], font
        elif tag == f"{W}txbxContent":
            boxes.append(child)
        elif tag in _SKIPPED:
            continue
        elif isinstance(tag, str):
            yield from _run_text(child, boxes, font)


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{W}val") not in ("0", "false")
