"""Calendar addresses: only the unit's own dates, for as long as the address is good; and what is owed by day."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.domain.test_ical import unfolded
from tests.factories import DUE, REVIEW, Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Forbidden, NotFound
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.feeds import CalendarFeed
from tracker.services import assignments, deadline_days, ending, feeds, handover, people


def made(actor: object, label: str = "Điện thoại") -> str:
    with transaction():
        return feeds.make(actor, label).rsplit("/", 1)[1].removesuffix(".ics")  # type: ignore[arg-type]


def values(token: str, name: str) -> list[str]:
    return [line.partition(":")[2] for line in unfolded(feeds.text(token)) if line.partition(":")[0] == name]


def test_it_holds_the_units_own_dates_and_nobody_elses(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit("Huyện Hà Trung"), make.unit()
    dispatch = make.issued([ours, theirs], number="931-CV/HNDT")
    make.issued([theirs], [(DUE, None)])
    token = made(make.actor(Role.OFFICER, ours))
    mine = make.assignments(dispatch, ours)
    assert sorted(values(token, "UID")) == sorted(f"{ours.code}.{row.id}@dondoc" for row in mine)
    assert sorted(values(token, "DTSTART;VALUE=DATE")) == [f"{DUE:%Y%m%d}", f"{REVIEW:%Y%m%d}"]
    assert sorted(values(token, "SUMMARY")) == ["Hạn: Việc thứ 1", "Xem lại (không hạn): Việc thứ 2"]
    assert values(token, "X-WR-CALNAME") == ["Việc phải làm\\, Huyện Hà Trung"]
    assert db.session.scalars(select(CalendarFeed.secret_hash)).one() != token and token not in str(db.session.scalars(select(CalendarFeed.secret_hash)).all())


def test_what_is_done_cancelled_or_ended_is_marked_and_goes_in_time(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued([unit], [(DUE, None)] * 3, state=State.ACKNOWLEDGED)
    token, (done, gone, owed) = made(make.actor(Role.OFFICER, unit)), make.assignments(dispatch, unit)
    with transaction() as session:
        row = session.get_one(Assignment, done.id)
        assignments.advance(clerk, row, Act.SUBMIT, round=1, submitted_on=clock.today(), submitted_at=clock.now())
        assignments.advance(clerk, row, Act.ACCEPT, accepted_on=clock.today())
        assignments.advance(clerk, session.get_one(Assignment, gone.id), Act.CANCEL)
    told = dict(zip(values(token, "UID"), zip(values(token, "SUMMARY"), values(token, "STATUS"), strict=True), strict=True))
    assert told == {
        f"{unit.code}.{done.id}@dondoc": ("✓ Đã xong: Việc thứ 1", "CONFIRMED"), f"{unit.code}.{gone.id}@dondoc": ("Đã huỷ: Việc thứ 2", "CANCELLED"),
        f"{unit.code}.{owed.id}@dondoc": ("Hạn: Việc thứ 3", "CONFIRMED"),
    }
    with clock.frozen(clock.now() + feeds.KEPT + timedelta(days=1)):
        assert values(token, "UID") == [f"{unit.code}.{owed.id}@dondoc"]
    before = feeds.text(token)
    assert feeds.text(token) == before
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == owed.id).values(due_on=DUE + timedelta(1), chase_on=DUE + timedelta(1), version=9))
    assert feeds.text(token) != before and f"{DUE + timedelta(1):%Y%m%d}" in values(token, "DTSTART;VALUE=DATE")


def test_an_address_ends_with_a_press_of_the_unit_or_the_province(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit(), make.unit()
    officer, stranger, clerk = make.actor(Role.OFFICER, ours), make.actor(Role.OFFICER, theirs), make.actor()
    first, second, third = made(officer, " Máy   bàn "), made(officer), made(officer)
    lines = feeds.listed(officer, ours.id)
    assert [line.label for line in lines] == ["Điện thoại", "Điện thoại", "Máy bàn"] and lines[0].by == officer.name
    with pytest.raises(NotFound), transaction():
        feeds.revoke(stranger, lines[2].id)
    with pytest.raises(NotFound):
        feeds.listed(stranger, ours.id)
    with pytest.raises(Forbidden), transaction():
        feeds.revoke_all(officer, ours.id)
    for _ in range(2):
        with transaction():
            assert feeds.revoke(officer, lines[2].id) == "Máy bàn"
    with pytest.raises(NotFound):
        feeds.text(first)
    assert feeds.text(second)
    with transaction():
        assert feeds.revoke_all(clerk, ours.id) == 2
    for token in (second, third, "", "x" * 43):
        with pytest.raises(NotFound):
            feeds.text(token)


def test_a_label_is_asked_for_and_addresses_have_an_end(app: Flask, make: Factory) -> None:
    officer = make.actor(Role.OFFICER, make.unit())
    for bad in ("", "   ", "a" * 81):
        with pytest.raises(BadInput, match="label"), transaction():
            feeds.make(officer, bad)
    with pytest.raises(Forbidden), transaction():
        feeds.make(make.actor(), "Máy")
    for _ in range(feeds.MOST_FEEDS):
        made(officer)
    with pytest.raises(BadInput, match="many"):
        made(officer)


def test_a_day_counts_what_is_owed_by_what_its_date_is_for(app: Flask, make: Factory) -> None:
    clerk, ours, theirs = make.actor(), make.unit(), make.unit()
    dispatch = make.issued([ours, theirs], [(date(2026, 9, 15), None), (date(2026, 9, 15), None), (None, date(2026, 9, 20))], state=State.ACKNOWLEDGED)
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    assert deadline_days.counts(clerk, first, last) == {date(2026, 9, 15): {"due": 4}, date(2026, 9, 20): {"review": 2}}
    row = make.assignments(dispatch, ours)[0]
    with transaction() as session:
        found = session.get_one(Assignment, row.id)
        assignments.advance(clerk, found, Act.SUBMIT, round=1, submitted_on=clock.today(), submitted_at=clock.now())
        assignments.advance(clerk, found, Act.RETURN, fix_by=date(2026, 9, 18), return_reason="Thiếu.", due_on=date(2026, 9, 18))
    officer = make.actor(Role.OFFICER, ours)
    expected = {date(2026, 9, 15): {"due": 1}, date(2026, 9, 18): {"fix": 1}, date(2026, 9, 20): {"review": 1}}
    assert deadline_days.counts(officer, first, last, theirs.id) == deadline_days.counts(clerk, first, last, ours.id) == expected
    (many, one) = deadline_days.of_day(clerk, date(2026, 9, 15))
    assert (many.title, many.units, one.units, one.unit) == ("Việc thứ 2", 2, 1, theirs.short_name)
    (mine,) = deadline_days.of_day(officer, date(2026, 9, 18), theirs.id)
    assert (mine.assignment_id, mine.kind) == (row.id, "fix")


def test_what_was_left_open_when_the_dispatch_ended_goes_in_time_too(sqlite_app: Flask) -> None:
    make = Factory()
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued([unit], [(DUE, None)])
    token = made(make.actor(Role.OFFICER, unit))
    with clock.frozen(clock.now() + timedelta(days=70)):
        assert values(token, "STATUS") == ["CONFIRMED"]
        with transaction():
            ending.close(clerk, dispatch.id, 1)
        assert values(token, "STATUS") == ["CANCELLED"]
        with clock.frozen(clock.now() + feeds.KEPT + timedelta(days=1)):
            assert values(token, "UID") == []
            with transaction():
                ending.reopen(clerk, dispatch.id, 2)
            assert values(token, "STATUS") == ["CONFIRMED"]


def test_an_address_ends_with_who_made_it(sqlite_app: Flask) -> None:
    make = Factory()
    ours, theirs, admin = make.unit(), make.unit(), make.actor(Role.ADMIN)
    leaver, mover, stayer = (make.person(Role.OFFICER, ours) for _ in range(3))
    tokens = [made(make.as_actor(person), person.name) for person in (leaver, mover, stayer)]
    with transaction():
        handover.leave(admin, leaver.id, None)
    for unit, title in ((ours, "Chuyên viên"), (theirs, "")):
        with transaction():
            people.change(admin, mover.id, email=mover.email, name=mover.name, role=Role.OFFICER, unit_id=unit.id, title=title)
        assert [line.label for line in feeds.listed(admin, ours.id)] == [stayer.name, mover.name][: 2 if unit is ours else 1]
    for token in tokens[:2]:
        with pytest.raises(NotFound):
            feeds.text(token)
    assert feeds.text(tokens[2])
