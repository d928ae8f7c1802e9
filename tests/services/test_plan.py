"""The plan before it goes: what it will tell, holding some of it back, dropping a step, and that looking at it writes nothing."""
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.factories import Factory
from tracker import clock
from tracker.db import Base, db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.policies import PolicyStep, Rank
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder
from tracker.services import agenda, ledger, plan_holds, plan_page, policies, reminders
from tracker.services.ledger import Key
from tracker.services.plan_holds import Scope

TODAY = date(2026, 9, 8)  # a Tuesday
TOMORROW = TODAY + timedelta(days=1)


def rows() -> list[tuple[int, str, str, bool]]:
    db.session.rollback()
    columns = select(Reminder.assignment_id, Reminder.recipient, Reminder.step, Reminder.mail_id).order_by(Reminder.id)
    return [(row[0], row[1], row[2], row[3] is not None) for row in db.session.execute(columns)]


def everything() -> dict[str, int]:
    db.session.rollback()
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables}


@pytest.fixture
def clerk(make: Factory) -> Actor:
    return make.actor()


def test_looking_at_the_plan_writes_nothing_and_says_what_the_run_does(app: Flask, make: Factory, clerk: Actor) -> None:
    units = [make.unit(), make.unit(mailbox=None), make.unit()]
    officer = make.person(Role.OFFICER, units[2])
    leader = make.person(Role.DISTRICT_LEADER, units[2])
    make.issued(units, [(TODAY, None), (date(2026, 8, 26), None), (date(2026, 12, 1), None)])
    before = everything()
    page = plan_page.page(clerk)
    one = plan_page.unit(clerk, units[2].id)
    dry = reminders.plan(transaction, TODAY, dry_run=True)
    assert everything() == before
    assert (page.day, page.whole, page.more) == (TODAY, (3, 5), 0)
    assert {person.who.address: person.tasks for unit in page.units for person in unit.people} == {units[0].mailbox: 2, officer.email: 2, leader.email: 1}
    assert [unit.no_address for unit in page.units] == [False, True, False]
    assert [(row.step, policy, len(names)) for row, policy, names in one.lines] == [("late-6", "lịch nhắc chung", 2), ("on-0", "lịch nhắc chung", 1)]
    real = reminders.plan(transaction, TODAY)
    assert [(d.addressee, d.subject, d.total) for d in dry.digests] == [(d.addressee, d.subject, d.total) for d in real.digests]


@pytest.mark.parametrize(("at", "expected"), [
    (datetime(2026, 9, 8, 6, 0, tzinfo=clock.LOCAL), TODAY), (datetime(2026, 9, 8, 9, 0, tzinfo=clock.LOCAL), TODAY),
    (datetime(2026, 9, 8, 17, 0, tzinfo=clock.LOCAL), TOMORROW), (datetime(2026, 9, 11, 20, 0, tzinfo=clock.LOCAL), date(2026, 9, 14)),
    (datetime(2026, 9, 5, 9, 0, tzinfo=clock.LOCAL), date(2026, 9, 7)), (datetime(2026, 9, 1, 9, 0, tzinfo=clock.LOCAL), date(2026, 9, 3)),
])
def test_which_day_the_page_is_about(app: Flask, at: datetime, expected: date) -> None:
    with clock.frozen(at):
        assert plan_page.day() == expected


def test_once_todays_plan_is_made_the_page_shows_the_next_one(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    reminders.plan(transaction, TODAY)
    make.issued([unit], [(TOMORROW, None)])
    page = plan_page.page(clerk)
    assert (page.day, page.whole) == (TOMORROW, (1, 1))


@pytest.mark.parametrize("what", ["assignment", "unit", "dispatch", "all"])
def test_what_is_held_waits_for_the_next_plan(app: Flask, make: Factory, clerk: Actor, what: str) -> None:
    mine, other = make.unit(), make.unit()
    dispatch = make.issued([mine, other], [(TODAY, None)])
    (held,) = make.assignments(dispatch, mine)
    scope = {"assignment": Scope(held.id), "unit": Scope(unit_id=mine.id), "dispatch": Scope(dispatch_id=dispatch.id), "all": Scope()}[what]
    with transaction():
        plan_holds.hold(clerk, TODAY, scope, "Đã gọi điện")
    assert plan_page.unit(clerk, mine.id).total == 0 and len(plan_page.unit(clerk, mine.id).held) == 1
    reminders.plan(transaction, TODAY)
    assert {row[1] for row in rows()} == (set() if what in ("dispatch", "all") else {f"u{other.id}"})
    reminders.plan(transaction, TOMORROW)
    assert {row[1] for row in rows()} == {f"u{mine.id}", f"u{other.id}"} and all(row[3] for row in rows())


def test_what_is_dropped_stands_in_the_ledger_without_a_mail_and_never_goes(app: Flask, make: Factory, clerk: Actor) -> None:
    unit, other = make.unit(), make.unit()
    dispatch = make.issued([unit, other], [(TODAY, None), (TODAY, None)])
    dropped, sent = make.assignments(dispatch, unit)
    with transaction():
        plan_holds.hold(clerk, TODAY, Scope(dropped.id), "Huyện đang chờ tỉnh trả lời", drop=True)
    reminders.plan(transaction, TODAY)
    reminders.plan(transaction, TOMORROW)
    mine = [row for row in rows() if row[1] == f"u{unit.id}"]
    assert sorted(mine) == sorted([(dropped.id, f"u{unit.id}", "on-0", False), (sent.id, f"u{unit.id}", "on-0", True)])
    noted = db.session.scalars(select(Reminder).where(Reminder.assignment_id == dropped.id)).one()
    assert (noted.by_person_id, noted.message) == (clerk.id, "Huyện đang chờ tỉnh trả lời")
    reminders.plan(transaction, date(2026, 9, 11))
    assert (dropped.id, f"u{unit.id}", "late-3", True) in rows(), "only the one step is passed over"


def test_a_unit_that_is_dropped_whole_gets_no_mail_but_its_rows(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None), (date(2026, 9, 9), None)])
    with transaction():
        plan_holds.hold(clerk, TODAY, Scope(unit_id=unit.id), "Bão", drop=True)
    assert reminders.plan(transaction, TODAY).digests == []
    assert [row[3] for row in rows()] == [False, False]
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_it_can_be_put_back_until_the_plan_goes(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    with transaction():
        first = plan_holds.hold(clerk, TODAY, Scope(unit_id=unit.id), "Nhầm").id
        second = plan_holds.hold(clerk, TODAY, Scope(), "Cả tỉnh họp").id
    assert [hold.reason for hold in plan_holds.of_day(TODAY)] == ["Cả tỉnh họp", "Nhầm"]
    with transaction():
        assert plan_holds.undo(clerk, first) == TODAY
        plan_holds.undo(clerk, second)
    assert len(reminders.plan(transaction, TODAY).digests) == 1
    with pytest.raises(Conflict) as late, transaction():
        plan_holds.hold(clerk, TODAY, Scope(unit_id=unit.id), "Muộn")
    assert late.value.code == "hold.late"


def test_who_may_and_what_cannot_be_held(app: Flask, make: Factory, clerk: Actor) -> None:
    auditor = make.actor(Role.AUDITOR)
    with pytest.raises(Forbidden), transaction():
        plan_holds.hold(auditor, TODAY, Scope(), "Thử")
    with pytest.raises(BadInput), transaction():
        plan_holds.hold(clerk, TODAY, Scope(), "  ")
    with pytest.raises(NotFound), transaction():
        plan_holds.hold(clerk, TODAY, Scope(unit_id=999), "Thử")
    with pytest.raises(Conflict), transaction():
        plan_holds.hold(clerk, date(2026, 9, 7), Scope(), "Hôm qua")


def test_what_stands_still_or_is_closed_is_told_apart(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    dispatch, closed = make.issued([unit], [(TODAY, None), (TODAY, None)]), make.issued([unit], [(TODAY, None)])
    with transaction() as session:
        paused = make.assignments(dispatch, unit)[0].id
        session.execute(update(Assignment).where(Assignment.id == paused).values(state="paused", held_state="assigned", held_on=TODAY, chase_on=None))
        session.execute(update(Dispatch).where(Dispatch.id == closed.id).values(state="closed", ended_at=clock.now()))
        reminders.tally.rebuild()
    (line,) = plan_page.page(clerk).units
    assert (line.paused, [person.tasks for person in line.people], plan_page.unit(clerk, unit.id).closed) == (1, [1], 1)


def test_counting_all_and_looking_at_one_agree_with_the_run(app: Flask, make: Factory, clerk: Actor) -> None:
    units = [make.unit() for _ in range(5)]
    for unit in units[:3]:
        make.person(Role.OFFICER, unit)
        make.person(Role.DISTRICT_LEADER, unit)
    make.issued(units, [(date(2026, 8, 20) + timedelta(days=n), None) for n in range(30)])
    wanted = agenda.of(TODAY)
    people = [one for group in reminders.addressees.of_units([unit.id for unit in units], TODAY).values() for one in group]
    counted = {recipient: n for rank in (Rank.OFFICER, Rank.DISTRICT_LEADER)
               for recipient, n in ledger.counts(wanted, rank, [(one.unit_id, one.key) for one in people if one.keys[0].rank == rank])}
    looked = {one.key: digest.total for one in people if (digest := reminders.preview(one, wanted))}
    made = {digest.addressee.key: digest.total for digest in reminders.plan(transaction, TODAY).digests}
    assert counted == looked == made
    assert ledger.pending(wanted, [Key("p1", Rank.PROVINCE_LEADER)], None) is None


def test_units_at_the_step_of_a_letter_are_listed_until_they_have_done_it(app: Flask, make: Factory, clerk: Actor) -> None:
    late, fine = make.unit("Huyện Chậm"), make.unit("Huyện Kịp")
    steps = [PolicyStep(0), PolicyStep(3, (Rank.LETTER,)), PolicyStep(6, (Rank.OFFICER, Rank.CRITICISM), every=3)]
    with transaction():
        policies.save(clerk, None, name="Nghiêm", kind="công văn", urgency=None, steps=steps)
    dispatch = make.issued([late, fine], [(date(2026, 9, 3), None)])
    other = make.issued([late], [(date(2026, 8, 26), None)])
    reminders.plan(transaction, TODAY)
    assert {key: [(row.name, row.dispatch_id, row.tasks) for row in found] for key, found in plan_page.formal().items()} == {
        "letter": [("Huyện Chậm", dispatch.id, 1), ("Huyện Kịp", dispatch.id, 1)], "criticism": [("Huyện Chậm", other.id, 1)],
    }
    assert [(row[1], row[2]) for row in rows() if row[3]] == [(f"u{late.id}", "late-6")], "a list sends no mail"
    with transaction() as session:
        done = make.assignments(dispatch, fine)[0].id
        session.execute(update(Assignment).where(Assignment.id == done).values(state="submitted", submitted_on=TODAY, chase_on=None))
    assert [row.name for row in plan_page.formal()["letter"]] == ["Huyện Chậm"]


def test_held_back_twice_is_held_back_once(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    for _ in range(2):
        with transaction():
            held = plan_holds.hold(clerk, TODAY, Scope(unit_id=unit.id), "Bão")
    with transaction():
        plan_holds.hold(clerk, TODAY, Scope(), "Bão")
    assert len(plan_holds.of_day(TODAY)) == 2
    with transaction():
        plan_holds.undo(clerk, held.id)
    assert [row.unit_id for row in plan_holds.of_day(TODAY)] == [None]
