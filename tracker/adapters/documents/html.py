"""Web pages, also as Word and mail programs save them: blocks, lists with their numbers and tables in reading order."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as parser

from tracker.adapters.documents import plain
from tracker.adapters.documents.layout import side_by_side
from tracker.adapters.documents.numbers import written
from tracker.adapters.documents.types import Raw
from tracker.domain.errors import BadInput
from tracker.reading.legacy import by_font

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*(?:header|footer)", re.I)
_SKIPPED = {"script", "style", "head", "template", "noscript", "nav", "footer", "title", "select", "textarea", "button", "svg", "iframe", "object"}
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "o:p", "st1:place",
}  # fmt: skip
_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_FAMILY = re.compile(r"font-family\s*:\s*([^;]+)", re.I)
_DEPTH = 100


def extract(data: bytes, name: str) -> Raw:
    """The words of the page; menus, scripts, footers and hidden parts are left out. Raises BadInput document.unreadable."""
    return Raw(words(data, name), "html")


def words(data: bytes, name: str) -> str:
    """The text of the page's bytes. Raises BadInput document.unreadable, document.encoding."""
    page = _decoded(data, name).encode("utf-8", "replace")
    try:
        root = parser.document_fromstring(page, parser=parser.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise BadInput("document.unreadable", name=name) from error
    lines = [" ".join(line.split(" ")).strip(" ") for line in _block(root, 0)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(data[:4096])
    if declared and declared[1].lower() not in (b"utf-8", b"unicode"):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return plain.decode(data, name)[0]


def _block(node: Any, depth: int) -> Iterator[str]:
    """The lines of an element: what stands inline is gathered until the next block begins."""
    gathered: list[str] = [node.text or ""]
    for child in node:
        if _is_shown(child):
            if child.tag in _INLINE and not _holds_block(child):
                gathered.append(_inline(child))
            elif child.tag == "br":
                gathered.append("\0")
            else:
                yield from _lines("".join(gathered))
                gathered = []
                yield from _by_kind(child, depth + 1)
        gathered.append(child.tail or "")
    yield from _lines("".join(gathered))


def _by_kind(node: Any, depth: int) -> Iterator[str]:
    if depth > _DEPTH:
        yield from _lines(node.text_content())
    elif node.tag == "table":
        for row in node.iter("tr"):
            if next(row.iterancestors("table"), None) is node:
                yield from side_by_side([[line for line in _block(cell, depth) if line.strip()] for cell in row if cell.tag in ("td", "th")])
    elif node.tag in ("ol", "ul"):
        yield from _list(node, depth)
    elif node.tag == "pre":
        yield from node.text_content().split("\n")
    else:
        yield from _block(node, depth)
        if node.tag in ("p", "h1", "h2", "h3", "h4", "hr"):
            yield ""


def _list(node: Any, depth: int) -> Iterator[str]:
    fmt, count = _FORMATS.get(node.get("type") or "", "decimal"), _number(node.get("start"), 1) - 1
    for item in node:
        if item.tag != "li":
            if isinstance(item.tag, str):
                yield from _by_kind(item, depth)
            continue
        count = _number(item.get("value"), count + 1)
        label = f"{written(count, fmt)}{')' if fmt == 'lowerLetter' else '.'}" if node.tag == "ol" else "-"
        lines = [line for line in _block(item, depth) if line.strip()]
        yield from [f"{label} {lines[0]}", *lines[1:]] if lines else []


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.strip().isdigit() and len(value) < 6 else otherwise


def _is_shown(node: Any) -> bool:
    if not isinstance(node.tag, str) or node.tag in _SKIPPED or node.get("hidden") is not None:
        return False
    return not (_HIDDEN.search(node.get("style") or "") or (node.tag == "div" and (node.get("title") or "") in ("header", "footer")))


def _holds_block(node: Any) -> bool:
    return any(isinstance(one.tag, str) and one.tag not in _INLINE and one.tag != "br" and one.tag not in _SKIPPED for one in node.iterdescendants())


def _inline(node: Any) -> str:
    """The words of an inline element, with \\0 where a line breaks; old fonts are turned into Unicode here, where their name is known."""
    parts = [node.text or ""]
    for child in node:
        if _is_shown(child):
            parts.append("\0" if child.tag == "br" else _inline(child))
        parts.append(child.tail or "")
    family = _FAMILY.search(node.get("style") or "")
    font = node.get("face") or (family[1].split(",")[0] if family else "")
    return by_font("".join(parts), font) if font else "".join(parts)


def _lines(gathered: str) -> Iterator[str]:
    """One line for each break, with runs of white space as one space; nothing for white space alone."""
    if gathered.strip():
        for line in gathered.split("\0"):
            yield re.sub(r"[ \t\r\n\f]+", " ", line).strip(" ")
