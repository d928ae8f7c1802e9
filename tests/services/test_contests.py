"""Both directions: each unit gets its own line, place and remarks once; it may contest them in time; a named person answers; nobody else reads it."""
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tests.services.test_overview import queries
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.status import Act
from tracker.models.assignments import Assignment
from tracker.models.contests import Contest, UnitNotice
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.reports import Report, ReportSchedule
from tracker.models.units import Unit
from tracker.services import (
    assignments,
    comparing,
    contests,
    handover,
    people,
    report_orders,
    reports,
    review_reminders,
    reviewing,
    sentences,
    standing,
)
from tracker.services.report_period_facts import Wanted
from workers.reports import compile_report

TODAY = date(2026, 9, 8)


@pytest.fixture
def units(make: Factory) -> list[Unit]:
    return [make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn"), make.unit("Huyện Thọ Xuân")]


@pytest.fixture
def clerk(make: Factory) -> Person:
    return make.person(Role.CLERK)


@pytest.fixture
def report(make: Factory, units: list[Unit], clerk: Person) -> int:
    """A compiled report: the first unit has done one of two tasks in time, the other two nothing."""
    with clock.frozen(TODAY - timedelta(days=10)):
        made = make.issued(units, [(date(2026, 9, 3), None), (date(2026, 9, 30), None)], number="931-CV/HNDT")
    actor = people.as_actor(clerk)
    with transaction() as session:
        row = session.scalars(select(Assignment).where(Assignment.unit_id == units[0].id).order_by(Assignment.id)).first()
        assert row is not None
        assignments.advance(actor, row, Act.SUBMIT, submitted_on=date(2026, 9, 2), submitted_at=clock.now(), round=1)
        assignments.advance(actor, row, Act.ACCEPT, accepted_on=TODAY)
        session.get_one(Dispatch, made.id).report_to_email = "tonghop@tinh.example"
    with transaction():
        found = reports.request_report(actor, made.id, TODAY).id
    compile_report.run(found)
    return found


def told(clerk: Person, report_id: int, answerer_id: int | None = None) -> int:
    with transaction():
        return standing.tell(people.as_actor(clerk), report_id, answerer_id)


def line(report_id: int, unit: Unit) -> UnitNotice:
    return db.session.get_one(UnitNotice, (report_id, unit.id), populate_existing=True)


def raised(actor: Actor, report_id: int, figures: tuple[str, ...] = ("total",), reason: str = "Thiếu một việc.") -> int:
    with transaction():
        return contests.contest(actor, report_id, figures, reason)


def test_each_unit_gets_its_own_line_its_place_and_one_mail(app: Flask, report: int, units: list[Unit], clerk: Person) -> None:
    assert told(clerk, report) == 3
    assert [(line(report, unit).rank, line(report, unit).of_units, line(report, unit).counts["total"]) for unit in units] == [(1, 3, 2), (2, 3, 2), (2, 3, 2)]
    mails = {mail.unit_id: mail for mail in db.session.scalars(select(Mail).where(Mail.kind == "report_line"))}
    assert set(mails) == {unit.id for unit in units} and all(line(report, unit).mail_id == mails[unit.id].id for unit in units)
    own, other = mails[units[0].id].body_text, mails[units[1].id].body_text
    assert "hạng 1/3" in own and "Tổng số 2 việc: hoàn thành 1 (đúng hạn 1" in own and "15/09/2026" in own and clerk.name in own
    assert "hạng 2/3" in other and "Hà Trung" not in other and "Thọ Xuân" not in other
    with pytest.raises(Conflict, match="contest.told"):
        told(clerk, report)


def test_sending_the_report_tells_the_units_once(app: Flask, report: int, clerk: Person) -> None:
    with transaction():
        reports.send(people.as_actor(clerk), report)
    count = len(list(db.session.scalars(select(Mail).where(Mail.kind == "report_line"))))
    assert count == 3
    with transaction():
        assert standing.tell_once(people.as_actor(clerk), db.session.get_one(Report, report)) == 0


def test_a_unit_contests_in_time_and_the_named_person_answers(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    other = make.person(Role.CLERK)
    told(clerk, report, other.id)
    officer = make.actor(Role.OFFICER, units[0])
    for figures, reason, code in (((), "x", "contest.figures"), (("nothing",), "x", "contest.figures"), (("total",), " ", "contest.reason")):
        with pytest.raises(BadInput, match=code):
            raised(officer, report, figures, reason)
    made = raised(officer, report, ("rank", "total"))
    with pytest.raises(Conflict, match="contest.twice"):
        raised(officer, report)
    found = db.session.get_one(Contest, made)
    assert (found.figures, found.target_on, found.answerer_id) == (["total", "rank"], date(2026, 9, 15), other.id)
    assert db.session.scalars(select(Mail.address).where(Mail.kind == "contest")).all() == [other.email]
    with pytest.raises(Forbidden), transaction():
        contests.answer(people.as_actor(clerk), made, True, "Sửa thành 3.")
    with pytest.raises(BadInput, match="contest.words"), transaction():
        contests.answer(people.as_actor(other), made, True, " ")
    with transaction():
        contests.answer(people.as_actor(other), made, True, "Sửa tổng số thành 3.")
    with pytest.raises(Conflict, match="contest.answered"), transaction():
        contests.answer(people.as_actor(other), made, False, "Thôi.")
    mail = db.session.scalars(select(Mail).where(Mail.kind == "contest", Mail.unit_id == units[0].id)).one()
    assert "Tỉnh đồng ý" in mail.subject and "Sửa tổng số thành 3." in mail.body_text
    said = " ".join(one.text for one in sentences.of_dispatch(found.dispatch_id or 0))
    assert "nêu ý kiến về số liệu của Huyện Hà Trung" in said and "đồng ý với ý kiến của Huyện Hà Trung" in said
    assert contests.own(officer, report).may_contest


def test_what_is_upheld_is_corrected_in_a_new_version_which_is_told_anew(
    app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person,
) -> None:
    told(clerk, report)
    officer, actor = make.actor(Role.OFFICER, units[0]), people.as_actor(clerk)
    made = raised(officer, report)
    with transaction():
        contests.answer(actor, made, True, "Sửa tổng số.")
        newer = report_orders.correct(actor, report, "Ý kiến của Huyện Hà Trung").id
    compile_report.run(newer)
    assert not contests.is_told(officer, newer) and told(clerk, newer) == 3
    assert standing.title_of(db.session.get_one(Report, newer)) == "931-CV/HNDT, bản 2"
    assert contests.own(officer, newer).contests == [] and contests.own(officer, report).contests[0].state == "upheld"
    assert [row.report_id for row in contests.still_open(units[0].id)] == [newer, report]


def test_a_contest_is_taken_back_while_nobody_has_answered(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    told(clerk, report)
    officer = make.actor(Role.OFFICER, units[0])
    made = raised(officer, report)
    with pytest.raises(NotFound), transaction():
        contests.withdraw(make.actor(Role.OFFICER, units[1]), made)
    with transaction():
        contests.withdraw(officer, made)
    assert contests.waiting().count == 0 and contests.own(officer, report).may_contest
    said = " ".join(one.text for one in sentences.of_dispatch(db.session.get_one(Report, report).dispatch_id or 0))
    assert "rút ý kiến về số liệu của Huyện Hà Trung" in said and "“Thiếu một việc”" in said
    again = raised(officer, report)
    with transaction():
        contests.answer(people.as_actor(clerk), again, True, "Sửa.")
    with pytest.raises(Conflict, match="contest.answered"), transaction():
        contests.withdraw(officer, again)


def test_a_scheduled_report_is_mailed_to_a_unit_where_its_line_is_new(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    """Its page has every line; a clerk's own telling goes to everybody."""
    actor = people.as_actor(clerk)
    with transaction():
        schedule = ReportSchedule(every="weekly", scope="dispatch", dispatch_id=db.session.get_one(Report, report).dispatch_id)
        db.session.add(schedule)
        db.session.flush()
        db.session.get_one(Report, report).schedule_id = schedule.id
        dispatch_id, schedule_id = schedule.dispatch_id or 0, schedule.id

    def sent() -> int:
        return db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "report_line")) or 0

    with transaction():
        standing.tell(MACHINE, report)
    assert sent() == 3
    with clock.frozen(TODAY + timedelta(days=7)):
        one = db.session.scalars(select(Assignment).where(Assignment.unit_id == units[0].id)).first()
        officer = make.actor(Role.OFFICER, units[0])
        with transaction():
            assignments.acknowledge(officer, one.id if one else 0)
            again = reports.request_report(actor, dispatch_id, TODAY, schedule_id=None).id
            db.session.get_one(Report, again).schedule_id = schedule_id
            db.session.get_one(Report, again).as_of = TODAY + timedelta(days=1)
        compile_report.run(again)
        with transaction():
            assert standing.tell(MACHINE, again) == 3
    changed = [unit.id for unit in units if line(report, unit).counts != line(again, unit).counts]
    assert sent() == 3 + len(changed) and len(changed) < 3


def test_a_report_over_a_period_is_told_in_the_same_way(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    actor = people.as_actor(clerk)
    with transaction():
        found = report_orders.over(actor, Wanted("period", date(2026, 8, 1), TODAY, TODAY)).id
    compile_report.run(found)
    assert told(clerk, found) == 3 and line(found, units[0]).counts["total"] == 2 and line(found, units[0]).rank == 1
    officer = make.actor(Role.OFFICER, units[0])
    made = raised(officer, found)
    assert db.session.get_one(Contest, made).dispatch_id is None and "từ 01/08/2026 đến 08/09/2026" in standing.title_of(db.session.get_one(Report, found))
    with transaction():
        contests.answer(actor, made, False, "Số liệu đúng.")


def test_after_its_days_nothing_is_taken_and_a_foreign_unit_finds_nothing(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    told(clerk, report)
    officer = make.actor(Role.OFFICER, units[0])
    with clock.frozen(date(2026, 9, 15)):
        assert contests.own(officer, report).may_contest
    with clock.frozen(date(2026, 9, 16)):
        assert not contests.own(officer, report).may_contest
        with pytest.raises(Conflict, match="contest.over"):
            raised(officer, report)
    with pytest.raises(NotFound):
        contests.own(make.actor(Role.OFFICER, make.unit()), report)


def test_who_answers_is_reminded_once_a_day_when_the_target_is_past(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    told(clerk, report)
    raised(make.actor(Role.OFFICER, units[1]), report)
    for day, mails in ((15, 0), (16, 1), (16, 1), (17, 2)):
        with clock.frozen(datetime(2026, 9, day, 9, 0, tzinfo=clock.LOCAL)), transaction():
            review_reminders.remind()
        found = [mail for mail in db.session.scalars(select(Mail).where(Mail.kind == "review_waiting")) if mail.address == clerk.email]
        assert len(found) == mails, day
    assert "1 ý kiến về số liệu báo cáo chờ trả lời" in found[-1].body_text


def test_who_leaves_passes_contests_on(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    told(clerk, report)
    made, heir = raised(make.actor(Role.OFFICER, units[1]), report), make.person(Role.LEADER)
    admin = make.actor(Role.ADMIN)
    with transaction():
        handover.leave(admin, clerk.id, heir.id)
    assert db.session.get_one(Contest, made, populate_existing=True).answerer_id == heir.id


def test_the_days_are_the_offices_own(app: Flask, make: Factory, report: int, clerk: Person) -> None:
    admin = make.actor(Role.ADMIN)
    for days in (None, 0, 31):
        with pytest.raises(BadInput, match="office.contest_days"), transaction():
            standing.set_contest_days(admin, days)
    with transaction():
        standing.set_contest_days(admin, 2)
    told(clerk, report)
    assert contests.told(people.as_actor(clerk), report).notice.contest_until == date(2026, 9, 10)  # type: ignore[union-attr]


def test_what_a_unit_contests_never_enters_a_report(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    told(clerk, report)
    raised(make.actor(Role.OFFICER, units[1]), report, reason="Lời riêng của huyện.")
    actor = people.as_actor(clerk)
    with transaction():
        again = reports.request_report(actor, db.session.get_one(Report, report).dispatch_id or 0, TODAY).id
    compile_report.run(again)
    kept = db.session.get_one(Report, again, populate_existing=True)
    assert kept.state == "ready" and "Lời riêng" not in str(kept.data)


def test_a_unit_sees_itself_beside_the_middle(app: Flask, report: int, units: list[Unit]) -> None:
    own = comparing.compared(units[0].id, TODAY)
    assert own == comparing.Compared(0.5, 0.0, 0.0, 0.5)
    assert comparing.compared(10**6, TODAY) is None
    assert queries(lambda: comparing.compared(units[0].id, TODAY)) == 1


def test_what_was_done_before_a_period_began_is_no_remark_of_its_report(
    app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person,
) -> None:
    actor = people.as_actor(clerk)
    old, open_ = make.assignments(db.session.get_one(Dispatch, db.session.get_one(Report, report).dispatch_id), units[1])
    for row, title in ((old, "Thiếu dấu"), (open_, "Thiếu biên bản")):
        with clock.frozen(TODAY - timedelta(days=8)):
            handed = hand_in(units[1], [row], clock.today())
            with transaction():
                reviewing.send_back(actor, handed, [row.id], title, TODAY)
    with clock.frozen(TODAY - timedelta(days=7)):
        handed = hand_in(units[1], [old], clock.today())
        with transaction():
            reviewing.accept(actor, handed, [old.id])
    for since, remarks in ((TODAY - timedelta(days=3), ["Thiếu biên bản"]), (TODAY - timedelta(days=20), ["Thiếu biên bản", "Thiếu dấu"])):
        with transaction():
            found = report_orders.over(actor, Wanted("period", since, TODAY, TODAY)).id
        compile_report.run(found)
        told(clerk, found)
        assert [one.reason for one in standing.remarks_of(line(found, units[1]))] == remarks


def test_who_answers_can_be_another_and_who_has_left_is_not_written_to(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    actor, other, officer = people.as_actor(clerk), make.person(Role.LEADER), make.actor(Role.OFFICER, units[0])
    told(clerk, report)
    with transaction() as session:
        session.get_one(Person, clerk.id).left_at = clock.now()
    made = raised(officer, report)
    assert list(db.session.scalars(select(Mail.id).where(Mail.kind == "contest"))) == []
    for person_id in (999, clerk.id, officer.id or 0):
        with pytest.raises(BadInput, match=r"^contest\.answerer"), transaction():
            contests.name_answerer(actor, made, person_id)
    with transaction():
        assert contests.name_answerer(actor, made, other.id) == other.name
    with pytest.raises(NotFound), transaction():
        contests.answer(actor, 999, False, "Đúng như đã nêu")
    with pytest.raises(NotFound):
        contests.told(actor, 999)
    waiting, answered = contests.listed(people.as_actor(other))
    assert ([row.answerer for row in waiting], answered) == ([other.name], [])


def test_only_a_finished_report_is_told_and_only_who_may_answer_answers(app: Flask, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    officer = make.person(Role.OFFICER, units[0])
    for answerer_id in (officer.id, 999):
        with pytest.raises(BadInput, match="contest.answerer"):
            told(clerk, report, answerer_id)
    with transaction():
        waits = reports.request_report(people.as_actor(clerk), db.session.get_one(Report, report).dispatch_id or 0, TODAY).id
    with pytest.raises(Conflict, match="contest.not_ready"):
        told(clerk, waits)
