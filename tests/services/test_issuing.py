"""Issuing: once, whole, frozen, counted, with one mail per unit."""
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.events import Event
from tracker.models.mails import Mail
from tracker.models.tasks import Task, TaskUnit
from tracker.models.units import Unit
from tracker.services import issuing, tally

DUE = date(2026, 10, 15)


def draft(units: list[Unit] | None = None, tasks: int = 8, due: date | None = DUE, **more: object) -> Dispatch:
    now = clock.now()
    dispatch = Dispatch(
        number="931-CV/HNDT", kind="công văn", subject="Về việc uỷ thác", short_subject="Uỷ thác", issuer="Hội Nông dân tỉnh", issued_on=date(2026, 9, 7),
        created_at=now, updated_at=now, text="1. Việc.", to_units=[unit.id for unit in units] if units is not None else None, **more,
    )
    with transaction() as session:
        session.add(dispatch)
        session.flush()
        session.add_all(
            Task(dispatch_id=dispatch.id, position=n, label=str(n), title=f"Việc {n}", text=f"Làm việc {n}.", due_on=due, why="nêu ngày trong câu")
            for n in range(1, tasks + 1)
        )
    return dispatch


def finding(dispatch: Dispatch, unit: Unit, title: str = "Nợ quá hạn tăng") -> Task:
    task = Task(dispatch_id=dispatch.id, kind="finding", position=99, title=title, text=title, review_on=DUE, to_all=False, units=[TaskUnit(unit_id=unit.id)])
    with transaction() as session:
        session.add(task)
    return task


def rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_eight_tasks_for_27_units_make_216_assignments_and_27_mails_quickly(app: Flask, make: Factory) -> None:
    units = [make.unit() for _ in range(27)]
    clerk = make.actor()
    for _ in range(2):
        dispatch = draft()
        finding(dispatch, units[3])
        start = time.process_time()
        with transaction():
            done = issuing.issue(clerk, dispatch.id, dispatch.version)
        took = time.process_time() - start
    assert (done.tasks, done.findings, done.units, done.assignments, done.mails, done.unreachable) == (8, 1, 27, 217, 27, ())
    mine = select(func.count()).select_from(Assignment).where(Assignment.dispatch_id == dispatch.id)
    assert db.session.scalar(mine) == 217
    assert tally.stored() == tally.counted()
    assert (dispatch.state, dispatch.revision) == ("issued", 1)
    assert took < 0.3  # of processor time, on a crowded machine; the benchmark holds the goal of 0.2 s by the clock


def test_each_unit_gets_one_mail_with_its_own_findings_only(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit(), make.unit()
    dispatch = draft(tasks=2)
    finding(dispatch, ours, "Nợ quá hạn tăng 138 triệu đồng")
    clerk = make.actor()
    with transaction():
        issuing.issue(clerk, dispatch.id, 1)
    mails = {mail.unit_id: mail for mail in db.session.scalars(select(Mail))}
    assert set(mails) == {ours.id, theirs.id} and rows(Mail) == 2
    assert mails[ours.id].address == ours.mailbox and mails[ours.id].state == "queued"
    assert "138 triệu" in mails[ours.id].body_text and "138 triệu" in mails[ours.id].body_html
    assert "138 triệu" not in mails[theirs.id].body_text + mails[theirs.id].body_html
    assert "hạn 15/10/2026" in mails[ours.id].body_text and "vì sao: nêu ngày trong câu" in mails[ours.id].body_text
    assert f"http://127.0.0.1:8000/dispatches/{dispatch.id}" in mails[ours.id].body_text


def test_the_recipients_are_frozen_with_their_names_of_the_day(app: Flask, make: Factory) -> None:
    kept, other = make.unit("Huyện Hà Trung"), make.unit()
    dispatch = draft([kept], tasks=1)
    clerk = make.actor()
    with transaction():
        issuing.issue(clerk, dispatch.id, 1)
    with transaction():
        db.session.get_one(Unit, kept.id).name = "Xã Hà Trung"
    frozen = db.session.scalars(select(DispatchRecipient)).all()
    assert [(row.unit_id, row.unit_name) for row in frozen] == [(kept.id, "Huyện Hà Trung")]
    assert not make.assignments(dispatch, other)


def test_a_second_press_issues_nothing_and_says_so(app: Flask, make: Factory) -> None:
    make.unit()
    clerk, dispatch = make.actor(), draft()
    with transaction():
        issuing.issue(clerk, dispatch.id, 1)
    before = rows(Assignment), rows(Mail), rows(Event)
    for version in (1, 2):
        with pytest.raises(Conflict, match="dispatch.issued"), transaction():
            issuing.issue(clerk, dispatch.id, version)
    assert (rows(Assignment), rows(Mail), rows(Event)) == before


def test_two_clerks_at_once_issue_once(app: Flask, make: Factory) -> None:
    for _ in range(3):
        make.unit()
    clerks, dispatch = [make.actor(), make.actor()], draft()

    def press(who: int) -> str:
        with app.app_context():
            try:
                with clock.frozen(clock.now()), transaction():
                    issuing.issue(clerks[who], dispatch.id, 1)
                return "issued"
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        assert Counter(pool.map(press, range(2))) == Counter({"issued": 1, "dispatch.issued": 1})
    assert (rows(Assignment), rows(Mail), rows(DispatchRecipient)) == (24, 3, 3)


def test_a_stale_draft_is_not_issued(app: Flask, make: Factory) -> None:
    make.unit()
    clerk, dispatch = make.actor(), draft()
    with pytest.raises(Conflict, match="stale"), transaction():
        issuing.issue(clerk, dispatch.id, 7)
    assert rows(Assignment) == 0 and db.session.get_one(Dispatch, dispatch.id).state == "draft"


@pytest.mark.parametrize(("due", "code"), [(None, "task.no_date"), (date(2026, 9, 7), "task.past_date")])
def test_a_task_without_date_or_with_a_past_one_blocks(app: Flask, make: Factory, due: date | None, code: str) -> None:
    make.unit()
    clerk, dispatch = make.actor(), draft(tasks=1, due=due)
    _, plan = issuing.preview(clerk, dispatch.id)
    assert [obstacle.error.code for obstacle in plan.obstacles] == [code]
    with pytest.raises(BadInput, match="issue.blocked"), transaction():
        issuing.issue(clerk, dispatch.id, 1)
    assert (rows(Assignment), rows(Mail), rows(DispatchRecipient)) == (0, 0, 0)
    assert db.session.get_one(Dispatch, dispatch.id, populate_existing=True).state == "draft"


def test_a_unit_without_mailbox_is_named_and_its_mail_kept_as_skipped(app: Flask, make: Factory) -> None:
    silent, manned = make.unit("Huyện Mường Lát", mailbox=None), make.unit(mailbox=None)
    officer = make.person(Role.OFFICER, manned)
    clerk, dispatch = make.actor(), draft()
    _, plan = issuing.preview(clerk, dispatch.id)
    assert [unit.name for unit in plan.unreachable] == ["Huyện Mường Lát"] and plan.mails == 1 and not plan.obstacles
    with transaction():
        done = issuing.issue(clerk, dispatch.id, 1)
    assert done.unreachable == ("Huyện Mường Lát",)
    found = {mail.unit_id: (mail.state, mail.address) for mail in db.session.scalars(select(Mail))}
    assert found == {silent.id: ("skipped", ""), manned.id: ("queued", officer.email)}


def test_roles_and_chosen_units_stand_on_the_assignments(app: Flask, make: Factory) -> None:
    first, second, third = (make.unit() for _ in range(3))
    dispatch = draft(tasks=2)
    one, two = db.session.scalars(select(Task).order_by(Task.position)).all()
    with transaction() as session:
        session.add(TaskUnit(task_id=one.id, unit_id=second.id, role="coordinate"))
        session.get_one(Task, two.id).to_all = False
        session.add(TaskUnit(task_id=two.id, unit_id=third.id, role="lead"))
    clerk = make.actor()
    with transaction():
        issuing.issue(clerk, dispatch.id, 1)
    found = {(a.task_id, a.unit_id): a.role for a in make.assignments(dispatch)}
    assert found == {(one.id, first.id): "lead", (one.id, second.id): "coordinate", (one.id, third.id): "lead", (two.id, third.id): "lead"}


def test_a_finding_outside_the_recipients_is_left_out_and_one_without_unit_blocks(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit(), make.unit()
    clerk, dispatch = make.actor(), draft([ours], tasks=1)
    outside = finding(dispatch, theirs, "Tồn tại của huyện khác").id
    _, plan = issuing.preview(clerk, dispatch.id)
    assert [task.id for task in plan.left_out] == [outside] and not plan.obstacles
    with transaction() as session:
        session.add(Task(dispatch_id=dispatch.id, kind="finding", position=9, title="Không rõ", text="", review_on=DUE, to_all=False))
    _, plan = issuing.preview(clerk, dispatch.id)
    assert [obstacle.error.code for obstacle in plan.obstacles] == ["finding.no_unit"]
    with transaction() as session:
        session.delete(session.get_one(Task, plan.obstacles[0].task_id))
    with transaction():
        issuing.issue(clerk, dispatch.id, 1)
    assert rows(Assignment) == 1 and db.session.scalar(select(func.count()).where(Task.id == outside)) == 0


def test_a_district_may_neither_look_nor_issue(app: Flask, make: Factory) -> None:
    officer = make.actor(Role.OFFICER, make.unit())
    dispatch = draft()
    for call in (lambda: issuing.preview(officer, dispatch.id), lambda: issuing.issue(officer, dispatch.id, 1)):
        with pytest.raises(Forbidden), transaction():
            call()
