"""Old Word files (.doc): paragraphs with their automatic numbers, tables and text boxes; what is not understood is left to kreuzberg."""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from tracker.adapters.documents import kreuz, ole
from tracker.adapters.documents.doc_parts import Look, Parts, Style
from tracker.adapters.documents.layout import side_by_side
from tracker.adapters.documents.types import DOC, Raw
from tracker.domain.errors import BadInput
from tracker.reading.legacy import by_font

_STREAMS = frozenset({"WordDocument", "0Table", "1Table", "Data"})
_MAGIC, _WORD97 = 0xA5EC, 0xC1
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_BROKEN = (struct.error, IndexError, ValueError, KeyError, OverflowError)
_SIGNS = {"\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\x1e": "-"} | {chr(c): None for c in (*range(1, 9), 0x13, 0x14, 0x15, 0x1F)}
_TABLE = str.maketrans(_SIGNS)
_MARKS = re.compile("[\r\x07\x0c]")
#: A field's instructions stand between its first and second sign; its result between the second and the third.
_INSTRUCTIONS = re.compile("\x13[^\x13\x14\x15]*(?:\x14|\x15)")


def extract(data: bytes, name: str) -> Raw:
    """The words of the file's main text and its text boxes. Raises BadInput document.encrypted, document.unreadable."""
    try:
        found = ole.streams(data, _STREAMS)
        main = found.get("WordDocument", b"")
        magic, version, flags = struct.unpack_from("<HH6xH", main)
        if flags & _ENCRYPTED:
            raise BadInput("document.encrypted", name=name)
        if magic != _MAGIC or version < _WORD97:
            raise ValueError("an older format")
        parts = Parts(main, found["1Table" if flags & _SECOND_TABLE else "0Table"], found.get("Data", b""))
        return Raw("\n".join(_Text(parts).lines()), "doc")
    except _BROKEN:
        raw = kreuz.extract_as(DOC, data, name)
        return Raw(raw.text, raw.method, warnings=("document.numbers_lost",))


@dataclass
class _Paragraph:
    """One paragraph: its words as (text, place, bytes a letter), the sign that ends it, the sign's place, and its characters."""

    words: list[tuple[str, int, int]]
    mark: str
    place: int
    first: int
    last: int


class _Text:
    """The text of one file with what its tables say of it."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.lists, self.styles, self.fonts, self.pieces = parts, parts.lists(), parts.styles(), parts.fonts(), parts.pieces()
        self.paragraphs, self.runs = sorted(parts.paragraphs(), key=itemgetter(0)), sorted(parts.runs(), key=itemgetter(0))
        self.starts, self.run_starts = [one[0] for one in self.paragraphs], [one[0] for one in self.runs]
        self.ends = {one[1] for one in self.paragraphs}
        self.boxes, self.length = parts.boxes(), struct.unpack_from("<I", parts.main, 0x4C)[0]

    def lines(self) -> Iterator[str]:
        """The main text's lines, each text box behind the paragraph that it hangs on."""
        yield from self._block(0, self.length)
        while self.boxes:
            begin, end, _ = self.boxes.pop(0)
            yield from self._block(begin, end)

    def _block(self, begin: int, end: int) -> Iterator[str]:
        cells: list[list[str]] = []
        cell: list[str] = []
        for paragraph in self._split(begin, end):
            style, look = self._look(paragraph.place)
            if look.row_end:
                yield from side_by_side(cells)
                cells = []
                continue
            lines = self._lines(paragraph, style, look)
            if paragraph.mark == "\x07":
                cells.append([*cell, *lines])
                cell = []
            elif look.in_table:
                cell += lines
            else:
                yield from (line for lost in cells for line in lost)
                yield from lines
                cells = []
        yield from cell

    def _split(self, begin: int, end: int) -> Iterator[_Paragraph]:
        """The paragraphs of these characters."""
        words: list[tuple[str, int, int]] = []
        first = begin
        for start, stop, place, narrow in self.pieces:
            low, high, width = max(start, begin), min(stop, end), 1 if narrow else 2
            if low >= high:
                continue
            place += (low - start) * width
            text = self.parts.main[place : place + (high - low) * width].decode("cp1252" if narrow else "utf-16-le", "replace")
            done = 0
            for mark in _MARKS.finditer(text):
                at = place + mark.start() * width
                if mark[0] == "\x0c" and at + width not in self.ends:
                    continue  # a page break inside a paragraph
                words.append((text[done : mark.start()], place + done * width, width))
                yield _Paragraph(words, mark[0], at, first, low + mark.start())
                words, done, first = [], mark.end(), low + mark.end()
            words.append((text[done:], place + done * width, width))
        if any(text for text, _, _ in words):
            yield _Paragraph(words, "\r", words[-1][1], first, end)

    def _look(self, place: int) -> tuple[Style | None, Look]:
        at = bisect_right(self.starts, place) - 1
        if at < 0 or place >= self.paragraphs[at][1]:
            return None, Look()
        _, _, style, look = self.paragraphs[at]
        return self._style(style), look

    def _style(self, number: int) -> Style | None:
        return self.styles[number] if number < len(self.styles) else None

    def _lines(self, paragraph: _Paragraph, style: Style | None, look: Look) -> list[str]:
        text = self._words(paragraph.words, style)
        while _INSTRUCTIONS.search(text):
            text = _INSTRUCTIONS.sub("", text)
        text = text.translate(_TABLE)
        label = self._label(style, look)
        lines = [f"{label} {text}" if label and text.strip() else text]
        for box in [one for one in self.boxes if one[2] is not None and paragraph.first <= one[2] <= paragraph.last < self.length]:
            self.boxes.remove(box)
            lines += self._block(box[0], box[1])
        return lines

    def _label(self, style: Style | None, look: Look) -> str:
        number, at = look.number, look.at
        for one in self._line_of(style):
            number, at = number if number is not None else one.look.number, at if at is not None else one.look.at
        return self.lists.label(str(number), at or 0) if number else ""

    def _line_of(self, style: Style | None) -> Iterator[Style]:
        """The style and those that it is based on."""
        for _ in range(12):
            if style is None:
                return
            yield style
            style = self._style(style.base)

    def _words(self, words: list[tuple[str, int, int]], style: Style | None) -> str:
        """The letters that are shown; those of one font together, since VNI writes a letter and its mark apart."""
        usual = next((one.look.font for one in self._line_of(style) if one.look.font is not None), None)
        spoken: list[tuple[int | None, str]] = []
        for text, place, width in words:
            at, end = max(bisect_right(self.run_starts, place) - 1, 0), place + len(text) * width
            for start, stop, look in self.runs[at:]:
                if start >= end:
                    break
                part = text[max(start - place, 0) // width : max(min(stop, end) - place, 0) // width]
                if part and not look.hidden:
                    spoken.append((usual if look.font is None else look.font, part))
        return "".join(by_font("".join(part for _, part in group), self._font(font)) for font, group in groupby(spoken, key=itemgetter(0)))

    def _font(self, number: int | None) -> str:
        return self.fonts[number] if number is not None and number < len(self.fonts) else ""
