"""The mail entry killed in the middle of its work: whoever was told 250 has a row and its bytes, and who was not sends again, to one row."""
import hashlib
import random
import signal
import smtplib
import threading
import time
from pathlib import Path

from sqlalchemy import func, select

from tests import letters_in
from tests.listener.running import BOX, Entry, entry
from tracker.adapters.files import store
from tracker.db import db
from tracker.models.incoming import IncomingMail

SENDERS, MESSAGES, KILLS = 4, 100, 12


def test_an_entry_that_is_killed_keeps_what_it_said_it_kept(sqlite_template: Path, tmp_path: Path) -> None:
    with entry(tmp_path, sqlite_template, "lmtp") as running:
        waiting = [(n, letters_in.gmail(BOX, subject=f"thư {n}").replace(b"<gmail-1@", f"<gmail-{n}@".encode())) for n in range(MESSAGES)]
        told: list[int] = []
        lost: list[int] = []
        lock, end = threading.Lock(), time.monotonic() + 240
        threads = [threading.Thread(target=_deliver, args=(running, waiting, told, lost, lock, end)) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        killed = 0
        while killed < KILLS:
            time.sleep(random.uniform(0.05, 0.4))
            assert running.process is not None
            running.process.send_signal(signal.SIGKILL)
            running.process.wait(10)
            killed += 1
            with lock:
                said = set(told)
            db.session.rollback()
            assert {f"<gmail-{n}@mail.example>" for n in said} <= set(db.session.scalars(select(IncomingMail.message_id))), "250 without a row"
            running.start()
        for thread in threads:
            thread.join(240)
        db.session.rollback()
        print(f"{killed} kills, {len(lost)} deliveries broken off, {len(told)} of {MESSAGES} told 250")
        assert sorted(told) == list(range(MESSAGES)) and lost
        rows = db.session.execute(select(IncomingMail.message_id, IncomingMail.sha256)).all()
        assert len(rows) == MESSAGES == db.session.scalar(select(func.count(IncomingMail.message_id.distinct())))
        assert all(hashlib.sha256(store().path(row.sha256).read_bytes()).hexdigest() == row.sha256 for row in rows)


def _deliver(running: Entry, waiting: list[tuple[int, bytes]], told: list[int], lost: list[int], lock: threading.Lock, end: float) -> None:
    """A queue of the office's mail server: what was not answered with 250 is sent again, byte for byte."""
    while time.monotonic() < end:
        with lock:
            if not waiting:
                return
            n, raw = waiting.pop()
        try:
            taken = running.send(raw) == {BOX: 250}
        except (OSError, smtplib.SMTPException):
            taken = False
        with lock:
            (told if taken else lost).append(n)
            if not taken:
                waiting.append((n, raw))
        time.sleep(0.05 if taken else 0.3)
