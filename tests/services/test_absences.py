"""Absences: who may note one, and who gets the reminders meanwhile."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, NotFound
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Absence, Person
from tracker.models.units import Unit
from tracker.services import absences, reminders

TODAY = date(2026, 9, 8)
TOMORROW = TODAY + timedelta(days=1)


def away(make: Factory, person: Person, stand_in: Person, until: date = TODAY, begin: date = TODAY) -> int:
    with transaction():
        return absences.add(make.as_actor(person), person.id, begin, until, stand_in.id, "Đi học").id


def officers(make: Factory, unit: Unit, count: int = 2) -> list[Person]:
    return [make.person(Role.OFFICER, unit) for _ in range(count)]


def told(day: date = TODAY) -> dict[str, str]:
    """Address → text of the digests that a plan of the day writes."""
    db.session.rollback()
    before = set(db.session.scalars(select(Mail.id)))
    reminders.plan(transaction, day)
    db.session.rollback()
    return {mail.address: mail.body_text for mail in db.session.scalars(select(Mail).order_by(Mail.id)) if mail.id not in before}


def ledger() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(row.recipient, row.step) for row in db.session.execute(select(Reminder.recipient, Reminder.step).order_by(Reminder.id))]


def test_a_stand_in_of_the_same_rank_gets_one_digest_that_says_for_whom(app: Flask, make: Factory) -> None:
    unit = make.unit()
    ill, there = officers(make, unit)
    make.issued([unit], [(TODAY, None)])
    away(make, ill, there)
    mails = told()
    assert list(mails) == [there.email]
    assert f"thay đồng chí {ill.name}" in mails[there.email] and mails[there.email].count("Việc thứ 1") == 1
    assert sorted(ledger()) == sorted([(f"p{there.id}", "on-0"), (f"p{ill.id}", "on-0")])
    assert told(TOMORROW) == {}, "who is back is not told again what the stand-in was told"


def test_a_leader_who_stands_in_gets_the_officers_digest_and_no_second_mail(app: Flask, make: Factory) -> None:
    unit = make.unit()
    officer, leader = make.person(Role.OFFICER, unit), make.person(Role.DISTRICT_LEADER, unit)
    make.issued([unit], [(date(2026, 8, 26), None), (TODAY, None)])  # late-6 goes to leaders too
    away(make, officer, leader)
    mails = told()
    assert list(mails) == [leader.email] and "Việc thứ 2" in mails[leader.email]
    assert sorted(ledger()) == sorted([(f"p{officer.id}", "late-6"), (f"p{officer.id}", "on-0"), (f"p{leader.id}", "late-6")])


@pytest.mark.parametrize("why", ["absent too", "has left", "stands in for each other"])
def test_a_stand_in_who_is_not_there_is_passed_over(app: Flask, make: Factory, why: str) -> None:
    unit = make.unit()
    first, second, third = officers(make, unit, 3)
    make.issued([unit], [(TODAY, None)])
    away(make, first, second)
    if why == "has left":
        with transaction() as session:
            session.get_one(Person, second.id).left_at = clock.now()
    else:
        away(make, second, third if why == "absent too" else first)
    mails = told()
    assert list(mails) == [third.email]
    assert first.name not in mails[third.email]
    assert (f"p{first.id}", "on-0") not in ledger()


def test_nobody_there_leaves_the_duty_mailbox(app: Flask, make: Factory) -> None:
    unit = make.unit()
    first, second = officers(make, unit)
    make.issued([unit], [(TODAY, None)])
    away(make, first, second)
    away(make, second, first)
    assert list(told()) == [unit.mailbox]


def test_without_a_mailbox_it_is_held_back_and_told_on_the_return_by_the_latest_step(app: Flask, make: Factory) -> None:
    unit = make.unit(mailbox=None)
    first, second = officers(make, unit)
    make.issued([unit], [(TODAY, None)])
    away(make, first, second, until=date(2026, 9, 11))
    away(make, second, first, until=date(2026, 9, 11))
    made = reminders.plan(transaction, TODAY)
    assert (made.no_address, len(made.unmanned), ledger()) == ([unit.id], 2, [])
    assert sorted(told(date(2026, 9, 14))) == sorted([first.email, second.email])
    assert {step for _, step in ledger()} == {"late-3"}


def test_an_absence_counts_on_its_days_alone(app: Flask, make: Factory) -> None:
    unit = make.unit()
    ill, there = officers(make, unit)
    make.issued([unit], [(date(2026, 9, 10), None), (date(2026, 9, 9), None), (TODAY, None)])
    away(make, ill, there, begin=TOMORROW, until=TOMORROW)
    assert set(told(TODAY)) == {ill.email, there.email}
    assert set(told(TOMORROW)) == {there.email}
    assert set(told(date(2026, 9, 10))) == {ill.email, there.email}


def test_a_province_leader_is_stood_in_for_by_the_province(app: Flask, make: Factory) -> None:
    leader, clerk = make.person(Role.LEADER), make.person(Role.CLERK)
    away(make, leader, clerk)
    (one,) = reminders.addressees.of_province(TODAY)
    assert (one.address, one.instead_of, one.of_province) == (clerk.email, (leader.name,), True)


@pytest.mark.parametrize(("begin", "until", "code"), [
    (None, TODAY, "absence.days"), (TODAY, None, "absence.days"), (TODAY, date(2026, 9, 7), "absence.until"),
    (date(2026, 9, 1), date(2026, 9, 7), "absence.until"), (TODAY, date(2027, 10, 1), "absence.until"),
])
def test_days_that_cannot_be(app: Flask, make: Factory, begin: date | None, until: date | None, code: str) -> None:
    one, other = officers(make, make.unit())
    with pytest.raises(BadInput) as refused, transaction():
        absences.add(make.as_actor(one), one.id, begin, until, other.id)
    assert refused.value.code == code


def test_a_stand_in_is_of_the_same_unit_and_still_there(app: Flask, make: Factory) -> None:
    unit, other_unit = make.unit(), make.unit()
    one, gone = officers(make, unit)
    (stranger,) = officers(make, other_unit, 1)
    with transaction() as session:
        session.get_one(Person, gone.id).left_at = clock.now()
    for stand_in in (stranger.id, gone.id, one.id, None):
        with pytest.raises(BadInput) as refused, transaction():
            absences.add(make.as_actor(one), one.id, TODAY, TODAY, stand_in)
        assert refused.value.code == "absence.stand_in"


def test_the_same_days_are_noted_once_and_can_be_taken_back(app: Flask, make: Factory) -> None:
    one, other = officers(make, make.unit())
    absence_id = away(make, one, other, until=TOMORROW)
    with pytest.raises(BadInput) as refused:
        away(make, one, other, begin=TOMORROW, until=TOMORROW)
    assert refused.value.code == "absence.twice"
    with transaction():
        assert absences.drop(make.as_actor(one), absence_id) == one.id
    assert absences.of_person(one.id) == []


def test_oneself_or_who_manages_people(app: Flask, make: Factory) -> None:
    one, other = officers(make, make.unit())
    for actor in (make.as_actor(other), make.actor(Role.CLERK)):
        with pytest.raises(NotFound), transaction():
            absences.add(actor, one.id, TODAY, TODAY, other.id)
    admin = make.actor(Role.ADMIN)
    with transaction():
        absences.add(admin, one.id, TODAY, TODAY, other.id)
    absence_id = db.session.scalars(select(Absence.id)).one()
    with pytest.raises(NotFound), transaction():
        absences.drop(make.as_actor(other), absence_id)
