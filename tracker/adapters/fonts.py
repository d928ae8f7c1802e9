"""The typeface that ships with the product: where it lies, which letters it has, how wide a line is in it."""
import struct
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent.parent / "data" / "fonts"
FAMILY = "Liberation Serif"
_POINTS_A_MM = 72 / 25.4


def width_mm(text: str, size: float, bold: bool = False) -> float:
    """How long the text is on paper at that size in points; Times New Roman has the same widths."""
    return _face(bold).getlength(text) / 100 * size / _POINTS_A_MM


@cache
def _face(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"LiberationSerif-{'Bold' if bold else 'Regular'}.ttf"), 100)


@cache
def covered() -> frozenset[int]:
    """The code points that the upright face draws, read from its cmap table (format 4; the basic plane is all it has)."""
    raw = (FONTS / "LiberationSerif-Regular.ttf").read_bytes()
    tables = struct.unpack_from(">H", raw, 4)[0]
    entries = (struct.unpack_from(">4sLLL", raw, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    subtables = (struct.unpack_from(">HHL", raw, cmap + 4 + 8 * n) for n in range(struct.unpack_from(">H", raw, cmap + 2)[0]))
    start = next(cmap + offset for platform, encoding, offset in subtables if (platform, encoding) == (3, 1))
    return frozenset(_format_4(raw, start))


def _format_4(raw: bytes, start: int) -> list[int]:
    count = struct.unpack_from(">H", raw, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", raw, start + 14)
    starts, deltas, offsets = (struct.unpack_from(f">{count}H", raw, start + 16 + count * 2 * n) for n in (1, 2, 3))
    base = start + 16 + count * 6
    found = []
    for n, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code + deltas[n]
            if offsets[n]:
                glyph = struct.unpack_from(">H", raw, base + 2 * n + offsets[n] + 2 * (code - first))[0]
            if glyph & 0xFFFF:
                found.append(code)
    return found
