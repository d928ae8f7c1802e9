"""Formats that kreuzberg reads: legacy .doc, .odt, .rtf, .html, spreadsheets; its cache stays off."""

from kreuzberg import ExtractionConfig, KreuzbergError, extract_bytes_sync

from tracker.adapters.documents.types import DOC, Raw
from tracker.domain.errors import BadInput


def extract_as(media_type: str, data: bytes, name: str) -> Raw:
    """The text by kreuzberg. Raises BadInput document.unreadable or document.encrypted."""
    try:
        result = extract_bytes_sync(data, mime_type=media_type, config=ExtractionConfig(use_cache=False))
    except (KreuzbergError, RuntimeError, ValueError, OSError) as error:
        code = "document.encrypted" if any(w in str(error).lower() for w in ("encrypt", "password")) else "document.unreadable"
        raise BadInput(code, name=name) from error
    return Raw(result.content, f"kreuzberg:{media_type.rsplit('/', 1)[-1]}")


def extract_doc(data: bytes, name: str) -> Raw:
    """A legacy Word document."""
    return extract_as(DOC, data, name)
