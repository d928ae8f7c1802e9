"""Mail: a server whose certificate nobody vouches for gets nothing, and what people typed never becomes a header of its own."""
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOW
from tracker.adapters.smtp import Connection, Outgoing, SendError, build


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A TLS server with a certificate of its own making; its port, and what it was told."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    told: list[bytes] = []

    def serve(door: socket.socket) -> None:
        line = door.accept()[0]
        try:
            with context.wrap_socket(line, server_side=True) as spoken:
                spoken.sendall(b"220 hello\r\n")
                told.append(spoken.recv(1000))
        except OSError:
            line.close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve, args=(door,), daemon=True)
        thread.start()
        yield door.getsockname()[1], told
        thread.join(10)


def message(subject: str = "Đôn đốc", name: str = "Văn thư") -> Outgoing:
    return Outgoing(
        sent_from="Đôn Đốc <dondoc@tinh.example>", address="a@huyen.example", name=name, subject=subject, text="x", html="<p>x</p>",
        message_id="<1@tinh.example>", date=NOW,
    )


def test_a_mail_server_with_a_foreign_certificate_gets_nothing(stranger: tuple[int, list[bytes]]) -> None:
    port, told = stranger
    with pytest.raises(SendError, match="CERTIFICATE_VERIFY_FAILED") as refused, Connection(f"smtps://ai:mat-khau@localhost:{port}") as sender:
        sender.send(message())
    assert refused.value.server_wide and "mat-khau" not in refused.value.words
    assert told == []


@pytest.mark.parametrize("evil", ["Hạn\r\nBcc: ai@xa.example", "Hạn\nBcc: ai@xa.example", "Hạn\rBcc: ai@xa.example"])
def test_line_ends_do_not_reach_a_header(evil: str) -> None:
    for made in ({"subject": evil}, {"name": evil}):
        try:
            raw = build(message(**made))
        except SendError:
            continue  # the library refuses it
        head = raw.partition(b"\r\n\r\n")[0].lower()
        assert b"\nbcc:" not in head and b"\rbcc:" not in head
