"""A real `tracker listen` on a home of its own, and ways to speak to it."""
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from tests.conftest import settings_for
from tests.mail_server import eventually
from tests.setup.processes import ROOT, environment, free_port
from tracker.app import create_app
from tracker.db import db

BOX = "hop-thu@tinh.example"


class Entry:
    """One process; `app` looks into the same home."""

    def __init__(self, home: Path, scheme: str, database_url: str = "", query: str = "", **more: str) -> None:
        self.home, self.scheme, self.port = home, scheme, free_port()
        self.more = {"DATABASE_URL": database_url, "REPLY_TO": BOX, "MAIL_LISTEN": f"{scheme}://127.0.0.1:{self.port}{query}", "SECRET_KEY": "k" * 32, **more}
        self.app: Flask = create_app(settings_for(home, **{"database_url": database_url}, REPLY_TO=BOX))
        self.process: subprocess.Popen[bytes] | None = None
        self.argv = [sys.executable, "-m", "tracker", "listen"]

    def start(self) -> None:
        """Begins, and waits until it greets."""
        with (self.home / "listen.log").open("ab") as log:
            env = {**environment(self.home, free_port(), **self.more), "PYTHONUNBUFFERED": "1"}
            self.process = subprocess.Popen(self.argv, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        eventually(self.greets, 60)

    def greets(self) -> bool:
        """Whether it answers."""
        assert self.process is not None and self.process.poll() is None, self.said()
        return self.answers()

    def answers(self) -> bool:
        """Whether something answers at its address."""
        try:
            self.client().quit()
        except OSError:
            return False
        return True

    def client(self) -> smtplib.SMTP:
        """A connection of the office's mail server."""
        kind = smtplib.LMTP if self.scheme == "lmtp" else smtplib.SMTP
        return kind("127.0.0.1", self.port, timeout=60) if self.scheme == "smtp" else kind("127.0.0.1", self.port)

    def send(self, raw: bytes, *to: str, sender: str = "canbo@huyen.example") -> dict[str, int]:
        """One message; gives the code for each recipient. (smtplib's LMTP reads one answer, where there is one for each.)"""
        recipients, codes = list(to) or [BOX], {}
        with self.client() as client:
            client.ehlo_or_helo_if_needed()
            client.mail(sender, [f"size={len(raw)}"])
            for address in recipients:
                codes[address] = client.rcpt(address)[0]
            ours = [address for address, code in codes.items() if code == 250]
            if ours:
                answers = [client.data(raw)[0]]
                answers += [client.getreply()[0] if self.scheme == "lmtp" else answers[0] for _ in ours[1:]]
                codes.update(zip(ours, answers, strict=True))
        return codes

    def said(self) -> str:
        """Its log."""
        return (self.home / "listen.log").read_text()

    def stop(self) -> None:
        """SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            assert self.process.wait(10) == 0, self.said()


@contextmanager
def entry(home: Path, template: Path | None, scheme: str = "lmtp", database_url: str = "", query: str = "", **more: str) -> Iterator[Entry]:
    """An entry that has begun; the app's context is pushed for looking at the rows."""
    if template is not None:
        shutil.copy(template, home / "tracker.db")
    found = Entry(home, scheme, database_url, query, **more)
    with found.app.app_context():
        try:
            found.start()
            yield found
        finally:
            if found.process is not None and found.process.poll() is None:
                found.process.kill()
                found.process.wait(10)
            db.session.remove()
            db.engine.dispose()
