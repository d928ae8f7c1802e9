"""A worker that is dead for good cannot mail: the web tells the one who looks after the machine, over a real mail server, and again when it is over."""
import http.client
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.machine import Machine, running
from tests.mail_server import eventually
from tests.setup.processes import free_port
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR
from tracker.models.mails import ReminderPlan
from tracker.models.office import Heartbeat
from tracker.services import heartbeats, office

ADDRESS = "truc.may@tinh.example"


class Web:
    """gunicorn on the machine, as `tracker web` starts it."""

    def __init__(self, machine: Machine) -> None:
        self.port = free_port()
        machine.start("web", [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread",
                              "--workers", "2", "--threads", "2", "--no-control-socket", "--preload"])
        eventually(lambda: self.healthy() == 200, 60)

    def healthy(self) -> int:
        """What a supervisor or a load balancer gets."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


@pytest.fixture
def machine(sqlite_template: Path, tmp_path: Path) -> Iterator[Machine]:
    with running(tmp_path, sqlite_template) as found, found.app.app_context():
        with transaction() as session:
            office.set_alert_address(OPERATOR, ADDRESS)
            session.add(ReminderPlan(day=clock.today(), made_at=clock.now(), counts={}))
        yield found


def subjects(machine: Machine) -> list[str]:
    return [str(message["Subject"]) for message in machine.mail.messages() if ADDRESS in str(message["To"])]


def later(minutes: int) -> None:
    """As if so much time had passed since every sign of life and every look."""
    with transaction() as session:
        for beat in session.scalars(select(Heartbeat)).all():
            session.execute(update(Heartbeat).where(Heartbeat.name == beat.name).values(at=beat.at - timedelta(minutes=minutes)))


def last_look() -> object:
    db.session.rollback()
    return heartbeats.last("watch")


def look(web: Web) -> None:
    """Time passes, and somebody asks for the web's health until one of its processes has looked."""
    later(4)
    before = last_look()

    def looked() -> bool:
        assert web.healthy() == 200
        time.sleep(1)
        return last_look() != before

    eventually(looked, 150)


def test_a_worker_that_is_dead_for_good_is_told_by_the_web(machine: Machine) -> None:
    machine.redis()
    worker = machine.worker(1)
    machine.beat()
    eventually(lambda: db.session.rollback() is None and heartbeats.last("worker") is not None, 90)
    web = Web(machine)
    machine.kill(worker)
    later(6)
    look(web)
    eventually(lambda: db.session.rollback() is None and "worker" in heartbeats.noted("trouble:"), 30)
    assert subjects(machine) == [], "noticed, and given a moment to come back"
    look(web)
    eventually(lambda: len(subjects(machine)) == 1, 30)
    assert "Sự cố: Việc nền (worker) đã dừng" in subjects(machine)[0]
    look(web)
    time.sleep(5)  # the workers are asked for three seconds
    assert len(subjects(machine)) == 1, "once a day"
    machine.worker(1)
    eventually(lambda: len(subjects(machine)) == 2, 150)
    assert subjects(machine)[1] == "[Đôn Đốc] Hết sự cố: Việc nền đã chạy lại"
