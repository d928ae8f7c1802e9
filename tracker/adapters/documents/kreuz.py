"""Formats that kreuzberg reads: spreadsheets, and .doc files that are too old or too odd for our own reader; its cache stays off."""

from kreuzberg import ExtractionConfig, ExtractionResult, KreuzbergError, extract_bytes_sync

from tracker.adapters.documents.types import Raw
from tracker.domain.errors import BadInput

#: What a parser that trips over a broken file raises; it is no Exception and has no name to import.
_PANIC = "PanicException"


def extract_as(media_type: str, data: bytes, name: str) -> Raw:
    """The text by kreuzberg. Raises BadInput document.unreadable or document.encrypted."""
    return Raw(result_of(media_type, data, name).content, f"kreuzberg:{media_type.rsplit('/', 1)[-1]}")


def result_of(media_type: str, data: bytes, name: str) -> ExtractionResult:
    """All that kreuzberg finds, tables too. Raises as extract_as does."""
    try:
        return extract_bytes_sync(data, mime_type=media_type, config=ExtractionConfig(use_cache=False))
    except (KreuzbergError, RuntimeError, ValueError, OSError) as error:
        code = "document.encrypted" if any(w in str(error).lower() for w in ("encrypt", "password")) else "document.unreadable"
        raise BadInput(code, name=name) from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise BadInput("document.unreadable", name=name) from error
