"""The office's calendar: days over the national ones, a year's days from lines whole or not at all, and no issued date that moves."""
from datetime import date

import pytest
from flask import Flask

from tests.factories import Factory
from tracker.adapters import tables
from tracker.db import transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden
from tracker.services import office_days, office_days_import
from tracker.services.calendar import working_calendar
from tracker.services.office_days_import import Planned

FRIDAY, SATURDAY = date(2026, 9, 11), date(2026, 9, 12)


@pytest.fixture
def admin(make: Factory) -> Actor:
    return make.actor(Role.ADMIN)


def test_days_off_and_worked_lie_over_the_national_calendar(app: Flask, admin: Actor) -> None:
    with transaction():
        office_days.set_day(admin, FRIDAY, False, "Đại hội")
        office_days.set_day(admin, SATURDAY, True, "Làm bù")
    assert [(day.day, day.working) for day in office_days.days(2026) if day.own] == [(FRIDAY, False), (SATURDAY, True)]
    assert date(2026, 9, 2) in [day.day for day in office_days.days(2026) if not day.own]
    calendar = working_calendar(FRIDAY)
    assert not calendar.is_working(FRIDAY) and calendar.is_working(SATURDAY)
    with transaction():
        office_days.drop_day(admin, FRIDAY)
    assert working_calendar(FRIDAY).is_working(FRIDAY)
    with pytest.raises(BadInput), transaction():
        office_days.set_day(admin, date(2099, 1, 1), False, "")


def test_a_change_never_moves_an_issued_date(app: Flask, make: Factory, admin: Actor) -> None:
    dispatch = make.issued([make.unit()], [(FRIDAY, None), (None, SATURDAY)])
    before = [(one.due_on, one.review_on, one.chase_on) for one in make.assignments(dispatch)]
    with transaction():
        office_days.set_day(admin, FRIDAY, False, "Đại hội")
    lines = "12/09/2026; làm bù; Làm bù cho ngày 11/09\n10/09/2026; nghỉ; Bão"
    with transaction():
        office_days_import.write(admin, 2026, lines, office_days_import.plan(admin, 2026, lines).seen)
    assert [(one.due_on, one.review_on, one.chase_on) for one in make.assignments(dispatch)] == before


def test_a_year_stands_by_months(app: Flask, admin: Actor) -> None:
    with transaction():
        office_days.set_day(admin, FRIDAY, False, "Đại hội")
        office_days.set_day(admin, SATURDAY, True, "")
    september = office_days.months(2026)[8]
    cells = {cell.day.day: (cell.kind, cell.own) for week in september.weeks for cell in week if cell}
    assert len(cells) == 30 and all(len(week) == 7 for week in september.weeks)
    assert [cells[n] for n in (1, 2, 3, 11, 12, 13)] == [("off", False), ("off", False), ("work", False), ("off", True), ("worked", True), ("weekend", False)]
    assert [(cell.day.day, cell.name) for cell in september.named] == [(1, "Quốc khánh"), (2, "Quốc khánh"), (11, "Đại hội"), (12, "")]
    assert september.working == 22 - 2 - 1 + 1
    assert len(office_days.months(2026)) == 12 and office_days.months(2026)[11].weeks[-1][-1] is None


def test_lines_of_a_year_are_looked_at_one_by_one(app: Flask, admin: Actor) -> None:
    text = "\n".join([
        "Ngày; Loại; Tên", "11/09/2026; nghỉ; Đại hội", "12-9-2026 ; Làm bù ; Làm bù cho 11/9", "", "02/09/2026; nghỉ; Quốc khánh", "13/09/2026; nghỉ;",
        "11/09/2026; nghỉ; lần nữa", "01/01/2027; nghỉ; Tết", "31/02/2026; nghỉ;", "10/09/2026; chơi; Hội", "10/09/2026; làm bù; thứ Năm",
        "2026-08-31; làm bù; Vẫn làm",
    ])
    found = office_days_import.plan(admin, 2026, text)
    assert [(one.line, one.action) for one in found.lines] == [
        (2, "new"), (3, "new"), (5, "same"), (6, "same"), (7, "error"), (8, "error"), (9, "error"), (10, "error"), (11, "error"), (12, "changed"),
    ]
    said = {one.line: one.text for one in found.lines}
    assert "dòng 2" in said[7] and "không thuộc năm 2026" in said[8] and "“31/02/2026”" in said[9] and "“chơi”" in said[10] and "không cần làm bù" in said[11]
    assert found.lines[1] == Planned(3, "new", SATURDAY, True, "Làm bù cho 11/9")
    with pytest.raises(BadInput, match="calendar.errors"), transaction():
        office_days_import.write(admin, 2026, text, found.seen)
    assert [day for day in office_days.days(2026) if day.own] == []


def test_good_lines_are_written_whole_and_as_they_were_shown(app: Flask, admin: Actor) -> None:
    text = "11/09/2026\tnghỉ\tĐại hội\n12/09/2026\tlàm bù\tBù cho 11/9"
    seen = office_days_import.plan(admin, 2026, text).seen
    with transaction():
        assert office_days_import.write(admin, 2026, text, seen) == 2
    assert [(day.day, day.working, day.name) for day in office_days.days(2026) if day.own] == [(FRIDAY, False, "Đại hội"), (SATURDAY, True, "Bù cho 11/9")]
    with pytest.raises(Conflict, match="stale"), transaction():
        office_days_import.write(admin, 2026, text, seen)
    again = office_days_import.plan(admin, 2026, text)
    assert again.counts["same"] == 2
    with pytest.raises(BadInput, match="calendar.nothing"), transaction():
        office_days_import.write(admin, 2026, text, again.seen)


@pytest.mark.parametrize("name", ["lich.csv", "lich.xlsx"])
def test_a_table_is_read_as_the_same_lines(app: Flask, admin: Actor, name: str) -> None:
    rows = [["11/09/2026", "nghỉ", "Đại hội"], ["12/09/2026", "làm bù", "Bù"]]
    heads = ["Ngày", "Loại", "Tên"]
    data = tables.write(heads, rows) if name.endswith("xlsx") else "\n".join(";".join(row) for row in [heads, *rows]).encode()
    found = office_days_import.plan(admin, 2026, office_days_import.text_of(data, name))
    assert [(one.day, one.working, one.name) for one in found.lines] == [(FRIDAY, False, "Đại hội"), (SATURDAY, True, "Bù")]


def test_the_fixed_days_off_of_last_year_are_offered_and_swapped_ones_are_not(app: Flask, admin: Actor) -> None:
    with transaction():
        office_days.set_day(admin, date(2026, 10, 14), False, "Ngày thành lập Hội Nông dân")
        office_days.set_day(admin, SATURDAY, True, "Làm bù")
    assert office_days_import.of_last_year(2027) == "14/10/2027; nghỉ; Ngày thành lập Hội Nông dân"
    assert office_days_import.plan(admin, 2027, office_days_import.of_last_year(2027)).counts["new"] == 1
    assert office_days_import.plan(admin, 2026, office_days_import.sample(2026)).counts["error"] == 0


def test_no_lines_too_many_and_those_who_may_not(app: Flask, make: Factory, admin: Actor) -> None:
    for text, code in (("", "calendar.no_lines"), (" ; ;\n", "calendar.no_lines"), ("11/09/2026; nghỉ;\n" * 201, "calendar.many")):
        with pytest.raises(BadInput, match=code):
            office_days_import.plan(admin, 2026, text)
    for role in set(Role) - {Role.ADMIN}:
        actor = make.actor(role, make.unit())
        with pytest.raises(Forbidden):
            office_days_import.plan(actor, 2026, "11/09/2026; nghỉ;")
        with pytest.raises(Forbidden):
            office_days.set_day(actor, FRIDAY, False, "")
        with pytest.raises(Forbidden):
            office_days.drop_day(actor, FRIDAY)


def test_a_line_that_only_names_a_national_day_otherwise_changes_nothing(app: Flask, admin: Actor) -> None:
    (line,) = office_days_import.plan(admin, 2026, "02/09/2026; nghỉ; Ngày Độc lập").lines
    assert (line.action, line.text, line.name) == ("same", "đã có trong lịch cả nước", "Quốc khánh")
