"""What stands on every page of a PDF and is no part of its text: running heads, footers, page numbers."""

import re
from collections import Counter
from collections.abc import Iterable

#: How many lines from the top and the bottom of a page can be furniture.
_DEEP = 3
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?i)[-–—\[( ]*(?:trang|page)?\s*\d{1,4}(?:\s*(?:/|of|trên)\s*\d{1,4})?[-–—\]) ]*")


def without_furniture(pages: list[str]) -> list[str]:
    """The pages without their numbers and without lines that come back at the edge of most pages; the first page keeps its head."""
    if len(pages) < 2:
        return pages
    split = [page.split("\n") for page in pages]
    edges = [_edges(lines) for lines in split]
    seen = Counter(key for lines, edge in zip(split, edges, strict=True) for key in {_key(lines[at], top) for at, top in edge})
    often = max(2, round(0.6 * sum(bool(edge) for edge in edges)))
    common = {key for key, times in seen.items() if times >= often}
    return ["\n".join(_kept(lines, edge, number, common)) for number, (lines, edge) in enumerate(zip(split, edges, strict=True), 1)]


def _kept(lines: list[str], edge: list[tuple[int, bool]], number: int, common: set[tuple[str, bool]]) -> Iterable[str]:
    """Lines are taken from the edge inwards and only as long as each is furniture, so that nothing inside the text goes."""
    gone: set[int] = set()
    for wanted in (True, False):
        for at, top in edge:
            if top is wanted:
                if not _is_furniture(lines[at], top, number, common):
                    break
                gone.add(at)
    return (line for at, line in enumerate(lines) if at not in gone)


def _is_furniture(line: str, top: bool, number: int, common: set[tuple[str, bool]]) -> bool:
    words = " ".join(line.split())
    if _PAGE_NUMBER.fullmatch(words) and (_key(line, top) in common or _NUMBER.findall(words)[0] == str(number)):
        return True
    return _key(line, top) in common and not (top and number == 1) and len(words) < 200 and not _is_item(line)


def _is_item(line: str) -> bool:
    """A list item that begins each page alike ('1. …') is text; a lone page number is not."""
    return bool(re.match(r"\s*(?:\d{1,2}[.)]|[-+•])\s+\S", line)) and not _PAGE_NUMBER.fullmatch(line.strip())


def _edges(lines: list[str]) -> list[tuple[int, bool]]:
    """(index, whether at the top) of the outermost lines that hold something, from the edge inwards."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    top, bottom = filled[:_DEEP], [at for at in filled[::-1][:_DEEP] if at not in filled[:_DEEP]]
    return [(at, True) for at in top] + [(at, False) for at in bottom]


def _key(line: str, top: bool) -> tuple[str, bool]:
    words = " ".join(line.split())
    return ("#" if _PAGE_NUMBER.fullmatch(words) else _NUMBER.sub("#", words), top)
