"""PDF: pdftotext keeps form widgets and second fonts right; without it pypdfium2, with a warning; without text, OCR."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pypdfium2

from tracker.adapters.documents import scan
from tracker.adapters.documents.types import Progress, Raw
from tracker.domain.errors import BadInput

_TIMEOUT = 120
_LETTERS_PER_PAGE = 30


def extract(data: bytes, name: str, progress: Progress | None = None) -> Raw:
    """The text of all pages. Raises BadInput document.encrypted, .unreadable, .no_text."""
    raw = _poppler(data, name) if shutil.which("pdftotext") else _pdfium(data, name)
    letters = sum(c.isalpha() for c in raw.text)
    if letters >= _LETTERS_PER_PAGE * max(raw.pages or 1, 1) * 0.5 and letters >= _LETTERS_PER_PAGE:
        return raw
    return scan.extract_pdf(data, name, progress)


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
    """The fallback: widgets are drawn into the page first, so that their number and date come along, out of place."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = "document.encrypted" if "password" in str(error).lower() else "document.unreadable"
        raise BadInput(code, name=name) from error
    with document:
        document.init_forms()
        pages = []
        for index in range(len(document)):
            drawn = document[index]
            drawn.flatten()
            drawn.close()  # only a page that is opened anew shows what was flattened into it
            pages.append(document[index].get_textpage().get_text_bounded())
    return Raw("\f".join(pages), "pypdfium2", len(pages), ("document.pdf_fallback",))
