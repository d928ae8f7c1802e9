"""A report from the order to the mail: what it counts, who sees it, and what happens when a worker dies or comes twice."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, insert, select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.progress import Tally
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.reports import Report, ReportFile, ReportSchedule
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.units import Unit
from tracker.services import assignments, matrix, report_facts, report_orders, reports, reviewing
from tracker.services import reports_compile as compiling
from tracker.services import reports_schedule as schedules

ISSUED = date(2026, 8, 11)
TODAY = date(2026, 9, 8)


def issued(make: Factory, units: list[Unit]) -> Dispatch:
    """A dispatch of four weeks ago: due in August, due in October, and one without date."""
    with clock.frozen(ISSUED):
        found = make.issued(units, [(date(2026, 8, 31), None), (date(2026, 10, 15), None), (None, date(2026, 9, 30))], number="931-CV/HNDT")
    with transaction() as session:
        row = session.get_one(Dispatch, found.id)
        row.report_to_email, row.report_to_office = "tonghop@tinh.example", "Ban Kinh tế - Xã hội"
        row.signatory_name, row.signatory_title, row.issuer = "Nguyễn Thị An", "T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH", "BCH HND TỈNH THANH HOÁ"
    return found


def hand_in(unit: Unit, rows: list[Assignment], on: date) -> int:
    """A submission with one signed document that answers all rows; gives its id."""
    with clock.frozen(on), transaction() as session:
        now = clock.now()
        submission = Submission(
            dispatch_id=rows[0].dispatch_id, unit_id=unit.id, state="submitted", number="12-CV/HND", dated_on=on, signatory="Lê Văn Bình",
            created_at=now, updated_at=now, submitted_at=now,
        )
        file = StoredFile(sha256="a" * 64, size=3, media_type="application/pdf", name="chi-dao.pdf", created_at=now)
        session.add_all([submission, file])
        session.flush()
        evidence = Evidence(submission_id=submission.id, file_id=file.id, kind="implementing_document", created_at=now)
        session.add(evidence)
        session.flush()
        for row in rows:
            found = session.get_one(Assignment, row.id)
            assignments.advance(MACHINE, found, Act.SUBMIT, submitted_on=on, submitted_at=now, round=found.round + 1)
            session.execute(insert(SubmissionItem).values(
                submission_id=submission.id, assignment_id=row.id, result=f"Kết quả lần {found.round}", round=found.round))
            session.execute(insert(evidence_items).values(evidence_id=evidence.id, assignment_id=row.id))
        return submission.id


def compiled(actor: Actor, dispatch_id: int, as_of: date = TODAY, **more: object) -> Report:
    """A report that went the whole way, as the worker takes it."""
    with transaction():
        row = reports.request_report(actor, dispatch_id, as_of, **more)
    work(row.id)
    return db.session.get_one(Report, row.id, populate_existing=True)


def work(report_id: int) -> bool:
    with transaction():
        claimed = compiling.claim(report_id)
    if claimed is None:
        return False
    with transaction(write=False, one_moment=True):
        found = compiling.facts(claimed)
        tables = compiling.tables(claimed, found)
    drawn = [*tables, *(one for part in compiling.parts(found.data) for one in compiling.draw(part, found.wording))]
    kept = [(one, compiling.keep(one)) for one in drawn]
    with transaction():
        return compiling.record(claimed, found.data, kept, found.differ)


@pytest.fixture
def stage(app: Flask, make: Factory) -> tuple[Dispatch, list[Unit], Actor]:
    """Three units: one handed in late and was accepted, one was returned, one is silent."""
    units = [make.unit(), make.unit(), make.unit()]
    clerk = make.actor()
    found = issued(make, units)
    first, second = make.assignments(found, units[0]), make.assignments(found, units[1])
    late = hand_in(units[0], first[:1], date(2026, 9, 2))
    with clock.frozen(date(2026, 9, 4)), transaction():
        reviewing.accept(clerk, late, [first[0].id])
    poor = hand_in(units[1], second, date(2026, 8, 28))
    with clock.frozen(date(2026, 9, 1)), transaction():
        reviewing.send_back(clerk, poor, [second[0].id], "Thiếu biên bản", date(2026, 9, 3))
    return found, units, clerk


LATEST = Tally(
    accepted_late=1, open_in_time=3, open_overdue=2, open_no_deadline=3, waiting=2, returned=1, not_acknowledged=5, updated=4)


def test_the_figures_of_today(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    data = report_facts.gather(found.id, TODAY)
    # Returned in time: the date moved to the fix-by day, 3 September, and five days have passed since.
    assert data.tally() == LATEST
    assert [(x.line.unit_name, x.days) for x in data.late()] == [(data.units[2].name, 8), (data.units[1].name, 5)]
    assert [unit.name for unit, _ in data.silent()] == [data.units[2].name]
    assert data.lines[0].evidence[0].number == "12-CV/HND"
    assert matrix.matrix(clerk, found.id).total.open_overdue == data.tally().open_overdue
    assert data.letterhead.symbol == "-BC/HNDT"
    assert data.units[0].letterhead.issuer.startswith("BCH HND HUYỆN SỐ")


@pytest.mark.parametrize(("as_of", "expected"), [
    (ISSUED, Tally(open_in_time=6, open_no_deadline=3, not_acknowledged=9)),
    (date(2026, 8, 28), Tally(open_in_time=6, open_no_deadline=3, waiting=3, not_acknowledged=6, updated=3)),
    # Returned on 1 September, handed in on 28 August in time: the new date is 3 September.
    (date(2026, 9, 1), Tally(open_in_time=4, open_overdue=2, open_no_deadline=3, waiting=2, returned=1, not_acknowledged=6, updated=3)),
    (date(2026, 9, 3), Tally(open_in_time=4, open_overdue=2, open_no_deadline=3, waiting=3, returned=1, not_acknowledged=5, updated=4)),
    (date(2026, 9, 4), LATEST),
])
def test_an_earlier_cut_off_sees_nothing_that_came_later(stage: tuple[Dispatch, list[Unit], Actor], as_of: date, expected: Tally) -> None:
    found, _, _ = stage
    assert report_facts.gather(found.id, as_of).tally() == expected


def test_gathering_costs_the_same_number_of_queries_for_any_number_of_units(app: Flask, make: Factory) -> None:
    counts = []
    for n in (1, 12):
        found = issued(make, [make.unit() for _ in range(n)])
        db.session.expire_all()
        seen: list[str] = []

        def note(*args: object, seen: list[str] = seen) -> None:
            seen.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        with transaction(write=False):
            report_facts.gather(found.id, TODAY)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len([s for s in seen if s.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 16


def test_a_report_is_stored_with_its_files_its_figures_and_their_hash(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, units, clerk = stage
    row = compiled(clerk, found.id)
    assert (row.state, row.error, len(row.sha256 or "")) == ("ready", None, 64)
    assert reports.data(clerk, row) == report_facts.gather(found.id, TODAY)
    lines = reports.files(clerk, row)
    assert [(line.unit_code, line.format) for line in lines] == [
        (code, ending) for code in ("", *(unit.code for unit in units)) for ending in sorted(compiling.FORMATS)]
    names = [file.name for file in reports.stored(clerk, row)]
    assert names[0] == "bao-cao-931-cv-hndt-tong-hop-2026-09-08.docx"
    assert len(set(names)) == 4 * len(compiling.FORMATS)


def test_altered_figures_are_not_shown(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    row = compiled(clerk, found.id)
    with transaction():
        changed = {**(row.data or {})}
        changed["figures"] = {**changed["figures"], "silent": []}
        row.data = changed
    with pytest.raises(Conflict, match="altered"):
        reports.data(clerk, row)


def test_a_second_run_changes_nothing(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    row = compiled(clerk, found.id)
    assert work(row.id) is False
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 4 * len(compiling.FORMATS)


def test_a_killed_workers_report_is_taken_up_and_the_dead_one_cannot_record(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    with transaction():
        row = reports.request_report(clerk, found.id, TODAY)
    with transaction():
        lost = compiling.claim(row.id)
    assert lost is not None
    with transaction():
        assert compiling.sweep() == 0
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        with transaction():
            assert compiling.sweep() == 1
        assert work(row.id) is True
    with transaction():
        assert compiling.progress(lost, 1, 4) is False
        assert compiling.record(lost, report_facts.gather(found.id, TODAY), []) is False


def test_a_report_that_loses_three_workers_is_given_up_and_can_be_ordered_again(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    with transaction():
        row = reports.request_report(clerk, found.id, TODAY)
    at = clock.now()
    for _ in range(compiling.TRIES):
        at += timedelta(minutes=5)
        with clock.frozen(at), transaction():
            assert compiling.claim(row.id)
    with clock.frozen(at + timedelta(minutes=5)), transaction():
        assert compiling.sweep() == 0
    shown = db.session.get_one(Report, row.id, populate_existing=True)
    assert shown.state == "failed" and "Lập lại" in (shown.error or "")
    with transaction():
        report_orders.retry(clerk, row.id)
    assert work(row.id) is True
    with pytest.raises(Conflict), transaction():
        report_orders.retry(clerk, row.id)


def test_a_failure_is_told_in_plain_words(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    with transaction():
        row = reports.request_report(clerk, found.id, TODAY)
    with transaction():
        claimed = compiling.claim(row.id)
        assert claimed
        compiling.fail(claimed, RuntimeError("typst: unknown font"))
    shown = db.session.get_one(Report, row.id, populate_existing=True)
    assert shown.state == "failed"
    assert shown.error == "Máy gặp lỗi khi lập báo cáo. Hãy bấm “Lập lại”; nếu vẫn lỗi, hãy báo quản trị viên."


def test_a_unit_sees_its_own_part_only(stage: tuple[Dispatch, list[Unit], Actor], make: Factory) -> None:
    found, units, clerk = stage
    row = compiled(clerk, found.id)
    own, foreign = make.actor(Role.OFFICER, units[0]), make.actor(Role.OFFICER, make.unit())
    seen = reports.data(own, reports.get(own, row.id))
    assert {line.unit_code for line in seen.lines} == {units[0].code}
    assert [(line.unit_code, line.format) for line in reports.files(own, row)] == [(units[0].code, ending) for ending in sorted(compiling.FORMATS)]
    assert [line.id for line in reports.listed(own)] == [row.id]
    assert reports.listed(foreign) == []
    with pytest.raises(NotFound):
        reports.get(foreign, row.id)
    with pytest.raises(NotFound):
        reports.dispatch(foreign, found.id)
    with pytest.raises(Forbidden), transaction():
        reports.request_report(own, found.id, TODAY)
    with pytest.raises(Forbidden), transaction():
        reports.send(own, row.id)


def test_a_unit_does_not_see_a_report_in_the_making(stage: tuple[Dispatch, list[Unit], Actor], make: Factory) -> None:
    found, units, clerk = stage
    with transaction():
        row = reports.request_report(clerk, found.id, TODAY)
    with pytest.raises(NotFound):
        reports.get(make.actor(Role.OFFICER, units[0]), row.id)


@pytest.mark.parametrize("as_of", [ISSUED - timedelta(1), TODAY + timedelta(1)])
def test_a_cut_off_outside_the_dispatchs_life_is_refused(stage: tuple[Dispatch, list[Unit], Actor], as_of: date) -> None:
    found, _, clerk = stage
    with pytest.raises(BadInput, match="as_of"), transaction():
        reports.request_report(clerk, found.id, as_of)
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_sending_twice_from_one_page_sends_once_and_again_from_a_new_page(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    row = compiled(clerk, found.id)
    with transaction():
        first = reports.send(clerk, row.id)
    with transaction():
        assert reports.send(clerk, row.id).id == first.id
    with transaction():
        again = reports.send(clerk, row.id, told_before=first.id)
    assert again.id != first.id
    mail = db.session.get_one(Mail, first.id)
    assert (mail.address, mail.state, len(mail.files)) == ("tonghop@tinh.example", "queued", len(compiling.FORMATS))
    assert "Tổng số 9: đã hoàn thành 1" in mail.body_text
    assert "931-CV/HNDT" in mail.subject


def test_a_dispatch_without_a_report_to_address_says_so(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    with transaction() as session:
        session.get_one(Dispatch, found.id).report_to_email = None
    row = compiled(clerk, found.id, mail_wanted=True)
    assert row.state == "ready" and "địa chỉ thư" in (row.error or "")
    with pytest.raises(BadInput), transaction():
        reports.send(clerk, row.id)
    with pytest.raises(BadInput), transaction():
        schedules.choose(clerk, found.id, "weekly")


def test_a_schedule_orders_once_for_its_day_and_mails(stage: tuple[Dispatch, list[Unit], Actor]) -> None:
    found, _, clerk = stage
    with transaction():
        chosen = schedules.choose(clerk, found.id, "weekly")
    assert chosen and chosen.next_on == date(2026, 9, 14)
    assert schedules.due() == []
    with clock.frozen(date(2026, 9, 29)):  # switched off for two weeks: the latest Monday only
        assert schedules.due() == [chosen.id]
        with transaction():
            report_id = schedules.run(chosen.id)
        with transaction():
            assert schedules.run(chosen.id) is None
        assert report_id
        work(report_id)
    row = db.session.get_one(Report, report_id, populate_existing=True)
    assert (row.as_of, row.state) == (date(2026, 9, 27), "ready")
    assert row.mail_id
    assert db.session.get_one(ReportSchedule, chosen.id, populate_existing=True).next_on == date(2026, 10, 5)
    with transaction():
        schedules.choose(clerk, found.id, "")
    assert db.session.get_one(ReportSchedule, chosen.id, populate_existing=True).next_on is None


def test_a_cancelled_assignment_is_outside(stage: tuple[Dispatch, list[Unit], Actor], make: Factory) -> None:
    found, units, clerk = stage
    row = make.assignments(found, units[2])[0]
    with transaction() as session:
        assignments.advance(clerk, session.get_one(Assignment, row.id), Act.CANCEL)
    counts = report_facts.gather(found.id, TODAY).tally()
    assert (counts.total, counts.outside, counts.open_overdue) == (8, 1, 1)
    assert report_facts.gather(found.id, TODAY - timedelta(1)).tally().total == 9
    assert row.state != State.ACCEPTED
