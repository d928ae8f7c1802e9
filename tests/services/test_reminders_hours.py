"""When reminders leave: in office hours of working days; hoả tốc at any time on any day; the clock moved across midnight, Tết and a week."""
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import Factory
from tests.mail_server import MailServer
from tests.services.test_outbox import CONTEXT
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Forbidden
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder
from tracker.models.office import CalendarDay
from tracker.services import delivery, office_hours, outbox, reminders

TUESDAY, SATURDAY, NATIONAL_DAY = date(2026, 9, 8), date(2026, 9, 12), date(2026, 9, 2)


def at(day: date, clock_time: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), clock.LOCAL)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as started:
        yield started


@pytest.fixture(autouse=True)
def _sends_there(app: Flask, server: MailServer) -> None:
    object.__setattr__(app.extensions["settings"], "smtp_url", server.url)


def flash(dispatch: Dispatch) -> Dispatch:
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == dispatch.id).values(urgency="flash"))
    return dispatch


def mails() -> list[tuple[str, str, str]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Mail.kind, Mail.state, Mail.address).order_by(Mail.id))]


def steps() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Reminder.step).order_by(Reminder.id)))


def ask(moment: datetime) -> None:
    """What the worker does every minute."""
    with clock.frozen(moment):
        day = reminders.day_to_plan()
        reminders.plan(transaction, day) if day else reminders.plan_flash(transaction)


@pytest.mark.parametrize(("day", "hour", "is_open"), [
    (TUESDAY, "07:29", False), (TUESDAY, "07:30", True), (TUESDAY, "16:59", True), (TUESDAY, "17:00", False), (TUESDAY, "23:59", False),
    (SATURDAY, "09:00", False), (NATIONAL_DAY, "09:00", False), (date(2026, 8, 22), "09:00", True),  # a Saturday worked for the holiday
    (date(2026, 2, 17), "09:00", False),  # mồng Một Tết
])
def test_office_hours(app: Flask, day: date, hour: str, is_open: bool) -> None:
    assert office_hours.is_open(at(day, hour)) == is_open


@pytest.mark.parametrize(("moment", "opens"), [
    (at(TUESDAY, "06:00"), at(TUESDAY, "07:30")), (at(TUESDAY, "12:00"), at(TUESDAY, "12:00")), (at(TUESDAY, "17:00"), at(date(2026, 9, 9), "07:30")),
    (at(date(2026, 9, 11), "18:00"), at(date(2026, 9, 14), "07:30")), (at(date(2026, 2, 13), "20:00"), at(date(2026, 2, 23), "07:30")),
])
def test_when_they_begin_next(app: Flask, moment: datetime, opens: datetime) -> None:
    assert office_hours.opens_at(moment) == opens


def test_the_hours_and_the_days_are_the_offices(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    with transaction() as session:
        office_hours.set_hours(clerk, "08:00", "11:30")
        session.add(CalendarDay(day=SATURDAY, working=True, name="Làm bù"))
    assert [office_hours.is_open(at(SATURDAY, hour)) for hour in ("07:45", "08:00", "11:30")] == [False, True, False]
    for begin, end in (("8 giờ", "17:00"), ("17:00", "08:00"), ("08:00", "08:00"), ("", ""), ("08:00:10", "08:00:50"), ("08:00+07:00", "17:00")):
        with pytest.raises(BadInput), transaction():
            office_hours.set_hours(clerk, begin, end)
    with pytest.raises(Forbidden), transaction():
        office_hours.set_hours(make.actor(Role.AUDITOR), "08:00", "17:00")


def test_a_digest_that_is_late_waits_for_the_morning_and_what_is_sent_by_hand_does_not(app: Flask, make: Factory, server: MailServer) -> None:
    unit = make.unit()
    make.issued([unit], [(TUESDAY, None)])
    ask(at(TUESDAY, "16:59"))
    with transaction():
        outbox.queue("nudge", address="tay@huyen.example", context=CONTEXT)
    for day, hour, taken in ((TUESDAY, "17:00", ["tay@huyen.example"]), (TUESDAY, "23:00", ["tay@huyen.example"]),
                             (date(2026, 9, 9), "07:30", ["tay@huyen.example", unit.mailbox])):
        with clock.frozen(at(day, hour)):
            delivery.drain(transaction)
        assert server.addresses == taken
    with clock.frozen(at(date(2026, 9, 9), "07:31")):
        assert delivery.deliver(transaction, 1).sent == 0


def test_a_machine_that_comes_up_after_hours_leaves_the_plan_to_the_next_day(app: Flask, make: Factory) -> None:
    make.issued([make.unit()], [(TUESDAY, None)])
    ask(at(TUESDAY, "17:30"))
    assert mails() == []
    ask(at(date(2026, 9, 9), "08:15"))
    assert steps() == ["on-0"]


@pytest.mark.parametrize(("day", "hour"), [(SATURDAY, "02:00"), (NATIONAL_DAY, "09:00"), (TUESDAY, "22:00")])
def test_hoa_toc_goes_at_any_time_on_any_day_and_nothing_else_does(app: Flask, make: Factory, server: MailServer, day: date, hour: str) -> None:
    unit, other = make.unit(), make.unit()
    with clock.frozen(at(day, hour)):
        flash(make.issued([unit], [(day, None)], number="9-CĐ/HNDT"))
        make.issued([unit, other], [(day, None)])
    for _ in range(2):
        ask(at(day, hour))
    assert [(kind, address) for kind, _, address in mails()] == [("flash", unit.mailbox)]
    with clock.frozen(at(day, hour)):
        delivery.drain(transaction)
    assert server.addresses == [unit.mailbox]
    assert str(server.messages()[0]["Subject"]).startswith("[Hoả tốc]")


def test_hoa_toc_waits_for_the_digest_of_a_day_that_is_to_come_and_stands_in_it(app: Flask, make: Factory) -> None:
    unit = make.unit()
    flash(make.issued([unit], [(TUESDAY, None)]))
    make.issued([unit], [(TUESDAY, None)])
    ask(at(TUESDAY, "05:00"))
    assert mails() == []
    ask(at(TUESDAY, "07:30"))
    ask(at(TUESDAY, "07:31"))
    assert [kind for kind, _, _ in mails()] == ["digest"] and steps() == ["on-0", "on-0"]


def test_hoa_toc_that_comes_new_after_the_digest_goes_in_one_mail_more(app: Flask, make: Factory) -> None:
    unit = make.unit()
    make.issued([unit], [(TUESDAY, None)])
    ask(at(TUESDAY, "07:30"))
    for hour in ("10:00", "10:01", "21:00"):
        with clock.frozen(at(TUESDAY, hour)):
            flash(make.issued([unit], [(TUESDAY, None)]))
        ask(at(TUESDAY, hour))
    assert [kind for kind, _, _ in mails()] == ["digest", "flash"]
    ask(at(date(2026, 9, 9), "07:30"))
    assert len(steps()) == 4, "what came after that one stands in the next digest"


@pytest.mark.parametrize(("asked", "expected"), [
    # A machine that runs on, minute by minute across midnight: the day's step once, tomorrow's in the morning.
    ([(TUESDAY, "16:58"), (TUESDAY, "23:59"), (date(2026, 9, 9), "00:00"), (date(2026, 9, 9), "00:01"), (date(2026, 9, 9), "07:30")], ["before-3", "before-1"]),
    # Switched off for a week and more: only the latest step.
    ([(TUESDAY, "09:00"), (date(2026, 9, 17), "09:00")], ["before-3", "late-3"]),
    ([(TUESDAY, "09:00"), (date(2026, 9, 28), "09:00")], ["before-3", "late-12"]),
    # The clock set back: nothing is told again.
    ([(TUESDAY, "09:00"), (date(2026, 9, 7), "09:00"), (TUESDAY, "09:00")], ["before-3"]),
])
def test_the_clock_moved_across_midnight_and_a_missed_week(app: Flask, make: Factory, asked: list[tuple[date, str]], expected: list[str]) -> None:
    make.issued([make.unit()], [(date(2026, 9, 10), None)])
    for day, hour in asked:
        ask(at(day, hour))
    # The date is two working days off on Tuesday: "before-3" is the step that stands, as it does on the Monday before.
    assert steps() == expected
    db.session.rollback()
    assert len(mails()) == len(expected)


@pytest.mark.parametrize(("due", "asked", "expected"), [
    # Hạn mồng Hai Tết: the last call on the last working day, nothing through Tết, then by the working days that have passed.
    (date(2026, 2, 18), [date(2026, 2, 13) + timedelta(days=n) for n in range(14)], ["before-1", "on-0", "late-3"]),
    # Off from the 12th of February to the 26th: one mail.
    (date(2026, 2, 12), [date(2026, 2, 11), date(2026, 2, 26)], ["before-1", "late-3"]),
])
def test_across_tet(app: Flask, make: Factory, due: date, asked: list[date], expected: list[str]) -> None:
    with clock.frozen(date(2026, 2, 2)):
        make.issued([make.unit()], [(due, None)])
    for day in asked:
        ask(at(day, "08:00"))
    assert steps() == expected


def test_the_embedded_mailbox_keeps_no_hours(app: Flask, make: Factory, server: MailServer) -> None:
    """What `tracker serve` keeps for trying out wakes nobody."""
    make.issued([make.unit()], [(TUESDAY, None)])
    ask(at(TUESDAY, "09:00"))
    object.__setattr__(app.extensions["settings"], "embedded", True)
    with clock.frozen(at(TUESDAY, "23:00")):
        assert delivery.drain(transaction).sent == 1
