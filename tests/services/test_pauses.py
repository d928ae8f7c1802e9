"""Stopping the clock: what is covered, from which day, how it ends, and that no day is counted twice or lost, whatever happens meanwhile."""
from datetime import date, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.factories import Factory
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Actor, Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.mails import Mail, Reminder
from tracker.models.objections import Objection
from tracker.models.pauses import Pause, PausedAssignment
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import (
    amending,
    answer_page,
    answering,
    assignments,
    ending,
    holding,
    pause_list,
    pause_work,
    pauses,
    reminders,
    reviewing,
    submissions,
    tally,
)
from tracker.services.amending import TaskChange
from tracker.services.answering import Answers
from tracker.services.pauses import Wanted

#: The day on which the clock of the tests stands: a Tuesday.
TODAY = date(2026, 9, 8)
DUE = date(2026, 9, 30)


def day(n: int) -> date:
    return date(2026, 9, n)


@pytest.fixture
def clerk(make: Factory) -> Actor:
    return make.actor()


def stop(clerk: Actor, from_on: date, until_on: date, unit: Unit | None = None, dispatch: Dispatch | None = None, turn: bool = True) -> int:
    """A storm; gives the pause's id."""
    wanted = Wanted(from_on, until_on, "storm", "Bão số 5", unit.id if unit else None, dispatch.id if dispatch else None)
    with transaction():
        pause_id = pauses.plan(clerk, wanted).id
    if turn:
        pause_work.turn(transaction)
    return pause_id


def turn_on(on: date) -> pause_work.Turned:
    with clock.frozen(on):
        return pause_work.turn(transaction)


def now(assignment: Assignment) -> Assignment:
    return db.session.get_one(Assignment, assignment.id, populate_existing=True)


def rows(assignment: Assignment) -> list[tuple[int, date, date | None, int]]:
    wanted = select(PausedAssignment.pause_id, PausedAssignment.from_on, PausedAssignment.resumed_on, PausedAssignment.shifted_days)
    return [tuple(row) for row in db.session.execute(wanted.where(PausedAssignment.assignment_id == assignment.id).order_by(PausedAssignment.id))]


def issued(make: Factory, units: list[Unit], on: date = date(2026, 9, 1), **more: object) -> Dispatch:
    with clock.frozen(on):
        found = make.issued(units, **more)  # type: ignore[arg-type]
        with transaction():
            for one in make.assignments(found):
                db.session.add(Event(at=clock.now(), kind="assignment.issue", person_name="Vân", dispatch_id=found.id, assignment_id=one.id, data={}))
        return found


def test_a_pause_covers_its_scope_and_nothing_else(app: Flask, make: Factory, clerk: Actor) -> None:
    storm, calm = make.unit("Huyện Bão"), make.unit("Huyện Lặng")
    first, second = issued(make, [storm, calm]), issued(make, [storm, calm])
    stop(clerk, TODAY, day(14), storm, first)
    states = {(a.unit_id, a.dispatch_id): a.state for a in db.session.scalars(select(Assignment))}
    assert [key for key, state in states.items() if state == "paused"] == [(storm.id, first.id)]
    stop(clerk, TODAY, day(15), storm)
    stop(clerk, TODAY, day(16))
    assert set(db.session.scalars(select(Assignment.state))) == {"paused"}
    assert tally.stored() == tally.counted()
    assert len(list(db.session.scalars(select(PausedAssignment.id)))) == 8
    assert second.id


def test_what_is_paused_is_not_reminded_and_comes_back_with_its_state(app: Flask, make: Factory, clerk: Actor) -> None:
    storm, calm = make.unit(), make.unit()
    dispatch = issued(make, [storm, calm], dates=[(day(9), None)], state=State.ACKNOWLEDGED)
    pause_id = stop(clerk, TODAY, day(10), storm)
    held = make.assignments(dispatch, storm)[0]
    assert (held.state, held.held_state, held.held_on, held.chase_on) == ("paused", "acknowledged", TODAY, None)
    reminders.plan(transaction, TODAY)
    assert set(db.session.scalars(select(Reminder.unit_id))) == {calm.id}
    assert turn_on(day(11)).resumed == 1
    back = now(held)
    assert (back.state, back.held_state, back.held_on, back.due_on, back.chase_on) == ("acknowledged", None, None, day(12), day(12))
    assert (back.original_due_on, back.deadline_version) == (day(9), 2)
    assert rows(held) == [(pause_id, TODAY, day(11), 3)]
    assert tally.stored() == tally.counted()


def test_it_ends_the_day_after_its_last_day_however_late_the_machine_wakes(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    dispatch = issued(make, [unit])
    pause_id = stop(clerk, TODAY, day(10), unit)
    dated, undated = make.assignments(dispatch)
    turn_on(day(10))
    assert now(dated).state == "paused"
    assert turn_on(day(21)).resumed == 2
    assert (now(dated).due_on, now(undated).review_on) == (date(2026, 10, 3), date(2026, 10, 18))
    assert db.session.get_one(Pause, pause_id, populate_existing=True).ended_on == day(11)
    again = turn_on(day(21))
    assert (again.paused, again.resumed, again.failed) == (0, 0, 0)


def test_ended_by_hand_it_runs_again_from_that_day(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = issued(make, [make.unit()])
    pause_id = stop(clerk, TODAY, day(20))
    with clock.frozen(day(10)):
        with transaction():
            pauses.end(clerk, pause_id, 1)
        pause_work.turn(transaction)
        assert make.assignments(dispatch)[0].due_on == DUE + timedelta(2)
        with pytest.raises(Conflict, match="pause.ended"), transaction():
            pauses.end(clerk, pause_id, 2)


def test_ended_on_the_day_it_began_nothing_has_moved(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = issued(make, [make.unit()])
    pause_id = stop(clerk, TODAY, day(20))
    with transaction():
        pauses.end(clerk, pause_id, 1)
    pause_work.turn(transaction)
    back = make.assignments(dispatch)[0]
    assert (back.state, back.due_on, back.deadline_version) == ("assigned", DUE, 1)


def test_another_last_day(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = issued(make, [make.unit()])
    pause_id = stop(clerk, TODAY, day(10))
    with transaction():
        pauses.put_off(clerk, pause_id, 1, day(14))
    turn_on(day(11))
    assert make.assignments(dispatch)[0].state == "paused"
    with pytest.raises(Conflict, match="stale"), transaction():
        pauses.put_off(clerk, pause_id, 1, day(20))
    turn_on(day(15))
    assert make.assignments(dispatch)[0].due_on == DUE + timedelta(7)


def test_a_later_one_begins_by_itself_on_its_day(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = issued(make, [make.unit()])
    pause_id = stop(clerk, day(10), day(12))
    assert make.assignments(dispatch)[0].state == "assigned"
    assert turn_on(day(10)).paused == 2
    assert turn_on(day(10)).paused == 0
    turn_on(day(13))
    assert make.assignments(dispatch)[0].due_on == DUE + timedelta(3)
    assert db.session.get_one(Pause, pause_id).begun_at is not None


def test_a_planned_one_that_is_dropped_never_begins(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = issued(make, [make.unit()])
    pause_id = stop(clerk, day(10), day(12))
    with transaction():
        pauses.end(clerk, pause_id, 1)
    turn_on(day(10))
    assert make.assignments(dispatch)[0].state == "assigned"
    assert db.session.get_one(Pause, pause_id).begun_at is None


@pytest.mark.parametrize(("given", "since"), [(day(1), day(3)), (day(5), day(5)), (TODAY, TODAY)])
def test_a_pause_from_an_earlier_day_reaches_back_to_the_day_of_issue_at_most(app: Flask, make: Factory, clerk: Actor, given: date, since: date) -> None:
    dispatch = issued(make, [make.unit()], on=given)
    stop(clerk, day(3), day(10))
    assert make.assignments(dispatch)[0].held_on == since
    turn_on(day(11))
    assert make.assignments(dispatch)[0].due_on == DUE + (day(11) - since)


def test_a_storm_that_is_over_moves_the_dates_at_once(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = issued(make, [make.unit()], dates=[(day(6), None)])
    stop(clerk, day(2), day(4))
    back = make.assignments(dispatch)[0]
    assert (back.state, back.due_on) == ("assigned", day(9))


def test_a_date_set_after_the_storm_is_not_moved_by_it(app: Flask, make: Factory, clerk: Actor) -> None:
    """Returned on the 7th with a day to mend it by, extended on the 7th: whoever set those days knew of the storm."""
    unit = make.unit()
    dispatch = issued(make, [unit], dates=[(day(20), None), (day(20), None), (day(20), None)])
    returned, extended, plain = make.assignments(dispatch)
    with clock.frozen(day(4)):
        submission = hand_in(unit, [returned], day(4))
    with clock.frozen(day(7)):
        with transaction():
            reviewing.send_back(clerk, submission, [returned.id], "Thiếu", day(25))
        with transaction():
            assignments.advance(MACHINE, assignments.get(MACHINE, extended.id), Act.ACKNOWLEDGE, due_on=day(28), deadline_version=2)
    stop(clerk, day(2), day(5))
    assert [now(one).due_on for one in (returned, extended, plain)] == [day(25), day(28), day(24)]


def test_two_that_overlap_are_counted_once(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    one = make.assignments(issued(make, [unit]))[0]
    first, second = stop(clerk, TODAY, day(10), unit), stop(clerk, day(9), day(14), turn=False)
    turn_on(day(9))
    turn_on(day(11))
    assert (now(one).state, now(one).held_on) == ("paused", day(11))
    turn_on(day(15))
    assert (now(one).state, now(one).due_on) == ("assigned", DUE + timedelta(7))
    assert rows(one) == [(first, TODAY, day(11), 3), (second, day(11), day(15), 4)]
    assert tally.stored() == tally.counted()


def test_two_that_overlap_while_the_machine_was_off(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    one = make.assignments(issued(make, [unit]))[0]
    stop(clerk, TODAY, day(10), unit)
    stop(clerk, TODAY, day(14))
    turn_on(day(25))
    turn_on(day(25))
    assert (now(one).state, now(one).due_on) == ("assigned", DUE + timedelta(7))


def test_a_later_pause_that_reaches_further_back_takes_over(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    one = make.assignments(issued(make, [unit]))[0]
    first = stop(clerk, TODAY, day(12), unit)
    second = stop(clerk, day(4), day(9))
    assert now(one).held_on == day(4)
    turn_on(day(10))
    assert now(one).state == "paused"
    turn_on(day(13))
    assert now(one).due_on == DUE + (day(13) - day(4))
    assert rows(one) == [(first, TODAY, TODAY, 0), (second, day(4), day(10), 6), (first, day(10), day(13), 3)]


def test_handing_in_while_it_is_paused_closes_it_with_its_date_moved(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    one = make.assignments(issued(make, [unit], dates=[(day(9), None)]))[0]
    pause_id = stop(clerk, TODAY, day(20), unit)
    with clock.frozen(day(11)), transaction():
        row = assignments.get(MACHINE, one.id)
        assignments.advance(MACHINE, row, Act.SUBMIT, submitted_on=day(11), submitted_at=clock.now(), round=1, **holding.handed_in(row))
    assert (now(one).state, now(one).due_on, now(one).held_on) == ("submitted", day(12), None)
    turn_on(day(21))
    assert (now(one).state, now(one).due_on) == ("submitted", day(12))
    assert rows(one) == [(pause_id, TODAY, day(11), 3)]
    assert tally.stored() == tally.counted()


def test_the_answer_page_takes_what_is_paused(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    dispatch = issued(make, [unit], dates=[(day(9), None), (day(9), None)])
    one, other = make.assignments(dispatch)
    officer = make.actor(Role.OFFICER, unit)
    pause_id = stop(clerk, TODAY, day(20), unit)
    with clock.frozen(day(11)):
        assert [(line.id, line.kind) for line in answer_page.page(officer, dispatch.id).lines] == [(one.id, "pause"), (other.id, "pause")]
        answers = Answers(token="t" * 8, version=0, results={one.id: "Đã làm", other.id: ""}, chosen=frozenset({one.id}))
        with transaction():
            answering.save(officer, dispatch.id, answers)
        with transaction():
            assert submissions.submit(officer, dispatch.id, answers.token, confirmed=True).count == 1
    assert (now(one).state, now(one).due_on, now(one).submitted_on, now(other).state) == ("submitted", day(12), day(11), "paused")
    assert rows(one) == [(pause_id, TODAY, day(11), 3)]
    assert tally.stored() == tally.counted()


def test_a_dispatch_that_is_withdrawn_or_closed_meanwhile(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    gone, shut = issued(make, [unit]), issued(make, [unit])
    stop(clerk, TODAY, day(10), unit)
    own = stop(clerk, TODAY, day(20), dispatch=gone)
    with transaction():
        ending.withdraw(clerk, gone.id, db.session.get_one(Dispatch, gone.id).version, "Ban hành nhầm")
        ending.close(clerk, shut.id, db.session.get_one(Dispatch, shut.id).version)
    assert {row[2] for one in make.assignments(gone) for row in rows(one)} == {TODAY}
    assert db.session.get_one(Pause, own, populate_existing=True).ended_on == TODAY
    turn_on(day(11))
    assert [one.state for one in make.assignments(shut)] == ["paused"] * 2
    assert tally.stored() == tally.counted()
    with clock.frozen(day(20)):
        with transaction():
            ending.reopen(clerk, shut.id, db.session.get_one(Dispatch, shut.id).version)
        pause_work.turn(transaction)
    reopened = make.assignments(shut)[0]
    assert (reopened.state, reopened.due_on) == ("assigned", DUE + timedelta(3))
    assert tally.stored() == tally.counted()


def test_a_date_amended_while_it_stands_still_counts_from_that_day(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = issued(make, [make.unit()])
    one = make.assignments(dispatch)[0]
    stop(clerk, TODAY, day(19))
    task = one.task
    with clock.frozen(day(15)), transaction():
        version = db.session.get_one(Dispatch, dispatch.id).version
        amending.amend(clerk, dispatch.id, version, [TaskChange(task.id, task.title, task.text, date(2026, 10, 10), None)], [], "Thêm thời gian")
    turn_on(day(20))
    assert now(one).due_on == date(2026, 10, 15)


def test_an_objection_dismissed_while_the_storm_lasts_is_covered_from_that_day(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    one = make.assignments(issued(make, [unit]))[0]
    with clock.frozen(day(7)), transaction() as session:
        assignments.advance(MACHINE, assignments.get(MACHINE, one.id), Act.OBJECT)
        session.add(Objection(assignment_id=one.id, dispatch_id=one.dispatch_id, unit_id=unit.id, reason="Của xã", raised_at=clock.now()))
    pause_id = stop(clerk, TODAY, day(14), unit)
    assert now(one).state == "objected"
    with clock.frozen(day(10)):
        with transaction() as session:
            row = assignments.get(MACHINE, one.id)
            assignments.advance(MACHINE, row, Act.DISMISS, **holding.released(row, day(10)))
            session.execute(update(Objection).values(state="dismissed", decision="Của huyện", decided_at=clock.now()))
        pause_work.turn(transaction)
    assert (now(one).state, now(one).held_on, now(one).due_on) == ("paused", day(10), DUE + timedelta(3))
    turn_on(day(15))
    assert now(one).due_on == DUE + timedelta(3 + 5)
    assert rows(one) == [(pause_id, day(10), day(15), 5)]


def test_what_is_issued_while_the_storm_lasts_is_owed(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    stop(clerk, TODAY, day(14), unit)
    urgent = issued(make, [unit], on=day(9))
    turn_on(day(9))
    assert {one.state for one in make.assignments(urgent)} == {"assigned"}


def test_a_period_that_the_machine_opens_while_the_storm_lasts_stands_still(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    first = make.assignments(issued(make, [unit]))[0]
    stop(clerk, TODAY, day(14), unit)
    opened = make.assignments(issued(make, [unit], on=day(10)))[0]
    with transaction() as session:
        session.execute(update(Task).where(Task.id == opened.task_id).values(series_id=first.task_id, period="2026-09"))
    turn_on(day(10))
    assert (now(opened).state, now(opened).held_on) == ("paused", day(10))
    turn_on(day(15))
    assert now(opened).due_on == DUE + timedelta(5)


def test_each_unit_is_told_once_when_it_begins(app: Flask, make: Factory, clerk: Actor) -> None:
    reached, unreached = make.unit(), make.unit(mailbox=None)
    issued(make, [reached, unreached], number="931-CV/HNDT")
    stop(clerk, TODAY, day(14))
    turn_on(day(9))
    turn_on(day(15))
    mails = list(db.session.scalars(select(Mail).where(Mail.kind == "paused").order_by(Mail.unit_id)))
    assert [(mail.unit_id, mail.state, mail.subject) for mail in mails] == [
        (reached.id, "queued", "Tạm dừng mọi việc đến hết 14/09/2026: Bão, lụt, thiên tai"),
        (unreached.id, "skipped", "Tạm dừng mọi việc đến hết 14/09/2026: Bão, lụt, thiên tai"),
    ]
    assert "2 việc" in mails[0].body_text and "Bão số 5" in mails[0].body_text


def test_one_bad_one_never_stops_the_rest(app: Flask, make: Factory, clerk: Actor) -> None:
    bad, good = make.unit(), make.unit()
    worse = make.assignments(issued(make, [bad], dates=[(date.max, None)]))[0]
    fine = make.assignments(issued(make, [good]))[0]
    stop(clerk, TODAY, day(10), bad)
    stop(clerk, TODAY, day(10), good)
    done = turn_on(day(11))
    assert (done.failed, now(worse).state, now(fine).due_on) == (1, "paused", DUE + timedelta(3))


def test_many_are_paused_in_chunks_and_a_turn_that_stops_half_way_goes_on(app: Flask, make: Factory, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pause_work, "CHUNK", 4)
    issued(make, [make.unit() for _ in range(5)])
    pause_id = stop(clerk, TODAY, day(10), turn=False)
    begun = pause_work.turn(transaction, pause_id=pause_id, most=4)
    assert (begun.paused, begun.more) == (4, True)
    assert db.session.get_one(Pause, pause_id, populate_existing=True).begun_at is None
    assert pause_work.turn(transaction).paused == 6
    pause = db.session.get_one(Pause, pause_id, populate_existing=True)
    assert (pause.begun_at is not None, pause.assignments, pause.units) == (True, 10, 5)
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "paused")) == 5
    assert turn_on(day(11)).resumed == 10
    assert tally.stored() == tally.counted()


def test_four_turns_at_once_pause_and_give_back_each_once(app: Flask, make: Factory, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pause_work, "CHUNK", 7)
    make.issued([make.unit() for _ in range(5)], [(DUE, None)] * 12)
    stop(clerk, TODAY, day(10), turn=False)
    done: list[pause_work.Turned] = []

    def run() -> None:
        with app.app_context():
            done.append(pause_work.turn(transaction))
            db.session.remove()

    for on in (TODAY, day(11)):
        with clock.frozen(on):
            threads = [Thread(target=run) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    db.session.rollback()
    assert [sum(getattr(one, name) for one in done) for name in ("paused", "resumed", "failed")] == [60, 60, 0]
    assert set(db.session.execute(select(Assignment.state, Assignment.due_on))) == {("assigned", DUE + timedelta(3))}
    assert db.session.scalar(select(func.count()).select_from(PausedAssignment)) == 60
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "paused")) == 5
    assert tally.stored() == tally.counted()


def test_the_preview_says_what_would_stand_still(app: Flask, make: Factory, clerk: Actor) -> None:
    first, second = make.unit(), make.unit()
    dispatch = issued(make, [first, second], dates=[(day(4), None), (None, day(20))])
    issued(make, [first])
    assert pauses.preview(clerk, Wanted(TODAY, day(14), "storm", "Bão")) == pauses.Preview(6, 2, 2, False, False)
    assert pauses.preview(clerk, Wanted(day(4), day(14), "storm", "Bão", first.id)) == pauses.Preview(4, 1, 1, True, False)
    assert pauses.preview(clerk, Wanted(day(9), day(14), "storm", "Bão", None, dispatch.id)) == pauses.Preview(4, 2, 2, False, True)
    assert pauses.preview(clerk, Wanted(day(9), day(14), "storm", "Bão", second.id, dispatch.id)).assignments == 2


@pytest.mark.parametrize(("wanted", "code"), [
    (Wanted(None, day(9), "storm", "Bão"), "pause.no_day"),
    (Wanted(TODAY, None, "storm", "Bão"), "pause.no_day"),
    (Wanted(TODAY - timedelta(31), day(9), "storm", "Bão"), "pause.back"),
    (Wanted(TODAY, day(7), "storm", "Bão"), "pause.order"),
    (Wanted(TODAY, TODAY + timedelta(367), "storm", "Bão"), "pause.long"),
    (Wanted(TODAY, day(9), "gió", "Bão"), "pause.category"),
    (Wanted(TODAY, day(9), "storm", "  "), "pause.reason"),
    (Wanted(TODAY, day(9), "storm", "x" * 1001), "pause.reason"),
])
def test_what_the_form_lacks_is_said(app: Flask, make: Factory, clerk: Actor, wanted: Wanted, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        pauses.preview(clerk, wanted)


def test_who_may_and_of_what(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    for role in (Role.LEADER, Role.AUDITOR, Role.ADMIN, Role.OFFICER):
        other = make.actor(role, unit if role == Role.OFFICER else None)
        with pytest.raises(Forbidden), transaction():
            pauses.plan(other, Wanted(TODAY, day(9), "storm", "Bão"))
    for missing in ({"unit_id": 999}, {"dispatch_id": 999}):
        with pytest.raises(NotFound):
            pauses.preview(clerk, Wanted(TODAY, day(9), "storm", "Bão", **missing))
    stop(clerk, TODAY, day(9), unit)
    with pytest.raises(Conflict, match="pause.twice"):
        stop(clerk, TODAY, day(9), unit)




@pytest.mark.parametrize("way", ["resume", "hand_in"])
def test_days_late_stay_as_they_were_when_the_clock_stopped(app: Flask, make: Factory, clerk: Actor, way: str) -> None:
    one = make.assignments(issued(make, [make.unit()], dates=[(day(4), None)]))[0]
    stop(clerk, TODAY, day(12))
    with clock.frozen(day(13)):
        if way == "resume":
            pause_work.turn(transaction)
        else:
            with transaction():
                row = assignments.get(MACHINE, one.id)
                assignments.advance(MACHINE, row, Act.SUBMIT, submitted_on=day(13), submitted_at=clock.now(), round=1, **holding.handed_in(row))
    after = now(one)
    assert after.due_on and (day(13) - after.due_on).days == 4


def test_errors_carry_words(app: Flask, make: Factory, clerk: Actor) -> None:
    with pytest.raises(DomainError), transaction():
        pauses.put_off(clerk, 999, 1, day(9))


def test_a_planned_pause_is_told_to_those_whom_it_concerns(app: Flask, make: Factory, clerk: Actor) -> None:
    ours, theirs = make.unit(), make.unit()
    dispatch = make.issued([ours], number="931-CV/HNDT")
    stop(clerk, day(20), day(25), dispatch=dispatch)
    stop(clerk, day(21), day(25), unit=theirs)
    assert [(one.number, one.begun) for one in pause_list.of_unit(ours.id)] == [("931-CV/HNDT", False)]
    assert [(one.number, one.from_on) for one in pause_list.of_unit(theirs.id)] == [("", day(21))]


def test_what_no_pause_can_be_is_refused(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    closed = make.issued([unit])
    with transaction() as session:
        ending.close(clerk, closed.id, session.get_one(Dispatch, closed.id).version)
    for wanted, code in (
        (Wanted(TODAY + timedelta(days=367), TODAY + timedelta(days=368), "storm", "Bão"), "pause.long"),
        (Wanted(TODAY, day(20), "storm", "Bão", dispatch_id=closed.id), "dispatch.state"),
    ):
        with pytest.raises(DomainError) as refused:
            pauses.preview(clerk, wanted)
        assert refused.value.code == code
    pause_id = stop(clerk, TODAY, day(20))
    for until_on, code in ((None, "pause.no_day"), (day(7), "pause.until_past")):
        with pytest.raises(BadInput) as refused, transaction():
            pauses.put_off(clerk, pause_id, pauses.get(clerk, pause_id).version, until_on)
        assert refused.value.code == code


def test_the_page_tells_what_runs_what_is_planned_and_what_came_to_nothing(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    make.issued([unit])
    over, running, planned, dropped = (stop(clerk, first, last, unit) for first, last in (
        (TODAY, TODAY), (TODAY, day(20)), (day(21), day(25)), (day(22), day(25))))
    waiting = stop(clerk, TODAY, day(21), unit, turn=False)
    for pause_id in (over, dropped):
        with transaction():
            pauses.end(clerk, pause_id, db.session.get_one(Pause, pause_id).version)
    lists = pause_list.lists(clerk)
    assert {line.id: line.state for line in (*lists.running, *lists.planned, *lists.ended)} == {
        over: "ended", running: "running", planned: "planned", dropped: "dropped", waiting: "beginning"}
    assert [line.id for line in lists.planned] == [planned] and {line.id for line in lists.ended} == {over, dropped}
