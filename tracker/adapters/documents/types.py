"""What comes out of a file: its text, and how it was got."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int], None]

PDF = "application/pdf"
DOC = "application/msword"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLS = "application/vnd.ms-excel"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
RTF = "application/rtf"
JPG, PNG, HEIC = "image/jpeg", "image/png", "image/heic"
ZIP, TXT, HTML, EML = "application/zip", "text/plain", "text/html", "message/rfc822"
UNKNOWN = "application/octet-stream"
#: Per cent, of Tesseract's own estimate, below which a page cannot be trusted; a clean scan has over 90.
LOW = 75
#: Pages of one file that are read from pictures.
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Extracted:
    """`text` is ready for reading; `original_text` is what the file gave; `pages` is None where the format has none.

    warnings: codes of what a person should know; confidence: per cent for each page that was read from a picture.
    """

    text: str
    original_text: str
    media_type: str
    pages: int | None
    method: str
    warnings: tuple[str, ...] = ()
    confidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """What one format module hands back. original: what the file gave, where `text` has already been put in order."""

    text: str
    method: str
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    confidence: tuple[int, ...] = ()
    original: str = ""
