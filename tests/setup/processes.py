"""Helpers that start a real `tracker serve` and look at the processes it leaves."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(done: Callable[[], bool], seconds: float) -> None:
    """Wait until done() is true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def environment(home: Path, port: int, **more: str) -> dict[str, str]:
    """The caller's environment without any setting of the product but these."""
    plain = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "SMTP_URL", "DATABASE_URL", "PUBLIC_URL")}
    return {**plain, "TRACKER_HOME": str(home), "PORT": str(port), **more}


def tracker(home: Path, port: int, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", *words], cwd=ROOT, env=environment(home, port, **more), capture_output=True, text=True, timeout=120
    )


class Served:
    """A running `tracker serve`; its terminal goes to a file."""

    def __init__(self, home: Path, port: int, **more: str) -> None:
        self.home, self.port, self.screen = home, port, home.with_suffix(".screen")
        with self.screen.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tracker", "serve"],
                cwd=ROOT,
                env=environment(home, port, **more),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ready(self) -> None:
        """Wait for the address on the terminal."""
        until(lambda: "Mở trình duyệt" in self.said() or self.process.poll() is not None, 120)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        """What stands on the terminal."""
        return self.screen.read_text()

    def told(self) -> dict[str, Any]:
        """What serve.json says."""
        content: dict[str, Any] = json.loads((self.home / "serve.json").read_text())
        return content

    def everything(self) -> list[psutil.Process]:
        """The supervisor and all its descendants, now."""
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Ask it to end; returns how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - began


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of the processes that still run."""
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
