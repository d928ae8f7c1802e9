"""A real `tracker serve` on an empty home: what starts, what restarts, what is refused, and that nothing is left."""

import http.client
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.browser import Visitor
from tests.setup.processes import Served, alive, free_port, tracker, until


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    server = Served(tmp_path_factory.mktemp("serve") / "home", free_port())
    server.ready()
    yield server
    if server.process.poll() is None:
        server.stop()


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def heartbeat(home: Path) -> str:
    with sqlite3.connect(home / "tracker.db") as database:
        row = database.execute("select at from heartbeats where name = 'beat'").fetchone()
    database.close()
    return row[0] if row else ""


def test_web_answers_on_an_empty_home(served: Served) -> None:
    assert status(served.port, "/healthz") == 200
    assert f"Mở trình duyệt: http://127.0.0.1:{served.port}" in served.said()
    assert set(served.told()["children"]) == {"redis", "smtp", "web", "worker", "beat"}
    assert (served.home / "serve.json").stat().st_mode & 0o077 == 0


def test_printed_login_opens_the_work(served: Served) -> None:
    password = re.search(r"mật khẩu chung: (\S+)", served.said())
    email = re.search(r"^  (\S+@\S+\.example) ", served.said(), re.MULTILINE)
    assert password and email
    visitor = Visitor(f"http://127.0.0.1:{served.port}")
    visitor.get("/")
    assert "/login" in visitor.address
    visitor.post("/login", email=email[1], password=password[1])
    assert "/login" not in visitor.address
    assert 'name="password"' not in visitor.page
    assert "đơn vị" in visitor.page


def test_second_serve_on_the_same_home_is_refused(served: Served) -> None:
    second = tracker(served.home, free_port(), "serve")
    assert second.returncode == 1
    assert "Đôn Đốc đang chạy trên thư mục" in second.stderr
    assert "Traceback" not in second.stderr
    assert (served.home / "serve.json").exists()


def test_taken_port_is_said_before_anything_starts(served: Served, tmp_path: Path) -> None:
    second = tracker(tmp_path / "other", served.port, "serve")
    assert second.returncode == 1
    assert f"Cổng {served.port} đang có chương trình khác dùng" in second.stderr
    assert not (tmp_path / "other" / "log").exists()


def test_doctor_in_another_terminal_finds_all_well(served: Served) -> None:
    until(lambda: heartbeat(served.home) != "", 60)
    # In office hours the plan of a day is made within a minute of the start.
    until(lambda: "HỎNG" not in tracker(served.home, served.port, "doctor").stdout, 100)
    report = tracker(served.home, served.port, "doctor")
    assert report.returncode == 0, report.stdout + report.stderr
    assert report.stdout.count("tốt ") == 15


@pytest.mark.parametrize(("name", "label"), [("web", "Trang web"), ("worker", "Việc nền"), ("smtp", "Hộp thư đã gửi")])
def test_killed_child_is_named_and_restarted(served: Served, name: str, label: str) -> None:
    before = served.told()["children"][name]
    os.kill(before, signal.SIGKILL)
    until(lambda: served.told()["children"].get(name, before) != before, 30)
    assert f"{label}" in served.said()
    assert "đã dừng đột ngột (mã -9)" in served.said()
    if name == "web":
        until(lambda: status(served.port, "/healthz") == 200, 30)


def test_regular_jobs_come_again_after_redis_was_killed(served: Served) -> None:
    os.kill(served.told()["children"]["redis"], signal.SIGKILL)
    until(lambda: "Hàng đợi (redis): đã chạy lại" in served.said(), 30)
    before = heartbeat(served.home)
    until(lambda: heartbeat(served.home) != before, 100)


def test_sigterm_ends_everything_within_ten_seconds(served: Served) -> None:
    running = served.everything()
    assert len(running) >= 8
    assert served.stop() < 10
    assert not alive(running)
    assert served.process.returncode == 0
    assert not (served.home / "serve.json").exists()
    assert status(served.port, "/healthz") == 0


def test_ctrl_c_while_starting_leaves_nothing(tmp_path: Path) -> None:
    server = Served(tmp_path / "home", free_port())
    until(lambda: (server.home / "log" / "redis.log").exists(), 30)
    running = server.everything()
    assert server.stop(signal.SIGINT) < 10
    assert not alive(running)


def test_children_end_when_the_supervisor_is_killed(filled_home: Path) -> None:
    server = Served(filled_home, free_port())
    server.ready()
    running = server.everything()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    until(lambda: not alive(running), 20)


def test_part_alone_needs_a_shared_redis(tmp_path: Path) -> None:
    for part in ("web", "worker", "beat"):
        done = tracker(tmp_path / "home", free_port(), part)
        assert done.returncode == 1
        assert "REDIS_URL" in done.stderr


def test_database_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    done = tracker(tmp_path / "home", free_port(), "serve", DATABASE_URL=f"postgresql://u:p@127.0.0.1:{free_port()}/d")
    assert done.returncode == 1
    assert "DATABASE_URL: không vào được cơ sở dữ liệu" in done.stderr
    assert "Traceback" not in done.stderr
