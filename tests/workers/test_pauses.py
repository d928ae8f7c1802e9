"""Pauses through real worker processes: begun and ended once however often they are asked for, and told once."""
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.factories import Factory
from tests.machine import Machine, running
from tests.mail_server import eventually
from tracker import clock
from tracker.db import db, transaction
from tracker.models.assignments import Assignment
from tracker.models.pauses import Pause, PausedAssignment
from tracker.services import pauses, tally
from tracker.services.pauses import Wanted


@pytest.fixture(scope="module")
def machine(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running(tmp_path_factory.mktemp("pause-machine"), sqlite_template) as started:
        started.redis()
        started.worker()
        with started.app.app_context():
            yield started
            db.session.remove()


def states() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Assignment.state)))


def test_many_asks_at_once_begin_it_once_end_it_once_and_tell_each_unit_once(machine: Machine) -> None:
    make, today = Factory(), clock.today()
    clerk = make.actor()
    units = [make.unit() for _ in range(5)]
    with clock.frozen(clock.now() - timedelta(days=10)):
        dispatch = make.issued(units, [(today + timedelta(20), None)] * 4)
    with transaction():
        pause_id = pauses.plan(clerk, Wanted(today, today + timedelta(3), "storm", "Bão số 5")).id
    for _ in range(6):
        machine.app.extensions["jobs"].send_task("pauses.turn")
    eventually(lambda: states() == {"paused"}, 60)
    eventually(lambda: len(machine.mail.taken) >= 5, 60)
    assert db.session.scalar(select(func.count()).select_from(PausedAssignment)) == 20
    with transaction() as session:  # as if four days had gone by
        session.execute(update(Pause).values(from_on=today - timedelta(4), until_on=today - timedelta(1)))
        session.execute(update(PausedAssignment).values(from_on=today - timedelta(4)))
        session.execute(update(Assignment).values(held_on=today - timedelta(4)))
    for _ in range(6):
        machine.app.extensions["jobs"].send_task("pauses.turn")
    eventually(lambda: states() == {"assigned"}, 60)
    eventually(lambda: bool(db.session.rollback()) or not db.session.scalar(select(func.count()).where(PausedAssignment.resumed_on.is_(None))), 60)
    assert {one.due_on for one in make.assignments(dispatch)} == {today + timedelta(24)}
    assert db.session.get_one(Pause, pause_id, populate_existing=True).ended_on == today
    assert sorted(machine.mail.addresses) == sorted(unit.mailbox for unit in units)
    assert tally.stored() == tally.counted()
