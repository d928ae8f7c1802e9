"""Formats that kreuzberg reads: spreadsheets, and .doc files that are too old or too odd for our own reader; its cache stays off."""

from kreuzberg import ExtractionConfig, KreuzbergError, extract_bytes_sync

from tracker.adapters.documents.types import Raw
from tracker.domain.errors import BadInput


def extract_as(media_type: str, data: bytes, name: str) -> Raw:
    """The text by kreuzberg. Raises BadInput document.unreadable or document.encrypted."""
    try:
        result = extract_bytes_sync(data, mime_type=media_type, config=ExtractionConfig(use_cache=False))
    except (KreuzbergError, RuntimeError, ValueError, OSError) as error:
        code = "document.encrypted" if any(w in str(error).lower() for w in ("encrypt", "password")) else "document.unreadable"
        raise BadInput(code, name=name) from error
    return Raw(result.content, f"kreuzberg:{media_type.rsplit('/', 1)[-1]}")
