"""The leader's page: the worst units with their reasons, what changed in a week, and a number of queries that history does not move."""
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.test_overview import queries
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden
from tracker.models.assignments import Assignment
from tracker.models.units import Unit
from tracker.services import ending, leader_page, reviewing

#: Today is 08/09/2026: one long overdue, one that became overdue this week, one ahead.
OLD, LATELY, AHEAD = date(2026, 8, 20), date(2026, 9, 4), date(2026, 9, 20)


def test_the_worst_units_are_named_with_their_reasons(app: Flask, make: Factory) -> None:
    silent, slow, good = make.unit("Quan Sơn"), make.unit("Hà Trung"), make.unit("Yên Định")
    dispatch = make.issued([silent, slow, good], [(OLD, None), (LATELY, None), (AHEAD, None)], number="931-CV/HNDT")
    with clock.frozen(OLD - timedelta(days=1)):
        hand_in(slow, make.assignments(dispatch, slow)[:1], clock.today())
        hand_in(good, make.assignments(dispatch, good), clock.today())
    found = leader_page.page(make.actor(Role.LEADER))
    first, second = found.worst
    assert (first.unit.name, first.unit.over, first.days, first.untaken, first.answered_at) == ("Quan Sơn", 2, 19, 2, None)
    assert (first.number, first.longest) == ("931-CV/HNDT", make.assignments(dispatch, silent)[0].id)
    assert (second.unit.name, second.unit.over, second.days, second.longest) == ("Hà Trung", 1, 4, make.assignments(dispatch, slow)[1].id)
    assert second.answered_at is not None and clock.local(second.answered_at).date() == OLD - timedelta(days=1)


def test_only_what_happened_in_the_week_is_counted(app: Flask, make: Factory) -> None:
    a, b, c = make.unit(), make.unit(), make.unit()
    older, newer = (make.issued([a, b, c], [(OLD, None), (LATELY, None)], number=number) for number in ("1-CV/HNDT", "2-CV/HNDT"))
    clerk = make.actor()

    def accept(unit: Unit, assignment: Assignment) -> int:
        submission = hand_in(unit, [assignment], clock.today())
        with transaction():
            return reviewing.accept(clerk, submission, [assignment.id]).mail_id

    with clock.frozen(clock.today() - timedelta(days=8)):
        accept(a, make.assignments(older, a)[0])
    with clock.frozen(clock.today() - timedelta(days=2)):
        accept(a, make.assignments(newer, a)[0])
        taken_back, back = accept(b, make.assignments(newer, b)[0]), make.assignments(newer, c)[0]
        with transaction():
            reviewing.undo(clerk, taken_back)
        submission = hand_in(c, [back], clock.today())
        with transaction():
            reviewing.send_back(clerk, submission, [back.id], "thiếu văn bản", clock.today() + timedelta(days=9))
    week = leader_page.page(make.actor(Role.LEADER)).week
    assert (week.accepted, week.returned, week.submissions, week.units) == (1, 1, 3, 3)
    found = leader_page.page(make.actor(Role.LEADER))
    assert found.gained == {newer.id: 1}
    assert found.lost == {older.id: 3, newer.id: 3} and week.turned_late == 6


def test_the_page_costs_the_same_whatever_happened(app: Flask, make: Factory) -> None:
    leader, units = make.actor(Role.LEADER), [make.unit() for _ in range(8)]
    make.issued(units[:1], [(OLD, None)])
    few = queries(lambda: leader_page.page(leader))
    for _ in range(4):
        make.issued(units, [(OLD, None), (LATELY, None), (AHEAD, None)])
    assert queries(lambda: leader_page.page(leader)) == few <= 14
    assert len(leader_page.page(leader).worst) == leader_page.WORST


def test_a_district_is_refused(app: Flask, make: Factory) -> None:
    with pytest.raises(Forbidden):
        leader_page.page(make.actor(Role.OFFICER, make.unit()))


def test_what_nobody_follows_any_more_is_no_reason(sqlite_app: Flask) -> None:
    make = Factory()
    unit, leader, clerk = make.unit("Quan Sơn"), make.actor(Role.LEADER), make.actor()
    ended = make.issued([unit], [(date(2026, 8, 1), None), (LATELY, None)], number="900-CV/HNDT")
    followed = make.issued([unit], [(OLD, None), (LATELY, None)], number="931-CV/HNDT")
    with transaction():
        ending.close(clerk, ended.id, 1)
    found = leader_page.page(leader)
    (worst,) = found.worst
    assert (worst.number, worst.days, worst.unit.over) == ("931-CV/HNDT", 19, 2)
    assert found.lost == {followed.id: 1} and found.week.turned_late == 1
