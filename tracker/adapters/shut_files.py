"""Files that nobody but their sender can open: packed in a way that is not unpacked here, or shut with a password."""
import zipfile
from io import BytesIO

import pypdfium2

from tracker.adapters.documents.sniffing import is_encrypted_office
from tracker.adapters.pdfium import PDFIUM
from tracker.domain.errors import BadInput

_PACKED = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b\x08")


def refuse(data: bytes, name: str) -> None:
    """Raises BadInput("files.packed", "files.locked") for such a file; says nothing of any other."""
    if data.startswith(_PACKED):
        raise BadInput("files.packed", name=name)
    shut = (data.startswith(b"PK\x03\x04") and _shut_zip(data)) or is_encrypted_office(data)
    if shut or (b"%PDF-" in data[:1024] and b"/Encrypt" in data and _shut_pdf(data)):
        raise BadInput("files.locked", name=name)


def _shut_zip(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return any(part.flag_bits & 1 for part in archive.infolist()[:1000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def _shut_pdf(data: bytes) -> bool:
    """Whether it asks for a password to be read; many signed ones are only shut against changes."""
    try:
        with PDFIUM, pypdfium2.PdfDocument(data):
            return False
    except pypdfium2.PdfiumError as error:
        return "password" in str(error).lower()
