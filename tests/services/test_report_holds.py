"""A report of an earlier day says the same whenever it is made: pauses, objections, extensions and what was handed in meanwhile."""
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tests.services.test_pauses import issued, stop, turn_on
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Actor
from tracker.domain.progress import Line, Standing, Timeliness, timeliness
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.submissions import Submission, SubmissionItem
from tracker.models.units import Unit
from tracker.services import assignments, holding, pause_work, pauses, report_facts, reviewing, tally


def day(n: int) -> date:
    return date(2026, 9, n)


def lines(dispatch: Dispatch, as_of: date) -> tuple[Line, ...]:
    db.session.rollback()
    db.session.expire_all()
    return report_facts.gather(dispatch.id, as_of).lines


def test_lateness_stands_still_while_it_is_paused_and_goes_on_after(app: Flask, make: Factory) -> None:
    clerk, storm, calm = make.actor(), make.unit("A"), make.unit("B")
    dispatch = issued(make, [storm, calm], dates=[(day(11), None)])
    stop(clerk, day(8), day(14), storm)
    turn_on(day(15))
    with clock.frozen(day(25)):
        def standing(as_of: date) -> list[tuple[State, Timeliness]]:
            return [(line.state, timeliness(line, as_of)) for line in lines(dispatch, as_of)]

        in_time = Timeliness(Standing.OPEN_IN_TIME)
        assert standing(day(7)) == [(State.ASSIGNED, in_time), (State.ASSIGNED, in_time)]
        assert standing(day(14)) == [(State.PAUSED, in_time), (State.ASSIGNED, Timeliness(Standing.OPEN_OVERDUE, 3))]
        assert standing(day(18)) == [(State.ASSIGNED, in_time), (State.ASSIGNED, Timeliness(Standing.OPEN_OVERDUE, 7))]
        assert standing(day(20)) == [(State.ASSIGNED, Timeliness(Standing.OPEN_OVERDUE, 2)), (State.ASSIGNED, Timeliness(Standing.OPEN_OVERDUE, 9))]


def test_a_report_of_a_day_is_the_same_on_that_day_and_later(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    units = [make.unit(name) for name in "ABCDE"]
    with clock.frozen(day(1)):
        dispatch = issued(make, units, dates=[(day(9), None)])
    _, handed, objecting, extended, returned = make.assignments(dispatch)
    seen = {}
    for n in range(1, 26):
        with clock.frozen(day(n)):
            _acts(clerk, units, n, handed, objecting, extended, returned)
            pause_work.turn(transaction)
            assert tally.stored() == tally.counted()
            seen[day(n)] = lines(dispatch, day(n))
    with clock.frozen(day(30)):
        again = {on: lines(dispatch, on) for on in seen}
    assert {on for on in seen if seen[on] != again[on]} == set()
    states = {line.state for found in seen.values() for line in found}
    assert states == {State.ASSIGNED, State.ACKNOWLEDGED, State.PAUSED, State.OBJECTED, State.SUBMITTED, State.RETURNED}


def _acts(clerk: Actor, units: list[Unit], n: int, handed: Assignment, objecting: Assignment, extended: Assignment, returned: Assignment) -> None:
    """What happens on the nth: two storms that overlap, one that reaches back, a handing-in during it, an objection, an extension, a return."""
    if n in (4, 6):
        with transaction():
            until = {4: 8, 6: 13}[n]
            pauses.plan(clerk, pauses.Wanted(day(n) - timedelta(1), day(until), "storm", "Bão", {4: units[0].id, 6: None}[n]))
    if n == 3:
        hand_in(units[4], [returned], day(3))
    with transaction():
        if n == 5:
            submission = db.session.scalars(select(SubmissionItem.submission_id).where(SubmissionItem.assignment_id == returned.id)).one()
            reviewing.send_back(clerk, submission, [returned.id], "Thiếu", day(12))
        if n == 2:
            assignments.advance(MACHINE, assignments.get(MACHINE, objecting.id), Act.OBJECT)
        if n == 10:
            row = assignments.get(MACHINE, objecting.id)
            assignments.advance(MACHINE, row, Act.DISMISS, **holding.released(row, day(10)))
            _hand_in_while_paused(units[1], assignments.get(MACHINE, handed.id))
        if n == 16:
            row = assignments.get(MACHINE, extended.id)
            assignments.advance(MACHINE, row, Act.ACKNOWLEDGE, due_on=day(24), deadline_version=row.deadline_version + 1, acknowledged_at=clock.now())


def _hand_in_while_paused(unit: Unit, row: Assignment) -> None:
    now = clock.now()
    submission = Submission(
        dispatch_id=row.dispatch_id, unit_id=unit.id, state="submitted", created_at=now, updated_at=now, submitted_at=now,
        items=[SubmissionItem(assignment_id=row.id, result="Đã làm", round=1)],
    )
    db.session.add(submission)
    assignments.advance(MACHINE, row, Act.SUBMIT, submitted_on=clock.today(), submitted_at=now, round=1, **holding.handed_in(row))
