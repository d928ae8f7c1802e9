"""What a file is, by its bytes and never by its name alone."""

import io
import re
import zipfile
from pathlib import Path

from tracker.adapters.documents import types as t

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
_HEADER = re.compile(rb"^(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|content-type|x-[\w-]+): ", re.I | re.M)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(source: Path | bytes, name: str = "") -> str:
    """The media type of a file or its bytes; UNKNOWN for anything outside the list (a renamed .exe, a macro document).

    `name` only tells plain text from an e-mail kept as text; it never widens what is accepted.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    if b"%PDF-" in data[:1024]:
        return t.PDF
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data)
    if data.startswith(b"\xff\xd8\xff"):
        return t.JPG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return t.PNG
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return t.HEIC
    if data.lstrip().startswith(b"{\\rtf"):
        return t.RTF
    return _textual(data, name)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _ole(data: bytes) -> str:
    if is_encrypted_office(data):
        return t.UNKNOWN
    if _utf16("WordDocument") in data:
        return t.DOC
    if _utf16("Workbook") in data or _utf16("Book") in data:
        return t.XLS
    return t.UNKNOWN


def is_encrypted_office(data: bytes) -> bool:
    """Whether the bytes are a password-protected .docx or .xlsx (kept in an OLE container)."""
    return data.startswith(_OLE) and _utf16("EncryptedPackage") in data


def _zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").strip().decode("ascii", "replace")
                return kind if kind in (t.ODT, t.ODS) else t.ZIP
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
        return t.UNKNOWN
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return t.UNKNOWN
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") and name.endswith(".xml") for name in names):
            return t.DOCX
        if any(name.startswith("xl/") for name in names):
            return t.XLSX
    return t.ZIP


def _textual(data: bytes, name: str) -> str:
    if not data:
        return t.TXT if name.lower().endswith(".txt") else t.UNKNOWN
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or _utf16_without_mark(data):
        return t.TXT
    head = data[:65536]
    if _BINARY.search(head) or head.startswith(b"MZ"):
        return t.UNKNOWN
    start = head.lstrip()[:256].lower()
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return t.HTML
    if len({m[0].lower() for m in _HEADER.finditer(head[:4096])}) >= 3 and _HEADER.match(head):
        return t.EML
    return t.TXT


def _utf16_without_mark(data: bytes) -> bool:
    """Two-byte text without a mark: nearly every second byte of the ASCII range is zero, none is zero twice."""
    head = data[:2000]
    if len(head) < 8 or b"\x00\x00" in head:
        return False
    odd, even = head[1::2].count(0), head[::2].count(0)
    return max(odd, even) > 0.3 * len(head) / 2 and min(odd, even) == 0
