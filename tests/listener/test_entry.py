"""The mail entry over real connections: 250 stands for a row, everything else leaves the message with its sender."""
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from tests import letters_in
from tests.databases import admin, on
from tests.listener.running import BOX, Entry, entry
from tests.setup.processes import free_port, tracker
from tracker.adapters.files import store
from tracker.db import db
from tracker.models.incoming import IncomingMail

TAGGED = "hop-thu+abcdefghijklmnopqrstuvwxyz234567@tinh.example"


def rows() -> list[IncomingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(IncomingMail).order_by(IncomingMail.id).execution_options(populate_existing=True)))


def kept(row: IncomingMail) -> bytes:
    return store().path(row.sha256).read_bytes()


def big(size: int, name: str = "<lon-1@huyen.example>") -> bytes:
    """Lines of 76 letters, some that begin with a dot, and one of a million without an end in sight."""
    head = f"From: canbo@huyen.example\r\nTo: {BOX}\r\nSubject: lon\r\nMessage-ID: {name}\r\n\r\n".encode()
    lines = b".dau cham\r\n..hai cham\r\n" + b"y" * min(1_000_000, size // 3) + b"\r\n" + (b"x" * 76 + b"\r\n") * (size // 156)
    return head + lines + b"z" * max(0, size - len(head) - len(lines) - 2) + b"\r\n"


@pytest.fixture(scope="module", params=["lmtp", "smtp"])
def running(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entry]:
    with entry(tmp_path_factory.mktemp("entry"), sqlite_template, request.param, UPLOAD_LIMIT_MB="2") as found:
        yield found


def test_a_message_is_stored_as_it_came_and_once_however_often_it_comes(running: Entry) -> None:
    raw = letters_in.gmail(TAGGED).replace(b"\n", b"\r\n")
    raw = b"Received: from mx.huyen.example\r\n" + raw
    for _ in range(3):
        assert running.send(raw, TAGGED) == {TAGGED: 250}
    (row,) = [one for one in rows() if one.subject.startswith("Re: 931")]
    assert (row.source, row.state, row.whole, row.sender) == ("lmtp", "taken", True, "canbo@huyen.example")
    assert kept(row) == b"Return-Path: <canbo@huyen.example>\r\n" + raw
    assert row.size == len(kept(row))


def test_each_recipient_of_lmtp_has_an_answer_and_only_ours_are_taken(running: Entry) -> None:
    raw = big(3000, "<hai-nguoi@huyen.example>")
    codes = running.send(raw, BOX, "nguoi.la@huyen.example", TAGGED, "Dondoc@Tinh.example", "hop-thu@huyen.example")
    assert codes == {BOX: 250, "nguoi.la@huyen.example": 550, TAGGED: 250, "Dondoc@Tinh.example": 250, "hop-thu@huyen.example": 550}
    (row,) = [one for one in rows() if one.message_id == "<hai-nguoi@huyen.example>"]
    assert f"Delivered-To: {TAGGED}\r\n".encode() in kept(row) and f"Delivered-To: {BOX}".encode() not in kept(row)
    assert running.send(raw, "nguoi.la@huyen.example") == {"nguoi.la@huyen.example": 550}


def test_a_bounce_has_the_empty_sender(running: Entry) -> None:
    running.send(letters_in.bounce(BOX, "<x@tinh.example>", "a@huyen.example").replace(b"\n", b"\r\n"), sender="")
    (row,) = [one for one in rows() if one.message_id == "<bounce-1@mx.example>"]
    assert kept(row).startswith(b"Return-Path: <>\r\n")


def test_lines_of_any_length_and_dots_come_as_they_were(running: Entry) -> None:
    raw = big(2_500_000, "<dai@huyen.example>")
    running.send(raw)
    (row,) = [one for one in rows() if one.message_id == "<dai@huyen.example>"]
    assert kept(row) == b"Return-Path: <canbo@huyen.example>\r\n" + raw


@pytest.mark.parametrize("told", [True, False])
def test_what_is_too_large_is_refused_and_recorded_with_its_headers(running: Entry, told: bool) -> None:
    raw = big(4_000_000, f"<qua-lon-{told}@huyen.example>")
    with running.client() as client:
        client.ehlo_or_helo_if_needed()
        announced = int(client.esmtp_features["size"])
        assert 2 * 1024 * 1024 < announced < len(raw)
        client.mail("canbo@huyen.example", [f"size={len(raw)}"] if told else [])
        client.rcpt(BOX)
        assert client.data(raw)[0] == 552
        client.rset()
    (row,) = [one for one in rows() if one.message_id == f"<qua-lon-{told}@huyen.example>"]
    assert (row.whole, row.size, row.subject, row.state) == (False, len(raw), "lon", "taken")
    assert len(kept(row)) < 1000


def test_one_connection_brings_many_messages_with_pipelining(running: Entry) -> None:
    hello = b"LHLO" if running.scheme == "lmtp" else b"EHLO"
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
        talk = line.makefile("rb")
        assert talk.readline().startswith(b"220")
        line.sendall(hello + b" mx\r\n")
        while not talk.readline().startswith(b"250 "):
            pass
        for n in range(3):
            line.sendall(f"MAIL FROM:<a@huyen.example>\r\nRCPT TO:<{BOX}>\r\nDATA\r\n".encode())
            assert [talk.readline()[:3] for _ in range(3)] == [b"250", b"250", b"354"]
            line.sendall(f"Message-ID: <ong-{n}@h>\r\nSubject: {n}\r\n\r\nx\r\n.\r\n".encode())
            assert talk.readline().startswith(b"250")
    assert len([one for one in rows() if one.message_id.startswith("<ong-")]) == 3


def test_a_message_that_is_cut_off_leaves_nothing(running: Entry) -> None:
    before = len(rows())
    with running.client() as client:
        client.ehlo_or_helo_if_needed()
        client.mail("a@huyen.example")
        client.rcpt(BOX)
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(b"Message-ID: <cut@h>\r\n\r\nhalf of a message\r\n")
        client.close()
    assert running.greets() and len(rows()) == before


def test_more_connections_than_the_bound_are_asked_to_come_again(running: Entry) -> None:
    lines = [socket.create_connection(("127.0.0.1", running.port), timeout=20) for _ in range(42)]
    try:
        greetings = sorted(line.recv(100)[:3] for line in lines)
        assert greetings == [b"220"] * 40 + [b"421"] * 2
    finally:
        for line in lines:
            line.close()
    time.sleep(0.5)
    assert running.greets()


def test_a_full_disk_is_452_and_later_it_is_taken(running: Entry) -> None:
    assert running.process is not None
    raw, process = big(900_000, "<day@huyen.example>"), psutil.Process(running.process.pid)
    free = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (500_000, free[1]))
    # In memory until it is stored, and through a file.
    answers = [code for size in (900_000, 1_800_000) for code in running.send(big(size, "<day@huyen.example>")).values()]
    assert answers == [452, 452] and not [one for one in rows() if one.message_id == "<day@huyen.example>"]
    process.rlimit(psutil.RLIMIT_FSIZE, free)
    assert running.send(raw) == {BOX: 250}
    assert len([one for one in rows() if one.message_id == "<day@huyen.example>"]) == 1
    assert not list((running.home / "files" / "incoming").iterdir())


def test_a_database_that_is_away_is_451(postgres_template: str, tmp_path: Path) -> None:
    admin(postgres_template, 'CREATE DATABASE "t_entry" TEMPLATE "template_tracker"')
    with entry(tmp_path, None, "smtp", on(postgres_template, "t_entry")) as running:
        assert running.send(big(2000)) == {BOX: 250} and len(rows()) == 1
        db.session.remove()
        db.engine.dispose()
        # Every connection ends, and the database cannot be found under its name.
        admin(postgres_template, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 't_entry'")
        admin(postgres_template, 'ALTER DATABASE "t_entry" RENAME TO "t_away"')
        assert running.send(big(2000, "<hai@huyen.example>")) == {BOX: 451}
        admin(postgres_template, 'ALTER DATABASE "t_away" RENAME TO "t_entry"')
        assert running.send(big(2000, "<hai@huyen.example>")) == {BOX: 250} and len(rows()) == 2
    admin(postgres_template, 'DROP DATABASE "t_entry" WITH (FORCE)')


def test_only_named_senders_come_in(sqlite_template: Path, tmp_path: Path) -> None:
    with entry(tmp_path, sqlite_template, "smtp", query="?from=127.0.0.1,10.0.0.0/24") as running:
        assert running.send(big(2000)) == {BOX: 250}
        with socket.create_connection(("127.0.0.1", running.port), timeout=20, source_address=("127.0.0.2", 0)) as line:
            assert line.recv(100).startswith(b"554")
        began = time.monotonic()
        running.stop()
        assert time.monotonic() - began < 15


def test_who_sends_too_slowly_is_cut_off_and_leaves_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    """The time of a message is bounded as a whole: one line now and then does not prolong it."""
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    running = Entry(tmp_path, "smtp")
    hurried = "from tracker.listener import protocol; protocol.PATIENCE = 3.0; from tracker.__main__ import tracker; tracker(['listen'])"
    running.argv = [sys.executable, "-c", hurried]
    with running.app.app_context():
        running.start()
        with running.client() as client:
            client.ehlo_or_helo_if_needed()
            client.mail("a@huyen.example")
            client.rcpt(BOX)
            client.putcmd("data")
            assert client.getreply()[0] == 354
            began = time.monotonic()
            with pytest.raises(OSError):
                while time.monotonic() - began < 20:
                    client.send(b"x: y\r\n")
                    time.sleep(0.2)
            client.close()
        assert time.monotonic() - began < 10 and rows() == [] and running.greets()
        running.stop()
        db.session.remove()
        db.engine.dispose()


def test_the_command_says_what_is_missing(sqlite_template: Path, tmp_path: Path) -> None:
    tracker(tmp_path, free_port(), "migrate")
    refused = tracker(tmp_path, free_port(), "listen")
    assert refused.returncode == 1 and "MAIL_LISTEN=lmtp://127.0.0.1:8024" in refused.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = tracker(tmp_path, free_port(), "listen", MAIL_LISTEN=f"lmtp://127.0.0.1:{taken.getsockname()[1]}")
    assert refused.returncode == 1 and "Hãy chọn cổng khác" in refused.stderr and "Traceback" not in refused.stderr
