"""The source of a message made small before it is parsed: long base64 bodies are held aside, and what would fill the memory is refused.

The parser takes a message line by line, and nearly all lines of a message with a file are base64. Each run of them, and each endless line, is
replaced by one line, a word that nobody can guess, so that the parser sees the same structure; whoever reads a body puts the run back.
"""
import binascii
import io
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress

#: A run ends after so many lines, because the search keeps a mark for each.
_RUN = re.compile(rb"^(?:(?:[A-Za-z0-9+/]{50,}+\r?\n){20,2000}+|[A-Za-z0-9+/]{4000,}+|[^\r\n]{100000,}+)", re.M)
_PLACE = re.compile(rb"(R[0-9a-f]{32})N(\d{8})")
_END = re.compile(rb"\r?\n\Z")
#: Bytes that are decoded at once.
PIECE = 1_000_000
_HEAD_END = re.compile(rb"\r?\n\r?\n")
#: A message of more lines, possible parts or bytes of headers is known by its headers alone: parsed it would fill the memory.
MOST_LINES, MOST_PARTS, MOST_HEADERS = 200_000, 10_000, 500_000


class Source:
    """A message's bytes. skeleton: what the parser gets; whole: False where that is the headers only."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._word = memoryview(raw), b"R" + secrets.token_hex(16).encode()
        self._runs: list[tuple[int, int]] = []
        self._head = head = head_length(raw)
        small = _RUN.sub(self._hold, raw) if len(raw) > 4000 else raw
        self.whole = head < MOST_HEADERS and small.count(b"\n") + small.count(b"\r") <= 2 * MOST_LINES and small.count(b"\n--") <= MOST_PARTS
        self.skeleton = small if self.whole else small[:head]

    def _hold(self, found: "re.Match[bytes]") -> bytes:
        if found.start() < self._head:
            return found[0]
        end = _END.search(found[0][-2:])
        self._runs.append((found.start(), found.end() - (len(end[0]) if end else 0)))
        return self._word + b"N%08d" % (len(self._runs) - 1) + (end[0] if end else b"")

    def holds(self, body: str) -> bool:
        """Whether a run was held aside from this body."""
        return self._word.decode() in body

    def restored(self, body: str) -> bytes:
        """A body as it stood in the message."""
        return _PLACE.sub(self._put_back, body.encode("ascii", "surrogateescape"))

    def _put_back(self, found: "re.Match[bytes]") -> bytes:
        return bytes(self._raw[slice(*self._runs[int(found[2])])]) if found[1] == self._word else found[0]


    def decoded(self, body: str) -> bytes | None:
        """What a body holds in base64, decoded piece by piece so that it never stands in the memory twice; None where anything is irregular."""
        out, rest, ended = io.BytesIO(), b"", False
        for piece in self._pieces(body.encode("ascii", "surrogateescape")):
            data = rest + piece.translate(None, b"\r\n")
            if ended and data:
                return None
            ended, whole = ended or data.endswith(b"="), len(data) & ~3
            try:
                out.write(binascii.a2b_base64(data[:whole] if whole < len(data) else data, strict_mode=True))
            except binascii.Error:
                return None
            rest = data[whole:]
        return None if rest else out.getvalue()

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        at = 0
        for found in _PLACE.finditer(body):
            yield body[at : found.start()]
            at = found.end()
            start, end = self._runs[int(found[2])] if found[1] == self._word else (0, 0)
            yield from (bytes(self._raw[n : min(n + PIECE, end)]) for n in range(start, end, PIECE)) if end else (found[0],)
        yield body[at:]


def from_base64(data: bytes) -> bytes | None:
    """What is encoded, whatever stands between its letters; None where its length cannot be right."""
    with suppress(binascii.Error):
        return binascii.a2b_base64(data)
    with suppress(binascii.Error):
        return binascii.a2b_base64(data + b"==")
    return None


def head_length(raw: bytes) -> int:
    """Where the headers of a message end, at the latest after half a megabyte."""
    found = _HEAD_END.search(raw, 0, MOST_HEADERS)
    return min(found.end() if found else len(raw), MOST_HEADERS)
