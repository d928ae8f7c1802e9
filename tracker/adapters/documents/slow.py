"""Whether a file takes long to read: pictures and scans go through OCR, seconds a page, and belong to a worker."""

import pypdfium2

from tracker.adapters.documents import types as t
from tracker.adapters.documents.pdf import has_picture, is_poor
from tracker.adapters.pdfium import PDFIUM

#: Looked at for a guess; a scan shows itself at once.
_PAGES = 12
_EMPTY = 30


def is_slow(data: bytes, media_type: str) -> bool:
    """True for pictures and for a PDF with a page whose words are in a picture, or with hardly any letters at all (they may be drawn as lines).

    A PDF that is broken fails fast, so it is not slow.
    """
    if media_type in (t.JPG, t.PNG, t.HEIC):
        return True
    if media_type != t.PDF:
        return False
    try:
        with PDFIUM, pypdfium2.PdfDocument(data) as document:
            pages = [document[index] for index in range(min(len(document), _PAGES))]
            poor = [page for page in pages if is_poor(page.get_textpage().get_text_bounded())]
            empty = all(page.get_textpage().count_chars() < _EMPTY for page in pages)
            return empty or any(has_picture(page) for page in poor)
    except pypdfium2.PdfiumError:
        return False
