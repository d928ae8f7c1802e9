"""Vì sao là ngày này: the rule, the days off on the way by name, and every change of the date from what to what, by whom."""
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from tests.factories import Factory
from tests.services.test_pauses import issued, stop, turn_on
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Actor, Role
from tracker.domain.clocks import Clocks
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.services import amending, assignment_page, office_days, reviewing, why
from tracker.services.amending import TaskChange
from tracker.services.office_days import Day


def day(n: int, month: int = 9) -> date:
    return date(2026, month, n)


def of(clerk: Actor, assignment: Assignment, on: date = date(2026, 9, 8)) -> why.Why:
    with clock.frozen(on):
        return assignment_page.page(clerk, assignment.id).why


def told(found: why.Why) -> list[tuple[str, str, str]]:
    return [(clock.local(change.at).strftime("%d/%m"), change.was, change.now) for change in found.changes]


def test_the_rule_comes_with_the_last_day_in_time_and_the_first_day_late(app: Flask, make: Factory) -> None:
    clerk, dispatch = make.actor(), issued(make, [make.unit()], on=day(28, 8), dates=[(day(11), None), (None, day(15, 10))])
    with transaction() as session:
        first = make.assignments(dispatch)[0]
        session.execute(update(Task).where(Task.id == first.task_id).values(why="“Trước ngày 12/9/2026”: ngày cuối cùng còn đúng hạn là 11/9/2026."))
    dated, undated = (of(clerk, one) for one in make.assignments(dispatch))
    assert dated.rule == [
        "“Trước ngày 12/9/2026”: ngày cuối cùng còn đúng hạn là 11/9/2026.", "Nộp trong ngày 11/09/2026 vẫn đúng hạn; tính trễ từ hôm sau.",
    ]
    assert undated.rule == ["Công văn không ghi hạn cho việc này nên có ngày xem lại: đến ngày đó tỉnh hỏi tiến độ."]
    assert told(dated) == [("28/08", "", "11/09/2026")] and told(undated) == [("28/08", "", "15/10/2026")]


def test_the_days_off_on_the_way_are_named(app: Flask, make: Factory) -> None:
    """From Friday 28/8 to Friday 11/9/2026: two weekends, 31/8 (for Saturday 22/8) and Quốc khánh of two days."""
    clerk, dispatch = make.actor(), issued(make, [make.unit()], on=day(28, 8), dates=[(day(11), None)])
    found = of(clerk, make.assignments(dispatch)[0])
    assert found.between[0] == "Từ ngày giao 28/08/2026 đến hạn 11/09/2026: 14 ngày, trong đó 7 ngày làm việc."
    assert found.between[1] == (
        "Không tính là ngày làm việc: 4 ngày thứ Bảy, Chủ nhật; Ngày nghỉ (thay cho ngày 22/08/2026) (31/08); Quốc khánh (01/09–02/09)."
    )


def test_swapped_days_of_the_office_are_named_and_move_no_issued_date(app: Flask, make: Factory) -> None:
    clerk, dispatch = make.actor(), issued(make, [make.unit()], on=day(7), dates=[(day(15), None)])
    admin = make.actor(Role.ADMIN)
    before = make.assignments(dispatch)[0].due_on
    with transaction():
        office_days.set_day(admin, day(11), False, "Đại hội")
        office_days.set_day(admin, day(12), True, "Làm bù")
        office_days.set_day(admin, day(15), False, "Bão")
    found = of(clerk, make.assignments(dispatch)[0])
    assert found.between[1:3] == ["Không tính là ngày làm việc: 1 ngày thứ Bảy, Chủ nhật; Đại hội (11/09); Bão (15/09).", "Làm bù: thứ Bảy 12/09."]
    assert "Ngày này là Bão" in found.rule[-1]
    assert (make.assignments(dispatch)[0].due_on, before) == (day(15), day(15))


@pytest.mark.parametrize(("on", "name"), [
    (date(2026, 9, 13), "Chủ nhật"), (date(2026, 9, 12), "thứ Bảy"), (date(2026, 9, 2), "Quốc khánh"), (date(2026, 8, 22), ""), (date(2026, 9, 8), ""),
])
def test_what_kind_of_day_off_it_is(on: date, name: str) -> None:
    assert why.day_off(on, office_days.national(2026)) == name
    assert why.day_off(on, [Day(on, False, "", True)]) == "ngày nghỉ của tỉnh"


def test_every_change_of_the_date_stands_from_what_to_what(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    dispatch = issued(make, [unit], dates=[(day(11), None)])
    one = make.assignments(dispatch)[0]
    with clock.frozen(day(2)), transaction() as session:
        task, version = session.get_one(Task, one.task_id), session.get_one(Dispatch, dispatch.id).version
        amending.amend(clerk, dispatch.id, version, [TaskChange(task.id, task.title, task.text, day(14), None)], [], "Thêm thời gian")
    with clock.frozen(day(3)):
        submission = hand_in(unit, [one], day(3))
    with clock.frozen(day(7)), transaction():
        reviewing.send_back(clerk, submission, [one.id], "Thiếu biên bản", day(18))
    stop(clerk, day(8), day(10), unit)
    turn_on(day(11))
    found = of(clerk, one, day(15))
    assert told(found) == [
        ("01/09", "", "11/09/2026"), ("02/09", "11/09/2026", "14/09/2026"), ("07/09", "14/09/2026", "18/09/2026"), ("08/09", "", ""),
        ("11/09", "18/09/2026", "21/09/2026"),
    ]
    assert "trả lại, sửa chậm nhất 18/09/2026: “Thiếu biên bản”" in found.changes[2].text
    assert "tạm dừng từ 08/09/2026 đến hết 10/09/2026: “Bão số 5”" in found.changes[3].text
    assert "tính hạn tiếp từ 11/09/2026: hết tạm dừng, lùi 3 ngày" in found.changes[4].text
    assert "Hạn ban đầu 11/09/2026 vẫn được giữ; hạn đang tính là 21/09/2026." in found.rule
    assert found.clocks == Clocks(unit=2 + 1 + 4, province=4, held=3)
    assert found.clocks.elapsed == (day(15) - day(1)).days


def test_a_review_date_that_was_moved_is_told_as_it_was_given(app: Flask, make: Factory) -> None:
    clerk, dispatch = make.actor(), issued(make, [make.unit()], dates=[(None, day(15, 10))])
    stop(clerk, day(8), day(9))
    turn_on(day(10))
    found = of(clerk, make.assignments(dispatch)[0], day(10))
    assert told(found) == [("01/09", "", "15/10/2026"), ("08/09", "", ""), ("10/09", "15/10/2026", "17/10/2026")]


def test_a_pause_that_reaches_back_takes_its_days_from_the_unit(app: Flask, make: Factory) -> None:
    clerk, dispatch = make.actor(), issued(make, [make.unit()])
    stop(clerk, day(4), day(20))
    assert of(clerk, make.assignments(dispatch)[0], day(10)).clocks == Clocks(unit=3, held=6)


def test_between_days_that_are_all_worked_nothing_is_named(app: Flask, make: Factory) -> None:
    clerk, dispatch = make.actor(), issued(make, [make.unit()], on=day(8), dates=[(day(10), None), (day(8), None)])
    near, today = (of(clerk, one) for one in make.assignments(dispatch))
    assert near.between == ["Từ ngày giao 08/09/2026 đến hạn 10/09/2026: 2 ngày, trong đó 2 ngày làm việc.",
                            "Lịch nhắc đếm ngày làm việc; số ngày quá hạn đếm theo lịch."]
    assert today.between == []
