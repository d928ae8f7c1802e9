"""Pictures and tables of stored files for looking at in a page: the file itself is never altered and never runs in the reader's browser."""
import io
from pathlib import Path

import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

from tracker.adapters.documents import guard, kreuz
from tracker.adapters.media import MEDIA_TYPES
from tracker.adapters.pdfium import PDFIUM
from tracker.domain.errors import DomainError

PDF = "application/pdf"
PICTURES = frozenset({"image/jpeg", "image/png", "image/heic", "image/heif"})
SHEETS = frozenset(MEDIA_TYPES[kind] for kind in ("xlsx", "xls", "ods"))
#: What a page shows of a workbook; the rest is in the file.
ROWS, COLUMNS, TABLES = 100, 20, 6
#: Longest side in pixels: sharp on a desk screen, small enough for a weak line.
LONGEST_SIDE = 1600
WIDTH = 1000
#: A page may say that it is as tall as a house; drawn in full it would fill the memory.
TALLEST = 4000
#: Enough for letters with smooth edges.
GREYS = 4
Image.MAX_IMAGE_PIXELS = 80_000_000
pillow_heif.register_heif_opener()


def has_pictures(media_type: str) -> bool:
    """Whether this kind of file can be shown as pictures of its pages."""
    return media_type == PDF or media_type in PICTURES


def page_count(path: Path, media_type: str) -> int:
    """Pages that picture() can draw: 1 for a photo, 0 for what cannot be opened."""
    if media_type != PDF:
        return int(media_type in PICTURES)
    try:
        return sheets(path)
    except pypdfium2.PdfiumError:
        return 0


def picture(path: Path, media_type: str, page: int) -> bytes | None:
    """One page (from 1) or the photo as JPEG bytes; None where it cannot be drawn."""
    try:
        drawn = _pdf_page(path, page) if media_type == PDF else _photo(path)
    except (pypdfium2.PdfiumError, OSError, ValueError, Image.DecompressionBombError):
        return None
    if drawn is None:
        return None
    return _jpeg(drawn)


def _jpeg(drawn: Image.Image) -> bytes:
    out = io.BytesIO()
    drawn.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def sheets(content: bytes | Path) -> int:
    """Pages of a PDF, in memory or on disk. Raises pypdfium2.PdfiumError for a broken one."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            return len(document)
        finally:
            document.close()


def sheet(content: bytes, page: int) -> bytes | None:
    """One page (from 1) of a PDF in memory, black on white, as PNG: a third of a photo's size; None where there is no such page."""
    drawn = _pdf_page(content, page)
    if drawn is None:
        return None
    out = io.BytesIO()
    drawn.convert("L").quantize(GREYS).save(out, "PNG", optimize=True)
    return out.getvalue()


def tables(path: Path, media_type: str) -> list[list[list[str]]]:
    """The sheets of a workbook as rows of cells, cut to what a page can show; empty where it cannot be read."""
    data = path.read_bytes()
    try:
        guard.check(data, path.name)
        found = kreuz.result_of(media_type, data, path.name).tables
    except DomainError:
        return []
    return [[[str(cell) for cell in row[:COLUMNS]] for row in table.cells[:ROWS]] for table in found[:TABLES] if table.cells]


def _pdf_page(source: Path | bytes, page: int) -> Image.Image | None:
    with PDFIUM:
        document = pypdfium2.PdfDocument(source)
        try:
            if not 1 <= page <= len(document):
                return None
            document.init_forms()
            sheet = document[page - 1]
            image: Image.Image = sheet.render(scale=min(WIDTH / max(sheet.get_width(), 1), TALLEST / max(sheet.get_height(), 1), 4)).to_pil()
            return image
        finally:
            document.close()


def _photo(path: Path) -> Image.Image:
    with Image.open(path) as found:
        image = ImageOps.exif_transpose(found)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return image
