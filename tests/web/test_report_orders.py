"""Pages that order reports: presets, what is refused beside the form, stopping, correcting, wording sentences anew; and a unit's own part."""
import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import Factory
from tests.web.test_account import post
from tests.web.test_reports import HASH, browser_of
from tracker import clock
from tracker.domain.access import Role
from tracker.domain.report_periods import PRESETS, days
from tracker.domain.report_places import words
from tracker.models.dispatches import Dispatch
from tracker.models.units import Unit
from workers import reports as worker


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def units(here: Factory) -> list[Unit]:
    return [here.unit(), here.unit()]


@pytest.fixture
def dispatch(here: Factory, units: list[Unit]) -> Dispatch:
    with clock.frozen(date(2026, 8, 11)):
        return here.issued(units, [(date(2026, 8, 31), None), (None, date(2026, 9, 30))], number="931-CV/HNDT")


@pytest.fixture
def clerk(sqlite_app: Flask, here: Factory, dispatch: Dispatch) -> Iterator[FlaskClient]:
    yield browser_of(sqlite_app, here.person(Role.CLERK, password_hash=HASH))


def sent(browser: FlaskClient, page: str, action: str, fields: dict[str, str]) -> TestResponse:
    """Posts a form that has a field named as a parameter of `post`."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert token
    return browser.post(action, data={"csrf_token": token[1], **fields})


def ordered(clerk: FlaskClient, **fields: str) -> int:
    answer = post(clerk, "/reports", **{"scope": "period", "preset": "year", **fields})
    assert answer.status_code == 302, answer.text
    return int(answer.location.rsplit("/", 1)[1])


@pytest.mark.parametrize(("preset", "first", "last"), [
    ("week", date(2026, 9, 7), date(2026, 9, 13)), ("last_week", date(2026, 8, 31), date(2026, 9, 6)), ("month", date(2026, 9, 1), date(2026, 9, 30)),
    ("last_month", date(2026, 8, 1), date(2026, 8, 31)), ("quarter", date(2026, 7, 1), date(2026, 9, 30)),
    ("last_quarter", date(2026, 4, 1), date(2026, 6, 30)),
    ("half", date(2026, 7, 1), date(2026, 12, 31)), ("last_half", date(2026, 1, 1), date(2026, 6, 30)), ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
])
def test_presets(preset: str, first: date, last: date) -> None:
    assert days(preset, date(2026, 9, 8)) == (first, last)
    assert days("last_quarter", date(2026, 1, 1)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert preset in dict(PRESETS)


def test_a_preset_without_a_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="decade"):
        days("decade", date(2026, 9, 8))


def test_a_period_from_the_form_to_the_page_of_each(
    sqlite_app: Flask, here: Factory, clerk: FlaskClient, units: list[Unit]
) -> None:
    report_id = ordered(clerk)
    assert "Dừng, không lập nữa" in clerk.get(f"/reports/{report_id}").text
    worker.compile_report.run(report_id)
    shown = clerk.get(f"/reports/{report_id}").text
    assert "2 đơn vị phải thực hiện 4 lượt nhiệm vụ của 1 văn bản" in shown and "KẾT QUẢ CHUNG" in shown
    assert "Báo cáo lập khi ngày chốt chưa hết" in shown
    assert "01/01/2026 đến 31/12/2026" in clerk.get("/reports").text
    assert "Không có báo cáo nào như vậy" in clerk.get("/reports?scope=unit").text
    officer = browser_of(sqlite_app, here.person(Role.OFFICER, units[0], password_hash=HASH))
    own = officer.get(f"/reports/{report_id}").text
    assert units[0].name in own and units[1].name not in own and "Lập báo cáo" not in officer.get("/reports").text
    assert officer.get(f"/reports/{report_id}/words").status_code == 403
    stranger = browser_of(sqlite_app, here.person(Role.OFFICER, here.unit(), password_hash=HASH))
    assert stranger.get(f"/reports/{report_id}").status_code == 404


@pytest.mark.parametrize(("fields", "told"), [
    ({"preset": "", "from": "09/09/2026", "to": "01/09/2026"}, "Khoảng ngày của báo cáo chưa đúng"),
    ({"preset": "", "from": "hôm qua", "to": "01/09/2026"}, "Không hiểu ngày"), ({"preset": ""}, "Khoảng ngày"),
    ({"as_of": "01/01/2030"}, "Ngày chốt số liệu"), ({"scope": "unit"}, "Chưa chọn đơn vị"), ({"scope": "field"}, "Chưa chọn lĩnh vực"),
])
def test_what_is_refused_stands_over_the_form_with_what_was_typed(clerk: FlaskClient, fields: dict[str, str], told: str) -> None:
    answer = sent(clerk, "/reports", "/reports", {"scope": "period", "preset": "year", **fields})
    assert (answer.status_code, told in answer.text) == (422, True)
    for name in ("from", "to", "as_of"):
        assert f'name="{name}"' in answer.text
        assert f'value="{fields.get(name, "")}"' in answer.text


def test_stopping_and_trying_again(clerk: FlaskClient) -> None:
    report_id = ordered(clerk)
    assert post(clerk, f"/reports/{report_id}", f"/reports/{report_id}/cancel").status_code == 302
    stopped = clerk.get(f"/reports/{report_id}").text
    assert "Báo cáo này đã dừng theo yêu cầu" in stopped and "Lập lại" in stopped
    worker.compile_report.run(report_id)
    assert "đã dừng" in clerk.get("/reports?state=cancelled").text
    post(clerk, f"/reports/{report_id}", f"/reports/{report_id}/retry")
    worker.compile_report.run(report_id)
    assert "Tải .docx" in clerk.get(f"/reports/{report_id}").text


def test_words_are_kept_and_traced(clerk: FlaskClient) -> None:
    report_id = ordered(clerk)
    worker.compile_report.run(report_id)
    page = f"/reports/{report_id}/words"
    form = clerk.get(page).text
    assert "toàn bộ: đã hoàn thành" in form and 'name="s.whole.done"' in form
    kept = {name: value.strip() for name, value in re.findall(r'name="(s\.[\w.]+)"[^>]*>\n(.*?)</textarea>', form, re.S)}
    assert len(kept) > 8
    again = {**kept, "s.closing": "Trên đây là báo cáo của kỳ, kính trình./.", "number": "15-BC/HNDT", "signed_on": "09/09/2026"}
    refused = post(clerk, page, page, **{**again, "signed_on": "01/09/2026"})
    assert (refused.status_code, "Ngày ký không thể trước" in refused.text, "kính trình./." in refused.text) == (422, True, True)
    assert post(clerk, page, page, **again).status_code == 302
    worker.compile_report.run(report_id)
    shown = clerk.get(f"/reports/{report_id}?traced=1").text
    assert "kính trình./." in shown and "1 câu đã sửa tay" in shown and "(sửa tay; máy soạn:" in shown
    assert words("total.accepted") == "toàn bộ: đã hoàn thành" and words("most_late.1.name").endswith("thứ 2: tên") and words("lạ") == "lạ"


def test_a_correction_says_why_and_what(clerk: FlaskClient) -> None:
    report_id = ordered(clerk)
    worker.compile_report.run(report_id)
    page = f"/reports/{report_id}/correct"
    assert "Chưa ghi vì sao" in post(clerk, page, page, reason=" ").text
    answer = post(clerk, page, page, reason="Bổ sung", as_of="07/09/2026")
    newer = int(answer.location.rsplit("/", 1)[1])
    worker.compile_report.run(newer)
    shown = clerk.get(f"/reports/{newer}").text
    assert "Khác bản trước" in shown and "vì: Bổ sung" in shown and "Các bản" in shown
    assert f"/reports/{newer}" in clerk.get(f"/reports/{report_id}").text
    assert "đã có bản mới hơn" in post(clerk, page, page, reason="Lần nữa").text


def test_a_field_is_set_and_offered(clerk: FlaskClient, dispatch: Dispatch) -> None:
    page, to = f"/dispatches/{dispatch.id}/reports", f"/dispatches/{dispatch.id}/field"
    assert "quá 80" in post(clerk, page, to, field="x" * 81).text
    assert post(clerk, page, to, field="Tín dụng chính sách").status_code == 302
    assert "Tín dụng chính sách" in clerk.get("/reports").text
    report_id = ordered(clerk, scope="field", field="Tín dụng chính sách")
    worker.compile_report.run(report_id)
    assert "lĩnh vực Tín dụng chính sách" in clerk.get(f"/reports/{report_id}").text
    assert post(clerk, page, to, field="").status_code == 302


def test_a_period_report_asks_for_the_address_it_goes_to(clerk: FlaskClient) -> None:
    report_id = ordered(clerk)
    worker.compile_report.run(report_id)
    page, to = f"/reports/{report_id}", f"/reports/{report_id}/send"
    assert 'name="to"' in post(clerk, page, to, told_before="0").text
    wrong = sent(clerk, page, to, {"told_before": "0", "confirmed": "1", "to": "lanh đạo tỉnh"})
    assert wrong.status_code == 422 and 'value="lanh đạo tỉnh"' in wrong.text and 'aria-invalid="true"' in wrong.text
    sent(clerk, page, to, {"told_before": "0", "confirmed": "1", "to": "lanhdao@tinh.example"})
    assert "thư đang chờ gửi" in clerk.get(page).text and "lanhdao@tinh.example" in clerk.get(page).text
