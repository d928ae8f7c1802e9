"""Scanning for viruses: bytes are streamed to a clamd (clamd(8), INSTREAM), if the settings name one; without one nothing is scanned."""
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import IO
from urllib.parse import urlsplit

from flask import Flask, current_app

from tracker.domain.errors import BadInput, Unavailable

CHUNK = 256 * 1024
#: Seconds: a large archive takes clamd some time; whether it is there at all is known sooner.
ANSWERS_WITHIN, GREETS_WITHIN = 60.0, 2.0
_LONGEST_REPLY = 4096

Check = Callable[[IO[bytes], str], None]


class Scanner:
    """A clamd at unix:///path or tcp://host:port; every question is a connection of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.name = url
        self._family = socket.AF_UNIX if parts.scheme == "unix" else socket.AF_INET
        self._address: str | tuple[str, int] = parts.path if parts.scheme == "unix" else (parts.hostname or "", parts.port or 3310)

    def version(self) -> str:
        """What clamd says of itself and of the day of its signatures. Raises OSError where it does not answer."""
        with self._line(GREETS_WITHIN) as line:
            line.sendall(b"zVERSION\0")
            return _reply(line)

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            return bool(self.version())
        except OSError:
            return False

    def refuse(self, stream: IO[bytes], name: str) -> None:
        """Says nothing of a clean content; leaves the stream at its start.

        Raises BadInput("files.infected"); BadInput("files.unscannable") for one that clamd cannot look at; Unavailable("files.scan_later")
        where clamd is not there: nothing is taken unseen.
        """
        try:
            reply = self._scan(stream)
        except OSError as error:
            raise Unavailable("files.scan_later", name=name) from error
        finally:
            stream.seek(0)
        if reply.endswith(" FOUND"):
            raise BadInput("files.infected", name=name, found=reply.removeprefix("stream: ").removesuffix(" FOUND"))
        if not reply.endswith("OK"):
            raise BadInput("files.unscannable", name=name)

    def _scan(self, stream: IO[bytes]) -> str:
        stream.seek(0)
        with self._line(ANSWERS_WITHIN) as line:
            # Where the content is above its limit clamd answers and shuts the line while we still write: its answer is what counts.
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(b"zINSTREAM\0")
                while chunk := stream.read(CHUNK):
                    line.sendall(struct.pack("!L", len(chunk)) + chunk)
                line.sendall(struct.pack("!L", 0))
            return _reply(line)

    def _line(self, seconds: float) -> socket.socket:
        line = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            line.settimeout(GREETS_WITHIN)
            line.connect(self._address)
            line.settimeout(seconds)
        except BaseException:
            line.close()
            raise
        return line


def _reply(line: socket.socket) -> str:
    """One answer, which ends with a zero byte or with the line. Raises OSError where there is none."""
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_REPLY and (more := line.recv(_LONGEST_REPLY)):
        said += more
    if not said:
        raise ConnectionResetError("clamd ended the connection without an answer")
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def init_app(app: Flask, url: str) -> None:
    """Gives the app its scanner; an empty address means that nothing is scanned."""
    app.extensions["scanner"] = Scanner(url) if url else None


def scanner() -> Scanner | None:
    """The scanner of the running app, None where the settings name none."""
    found: Scanner | None = current_app.extensions["scanner"]
    return found


def check() -> Check | None:
    """What looks at a content before it is kept, None where nothing is scanned; it raises as Scanner.refuse does."""
    found = scanner()
    return found.refuse if found else None
