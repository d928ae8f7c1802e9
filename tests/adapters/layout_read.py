"""Reads the layout back out of a .docx and a .pdf: every line of text with its size, weight, slant, place and alignment, and the short rules."""
import ctypes
import io
import zipfile
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 72 / 25.4


@dataclass(frozen=True)
class Part:
    """One paragraph of a .docx with what is written in it resolved from its first run, its style and the defaults."""

    text: str
    size: float
    bold: bool
    italic: bool
    underline: bool
    align: str
    style: str


@dataclass(frozen=True)
class Line:
    """One line of text of a .pdf; millimetres from the left and from the top of its page; size and font of its first letter."""

    page: int
    text: str
    size: float
    font: str
    left: float
    right: float
    base: float

    @property
    def bold(self) -> bool:
        """Whether its face is bold."""
        return "Bold" in self.font

    @property
    def italic(self) -> bool:
        """Whether its face slants."""
        return "Italic" in self.font


@dataclass(frozen=True)
class Rule:
    """One thin line across, in millimetres."""

    left: float
    right: float
    top: float

    @property
    def length(self) -> float:
        """From end to end."""
        return self.right - self.left


class Word:
    """A .docx taken apart."""

    def __init__(self, content: bytes) -> None:
        """content: the file."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.body = etree.fromstring(self.files["word/document.xml"])
        self.styles = {style.get(f"{W}styleId"): style for style in etree.fromstring(self.files["word/styles.xml"]).iter(f"{W}style")}
        self.defaults = next(etree.fromstring(self.files["word/styles.xml"]).iter(f"{W}rPrDefault"))

    def parts(self) -> list[Part]:
        """The paragraphs that say something, in order, those in tables too."""
        return [self._part(p) for p in self.body.iter(f"{W}p") if "".join(t.text or "" for t in p.iter(f"{W}t")).strip()]

    def text(self) -> str:
        """All words in order; a break of line is a space."""
        return " ".join("".join(t.text or "" if t.tag == f"{W}t" else " " for t in p.iter(f"{W}t", f"{W}br")) for p in self.body.iter(f"{W}p"))

    def margins(self) -> list[dict[str, int]]:
        """Of each section: edges and sheet in whole millimetres."""
        found = []
        for section in self.body.iter(f"{W}sectPr"):
            edges, sheet = section.find(f"{W}pgMar"), section.find(f"{W}pgSz")
            found.append({side: round(int(edges.get(f"{W}{side}")) / MM / 20) for side in ("top", "bottom", "left", "right")} | {
                "wide": round(int(sheet.get(f"{W}w")) / MM / 20), "high": round(int(sheet.get(f"{W}h")) / MM / 20)})
        return found

    def spacing(self, style: str) -> dict[str, str]:
        """The spacing and indents that a style asks for."""
        found: dict[str, str] = {}
        for tag in ("spacing", "ind"):
            for one in self.styles[style].iter(f"{W}{tag}"):
                found |= {key.removeprefix(W): value for key, value in one.attrib.items()}
        return found

    def _chain(self, style: str) -> list[etree._Element]:
        found = []
        while style and style in self.styles:
            found.append(self.styles[style])
            based = self.styles[style].find(f"{W}basedOn")
            style = based.get(f"{W}val") if based is not None else ""
        return found

    def _part(self, paragraph: etree._Element) -> Part:
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        style = named.get(f"{W}val") if named is not None else "Normal"
        run = next(r for r in paragraph.iter(f"{W}r") if r.find(f"{W}t") is not None)
        places = [run.find(f"{W}rPr"), *(s.find(f"{W}rPr") for s in self._chain(style)), self.defaults.find(f"{W}rPr")]
        align = [paragraph.find(f"{W}pPr/{W}jc"), *(s.find(f"{W}pPr/{W}jc") for s in self._chain(style))]

        def first(tag: str) -> str:
            found = (place.find(f"{W}{tag}") for place in places if place is not None)
            hit = next((one for one in found if one is not None), None)
            return "" if hit is None else hit.get(f"{W}val", "on")

        words = "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
        aligned = next((one.get(f"{W}val") for one in align if one is not None), "left")
        return Part(words, int(first("sz")) / 2, bool(first("b")), bool(first("i")), bool(first("u")), aligned, style)


class Pdf:
    """A .pdf as PDFium sees it."""

    def __init__(self, content: bytes) -> None:
        """content: the file."""
        with pypdfium2.PdfDocument(content) as document:
            self.sizes = [(page.get_width() / MM, page.get_height() / MM) for page in document]
            self._lines = [line for number in range(len(document)) for line in _lines(document[number], number, self.sizes[number][1])]
            self._rules = [_rules(page, self.sizes[number][1]) for number, page in enumerate(document)]

    def lines(self, pages: int = 99) -> list[Line]:
        """The lines of the first pages, in the order of drawing; columns side by side are lines of their own."""
        return [line for line in self._lines if line.page < pages]

    def rules(self, number: int) -> list[Rule]:
        """Thin lines across one page (from 0)."""
        return self._rules[number]


def _lines(page: pypdfium2.PdfPage, number: int, high: float) -> list[Line]:
    text = page.get_textpage()
    found: list[Line] = []
    words, start, last = "", None, None
    for n in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text.raw, n))
        at = _origin(text, n)
        if letter in "\r\n":
            continue
        if last and start and words.strip() and (abs(at[1] - last[1]) > 1 or at[0] < last[0] - 2 or at[0] - last[0] > 30):
            found.append(_line(text, number, words, start, last, high))
            words, start = "", None
        if letter.strip() and start is None:
            words, start = "", (n, *at)
        words += letter
        if letter.strip():
            last = (*at, n)
    if words.strip() and start and last:
        found.append(_line(text, number, words, start, last, high))
    return found


def _rules(page: pypdfium2.PdfPage, high: float) -> list[Rule]:
    found = []
    for one in page.get_objects([pdfium.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = one.get_bounds()
        if top - bottom < 2 and right - left > 10:
            found.append(Rule(left / MM, right / MM, high - top / MM))
    return found


def _origin(text: pypdfium2.PdfTextPage, n: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text.raw, n, x, y)
    return x.value, y.value


def _line(
    text: pypdfium2.PdfTextPage, page: int, words: str, start: tuple[int, float, float], last: tuple[float, float, int], high: float,
) -> Line:
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text.raw, start[0], name, 200, flags)
    _, _, right, _ = text.get_charbox(last[2], loose=True)
    return Line(
        page, words.strip(), round(pdfium.FPDFText_GetFontSize(text.raw, start[0]), 1), name.value.decode(), start[1] / MM, right / MM, high - start[2] / MM)
