"""PDF: pdftotext keeps form fields and second fonts right; without it pypdfium2, with a warning; pages without text of their own go to OCR."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pypdfium2

from tracker.adapters.documents import scan
from tracker.adapters.documents.addresses import with_whole_addresses
from tracker.adapters.documents.furniture import without_furniture
from tracker.adapters.documents.pdf_letters import page_text
from tracker.adapters.documents.pdf_tables import with_rows
from tracker.adapters.documents.types import MOST_PAGES, Progress, Raw
from tracker.adapters.pdfium import PDFIUM
from tracker.domain.errors import BadInput, Unavailable

_TIMEOUT = 120
#: Fewer letters than this on a page with a picture: the words are in the picture.
_LETTERS_PER_PAGE = 30
#: In Vietnamese a fifth of the letters carry accents.
_MANY_LETTERS, _ACCENTED = 200, 0.03


def extract(data: bytes, name: str, progress: Progress | None = None) -> Raw:
    """The text of all pages. Raises BadInput document.encrypted, .unreadable, .no_text."""
    raw = _poppler(data, name) if shutil.which("pdftotext") else _pdfium(data, name)
    pages = raw.text.removesuffix("\f").split("\f")
    poor = [number for number, page in enumerate(pages) if is_poor(page)]
    if not poor or (sum(map(_letters, pages)) >= _LETTERS_PER_PAGE and not (poor := pictures(data, name, poor))):
        return Raw(mended(pages), raw.method, len(pages), raw.warnings, original=raw.text)
    if len(poor) == len(pages):
        return scan.extract_pdf(data, name, progress)
    return _mixed(data, name, raw, pages, poor, progress)


def is_poor(page: str) -> bool:
    """Whether the words are hardly those of a Vietnamese page: too few, or many without accents, as scanners guess them that know English only."""
    letters = _letters(page)
    return letters < _LETTERS_PER_PAGE or (letters >= _MANY_LETTERS and sum(c.isalpha() and not c.isascii() for c in page) < _ACCENTED * letters)


def _letters(page: str) -> int:
    return sum(c.isalpha() for c in page)


def mended(pages: list[str]) -> str:
    """The pages as one text: what stands on every page left out, rows of tables on one line, addresses that a line end cut put together."""
    return with_whole_addresses("\f".join(with_rows(page) for page in without_furniture(pages)))


def pictures(data: bytes, name: str, numbers: list[int]) -> list[int]:
    """Those of the pages that hold a picture."""
    with scan.opened(data, name) as document, PDFIUM:
        return [number for number in numbers if number < len(document) and has_picture(document[number])]


def has_picture(page: pypdfium2.PdfPage) -> bool:
    """Whether a picture is drawn on the page, also inside a form."""
    return next(iter(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None


def _mixed(data: bytes, name: str, raw: Raw, pages: list[str], poor: list[int], progress: Progress | None) -> Raw:
    """Pages with text as they are, the others read from their pictures; without Tesseract the pages with text must do."""
    try:
        scan.need_tesseract(name)
    except Unavailable:
        return Raw(mended(pages), raw.method, len(pages), (*raw.warnings, "document.pages_unread"), original=raw.text)
    with scan.opened(data, name) as document:
        found = scan.read_pages(document, poor, name, progress)
    pages = [found[number].text if number in found else page for number, page in enumerate(pages)]
    left = ("document.pages_cut",) if len(poor) > MOST_PAGES else ()
    confidence = tuple(found[number].confidence if number in found else 100 for number in range(len(pages)))
    return Raw(mended(pages), f"{raw.method}+tesseract:vie", len(pages), (*raw.warnings, *scan.warnings(found.values()), *left), confidence, "\f".join(pages))


def _poppler(data: bytes, name: str) -> Raw:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.pdf"
        path.write_bytes(data)
        try:
            run = subprocess.run(["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"], capture_output=True, timeout=_TIMEOUT, check=False)
        except subprocess.TimeoutExpired as error:
            raise BadInput("document.unreadable", name=name) from error
    complaint = run.stderr.decode("utf-8", "replace").lower()
    if "password" in complaint or ("encrypt" in complaint and run.returncode):
        raise BadInput("document.encrypted", name=name)
    if run.returncode and not run.stdout.strip():
        raise BadInput("document.unreadable", name=name)
    text = run.stdout.decode("utf-8", "replace")
    return Raw(text, "pdftotext", max(text.count("\f"), 1))


def _pdfium(data: bytes, name: str) -> Raw:
    """The fallback: form fields are drawn into the page first, so that number and date come along."""
    with scan.opened(data, name) as document, PDFIUM:
        pages = []
        for index in range(len(document)):
            drawn = document[index]
            if document.formenv:
                drawn.flatten()
                drawn.close()  # only a page that is opened anew shows what was flattened into it
            pages.append(page_text(document[index]))
    return Raw("\f".join(pages), "pypdfium2", len(pages), ("document.pdf_fallback",))
