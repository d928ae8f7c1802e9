"""Where an assignment is counted, and that the running count is what a count anew gives, whatever was done."""
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE
from tracker.domain.status import OWED, Act, State
from tracker.models.assignments import Tally
from tracker.services import assignments, reminders, tally
from tracker.services.tally import NO_DATE, Key

DUE = date(2026, 9, 30)
LATER = DUE + timedelta(1)
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31)))


@pytest.mark.parametrize(("state", "due", "submitted", "expected"), [
    ("assigned", DUE, None, (7, "assigned", DUE)),
    ("acknowledged", None, None, (7, "acknowledged", NO_DATE)),
    ("returned", DUE, LATER, (7, "returned", DUE)),
    ("paused", DUE, LATER, (7, "paused", NO_DATE)),
    ("submitted", DUE, DUE, (7, "submitted", NO_DATE)),
    ("submitted", DUE, LATER, (7, "submitted_late", NO_DATE)),
    ("submitted", None, LATER, (7, "submitted_undated", NO_DATE)),
    ("accepted", DUE, DUE, (7, "accepted", NO_DATE)),
    ("accepted", DUE, LATER, (7, "accepted_late", NO_DATE)),
    ("accepted", None, LATER, (7, "accepted_undated", NO_DATE)),
    ("cancelled", DUE, LATER, None),
])
def test_where_it_is_counted(state: str, due: date | None, submitted: date | None, expected: Key | None) -> None:
    assert tally.key(7, state, due, submitted) == expected


def test_what_was_late_before_its_extension_is_accepted_late() -> None:
    assert tally.key(7, "accepted", DUE, DUE, None, 3) == (7, "accepted_late", NO_DATE)
    assert tally.key(7, "acknowledged", DUE, None, None, 3) == (7, "acknowledged", DUE)


@given(st.sampled_from(State), DAYS, DAYS)
def test_a_key_fits_its_column_and_only_what_is_owed_ages(state: State, due: date | None, submitted: date | None) -> None:
    key = tally.key(7, state, due, submitted)
    assert (key is None) == (state == State.CANCELLED)
    if key:
        assert len(key[1]) <= 20
        assert (key[2] != NO_DATE) == (due is not None and state in OWED)


@pytest.mark.parametrize(("state", "due", "held", "expected"), [
    ("paused", DUE, DUE, "paused"), ("paused", DUE, LATER, "paused_late"), ("objected", None, LATER, "objected_undated"),
    ("objected", DUE, LATER, "objected_late"),
])
def test_what_is_held_keeps_the_lateness_of_the_day_its_clock_stopped(state: str, due: date | None, held: date, expected: str) -> None:
    assert tally.key(7, state, due, None, held) == (7, expected, NO_DATE)


def test_the_running_count_follows_every_act(app: Flask, make: Factory) -> None:
    units = [make.unit(), make.unit()]
    found = make.assignments(make.issued(units))
    today = clock.today()
    acts: list[tuple[Act, dict[str, object]]] = [
        (Act.ACKNOWLEDGE, {}), (Act.SUBMIT, {"submitted_on": LATER}), (Act.RETURN, {"fix_by": LATER, "due_on": LATER}), (Act.SUBMIT, {"submitted_on": today}),
        (Act.ACCEPT, {"accepted_on": today}), (Act.UNDO_REVIEW, {"accepted_on": None}), (Act.CANCEL, {}),
    ]
    for n, assignment in enumerate(found):
        for act, fields in acts[: 2 * n + 1]:
            with transaction():
                assignments.advance(MACHINE, assignments.get(MACHINE, assignment.id), act, **fields)
            assert tally.stored() == tally.counted()
    with transaction():
        tally.rebuild()
    assert tally.stored() == tally.counted()
    assert sum(tally.stored().values()) == len(found) - 1


def test_counts_that_came_down_to_nothing_are_dropped_once_a_day(app: Flask, make: Factory) -> None:
    found = make.assignments(make.issued([make.unit()]))
    for assignment in found:
        with transaction():
            assignments.advance(MACHINE, assignments.get(MACHINE, assignment.id), Act.ACKNOWLEDGE)
    counts = select(Tally.state, func.sum(Tally.count)).group_by(Tally.state)
    assert set(db.session.execute(counts)) == {("assigned", 0), ("acknowledged", 2)}
    reminders.plan(transaction, clock.today())
    assert set(db.session.execute(counts)) == {("acknowledged", 2)}
    assert tally.stored() == tally.counted()


def test_counting_anew_within_a_change_counts_it_once(sqlite_app: Flask) -> None:
    make = Factory()
    unit, clerk = make.unit(), make.actor()
    row = make.assignments(make.issued([unit]), unit)[0]
    with transaction():
        assignments.advance(clerk, assignments.get(clerk, row.id), Act.PAUSE)
        db.session.flush()
        tally.rebuild()
    assert tally.stored() == tally.counted()
