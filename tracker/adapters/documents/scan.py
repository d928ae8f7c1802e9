"""Scans and photographs: pages as grey pictures through Tesseract with Vietnamese."""

import io
import os
import shutil
import subprocess

import pypdfium2
from PIL import Image, UnidentifiedImageError

from tracker.adapters.documents.types import Progress, Raw
from tracker.domain.errors import BadInput, Unavailable

_DPI = 300
_TIMEOUT = 180
_MAX_PAGES = 200


def extract_pdf(data: bytes, name: str, progress: Progress | None = None) -> Raw:
    """The words on the pictures of a PDF. Raises BadInput document.no_text where there are none, Unavailable document.ocr_missing."""
    _need_tesseract(name)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise BadInput("document.encrypted" if "password" in str(error).lower() else "document.unreadable", name=name) from error
    with document:
        count = min(len(document), _MAX_PAGES)
        pages = []
        for index in range(count):
            picture = document[index].render(scale=_DPI / 72, grayscale=True).to_pil()
            pages.append(_words(picture, name))
            if progress:
                progress(index + 1, count)
    return _result(pages, name)


def extract_image(data: bytes, name: str) -> Raw:
    """The words on one picture."""
    _need_tesseract(name)
    try:
        picture: Image.Image = Image.open(io.BytesIO(data))
        picture = picture.convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise BadInput("document.unreadable", name=name) from error
    return _result([_words(picture, name)], name)


def _need_tesseract(name: str) -> None:
    if not shutil.which("tesseract"):
        raise Unavailable("document.ocr_missing", name=name)


def _result(pages: list[str], name: str) -> Raw:
    text = "\f".join(pages)
    if sum(c.isalpha() for c in text) < 20:
        raise BadInput("document.no_text", name=name)
    return Raw(text, "tesseract:vie", len(pages), ("document.scanned",))


def _words(picture: Image.Image, name: str) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(_DPI, _DPI))
    try:
        run = subprocess.run(
            ["tesseract", "-", "-", "-l", "vie", "--psm", "4", "--dpi", str(_DPI)],
            input=buffer.getvalue(),
            capture_output=True,
            timeout=_TIMEOUT,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput("document.unreadable", name=name) from error
    if run.returncode:
        raise Unavailable("document.ocr_missing", name=name)
    return run.stdout.decode("utf-8", "replace").replace("\f", "")
