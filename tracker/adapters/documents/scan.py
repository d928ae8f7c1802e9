"""Scans and photographs: pages as grey pictures, set upright, through Tesseract with Vietnamese."""

import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pillow_heif
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from tracker.adapters.documents import tesseract, upright
from tracker.adapters.documents.tesseract import DPI, Page
from tracker.adapters.documents.types import LOW, MOST_PAGES, Progress, Raw
from tracker.adapters.pdfium import PDFIUM
from tracker.domain.errors import BadInput, Unavailable

_LONGEST_SIDE = 4000
#: A page read so poorly may lie the wrong way.
_DOUBTFUL, _FEW_WORDS = 60, 5
Image.MAX_IMAGE_PIXELS = 80_000_000
pillow_heif.register_heif_opener()


def extract_pdf(data: bytes, name: str, progress: Progress | None = None) -> Raw:
    """The words on the pictures of a PDF. Raises BadInput document.no_text where there are none, Unavailable document.ocr_missing."""
    need_tesseract(name)
    with opened(data, name) as document:
        with PDFIUM:
            count = len(document)
        found = read_pages(document, range(count), name, progress)
    raw = result(list(found.values()), name)
    return replace(raw, warnings=(*raw.warnings, "document.pages_cut")) if count > MOST_PAGES else raw


@contextmanager
def opened(data: bytes, name: str) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF, with what was typed or stamped into its form fields drawn too; closed behind the block, which holds PDFIUM for each look at it.

    Raises BadInput document.encrypted, .unreadable, also for what fails inside the block.
    """
    try:
        with PDFIUM:
            document = pypdfium2.PdfDocument(data)
        try:
            with PDFIUM:
                document.init_forms()
            yield document
        finally:
            with PDFIUM:
                document.close()
    except (pypdfium2.PdfiumError, RuntimeError) as error:
        raise BadInput("document.encrypted" if "password" in str(error).lower() else "document.unreadable", name=name) from error


def read_pages(document: pypdfium2.PdfDocument, wanted: Iterable[int], name: str, progress: Progress | None = None) -> dict[int, Page]:
    """The first of the pages of these numbers (from 0), up to a limit, each told to `progress` when it is done."""
    numbers, found = list(wanted)[:MOST_PAGES], {}
    for done, index in enumerate(numbers, 1):
        found[index] = _read(_drawn(document, index), name)
        if progress:
            progress(done, len(numbers))
    return found


def _drawn(document: pypdfium2.PdfDocument, index: int) -> Image.Image:
    with PDFIUM:
        sheet = document[index]
        scale = min(DPI / 72, _LONGEST_SIDE / max(sheet.get_width(), sheet.get_height(), 1))
        picture: Image.Image = sheet.render(scale=scale, grayscale=True).to_pil()
        sheet.close()
    return picture


def extract_image(data: bytes, name: str) -> Raw:
    """The words on one picture, turned the way its camera held it."""
    need_tesseract(name)
    try:
        with Image.open(io.BytesIO(data)) as source:
            picture = ImageOps.exif_transpose(source).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput("document.unreadable", name=name) from error
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return result([_read(picture, name)], name)


def need_tesseract(name: str) -> None:
    """Raises Unavailable document.ocr_missing where the machine has no Tesseract."""
    if not shutil.which("tesseract"):
        raise Unavailable("document.ocr_missing", name=name)


def result(pages: list[Page], name: str) -> Raw:
    """The pages as one text. Raises BadInput document.no_text."""
    text = "\f".join(page.text for page in pages)
    if sum(c.isalpha() for c in text) < 20:
        raise BadInput("document.no_text", name=name)
    return Raw(text, "tesseract:vie", len(pages), warnings(pages), tuple(page.confidence for page in pages))


def warnings(pages: Iterable[Page]) -> tuple[str, ...]:
    """What is to be said of pages that were read so."""
    return ("document.scanned", "document.low_confidence") if any(page.confidence < LOW for page in pages) else ("document.scanned",)


def _read(picture: Image.Image, name: str) -> Page:
    """The words of the picture set upright; where they are few or doubtful, the other ways a sheet may lie are tried, and the best counts."""
    best = Page("", 0)
    for turn in upright.turns(picture):
        page = tesseract.read(upright.levelled(picture.transpose(turn) if turn is not None else picture), name)
        best = max(best, page, key=lambda one: one.good)
        if best.confidence >= _DOUBTFUL and best.words >= _FEW_WORDS:
            break
    return best if best.words else Page("")
