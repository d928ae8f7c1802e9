"""Transactions, the running count and the one way in which an assignment changes."""
import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from tests.factories import Factory
from tracker.db import ReadOnlySession, after_commit, db, read, transaction
from tracker.domain.access import MACHINE, Role
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.status import Act, State
from tracker.models.events import Event
from tracker.models.office import Setting
from tracker.services import assignments, tally


def test_a_rolled_back_transaction_leaves_nothing_and_wakes_nobody(app: Flask) -> None:
    called: list[str] = []
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(Setting(key="a", value=1))
        after_commit(lambda: called.append("a"))
        raise RuntimeError
    with transaction() as session:
        session.add(Setting(key="b", value=1))
        after_commit(lambda: called.append("b"))
        assert called == []
    assert called == ["b"]
    assert list(db.session.scalars(select(Setting.key))) == ["b"]


def test_writing_outside_a_write_transaction_is_refused(app: Flask) -> None:
    with pytest.raises(ReadOnlySession):
        db.session.execute(insert(Setting).values(key="a", value=1))
    db.session.add(Setting(key="a", value=1))
    with pytest.raises(ReadOnlySession):
        db.session.flush()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_closed_is_replaced_unseen(app: Flask) -> None:
    db.session.remove()
    idle, other = db.engine.raw_connection(), db.engine.raw_connection()
    pid = idle.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]
    idle.close()
    other.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    other.close()
    assert read(select(func.pg_backend_pid())).scalar_one() != pid


def test_every_act_moves_state_count_and_history_together(app: Flask, make: Factory) -> None:
    unit = make.unit()
    first, second = make.assignments(make.issued([unit]), unit)
    today = first.due_on
    for act, fields in ((Act.ACKNOWLEDGE, {}), (Act.SUBMIT, {"submitted_on": today}), (Act.ACCEPT, {"accepted_on": today})):
        with transaction():
            assignments.advance(MACHINE, assignments.get(MACHINE, first.id), act, **fields)
        assert tally.stored() == tally.counted()
    assert (first.state, first.chase_on) == (State.ACCEPTED, None)
    assert db.session.scalar(select(func.count()).select_from(Event)) == 3
    with pytest.raises(Conflict), transaction():
        assignments.advance(MACHINE, assignments.get(MACHINE, second.id), Act.ACCEPT)
    assert db.session.scalar(select(func.count()).select_from(Event)) == 3


def test_a_foreign_units_assignment_is_not_found(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit(), make.unit()
    dispatch = make.issued([ours, theirs])
    officer = make.actor(Role.OFFICER, ours)
    assert assignments.get(officer, make.assignments(dispatch, ours)[0].id)
    with pytest.raises(NotFound):
        assignments.get(officer, make.assignments(dispatch, theirs)[0].id)
