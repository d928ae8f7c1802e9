"""What compiles itself for the office: its periods, the working day on which it leaves, packs before meetings, and what each pack tells."""
from datetime import date, datetime, time

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.test_reports import ISSUED, hand_in, issued
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.reports import Report, ReportSchedule
from tracker.models.units import Unit
from tracker.services import briefings, reports, reports_schedule, reviewing
from tracker.services.reports_schedule import Setting
from workers.reports import compile_report

Stage = tuple[Dispatch, list[Unit], Actor]


@pytest.fixture
def stage(app: Flask, make: Factory) -> Stage:
    units = [make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn"), make.unit("Huyện Quan Sơn")]
    return issued(make, units), units, make.actor()


def made(schedule: ReportSchedule) -> Report | None:
    """The report that a schedule orders now, compiled."""
    with transaction():
        report_id = reports_schedule.run(schedule.id)
    if report_id is None:
        return None
    compile_report.run(report_id)
    return db.session.get_one(Report, report_id, populate_existing=True)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=clock.LOCAL)


def test_a_month_of_the_whole_office_leaves_on_a_working_day_and_is_mailed_once(stage: Stage) -> None:
    with transaction():
        found = reports_schedule.add(stage[2], Setting("monthly", 25, 2, address="Lanh.Dao@tinh.example"))
    assert (found.next_on, found.address) == (date(2026, 9, 29), "lanh.dao@tinh.example")  # the 25th is a Friday: Monday, Tuesday
    with clock.frozen(date(2026, 9, 28)):
        assert reports_schedule.due() == [] and made(found) is None
    with clock.frozen(date(2026, 9, 29)):
        assert reports_schedule.due() == [found.id]
        row = made(found)
        assert row and made(found) is None
        assert (row.state, row.scope, row.period_from, row.period_to, row.as_of) == (
            "ready", "period", date(2026, 8, 26), date(2026, 9, 25), date(2026, 9, 25))
        assert db.session.get_one(Mail, row.mail_id).address == "lanh.dao@tinh.example"
        assert db.session.query(Mail).filter_by(kind="report").count() == 1
        [line] = reports_schedule.office_wide(stage[2])
        assert (line.last_id, line[0].next_on) == (row.id, date(2026, 10, 27))


def test_a_schedule_is_switched_off_and_on_again(stage: Stage) -> None:
    clerk = stage[2]
    with transaction():
        found = reports_schedule.add(clerk, Setting("half_year", scope="unit", unit_id=stage[1][0].id))
    assert found.next_on == date(2027, 1, 4) and found.address is None  # New Year's Day is a Friday: the Monday after it
    with transaction():
        reports_schedule.switch(clerk, found.id, on=False)
    with clock.frozen(date(2027, 3, 1)):
        assert reports_schedule.due() == []
        with transaction():
            reports_schedule.switch(clerk, found.id, on=True)
        assert db.session.get_one(ReportSchedule, found.id, populate_existing=True).next_on == date(2027, 7, 1)
    with pytest.raises(NotFound), transaction():
        reports_schedule.switch(clerk, 10**6, on=True)


@pytest.mark.parametrize(("setting", "code"), [
    (Setting("daily"), "report.every"),
    (Setting("weekly", 8), "report.cut_day"),
    (Setting("monthly", 29), "report.cut_day"),
    (Setting("monthly", -1), "report.cut_day"),
    (Setting("monthly", None, 31), "report.send_after"),
    (Setting("monthly", scope="unit", unit_id=10**6), "report.unit"),
    (Setting("monthly", scope="field"), "report.field"),
    (Setting("monthly", address="không phải thư"), "person.email"),
    (Setting("weekly", 1, kind="briefing"), "report.meeting"),
    (Setting("weekly", None, kind="briefing", at=time(8)), "report.meeting"),
    (Setting("weekly", 1, kind="briefing", at=time(8), hours_before=100), "report.meeting"),
])
def test_what_cannot_be_is_refused(stage: Stage, setting: Setting, code: str) -> None:
    with pytest.raises(BadInput) as refused, transaction():
        reports_schedule.add(stage[2], setting)
    assert refused.value.code == code


def test_the_same_schedule_is_not_set_twice(stage: Stage) -> None:
    with transaction():
        first = reports_schedule.add(stage[2], Setting("monthly", 25))
    with pytest.raises(BadInput) as refused, transaction():
        reports_schedule.add(stage[2], Setting("monthly", 25))
    assert refused.value.code == "report.same_schedule" and db.session.query(ReportSchedule).count() == 1
    with transaction():
        reports_schedule.add(stage[2], Setting("monthly", 25, address="a@tinh.example"))
        reports_schedule.switch(stage[2], first.id, on=False)
    with transaction():
        reports_schedule.add(stage[2], Setting("monthly", 25))


def test_a_district_sets_nothing_and_sees_no_pack(stage: Stage, make: Factory) -> None:
    officer = make.actor(Role.OFFICER, stage[1][0])
    with pytest.raises(Forbidden):
        reports_schedule.add(officer, Setting("monthly"))
    with transaction():
        pack = briefings.order(stage[2])
    compile_report.run(pack.id)
    assert [row.id for row in reports.listed(stage[2])] == [pack.id] and reports.listed(officer) == []
    with pytest.raises(NotFound):
        reports.get(officer, pack.id)


def test_a_pack_is_made_some_hours_before_the_meeting_and_tells_what_changed(stage: Stage, make: Factory) -> None:
    dispatch, units, clerk = stage
    with clock.frozen(at(8, 9)), transaction():
        found = reports_schedule.add(clerk, Setting("weekly", 1, kind="briefing", at=time(8), hours_before=2))
    assert found.next_on == date(2026, 9, 14)
    with clock.frozen(at(14, 5, 50)):
        assert made(found) is None, "too early"
    with clock.frozen(at(14, 6)):
        first = made(found)
        assert first and made(found) is None
    assert (first.state, first.kind, first.as_of, first.period_from) == ("ready", "briefing", date(2026, 9, 14), date(2026, 9, 8))
    assert first.meeting_at == at(14, 8) and first.changes is None
    done = make.assignments(dispatch, units[0])[0]
    submission = hand_in(units[0], [done], date(2026, 9, 16))
    with clock.frozen(at(17, 9)), transaction():
        reviewing.accept(clerk, submission, [done.id])
    with clock.frozen(at(21, 6, 30)):
        second = made(found)
    assert second and second.changes
    whole = {change["what"]: (change["before"], change["after"]) for change in second.changes if change["whose"] == "Toàn tỉnh"}
    assert whole["Hoàn thành quá hạn"] == ("0", "1") and whole["Còn mở, quá hạn"] == ("3", "2")
    told = briefings.meeting(second)
    assert told and told.before_on == date(2026, 9, 14) and told.at == at(21, 8)
    assert {file.format for file in reports.files(clerk, second)} >= {"docx", "pdf"}


def test_a_meeting_that_is_over_gets_no_pack(stage: Stage) -> None:
    with transaction():
        found = reports_schedule.add(stage[2], Setting("weekly", 1, kind="briefing", at=time(8), hours_before=2))
    with clock.frozen(at(14, 9)):
        assert made(found) is None
        assert db.session.get_one(ReportSchedule, found.id, populate_existing=True).next_on == date(2026, 9, 21)
    with clock.frozen(at(28, 7)):  # off since the 14th: the pack of this morning alone
        row = made(found)
        assert row and row.meeting_at == at(28, 8)


def test_a_pack_by_hand_looks_back_to_the_last_one(stage: Stage) -> None:
    with transaction():
        first = briefings.order(stage[2])
    compile_report.run(first.id)
    assert (first.period_from, first.as_of) == (date(2026, 9, 1), date(2026, 9, 8)) and ISSUED < first.period_from
    with clock.frozen(date(2026, 9, 11)), transaction():
        second = briefings.order(stage[2], at(11, 10))
        assert second.period_from == date(2026, 9, 8)
    with pytest.raises(BadInput), transaction():
        briefings.order(stage[2], at(1, 8))


def test_a_schedule_is_not_switched_on_beside_its_twin(stage: Stage) -> None:
    clerk, wanted = stage[2], Setting("monthly", 25, 2, address="lanh.dao@tinh.example")
    with transaction():
        first = reports_schedule.add(clerk, wanted)
        reports_schedule.switch(clerk, first.id, on=False)
    with transaction():
        reports_schedule.add(clerk, wanted)
    with pytest.raises(BadInput, match=r"^report\.same_schedule"), transaction():
        reports_schedule.switch(clerk, first.id, on=True)
    with transaction():
        reports_schedule.switch(clerk, first.id, on=False)  # a second press changes nothing
    assert db.session.get_one(ReportSchedule, first.id, populate_existing=True).next_on is None


def test_a_dispatchs_rhythm_is_changed_and_switching_off_what_is_none_changes_nothing(stage: Stage) -> None:
    found, _, clerk = stage
    with transaction() as session:
        assert reports_schedule.choose(clerk, found.id, "") is None
        session.get_one(Dispatch, found.id).report_to_email = "tonghop@tinh.example"
    with transaction():
        first = reports_schedule.choose(clerk, found.id, "weekly", 5)
    with transaction():
        second = reports_schedule.choose(clerk, found.id, "monthly", 25, 2)
    assert first and second and (first.id, second.every, second.cut_day) == (second.id, "monthly", 25)


def test_a_cut_off_that_was_reported_is_not_reported_again(stage: Stage) -> None:
    with transaction():
        found = reports_schedule.add(stage[2], Setting("monthly", 25, 2))
    with clock.frozen(date(2026, 9, 29)):
        assert made(found)
        with transaction() as session:
            session.get_one(ReportSchedule, found.id).next_on = date(2026, 9, 29)
        assert made(found) is None


def test_a_pack_that_is_mailed_tells_no_unit_its_line(stage: Stage) -> None:
    with transaction():
        pack_id = briefings.order(stage[2], at(11, 10)).id
    compile_report.run(pack_id)
    with transaction():
        mail = reports.send(stage[2], pack_id, to="lanhdao@tinh.example")
    assert mail.address == "lanhdao@tinh.example" and "giao ban 10:00 11/09/2026" in mail.subject + mail.body_text
    assert db.session.query(Mail).filter_by(kind="report_line").count() == 0
