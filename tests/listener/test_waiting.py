"""`tracker mail-wait` with a real Dovecot and a real Redis: what arrives wakes the poll at once, whatever happened to the line before."""
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import redis
from flask import Flask

from tests import letters_in
from tests.imap_server import ImapServer
from tests.mail_server import eventually
from tests.setup.processes import ROOT, environment, free_port, tracker
from tracker import clock
from tracker.adapters import imap_idle
from tracker.adapters.imap import Inbox
from tracker.db import db, transaction
from tracker.services import mail_waking

#: From the delivery to the order for the workers.
AT_ONCE = 2.0


class Waiting:
    """One process that waits, and the orders that it gave."""

    def __init__(self, home: Path, redis_url: str, urls: str) -> None:
        self.home, self.queue, self.urls = home, redis.Redis.from_url(redis_url), urls
        env = environment(home, free_port(), REDIS_URL=redis_url, IMAP_URL=urls, SECRET_KEY="k" * 32)
        with (home / "wait.log").open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "tracker", "mail-wait"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)

    def orders(self) -> int:
        """How often the poll was woken."""
        return int(self.queue.llen("celery"))  # type: ignore[arg-type]

    def woken(self, act: Callable[[], object]) -> float:
        """Seconds until one more order comes after an act."""
        before, began = self.orders(), time.monotonic()
        act()
        eventually(lambda: self.orders() > before, 30)
        return time.monotonic() - began

    def said(self) -> str:
        """Its log."""
        return (self.home / "wait.log").read_text()


@contextmanager
def waiting(home: Path, redis_url: str, urls: str) -> Iterator[Waiting]:
    found = Waiting(home, redis_url, urls)
    try:
        yield found
    finally:
        found.queue.close()
        if found.process.poll() is None:
            found.process.kill()
            found.process.wait(10)


def test_mail_that_arrives_wakes_the_poll_and_a_cut_line_comes_back(sqlite_app: Flask, tmp_path: Path, redis_url: str) -> None:
    with ImapServer() as server, waiting(tmp_path, redis_url, f"{server.url('mot')} {server.url('hai')}") as waiter:
        eventually(lambda: waiter.orders() == 2, 60)
        took = [waiter.woken(partial(server.deliver, letters_in.gmail("hop-thu@tinh.example"), user)) for user in ("mot", "hai", "mot")]
        print("woken after", [f"{seconds:.2f} s" for seconds in took])
        assert max(took) < AT_ONCE
        orders = waiter.orders()
        for _ in range(5):
            server.deliver(letters_in.gmail("hop-thu@tinh.example"), "hai")
        time.sleep(AT_ONCE)
        assert orders < waiter.orders() <= orders + 3, "what arrives together wakes once or twice"
        # A line that was cut: it comes back by itself, asks for a poll because something may have come meanwhile, and waits again.
        before = waiter.orders()
        assert server.drop() == 2
        eventually(lambda: waiter.orders() >= before + 2, 30)
        assert waiter.woken(partial(server.deliver, letters_in.gmail("hop-thu@tinh.example"), "hai")) < AT_ONCE
        assert waiter.process.poll() is None
        began = time.monotonic()
        waiter.process.send_signal(signal.SIGTERM)
        assert waiter.process.wait(5) == 0 and time.monotonic() - began < 2, "ends at once"


def test_doctor_tells_whether_somebody_waits(sqlite_app: Flask, tmp_path: Path, redis_url: str) -> None:
    with ImapServer() as server:
        settings = {"REDIS_URL": redis_url, "IMAP_URL": server.url(), "SECRET_KEY": "k" * 32}
        assert "Chờ thư mới (imap): không có dấu hiệu gì" in tracker(tmp_path, free_port(), "doctor", **settings).stdout
        with clock.frozen(datetime.now(UTC)), transaction():
            mail_waking.alive([Inbox(server.url()).name])
        report = tracker(tmp_path, free_port(), "doctor", **settings).stdout
        assert "tốt    Chờ thư mới (imap): đang chờ ở 1 hộp thư" in report and "HỎNG   Hộp thư đến (imap)" in report
        assert "tốt    Cửa nhận thư: không dùng" in report
        assert tracker(tmp_path, free_port(), "fetch-mail", **settings).returncode == 0
        assert "tốt    Hộp thư đến (imap): 1 hộp thư đọc được" in tracker(tmp_path, free_port(), "doctor", **settings).stdout


def test_a_server_without_idle_is_only_polled(sqlite_app: Flask, tmp_path: Path, redis_url: str) -> None:
    with ImapServer("imap_capability = IMAP4rev1 UIDPLUS\n") as server, waiting(tmp_path, redis_url, server.url()) as waiter:
        eventually(lambda: "offers no IDLE" in waiter.said(), 60)
        server.deliver(letters_in.gmail("hop-thu@tinh.example"))
        time.sleep(1)
        assert waiter.orders() == 0 and waiter.process.poll() is None
        db.session.rollback()
        assert mail_waking.heard([Inbox(server.url()).name])[1] == []


def test_a_server_that_is_away_is_asked_again_and_again(sqlite_app: Flask, tmp_path: Path, redis_url: str) -> None:
    port = free_port()
    with waiting(tmp_path, redis_url, f"imap://ai-do:mat-khau@127.0.0.1:{port}/INBOX") as waiter:
        eventually(lambda: "again in 2 s" in waiter.said(), 60)
        assert "Traceback" not in waiter.said() and "mat-khau" not in waiter.said() and waiter.process.poll() is None


@pytest.mark.parametrize("together", [False, True])
def test_waiting_ends_by_itself_and_can_be_asked_for_anew(together: bool) -> None:
    """Before the time that servers allow (RFC 2177: 29 minutes) IDLE is ended and begun again on the same line."""
    assert imap_idle.RENEW < 29 * 60
    with ImapServer() as server, Inbox(server.url()) as inbox:
        assert imap_idle.can_idle(inbox)
        for n in range(3):
            began = time.monotonic()
            assert not imap_idle.wait(inbox, 0.5)
            assert time.monotonic() - began < 3
            # What comes between two waits is told as the next one begins.
            server.deliver(b"Subject: x\r\n\r\nx\r\n")
            if together:
                eventually(lambda n=n: inbox.above(n) == [n + 1])  # commands work between two waits
            else:
                assert imap_idle.wait(inbox, 20)
