"""The matrix of a dispatch and its silent units: every cell the most urgent truth, sums that add up, five queries."""
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.factories import Factory
from tests.services.test_overview import fail_a_mail, queries
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden, NotFound
from tracker.domain.status import State
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Reminder
from tracker.models.tasks import Task
from tracker.models.units import RecipientGroup, group_units
from tracker.services import issuing, letter_lines, matrix, nudges, report_facts, reviewing, silent, unit_page

LATE, SOON, REVIEW = date(2026, 8, 31), date(2026, 9, 11), date(2026, 10, 15)


def test_cells_show_the_most_urgent_truth_and_add_up(app: Flask, make: Factory) -> None:
    late, good, clerk = make.unit("Hà Trung"), make.unit("Yên Định"), make.actor()
    dispatch = make.issued([late, good], [(LATE, None), (SOON, None), (None, REVIEW)])
    first, _, third = make.assignments(dispatch, good)
    submission_id = hand_in(good, [first, third], date(2026, 9, 2))
    with transaction():
        reviewing.accept(clerk, submission_id, [first.id])
    found = matrix.matrix(clerk, dispatch.id)
    words = {line.name: [line.cells[task.id].face.words for task in found.tasks] for line in found.lines}
    assert words == {"Hà Trung": ["quá hạn 8", "còn 3 ngày", "chưa nhận"], "Yên Định": ["xong muộn 2", "còn 3 ngày", "chờ duyệt"]}
    assert dict(found.counts) == {"over": 1, "soon": 2, "new": 1, "dlate": 1, "wait": 1}
    assert found.total.total == sum(found.counts.values()) == 6
    assert (found.silent_count, [line.name for line in found.late_lines]) == (1, ["Hà Trung"])


def test_findings_stand_under_it_and_outside_its_sums(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit("Hà Trung"), make.actor()
    dispatch = make.issued([unit], [(SOON, None)])
    with transaction() as session:
        task = Task(dispatch_id=dispatch.id, kind="finding", position=99, title="Nợ quá hạn tăng", text="x", review_on=REVIEW, to_all=False)
        session.add(task)
        session.flush()
        issuing.assign(clerk, issuing.rows_of(dispatch.id, [task], {task.id: {unit.id: "lead"}}))
    found = matrix.matrix(clerk, dispatch.id)
    assert (found.total.total, len(found.tasks)) == (1, 1)
    assert [(one.unit, one.title, one.dated) for one in found.named] == [("Hà Trung", "Nợ quá hạn tăng", "xem lại 15/10")]


def test_rows_are_narrowed_and_sorted_but_sums_stay(app: Flask, make: Factory) -> None:
    late, good, clerk = make.unit("Hà Trung"), make.unit("Đông Sơn"), make.actor()
    dispatch = make.issued([good, late], [(LATE, None), (SOON, None)])
    rows = make.assignments(dispatch, good)
    submission_id = hand_in(good, rows, LATE)
    with transaction() as session:
        reviewing.accept(clerk, submission_id, [row.id for row in rows])
        session.add(RecipientGroup(id=5, name="Nhóm thử"))
        session.flush()
        session.execute(insert(group_units).values(group_id=5, unit_id=late.id))

    def shown(**narrow: object) -> list[str]:
        found = matrix.matrix(clerk, dispatch.id, **narrow)  # type: ignore[arg-type]
        assert found.total.total == 4
        return [line.name for line in found.shown]

    assert shown() == ["Hà Trung", "Đông Sơn"]
    assert shown(sort="done") == shown(sort="name") == ["Đông Sơn", "Hà Trung"]
    assert shown(kind="over") == shown(group_id=5) == shown(unit_id=late.id) == ["Hà Trung"]
    assert shown(name="dong") == ["Đông Sơn"]


def test_who_may_see_it(app: Flask, make: Factory) -> None:
    unit = make.unit()
    dispatch = make.issued([unit])
    now = clock.now()
    with transaction() as session:
        draft = Dispatch(created_at=now, updated_at=now)
        session.add(draft)
    for page in (matrix.matrix, silent.silent):
        page(make.actor(Role.AUDITOR), dispatch.id)
        with pytest.raises(Forbidden):
            page(make.actor(Role.OFFICER, unit), dispatch.id)
        for missing in (draft.id, 999):
            with pytest.raises(NotFound):
                page(make.actor(), missing)


def test_it_costs_eight_queries_however_large(app: Flask, make: Factory) -> None:
    dispatch, clerk = make.issued([make.unit() for _ in range(9)], [(LATE, None)] * 5), make.actor()
    assert queries(lambda: matrix.matrix(clerk, dispatch.id, group_id=1)) <= 8


def test_silent_units_since_when_and_how_often_reminded(app: Flask, make: Factory) -> None:
    unread, taken, good, clerk = make.unit("Quan Sơn"), make.unit("Hà Trung"), make.unit("Yên Định"), make.actor()
    make.person(Role.OFFICER, unread, name="Lò Văn Mười", phone="0912 345 678")
    dispatch = make.issued([unread, taken, good], [(LATE, None), (SOON, None)])
    hand_in(good, make.assignments(dispatch, good)[:1], LATE)
    with transaction():
        for row in make.assignments(dispatch, taken):
            row.state, row.acknowledged_at = State.ACKNOWLEDGED, clock.now()
    for day in (date(2026, 9, 2), date(2026, 9, 4)):
        with clock.frozen(day), transaction():
            nudges.nudge(clerk, dispatch.id, [unread.id])
    found = silent.silent(clerk, dispatch.id)
    assert [(line.name, line.total, line.over, line.reminded, line.reminded_on, line.contacts) for line in found.unread] == [
        ("Quan Sơn", 2, 1, 2, date(2026, 9, 4), [("Lò Văn Mười", "0912 345 678")])
    ]
    assert ([line.name for line in found.unanswered], found.units) == (["Hà Trung"], 3)


def test_rows_stand_under_their_clusters_and_a_large_one_is_dense(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    north, south, clerk = make.unit("Quan Sơn"), make.unit("Nga Sơn"), make.actor()
    dispatch = make.issued([north, south], [(LATE, None), (SOON, None)])
    with transaction() as session:
        session.add(RecipientGroup(id=5, name="Miền núi"))
        session.flush()
        session.execute(insert(group_units).values(group_id=5, unit_id=north.id))
    found = matrix.matrix(clerk, dispatch.id, clustered=True)
    assert [(one.name, [line.name for line in one.lines], one.late) for one in found.clusters] == [
        ("Miền núi", ["Quan Sơn"], 1), ("Ngoài các nhóm", ["Nga Sơn"], 1)]
    assert (len(matrix.matrix(clerk, dispatch.id).clusters), found.dense) == (1, False)
    monkeypatch.setattr(matrix, "LINKED", 3)
    assert (found.dense, matrix.matrix(clerk, dispatch.id, unit_id=north.id).dense) == (True, False)


def test_a_mailbox_that_takes_no_mail_is_marked_and_narrows_nothing(app: Flask, make: Factory) -> None:
    one, other, clerk = make.unit("Hà Trung"), make.unit("Yên Định"), make.actor()
    dispatch = make.issued([one, other], [(SOON, None)])
    fail_a_mail(other)
    found = matrix.matrix(clerk, dispatch.id)
    assert {line.name: line.ill and line.ill.short for line in found.shown} == {"Hà Trung": None, "Yên Định": "thư bị từ chối"}


def test_what_went_to_nobody_is_no_reminder(app: Flask, make: Factory) -> None:
    """A unit's place on the list for a letter, and a step that a clerk left out."""
    unit, clerk = make.unit("Hà Trung"), make.actor()
    dispatch = make.issued([unit], [(LATE, None)])
    first = make.assignments(dispatch, unit)[0]
    with transaction() as session:
        for recipient, by in (("letter", None), (f"u{unit.id}", clerk.id)):
            session.add(Reminder(assignment_id=first.id, unit_id=unit.id, dispatch_id=dispatch.id, recipient=recipient, step="late-6", deadline_version=1,
                                 on_day=date(2026, 9, 4), by_person_id=by))
    assert matrix.matrix(clerk, dispatch.id).lines[0].reminded_on is None
    assert [(line.reminded, line.reminded_on) for line in silent.silent(clerk, dispatch.id).unread] == [(0, None)]
    assert unit_page.work(clerk, unit.id).reminders == []
    assert report_facts.gather(dispatch.id, clock.today()).lines[0].reminded == letter_lines.of_dispatch(dispatch.id, clock.today())[0].reminded == 0
    with transaction():
        nudges.nudge(clerk, dispatch.id, [unit.id])
    assert matrix.matrix(clerk, dispatch.id).lines[0].reminded_on == clock.today()
    assert report_facts.gather(dispatch.id, clock.today()).lines[0].reminded == letter_lines.of_dispatch(dispatch.id, clock.today())[0].reminded == 1


def test_what_an_amendment_took_out_and_an_ill_mailbox_elsewhere_are_passed_over(app: Flask, make: Factory) -> None:
    one, other, clerk = make.unit("Yên Định"), make.unit("Hà Trung"), make.actor()
    dispatch = make.issued([one, other], [(SOON, None), (LATE, None)])
    fail_a_mail(make.unit())
    with transaction() as session:
        session.get_one(Task, make.assignments(dispatch, one)[1].task_id).cancelled = True
    found = matrix.matrix(clerk, dispatch.id, sort="order")
    assert [(line.name, len(line.cells), line.late, line.ill) for line in found.shown] == [("Yên Định", 1, 0, None), ("Hà Trung", 1, 0, None)]


def test_two_telephones_of_a_unit_are_enough(app: Flask, make: Factory) -> None:
    unit = make.unit()
    for n in range(3):
        make.person(Role.OFFICER, unit, phone=f"091{n}")
    assert [phone for _, phone in silent.contacts([unit.id])[unit.id]] == ["0910", "0911"]
