"""Cells beside each other as lines of text, the way the page shows them."""

from collections.abc import Iterator

_SHORT = 120


def side_by_side(cells: list[list[str]]) -> Iterator[str]:
    """The lines of one table row.

    Two cells of short lines (letterhead, signature) go line by line beside each other; cells of one line, and rows of three or
    more columns, make one line with tabs; two long cells follow one another.
    """
    cells = [[line for words in cell for line in words.split("\n")] for cell in cells]
    while cells and not any(line.strip() for line in cells[-1]):
        cells.pop()
    if not cells:
        yield ""
    elif len(cells) == 1:
        yield from cells[0]
    elif len(cells) >= 3 or all(sum(bool(line.strip()) for line in cell) <= 1 for cell in cells):
        yield "\t".join(" ".join(line.strip() for line in cell if line.strip()) for cell in cells)
    elif all(len(line) <= _SHORT for cell in cells for line in cell):
        for index in range(max(len(cell) for cell in cells)):
            yield "\t".join(cell[index] if index < len(cell) else "" for cell in cells)
    else:
        for cell in cells:
            yield from cell
