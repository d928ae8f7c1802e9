"""The scanner against a real clamd: what it finds, what it does not, and what is said when it is not there."""
import socket
import zipfile
from collections.abc import Iterator
from io import BytesIO
from threading import Thread

import pytest

from tests.clamd_server import MARK, SIGNATURE, Clamd, infected
from tests.samples import PDF
from tracker.adapters.scanner import Scanner
from tracker.domain.errors import DomainError


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    with Clamd() as server:
        yield server


def said(scanner: Scanner, content: bytes) -> tuple[str, object]:
    stream = BytesIO(content)
    stream.read(3)
    with pytest.raises(DomainError) as refused:
        scanner.refuse(stream, "a.pdf")
    assert stream.tell() == 0
    return refused.value.code, refused.value.params.get("found")


def test_clean_and_infected(clamd: Clamd) -> None:
    scanner = Scanner(clamd.url)
    assert scanner.version().startswith("ClamAV ") and scanner.answers()
    scanner.refuse(BytesIO(PDF), "a.pdf")
    scanner.refuse(BytesIO(b"x" * 1_500_000), "a.pdf")
    assert said(scanner, infected(PDF)) == ("files.infected", f"{SIGNATURE}.UNOFFICIAL")
    assert said(scanner, infected(b"x" * 1_500_000)) == ("files.infected", f"{SIGNATURE}.UNOFFICIAL")


def test_it_looks_into_archives(clamd: Clamd) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"a" * 1000 + MARK)
    assert MARK not in packed.getvalue()
    assert said(Scanner(clamd.url), packed.getvalue())[0] == "files.infected"


def test_what_is_above_its_limit_is_not_taken_unseen(clamd: Clamd) -> None:
    for megabytes in (3, 30):
        assert said(Scanner(clamd.url), b"x" * (megabytes << 20)) == ("files.unscannable", None)


def test_over_tcp_with_answers_in_pieces() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        def serve() -> None:
            line, _ = door.accept()
            with line:
                while not line.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                for piece in (b"stream: Xau", b" FOUND", b"\0"):
                    line.sendall(piece)
        Thread(target=serve, daemon=True).start()
        assert said(Scanner(f"tcp://127.0.0.1:{door.getsockname()[1]}"), PDF) == ("files.infected", "Xau")


def test_one_that_is_not_there_or_hangs_up() -> None:
    gone = Scanner("unix:///nowhere/clamd.sock")
    assert not gone.answers() and said(gone, PDF) == ("files.scan_later", None)
    with socket.create_server(("127.0.0.1", 0)) as door:
        def hang_up() -> None:
            while True:
                door.accept()[0].close()
        Thread(target=hang_up, daemon=True).start()
        scanner = Scanner(f"tcp://127.0.0.1:{door.getsockname()[1]}")
        assert not scanner.answers() and said(scanner, PDF) == ("files.scan_later", None)


