"""Only so many requests of a process are worked on at once. Python runs one thread at a time, so more of them only slow each other down, and worst of all
the one that holds the database for writing. Bodies come in and answers go out beside the gate: a slow telephone takes nobody's place."""
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

#: By measurement with 200 people: 32 at once let a write hold the database four times as long as with six.
AT_ONCE = 6
#: What is kept in memory of a body; the rest of it lies on the disk.
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16


class Gate:
    """Around an application: takes in the whole body, up to `longest` bytes, before the request has its place. Longer ones are the application's to refuse."""

    def __init__(self, app: WSGIApplication, longest: int) -> None:
        self._app, self._longest, self._places = app, longest, BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's answer. What came of a body whose line was cut is handed on, and is refused there as too short."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or not 0 < int(length) <= self._longest:
            with self._places:
                return self._app(environ, start_response)
        with SpooledTemporaryFile(_IN_MEMORY) as body:
            _copy(environ["wsgi.input"], body, int(length))
            environ["wsgi.input"] = body
            with self._places:
                return self._app(environ, start_response)


def _copy(source: IO[bytes], target: IO[bytes], left: int) -> None:
    while left and (piece := source.read(min(left, _PIECE))):
        target.write(piece)
        left -= len(piece)
    target.seek(0)
