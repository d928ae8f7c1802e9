"""The work list: order, groups, pages and counts."""
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.status import Act
from tracker.models.assignments import Assignment
from tracker.models.tasks import Task
from tracker.services import assignments, worklist

TODAY = date(2026, 9, 8)


def _keys(listed: worklist.Worklist) -> list[tuple[str, list[str]]]:
    return [(group.key, [line.kind for line in group.lines]) for group in listed.groups]


def test_the_most_urgent_comes_first_and_each_line_says_why(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued(
        [unit], [(TODAY - timedelta(8), None), (TODAY + timedelta(20), None), (TODAY + timedelta(2), None), (None, TODAY + timedelta(40)),
                 (None, TODAY + timedelta(50)), (None, TODAY + timedelta(3))], number="931-CV/HNDT",
    )
    officer = make.actor(Role.OFFICER, unit)
    rows = make.assignments(dispatch, unit)
    with transaction() as session:
        session.get_one(Task, rows[4].task_id).kind = "finding"
        second = assignments.get(clerk, rows[1].id)
        assignments.advance(officer, second, Act.SUBMIT, submitted_on=TODAY, submitted_at=clock.now(), round=1)
        assignments.advance(clerk, second, Act.RETURN, fix_by=TODAY + timedelta(3), return_reason="Thiếu biên bản của 4 xã")
        assignments.advance(officer, assignments.get(clerk, rows[3].id), Act.ACKNOWLEDGE)
    listed = worklist.worklist(officer)
    assert _keys(listed) == [("now", ["over", "ret"]), ("soon", ["soon", "new"]), ("finding", ["new"]), ("later", ["none"])]
    over, returned = listed.groups[0].lines
    assert (over.words, over.detail, over.act) == ("Quá hạn 8 ngày", "hạn 31/08 · 931-CV", "Nộp kết quả")
    assert (returned.words, returned.detail) == ("Trả lại, sửa chậm nhất 11/09", "“Thiếu biên bản của 4 xã” · 931-CV")
    assert listed.groups[-1].lines[0].words == "Không hạn, xem lại 18/10"
    counts = listed.counts
    assert (counts.over, counts.returned, counts.soon, counts.new, counts.owed) == (1, 1, 1, 4, 6)
    assert listed.fresh == [(dispatch.id, "931-CV/HNDT")] and listed.first == (dispatch.id, "931-CV/HNDT")


def test_pages_follow_one_another_both_ways_and_lose_nothing(app: Flask, make: Factory) -> None:
    unit, other = make.unit(), make.unit()
    make.issued([unit, other], [(TODAY + timedelta(n // 3), None) for n in range(120)])
    officer = make.actor(Role.OFFICER, unit)
    wanted = list(db.session.scalars(select(Assignment.id).where(Assignment.unit_id == unit.id).order_by(Assignment.chase_on, Assignment.id)))
    seen: list[list[int]] = []
    page = worklist.worklist(officer)
    assert page.before is None
    while True:
        seen.append(sorted(line.id for group in page.groups for line in group.lines))
        if page.after is None:
            break
        page = worklist.worklist(officer, after=page.after)
    assert [id for ids in seen for id in ids] == wanted and [len(ids) for ids in seen] == [50, 50, 20]
    back = worklist.worklist(officer, before=page.before)
    assert sorted(line.id for group in back.groups for line in group.lines) == seen[1]
    assert worklist.worklist(officer, before=back.before).before is None


def test_what_waits_or_is_done_is_counted_but_not_listed(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch, officer = make.issued([unit], [(TODAY, None)] * 3), make.actor(Role.DISTRICT_LEADER, unit)
    first, second, _ = make.assignments(dispatch, unit)
    with transaction():
        for row in (first, second):
            assignments.advance(officer, assignments.get(clerk, row.id), Act.SUBMIT, submitted_on=TODAY, submitted_at=clock.now(), round=1)
        assignments.advance(clerk, assignments.get(clerk, first.id), Act.ACCEPT, accepted_on=TODAY)
    listed = worklist.worklist(officer)
    assert [len(group.lines) for group in listed.groups] == [1]
    assert (listed.counts.waiting, listed.counts.accepted, listed.counts.owed) == (1, 1, 1)


def test_a_review_date_that_has_come_and_an_extension_asked_late_are_told(app: Flask, make: Factory) -> None:
    unit = make.unit()
    dispatch = make.issued([unit], [(None, TODAY), (TODAY + timedelta(20), None)])
    with transaction() as session:
        late = session.get_one(Assignment, make.assignments(dispatch, unit)[1].id)
        late.original_due_on, late.late_before = TODAY - timedelta(8), 3
    lines = {line.title: line.detail for group in worklist.worklist(make.actor(Role.OFFICER, unit)).groups for line in group.lines}
    assert lines["Việc thứ 1"].startswith("đã đến ngày xem lại") and "(ban đầu 31/08, đã chậm 3 ngày trước gia hạn)" in lines["Việc thứ 2"]


def test_what_stands_still_is_in_no_count_of_the_unit(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    row = make.assignments(make.issued([unit]), unit)[0]
    with transaction():
        assignments.advance(clerk, assignments.get(clerk, row.id), Act.PAUSE)
    assert (worklist.counts(unit.id).owed, worklist.counts(unit.id).waiting) == (1, 0)
