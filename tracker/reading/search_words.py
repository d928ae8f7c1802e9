"""The words by which a text is found: its folded words, neighbouring pairs, beginnings, and a document's number in every spelling.

Every question becomes an intersection of whole words, so that an index never has to put together what begins alike or stands side by side.
A word of ours begins with an underscore, which no folded word can.
"""
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from tracker.reading.folding import flatten, fold

#: Of one text; what comes later is not found.
MOST_WORDS = 4000
LONGEST_WORD = 40
#: Beginnings from two letters to so many: a syllable has at most seven.
SHORTEST_START, LONGEST_START = 2, 8
#: Words that may stand before a document's number: "công văn số 931".
LEADS = frozenset({"so", "cong", "van", "cv", "bao", "cao", "bc", "ke", "hoach", "kh", "thong", "tb", "chi", "thi", "ct"})
QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]*)[\"“”«»]")
PART = re.compile(r"[a-z]+|\d+")


def words_of(text: str) -> list[str]:
    """Folded words in order: hoà, hòa and hoa are one, đ is d."""
    return [word[:LONGEST_WORD] for word in fold(text).split()]


def index_words(texts: Iterable[str], number: str = "") -> set[str]:
    """Everything that a text (in parts that do not run into each other) and its number are found by."""
    found, left = set(number_words(number)), MOST_WORDS
    for text in texts:
        words = words_of(text)[:left]
        left -= len(words)
        found.update(words)
        found.update(pairs(words))
        found.update(start for word in words for start in starts(word))
    return found


def pairs(words: list[str]) -> list[str]:
    """One word for every two that stand side by side."""
    return [f"_b{first}_{second}" for first, second in pairwise(words)]


def starts(word: str) -> list[str]:
    """One word for every beginning of a word that is shorter than it."""
    return [f"_p{word[:length]}" for length in range(SHORTEST_START, min(len(word) - 1, LONGEST_START) + 1)]


def start_word(word: str) -> str:
    """What is looked for where a word may go on; "" for one that is too short or too long for it."""
    return f"_p{word}" if SHORTEST_START <= len(word) <= LONGEST_START else ""


def number_words(number: str) -> list[str]:
    """931-CV/HNDT by 931, 931cv, 931cvhndt; 05/BC-HND by 5 and 05 alike."""
    parts = _parts(number)
    if not parts or not parts[0].isdecimal():
        return []
    return ["_n" + "".join(parts[:length])[:LONGEST_WORD] for length in range(1, len(parts) + 1)]


def number_word(text: str) -> str:
    """What a typed number is looked for by, with or without "công văn số" before it; "" for what is no number."""
    parts = _parts(text)
    while parts and parts[0] in LEADS:
        parts = parts[1:]
    return "_n" + "".join(parts)[:LONGEST_WORD] if parts and parts[0].isdecimal() else ""


def _parts(number: str) -> list[str]:
    """Runs of letters or digits, without the zeros that some write before a number."""
    return [part.lstrip("0") or "0" if part.isdecimal() else part for part in PART.findall(fold(number))]


@dataclass(frozen=True)
class Asked:
    """A question: its words, the pairs that must stand side by side (quoted), all pairs, its number and the beginning that its last word may be."""

    words: tuple[str, ...]
    fixed: tuple[str, ...]
    pairs: tuple[str, ...]
    number: str
    start: str

    @property
    def too_short(self) -> bool:
        """Whether it is too little to look for: one letter."""
        return len("".join(self.words)) < 2


def asked(text: str, most: int = 12) -> Asked:
    """What a person typed, as words to look for; the first `most` words count."""
    text = unicodedata.normalize("NFC", text)
    words = words_of(text)[:most]
    fixed = [pair for quoted in QUOTED.findall(text) for pair in pairs(words_of(quoted))][:most]
    start = start_word(words[-1]) if words and not text.rstrip().endswith(('"', "”", "»")) else ""
    return Asked(tuple(dict.fromkeys(words)), tuple(fixed), tuple(dict.fromkeys(pairs(words))), number_word(text), start)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt; hit: it is a word that was looked for."""

    text: str
    hit: bool = False


def excerpt(text: str, question: Asked, around: int = 110) -> list[Piece]:
    """The place of the text where most of the words stand together, with its accents; the first words where none is found."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    hits = _hits(text, question)
    if not hits:
        return [Piece(text[: 2 * around].rstrip() + ("…" if len(text) > 2 * around else ""))] if text else []
    best = max(hits, key=lambda hit: (len({word for at, _, word in hits if hit[0] <= at < hit[0] + around}), -hit[0]))
    begin, end = _whole(text, best[0] - around // 2, best[0] + 2 * around)
    found, at = [Piece("…")] if begin else [], begin
    for left, right, _ in hits:
        if begin <= left and right <= end:
            found += [Piece(text[at:left]), Piece(text[left:right], hit=True)]
            at = right
    found.append(Piece(text[at:end] + ("…" if end < len(text) else "")))
    return [piece for piece in found if piece.text]


def _hits(text: str, question: Asked) -> list[tuple[int, int, str]]:
    """Where the words stand, (start, end, word); the last may go on."""
    if not question.words:
        return []
    known = "|".join(sorted(map(re.escape, question.words), key=len, reverse=True))
    more = rf"|{re.escape(question.words[-1])}[a-z0-9]+" if question.start else ""
    pattern = re.compile(rf"(?<![a-z0-9])(?:{known}{more})(?![a-z0-9])")
    return [(match.start(), match.end(), match[0]) for match in pattern.finditer(flatten(text))]


def _whole(text: str, begin: int, end: int) -> tuple[int, int]:
    """The stretch moved to where words begin and end."""
    begin = max(begin, 0)
    if begin:
        begin = text.find(" ", begin) + 1
    if end < len(text):
        end = text.rfind(" ", begin, end) if " " in text[begin:end] else end
    return begin, min(end, len(text))
