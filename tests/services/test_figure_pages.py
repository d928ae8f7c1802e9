"""What stands beside a figure on its page, and what was known of a form at the end of a day."""
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.figures_made import DUE, PLAIN, Figures
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.figures import FigureForm
from tracker.services import amending, figure_communes, figure_corrections, figure_facts, figure_forms, figure_given, figure_page, indicators
from tracker.services.amending import TaskChange
from tracker.services.figure_page import Page

TODAY = date(2026, 9, 8)


@pytest.fixture
def f(sqlite_app: Flask) -> Figures:
    return Figures(Factory())


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.LOCAL)


def ask_for(f: Figures, ids: list[int]) -> None:
    with transaction():
        figure_forms.save(f.clerk, f.dispatch.id, f.form.id, replace(figure_forms.wanted_of(f.form), indicator_ids=ids), f.form.version)


def column(page: Page, name: str) -> dict[str, str]:
    return {row.one.code: getattr(row, name) for row in page.rows if getattr(row, name)}


def test_the_plan_tells_how_much_of_it_is_done_where_more_is_better(f: Figures) -> None:
    with transaction():
        f.ids["thu_no"] = indicators.save(f.clerk, None, indicators.Wanted("thu_no", "Thu nợ", "Hộ vay", unit="món", direction="more")).id
    ask_for(f, [*f.wanted.indicator_ids, f.ids["thu_no"]])
    with transaction():
        count, unknown = figure_given.give(f.clerk, f.period.id, {}, {}, f"{f.units[0].name}; 5.000; 50; 10; 80\nHuyện lạ; 1; 1; 1; 1")
    assert (count, unknown) == (4, ["Huyện lạ"])
    f.hand_in(f.officers[0], PLAIN | {"thu_no": "100"})
    page = figure_page.page(f.officers[0], f.period.id)
    assert column(page, "achieved") == {"thu_no": "125,0"} and not page.baselined and page.sums is None
    assert [(group, len(rows)) for group, rows in page.groups] == [("Tín dụng", 3), ("Hộ vay", 2)]


def test_the_communes_sum_stands_beside_with_how_far_it_is_off(f: Figures) -> None:
    commune, officer = f.commune(f.units[0], "Xã Hà Long"), f.officers[0]
    theirs = f.make.actor(Role.OFFICER, commune)
    with transaction():
        figure_communes.open_to(officer, f.period.id)
    f.hand_in(theirs, {"du_no": "2.000", "no_qua_han": "20", "ho_moi": "5"})
    f.save(officer, {"du_no": "2.500", "no_qua_han": "20", "ho_moi": "4"})
    page = figure_page.page(officer, f.period.id)
    assert column(page, "communes") == {"du_no": "2.000,0", "no_qua_han": "20,0", "ty_le": "1,00", "ho_moi": "5"}
    assert column(page, "difference") == {"du_no": "+500,0", "ty_le": "−0,20", "ho_moi": "−1"} and page.sums == (1, 1)
    # What the unit has not handed in is its own.
    seen = figure_page.page(f.clerk, f.period.id, f.units[0].id)
    assert (seen.draft, seen.handed, seen.saved_at, column(seen, "difference")) == (False, None, None, {})


@pytest.mark.parametrize(
    ("day", "late", "words"),
    [(DUE, 0, "hạn nộp 20/09/2026, chốt"), (DUE + timedelta(2), 2, "quá hạn 2 ngày (hạn 20/09/2026), chốt"),
     (DUE + timedelta(9), 9, "đã chốt số liệu hết ngày")],
)
def test_until_when_and_what_then(f: Figures, day: date, late: int, words: str) -> None:
    with clock.frozen(noon(day)):
        page = figure_page.page(f.officers[0], f.period.id)
        assert (page.late, page.waiting) == (late, None) and str(figure_page.cut_off_words(page.place, day)).startswith(words)


def test_a_request_to_correct_waits_on_the_page(f: Figures) -> None:
    f.hand_in(f.officers[0], PLAIN)
    with clock.frozen(noon(DUE + timedelta(9))):
        f.save(f.officers[0], {"ho_moi": "20"}, token="z")
        with transaction():
            figure_corrections.ask(f.officers[0], f.period.id, "z", "Sót 8 hộ")
        page = figure_page.page(f.officers[0], f.period.id)
    assert page.waiting is not None and [(line.before, line.after) for line in page.waiting.lines] == [("12", "20")] and page.late == 0


def test_the_last_year_is_found_by_its_name(f: Figures) -> None:
    """Of a form that repeats, the same period a year before stands beside; of one that is asked once there is none."""
    assert figure_page.page(f.officers[0], f.period.id).has_last is False
    with transaction():
        yearly = figure_forms.save(f.clerk, f.dispatch.id, None, replace(f.wanted, title="Hằng năm", every="year", month=13, columns=("actual",), due_on=None))
    f.form = yearly
    with clock.frozen(noon(date(2027, 1, 2))):
        f.hand_in(f.officers[0], PLAIN)
        with transaction():
            figure_forms.open_due(yearly.id)
        page = figure_page.page(f.officers[0], f.period.id)
    assert (page.place.words, page.has_last) == ("năm 2027", True)
    assert [row.last for row in page.rows] == ["5.000,0", "50,0", "1,00", "12"]


def test_an_earlier_day_knows_the_cut_off_and_the_units_of_that_day(f: Figures) -> None:
    first = f.make.assignments(f.dispatch)[0].task_id
    with transaction() as session:
        session.get_one(FigureForm, f.form.id).task_id = first
    with clock.frozen(noon(TODAY + timedelta(2))), transaction():
        figure_forms.put_off(f.clerk, f.period.id, DUE + timedelta(30))
    with clock.frozen(noon(TODAY + timedelta(4))):
        with transaction():
            amending.amend(f.clerk, f.dispatch.id, 1, [TaskChange(first, "x", "", None, None, drop=True)], reason="Đã có biểu khác")
        form = db.session.get_one(FigureForm, f.form.id)
        cut_offs = {day: figure_facts.load([form], figure_facts.end_of(day))[form.id].periods[0].cut_off_on for day in (TODAY, TODAY + timedelta(2))}
        assert cut_offs == {TODAY: DUE + timedelta(5), TODAY + timedelta(2): DUE + timedelta(30)}
        asked = [[one.id for one in figure_facts.asked_of([form], day)[form.id]] for day in (TODAY + timedelta(3), TODAY + timedelta(4))]
        assert asked == [[unit.id for unit in f.units], []]
        (told,) = figure_facts.gather([f.dispatch.id], TODAY + timedelta(3))
        assert (told.task_id, len(told.periods[0].units)) == (first, 2)
        assert figure_facts.gather([f.dispatch.id], TODAY - timedelta(1)) == () == figure_facts.gather([], TODAY)


def test_what_is_asked_no_more_leaves_its_plan_behind(f: Figures) -> None:
    with transaction():
        figure_given.give(f.clerk, f.period.id, {}, {}, f"{f.units[0].name}; 5.000; 50; 10")
    ask_for(f, [f.ids["du_no"]])
    given = figure_facts.load([f.form], figure_facts.end_of(TODAY))[f.form.id]
    assert [one.code for one in given.indicators] == ["du_no"] and {figure.code for figure in given.figures} == {"du_no"}
