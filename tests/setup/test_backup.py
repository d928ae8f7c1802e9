"""Backing up a served home while processes write to it, a backup that is killed, and the restored home: served, sound, answering."""
import hashlib
import http.client
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.setup.browser import Visitor
from tests.setup.processes import ROOT, Served, environment, free_port, tracker, until
from tracker.config import VERSION

#: One act: a new content, its row, and the count of all such rows, the last two in one transaction.
WRITER = """
import sys, threading, time
from sqlalchemy import text
from tracker import clock
from tracker.adapters.files import store
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.models.files import StoredFile
app, name = create_app(), sys.argv[1]
def write(thread):
    n = 0
    while True:
        n += 1
        with app.app_context():
            blob = store().put_bytes(f"{name} {thread} {n} ".encode() * 3000, "thử.txt")
            with transaction() as session:
                session.add(StoredFile(sha256=blob.sha256, size=blob.size, media_type="text/plain", name=f"thử {name}", created_at=clock.now()))
                session.flush()
                session.execute(text("insert into settings (key, value) values ('thử', '1') on conflict (key) do update set value = settings.value + 1"))
        time.sleep(0.01)
for thread in range(2):
    threading.Thread(target=write, args=(thread,)).start()
"""


def test_the_version_is_the_projects() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()


def counts(home: Path) -> tuple[int, int]:
    """Rows that were added, and how many the counter says."""
    with closing(sqlite3.connect(home / "tracker.db")) as database:
        added = database.execute("select count(*) from files where name like 'thử %'").fetchone()[0]
        told = database.execute("select value from settings where key = 'thử'").fetchone()
    return added, int(told[0]) if told else 0


@pytest.mark.timeout(600)
def test_backups_of_a_home_at_work(filled_home: Path, tmp_path: Path) -> None:
    served = Served(filled_home, free_port())
    served.ready()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(n)], cwd=ROOT, env=environment(served.home, served.port), stderr=subprocess.DEVNULL)
        for n in range(2)
    ]
    try:
        until(lambda: counts(served.home)[0] > 20, 60)
        killed(served, tmp_path)
        for n in range(2):
            kept = tracker(served.home, served.port, "backup", str(tmp_path / f"{n}.zip"))
            assert (kept.returncode, kept.stderr) == (0, ""), kept.stderr
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
        served.stop()
    now, sums = counts(served.home), []
    for n in range(2):
        home = tmp_path / f"other{n}"
        back = tracker(home, free_port(), "restore", str(tmp_path / f"{n}.zip"))
        assert back.returncode == 0, back.stderr
        added, told = counts(home)
        assert 20 < added == told
        sums.append(added)
        assert_files(home)
    assert sums == sorted(sums) and sums[0] < sums[1] <= now[0] == now[1]
    answering(home)


def killed(served: Served, folder: Path) -> None:
    """kill -9 at any moment leaves nothing under the name, and the next run is not in its way."""
    for _ in range(2):
        argv = [sys.executable, "-m", "tracker", "backup", str(folder / "0.zip")]
        process = subprocess.Popen(argv, cwd=ROOT, env=environment(served.home, served.port), stdout=subprocess.DEVNULL)
        until(lambda: (folder / "0.zip.part").exists(), 60)
        time.sleep(random.random() / 4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (folder / "0.zip").exists()


def assert_files(home: Path) -> None:
    with closing(sqlite3.connect(home / "tracker.db")) as database:
        hashes = [row[0] for row in database.execute("select sha256 from files where state = 'ready'")]
    assert hashes
    for sha256 in hashes:
        assert hashlib.sha256((home / "files" / sha256[:2] / sha256).read_bytes()).hexdigest() == sha256


def answering(home: Path) -> None:
    """The restored home is served: doctor finds all well, people sign in with their old passwords, pages and files answer."""
    served = Served(home, free_port())
    try:
        served.ready()
        refused = tracker(home, served.port, "restore", "--force", str(home.parent / "0.zip"))
        assert refused.returncode == 1 and "đang chạy" in refused.stderr
        until(lambda: "HỎNG" not in tracker(home, served.port, "doctor").stdout, 150)
        password = re.search(r"mật khẩu chung: (\S+)", served.said())
        assert password
        visitor = Visitor(f"http://127.0.0.1:{served.port}")
        visitor.get("/login")
        visitor.post("/login", email="nguyen.thu.van@hnd-thanhhoa.example", password=password[1])
        for path in ("/", "/dispatches", "/dispatches/1", "/units", "/reports", "/reviews"):
            visitor.get(path)
            assert "<h1" in visitor.page, path
        assert status(served.port, "/healthz") == 200
    finally:
        served.stop()


def status(port: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def test_a_restore_that_is_killed_leaves_the_old_database(filled_home: Path, tmp_path: Path) -> None:
    home = filled_home
    assert tracker(home, free_port(), "backup", str(tmp_path / "kept.zip")).returncode == 0
    before = (home / "tracker.db").read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "restore", "--force", str(tmp_path / "kept.zip")], cwd=ROOT, env=environment(home, free_port()),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    until(lambda: (home / "tracker.db.restoring").exists(), 60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (home / "tracker.db").read_bytes() == before
    again = tracker(home, free_port(), "restore", "--force", str(tmp_path / "kept.zip"))
    assert again.returncode == 0, again.stderr
    assert not (home / "tracker.db.restoring").exists()
