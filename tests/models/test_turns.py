"""Writers of one SQLite file: one after another, nobody overtaken for long, and nobody kept out by a process that died."""
import fcntl
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tracker import turns
from tracker.db import db, transaction
from tracker.turns import Turn


def _hold(path: str, told: "multiprocessing.synchronize.Event") -> None:
    Turn(path)
    told.set()
    signal.pause()


def test_the_next_process_goes_on_when_the_one_that_writes_is_killed(tmp_path: Path) -> None:
    path, context = str(tmp_path / "x.db"), multiprocessing.get_context("spawn")
    told = context.Event()
    other = context.Process(target=_hold, args=(path, told))
    other.start()
    assert told.wait(30)
    waited: list[float] = []

    def wait() -> None:
        began = time.monotonic()
        turn = Turn(path)
        waited.append(time.monotonic() - began)
        turn.end()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    os.kill(other.pid or 0, signal.SIGKILL)
    thread.join(10)
    assert 0.25 < waited[0] < turns.LONGEST / 2


def test_who_waited_for_the_longest_goes_on_without_a_turn_and_ends_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0.1)
    path = str(tmp_path / "x.db")
    first = Turn(path)
    late = Turn(path)
    late.end()
    third = threading.Thread(target=lambda: Turn(path).end())
    third.start()
    time.sleep(0.02)
    assert third.is_alive()
    first.end()
    third.join(5)
    assert not third.is_alive()


def test_many_writers_lose_nothing_and_every_ended_transaction_lets_the_next_on(sqlite_app: Flask) -> None:
    with transaction() as session:
        session.execute(text("CREATE TABLE told (n INTEGER)"))
        session.execute(text("INSERT INTO told VALUES (0)"))

    def write() -> None:
        with sqlite_app.app_context():
            for n in range(10):
                try:
                    with transaction() as session:
                        before = session.execute(text("SELECT n FROM told")).scalar_one()
                        session.execute(text("UPDATE told SET n = :n"), {"n": before + 1})
                        if n == 5:
                            raise LookupError
                except LookupError:
                    pass
            db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert db.session.execute(text("SELECT n FROM told")).scalar_one() == 72


def test_a_forked_process_is_not_kept_out_by_a_thread_that_it_does_not_have(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    turn = Turn(path)
    child = os.fork()
    if not child:
        # Only the file is in the way here, and its holder is the parent, which lets go in a moment.
        began = time.monotonic()
        Turn(path)
        os._exit(int(time.monotonic() - began > turns.LONGEST / 2))
    time.sleep(0.2)
    turn.end()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_folder_that_refuses_files_keeps_nobody_from_writing(tmp_path: Path) -> None:
    missing = str(tmp_path / "no-such-folder" / "x.db")
    Turn(missing).end()
    began = time.monotonic()
    Turn(missing).end()
    assert time.monotonic() - began < turns.LONGEST / 2


def test_whoever_is_stopped_while_waiting_keeps_nobody_out(tmp_path: Path) -> None:
    """A job's time limit is a signal, which raises in the middle of the wait."""
    def stop(number: int, frame: object) -> None:
        raise LookupError

    path = str(tmp_path / "x.db")
    before = signal.signal(signal.SIGALRM, stop)
    with open(f"{path}-turn", "w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            with pytest.raises(LookupError):
                Turn(path)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    began = time.monotonic()
    Turn(path).end()
    assert time.monotonic() - began < turns.LONGEST / 2
