"""The small pieces that every chart is drawn with: units are millimetres, looks are attributes, so that a page's policy lets them stand."""
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tracker.domain.report_words import clean

WIDTH, LEGEND, SIZE = 160.0, 5.2, 3.1
FAMILY = "Liberation Serif, Times New Roman, serif"
INK, PAPER = "#1d1d1b", "#ffffff"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart and its size in mm."""

    svg: str
    width: float
    height: float


def open_(height: float, alt: str) -> str:
    """The head of a picture of the full width, on white; alt is what it shows, in words."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plain(WIDTH)} {plain(height)}" width="{plain(WIDTH)}mm" height="{plain(height)}mm" '
        f'role="img" aria-label="{escaped(alt)}" font-family="{FAMILY}" font-size="{SIZE}">'
        f'<rect width="{plain(WIDTH)}" height="{plain(height)}" fill="{PAPER}"/>'
    )


def close() -> str:
    """The end of a picture."""
    return "</svg>"


def text(x: float, y: float, words: str, anchor: str = "start", ink: str = INK) -> str:
    """One line of words; anchor: which end of it stands at x."""
    return f'<text x="{plain(x)}" y="{plain(y)}" text-anchor="{anchor}" fill="{ink}">{escaped(words)}</text>'


def escaped(words: str) -> str:
    """Words for XML: composed letters, no control characters, nothing that reads as markup."""
    return escape(clean(words), {'"': "&quot;"})


def plain(value: float) -> str:
    """A length without needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
