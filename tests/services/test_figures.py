"""Forms of figures on both databases: typing, handing in, the cut-off, corrections, communes, as-of, and who sees what."""
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tests.services.figures_made import DUE, PLAIN, Figures
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.indicators import Column
from tracker.models.figures import FigureChange, FormPeriod
from tracker.models.mails import Mail
from tracker.services import (
    figure_communes,
    figure_corrections,
    figure_due,
    figure_facts,
    figure_forms,
    figure_given,
    figure_nudges,
    figure_page,
    figure_paste,
    figure_sheets,
    figure_table,
    figure_writing,
    indicators,
)
from tracker.services.figure_sheets import Form

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2026, 9, 8)


def after_cut_off(days: int = 1) -> date:
    return DUE + timedelta(days=5 + days)


def test_a_sheet_from_typing_to_the_table(make: Factory) -> None:
    f = Figures(make)
    officer, clerk = f.officers[0], f.clerk
    assert f.save(officer, {"du_no": "5.000", "no_qua_han": "abc"}) == 1
    page = figure_page.page(officer, f.period.id)
    assert [(row.one.code, field.text, bool(field.error)) for row in page.rows for field in row.fields if field.column == "actual"][:2] == [
        ("du_no", "5.000", False), ("no_qua_han", "abc", True)]
    assert figure_table.table(clerk, f.period.id).figures.units[0].cell("du_no").actual is None  # a draft is the unit's own
    outcome = f.hand_in(officer, {"no_qua_han": "50", "ho_moi": "12"})
    assert outcome.done and outcome.amounts == 3
    table = figure_table.table(clerk, f.period.id)
    line = table.figures.units[0]
    assert line.cell("du_no").actual == D(5_000_000_000) and line.cell("ty_le").actual == 1 and line.handed_in_on == TODAY
    assert [unit.unit_id for unit in table.figures.missing] == [f.units[1].id] and table.figures.total("ty_le").actual == 1
    assert figure_due.mine(officer) == [] and [one.title for one in figure_due.mine(f.officers[1])] == ["Dư nợ uỷ thác"]


def test_errors_and_doubts_stop_nothing_but_the_press(make: Factory) -> None:
    f = Figures(make)
    officer = f.officers[0]
    assert f.hand_in(officer, PLAIN | {"ho_moi": "mười"}).errors
    outcome = f.hand_in(officer, PLAIN | {"no_qua_han": "6.000", "ho_moi": ""})
    assert not outcome.done and outcome.unexplained == 2  # the rate is beyond 100, and one figure is missing
    assert f.hand_in(officer, {}, {"ty_le": "Số của ngân hàng chuyển sang", "ho_moi": "Xã chưa báo"}).done
    cell = figure_table.table(f.clerk, f.period.id).figures.units[0].cell("ty_le")
    assert [w.kind for w in cell.warnings] == ["range"] and cell.explanation == "Số của ngân hàng chuyển sang"


def test_two_pages_and_two_presses(make: Factory) -> None:
    f = Figures(make)
    officer, other = f.officers[0], make.actor(Role.OFFICER, f.units[0])
    f.save(officer, PLAIN, token="a")
    with pytest.raises(Conflict, match="sheet.stale"):
        f.save(other, {"du_no": "1"}, token="b", version=0)
    with pytest.raises(Conflict, match="sheet.stale"), transaction():
        figure_sheets.hand_in(other, f.period.id, "b")
    for _ in range(2):
        with transaction():
            assert figure_sheets.hand_in(officer, f.period.id, "a").done
    assert db.session.scalar(select(func.count()).select_from(FigureChange)) == 3


def test_handing_in_anew_before_the_cut_off_keeps_every_figure(make: Factory) -> None:
    f = Figures(make)
    f.hand_in(f.officers[0], PLAIN)
    with clock.frozen(TODAY + timedelta(days=1)):
        f.hand_in(f.officers[0], {"ho_moi": "13"})
        changes = figure_table.history(f.clerk, f.period.id, f.units[0].id)
        assert next((one.code, row.before, row.after) for row, one in changes) == ("ho_moi", D(12), D(13))
    assert [figure_facts.gather([f.dispatch.id], day)[0].periods[0].units[0].cell("ho_moi").actual for day in (TODAY, TODAY + timedelta(days=1))] == [12, 13]


def test_after_the_cut_off_only_a_correction_with_a_reason(make: Factory) -> None:
    f = Figures(make)
    officer = f.officers[0]
    f.hand_in(officer, PLAIN)
    with clock.frozen(after_cut_off()):
        f.save(officer, {"ho_moi": "20"}, token="9")
        with pytest.raises(Conflict, match="sheet.locked"), transaction():
            figure_sheets.hand_in(officer, f.period.id, "9")
        with pytest.raises(BadInput, match="correction.reason"), transaction():
            figure_corrections.ask(officer, f.period.id, "9", " ")
        with transaction():
            asked = figure_corrections.ask(officer, f.period.id, "9", "Một xã báo sót 8 hộ").id
        with pytest.raises(NotFound), transaction():
            figure_corrections.withdraw(f.officers[1], asked)
        assert [line.after for line in figure_table.table(f.clerk, f.period.id).waiting[0].lines] == ["20"]
        with pytest.raises(Forbidden), transaction():
            figure_corrections.decide(officer, asked, True, "")
        with transaction():
            figure_corrections.decide(f.clerk, asked, True, "")
        with pytest.raises(Conflict, match="correction.decided"), transaction():
            figure_corrections.decide(f.clerk, asked, False, "Không")
        (mail,) = db.session.scalars(select(Mail).where(Mail.kind == "figures_decided"))
        assert mail.unit_id == f.units[0].id and "Đồng ý sửa số liệu: Dư nợ uỷ thác" in mail.subject
        (told,) = figure_table.table(f.clerk, f.period.id).figures.units[0].cell("ho_moi").corrections
        assert (told.by, told.granted_by, told.reason, told.before, told.after) == (officer.name, f.clerk.name, "Một xã báo sót 8 hộ", 12, 20)
    assert figure_facts.gather([f.dispatch.id], TODAY)[0].periods[0].units[0].cell("ho_moi").actual == 12


def test_the_province_corrects_and_enters_for_who_never_handed_in(make: Factory) -> None:
    f = Figures(make)
    with pytest.raises(Conflict, match="correction.early"), transaction():
        figure_corrections.correct(f.clerk, f.period.id, f.units[1].id, f.cells(PLAIN), "Gọi điện")
    with clock.frozen(after_cut_off()):
        with transaction():
            assert figure_corrections.correct(f.clerk, f.period.id, f.units[1].id, f.cells(PLAIN), "Huyện báo qua điện thoại") == 3
        with pytest.raises(BadInput, match="correction.same"), transaction():
            figure_corrections.correct(f.clerk, f.period.id, f.units[1].id, f.cells(PLAIN), "Lại")
        assert figure_table.table(f.clerk, f.period.id).figures.units[1].handed_in_on == after_cut_off()


def test_the_same_day_gives_the_same_figures_whatever_comes_later(make: Factory) -> None:
    f = Figures(make)
    f.hand_in(f.officers[0], PLAIN)
    then = figure_facts.gather([f.dispatch.id], TODAY)
    with clock.frozen(TODAY + timedelta(days=2)):
        f.hand_in(f.officers[1], PLAIN)
        with transaction():
            figure_forms.put_off(f.clerk, f.period.id, DUE + timedelta(days=9))
            row = f.indicator("du_no")
            indicators.save(f.clerk, row.id, indicators.Wanted("du_no", "Tên mới", "Khác", "money"), row.version)
    assert figure_facts.gather([f.dispatch.id], TODAY) == then


def test_a_cut_off_moves_only_while_it_has_not_passed(make: Factory) -> None:
    f = Figures(make)
    with transaction():
        figure_forms.put_off(f.clerk, f.period.id, DUE + timedelta(days=8))
    for day in (TODAY - timedelta(days=1), DUE - timedelta(days=1), None):
        with pytest.raises(BadInput, match="form.cut_off"), transaction():
            figure_forms.put_off(f.clerk, f.period.id, day)
    with clock.frozen(DUE + timedelta(days=9)), pytest.raises(Conflict, match="form.locked"), transaction():
        figure_forms.put_off(f.clerk, f.period.id, DUE + timedelta(days=30))


def test_the_leader_signs_where_the_office_wants_it(make: Factory) -> None:
    f = Figures(make, sign="leader")
    officer, leader = f.officers[0], make.actor(Role.DISTRICT_LEADER, f.units[0])
    outcome = f.hand_in(officer, PLAIN)
    assert outcome.to_sign and not outcome.done and figure_page.page(leader, f.period.id).to_sign
    assert f.hand_in(leader, {}).done
    assert figure_table.table(f.clerk, f.period.id).figures.units[0].signed_by == leader.name


def test_a_monthly_form_has_its_last_period_beside_and_opens_by_itself(make: Factory) -> None:
    f = Figures(make, every="month", columns=("plan", "same", "actual", "cumulative"))
    first = f.period
    assert (first.key, first.due_on) == ("2026-09", date(2026, 9, 20))
    f.hand_in(f.officers[0], PLAIN | {"ho_moi": "10"})
    with clock.frozen(date(2026, 10, 1)):
        assert figure_forms.due() == [f.form.id]
        with transaction():
            assert figure_forms.open_due(f.form.id) == 1
        with transaction():
            assert figure_forms.open_due(f.form.id) == 0
        page = figure_page.page(f.officers[0], f.period.id)
        row = next(row for row in page.rows if row.one.code == "ho_moi")
        assert row.last == "10" and {field.column: field.typed for field in row.fields}[Column.SAME]
        outcome = f.hand_in(f.officers[0], PLAIN | {"ho_moi": "30"})
        assert outcome.unexplained == 1  # three times the last period's
        assert f.hand_in(f.officers[0], {}, {"ho_moi": "Giải ngân chương trình mới"}).done
        with pytest.raises(NotFound):
            figure_page.page(f.officers[0], 10**6)


def test_luỹ_kế_is_typed_once_and_then_computed(make: Factory) -> None:
    f = Figures(make, every="month", columns=("actual", "cumulative"))
    name = f"{f.ids['ho_moi']}.cumulative"
    with transaction():
        figure_sheets.save(f.officers[0], f.period.id, Form("t", 0, f.cells(PLAIN) | {name: "100"}))
    with transaction():
        assert figure_sheets.hand_in(f.officers[0], f.period.id, "t").done
    with clock.frozen(date(2026, 10, 2)):
        with transaction():
            figure_forms.open_due(f.form.id)
        f.hand_in(f.officers[0], PLAIN)
        cell = figure_table.table(f.clerk, f.period.id).figures.units[0].cell("ho_moi")
        assert cell.cumulative == 112


def test_communes_fill_their_own_sheet_and_the_district_answers_for_its_own(make: Factory) -> None:
    f = Figures(make)
    officer = f.officers[0]
    with pytest.raises(Conflict, match="sheet.no_commune"), transaction():
        figure_communes.open_to(officer, f.period.id)
    communes = [f.commune(f.units[0], "Xã A"), f.commune(f.units[0], "Xã B")]
    people = [make.actor(Role.OFFICER, unit) for unit in communes]
    foreign = make.actor(Role.OFFICER, f.commune(f.units[1], "Xã C"))
    with pytest.raises(NotFound):
        figure_page.page(people[0], f.period.id)
    with transaction():
        assert figure_communes.open_to(officer, f.period.id) == 2
    for who in (foreign, f.officers[1]):
        with pytest.raises(NotFound):
            figure_page.page(who, f.period.id, communes[0].id)
    with pytest.raises(NotFound):
        figure_page.page(people[0], f.period.id, communes[1].id)
    with pytest.raises(NotFound):
        figure_page.page(people[0], f.period.id, f.units[0].id)
    assert [one.title for one in figure_due.mine(people[0])] == ["Dư nợ uỷ thác"]
    assert f.hand_in(people[0], {"du_no": "2.000", "no_qua_han": "20", "ho_moi": "5"}).done
    below = figure_communes.below(officer, f.period.id, f.units[0].id)
    assert [unit.name for unit in below.figures.missing] == ["Xã B"] and below.figures.total("ho_moi").actual == 5
    assert figure_page.page(officer, f.period.id).sums == (1, 2)
    assert f.hand_in(people[1], {"du_no": "3.000", "no_qua_han": "30", "ho_moi": "6"}).done
    assert f.hand_in(officer, PLAIN).unexplained == 1  # 12 households against the communes' 11
    assert f.hand_in(officer, {}, {"ho_moi": "Một hộ vay ở huyện"}).done
    assert figure_table.table(f.clerk, f.period.id).figures.total("ho_moi").actual == 12  # communes count nothing twice
    with pytest.raises(NotFound):
        figure_communes.below(people[0], f.period.id, f.units[0].id)


def test_who_may_not(make: Factory) -> None:
    f = Figures(make)
    stranger, auditor = make.actor(Role.OFFICER, make.unit()), make.actor(Role.AUDITOR)
    with pytest.raises(NotFound):
        figure_page.page(stranger, f.period.id)
    with pytest.raises(NotFound):
        figure_page.page(f.officers[0], f.period.id, f.units[1].id)
    with pytest.raises(Forbidden):
        figure_table.table(f.officers[0], f.period.id)
    for act in (lambda: figure_forms.close(auditor, f.form.id), lambda: indicators.retire(auditor, f.ids["ho_moi"]),
                lambda: figure_given.give(auditor, f.period.id, {}, {}, ""), lambda: figure_sheets.save(f.clerk, f.period.id, Form("t", 0))):
        with pytest.raises(Forbidden), transaction():
            act()


def test_a_closed_form_takes_nothing_and_asks_nobody(make: Factory) -> None:
    f = Figures(make)
    with transaction():
        figure_forms.close(f.clerk, f.form.id)
    with pytest.raises(Conflict, match="sheet.closed"):
        f.save(f.officers[0], PLAIN)
    assert figure_due.mine(f.officers[0]) == []


def test_once_figures_are_in_what_is_asked_is_fixed(make: Factory) -> None:
    f = Figures(make)
    f.hand_in(f.officers[0], PLAIN)
    wanted = figure_forms.wanted_of(f.form)
    changed = figure_forms.Wanted(**{**wanted.__dict__, "indicator_ids": [f.ids["du_no"]]})
    with pytest.raises(Conflict, match="form.begun"), transaction():
        figure_forms.save(f.clerk, f.dispatch.id, f.form.id, changed, f.form.version)
    with transaction():
        figure_forms.save(f.clerk, f.dispatch.id, f.form.id, figure_forms.Wanted(**{**wanted.__dict__, "sign": "leader"}), f.form.version)


def test_the_catalogue_keeps_what_is_used(make: Factory) -> None:
    f = Figures(make)
    row = f.indicator("du_no")
    with pytest.raises(BadInput, match="indicator.code_used"), transaction():
        indicators.save(f.clerk, row.id, indicators.Wanted("du_no_moi", "Dư nợ", measure="money"), row.version)
    with pytest.raises(Conflict, match="indicator.in_formula"), transaction():
        indicators.retire(f.clerk, row.id)
    with pytest.raises(BadInput, match="formula.cycle"), transaction():
        indicators.save(f.clerk, row.id, indicators.Wanted("du_no", "Dư nợ", measure="money", formula="ty_le * 2"), row.version)
    with pytest.raises(BadInput, match="indicator.unknown"), transaction():
        indicators.save(f.clerk, None, indicators.Wanted("moi", "Mới", formula="la * 2"))
    with transaction():
        indicators.retire(f.clerk, f.ids["ho_moi"])
    assert [line.one.code for line in indicators.catalogue(f.clerk) if line.retired] == ["ho_moi"]
    assert "ho_moi" not in {one.code for _, group in indicators.choices() for one in group}


def test_a_figure_of_the_dispatch_becomes_the_baseline(make: Factory) -> None:
    f = Figures(make)
    name = f.units[0].name
    with transaction() as session:
        dispatch = session.merge(f.dispatch)
        dispatch.text = f"1. Dư nợ của {name} đạt 5.200 tỷ đồng. Tổng nợ quá hạn toàn tỉnh là 35 tỷ đồng."
    found = figure_given.baseline(f.clerk, f.form.id).found
    assert [(one.unit_id, one.words, one.suggested) for one in found] == [
        (f.units[0].id, "5.200 tỷ đồng", f.ids["du_no"]), (None, "35 tỷ đồng", f.ids["no_qua_han"])]
    with transaction():
        assert figure_given.take_baseline(f.clerk, f.form.id, {(one.start, one.end): one.suggested for one in found}) == 2
    page = figure_page.page(f.officers[0], f.period.id)
    assert page.rows[0].baseline == "5.200.000,0" and figure_table.table(f.clerk, f.period.id).figures.total("no_qua_han").baseline == 35 * 10**9
    assert f.hand_in(f.officers[0], PLAIN).unexplained == 1  # 5 tỷ against 5 200
    with transaction():
        figure_given.drop_baseline(f.clerk, f.form.id, f.ids["du_no"], f.units[0].id)
    assert figure_page.page(f.officers[0], f.period.id).rows[0].baseline == ""
    with pytest.raises(Conflict, match="baseline.moved"), transaction():
        figure_given.take_baseline(f.clerk, f.form.id, {(0, 1): f.ids["du_no"]})


def test_plans_and_the_figure_of_the_bank(make: Factory) -> None:
    f = Figures(make)
    pasted = f"{f.units[0].name}\t6.000\t40\t15\nHuyện Lạ\t1\t2\t3\n"
    with transaction():
        count, unknown = figure_given.give(f.clerk, f.period.id, {f.ids["du_no"]: "5.100"}, {f.ids["du_no"]: "Ngân hàng tính cả lãi"}, pasted)
    assert (count, unknown) == (4, ["Huyện Lạ"])
    page = figure_page.page(f.officers[0], f.period.id)
    assert [(field.typed, field.text) for field in page.rows[0].fields] == [(False, "6.000,0"), (True, "")]
    assert f.hand_in(f.officers[0], PLAIN).done
    total = figure_table.table(f.clerk, f.period.id).figures.total("du_no")
    assert total.plan == 6_000 * 10**6 and [w.kind for w in total.warnings] == ["bank"] and total.explanation == "Ngân hàng tính cả lãi"


def test_a_nudge_writes_to_who_is_missing_alone(make: Factory) -> None:
    f = Figures(make)
    f.hand_in(f.officers[0], PLAIN)
    with transaction():
        assert figure_nudges.nudge(f.clerk, f.period.id, [unit.id for unit in f.units], "Sắp giao ban") == (1, [])
    (mail,) = db.session.scalars(select(Mail).where(Mail.kind == "figures"))
    assert mail.unit_id == f.units[1].id and "Dư nợ uỷ thác" in mail.subject
    with pytest.raises(Conflict, match="form.nudged"), transaction():
        figure_nudges.nudge(f.clerk, f.period.id, [f.units[1].id])


@pytest.mark.parametrize(
    ("text", "cells"),
    [("5.000\n50\n12\n", {"du_no": "5.000", "no_qua_han": "50", "ho_moi": "12"}),
     ("STT\tChỉ tiêu\tĐVT\tThực hiện\n3\tSố hộ vay mới\thộ\t12\n\n1\tDƯ NỢ\ttriệu\t5.000\n", {"du_no": "5.000", "ho_moi": "12"}),
     ("Nợ quá hạn; 50\nKhông có; 7\n", {"no_qua_han": "50"}), ("100\t5.000\n60\t50\n", {"du_no": "5.000", "no_qua_han": "50"})],
)
def test_a_block_pasted_from_excel(make: Factory, text: str, cells: dict[str, str]) -> None:
    f = Figures(make)
    place = figure_page.page(f.officers[0], f.period.id).place
    given = figure_writing.known(place)
    fields = figure_writing.editable(given, given.periods[0], place.unit.id)
    found = figure_paste.read(text, fields, given.columns).cells
    assert {name: text for name, text in found.items() if name.endswith("actual")} == f.cells(cells)
    with pytest.raises(BadInput, match="sheet.paste"):
        figure_paste.read("không có gì", fields, given.columns)


def test_periods_are_unique_even_when_two_open_at_once(app: Flask, make: Factory) -> None:
    f = Figures(make, every="month")
    with clock.frozen(date(2026, 12, 5)):
        with transaction():
            figure_forms.open_due(f.form.id)
        keys = db.session.scalars(select(FormPeriod.key).where(FormPeriod.form_id == f.form.id).order_by(FormPeriod.key)).all()
    assert keys == ["2026-09", "2026-12"]  # of those that were missed, only what can still be handed in, and the latest


def test_lists_on_either_database(make: Factory) -> None:
    f = Figures(make)
    f.hand_in(f.officers[0], PLAIN)
    (line,) = figure_table.listed(f.clerk)
    assert (line.handed, line.asked, line.requests, line.closed, line.number) == (1, 2, 0, False, "931-CV/HNDT")
    assert figure_table.listed(f.clerk, f.dispatch.id) == [line] and figure_table.listed(f.clerk, 10**6) == []
    assert [one.title for one in figure_due.handed_in(f.officers[0])] == ["Dư nợ uỷ thác"] and figure_due.handed_in(f.officers[1]) == []
    assert figure_due.owing(DUE) == [f.units[1].id] and figure_due.owing(DUE - timedelta(days=1)) == []
    assert [line.one.code for line in indicators.catalogue(f.clerk)] == ["du_no", "no_qua_han", "ty_le", "ho_moi"]
    with transaction() as session:
        session.merge(f.form).task_id = make.assignments(f.dispatch)[0].task_id
    assert figure_table.listed(f.clerk)[0].asked == 2 and figure_due.mine(f.officers[1])
