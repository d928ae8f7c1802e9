"""What a file is, by its bytes and never by its name alone."""

import re
from pathlib import Path

from tracker.adapters import media
from tracker.adapters.documents import types as t

#: Office and zip containers: one that is none of the known kinds is no text either.
_CONTAINERS = (media.OLE, b"PK\x03\x04", b"PK\x05\x06")
_HEADER = re.compile(rb"^(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|content-type|x-[\w-]+): ", re.I | re.M)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(source: Path | bytes, name: str = "") -> str:
    """The media type of a file or its bytes; UNKNOWN for anything outside the list (a renamed .exe, a macro document).

    `name` only tells plain text from an e-mail kept as text; it never widens what is accepted.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    if is_encrypted_office(data):
        return t.UNKNOWN
    found = media.kinds_of(data)
    if found:
        return media.MEDIA_TYPES[min(found)]
    if data.startswith(_CONTAINERS):
        return t.UNKNOWN
    if data.lstrip().startswith(b"{\\rtf"):
        return t.RTF
    return _textual(data, name)


def is_encrypted_office(data: bytes) -> bool:
    """Whether the bytes are a password-protected .docx or .xlsx (kept in an OLE container)."""
    return data.startswith(media.OLE) and "EncryptedPackage".encode("utf-16-le") in data


def _textual(data: bytes, name: str) -> str:
    if not data:
        return t.TXT if name.lower().endswith(".txt") else t.UNKNOWN
    head = data[:65536].removeprefix(b"\xef\xbb\xbf")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _utf16_without_mark(data):
        return t.HTML if _opens_page(head.replace(b"\0", b"").lstrip(b"\xff\xfe")) else t.TXT
    if _BINARY.search(head) or head.startswith(b"MZ"):
        return t.UNKNOWN
    if _opens_page(head):
        return t.HTML
    if len({m[0].lower() for m in _HEADER.finditer(head[:4096])}) >= 3 and _HEADER.match(head):
        return t.EML
    return t.TXT


def _opens_page(head: bytes) -> bool:
    start = head.lstrip()[:256].lower()
    return start.startswith((b"<!doctype html", b"<html")) or b"<html" in start


def _utf16_without_mark(data: bytes) -> bool:
    """Two-byte text without a mark: nearly every second byte of the ASCII range is zero, none is zero twice."""
    head = data[:2000]
    if len(head) < 8 or b"\x00\x00" in head:
        return False
    odd, even = head[1::2].count(0), head[::2].count(0)
    return max(odd, even) > 0.3 * len(head) / 2 and min(odd, even) == 0
