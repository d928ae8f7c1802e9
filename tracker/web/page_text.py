"""Finds in a template's tree the texts that people read between and inside its tags, and puts other ones in their place."""
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import nodes

from tracker.web import messages_of_page
from tracker.web.messages_of_page import Piece, Say, Tag

#: In the flat text an expression is one character from here on, and whatever stands between two outputs (if, for, …) is GAP.
FIRST_PLACE = 0xF0000
GAP = "\ue000"
TOKEN = re.compile(r"<!--.*?-->|<[!/]?[a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^\"'>])*>", re.DOTALL)
TEXTAREA = re.compile(r"<textarea\b(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>([^<]*)</textarea>")
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
#: Attributes that a browser shows or reads out; a data- attribute counts when Vietnamese stands in it.
READ = {"placeholder", "title", "aria-label", "aria-description", "alt", "label", "data-h"}
INLINE = {"a", "b", "strong", "em", "i", "small", "span", "code", "abbr", "kbd", "time", "u", "mark", "q", "cite", "sub", "sup"}
#: Blocks of the frame that hold names of styles, no text.
UNREAD_BLOCKS = {"wide"}


@dataclass
class _Flat:
    """All outputs of a template as one text: where each child of each output begins."""

    text: str = ""
    outputs: list[nodes.Output] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    children: list[nodes.Expr] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)


def translate(tree: nodes.Template, say: Say) -> None:
    """Changes the tree's outputs: each text that people read becomes what say answers for it, None leaving it."""
    flat = _flatten(tree)
    edits = {start: (end, made) for start, end, made in _attribute_edits(flat, say)}
    texts = {start: (end, made) for start, end, made in _text_edits(flat, edits, say)}
    tops = {**{start: edit for start, edit in edits.items() if not _inside(start, texts)}, **texts}
    for number, output in enumerate(flat.outputs):
        first = flat.owners.index(number)
        last = len(flat.owners) - 1 - flat.owners[::-1].index(number)
        end = flat.starts[last] + _length(flat.children[last])
        output.nodes = _piece_nodes(flat, flat.starts[first], end, tops)


def _inside(start: int, texts: dict[int, tuple[int, list[nodes.Expr]]]) -> bool:
    return any(first <= start < end for first, (end, _) in texts.items())


def _flatten(tree: nodes.Template) -> _Flat:
    flat = _Flat()
    unread = {id(output) for block in tree.find_all(nodes.Block) if block.name in UNREAD_BLOCKS for output in block.find_all(nodes.Output)}
    parts: list[str] = []
    at = 0
    for output in tree.find_all(nodes.Output):
        if id(output) in unread or not output.nodes:
            continue
        for child in output.nodes:
            shown = child.data if isinstance(child, nodes.TemplateData) else chr(FIRST_PLACE + len(flat.children) % 0xFFFE)
            flat.starts.append(at)
            flat.children.append(child)
            flat.owners.append(len(flat.outputs))
            parts.append(shown)
            at += len(shown)
        flat.outputs.append(output)
        parts.append(GAP)
        at += 1
    flat.text = "".join(parts)
    return flat


def _length(child: nodes.Expr) -> int:
    return len(child.data) if isinstance(child, nodes.TemplateData) else 1


def _piece_nodes(flat: _Flat, start: int, end: int, edits: dict[int, tuple[int, list[nodes.Expr]]]) -> list[nodes.Expr]:
    """What stands between two points of one output, with the edits that lie there."""
    made: list[nodes.Expr] = []
    at = start
    while at < end:
        if at in edits:
            at, instead = edits[at]
            made += instead
            continue
        number = bisect_right(flat.starts, at) - 1
        child, first = flat.children[number], flat.starts[number]
        upto = min([end, first + _length(child), *(edit for edit in edits if at < edit < end)])
        made.append(nodes.TemplateData(child.data[at - first:upto - first], lineno=child.lineno) if isinstance(child, nodes.TemplateData) else child)
        at = upto
    return made


def _pieces(flat: _Flat, start: int, end: int) -> list[Piece]:
    """Text and expressions between two points of one output."""
    return [child.data if isinstance(child, nodes.TemplateData) else child for child in _piece_nodes(flat, start, end, {})]


def _attribute_edits(flat: _Flat, say: Say) -> Iterator[tuple[int, int, list[nodes.Expr]]]:
    for tag in TOKEN.finditer(flat.text):
        for found in ATTRIBUTE.finditer(tag[0]):
            group = 2 if found[2] is not None else 3
            if not _is_read(found[1].lower(), found[group], tag[0]):
                if found[1].lower() == "value":
                    yield from _kept(flat, tag.start() + found.start(group), tag.start() + found.end(group))
                continue
            quote = {"\"": "&quot;"} if group == 2 else {"'": "&#39;"}
            for start, end in _runs(found[group], tag.start() + found.start(group)):
                yield start, end, _as_nodes(messages_of_page.translated(_pieces(flat, start, end), say, quote))


def _kept(flat: _Flat, start: int, end: int) -> Iterator[tuple[int, int, list[nodes.Expr]]]:
    """Expressions whose words go back to the server as they are, so that what is stored stays Vietnamese."""
    for number in range(bisect_right(flat.starts, start - 1), bisect_right(flat.starts, end - 1)):
        child, at = flat.children[number], flat.starts[number]
        if not isinstance(child, nodes.TemplateData):
            yield at, at + 1, [nodes.Filter(child, "as_said", [], [], None, None, lineno=child.lineno)]


def _is_read(name: str, value: str, tag: str) -> bool:
    if name == "value":
        return bool(re.search(r"type=[\"'](submit|button|reset)", tag))
    if name == "content":
        return "name=\"description\"" in tag
    return name in READ or (name.startswith("data-") and bool(messages_of_page.VIETNAMESE.search(value)))


def _runs(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Parts of a text that no statement interrupts, as points of the flat text."""
    return ((begin + found.start(), begin + found.end()) for found in re.finditer(f"[^{GAP}]+", text))


def _text_edits(flat: _Flat, attributes: dict[int, tuple[int, list[nodes.Expr]]], say: Say) -> Iterator[tuple[int, int, list[nodes.Expr]]]:
    """Every run of text, expressions and inline tags in one output, between other tags and statements."""
    for area in TEXTAREA.finditer(flat.text):
        yield from _kept(flat, area.start(1), area.end(1))
    begun: list[tuple[int, int, Tag | None]] = []
    for start, end, tag in _tokens(flat.text):
        if tag is None or (tag.name in INLINE and GAP not in flat.text[start:end]):
            begun.append((start, end, tag))
        else:
            yield from _run(flat, begun, attributes, say)
            begun = []
    yield from _run(flat, begun, attributes, say)


def _tokens(text: str) -> Iterator[tuple[int, int, Tag | None]]:
    at = 0
    for found in [*TOKEN.finditer(text), None]:
        upto = found.start() if found else len(text)
        for start, end in ((at + part.start(), at + part.end()) for part in re.finditer(f"{GAP}|[^{GAP}]+", text[at:upto])):
            yield start, end, Tag("", False) if text[start] == GAP else None
        if found:
            name = re.match(r"</?([a-zA-Z][a-zA-Z0-9]*)", found[0])
            button = re.search(r"class=[\"'][^\"']*\bbtn\b", found[0])
            yield found.start(), found.end(), Tag("" if name is None or button else name[1].lower(), found[0].startswith("</"))
            at = found.end()


def _run(
    flat: _Flat, parts: list[tuple[int, int, Tag | None]], attributes: dict[int, tuple[int, list[nodes.Expr]]], say: Say,
) -> Iterator[tuple[int, int, list[nodes.Expr]]]:
    """A run is cut at tags whose other half lies outside of it."""
    paired = messages_of_page.paired([tag for _, _, tag in parts])
    kept: list[tuple[int, int, Tag | None]] = []
    for number, part in enumerate([*parts, None]):
        if part is not None and (part[2] is None or number in paired):
            kept.append(part)
            continue
        if kept:
            pieces: list[Piece] = []
            for start, end, tag in kept:
                pieces += _pieces(flat, start, end) if tag is None else [Tag(tag.name, tag.closing, tuple(_piece_nodes(flat, start, end, attributes)))]
            made = messages_of_page.translated(pieces, say, {})
            if made is not pieces:
                yield kept[0][0], kept[-1][1], _as_nodes(made)
        kept = []


def _as_nodes(pieces: list[Piece]) -> list[nodes.Expr]:
    made: list[nodes.Expr] = []
    for piece in pieces:
        if isinstance(piece, Tag):
            made += piece.written
        else:
            made.append(nodes.TemplateData(piece) if isinstance(piece, str) else piece)
    return made
