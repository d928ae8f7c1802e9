"""The intake killed again and again at whatever step it is: every message is filed, and each once."""
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import flask_migrate
from sqlalchemy import func, select

from tests import letters_in
from tests.conftest import settings_for
from tests.factories import Factory
from tests.imap_server import ImapServer
from tests.setup.processes import ROOT, environment, free_port
from tracker import clock
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.incoming import IncomingMail
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
