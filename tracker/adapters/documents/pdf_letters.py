"""A PDF page's lines from the places of its letters, for machines without pdftotext: whatever font drew a letter, it stands where it is seen."""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2

_LINE = 0.45
_SPACE, _COLUMN = 0.18, 1.2
_PARAGRAPH = 1.9


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter and its box, measured from the lower left corner of the page."""

    sign: str
    left: float
    bottom: float
    right: float
    top: float


def page_text(page: pypdfium2.PdfPage) -> str:
    """The page's lines from the top, letters from the left; wide gaps as several spaces, as a column shows itself."""
    found = _letters(page.get_textpage())
    if not found:
        return ""
    height = median(letter.top - letter.bottom for letter in found) or 1.0
    lines = _rows(found, height)
    out, above = [], lines[0][0].bottom
    for line in lines:
        if above - line[0].bottom > _PARAGRAPH * height:
            out.append("")
        out.append(_joined(sorted(line, key=lambda letter: letter.left), height))
        above = line[0].bottom
    return "\n".join(out)


def _letters(text: pypdfium2.PdfTextPage) -> list[Letter]:
    found = []
    for index in range(text.count_chars()):
        code = pypdfium2.raw.FPDFText_GetUnicode(text, index)
        if code > 32 and not 0xD800 <= code < 0xE000 and code < 0x110000 and code not in (0xA0, 0xFFFE):
            found.append(Letter(chr(code), *text.get_charbox(index, loose=True)))
    return found


def _rows(found: list[Letter], height: float) -> list[list[Letter]]:
    """Letters whose feet are at nearly the same height, from the top."""
    lines: list[list[Letter]] = []
    for letter in sorted(found, key=lambda one: -one.bottom):
        if lines and lines[-1][0].bottom - letter.bottom < _LINE * height:
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return lines


def _joined(line: list[Letter], height: float) -> str:
    parts = [" " * min(int(line[0].left / height), 80), line[0].sign]
    for before, letter in pairwise(line):
        gap = letter.left - before.right
        if gap > _COLUMN * height:
            parts.append(" " * min(max(int(2 * gap / height), 3), 120))
        elif gap > _SPACE * height:
            parts.append(" ")
        parts.append(letter.sign)
    return "".join(parts)
