"""The gate before the application: bodies come in beside it, six requests at once have a place, and what is too long or cut off is left to the application."""
import io
import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.test import EnvironBuilder, run_wsgi_app

from tracker.web.gate import AT_ONCE, Gate


def body_of(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    start("200 OK", [("X-Stream", type(environ["wsgi.input"]).__name__)])
    return [environ["wsgi.input"].read()]


def asked(app: Any, stream: Any, length: int | str | None) -> tuple[bytes, str]:
    """What the application read, and from what kind of stream."""
    environ = EnvironBuilder(method="POST", input_stream=stream).get_environ()
    if length is None:
        environ.pop("CONTENT_LENGTH", None)
    else:
        environ["CONTENT_LENGTH"] = str(length)
    said, _, head = run_wsgi_app(app, environ)
    return b"".join(said), head["X-Stream"]


def test_a_body_is_handed_on_whole_from_memory_and_from_the_disk() -> None:
    for size in (1, 70_000, 3_000_000):
        sent = bytes(range(256)) * (size // 256 + 1)
        got, kind = asked(Gate(body_of, 10_000_000), io.BytesIO(sent + b"of the next request"), len(sent))
        assert got == sent and kind == "SpooledTemporaryFile"


def test_what_came_of_a_cut_line_is_handed_on() -> None:
    assert asked(Gate(body_of, 1000), io.BytesIO(b"half"), 900) == (b"half", "SpooledTemporaryFile")


def test_what_is_too_long_or_of_no_length_is_the_applications_to_refuse() -> None:
    for length in (1001, "-5", "many", "", None):
        assert asked(Gate(body_of, 1000), io.BytesIO(b"abc"), length) == (b"abc", "BytesIO")


class Slow(io.RawIOBase):
    """A body that comes only when it is let."""

    def __init__(self, let: threading.Event, asked_for: threading.Event) -> None:
        self._let, self._asked_for, self._left = let, asked_for, b"late"

    def read(self, size: int = -1) -> bytes:
        self._asked_for.set()
        assert self._let.wait(20)
        got, self._left = self._left, b""
        return got


def test_slow_bodies_take_no_place_and_a_seventh_request_waits_for_one() -> None:
    let, inside, leave, seventh = threading.Event(), threading.Semaphore(0), threading.Event(), threading.Event()

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/stay":
            inside.release()
            assert leave.wait(20)
        start("200 OK", [("X-Stream", "")])
        return [environ["wsgi.input"].read()]

    gate, answers = Gate(app, 1000), []

    def call(path: str, stream: Any = None, length: int = 0, done: threading.Event | None = None) -> None:
        environ = EnvironBuilder(path, method="POST").get_environ() | {"CONTENT_LENGTH": str(length), "wsgi.input": stream or io.BytesIO()}
        answers.append(b"".join(run_wsgi_app(gate, environ)[0]))
        if done:
            done.set()

    waits = [threading.Event() for _ in range(2 * AT_ONCE)]
    slow = [threading.Thread(target=call, args=("/", Slow(let, wait), 4)) for wait in waits]
    stay = [threading.Thread(target=call, args=("/stay",)) for _ in range(AT_ONCE)]
    for thread in slow:
        thread.start()
    assert all(wait.wait(20) for wait in waits)
    # Twice as many bodies as places are on their way, and yet all places can be taken.
    for thread in stay:
        thread.start()
    assert all(inside.acquire(timeout=20) for _ in stay)
    last = threading.Thread(target=call, args=("/", None, 0, seventh))
    last.start()
    assert not seventh.wait(0.2)
    leave.set()
    let.set()
    assert seventh.wait(20)
    for thread in (*slow, *stay, last):
        thread.join(20)
    assert answers.count(b"late") == len(slow) and len(answers) == len(slow) + len(stay) + 1
