"""The pages of figures: typing and handing in with every way to fill, the province's table, corrections, communes, catalogue and forms."""
import io
import re

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from tests.factories import Factory
from tests.services.figures_made import DUE, PLAIN, Figures
from tests.services.test_figures import after_cut_off
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.models.figures import FigureForm, FigureRequest, FormPeriod
from tracker.models.indicators import IndicatorRow
from tracker.models.units import Unit
from tracker.services import figure_corrections, figure_page


class Stage:
    """A form asked of two districts, and a browser."""

    def __init__(self, app: Flask, client: FlaskClient, **more: str) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.client, self.f = client, Figures(Factory())
        self.officer, self.clerk, self.period = self.f.officers[0], self.f.clerk, self.f.period.id
        self.path = f"/figures/{self.period}"

    def sign_in(self, who: Actor) -> None:
        with self.client.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(who.id), 0

    def text(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def page(self) -> dict[str, str]:
        """The hidden fields of the opened sheet."""
        found = re.findall(r'name="(page|version)" value="([^"]*)"', self.text(self.path))
        return dict(found)

    def send(self, do: str, values: dict[str, str] | None = None, notes: dict[str, str] | None = None, **more: object) -> TestResponse:
        """Presses one of the sheet's buttons."""
        form: dict[str, object] = {**self.page(), "do": do, **more}
        form |= {f"c.{name}": text for name, text in self.f.cells(values or {}).items()}
        form |= {f"n.{name}": text for name, text in self.f.notes(notes or {}).items()}
        return self.client.post(self.path, data=form, content_type="multipart/form-data")


@pytest.fixture
def stage(sqlite_app: Flask, client: FlaskClient) -> Stage:
    return Stage(sqlite_app, client)


def test_an_officer_finds_the_form_types_explains_and_hands_in(stage: Stage) -> None:
    stage.sign_in(stage.officer)
    for path in ("/", "/figures", f"/dispatches/{stage.f.dispatch.id}"):
        assert f'href="{stage.path}"' in stage.text(path), path
    assert stage.send("save", {"du_no": "5.000"}).status_code == 303
    assert 'value="5.000"' in stage.text(stage.path) and "Lưu nháp lần cuối" in stage.text(stage.path)
    refused = stage.send("submit", PLAIN | {"ho_moi": "mười hai"})
    assert refused.status_code == 422 and "không phải là số" in refused.get_data(as_text=True)
    doubted = stage.send("submit", PLAIN | {"no_qua_han": "5.001"})
    assert doubted.status_code == 422 and "nằm ngoài khoảng 0 đến 100" in doubted.get_data(as_text=True)
    assert stage.send("submit", notes={"ty_le": "Số ngân hàng chuyển"}).status_code == 303
    shown = stage.text(stage.path)
    assert "đã nộp ngày" in shown and "Nộp lại số liệu" in shown
    assert "Số ngân hàng chuyển" not in stage.text("/") and f'href="{stage.path}"' not in stage.text("/")


def test_typing_saves_itself_and_a_stale_page_is_told(stage: Stage) -> None:
    stage.sign_in(stage.officer)
    opened = stage.page()
    quiet = stage.client.post(stage.path, data=opened | {f"c.{stage.f.ids['ho_moi']}.actual": "3"}, headers={"X-Autosave": "1"})
    assert quiet.status_code == 204 and quiet.headers["X-Version"] == "1"
    other = stage.client.post(stage.path, data={"page": "b" * 20, "version": "0", f"c.{stage.f.ids['ho_moi']}.actual": "4"})
    assert other.status_code == 409 and "vừa lưu biểu này" in other.get_data(as_text=True)
    assert "Bỏ bản nháp?" in stage.send("drop").get_data(as_text=True) and 'value="3"' in stage.text(stage.path)
    assert stage.send("drop", confirmed="1").status_code == 303 and 'value="3"' not in stage.text(stage.path)


def test_pasting_without_a_script_and_the_excel_form(stage: Stage) -> None:
    stage.sign_in(stage.officer)
    assert stage.send("paste", pasted="Dư nợ\t5.000\nNợ quá hạn\t50\nLạ\t9\n").status_code == 303
    shown = stage.text(stage.path)
    assert 'value="5.000"' in shown and "Chưa nhận ra 1 dòng: Lạ" in shown
    kept = stage.send("paste", pasted="không có số nào")
    assert kept.status_code == 422 and "không có số nào</textarea>" in kept.get_data(as_text=True)
    book = openpyxl.load_workbook(io.BytesIO(stage.client.get(f"{stage.path}/form.xlsx").data))
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        if row[0].value == "ho_moi":
            next(cell for cell in row if cell.column_letter == "G").value = 12
    out = io.BytesIO()
    book.save(out)
    assert stage.send("upload", file=(io.BytesIO(out.getvalue()), "bieu.xlsx")).status_code == 303
    assert 'value="12"' in stage.text(stage.path)
    refused = stage.send("upload", file=(io.BytesIO(b"PK\x03\x04x"), "khac.xlsx"))
    assert refused.status_code == 422 and "khac.xlsx" in refused.get_data(as_text=True)
    assert stage.send("upload").status_code == 422


def test_after_the_cut_off_a_request_and_its_answer(stage: Stage) -> None:
    stage.f.hand_in(stage.officer, PLAIN)
    with clock.frozen(after_cut_off()):
        stage.sign_in(stage.officer)
        assert "Gửi đề nghị sửa số liệu" in stage.text(stage.path)
        assert "Chưa ghi lý do sửa" in stage.send("ask", {"ho_moi": "15"}).get_data(as_text=True)
        assert stage.send("ask", {"ho_moi": "15"}, reason="Sót 3 hộ").status_code == 303
        assert "đang chờ tỉnh trả lời" in stage.text(stage.path) and "Số liệu <b>" not in stage.text(stage.path)
        request_id = db.session.scalars(select(FigureRequest.id)).one()
        stage.sign_in(stage.clerk)
        shown = stage.text(stage.path)
        assert "1 đề nghị sửa số liệu" in shown and "12 → 15" in shown and "Số liệu <b>1</b>" in shown
        assert "Ngừng hỏi biểu" in shown and "Dời ngày chốt" not in shown
        assert stage.client.post(f"/figures/requests/{request_id}", data={"do": "refuse"}).status_code == 422
        assert stage.client.post(f"/figures/requests/{request_id}", data={"do": "grant"}).status_code == 303
        shown = stage.text(stage.path)
        assert "Sửa sau chốt" in shown and "Sót 3 hộ" in shown
        unit = f"{stage.path}/units/{stage.f.units[1].id}"
        assert "trống" not in stage.text(unit) and "Sửa số liệu đã chốt" in stage.text(unit)
        refused = stage.client.post(unit, data={f"c.{stage.f.ids['ho_moi']}.actual": "4"})
        assert refused.status_code == 422 and 'value="4"' in refused.get_data(as_text=True)
        assert stage.client.post(unit, data={f"c.{stage.f.ids['ho_moi']}.actual": "4", "reason": "Gọi điện"}).status_code == 303
        assert "Gọi điện" in stage.text(unit)


def test_the_province_sees_who_is_missing_and_writes_to_them(stage: Stage) -> None:
    stage.f.hand_in(stage.officer, PLAIN | {"no_qua_han": "6.000"}, {"ty_le": "Đúng như sổ"})
    stage.sign_in(stage.clerk)
    shown = stage.text(stage.path)
    assert "1 / 2 đơn vị đã nộp" in shown and "Đúng như sổ" in shown and "1 đơn vị chưa nộp" in shown
    assert "Kế hoạch" in stage.text(f"{stage.path}?column=plan")
    assert stage.client.post(f"{stage.path}/nudge", data={"unit_id": stage.f.units[1].id}, follow_redirects=True).get_data(as_text=True).count(
        "Đã gửi thư nhắc 1 đơn vị") == 1
    moved = stage.client.post(f"{stage.path}/cut-off", data={"cut_off_on": "01/10/2026"}, follow_redirects=True).get_data(as_text=True)
    assert "Đã dời ngày chốt đến hết 01/10/2026" in moved
    assert "Hãy chọn ngày khác" in stage.client.post(f"{stage.path}/cut-off", data={"cut_off_on": "01/9/2026"}, follow_redirects=True).get_data(as_text=True)
    table = stage.client.get(f"{stage.path}/table.xlsx")
    assert table.status_code == 200 and "attachment" in table.headers["Content-Disposition"]
    assert "1 / 2" in stage.text("/figures") and "1 / 2" in stage.text(f"/dispatches/{stage.f.dispatch.id}/figures")


def test_a_form_is_made_changed_closed_and_opened_again(stage: Stage) -> None:
    stage.sign_in(stage.clerk)
    new = f"/dispatches/{stage.f.dispatch.id}/figures/new"
    assert "Số hộ vay mới" in stage.text(new)
    asked = {"title": "Biểu tháng", "indicator": [str(stage.f.ids["ty_le"])], "column": ["actual", "cumulative"], "every": "month", "when": "2", "day": "5",
             "lock_days": "3", "jump": "30", "sign": "leader"}
    assert "Chưa ghi tên biểu" in stage.client.post(new, data=asked | {"title": ""}).get_data(as_text=True)
    made = stage.client.post(new, data=asked)
    assert made.status_code == 303
    db.session.rollback()
    form = db.session.scalars(select(FigureForm).where(FigureForm.title == "Biểu tháng")).one()
    period = db.session.scalars(select(FormPeriod).where(FormPeriod.form_id == form.id)).one()
    assert (period.key, str(period.due_on), str(period.cut_off_on)) == ("2026-09", "2026-10-05", "2026-10-08")
    shown = stage.text(f"/figures/forms/{form.id}")
    assert "Biểu tháng" in shown
    assert stage.client.post(f"/figures/forms/{form.id}", data=asked | {"title": "Biểu mới", "version": str(form.version)}).status_code == 303
    assert stage.client.post(f"/figures/forms/{form.id}", data=asked | {"version": "0"}).status_code == 409
    assert "Ngừng hỏi biểu này?" in stage.client.post(f"/figures/forms/{form.id}/close").get_data(as_text=True)
    assert stage.client.post(f"/figures/forms/{form.id}/close", data={"confirmed": "1"}).status_code == 303
    assert "đã ngừng hỏi" in stage.text("/figures")
    assert stage.client.post(f"/figures/forms/{form.id}/close").status_code == 303


def test_plans_totals_and_baselines(stage: Stage) -> None:
    stage.sign_in(stage.clerk)
    given = f"{stage.path}/given"
    sent = {f"bank-{stage.f.ids['du_no']}": "9.000", "pasted": f"{stage.f.units[0].name}\t6.000\t40\t15"}
    assert stage.client.post(given, data=sent).status_code == 303
    assert 'value="9.000"' in stage.text(given) and "6.000" in stage.text(given)
    assert "không phải là số" in stage.client.post(given, data={f"bank-{stage.f.ids['du_no']}": "nhiều"}).get_data(as_text=True)
    with transaction() as session:
        session.merge(stage.f.dispatch).text = "1. Nợ quá hạn toàn tỉnh là 35 tỷ đồng."
    baseline = f"/figures/forms/{stage.f.form.id}/baseline"
    span = re.findall(r'name="span" value="([\d-]+)"', stage.text(baseline))
    assert len(span) == 1
    taken = stage.client.post(baseline, data={"span": span, f"i-{span[0]}": stage.f.ids["no_qua_han"]}, follow_redirects=True).get_data(as_text=True)
    assert "Đã lấy 1 số làm mốc" in taken and "Mốc đang dùng" in taken
    assert "Đã bỏ mốc" in stage.client.post(baseline, data={"drop": f"{stage.f.ids['no_qua_han']}."}, follow_redirects=True).get_data(as_text=True)


def test_the_catalogue(stage: Stage) -> None:
    stage.sign_in(stage.clerk)
    form = {"name": "Số hộ nghèo", "code": "ho_ngheo", "group": "Hộ vay", "measure": "count", "unit": "hộ", "scale": "one", "period": "month",
            "direction": "less", "decimals": "0", "formula": "", "equals": "", "summed": "1"}
    assert "Mã chỉ gồm chữ thường" in stage.client.post("/indicators/new", data=form | {"code": "Hộ"}).get_data(as_text=True)
    assert stage.client.post("/indicators/new", data=form).status_code == 303
    shown = stage.text("/indicators")
    assert "Số hộ nghèo" in shown and shown.index("Tín dụng") < shown.index("Hộ vay")
    db.session.rollback()
    row = db.session.scalars(select(IndicatorRow).where(IndicatorRow.code == "ho_ngheo")).one()
    assert stage.client.post(f"/indicators/{row.id}", data=form | {"name": "Hộ nghèo", "version": "1"}).status_code == 303
    assert stage.client.post(f"/indicators/{row.id}", data=form | {"version": "1"}).status_code == 409
    assert "ngừng dùng" in stage.client.post(f"/indicators/{row.id}/retire", follow_redirects=True).get_data(as_text=True)
    assert "lại chọn được" in stage.client.post(f"/indicators/{row.id}/retire", data={"back": "1"}, follow_redirects=True).get_data(as_text=True)
    assert stage.client.post(f"/indicators/groups/{row.group_id}", data={"up": "1"}).status_code == 303
    shown = stage.text("/indicators")
    assert shown.index("Hộ vay</h2>") < shown.index("Tín dụng</h2>")
    stage.sign_in(stage.f.make.actor(Role.AUDITOR))
    assert "Ngừng dùng" not in stage.text("/indicators")


def test_communes_see_their_own_sheet_alone(stage: Stage) -> None:
    commune = stage.f.commune(stage.f.units[0], "Xã A")
    who = stage.f.make.actor(Role.OFFICER, commune)
    stage.sign_in(who)
    stage.text(stage.path, 404)
    stage.sign_in(stage.officer)
    assert "Mở cho 1 xã" in stage.text(stage.path)
    assert "Mở biểu này cho các xã?" in stage.client.post(f"{stage.path}/communes").get_data(as_text=True)
    opened = stage.client.post(f"{stage.path}/communes", data={"confirmed": "1"}, follow_redirects=True).get_data(as_text=True)
    assert "0 / 1 xã đã nộp" in opened and "Xã A" in opened
    stage.sign_in(who)
    assert "Xã A" in stage.text(stage.path) and f'href="{stage.path}"' in stage.text("/")
    for foreign in (stage.f.units[0], stage.f.units[1]):
        stage.text(f"{stage.path}/units/{foreign.id}", 404)
        stage.text(f"{stage.path}/units/{foreign.id}/communes", 404)
    assert stage.send("submit", PLAIN).status_code == 303
    stage.sign_in(stage.officer)
    assert "1 / 1" in stage.text(stage.path)
    assert stage.send("sums", {"ho_moi": "13"}).status_code == 303
    shown = stage.text(stage.path)
    assert 'value="5.000"' in shown and 'value="13"' in shown and "chênh +1" in shown
    assert "12" in stage.text(f"{stage.path}/units/{commune.id}")
    stage.sign_in(stage.f.officers[1])
    stage.text(f"{stage.path}/units/{commune.id}", 404)


def test_names_and_words_of_people_are_never_markup(stage: Stage) -> None:
    evil = "<script>alert(1)</script>"
    with transaction() as session:
        session.merge(stage.f.form).title = evil
        session.get_one(Unit, stage.f.units[0].id).name = evil
    stage.f.hand_in(stage.officer, PLAIN | {"no_qua_han": "6.000"}, {"ty_le": evil})
    stage.sign_in(stage.officer)
    for path in ("/", "/figures", stage.path):
        assert evil not in stage.text(path)
    stage.sign_in(stage.clerk)
    for path in ("/figures", stage.path, f"{stage.path}/units/{stage.f.units[0].id}", f"{stage.path}/given", f"/figures/forms/{stage.f.form.id}"):
        assert evil not in stage.text(path)


def test_what_pages_cost(stage: Stage) -> None:
    stage.f.hand_in(stage.officer, PLAIN)
    costs = {}
    for who, path in ((stage.officer, stage.path), (stage.clerk, stage.path), (stage.clerk, "/figures"), (stage.officer, "/figures")):
        stage.sign_in(who)
        stage.text(path)
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", counted)
        stage.text(path)
        event.remove(db.engine, "before_cursor_execute", counted)
        costs[f"{who.role} {path}"] = count
    assert max(costs.values()) <= 14, costs


def test_a_request_is_taken_back_by_its_unit(stage: Stage) -> None:
    stage.f.hand_in(stage.officer, PLAIN)
    with clock.frozen(after_cut_off()):
        stage.f.save(stage.officer, {"ho_moi": "20"}, token="z" * 12)
        with transaction():
            asked = figure_corrections.ask(stage.officer, stage.period, "z" * 12, "Sót").id
        stage.sign_in(stage.officer)
        assert stage.client.post(f"/figures/requests/{asked}/withdraw").status_code == 303
        assert figure_page.page(stage.officer, stage.period).waiting is None
        assert f"hết ngày {DUE.day + 5}" in stage.text(stage.path)


def test_odd_input_is_refused_in_words_and_breaks_nothing(stage: Stage) -> None:
    stage.sign_in(stage.officer)
    assert stage.send("submit", PLAIN | {"ho_moi": "1\x00²"}).status_code == 422
    assert stage.send("save", {"ho_moi": "9" * 61}).status_code == 422
    assert stage.send("paste", pasted="\x00\t" * 999).status_code == 422
    stage.sign_in(stage.clerk)
    new, baseline = f"/dispatches/{stage.f.dispatch.id}/figures/new", f"/figures/forms/{stage.f.form.id}/baseline"
    for form in ({"every": "month", "day": "99"}, {"every": "x"}, {"every": "month", "day": "5", "when": "99"}, {"jump": "0"}, {"indicator": "999"}):
        sent = {"title": "Biểu", "indicator": stage.f.ids["du_no"], "column": "actual", "day": "5", "lock_days": "1", "jump": "9", "due_on": "1/10/2026"} | form
        assert stage.client.post(new, data=sent).status_code == 422, form
    assert stage.client.post(baseline, data={"drop": "²."}).status_code == 303
    assert stage.client.post(baseline, data={"span": "²-3", "i-²-3": "1"}).status_code == 303
    assert stage.client.post(baseline, data={"span": "1-3", "i-1-3": "1"}).status_code == 409
    assert stage.client.post(f"{stage.path}/given", data={"bank-²": "1", "pasted": "x"}).status_code == 303
    for formula in ("(" * 50, "a" * 400, "du_no + la", "1 +"):
        sent = {"name": "A", "code": "a_1", "measure": "count", "scale": "one", "period": "month", "direction": "less", "decimals": "0", "formula": formula}
        assert stage.client.post("/indicators/new", data=sent).status_code == 422, formula
