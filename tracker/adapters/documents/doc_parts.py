"""The tables of an old Word file ([MS-DOC]): where its text lies, what each paragraph and run is, its styles, fonts and lists."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tracker.adapters.documents.numbers import Level, Lists

# Places in the list of tables of the file's head (FibRgFcLcb97).
STSH, BTE_CHPX, BTE_PAPX, FONTS, CLX, SHAPES, BOXES, LISTS, LFOS = 0, 12, 13, 15, 33, 40, 56, 73, 74
_ILVL, _ILFO, _IN_TABLE, _ROW_END, _HUGE, _FONT, _HIDDEN, _DELETED = 0x260A, 0x460B, 0x2416, 0x2417, 0x6646, 0x4A4F, 0x083C, 0x0800
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_FORMATS = {0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 22: "decimalZero", 23: "bullet", 255: "none"}


@dataclass(frozen=True, slots=True)
class Look:
    """What properties say; None where they say nothing. number: the list (from 1), 0 for none; at: its level."""

    number: int | None = None
    at: int | None = None
    font: int | None = None
    hidden: bool = False
    in_table: bool = False
    row_end: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """One style: the one that it is based on, and its own look."""

    base: int
    look: Look


class Parts:
    """The two streams of a file with its head's tables."""

    def __init__(self, main: bytes, table: bytes, data: bytes) -> None:
        self.main, self.table, self.data = main, table, data

    def part(self, number: int) -> bytes:
        """One table of the head."""
        at, size = struct.unpack_from("<II", self.main, 0x9A + 8 * number)
        return self.table[at : at + size]

    def pieces(self) -> list[tuple[int, int, int, bool]]:
        """(first character, character behind the last, place in the stream, one byte a character) of each piece of text."""
        clx, at = self.part(CLX), 0
        while clx[at] == 1:
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        size = struct.unpack_from("<I", clx, at + 1)[0]
        body = clx[at + 5 : at + 5 + size]
        count = (len(body) - 4) // 12
        starts = struct.unpack_from(f"<{count + 1}I", body)
        if list(starts) != sorted(starts) or starts[-1] > len(self.main):
            raise ValueError("pieces of text that overlap")
        found = []
        for number in range(count):
            place = struct.unpack_from("<I", body, 4 * (count + 1) + 8 * number + 2)[0]
            narrow = bool(place & 0x40000000)
            place &= 0x3FFFFFFF
            found.append((starts[number], starts[number + 1], place // 2 if narrow else place, narrow))
        return found

    def boxes(self) -> list[tuple[int, int, int | None]]:
        """(first character, character behind the last, character that a text box hangs on) of each text box."""
        texts, shapes = self.part(BOXES), self.part(SHAPES)
        before = sum(struct.unpack_from("<III4xII", self.main, 0x4C))
        count, drawn = (len(texts) - 4) // 26, (len(shapes) - 4) // 30
        hangs_on = {struct.unpack_from("<I", shapes, 4 * (drawn + 1) + 26 * n)[0]: struct.unpack_from("<I", shapes, 4 * n)[0] for n in range(max(drawn, 0))}
        found = []
        for number in range(max(count, 0)):
            start, end = struct.unpack_from("<II", texts, 4 * number)
            shape = struct.unpack_from("<I", texts, 4 * (count + 1) + 22 * number + 14)[0]
            found.append((before + start, before + end, hangs_on.get(shape)))
        if any(one[0] > one[1] or one[1] > other[0] for one, other in pairwise(found)):
            raise ValueError("text boxes that overlap")
        return found

    def paragraphs(self) -> list[tuple[int, int, int, Look]]:
        """(first place, place behind the last, style, look) of each paragraph, in order of place."""
        return [(start, end, struct.unpack_from("<H", bits)[0] if len(bits) > 1 else 0, self.look(bits[2:])) for start, end, bits in self._pages(BTE_PAPX)]

    def runs(self) -> list[tuple[int, int, Look]]:
        """(first place, place behind the last, look) of each run of letters."""
        return [(start, end, self.look(bits)) for start, end, bits in self._pages(BTE_CHPX)]

    def _pages(self, number: int) -> Iterator[tuple[int, int, bytes]]:
        index = self.part(number)
        count = (len(index) - 4) // 8
        for page in struct.unpack_from(f"<{count}I", index, 4 * (count + 1)) if count > 0 else ():
            sheet = self.main[(page & 0x3FFFFF) * 512 :][:512]
            runs = sheet[511]
            places, step = struct.unpack_from(f"<{runs + 1}I", sheet), 13 if number == BTE_PAPX else 1
            for run in range(runs):
                yield places[run], places[run + 1], _properties(sheet, sheet[4 * (runs + 1) + run * step] * 2, number == BTE_PAPX)

    def look(self, bits: bytes, depth: int = 0) -> Look:
        """What a row of properties (sprm) says."""
        number = at = font = None
        hidden = in_table = row_end = False
        for code, operand in _sprms(bits):
            if code == _ILFO:
                number = struct.unpack("<H", operand)[0]
            elif code == _ILVL:
                at = operand[0]
            elif code == _FONT:
                font = struct.unpack("<H", operand)[0]
            elif code in (_HIDDEN, _DELETED):
                hidden = hidden or operand[0] == 1
            elif code == _IN_TABLE:
                in_table = operand[0] == 1
            elif code == _ROW_END:
                row_end = operand[0] == 1
            elif code == _HUGE and depth == 0:
                place = struct.unpack("<I", operand)[0]
                size = struct.unpack_from("<H", self.data, place)[0]
                return self.look(self.data[place + 2 : place + 2 + size], 1)
        return Look(number, at, font, hidden, in_table, row_end)

    def styles(self) -> list[Style | None]:
        """The styles by number."""
        sheet = self.part(STSH)
        if len(sheet) < 6:
            return []
        size, count, base = struct.unpack_from("<HHH", sheet)
        at, found = 2 + size, list[Style | None]()
        for _ in range(count):
            length = struct.unpack_from("<H", sheet, at)[0]
            found.append(self._style(sheet[at + 2 : at + 2 + length], base) if length else None)
            at += 2 + length
        return found

    def _style(self, body: bytes, base: int) -> Style | None:
        kinds, updates = struct.unpack_from("<HH", body, 2)
        at = base + 2 + 2 * struct.unpack_from("<H", body, base)[0] + 2
        looks = []
        for number in range(min(updates & 15, 3)):
            size = struct.unpack_from("<H", body, at)[0]
            bits = body[at + 2 : at + 2 + size]
            looks.append(self.look(bits[2:] if number == 0 and kinds & 15 == 1 else bits))
            at += 2 + size + size % 2
        if kinds & 15 != 1 or not looks:
            return Style(kinds >> 4, Look())
        return Style(kinds >> 4, Look(looks[0].number, looks[0].at, looks[1].font if len(looks) > 1 else None))

    def fonts(self) -> list[str]:
        """The names of the fonts by number."""
        body = self.part(FONTS)
        if len(body) < 4:
            return []
        at, found = 4, []
        for _ in range(struct.unpack_from("<H", body)[0]):
            size = body[at]
            found.append(body[at + 40 : at + 1 + size].decode("utf-16-le", "ignore").split("\0")[0])
            at += 1 + size
        return found

    def lists(self) -> Lists:
        """The lists, by their number (from 1) as text."""
        formats, overrides, found = self._formats(), self.part(LFOS), Lists()
        if len(overrides) < 4:
            return found
        count = struct.unpack_from("<I", overrides)[0]
        at = 4 + 16 * count
        for number in range(min(count, len(overrides) // 16)):
            list_id, changed = struct.unpack_from("<I8xB", overrides, 4 + 16 * number)
            name = str(number + 1)
            found.levels[name], found.counted[name] = dict(formats.get(list_id, {})), str(list_id)
            at += 4
            for _ in range(changed):
                start, flags = struct.unpack_from("<II", overrides, at)
                at += 8
                if flags & 0x20:
                    found.levels[name][flags & 15], at = _level(overrides, at)
                    start = found.levels[name][flags & 15].start
                if flags & 0x10:
                    found.first[(name, flags & 15)] = start
        return found

    def _formats(self) -> dict[int, dict[int, Level]]:
        """The levels of each list's format; they stand behind the table that the head names."""
        begin, size = struct.unpack_from("<II", self.main, 0x9A + 8 * LISTS)
        if size < 2:
            return {}
        count = struct.unpack_from("<H", self.table, begin)[0]
        at, found = begin + 2 + 28 * count, dict[int, dict[int, Level]]()
        for number in range(count):
            list_id, flags = struct.unpack_from("<I22xB", self.table, begin + 2 + 28 * number)
            levels = dict[int, Level]()
            for depth in range(1 if flags & 1 else 9):
                levels[depth], at = _level(self.table, at)
            found[list_id] = levels
        return found


def _properties(sheet: bytes, at: int, paragraph: bool) -> bytes:
    if at == 0:
        return b""
    size = sheet[at]
    if not paragraph:
        return sheet[at + 1 : at + 1 + size]
    if size:
        return sheet[at + 1 : at + 2 * size]
    return sheet[at + 2 : at + 2 + 2 * sheet[at + 1]]


def _sprms(bits: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 < len(bits):
        code = struct.unpack_from("<H", bits, at)[0]
        size, at = _OPERANDS.get(code >> 13), at + 2
        if size is None:  # of any length, told by its first byte or, for a table's shape, by two
            size = struct.unpack_from("<H", bits, at)[0] + 1 if code == 0xD608 and at + 1 < len(bits) else bits[at] + 1
        operand = bits[at : at + size]
        if len(operand) == size:
            yield code, operand
        at += size


def _level(table: bytes, at: int) -> tuple[Level, int]:
    """A level and the place behind it."""
    start, fmt, flags = struct.unpack_from("<IBB", table, at)
    character_bits, paragraph_bits, limit = struct.unpack_from("<BBB", table, at + 24)
    at += 28 + paragraph_bits + character_bits
    length = struct.unpack_from("<H", table, at)[0]
    text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "ignore")
    label = "".join(f"%{ord(c) + 1}" if ord(c) < 9 else c for c in text)
    return Level(_FORMATS.get(fmt, "decimal"), label, start, limit if flags & 8 else None, bool(flags & 4)), at + 2 + 2 * length
