"""Several writers at once, on both databases: nothing is lost, nothing is done twice, nobody fails for another's sake."""
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tests.services.test_reviewing import REASON, hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import DomainError
from tracker.models.assignments import Assignment
from tracker.models.events import Event
from tracker.models.mails import Mail
from tracker.models.submissions import Review, Submission
from tracker.services import answering, assignments, reviewing, submissions, tally
from tracker.services.answering import Answers

ROOT = Path(__file__).resolve().parents[2]
WRITERS, TRANSACTIONS, EACH = 4, 200, 12


def rows(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def at_once(app: Flask, calls: list[Callable[[], object]]) -> list[str]:
    """Runs each call in a thread and a transaction of its own; gives "done", or the code of what refused it."""

    def run(call: Callable[[], object]) -> str:
        with app.app_context():
            try:
                with transaction():
                    call()
                return "done"
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_four_processes_lose_nothing(app: Flask, make: Factory, database_url: str, tmp_path: Path) -> None:
    """800 transactions of three acts each on one unit, whose counts every one of them moves."""
    unit, today = make.unit(), clock.today()
    dates = [(today + timedelta(days=n % 5), None) for n in range(WRITERS * EACH)]
    ids = [row.id for row in make.assignments(make.issued([unit], dates), unit)]
    db.session.remove()
    shares = [ids[n * EACH : (n + 1) * EACH] for n in range(WRITERS)]
    command = [sys.executable, "-m", "tests.services.writer", str(tmp_path), database_url, str(TRANSACTIONS)]
    writers = [subprocess.Popen([*command, str(share[0]), str(share[-1])], cwd=ROOT, stderr=subprocess.PIPE, text=True) for share in shares]
    said = [writer.communicate(timeout=240)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, "\n".join(said)
    assert rows(Event) == WRITERS * TRANSACTIONS * 3
    assert sum(db.session.scalars(select(Assignment.version - 1))) == WRITERS * TRANSACTIONS * 3
    assert tally.stored() == tally.counted()
    assert sum(tally.stored().values()) == len(ids)


def test_two_presses_of_hand_in_hand_in_once(app: Flask, make: Factory) -> None:
    unit = make.unit()
    officer, dispatch = make.actor(Role.OFFICER, unit), make.issued([unit])
    ids = [row.id for row in make.assignments(dispatch, unit)]
    with transaction():
        answering.save(officer, dispatch.id, Answers("page1", results=dict.fromkeys(ids, "Xong."), chosen=frozenset(ids), version=0))
    press = lambda: submissions.submit(officer, dispatch.id, "page1", confirmed=True)  # noqa: E731  # one press, three times
    assert at_once(app, [press] * 3) == ["done"] * 3
    assert rows(Submission) == 1
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "assignment.submit")) == len(ids)
    assert {(row.state, row.round) for row in db.session.scalars(select(Assignment))} == {("submitted", 1)}
    assert tally.stored() == tally.counted()


@pytest.mark.parametrize("second", ["accept", "return"])
def test_two_reviewers_at_once_decide_once(app: Flask, make: Factory, second: str) -> None:
    unit, clerks = make.unit(), [make.actor(), make.actor()]
    found = make.assignments(make.issued([unit]), unit)
    ids, submission_id = [row.id for row in found], hand_in(unit, found, clock.today())
    calls: list[Callable[[], object]] = [lambda: reviewing.accept(clerks[0], submission_id, ids)]
    if second == "accept":
        calls.append(lambda: reviewing.accept(clerks[1], submission_id, ids))
    else:
        calls.append(lambda: reviewing.send_back(clerks[1], submission_id, ids, REASON, clock.today()))
    answers = Counter(at_once(app, calls))
    assert answers["done"] == 1 and answers["assignment.state"] + answers["stale"] == 1
    assert (rows(Review), rows(Mail)) == (len(ids), 1)
    assert len({row.state for row in db.session.scalars(select(Assignment))}) == 1
    assert tally.stored() == tally.counted()


def test_many_acknowledge_at_once(app: Flask, make: Factory) -> None:
    """Two officers of each of four units: each unit's work is acknowledged once, and nobody stops another."""
    units = [make.unit() for _ in range(4)]
    dispatch = make.issued(units, [(clock.today() + timedelta(days=n), None) for n in range(6)])
    officers = [make.actor(Role.OFFICER, unit) for unit in units for _ in range(2)]
    calls = [lambda officer=officer: assignments.acknowledge_all(officer, dispatch.id) for officer in officers]
    answers = Counter(at_once(app, calls))
    assert answers["done"] >= 4 and set(answers) <= {"done", "stale", "assignment.state"}
    assert rows(Event) == 24
    assert {row.state for row in db.session.scalars(select(Assignment))} == {"acknowledged"}
    assert tally.stored() == tally.counted()
