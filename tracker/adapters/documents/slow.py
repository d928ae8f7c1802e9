"""Whether a file takes long to read: pictures and scans go through OCR, seconds a page, and belong to a worker."""

import pypdfium2

from tracker.adapters.documents import types as t
from tracker.adapters.documents.pdf import has_picture

#: Looked at for a guess; a scan shows itself at once.
_PAGES = 12
_LETTERS_PER_PAGE = 30


def is_slow(data: bytes, media_type: str) -> bool:
    """True for pictures and for a PDF with a page whose words are in a picture; a PDF that cannot be opened fails fast, so it is not slow."""
    if media_type in (t.JPG, t.PNG, t.HEIC):
        return True
    if media_type != t.PDF:
        return False
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return False
    with document:
        return any(_is_picture(document[index]) for index in range(min(len(document), _PAGES)))


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    return page.get_textpage().count_chars() < _LETTERS_PER_PAGE and has_picture(page)
