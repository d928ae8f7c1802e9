"""Figures that leave and come back: the digest's line, the .xlsx form in any order, the province's table, and what pages cost."""
import io
from datetime import date, timedelta
from decimal import Decimal as D

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event, func, select

from tests.factories import Factory
from tests.services.figures_made import DUE, PLAIN, Figures
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput
from tracker.models.figures import FigureReminder, FormPeriod
from tracker.models.mails import Mail
from tracker.services import figure_files, figure_forms, figure_table, reminders
from tracker.services.ending import close
from workers.recurring import open_due

pytestmark = pytest.mark.usefixtures("app")


def digests(day: date) -> list[Mail]:
    with clock.frozen(day):
        reminders.plan(transaction, day)
    return list(db.session.scalars(select(Mail).where(Mail.kind == "digest", func.coalesce(Mail.dedupe_key, "").like(f"%{day}")).order_by(Mail.unit_id)))


def test_a_digest_tells_of_a_form_once_a_step_and_beside_tasks_each_time(make: Factory) -> None:
    f = Figures(make)
    assert digests(DUE - timedelta(days=6)) == []  # a Monday: nothing is due
    thursday = DUE - timedelta(days=3)
    mails = digests(thursday)
    assert [mail.unit_id for mail in mails] == [unit.id for unit in f.units]
    assert "1 biểu số liệu chưa nộp" in mails[0].subject and "Dư nợ uỷ thác (931-CV/HNDT), hạn 20/09/2026" in mails[0].body_text
    with clock.frozen(thursday):
        assert f.hand_in(f.officers[0], PLAIN).done
    assert digests(thursday + timedelta(days=1)) == []  # told once
    late = digests(DUE + timedelta(days=1))
    assert [mail.unit_id for mail in late] == [f.units[1].id] and "quá hạn 1 ngày" in late[0].body_text
    assert db.session.scalar(select(func.count()).select_from(FigureReminder)) == 3
    with_tasks = digests(date(2026, 9, 28))
    assert [("2 biểu" in mail.subject, "Biểu số liệu chưa nộp" in mail.body_text) for mail in with_tasks if mail.unit_id == f.units[1].id] == [(False, True)]


def test_a_dry_run_says_the_same_and_writes_nothing(make: Factory) -> None:
    Figures(make)
    day = DUE - timedelta(days=3)
    with clock.frozen(day):
        made = reminders.plan(transaction, day, dry_run=True)
    assert len(made.digests) == 2 and db.session.scalar(select(func.count()).select_from(FigureReminder)) == 0


def test_the_worker_opens_periods_and_a_closed_dispatch_asks_nothing(make: Factory) -> None:
    f = Figures(make, every="month")
    with clock.frozen(date(2026, 10, 1)):
        open_due.run()
        open_due.run()
        assert db.session.scalars(select(FormPeriod.key).where(FormPeriod.form_id == f.form.id).order_by(FormPeriod.key)).all() == ["2026-09", "2026-10"]
        with transaction():
            close(f.clerk, f.dispatch.id, f.dispatch.version)
    with clock.frozen(date(2026, 11, 1)):
        assert figure_forms.due() == []


def blank(f: Figures, who: Actor) -> openpyxl.Workbook:
    data, name = figure_files.blank(who, f.period.id)
    assert name.endswith(".xlsx")
    return openpyxl.load_workbook(io.BytesIO(data))


def sent(f: Figures, who: Actor, book: openpyxl.Workbook) -> tuple[dict[str, str], dict[str, str]]:
    out = io.BytesIO()
    book.save(out)
    return figure_files.read(who, f.period.id, out.getvalue(), "bieu.xlsx")


def head_of(sheet: object) -> tuple[int, dict[str, int]]:
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[attr-defined]
    at = next(n for n, row in enumerate(rows) if "actual" in row)
    return at + 1, {key: n + 1 for n, key in enumerate(rows[at]) if key}


def test_the_form_comes_back_sorted_and_with_lines_between(make: Factory) -> None:
    f = Figures(make)
    book = blank(f, f.officers[0])
    sheet = book.worksheets[0]
    top, places = head_of(sheet)
    assert sheet.row_dimensions[top].hidden and book["_dondoc"].sheet_state == "veryHidden"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=top + 2)]
    values = {"du_no": 5000.5, "no_qua_han": "1.050,5", "ho_moi": "=6*2"}
    for row in rows:
        row[places["actual"] - 1] = values.get(str(row[places["code"] - 1]))
        row[places["note"] - 1] = "Đã rà" if row[places["code"] - 1] == "ho_moi" else None
    sheet.delete_rows(top + 2, len(rows))
    at = top + 2
    for row in sorted(rows, key=lambda row: str(row[2]), reverse=True):
        sheet.insert_rows(at)
        for n, value in enumerate(row, 1):
            sheet.cell(at + 1, n, value)
        at += 2
    cells, notes = sent(f, f.officers[0], book)
    assert cells[f"{f.ids['du_no']}.actual"] == "5.000,5" and cells[f"{f.ids['no_qua_han']}.actual"] == "1.050,5"
    assert cells[f"{f.ids['ho_moi']}.actual"] == ""  # a formula that no program has reckoned holds no figure
    assert notes[str(f.ids["ho_moi"])] == "Đã rà" and f"{f.ids['ty_le']}.actual" not in cells


def test_a_file_of_another_unit_or_none_of_ours_is_refused(make: Factory) -> None:
    f = Figures(make)
    with pytest.raises(BadInput, match="sheet.file_other") as told:
        sent(f, f.officers[1], blank(f, f.officers[0]))
    assert f.units[0].name in str(told.value.params["form"])
    book = blank(f, f.officers[0])
    book["_dondoc"]["A1"] = str(book["_dondoc"]["A1"].value)[:-1] + "0x"
    with pytest.raises(BadInput, match=r"^sheet\.file$"):
        sent(f, f.officers[0], book)
    for data in (b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0", b"ten,so\n1,2"):
        with pytest.raises(BadInput):
            figure_files.read(f.officers[0], f.period.id, data, "x.xlsx")
    headless = blank(f, f.officers[0])
    headless.worksheets[0].delete_rows(head_of(headless.worksheets[0])[0])
    with pytest.raises(BadInput, match="sheet.file_heads"):
        sent(f, f.officers[0], headless)


def test_the_table_as_xlsx_has_numbers_and_never_a_formula(make: Factory) -> None:
    f = Figures(make)
    f.hand_in(f.officers[0], PLAIN)
    with transaction() as session:
        session.merge(f.form).title = "=1+1"
    data, _ = figure_table.as_xlsx(f.clerk, f.period.id)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert sheet["A1"].data_type == "s" and rows[4][1] == f.units[0].name and 5000 in rows[4] and rows[5][2] == "chưa nộp"
    assert rows[-1][1] == "Tổng cộng" and 5000 in rows[-1]


def test_a_table_of_166_units_costs_few_queries(make: Factory, app: Flask) -> None:
    f = Figures(make, every="month", units=166)
    for who in f.officers:
        f.hand_in(who, PLAIN)
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", counted)
    try:
        table = figure_table.table(f.clerk, f.period.id)
    finally:
        event.remove(db.engine, "before_cursor_execute", counted)
    assert len(table.figures.units) == 166 and table.figures.total("ho_moi").actual == D(24) and count <= 12, count
