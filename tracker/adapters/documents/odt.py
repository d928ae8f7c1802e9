"""OpenDocument text (.odt): paragraphs with their list numbers, tables and frames in reading order."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tracker.adapters.documents.guard import unpack
from tracker.adapters.documents.layout import side_by_side
from tracker.adapters.documents.numbers import bullet, written
from tracker.adapters.documents.types import Raw
from tracker.domain.errors import BadInput

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, STYLE, OFFICE, DRAW = (f"{{{_NS}{name}:1.0}}" for name in ("text", "table", "style", "office", "drawing"))
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_SKIPPED = {f"{TEXT}tracked-changes", f"{TEXT}note", f"{OFFICE}annotation", f"{TEXT}sequence-decls"}
_DEPTH = 12


def extract(data: bytes, name: str) -> Raw:
    """The text of content.xml. Raises BadInput document.unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = _parse(unpack(archive, "content.xml", name))
            styles = _parse(unpack(archive, "styles.xml", name)) if "styles.xml" in archive.namelist() else None
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise BadInput("document.unreadable", name=name) from error
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise BadInput("document.unreadable", name=name)
    return Raw("\n".join(_Walk([content, *([styles] if styles is not None else [])]).block(body, 0)), "odt")


def _parse(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


class _Walk:
    def __init__(self, roots: list[Any]) -> None:
        self.lists = {style.get(f"{STYLE}name"): style for root in roots for style in root.iter(f"{TEXT}list-style")}
        self.counts: dict[tuple[str, int], int] = {}

    def block(self, parent: Any, depth: int) -> Iterator[str]:
        """The lines of a body, cell or frame."""
        for child in parent:
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                yield from self.paragraph(child, depth)
            elif child.tag == f"{TEXT}list":
                yield from self.list(child, 1, None, depth)
            elif child.tag == f"{TABLE}table" and depth < _DEPTH:
                for row in child.iter(f"{TABLE}table-row"):
                    if next(iter(row.iterancestors(f"{TABLE}table")), None) is child:
                        yield from side_by_side([list(self.block(cell, depth + 1)) for cell in row if cell.tag == f"{TABLE}table-cell"])
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                yield from self.block(child, depth)

    def paragraph(self, node: Any, depth: int, label: str = "") -> Iterator[str]:
        frames: list[Any] = []
        words = "".join(_words(node, frames))
        yield f"{label} {words}" if label and words.strip() else words
        if depth < _DEPTH:
            for frame in frames:
                yield from self.block(frame, depth + 1)

    def list(self, node: Any, level: int, inherited: str | None, depth: int) -> Iterator[str]:
        style = node.get(f"{TEXT}style-name") or inherited
        if style and level == 1 and node.get(f"{TEXT}continue-numbering") != "true" and not node.get(f"{TEXT}continue-list"):
            self.counts.pop((style, 1), None)
        for item in node:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            first = True
            for child in item:
                if child.tag == f"{TEXT}list" and level < 10:
                    yield from self.list(child, level + 1, style, depth)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    label = self.label(style, level, item.get(f"{TEXT}start-value")) if first and item.tag == f"{TEXT}list-item" else ""
                    first = False
                    yield from self.paragraph(child, depth, label)

    def label(self, style: str | None, level: int, anew: str | None = None) -> str:
        """The label that the list style gives the next item of the level; anew: where the item begins the count again."""
        node = self.level(style, level)
        if node is None:
            return ""
        if node.tag != f"{TEXT}list-level-style-number":
            return bullet(node.get(f"{TEXT}bullet-char") or "-")
        if not node.get(f"{STYLE}num-format"):
            return ""
        key = (style or "", level)
        start = _int(node.get(f"{TEXT}start-value"), 1)
        self.counts[key] = _int(anew, start) if anew else self.counts.get(key, start - 1) + 1
        for other in [k for k in self.counts if k[0] == key[0] and k[1] > level]:
            del self.counts[other]
        shown = range(max(level - _int(node.get(f"{TEXT}display-levels"), 1) + 1, 1), level + 1)
        counts = ".".join(self.count(style, one) for one in shown)
        return f"{node.get(f'{STYLE}num-prefix') or ''}{counts}{node.get(f'{STYLE}num-suffix') or ''}"

    def level(self, style: str | None, level: int) -> Any:
        return next((n for n in self.lists.get(style or "", ()) if n.get(f"{TEXT}level") == str(level)), None)

    def count(self, style: str | None, level: int) -> str:
        """The count of one level as it is written."""
        node = self.level(style, level)
        fmt = _FORMATS.get((node.get(f"{STYLE}num-format") if node is not None else None) or "1", "decimal")
        return written(self.counts.get((style or "", level), 1), fmt)


def _int(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdigit() and len(value) < 10 else otherwise


def _words(node: Any, frames: list[Any]) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        if child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif child.tag == f"{TEXT}s":
            yield " " * min(_int(child.get(f"{TEXT}c"), 1), 200)
        elif isinstance(child.tag, str) and child.tag.startswith(DRAW) and (child.tag == f"{DRAW}text-box" or child.find(f"{TEXT}p") is not None):
            frames.append(child)
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            yield from _words(child, frames)
        yield child.tail or ""
