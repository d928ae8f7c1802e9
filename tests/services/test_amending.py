"""Amending, withdrawing, closing: what is owed moves, what is done stays, and only those affected are told."""
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import DUE, REVIEW, Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.mails import Mail
from tracker.models.tasks import Task
from tracker.services import amending, assignments, ending, objection_decisions, objections, tally
from tracker.services.amending import NewTask, TaskChange

LATER = date(2026, 10, 20)


def tasks(dispatch: Dispatch) -> list[Task]:
    return list(db.session.scalars(select(Task).filter_by(dispatch_id=dispatch.id).order_by(Task.position, Task.id)))


def change(task: Task, **more: object) -> TaskChange:
    values: dict[str, object] = {"task_id": task.id, "title": task.title, "text": task.text, "due_on": task.due_on, "review_on": task.review_on, **more}
    return TaskChange(**values)  # type: ignore[arg-type]


def rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_new_date_moves_what_is_owed_and_tells_those_units_what_changed(app: Flask, make: Factory) -> None:
    units = [make.unit() for _ in range(3)]
    clerk, dispatch = make.actor(), make.issued(units)
    first, second = tasks(dispatch)
    done, waiting, owed = [make.assignments(dispatch, unit)[0].id for unit in units]
    with transaction():
        for id_, acts in ((done, (Act.SUBMIT, Act.ACCEPT)), (waiting, (Act.SUBMIT,))):
            for act in acts:
                fields = {"submitted_on": DUE} if act == Act.SUBMIT else {"accepted_on": DUE}
                assignments.advance(clerk, assignments.get(clerk, id_), act, **fields)
    with transaction():
        did = amending.amend(clerk, dispatch.id, 1, [change(first, due_on=LATER), change(second)], reason="Lùi hạn theo kế hoạch mới")
    found = {a.id: (a.due_on, a.original_due_on, a.deadline_version) for a in make.assignments(dispatch) if a.task_id == first.id}
    assert found == {done: (DUE, DUE, 1), waiting: (DUE, DUE, 1), owed: (LATER, DUE, 2)}
    assert db.session.get_one(Assignment, owed).chase_on == LATER
    assert (did.revision, did.assignments, did.units, did.mails) == (2, 1, {units[2].id}, 1)
    mail = db.session.scalars(select(Mail)).one()
    assert mail.unit_id == units[2].id and "hạn 20/10/2026" in mail.body_text and "trước đây: hạn 30/09/2026" in mail.body_text
    assert "Lùi hạn theo kế hoạch mới" in mail.body_html and tally.stored() == tally.counted()
    kinds = list(db.session.scalars(select(Event.kind).where(Event.kind.in_(("assignment.dates", "dispatch.amend"))).order_by(Event.id)))
    assert kinds == ["assignment.dates", "dispatch.amend"]


def test_an_extension_of_its_own_is_not_taken_back(app: Flask, make: Factory) -> None:
    unit = make.unit()
    clerk, dispatch = make.actor(), make.issued([unit])
    mine = make.assignments(dispatch, unit)[0]
    with transaction() as session:
        session.merge(mine).due_on = date(2026, 11, 30)
        session.flush()
        tally.rebuild()
    with transaction():
        amending.amend(clerk, dispatch.id, 1, [change(tasks(dispatch)[0], due_on=LATER)], reason="x")
    assert db.session.get_one(Assignment, mine.id, populate_existing=True).due_on == date(2026, 11, 30)
    assert rows(Mail) == 0


def test_dropped_and_added_tasks(app: Flask, make: Factory) -> None:
    units = [make.unit(), make.unit()]
    clerk, dispatch = make.actor(), make.issued(units)
    first, second = tasks(dispatch)
    with transaction():
        did = amending.amend(clerk, dispatch.id, 1, [change(first, drop=True)], [NewTask("Việc thêm", "Làm thêm", None, LATER)], "Đổi nội dung")
    states = {(a.task_id, a.state) for a in make.assignments(dispatch)}
    assert (first.id, State.CANCELLED) in states and (second.id, State.ASSIGNED) in states
    added = tasks(dispatch)[-1]
    assert (added.title, added.position, len([a for a in make.assignments(dispatch) if a.task_id == added.id])) == ("Việc thêm", 3, 2)
    assert did.mails == 2 and tally.stored() == tally.counted()
    text = db.session.scalars(select(Mail.body_text)).first() or ""
    assert "bỏ, không phải làm nữa" in text and "việc mới" in text


def test_a_new_task_or_finding_for_some_units_reaches_them_alone(app: Flask, make: Factory) -> None:
    units = [make.unit() for _ in range(3)]
    clerk, dispatch = make.actor(), make.issued(units)
    added = [NewTask("Việc riêng", "", LATER, None, (units[0].id, units[2].id)), NewTask("Nợ xấu tăng", "", None, REVIEW, (units[1].id,), finding=True)]
    with transaction():
        did = amending.amend(clerk, dispatch.id, 1, [], added, "Bổ sung việc riêng")
    new = {task.title: task for task in tasks(dispatch)[2:]}
    assert [(task.kind, task.to_all) for task in new.values()] == [("task", False), ("finding", False)]
    charged = {title: {a.unit_id for a in make.assignments(dispatch) if a.task_id == task.id} for title, task in new.items()}
    assert charged == {"Việc riêng": {units[0].id, units[2].id}, "Nợ xấu tăng": {units[1].id}}
    assert did.mails == 3 and [one.what for one in did.differences] == [
        "việc mới cho 2 đơn vị, hạn 20/10/2026", f"tồn tại nêu đích danh cho 1 đơn vị, {amending.date_words(None, REVIEW)}",
    ]
    told = {mail.unit_id: mail.body_text for mail in db.session.scalars(select(Mail))}
    assert "Nợ xấu tăng" in told[units[1].id] and "Nợ xấu tăng" not in told[units[0].id] + told[units[2].id]
    assert tally.stored() == tally.counted()


def test_a_new_task_is_refused_for_nobody_and_for_a_unit_that_is_no_recipient(app: Flask, make: Factory) -> None:
    unit, stranger = make.unit(), make.unit()
    clerk, dispatch = make.actor(), make.issued([unit])
    with pytest.raises(BadInput, match="recipients.none"), transaction():
        amending.amend(clerk, dispatch.id, 1, [], [NewTask("Nợ xấu", "", LATER, None, (), finding=True)], "Bổ sung")
    with pytest.raises(NotFound), transaction():
        amending.amend(clerk, dispatch.id, 1, [], [NewTask("Việc lạ", "", LATER, None, (stranger.id,))], "Bổ sung")
    assert len(tasks(dispatch)) == 2 and rows(Mail) == 0


def test_new_words_keep_the_dates(app: Flask, make: Factory) -> None:
    unit = make.unit()
    clerk, dispatch = make.actor(), make.issued([unit])
    with transaction():
        amending.amend(clerk, dispatch.id, 1, [change(tasks(dispatch)[1], title="Việc viết lại")], reason="Rõ hơn")
    mine = make.assignments(dispatch, unit)[1]
    assert (mine.review_on, mine.deadline_version) == (REVIEW, 1)
    assert tasks(dispatch)[1].title == "Việc viết lại" and rows(Mail) == 1


@pytest.mark.parametrize(
    ("more", "reason", "code"),
    [
        ({"due_on": LATER}, " ", "amend.no_reason"), ({}, "x", "amend.nothing"), ({"due_on": None}, "x", "task.no_date"),
        ({"due_on": date(2026, 9, 1)}, "x", "task.past_date"), ({"title": ""}, "x", "task.no_title"),
    ],
)
def test_refused_amendments_change_nothing(app: Flask, make: Factory, more: dict[str, object], reason: str, code: str) -> None:
    clerk, dispatch = make.actor(), make.issued([make.unit()])
    before = rows(Event), rows(Mail)
    with pytest.raises(BadInput, match=code), transaction():
        amending.amend(clerk, dispatch.id, 1, [change(tasks(dispatch)[0], **more)], reason=reason)
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert (found.version, found.revision, (rows(Event), rows(Mail))) == (1, 1, before)


def test_withdrawing_cancels_what_is_open_and_tells_everyone(app: Flask, make: Factory) -> None:
    units = [make.unit(), make.unit()]
    clerk, dispatch = make.actor(), make.issued(units)
    kept = make.assignments(dispatch, units[0])[0].id
    with transaction():
        assignments.advance(clerk, assignments.get(clerk, kept), Act.SUBMIT, submitted_on=DUE)
        assignments.advance(clerk, assignments.get(clerk, kept), Act.ACCEPT, accepted_on=DUE)
    with pytest.raises(BadInput, match="withdraw.no_reason"), transaction():
        ending.withdraw(clerk, dispatch.id, 1, "  ")
    with transaction():
        ending.withdraw(clerk, dispatch.id, 1, "Thay bằng công văn khác")
    assert {a.id: a.state for a in make.assignments(dispatch)}[kept] == State.ACCEPTED
    assert sum(a.state == State.CANCELLED for a in make.assignments(dispatch)) == 3
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert (found.state, found.ended_reason) == ("withdrawn", "Thay bằng công văn khác")
    assert rows(Mail) == 2 and tally.stored() == tally.counted()
    assert "Thay bằng công văn khác" in (db.session.scalars(select(Mail.body_text)).first() or "")


def test_closing_and_reopening_change_no_assignment(app: Flask, make: Factory) -> None:
    clerk, dispatch = make.actor(), make.issued([make.unit()])
    with transaction():
        ending.close(clerk, dispatch.id, 1)
    with pytest.raises(Conflict, match="dispatch.state"), transaction():
        ending.close(clerk, dispatch.id, 2)
    with transaction():
        ending.reopen(clerk, dispatch.id, 2)
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert (found.state, found.ended_at, rows(Mail)) == ("issued", None, 0)
    assert {a.state for a in make.assignments(dispatch)} == {State.ASSIGNED}


@pytest.mark.parametrize(
    "act",
    [
        lambda who, d: amending.amend(who, d, 1, [], [NewTask("x", "", LATER, None)], "x"), lambda who, d: ending.withdraw(who, d, 1, "x"),
        lambda who, d: ending.close(who, d, 1),
    ],
)
def test_stale_pages_and_other_roles_are_refused(app: Flask, make: Factory, act: Callable[[Actor, int], object]) -> None:
    dispatch = make.issued([make.unit()])
    with pytest.raises(Forbidden), transaction():
        act(Actor(None, "Lãnh đạo", Role.LEADER, None), dispatch.id)
    with transaction() as session:
        session.get_one(Dispatch, dispatch.id).version = 5
    with pytest.raises(Conflict, match="stale"), transaction():
        act(Actor(None, "Máy", Role.CLERK, None), dispatch.id)


def test_a_new_date_reaches_what_is_objected_to_and_the_days_waited_before_it_are_not_added(sqlite_app: Flask) -> None:
    make = Factory()
    unit, clerk = make.unit(), make.actor()
    dispatch, officer = make.issued([unit]), make.actor(Role.OFFICER, unit)
    dated, undated = make.assignments(dispatch, unit)
    first, second = tasks(dispatch)
    with transaction():
        ids = objections.object_to(officer, [dated.id, undated.id], "Không có đất rừng")
    noon = clock.now()
    with clock.frozen(noon + timedelta(days=5)), transaction():
        amending.amend(clerk, dispatch.id, 1, [change(first, due_on=LATER), change(second)], reason="Lùi hạn")
    assert tally.stored() == tally.counted() and dates(dated) == (State.OBJECTED, LATER) and rows(Mail) == 1
    with clock.frozen(noon + timedelta(days=7)):
        with transaction():
            objection_decisions.dismiss(clerk, ids, "Có ba xã có rừng")
        assert dates(dated) == (State.ASSIGNED, LATER + timedelta(days=2)) and dates(undated) == (State.ASSIGNED, None)
        told = db.session.scalars(select(Mail).where(Mail.kind == "objected")).one()
        assert "đã cộng 2 ngày chờ tỉnh trả lời" in told.body_text and "đã cộng 7 ngày chờ tỉnh trả lời" in told.body_text
        with transaction():
            assert objection_decisions.undo(clerk, told.id) == 2
        assert dates(dated) == (State.OBJECTED, LATER) and tally.stored() == tally.counted()
    with clock.frozen(noon + timedelta(days=8)):
        with transaction():
            objections.take_back(officer, ids[0])
        assert dates(dated) == (State.ASSIGNED, LATER + timedelta(days=3))


def dates(row: Assignment) -> tuple[str, date | None]:
    db.session.refresh(row)
    return row.state, row.due_on
