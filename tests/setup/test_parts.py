"""Each part alone, sharing one Redis, as in an office with several machines."""

import http.client
import signal
import subprocess
import sys
from pathlib import Path

import psutil
from celery import Celery

from tests.setup.processes import ROOT, alive, environment, free_port, tracker, until


def begin(home: Path, port: int, part: str, redis_url: str) -> subprocess.Popen[bytes]:
    with (home / f"{part}.out").open("wb") as out:
        env = environment(home, port, REDIS_URL=redis_url)
        return subprocess.Popen([sys.executable, "-m", "tracker", part], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_parts_run_alone_and_end_on_sigterm(tmp_path: Path, redis_url: str) -> None:
    port = free_port()
    assert tracker(tmp_path, port, "migrate").returncode == 0
    running = {name: begin(tmp_path, port, part, redis_url) for name, part in (("web", "web"), ("one", "worker"), ("two", "worker"), ("beat", "beat"))}
    everything = []
    try:
        asker = Celery("test", broker=redis_url, set_as_current=False)
        until(lambda: healthy(port), 60)
        # Two workers on one machine have names of their own: each answers for itself.
        until(lambda: len({name for answer in asker.control.ping(timeout=1) for name in answer}) == 2, 60)
        until(lambda: "Acquired lock" in (tmp_path / "beat.out").read_text(), 60)
        asker.close()
    finally:
        for process in running.values():
            everything += [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            process.send_signal(signal.SIGTERM)
        for process in running.values():
            process.wait(20)
    until(lambda: not alive(everything), 10)


def test_web_alone_says_a_taken_port(tmp_path: Path, redis_url: str) -> None:
    port = int(redis_url.rsplit(":", 1)[1].split("/")[0])
    refused = tracker(tmp_path, port, "web", REDIS_URL=redis_url)
    assert refused.returncode == 1
    assert f"Cổng {port} đang có chương trình khác dùng" in refused.stderr


def test_a_part_alone_on_an_empty_database_says_what_to_run(tmp_path: Path, redis_url: str) -> None:
    for part in ("web", "worker"):
        refused = tracker(tmp_path, free_port(), part, REDIS_URL=redis_url)
        assert refused.returncode == 1
        assert "chưa có dữ liệu. Hãy chạy tracker serve (có dữ liệu mẫu) hoặc tracker init." in refused.stderr


def test_doctor_without_anything_running_says_what_to_do(tmp_path: Path) -> None:
    report = tracker(tmp_path, free_port(), "doctor")
    assert report.returncode == 1
    assert "Hãy chạy: tracker migrate" in report.stdout
    assert report.stdout.count("Hãy chạy tracker serve") >= 3
    assert "Traceback" not in report.stdout + report.stderr
