"""A unit's page: what it owes by urgency, what it handed in, and reminders that only the province sees."""
from datetime import date

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.test_overview import queries
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.domain.errors import NotFound
from tracker.services import nudges, reviewing, unit_page

LATE, SOON, FAR, REVIEW = date(2026, 8, 31), date(2026, 9, 11), date(2026, 12, 1), date(2026, 10, 15)


def test_work_stands_by_urgency_and_submissions_by_verdict(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued([unit], [(LATE, None), (SOON, None), (FAR, None), (None, REVIEW), (FAR, None), (FAR, None)], number="931-CV")
    rows = make.assignments(dispatch, unit)
    submission_id = hand_in(unit, rows[4:], clock.today())
    with transaction():
        reviewing.send_back(clerk, submission_id, [rows[4].id], "Thiếu biên bản", SOON)
    work = unit_page.work(clerk, unit.id)
    assert [(group.key, len(group.lines)) for group in work.groups] == [("over", 1), ("ret", 1), ("soon", 1), ("dated", 1), ("none", 1)]
    assert [(line.words, line.date) for line in work.groups[1].lines] == [("trả lại", "hạn 01/12, sửa chậm nhất 11/09")]
    assert [(one.id, one.tasks, one.waiting, one.accepted, one.returned) for one in work.submissions] == [(submission_id, 2, 1, 0, 1)]
    assert [(line.total, line.done, line.waiting, line.over) for line in work.dispatches] == [(6, 0, 1, 1)]
    assert (work.counts.owed, work.shown) == (5, 5)
    assert queries(lambda: unit_page.work(clerk, unit.id)) <= 7


def test_reminders_are_for_the_province_and_foreign_units_are_not_found(app: Flask, make: Factory) -> None:
    unit, other, clerk = make.unit(), make.unit(), make.actor()
    dispatch = make.issued([unit, other])
    with transaction():
        nudges.nudge(clerk, dispatch.id, [unit.id])
    assert [(row.on_day, row.tasks, row.by_hand) for row in unit_page.work(make.actor(Role.AUDITOR), unit.id).reminders] == [(clock.today(), 2, 1)]
    assert unit_page.work(make.actor(Role.DISTRICT_LEADER, unit), unit.id).reminders == []
    with pytest.raises(NotFound):
        unit_page.work(make.actor(Role.OFFICER, unit), other.id)
