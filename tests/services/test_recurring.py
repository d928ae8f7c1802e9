"""Recurring tasks: the first period at issue, the later ones on their first day, and when they stop."""
import threading
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain import rhythm as rhythms
from tracker.domain.access import Role
from tracker.domain.deadlines import Precision
from tracker.domain.errors import Conflict, Forbidden, NotFound
from tracker.domain.rhythm import Every, Rhythm
from tracker.domain.status import Act
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.tasks import Task, TaskUnit
from tracker.models.units import Unit
from tracker.services import assignments, draft_tasks, drafts, ending, intake, issuing, matrix, recurring, report_facts, series, tally
from tracker.services.draft_tasks import TaskForm
from workers.recurring import open_due

MONTHLY = Rhythm(Every.MONTH, 1, 19, cut_off=15)
TEXT = """HỘI NÔNG DÂN TỈNH
Số: 940-CV/HNDT
Thanh Hóa, ngày 07 tháng 9 năm 2026
Về việc báo cáo tình hình
Kính gửi: Hội Nông dân các huyện
1. Báo cáo tình hình giải ngân về Tỉnh Hội trước ngày 20 hàng tháng (chốt số liệu ngày 15).
2. Tuyên truyền chính sách mới.
"""


def issued(make: Factory, rhythm: Rhythm = MONTHLY, units: list[Unit] | None = None) -> Dispatch:
    """A dispatch with one recurring task, issued through the services on the day of the clock."""
    clerk, now = make.actor(), clock.now()
    with transaction() as session:
        draft = Dispatch(
            state="draft", number="940-CV/HNDT", kind="công văn", issued_on=clock.today(), subject="Báo cáo tình hình", short_subject="Báo cáo tình hình",
            text="Báo cáo.", created_at=now, updated_at=now, to_units=[unit.id for unit in units] if units else None,
        )
        session.add(draft)
        session.flush()
        task = Task(dispatch_id=draft.id, position=1, title="Báo cáo tình hình", text="Báo cáo.", precision="none", evidence=["report"])
        session.add(task)
        session.flush()
        form = TaskForm("Báo cáo tình hình", "Báo cáo.", "recurring", None, None, ("report",), True, {}, rhythm)
        draft_tasks.save(clerk, draft.id, 1, task.id, form)
        session.flush()
        issuing.issue(clerk, draft.id, draft.version)
    return draft


def tasks(dispatch: Dispatch) -> list[Task]:
    wanted = select(Task).where(Task.dispatch_id == dispatch.id).order_by(Task.position, Task.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def run(day: date | datetime) -> None:
    with clock.frozen(day):
        open_due.run()


def test_the_reader_gives_a_draft_its_rhythm(app: Flask, make: Factory) -> None:
    make.unit()
    clerk = make.actor()
    taken = intake.take_text(TEXT)
    with transaction():
        draft = intake.create(clerk, taken)
    first, second = tasks(draft)
    assert first.rhythm == rhythms.to_json(MONTHLY)
    assert (first.precision, first.due_on) == (Precision.RECURRING, date(2026, 9, 19))
    assert "hằng tháng, hạn ngày 19, chốt số liệu ngày 15" in first.why and "15/09/2026" in first.why
    assert second.rhythm is None and not any("Hạn nói chung" in doubt["text"] for doubt in first.doubts)


def test_the_rhythm_is_edited_in_the_draft_and_undone(app: Flask, make: Factory) -> None:
    make.unit()
    clerk = make.actor()
    taken = intake.take_text(TEXT)
    with transaction():
        draft = intake.create(clerk, taken)
    task = tasks(draft)[0]
    form = {"title": "Báo cáo", "text": task.text, "precision": "recurring", "review_on": None, "evidence": (), "to_all": True, "units": {}}
    with transaction():
        draft_tasks.save(clerk, draft.id, draft.version, task.id, TaskForm(**form, due_on=task.due_on, rhythm=Rhythm(Every.QUARTER, 0, 10)))
    assert (tasks(draft)[0].due_on, tasks(draft)[0].precision) == (date(2026, 10, 10), "recurring")
    with transaction():
        draft_tasks.save(clerk, draft.id, draft.version, task.id, TaskForm(**form, due_on=date(2026, 10, 12), rhythm=Rhythm(Every.QUARTER, 0, 10)))
    assert tasks(draft)[0].due_on == date(2026, 10, 12)  # the first date may be changed by itself
    with transaction():
        draft_tasks.save(clerk, draft.id, draft.version, task.id, TaskForm(**form | {"precision": "day"}, due_on=date(2026, 10, 12)))
    assert (tasks(draft)[0].rhythm, tasks(draft)[0].precision) == (None, "day")
    with transaction():
        draft_tasks.date_all(clerk, draft.id, None, date(2026, 10, 1))
    with transaction():
        drafts.change(clerk, draft.id)
    assert tasks(draft)[0].rhythm is None


def test_issuing_opens_the_first_period_and_the_worker_the_next(app: Flask, make: Factory) -> None:
    units = [make.unit(), make.unit()]
    dispatch = issued(make)
    (first,) = tasks(dispatch)
    assert (first.title, first.period, first.due_on) == ("Báo cáo tình hình — kỳ tháng 9/2026", "2026-09", date(2026, 9, 19))
    run(date(2026, 9, 30))
    assert len(tasks(dispatch)) == 1
    run(datetime(2026, 10, 1, 0, 10, tzinfo=clock.LOCAL))
    run(date(2026, 10, 1))
    _, second = tasks(dispatch)
    assert (second.title, second.period, second.due_on, second.series_id) == ("Báo cáo tình hình — kỳ tháng 10/2026", "2026-10", date(2026, 10, 19), first.id)
    rows = list(db.session.scalars(select(Assignment).where(Assignment.task_id == second.id).order_by(Assignment.unit_id)))
    assert [(row.unit_id, row.role, row.state, row.due_on, row.original_due_on, row.chase_on) for row in rows] == [
        (unit.id, "lead", "assigned", date(2026, 10, 19), date(2026, 10, 19), date(2026, 10, 19)) for unit in units]
    assert tally.stored() == tally.counted()
    mails = list(db.session.scalars(select(Mail).where(Mail.kind == "period").order_by(Mail.id)))
    assert [mail.unit_id for mail in mails] == [unit.id for unit in units]
    assert "kỳ tháng 10/2026" in mails[0].body_text and "hạn 19/10/2026" in mails[0].body_text
    assert clock.local(mails[0].not_before) == datetime(2026, 10, 1, 7, 30, tzinfo=clock.LOCAL)  # opened at 00:10, told in office hours


def test_pages_and_reports_cope_with_periods(app: Flask, make: Factory) -> None:
    make.unit()
    dispatch = issued(make)
    with clock.frozen(date(2026, 10, 2)):
        open_due.run()
        found = matrix.matrix(make.actor(), dispatch.id)
        assert [task.title.partition(" — ")[2] for task in found.tasks] == ["kỳ tháng 9/2026", "kỳ tháng 10/2026"]
        data = report_facts.gather(dispatch.id, clock.today())
        assert [line.task_title for line in data.lines] == ["Báo cáo tình hình — kỳ tháng 9/2026", "Báo cáo tình hình — kỳ tháng 10/2026"]
        (series,) = recurring.listed(db.session.get_one(Dispatch, dispatch.id))
        assert (series.title, series.opened, series.last) == ("Báo cáo tình hình", 2, "tháng 10/2026")
        assert (series.opens_on, series.due_on, series.next) == (date(2026, 11, 1), date(2026, 11, 19), "tháng 11/2026")


@pytest.mark.parametrize(("day", "periods"), [
    (date(2026, 12, 3), ["2026-09", "2026-12"]), (date(2026, 12, 25), ["2026-09", "2026-12"]),
])
def test_missed_periods_are_passed_over_but_the_latest(app: Flask, make: Factory, day: date, periods: list[str]) -> None:
    make.unit()
    dispatch = issued(make)
    run(day)
    assert [task.period for task in tasks(dispatch)] == periods
    assert ("vì máy nghỉ" in tasks(dispatch)[-1].why) == (day > date(2026, 12, 19))


def test_roles_stay_and_who_was_found_not_responsible_is_left_out(app: Flask, make: Factory) -> None:
    lead, helper, freed, gone = make.unit(), make.unit(), make.unit(), make.unit()
    dispatch = issued(make)
    rows = {row.unit_id: row for row in make.assignments(dispatch)}
    clerk = make.actor()
    with transaction() as session:
        session.merge(rows[helper.id]).role = "coordinate"
        session.get_one(Unit, gone.id).valid_to = date(2026, 9, 20)
        row = session.get_one(Assignment, rows[freed.id].id)
        assignments.advance(clerk, row, Act.OBJECT)
        assignments.advance(clerk, row, Act.UPHOLD, upheld=True)
    run(date(2026, 10, 1))
    second = tasks(dispatch)[1]
    made = db.session.execute(select(Assignment.unit_id, Assignment.role).where(Assignment.task_id == second.id).order_by(Assignment.unit_id)).all()
    assert [tuple(row) for row in made] == [(lead.id, "lead"), (helper.id, "coordinate")]
    assert not db.session.scalars(select(TaskUnit).where(TaskUnit.task_id == second.id)).all()


def test_communes_have_their_own_day(app: Flask, make: Factory) -> None:
    district, commune = make.unit(), make.unit("Xã Hạ")
    with transaction() as session:
        session.get_one(Unit, commune.id).level = "commune"
    dispatch = issued(make, Rhythm(Every.MONTH, 1, 19, commune_day=12), [district, commune])
    run(date(2026, 10, 1))
    dates = db.session.execute(select(Assignment.unit_id, Assignment.due_on).where(Assignment.dispatch_id == dispatch.id).order_by(Assignment.id)).all()
    assert [tuple(row) for row in dates] == [
        (district.id, date(2026, 9, 19)), (commune.id, date(2026, 9, 12)), (district.id, date(2026, 10, 19)), (commune.id, date(2026, 10, 12))]
    assert tally.stored() == tally.counted()
    told = {mail.unit_id: mail.body_text for mail in db.session.scalars(select(Mail).where(Mail.kind == "period"))}
    assert "hạn 12/10/2026" in told[commune.id] and "hạn 19/10/2026" in told[district.id]


@pytest.mark.parametrize("how", ["close", "withdraw", "drop", "until"])
def test_a_series_stops(app: Flask, make: Factory, how: str) -> None:
    make.unit()
    dispatch, clerk = issued(make), make.actor()
    version = db.session.get_one(Dispatch, dispatch.id).version
    with transaction() as session:
        if how == "close":
            ending.close(clerk, dispatch.id, version)
        elif how == "withdraw":
            ending.withdraw(clerk, dispatch.id, version, "Thay bằng văn bản khác")
        elif how == "drop":
            session.get_one(Task, tasks(dispatch)[0].id).cancelled = True
        else:
            recurring.end(clerk, dispatch.id, tasks(dispatch)[0].id, date(2026, 9, 30))
    run(date(2026, 10, 1))
    assert len(tasks(dispatch)) == 1
    if how == "until":
        with transaction():
            recurring.end(clerk, dispatch.id, tasks(dispatch)[0].id, None)
        run(date(2026, 10, 2))
        assert len(tasks(dispatch)) == 2


def test_the_end_of_a_series_is_the_clerks_and_of_its_own_dispatch(app: Flask, make: Factory) -> None:
    make.unit()
    dispatch, other, clerk, leader = issued(make), issued(make), make.actor(), make.actor(Role.LEADER)
    task_id = tasks(dispatch)[0].id
    with pytest.raises(NotFound), transaction():
        recurring.end(clerk, other.id, task_id, None)
    with pytest.raises(Forbidden), transaction():
        recurring.end(leader, dispatch.id, task_id, None)
    with transaction() as session:
        ending.close(clerk, dispatch.id, session.get_one(Dispatch, dispatch.id).version)
    with pytest.raises(Conflict), transaction():
        recurring.end(clerk, dispatch.id, task_id, None)


def test_one_bad_series_never_stops_the_rest(app: Flask, make: Factory) -> None:
    make.unit()
    bad, good = issued(make), issued(make)
    with transaction() as session:
        session.get_one(Task, tasks(bad)[0].id).rhythm = {"every": "fortnight", "month": 1, "day": 3}
    run(date(2026, 10, 1))
    assert [len(tasks(one)) for one in (bad, good)] == [1, 2]


def test_two_workers_at_once_open_a_period_once(app: Flask, make: Factory) -> None:
    for _ in range(3):
        make.unit()
    dispatches = [issued(make) for _ in range(3)]
    barrier, problems = threading.Barrier(3), []

    def work() -> None:
        with app.app_context():
            try:
                barrier.wait(20)
                open_due.run()
            except Exception as error:
                problems.append(error)
            finally:
                db.session.remove()

    with clock.frozen(date(2026, 10, 1)):
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert not problems
    db.session.rollback()
    for dispatch in dispatches:
        assert [task.period for task in tasks(dispatch)] == ["2026-09", "2026-10"]
        assert len(make.assignments(dispatch)) == 6
    assert tally.stored() == tally.counted()
    assert len(list(db.session.scalars(select(Mail).where(Mail.kind == "period")))) == 9


def test_a_rhythm_that_a_form_says_or_does_not() -> None:
    assert series.chosen("", "", None, None, None, None) is None and series.chosen("fortnight", "", 5, None, None, None) is None
    monthly = series.chosen("month", "next", 5, None, None, None)
    assert monthly is not None and (str(monthly.every), monthly.day) == ("month", 5)
