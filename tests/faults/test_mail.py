"""A Redis that comes back empty and a planner killed half-way: no mail is lost, and a repeat is known by its Message-ID."""
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from tests.factories import Factory
from tests.machine import Machine, always_open, running
from tests.mail_server import eventually
from tests.services.test_outbox import CONTEXT
from tests.workers.test_reminders import made, working_day
from tracker.db import db, transaction
from tracker.models.mails import Mail, Reminder
from tracker.services import outbox


def queue(count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        with transaction():
            outbox.queue("nudge", address=f"u{n}@huyen.example", context=CONTEXT)


def all_sent() -> bool:
    db.session.rollback()
    return set(db.session.scalars(select(Mail.state).distinct())) == {"sent"}


def check_taken(machine: Machine, repeats: int) -> None:
    """Every row was taken, and no more repeats than sending processes were killed, each with the Message-ID of its row."""
    known = {row.message_id: row.address for row in db.session.execute(select(Mail.message_id, Mail.address))}
    taken = Counter(str(message["Message-ID"]) for message in machine.mail.messages())
    assert set(taken) == set(known)
    assert sum(taken.values()) - len(known) <= repeats
    assert all(known[str(message["Message-ID"])] in str(message["To"]) for message in machine.mail.messages())


def test_a_redis_that_comes_back_empty_loses_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    with running(tmp_path, sqlite_template, pause=0.02) as machine, machine.app.app_context():
        redis = machine.redis()
        parts: dict[str, tuple[Callable[[], subprocess.Popen[bytes]], subprocess.Popen[bytes]]] = {
            "worker": (machine.worker, machine.worker()), "beat": (machine.beat, machine.beat()),
        }
        queue(100)
        machine.kill(redis)
        queue(30, 100)
        time.sleep(3)
        machine.redis()
        queue(30, 130)

        def done() -> bool:
            for name, (start, process) in parts.items():  # as the supervisor does
                if process.poll() is not None:
                    parts[name] = (start, start())
            return all_sent()

        eventually(done, 240)
        check_taken(machine, 0)
        assert len(machine.mail.taken) == 160


def test_a_plan_that_is_killed_half_way_is_finished_and_tells_nobody_twice(sqlite_template: Path, tmp_path: Path) -> None:
    with running(tmp_path, sqlite_template) as machine, machine.app.app_context():
        machine.redis()
        always_open()
        make, day = Factory(), working_day()
        units = [make.unit() for _ in range(150)]
        make.issued(units, [(day, None)] * 20)
        for _ in range(6):
            worker = machine.worker()
            machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
            time.sleep(random.uniform(0.05, 0.8))
            machine.kill(worker)
        machine.worker()
        machine.beat()
        machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
        eventually(lambda: made(day), 120)
        eventually(all_sent, 240)
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 150
        assert db.session.scalar(select(func.count()).select_from(Reminder)) == 3000
        check_taken(machine, 12)
