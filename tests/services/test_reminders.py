"""The reminder plan: who is told of what, once."""
import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Role
from tracker.domain.status import Act
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.services import assignments, mail_lines, reminders

TODAY = date(2026, 9, 8)  # a Tuesday; working days before it: Mon 7, Fri 4, Thu 3 (31 August to 2 September are days off)


def plan(day: date = TODAY) -> reminders.Plan:
    return reminders.plan(transaction, day)


def ledger() -> list[tuple[int, str, str]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Reminder.assignment_id, Reminder.recipient, Reminder.step).order_by(Reminder.id))]


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


@pytest.mark.parametrize(("due", "step"), [
    (date(2026, 9, 16), None), (date(2026, 9, 15), "before-5"), (date(2026, 9, 14), "before-5"), (date(2026, 9, 11), "before-3"),
    (date(2026, 9, 9), "before-1"), (date(2026, 9, 8), "on-0"), (date(2026, 9, 7), "on-0"), (date(2026, 9, 3), "late-3"),
    (date(2026, 8, 31), "late-3"), (date(2026, 8, 26), "late-6"),
])
def test_each_step_of_the_ladder(app: Flask, make: Factory, due: date, step: str | None) -> None:
    unit = make.unit()
    make.issued([unit], [(due, None)])
    plan()
    assert [row[2] for row in ledger()] == ([step] if step else [])
    assert len(mails()) == (1 if step else 0)


def test_a_review_date_is_chased_like_a_due_date(app: Flask, make: Factory) -> None:
    unit = make.unit()
    make.issued([unit], [(None, TODAY)])
    plan()
    (mail,) = mails()
    assert "không hạn" in mail.body_text and "xem lại 08/09" in mail.body_text


def test_one_digest_for_each_officer_and_none_for_the_mailbox_then(app: Flask, make: Factory) -> None:
    with_officers, without = make.unit(), make.unit()
    first, second = make.person(Role.OFFICER, with_officers), make.person(Role.OFFICER, with_officers)
    make.person(Role.OFFICER, with_officers, left_at=clock.now())
    make.person(Role.DISTRICT_LEADER, without)
    make.issued([with_officers, without], [(TODAY, None), (TODAY + timedelta(days=1), None)])
    plan()
    assert Counter(row[1] for row in ledger()) == {f"p{first.id}": 2, f"p{second.id}": 2, f"u{without.id}": 2}
    assert [mail.address for mail in mails()] == [first.email, second.email, without.mailbox]
    assert all(mail.subject.startswith("2 việc sắp đến hạn") for mail in mails())


def test_a_unit_that_nobody_can_be_written_to_is_listed(app: Flask, make: Factory) -> None:
    unit = make.unit(mailbox=None)
    make.issued([unit], [(TODAY, None)])
    made = plan()
    assert (made.no_address, ledger(), mails()) == ([unit.id], [], [])
    assert db.session.get_one(ReminderPlan, TODAY).counts["no_address"] == [unit.id]


def test_leaders_get_a_copy_from_the_second_overdue_step(app: Flask, make: Factory) -> None:
    unit = make.unit()
    leader = make.person(Role.DISTRICT_LEADER, unit)
    six_late, three_late = date(2026, 8, 26), date(2026, 9, 3)
    make.issued([unit], [(six_late, None), (three_late, None)])
    plan()
    assert Counter(row[1] for row in ledger()) == {f"u{unit.id}": 2, f"p{leader.id}": 1}
    assert [(mail.kind, mail.address) for mail in mails()] == [("digest", unit.mailbox), ("leader_digest", leader.email)]


def test_running_twice_sends_nothing_twice(app: Flask, make: Factory) -> None:
    make.issued([make.unit(), make.unit()], [(TODAY, None), (date(2026, 8, 3), None)])
    assert plan().counts["reminders"] == 4
    before = (ledger(), [mail.id for mail in mails()])
    assert plan().digests == []
    assert (ledger(), [mail.id for mail in mails()]) == before


def test_two_planners_at_once_send_nothing_twice(app: Flask, make: Factory) -> None:
    units = [make.unit() for _ in range(12)]
    make.issued(units, [(TODAY, None), (date(2026, 8, 3), None)])
    db.session.remove()
    start, errors = threading.Barrier(3), []

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                plan()
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(ledger()) == 24 and len(mails()) == 12
    assert {row.mail_id for row in db.session.execute(select(Reminder.mail_id))} == {mail.id for mail in mails()}


def test_a_missed_day_is_made_up_for_by_the_latest_step_only(app: Flask, make: Factory) -> None:
    make.issued([make.unit()], [(date(2026, 9, 9), None)])
    plan(date(2026, 9, 4))  # three working days before
    plan(date(2026, 9, 16))  # nothing ran for days: on the day and after were missed
    assert [row[2] for row in ledger()] == ["before-3", "late-3"]


def test_a_quiet_day_between_steps_sends_nothing(app: Flask, make: Factory) -> None:
    make.issued([make.unit()], [(date(2026, 9, 3), None)])
    assert len(plan().digests) == 1
    for day in (9, 10):
        assert plan(date(2026, 9, day)).digests == []
    assert [len(plan(date(2026, 9, 11)).digests), ledger()[-1][2]] == [1, "late-6"]


def test_only_what_is_owed_is_chased(app: Flask, make: Factory) -> None:
    unit = make.unit()
    dispatch = make.issued([unit], [(TODAY, None)] * 4)
    submitted, accepted, returned, _ = make.assignments(dispatch, unit)
    with transaction():
        for assignment in (submitted, accepted, returned):
            one = assignments.get(MACHINE, assignment.id)
            assignments.advance(MACHINE, one, Act.SUBMIT, submitted_on=TODAY)
            if assignment is accepted:
                assignments.advance(MACHINE, one, Act.ACCEPT, accepted_on=TODAY)
            if assignment is returned:
                assignments.advance(MACHINE, one, Act.RETURN, fix_by=date(2026, 9, 11), return_reason="Thiếu biên bản")
    plan()
    assert {row[2] for row in ledger()} == {"before-3", "on-0"}
    (mail,) = mails()
    assert mail.subject.startswith("1 việc trả lại, 1 việc sắp đến hạn")
    assert "sửa chậm nhất 11/09" in mail.body_text and "1 việc đang chờ tỉnh duyệt" in mail.body_text


def test_a_closed_dispatch_is_not_chased(app: Flask, make: Factory) -> None:
    dispatch = make.issued([make.unit()], [(TODAY, None)])
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == dispatch.id).values(state="closed", ended_at=clock.now()))
    assert plan().digests == []


def test_a_new_deadline_opens_the_ladder_anew(app: Flask, make: Factory) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    plan()
    with transaction() as session:
        session.execute(update(Assignment).values(chase_on=date(2026, 9, 9), due_on=date(2026, 9, 9), deadline_version=2))
    plan(date(2026, 9, 9))
    assert [row[2] for row in ledger()] == ["on-0", "on-0"]


def test_what_comes_new_on_a_planned_day_waits_for_the_next_digest(app: Flask, make: Factory) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    plan()
    make.issued([unit], [(TODAY, None)])
    assert plan().digests == [] and len(ledger()) == 1
    plan(date(2026, 9, 9))
    assert len(ledger()) == 2 and len(mails()) == 2


@pytest.mark.parametrize("day", [date(2026, 9, 5), date(2026, 9, 2)])
def test_nothing_is_planned_on_a_day_off(app: Flask, make: Factory, day: date) -> None:
    make.issued([make.unit()], [(day, None)])
    assert not plan(day).working and mails() == []
    assert db.session.get(ReminderPlan, day) is None


def test_a_long_digest_shows_the_most_urgent_and_counts_the_rest(app: Flask, make: Factory) -> None:
    make.issued([make.unit()], [(date(2026, 8, 3) + timedelta(days=n % 20), None) for n in range(50)])
    plan()
    (mail,) = mails()
    assert mail.subject.startswith("50 việc quá hạn")
    assert f"và {50 - mail_lines.SHOWN} việc khác" in mail.body_text
    assert len(ledger()) == 50


def test_one_bad_recipient_never_stops_the_rest(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make.unit("Huyện Hỏng"), make.unit("Huyện Tốt")
    make.issued([bad, good], [(TODAY, None)])
    worded = reminders.outbox.worded

    def breaks(kind: str, **values: object) -> dict[str, object]:
        if values["name"] == "Huyện Hỏng":
            raise RuntimeError("broken row")
        return worded(kind, **values)

    monkeypatch.setattr(reminders.outbox, "worded", breaks)
    made = plan()
    assert (made.failed, [digest.addressee.unit_id for digest in made.digests]) == (1, [good.id])
    monkeypatch.undo()
    plan()
    assert {row[1] for row in ledger()} == {f"u{bad.id}", f"u{good.id}"}


def test_a_dry_run_says_the_same_and_writes_nothing(app: Flask, make: Factory) -> None:
    units = [make.unit(), make.unit(mailbox=None)]
    make.issued(units, [(TODAY, None), (date(2026, 8, 3), None)])
    dry = reminders.plan(transaction, TODAY, dry_run=True)
    assert (ledger(), mails(), db.session.get(ReminderPlan, TODAY)) == ([], [], None)
    real = plan()
    said = [[(d.addressee, d.subject, d.total, [(r.id, r.step) for r in d.lines]) for d in made.digests] for made in (dry, real)]
    assert said[0] == said[1] and dry.no_address == real.no_address


def test_today_is_asked_for_once_after_half_past_seven_on_working_days(app: Flask, make: Factory) -> None:
    at = clock.now().replace(hour=0, minute=29)  # 07:29 local
    assert reminders.day_to_plan(at) is None
    assert reminders.day_to_plan(at + timedelta(minutes=1)) == TODAY
    assert reminders.day_to_plan(at + timedelta(minutes=46)) == TODAY  # switched on at 08:15
    assert reminders.day_to_plan(at - timedelta(days=2, hours=-3)) is None  # a Sunday
    plan()
    assert reminders.day_to_plan() is None


def test_people_and_units_that_owe_nothing_get_nothing(app: Flask, make: Factory) -> None:
    unit, idle = make.unit(), make.unit()
    make.person(Role.OFFICER, idle)
    make.issued([unit], [(TODAY, None)])
    plan()
    assert [mail.unit_id for mail in mails()] == [unit.id]
