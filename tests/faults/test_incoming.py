"""The intake killed again and again at whatever step it is: every message is filed, and each once."""
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import func, select

from tests import letters_in
from tests.conftest import settings_for
from tests.factories import Factory
from tests.imap_server import ImapServer
from tests.samples import PDF
from tests.setup.processes import ROOT, environment, free_port
from tracker import clock
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.incoming import Found, IncomingMail, Mailbox
from tracker.models.mails import Mail
from tracker.models.submissions import Evidence, Submission
from tracker.services import nudges, reply_tokens, tally

BOX = "hop-thu@tinh.example"
UNITS, DISPATCHES, KILLS = 25, 4, 20
#: What a killed run had begun is left alone for a minute; see services.incoming.STALE.
PATIENCE = 150.0


def test_an_intake_that_is_killed_files_every_message_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, REPLY_TO=BOX)
    app = create_app(settings)
    with app.app_context(), ImapServer() as server:
        flask_migrate.upgrade()
        mails = _reminded()
        for n, (message_id, sender) in enumerate(mails):
            raw = letters_in.gmail(reply_tokens.address(message_id), message_id, sender, "Re: báo cáo")
            server.deliver(raw.replace(b"<gmail-1@", f"<gmail-{n}@".encode()))
        killed = 0
        while killed < KILLS:
            run = _fetch(tmp_path, server)
            time.sleep(random.uniform(0.6, 3.0))
            killed += run.poll() is None
            run.send_signal(signal.SIGKILL)
            run.wait(10)
        end = time.monotonic() + PATIENCE
        while _left() or _taken() < len(mails):
            assert time.monotonic() < end, "messages are left"
            _fetch(tmp_path, server).wait(120)
            time.sleep(2)
        print(f"{killed} runs killed, {_count(IncomingMail)} messages")
        assert (_count(IncomingMail), _count(Submission), _count(Evidence)) == (len(mails),) * 3
        assert set(db.session.scalars(select(IncomingMail.state))) == {"filed"}
        assert set(db.session.scalars(select(Assignment.round))) == {1}
        assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "receipt")) == len(mails)
        assert tally.stored() == tally.counted()
        db.session.remove()
        db.engine.dispose()


def test_new_numbers_amid_kills_take_every_message_once(tmp_path: Path) -> None:
    """The server numbers the mailbox anew between kills, while new mail comes: nothing twice, nothing missed."""
    app = create_app(settings_for(tmp_path, REPLY_TO=BOX))
    with app.app_context(), ImapServer() as server:
        flask_migrate.upgrade()
        sent, killed = 0, 0
        for _ in range(6):
            for _ in range(60):
                sent += 1
                server.deliver(letters_in.gmail(BOX, subject=f"thư {sent}").replace(b"<gmail-1@", f"<gmail-{sent}@".encode()))
            for _ in range(2):
                run = _fetch(tmp_path, server)
                time.sleep(random.uniform(1.0, 4.0))
                killed += run.poll() is None
                run.send_signal(signal.SIGKILL)
                run.wait(10)
            server.renumber()
        end = time.monotonic() + PATIENCE
        while _left() or _taken() < sent:
            assert time.monotonic() < end, "messages are left"
            _fetch(tmp_path, server).wait(120)
            time.sleep(1)
        assert _fetch(tmp_path, server).wait(120) == 0
        db.session.rollback()
        print(f"{killed} runs killed amid 6 numberings, {sent} messages")
        assert _taken() == sent == db.session.scalar(select(func.count(IncomingMail.message_id.distinct())))
        box = db.session.scalars(select(Mailbox)).one()
        places = select(func.count(Found.id), func.count(Found.incoming_id.distinct())).where(Found.uidvalidity == box.uidvalidity)
        assert tuple(db.session.execute(places).one()) == (sent, sent), "each lies once under the last numbers"
        db.session.remove()
        db.engine.dispose()


@pytest.mark.skipif(os.getuid() != 0, reason="a file system of one's own needs root")
def test_a_full_disk_leaves_the_messages_in_the_mailbox_until_there_is_room(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, REPLY_TO=BOX))
    files = tmp_path / "files"
    files.mkdir()
    with app.app_context(), ImapServer() as server, _short_of_room(files) as make_room:
        flask_migrate.upgrade()
        for n in range(30):
            big = (("47-CV.pdf", PDF + bytes([n]) * 90_000),)
            server.deliver(letters_in.gmail(BOX, subject=f"thư {n}", files=big).replace(b"<gmail-1@", f"<gmail-{n}@".encode()))
        assert _fetch(tmp_path, server).wait(120) == 1
        said = (tmp_path / "fetch.log").read_text()
        assert "hết chỗ" in said and "Traceback" not in said and _taken() < 30
        make_room()
        assert _fetch(tmp_path, server).wait(120) == 0
        assert _taken() == 30 and _left() == 0
        for sha in db.session.scalars(select(IncomingMail.sha256)):
            assert hashlib.sha256((files / sha[:2] / sha).read_bytes()).hexdigest() == sha
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _short_of_room(files: Path) -> Iterator[Callable[[], object]]:
    """A file system of 1 MB for the files; gives what makes it larger."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(files)], check=True)
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=50m", str(files)], check=True)
    finally:
        subprocess.run(["umount", str(files)], check=True)


def _reminded() -> list[tuple[str, str]]:
    """One reminder for each pair of unit and dispatch: its Message-ID, and who answers."""
    make = Factory()
    units = [make.unit() for _ in range(UNITS)]
    people = {unit.id: make.person(Role.OFFICER, unit).email for unit in units}
    clerk = make.actor()
    for _ in range(DISPATCHES):
        dispatch = make.issued(units, [(clock.today(), None)])
        with transaction():
            nudges.nudge(clerk, dispatch.id, [unit.id for unit in units])
    rows = db.session.execute(select(Mail.message_id, Mail.unit_id).where(Mail.kind == "nudge")).all()
    return [(row.message_id or "", people[row.unit_id]) for row in rows if row.unit_id]


def _fetch(home: Path, server: ImapServer) -> subprocess.Popen[bytes]:
    env = environment(home, free_port(), IMAP_URL=server.url(), REPLY_TO=BOX, SECRET_KEY="k" * 32)
    with (home / "fetch.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "tracker", "fetch-mail"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)


def _left() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(IncomingMail).where(IncomingMail.state == "taken")) or 0


def _taken() -> int:
    return _count(IncomingMail)


def _count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
