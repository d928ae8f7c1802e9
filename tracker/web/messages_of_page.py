"""Turns a row of texts, expressions and inline tags into messages with places, and a translated message back into such a row."""
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

#: Letters that tell Vietnamese from the names of the code.
VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
ENTITY = re.compile(r"&#?\w+;")
SPACE = re.compile(r"[ \t\r\n]+")
#: What stands between two things that are said beside each other, and is no part of either.
BESIDE = re.compile(r"((?:[ \n]|&ensp;|&emsp;|&nbsp;)*·(?:[ \n]|&ensp;|&emsp;|&nbsp;)*)")
HEAD, TAIL = re.compile(r"^(?:[\s,;:–·]|&ensp;|&emsp;|&nbsp;)+"), re.compile(r"(?:[\s,;:·]|&ensp;|&emsp;|&nbsp;(?!\w))+$")
#: In a message: {0}, {0|task|tasks}, <b>, </b>, <a2>.
MARK = re.compile(r"\{(\d+)(?:\|([^{}|]*)\|([^{}|]*))?\}|<(/?)([a-z]+\d*)>")


@dataclass(frozen=True)
class Tag:
    """An inline tag; written: what it is in the template, attributes and all."""

    name: str
    closing: bool
    written: tuple[nodes.Expr, ...] = ()


Piece = str | nodes.Expr | Tag
Say = Callable[[str], str | None]


def translated(pieces: list[Piece], say: Say, escapes: Mapping[str, str]) -> list[Piece]:
    """The row with every message in it replaced; escapes: what must be written otherwise in a translation put here."""
    core, head, tail = _trimmed(_unwrapped_text(pieces))
    if not _has_letters(core):
        return pieces
    groups = [group for group in _beside(core) if group]
    if len(groups) > 1:
        return [*head, *(piece for group in groups for piece in translated(group, say, escapes)), *tail]
    if isinstance(core[0], Tag) and paired([piece if isinstance(piece, Tag) else None for piece in core]).get(0) == len(core) - 1:
        return [*head, core[0], *translated(core[1:-1], say, escapes), core[-1], *tail]
    text, places = message(core)
    answer = say(text)
    return pieces if answer is None else [*head, *_filled(answer, places, escapes), *tail]


def message(pieces: Iterable[Piece]) -> tuple[str, dict[str, Piece]]:
    """The text with its places, and what stands in them: "0" → an expression, "b" and "/b" → tags."""
    text, places, open_tags, counted, seen = "", dict[str, Piece](), list[str](), 0, dict[str, int]()
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
        elif isinstance(piece, Tag):
            if piece.closing:
                name = open_tags.pop()
            else:
                seen[piece.name] = seen.get(piece.name, 0) + 1
                name = piece.name + (str(seen[piece.name]) if seen[piece.name] > 1 else "")
                open_tags.append(name)
            key = ("/" if piece.closing else "") + name
            places[key] = piece
            text += f"<{key}>"
        else:
            places[str(counted)] = piece
            text += f"{{{counted}}}"
            counted += 1
    return SPACE.sub(" ", text), places


def paired(tags: list[Tag | None]) -> dict[int, int]:
    """Index of each tag that has its other half in the row → index of that half."""
    begun: list[int] = []
    found: dict[int, int] = {}
    for number, tag in enumerate(tags):
        if tag is None:
            continue
        if not tag.closing:
            begun.append(number)
        elif any(_name(tags[at]) == tag.name for at in begun):
            while _name(tags[begun[-1]]) != tag.name:
                begun.pop()
            opening = begun.pop()
            found[opening], found[number] = number, opening
    return found


def _name(tag: Tag | None) -> str:
    return tag.name if tag else ""


def around_tags(text: str) -> list[str]:
    """A literal cut at the tags it holds; they begin with "<"."""
    return [part for part in re.split(r"(</?[a-zA-Z][^<>]*>)", text) if part]


def _unwrapped_text(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring texts in one, so that edges are seen."""
    made: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and made and isinstance(made[-1], str):
            made[-1] += piece
        elif piece != "":
            made.append(piece)
    return made


def _has_letters(pieces: list[Piece]) -> bool:
    texts = [ENTITY.sub("", piece) for piece in pieces if isinstance(piece, str)]
    return any(LETTER.search(text) for text in texts) and not any("=\"" in text for text in texts)


def _trimmed(pieces: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Without the spaces and commas at its ends, which are given too."""
    core, head, tail = list(pieces), list[Piece](), list[Piece]()
    if core and isinstance(core[0], str) and (found := HEAD.match(core[0])):
        head, core[0] = [found[0]], core[0][found.end():]
    if core and isinstance(core[-1], str) and (found := TAIL.search(core[-1])):
        tail, core[-1] = [found[0]], core[-1][:found.start()]
    return [piece for piece in core if piece != ""], head, tail


def _beside(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """The row cut at middle dots and between two tags that follow each other, outside of any tag."""
    depth, group = 0, list[Piece]()
    for number, piece in enumerate(pieces):
        if isinstance(piece, Tag):
            before = next((one for one in reversed(pieces[:number]) if not (isinstance(one, str) and not one.strip())), None)
            if not piece.closing and depth == 0 and isinstance(before, Tag):
                yield group
                group = []
            depth += -1 if piece.closing else 1
            group.append(piece)
        elif isinstance(piece, str) and depth == 0 and BESIDE.search(piece):
            for at, part in enumerate(BESIDE.split(piece)):
                if at % 2:
                    yield group
                    yield [part]
                    group = []
                elif part:
                    group.append(part)
        else:
            group.append(piece)
    if group:
        yield group


def _filled(text: str, places: Mapping[str, Piece], escapes: Mapping[str, str]) -> list[Piece]:
    made: list[Piece] = []
    at = 0
    for mark in MARK.finditer(text):
        key = mark[1] or f"{mark[4]}{mark[5]}"
        if key not in places:
            continue
        made.append(_escaped(text[at:mark.start()], escapes))
        place = places[key]
        if mark[2] is not None and isinstance(place, nodes.Expr):
            place = nodes.Filter(place, "plural", [nodes.Const(mark[2]), nodes.Const(mark[3])], [], None, None)
        made.append(place)
        at = mark.end()
    return [*made, _escaped(text[at:], escapes)]


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    for raw, written in escapes.items():
        text = text.replace(raw, written)
    return text
