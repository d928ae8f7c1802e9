"""The reminder plan through real worker processes: planned once however often it is asked for, and mailed."""
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.factories import Factory
from tests.machine import Machine, always_open, running
from tests.mail_server import eventually
from tracker import clock
from tracker.db import db
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.services.calendar import working_calendar


@pytest.fixture(scope="module")
def machine(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running(tmp_path_factory.mktemp("plan-machine"), sqlite_template) as started:
        started.redis()
        started.worker()
        with started.app.app_context():
            always_open()
            yield started
            db.session.remove()


def working_day() -> date:
    return working_calendar().on_or_after(clock.today())


def made(day: date) -> bool:
    db.session.rollback()
    return db.session.get(ReminderPlan, day) is not None


def test_many_asks_at_once_plan_once_and_the_digests_arrive(machine: Machine) -> None:
    make, day = Factory(), working_day()
    units = [make.unit() for _ in range(6)]
    make.issued(units, [(day, None)] * 3)
    for _ in range(6):
        machine.app.extensions["jobs"].send_task("reminders.plan", args=[day.isoformat()])
    eventually(lambda: made(day), 60)
    eventually(lambda: len(machine.mail.taken) >= 6, 60)
    eventually(lambda: set(db.session.scalars(select(Mail.state))) == {"sent"} or db.session.rollback(), 60)
    assert sorted(machine.mail.addresses) == sorted(unit.mailbox for unit in units)
    assert db.session.scalar(select(func.count()).select_from(Reminder)) == 18
    assert all("3 việc sắp đến hạn" in str(message["Subject"]) for message in machine.mail.messages())
