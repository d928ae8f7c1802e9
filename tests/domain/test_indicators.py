"""Derived indicators, totals over units, luỹ kế over periods, and the doubts about a sheet."""
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import figure_assembly as assembly
from tracker.domain import indicators as rules
from tracker.domain import sheet_checks
from tracker.domain.figure_assembly import Asked, Figure, Given, HandedIn, Period
from tracker.domain.figure_data import Cell, Correction, FormFigures, PeriodFigures, UnitFigures
from tracker.domain.indicators import Column, Indicator
from tracker.domain.report_counts import Happened, Measured, of_unit, table_of
from tracker.domain.sheet_checks import Sheet

TY = D(10) ** 9
LOAN = Indicator(1, "du_no", "Dư nợ", "money", scale="million")
OVERDUE = Indicator(2, "no_qua_han", "Nợ quá hạn", "money", scale="million", direction="less")
RATE = Indicator(3, "ty_le", "Tỷ lệ nợ quá hạn", "percent", decimals=2, formula="100 * no_qua_han / du_no", summed=False)
HOUSES = Indicator(4, "ho_moi", "Số hộ vay mới", unit="hộ", flows=True)
GOOD, FAIR = Indicator(5, "tot", "Tổ tốt", unit="tổ"), Indicator(6, "kha", "Tổ khá", unit="tổ")
GROUPS = Indicator(7, "so_to", "Số tổ", unit="tổ", equals="tot + kha")
ALL = [LOAN, OVERDUE, RATE, HOUSES, GOOD, FAIR, GROUPS]


def kinds(values: dict[str, D | None], last: dict[str, D | None] | None = None, **more: dict[str, D | None]) -> list[tuple[str, str]]:
    full = rules.derived(ALL, values)
    return [(w.code, w.kind) for w in sheet_checks.check(ALL, Sheet({Column.ACTUAL: full}, last or {}, **more))]


def test_a_rate_over_units_comes_from_the_sums_and_never_from_an_average() -> None:
    units = [{"du_no": D(100), "no_qua_han": D(10)}, {"du_no": D(900), "no_qua_han": D(0)}, {}]
    found = rules.totals(ALL, units)
    assert found["ty_le"] == 1 and found["du_no"] == 1000 and found["ho_moi"] is None


def test_nothing_to_divide_by_gives_no_value() -> None:
    assert rules.derived(ALL, {"du_no": D(0), "no_qua_han": D(1)})["ty_le"] is None


def test_a_typed_value_of_a_derived_indicator_counts_nothing() -> None:
    assert rules.derived(ALL, {"ty_le": D(7)})["ty_le"] is None


@given(st.lists(st.dictionaries(st.sampled_from(["du_no", "no_qua_han"]), st.one_of(st.none(), st.integers(0, 10**15).map(D)))))
def test_totals_do_not_depend_on_the_order_of_the_units(units: list[dict[str, D | None]]) -> None:
    assert rules.totals(ALL, units) == rules.totals(ALL, units[::-1])


@pytest.mark.parametrize(
    ("values", "last", "doubts"),
    [
        ({"du_no": 5 * TY, "no_qua_han": TY / 10}, {"du_no": 5 * TY}, []),
        ({"du_no": TY, "no_qua_han": 2 * TY}, {}, [("ty_le", "range")]),
        ({"ho_moi": D(-1)}, {}, [("ho_moi", "range")]),
        ({"tot": D(3), "kha": D(4), "so_to": D(8)}, {}, [("so_to", "sum")]),
        ({"tot": D(3), "kha": D(4), "so_to": D(7)}, {}, []),
        ({"tot": D(3), "so_to": D(8)}, {}, []),
        ({"du_no": 5 * TY}, {"du_no": 3 * TY}, [("du_no", "jump")]),
        ({"du_no": 5 * TY / 1000}, {"du_no": 5 * TY}, [("du_no", "slip")]),
        ({"du_no": 5200 * TY}, {"du_no": 5 * TY}, [("du_no", "slip")]),
        ({"ho_moi": D(10)}, {"ho_moi": D(0)}, []),
        ({"ho_moi": D(151)}, {"ho_moi": D(100)}, [("ho_moi", "jump")]),
        ({"ho_moi": D(150)}, {"ho_moi": D(100)}, []),
    ],
)
def test_doubts(values: dict[str, D | None], last: dict[str, D | None], doubts: list[tuple[str, str]]) -> None:
    assert kinds(values, last) == doubts


def test_a_baseline_stands_in_where_there_is_no_last_period_but_only_for_slips() -> None:
    assert kinds({"du_no": 5 * TY}, baseline={"du_no": 3 * TY}) == []
    assert kinds({"du_no": 5 * TY / 1000}, baseline={"du_no": 5 * TY}) == [("du_no", "slip")]


def test_parts_in_triệu_and_a_total_in_tỷ_are_told_apart() -> None:
    total = Indicator(9, "tong", "Tổng", "money", scale="million", equals="du_no + no_qua_han")
    found = sheet_checks.check([LOAN, OVERDUE, total], Sheet({Column.ACTUAL: {"du_no": 70 * TY, "no_qua_han": TY * 30 / 1000, "tong": 100 * TY}}))
    assert [(w.kind, "Nợ quá hạn" in w.words) for w in found] == [("slip", True)]


def test_a_percentage_against_its_parts_may_be_rounded() -> None:
    share = Indicator(9, "tl", "Tỷ lệ", "percent", decimals=1, equals="100 * tot / so_to", summed=False)
    for said, doubts in (("33.3", 0), ("33", 0), ("34.4", 1)):
        values = {"tot": D(1), "so_to": D(3), "tl": D(said)}
        assert len(sheet_checks.check([GOOD, Indicator(7, "so_to", "Số tổ"), share], Sheet({Column.ACTUAL: values}))) == doubts


def test_the_sum_of_the_communes_and_the_figure_of_the_bank() -> None:
    assert kinds({"ho_moi": D(10)}, communes={"ho_moi": D(12)}) == [("ho_moi", "communes")]
    assert sheet_checks.bank_differs(LOAN, 5 * TY, 5 * TY) == "" and "chênh −1.000" in sheet_checks.bank_differs(LOAN, 5 * TY, 6 * TY)


def periods(*keys: str) -> list[Period]:
    return [Period(n, key, date(2026, 1, 1), date(2026, 1, 6)) for n, key in enumerate(keys, 1)]


def given_of(keys: list[str], figures: dict[str, int], column: Column = Column.ACTUAL) -> Given:
    kept = periods(*keys)
    by_key = {p.key: p.id for p in kept}
    found = [Figure(by_key[key], 1, "ho_moi", column, D(amount)) for key, amount in figures.items()]
    return Given([HOUSES], list(Column), kept, figures=found)


def test_luỹ_kế_runs_from_january_and_starts_anew_each_year() -> None:
    given = given_of(["2025-12", "2026-01", "2026-02", "2026-03"], {"2025-12": 9, "2026-01": 1, "2026-02": 2, "2026-03": 3})
    found = [assembly.columns_of(given, p, 1)[Column.CUMULATIVE]["ho_moi"] for p in given.periods]
    assert found == [None, 1, 3, 6]


def test_luỹ_kế_is_not_made_up_where_a_period_is_missing_and_goes_on_from_a_typed_one() -> None:
    kept = periods("2026-02", "2026-03", "2026-04")
    figures = [Figure(n, 1, "ho_moi", Column.ACTUAL, D(2)) for n in (1, 2, 3)]
    given = Given([HOUSES], list(Column), kept, figures=figures)
    assert assembly.columns_of(given, kept[2], 1)[Column.CUMULATIVE]["ho_moi"] is None
    given = Given([HOUSES], list(Column), kept, figures=[*figures, Figure(1, 1, "ho_moi", Column.CUMULATIVE, D(50))])
    assert assembly.columns_of(given, kept[2], 1)[Column.CUMULATIVE]["ho_moi"] == 54


def test_the_same_period_of_last_year_is_looked_up() -> None:
    given = given_of(["2025-Q4", "2026-Q4"], {"2025-Q4": 8})
    assert assembly.columns_of(given, given.periods[1], 1)[Column.SAME]["ho_moi"] == 8


def test_a_period_of_a_form() -> None:
    (period,) = periods("2026-09")
    figures = [Figure(1, 1, "du_no", "actual", 5 * TY, "ngân hàng chốt muộn"), Figure(1, 1, "no_qua_han", "actual", 6 * TY)]
    figures.append(Figure(1, None, "du_no", "bank", 6 * TY))
    given = Given(ALL, [Column.ACTUAL], [period], figures=figures, handed_in={(1, 1): HandedIn(date(2026, 9, 30), "A")})
    made = assembly.period_figures(given, period, [Asked(1, "1", "Ta"), Asked(2, "2", "Bạn")], date(2026, 9, 30))
    assert [unit.unit_id for unit in made.missing] == [2] and made.locked
    assert made.units[0].cell("du_no").explanation == "ngân hàng chốt muộn"
    assert [w.kind for w in made.units[0].cell("ty_le").warnings] == ["range"] and made.total("ty_le").actual == 120
    assert [w.kind for w in made.total("du_no").warnings] == ["bank"] and made.total("nothing").actual is None


def test_an_indicator_is_shown_and_typed_in_its_own_measure() -> None:
    assert [one.unit_words for one in (LOAN, RATE, HOUSES)] == ["triệu đồng", "%", "hộ"]
    assert (LOAN.shown(D(1234567890)), RATE.shown(D("12.345")), HOUSES.shown(None)) == ("1.235", "12,35", "")
    assert (LOAN.exact(D(1234567890)), HOUSES.exact(D(1200)), LOAN.exact(None)) == ("1.234,56789", "1.200", "")
    assert LOAN.typed("1.234,5") == 1234500000 and HOUSES.typed("") is None


def test_achieved_needs_a_plan() -> None:
    assert rules.achieved(D(3), D(4)) == 75 and rules.achieved(D(0), D(4)) == 0
    assert [rules.achieved(*pair) for pair in ((None, D(4)), (D(3), None), (D(3), D(0)))] == [None] * 3


def test_a_running_total_under_what_one_period_alone_has_is_doubted() -> None:
    def doubts(cumulative: int) -> list[str]:
        sheet = Sheet({Column.ACTUAL: {"ho_moi": D(5)}, Column.CUMULATIVE: {"ho_moi": D(cumulative)}})
        return [w.kind for w in sheet_checks.check([HOUSES], sheet)]

    assert (doubts(4), doubts(5)) == (["cumulative"], [])


def test_a_period_of_a_form_as_a_report_keeps_it() -> None:
    """Exact amounts as text in the base unit; what is asked once has no period's words; corrections are counted."""
    due, fixed = date(2026, 9, 30), Correction(date(2026, 9, 30), "A", "", "gõ nhầm", "actual", D(1), D(2))
    unit = UnitFigures(1, "1", "Ta", due, "A", "", {"du_no": Cell(actual=D("5E+9"), corrections=(fixed, fixed)), "ty_le": Cell(actual=D("0.10"))})
    other = UnitFigures(2, "2", "Bạn", None, "", "", {})
    made = PeriodFigures(1, "2026-09", "tháng 9/2026", due, due, True, (unit, other), {"du_no": Cell(plan=D(9), actual=D(7))})
    form = FormFigures(7, 3, None, "Số liệu", "", (Column.PLAN, Column.ACTUAL), (LOAN, RATE), (made,))
    table = table_of(form, made)
    assert (table.form_id, table.dispatch_id, table.name, table.columns, table.due_on) == (7, 3, "Số liệu, tháng 9/2026", ("plan", "actual"), due)
    assert table.indicators[0] == Measured("du_no", "Dư nợ", "triệu đồng", "money", "million", 0)
    assert [one.cells for one in table.units] == [((None, "5000000000"), (None, "0.1")), ((None, None), (None, None))]
    assert [one.handed_in_on for one in table.units] == [due, None] and [one.name for one in table.missing()] == ["Bạn"]
    assert table.totals == (("9", "7"), (None, None)) and table.corrections == 2 and table.heads() == ["Kế hoạch", "Thực hiện"]
    assert (table.total(0, "plan"), table.total(0, "same")) == ("9", None)
    assert table_of(form, replace(made, key=assembly.ONCE)).name == "Số liệu"
    money, count = table.indicators[0], Measured("n", "Hộ", "hộ", "count", "one", 0)
    assert (money.number("5000000000"), money.number(None), count.number("12"), count.shown("1234"), count.shown(None)) == (5000.0, None, 12.0, "1.234", "–")
    own = of_unit(table, "1")
    assert own.totals == table.units[0].cells and own.corrections == 0 and [one.code for one in own.units] == ["1"]
    assert of_unit(table, "9").totals == ((None, None), (None, None)) and of_unit(table, "9").units == ()


def test_happenings_and_shares_of_a_total() -> None:
    one, two = Happened(3, 1, 1, 16, 2, 4, 1), Happened(1, 1, 0, 4, 0, 0, 0)
    assert (one + two) == Happened(4, 2, 1, 20, 2, 4, 1) and one.waiting == 1 and one.plain()["waiting"] == 1 and one.plain()["days"] == 16
