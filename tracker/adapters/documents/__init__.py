"""Files to text: what a file is (by content) and what it says, for dispatches and evidence alike."""

from pathlib import Path

from tracker.adapters.documents import guard, registry
from tracker.adapters.documents.remarks import notices
from tracker.adapters.documents.sniffing import sniff
from tracker.adapters.documents.types import UNKNOWN, Extracted, Progress
from tracker.domain.errors import BadInput
from tracker.reading.text import clean

__all__ = ["Extracted", "extract", "notices", "sniff"]


def extract(path: Path, name: str | None = None, progress: Progress | None = None) -> Extracted:
    """The text of a file. `name` is what the person called it, for messages; `progress(done, pages)` is told during OCR.

    Raises BadInput with document.empty, .encrypted, .bomb, .unreadable, .unsupported, .no_text or .encoding;
    Unavailable document.ocr_missing where a scan needs Tesseract and there is none.
    """
    shown = name or path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("document.unreadable", name=shown) from error
    guard.check(data, shown)
    media_type = sniff(data, shown)
    if media_type == UNKNOWN:
        raise BadInput("document.unsupported", name=shown)
    raw = registry.read_as(media_type, data, shown, progress)
    text = clean(_storable(raw.text))
    if not any(c.isalnum() for c in text):
        raise BadInput("document.no_text", name=shown)
    return Extracted(text, _storable(raw.original or raw.text), media_type, raw.pages, raw.method, raw.warnings, raw.confidence)


def _storable(text: str) -> str:
    """The text as every database takes it: halves of a character (old formats write an emoji as two) put together or replaced, no NUL."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
