"""Vietnamese text without accents: one flat character for each character, so that spans stay true."""

import re
import unicodedata
from functools import lru_cache


class _FlatTable(dict[int, str]):
    """Translation table that learns each character once."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()[:1]
        self[code] = _SPECIAL.get(base, base)
        return self[code]


_SPECIAL = {"đ": "d", "ð": "d", "–": "-", "—": "-", "−": "-", "\xa0": " ", "’": "'", "‘": "'", "“": '"', "”": '"'}
_TABLE = _FlatTable()


def flatten(text: str) -> str:
    """Lower case without accents, exactly as long as `text`: a match in the flat text has the same span in the text."""
    return text.translate(_TABLE)


def fold(text: str) -> str:
    """Lower case, no accents, only letters and digits with single spaces: for comparing names."""
    return " ".join(re.findall(r"[a-z0-9]+", flatten(unicodedata.normalize("NFC", text))))


def squash(text: str) -> str:
    """The text on one line with single spaces."""
    return " ".join(text.split())


@lru_cache(maxsize=512)
def phrase(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern for flat text in which each written space also matches a line break or several spaces."""
    out, inside, at = [], False, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            out.append(pattern[at : at + 2])
            at += 2
            continue
        if char == "[":
            inside = True
        elif char == "]":
            inside = False
        if char == " " and not inside:
            follow = pattern[at + 1 : at + 2]
            out.append(r"\s*" if follow == "?" else r"\s" if follow in ("*", "+", "{") else r"\s+")
            at += 2 if follow == "?" else 1
            continue
        out.append(char)
        at += 1
    return re.compile("".join(out), flags)
