"""Cleaning: composed Unicode, plain line ends and spaces, no page numbers; the result is the text that is shown."""

import re
import unicodedata

from tracker.reading.legacy import modernise

_SPACES = dict.fromkeys(map(ord, "\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"), " ")
_DROPPED = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\xad\u200e\u200f\u00ac"))
_BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf076\uf0fc\u25cf\u25aa\u25a0\u2022\u2219"), "•") | {0xF02D: "-", 0xF02B: "+"}
_CONTROLS = {c: None for c in range(32) if c not in (9, 10)} | {c: None for c in range(0x7F, 0xA0)}
_TABLE = _CONTROLS | _SPACES | _DROPPED | _BULLETS
_CENTRED = 30
_PAGE_NUMBER = re.compile(r"(?m)^[ \t]*[-–]?[ \t]*(\d{1,3})[ \t]*[-–]?[ \t]*\n")


def clean(original: str) -> str:
    """The shown text of `original`: NFC, \\n line ends, ordinary spaces and bullets, page-number lines left out."""
    text = modernise(unicodedata.normalize("NFC", original))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\x85", "\n").replace("\u2028", "\n")
    text = text.replace("\f", "\n").translate(_TABLE)
    return _without_page_numbers(text)


def _without_page_numbers(text: str) -> str:
    """Lines that hold only 2, 3, 4 … in order, or a number far from the margin, are page numbers; others (table cells, years) stay."""
    cut: list[tuple[int, int]] = []
    expected, last_end = 2, 0
    for match in _PAGE_NUMBER.finditer(text):
        number = int(match[1])
        if number == 1 and not cut and match.start() < 200:
            cut.append(match.span())
        elif number == expected and match.start() - last_end > 500:
            cut.append(match.span())
            expected, last_end = number + 1, match.end()
        elif len(match[0]) - len(match[0].lstrip(" ")) >= _CENTRED and match.start() - last_end > 500:
            cut.append(match.span())
            last_end = match.end()
    for start, end in reversed(cut):
        text = text[:start] + text[end:]
    return text
