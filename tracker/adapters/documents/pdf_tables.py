"""Tables of a PDF, whose cells run over several lines: each row becomes one line with tabs, as in the other formats."""

import re
from itertools import groupby

_HEAD = re.compile(r"^\s*(?:S?TT|Số TT|Số thứ tự)\s{2,}\S.*\S\s{2,}\S", re.I)
_COUNT = re.compile(r"(?:\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5})[.)]?")
_SPLIT = re.compile(r"\s{2,}")


def with_rows(page: str) -> str:
    """The page with its tables' rows on one line each. A table begins at a line 'STT  …  …' and ends where a line leaves its columns."""
    lines = page.split("\n")
    out: list[str] = []
    at = 0
    while at < len(lines):
        if _HEAD.match(lines[at]):
            end = _end(lines, at)
            rows = _rows(lines[at:end])
            if rows:
                out.extend(rows)
                at = end
                continue
        out.append(lines[at])
        at += 1
    return "\n".join(out)


def _end(lines: list[str], begin: int) -> int:
    """The line behind the table: the first that stands at its left edge and is neither a count nor divided into columns."""
    left = len(lines[begin]) - len(lines[begin].lstrip())
    second = re.match(r"\s*\S+(?: \S+)*\s{2,}", lines[begin])
    edge = second.end() if second else left + 4
    last = begin
    for at in range(begin + 1, len(lines)):
        words = lines[at].strip()
        if not words:
            continue
        indent = len(lines[at]) - len(lines[at].lstrip())
        first = _SPLIT.split(words)[0]
        if indent < edge - 2 and not _COUNT.fullmatch(first):
            break
        last = at
    return last + 1


def _rows(lines: list[str]) -> list[str]:
    """The rows of a table's lines; nothing where fewer than three columns can be told apart."""
    columns = _columns(lines)
    if len(columns) < 3:
        return []
    cut = [[line[start:end].strip() for start, end in columns] if line.strip() else None for line in lines]
    rows: list[list[str]] = []
    for filled, group in groupby(cut, key=lambda cells: cells is not None):
        if filled:
            rows.extend(_grouped([cells for cells in group if cells is not None], rows))
    return ["\t".join(row) for row in rows]


def _grouped(lines: list[list[str]], rows: list[list[str]]) -> list[list[str]]:
    """The rows of lines that no blank line parts: one where at most one line carries a count, else one from each count on.

    Where the first row's words begin above its count, counts stand in the middle of their rows: a capital then begins the next row.
    """
    if sum(bool(cells[0]) for cells in lines) <= 1:
        whole = _joined(lines)
        if whole[0] or not rows:
            return [whole]
        rows[-1] = _joined([rows[-1], whole])
        return []
    centred = len(lines) > 1 and not rows and not lines[1][0] and lines[1][1][:1].isupper()
    found: list[list[str]] = []
    above: list[list[str]] = []
    for cells in lines:
        target = found or rows
        if cells[0] or not target:
            found.append(_joined([*above, cells]))
            above = []
        elif centred and (above or cells[1][:1].isupper()):
            above.append(cells)
        else:
            target[-1] = _joined([target[-1], cells])
    if above:
        (found or rows)[-1] = _joined([(found or rows)[-1], *above])
    return found


def _joined(lines: list[list[str]]) -> list[str]:
    return [" ".join(filter(None, column)) for column in zip(*lines, strict=True)]


def _columns(lines: list[str]) -> list[tuple[int, int]]:
    """The columns: stretches that are parted by two or more places where no line has a letter."""
    width = max(map(len, lines))
    inked = [any(at < len(line) and line[at] != " " for line in lines) for at in range(width)]
    columns: list[tuple[int, int]] = []
    for ink, places in groupby(range(width), key=lambda at: inked[at]):
        stretch = list(places)
        if ink and columns and stretch[0] - columns[-1][1] < 2:
            columns[-1] = (columns[-1][0], stretch[-1] + 1)
        elif ink:
            columns.append((stretch[0], stretch[-1] + 1))
    return columns
