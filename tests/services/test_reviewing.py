"""Accepting and returning what was handed in, the dates that follow, and taking it back."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.submissions import Submission, SubmissionItem
from tracker.models.units import Unit
from tracker.services import assignments, ending, menu, review_queue, reviewing, tally

REASON = "Thiếu biên bản của 4 xã"


def hand_in(unit: Unit, rows: list[Assignment], on: date) -> int:
    """A submission of these assignments on a day; gives its id."""
    with transaction() as session:
        now = clock.now()
        submission = Submission(dispatch_id=rows[0].dispatch_id, unit_id=unit.id, state="submitted", created_at=now, updated_at=now, submitted_at=now)
        session.add(submission)
        session.flush()
        for row in rows:
            found = session.get_one(Assignment, row.id)
            machine = Actor(None, "Thử", Role.CLERK, None)
            assignments.advance(machine, found, Act.SUBMIT, submitted_on=on, submitted_at=now, round=found.round + 1)
            session.execute(insert(SubmissionItem).values(submission_id=submission.id, assignment_id=row.id, result="Đã làm", round=found.round))
        return submission.id


def test_accepting_ends_the_work_and_holds_the_mail_back(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    rows = make.assignments(make.issued([unit]), unit)
    submission_id = hand_in(unit, rows, clock.today())
    with transaction():
        verdict = reviewing.accept(clerk, submission_id, [row.id for row in rows])
    assert {row.state for row in make.assignments(rows[0].dispatch, unit)} == {State.ACCEPTED}
    mail = db.session.get_one(Mail, verdict.mail_id)
    assert (verdict.count, mail.state, mail.not_before) == (2, "queued", clock.now() + timedelta(minutes=5))
    assert tally.stored() == tally.counted()


@pytest.mark.parametrize(
    ("submitted", "fix_by", "due_after"),
    [
        (date(2026, 9, 30), date(2026, 10, 9), date(2026, 10, 9)),  # in time: the unit gets until the fix-by day
        (date(2026, 9, 30), date(2026, 9, 15), date(2026, 9, 30)),  # in time, to be mended before the due date: it stands
        (date(2026, 10, 1), date(2026, 10, 9), date(2026, 9, 30)),  # late: lateness stays
    ],
)
def test_a_return_moves_the_date_only_for_a_round_in_time(app: Flask, make: Factory, submitted: date, fix_by: date, due_after: date) -> None:
    unit, clerk = make.unit(), make.actor()
    row = make.assignments(make.issued([unit]), unit)[0]
    submission_id = hand_in(unit, [row], submitted)
    with transaction():
        reviewing.send_back(clerk, submission_id, [row.id], REASON, fix_by)
    db.session.refresh(row)
    assert (row.state, row.due_on, row.original_due_on, row.chase_on, row.deadline_version) == (State.RETURNED, due_after, date(2026, 9, 30), fix_by, 2)
    assert tally.stored() == tally.counted()


def test_undo_puts_everything_back_until_the_mail_has_left(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    row = make.assignments(make.issued([unit]), unit)[0]
    submission_id = hand_in(unit, [row], clock.today())
    with transaction():
        verdict = reviewing.send_back(clerk, submission_id, [row.id], REASON, date(2026, 10, 9))
    with transaction():
        assert reviewing.undo(clerk, verdict.mail_id) == submission_id
    db.session.refresh(row)
    assert (row.state, row.due_on, row.fix_by, row.chase_on) == (State.SUBMITTED, date(2026, 9, 30), None, None)
    assert db.session.scalar(select(Mail.state).where(Mail.id == verdict.mail_id)) == "cancelled"
    with transaction():
        verdict = reviewing.accept(clerk, submission_id, [row.id])
    with transaction() as session:
        session.execute(update(Mail).where(Mail.id == verdict.mail_id).values(state="sending", attempts=1))
    with pytest.raises(Conflict), transaction():
        reviewing.undo(clerk, verdict.mail_id)
    assert tally.stored() == tally.counted()


def test_what_cannot_be_reviewed_is_refused(app: Flask, make: Factory) -> None:
    unit, other, clerk = make.unit(), make.unit(), make.actor()
    dispatch = make.issued([unit, other])
    row, untouched = make.assignments(dispatch, unit)
    submission_id, officer = hand_in(unit, [row], clock.today()), make.actor(Role.OFFICER, unit)
    for refusal, call in (
        (Forbidden, lambda: reviewing.accept(officer, submission_id, [row.id])),
        (NotFound, lambda: reviewing.accept(clerk, submission_id, [untouched.id])),
        (BadInput, lambda: reviewing.accept(clerk, submission_id, [])),
        (BadInput, lambda: reviewing.send_back(clerk, submission_id, [row.id], "  ", date(2026, 10, 9))),
        (BadInput, lambda: reviewing.send_back(clerk, submission_id, [row.id], REASON, date(2026, 9, 7))),
    ):
        with pytest.raises(refusal), transaction():
            call()
    with transaction():
        reviewing.accept(clerk, submission_id, [row.id])
    with pytest.raises(Conflict), transaction():
        reviewing.accept(clerk, submission_id, [row.id])


def test_closing_takes_what_is_open_out_of_the_counts_and_the_queue(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    row, other = make.assignments(make.issued([unit]), unit)
    submission_id = hand_in(unit, [row], clock.today())
    for act, counted in ((ending.close, 0), (ending.reopen, 2)):
        with transaction() as session:
            act(clerk, row.dispatch_id, session.get_one(Dispatch, row.dispatch_id).version)
        assert tally.stored() == tally.counted()
        assert sum(tally.stored().values()) == counted
        assert len(review_queue.queue()) == menu.waiting()["reviews"] == counted // 2
        if not counted:
            with pytest.raises(Conflict), transaction():
                reviewing.accept(clerk, submission_id, [row.id])
    assert other.state == State.ASSIGNED


def test_a_unit_without_a_mailbox_is_told_by_its_officer(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(mailbox=None), make.actor()
    officer = make.person(Role.OFFICER, unit)
    row = make.assignments(make.issued([unit]), unit)[0]
    submission_id = hand_in(unit, [row], clock.today())
    with transaction():
        verdict = reviewing.send_back(clerk, submission_id, [row.id], REASON, date(2026, 10, 9))
    mail = db.session.get_one(Mail, verdict.mail_id)
    assert (mail.state, mail.address, mail.person_id, mail.unit_id) == ("queued", officer.email, officer.id, unit.id)


def test_what_is_closed_is_not_acknowledged_from_a_page_that_was_open(app: Flask, make: Factory) -> None:
    """It stands in no count any more: an assignment that moved would be counted as less than nothing."""
    unit, clerk = make.unit(), make.actor()
    officer, dispatch = make.actor(Role.OFFICER, unit), make.issued([unit])
    row = make.assignments(dispatch, unit)[0]
    with transaction() as session:
        ending.close(clerk, dispatch.id, session.get_one(Dispatch, dispatch.id).version)
    for call in (lambda: assignments.acknowledge(officer, row.id), lambda: assignments.acknowledge_all(officer, dispatch.id)):
        with pytest.raises(Conflict, match=r"^dispatch\.state"), transaction():
            call()
    assert tally.stored() == tally.counted()


def test_undoing_a_second_verdict_brings_the_first_returns_words_back(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    row = make.assignments(make.issued([unit]), unit)[0]
    first = hand_in(unit, [row], clock.today())
    with transaction() as session:
        reviewing.send_back(clerk, first, [row.id], REASON, date(2026, 9, 20))
        session.execute(update(Mail).values(state="sent", sent_at=clock.now()))
    second = hand_in(unit, [row], clock.today())
    with transaction():
        verdict = reviewing.accept(clerk, second, [row.id])
    with transaction():
        reviewing.undo(clerk, verdict.mail_id)
    db.session.refresh(row)
    assert (row.state, row.return_reason, row.fix_by, row.accepted_on) == (State.SUBMITTED, REASON, date(2026, 9, 20), None)
