"""Whether a file takes long to read: pictures and scans go through OCR, seconds a page, and belong to a worker."""

import pypdfium2

from tracker.adapters.documents import types as t

#: Looked at for a guess; a scan shows itself at once.
_PAGES = 12
_LETTERS_PER_PAGE = 15


def is_slow(data: bytes, media_type: str) -> bool:
    """True for pictures and for a PDF that hardly holds any text of its own; a PDF that cannot be opened fails fast, so it is not slow."""
    if media_type in (t.JPG, t.PNG):
        return True
    if media_type != t.PDF:
        return False
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return False
    with document:
        pages = min(len(document), _PAGES)
        return sum(document[index].get_textpage().count_chars() for index in range(pages)) < _LETTERS_PER_PAGE * pages
