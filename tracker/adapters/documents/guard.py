"""What is refused before any parser sees the file: empty, locked, or a bomb."""

import io
import zipfile
import zlib

from tracker.adapters.documents.sniffing import is_encrypted_office
from tracker.domain.errors import BadInput

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FLOOR = 10 * 1024 * 1024
_MAX_PARTS = 10_000


def check(data: bytes, name: str) -> None:
    """Raise BadInput (document.empty, .encrypted, .bomb, .unreadable) where the file must not be parsed."""
    if not data.strip(b"\x00 \r\n\t"):
        raise BadInput("document.empty", name=name)
    if is_encrypted_office(data):
        raise BadInput("document.encrypted", name=name)
    if data.startswith(b"PK"):
        _check_zip(data, name)


def _check_zip(data: bytes, name: str) -> None:
    """Sizes come from the directory first; parts are then unpacked with a counter, since a directory can lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            if len(parts) > _MAX_PARTS or total > MAX_UNPACKED or (total > _RATIO_FLOOR and total > MAX_RATIO * len(data)):
                raise BadInput("document.bomb", name=name)
            if any(part.flag_bits & 1 for part in parts):
                raise BadInput("document.encrypted", name=name)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise BadInput("document.unreadable", name=name) from error


def unpack(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """One part of a checked archive, never more than its directory said and never above the limit."""
    info = archive.getinfo(part)
    try:
        with archive.open(info) as stream:
            data = stream.read(min(info.file_size, MAX_UNPACKED) + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise BadInput("document.unreadable", name=name) from error
    if len(data) > info.file_size:
        raise BadInput("document.bomb", name=name)
    return data
