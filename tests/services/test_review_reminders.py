"""The province's own clock: counted in working days, told to the clerk who issued, once a day, in office hours."""
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.domain.year_2026 import OFFICE as CALENDAR
from tests.factories import Factory
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.mails import Mail
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.services import office, review_reminders


def day(n: int) -> date:
    return date(2026, 9, n)


@pytest.mark.parametrize(("today", "target", "first_in_time"), [
    (day(15), 5, day(8)),  # Tuesday to Tuesday: five working days
    (day(14), 5, day(7)),
    (day(13), 5, day(4)),  # a Sunday: nothing more than on Friday
    (day(7), 3, date(2026, 8, 28)),  # a weekend, the day off for 22/8 and Quốc khánh lie between
])
def test_what_counts_as_too_long(today: date, target: int, first_in_time: date) -> None:
    limit = clock.local(review_reminders.too_long_before(today, CALENDAR, target)).date()
    assert limit == first_in_time
    assert CALENDAR.between(limit, today) <= target < CALENDAR.between(limit - timedelta(1), today)


def remind(on: date, at: time = time(9, 0)) -> int:
    with clock.frozen(datetime.combine(on, at, clock.LOCAL)), transaction():
        return review_reminders.remind()


def mails() -> list[tuple[int | None, str, str]]:
    db.session.rollback()
    wanted = select(Mail).where(Mail.kind == "review_waiting").order_by(Mail.id)
    return [(mail.person_id, mail.dedupe_key or "", mail.subject) for mail in db.session.scalars(wanted)]


def issued_by(make: Factory, person: Person) -> tuple[Dispatch, list[int]]:
    unit = make.unit()
    dispatch = make.issued([unit])
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == dispatch.id).values(issued_by_id=person.id))
    hand_in(unit, make.assignments(dispatch)[:1], clock.today())
    return dispatch, [one.id for one in make.assignments(dispatch)]


def test_the_clerk_is_told_once_a_day_and_only_in_office_hours(app: Flask, make: Factory) -> None:
    clerk, other = make.person(Role.CLERK), make.person(Role.CLERK)
    issued_by(make, clerk)
    assert [remind(day(n)) for n in (8, 14, 15)] == [0, 0, 0]
    assert (remind(day(16), time(6, 59)), remind(day(16), time(17, 0)), remind(day(19)), remind(day(20))) == (0, 0, 0, 0)
    assert (remind(day(16)), remind(day(16), time(16, 0)), remind(day(17))) == (1, 0, 1)
    assert mails() == [
        (clerk.id, f"review:{clerk.id}:2026-09-16", "1 việc chờ tỉnh quá 5 ngày làm việc"),
        (clerk.id, f"review:{clerk.id}:2026-09-17", "1 việc chờ tỉnh quá 5 ngày làm việc"),
    ]
    body = db.session.scalars(select(Mail.body_text).where(Mail.kind == "review_waiting").order_by(Mail.id)).first() or ""
    assert "1 kết quả chờ duyệt" in body and "quá mục tiêu 1 ngày" in body and "/reviews" in body
    assert other.id


def test_the_target_is_the_offices(app: Flask, make: Factory) -> None:
    clerk, admin = make.person(Role.CLERK), make.actor(Role.ADMIN)
    issued_by(make, clerk)
    with transaction():
        office.set_review_days(admin, 2)
    assert (remind(day(10)), remind(day(11))) == (0, 1)


def test_requests_count_into_it_and_go_to_who_decides(app: Flask, make: Factory) -> None:
    clerk, decider, unit = make.person(Role.CLERK), make.person(Role.LEADER), make.unit()
    dispatch, (_, second) = issued_by(make, clerk)
    with transaction() as session:
        session.add(Objection(assignment_id=second, dispatch_id=dispatch.id, unit_id=unit.id, reason="Của xã", raised_at=clock.now(), decider_id=decider.id))
        session.add(Extension(
            assignment_id=second, dispatch_id=dispatch.id, unit_id=unit.id, batch="a", due_before=day(9), wished_on=day(20), category="weather", reason="Bão",
            asked_at=clock.now(),
        ))
    assert remind(day(16)) == 2
    assert sorted(mails()) == sorted([
        (clerk.id, f"review:{clerk.id}:2026-09-16", "2 việc chờ tỉnh quá 5 ngày làm việc"),
        (decider.id, f"review:{decider.id}:2026-09-16", "1 việc chờ tỉnh quá 5 ngày làm việc"),
    ])


def test_where_the_clerk_has_left_every_clerk_is_told(app: Flask, make: Factory) -> None:
    gone, one, two = (make.person(Role.CLERK) for _ in range(3))
    issued_by(make, gone)
    with transaction() as session:
        session.get_one(Person, gone.id).left_at = clock.now()
    assert remind(day(16)) == 2
    assert {person_id for person_id, _, _ in mails()} == {one.id, two.id}


def test_what_is_followed_no_more_waits_for_nobody(app: Flask, make: Factory) -> None:
    clerk = make.person(Role.CLERK)
    dispatch, _ = issued_by(make, clerk)
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == dispatch.id).values(state="closed", ended_at=clock.now()))
    assert remind(day(16)) == 0


def test_where_the_clerk_may_answer_no_more_every_clerk_is_told(app: Flask, make: Factory) -> None:
    moved, one = make.person(Role.CLERK), make.person(Role.CLERK)
    issued_by(make, moved)
    with transaction() as session:
        session.get_one(Person, moved.id).role = Role.AUDITOR
    assert remind(day(16)) == 1 and mails()[0][0] == one.id
