"""The report pages over HTTP: order, watch, read the same figures as in the files, download, send."""
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import Factory
from tests.web.test_account import post
from tracker import clock
from tracker.db import db, transaction
from tracker.domain import report_sheets
from tracker.domain.access import Role
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.reports import Report
from tracker.models.units import Unit
from tracker.services import passwords
from tracker.services.reports_compile import FORMATS
from workers import reports as worker

PASSWORD = "lúa chín vàng đồng"
HASH = passwords.hashed(PASSWORD, "ai@tinh.example")


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def units(here: Factory) -> list[Unit]:
    return [here.unit(), here.unit()]


@pytest.fixture
def dispatch(here: Factory, units: list[Unit]) -> Dispatch:
    with clock.frozen(date(2026, 8, 11)):
        found = here.issued(units, [(date(2026, 8, 31), None), (None, date(2026, 9, 30))], number="931-CV/HNDT")
    with transaction() as session:
        session.get_one(Dispatch, found.id).report_to_email = "tonghop@tinh.example"
    return found


def browser_of(app: Flask, person: Person) -> FlaskClient:
    """A browser that is signed in as this person."""
    browser = app.test_client()
    answer = post(browser, "/login", email=person.email, password=PASSWORD)
    assert answer.status_code == 302, answer.text
    return browser


@pytest.fixture
def clerk(sqlite_app: Flask, here: Factory) -> Iterator[FlaskClient]:
    yield browser_of(sqlite_app, here.person(Role.CLERK, password_hash=HASH))


def ordered(clerk: FlaskClient, dispatch: Dispatch, **fields: str) -> int:
    answer = post(clerk, f"/dispatches/{dispatch.id}/reports", **fields)
    assert answer.status_code == 302, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def mails() -> int:
    """How many mails carry a report now; what this session saw before is an old snapshot."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "report")) or 0


def test_from_the_order_to_the_files(clerk: FlaskClient, dispatch: Dispatch) -> None:
    report_id = ordered(clerk, dispatch, as_of="08/09/2026")
    making = clerk.get(f"/reports/{report_id}")
    assert "Đang lập báo cáo" in making.text
    assert f'hx-get="/reports/{report_id}/progress"' in making.text
    assert '<noscript><meta http-equiv="refresh"' in making.text
    assert "HX-Refresh" not in clerk.get(f"/reports/{report_id}/progress").headers
    worker.compile_report.run(report_id)
    assert clerk.get(f"/reports/{report_id}/progress").headers["HX-Refresh"] == "true"
    shown = clerk.get(f"/reports/{report_id}").text
    # Two tasks for two units: the dated one is eight days late.
    assert "Tổng số: 4 lượt nhiệm vụ giao" in shown
    assert "Chưa hoàn thành: 4 (trong hạn 0, quá hạn 2, không hạn 2)" in shown
    files = re.findall(r'href="(/files/\d+)"', shown)
    assert len(files) == 3 * len(FORMATS)
    for link in files[:3]:
        with clerk.get(link) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(clerk.get(f"/reports/{report_id}/zip").data)) as archive:
        assert len(archive.namelist()) == 3 * len(FORMATS)
        own = next(name for name in archive.namelist() if "tong-hop" in name and name.endswith(".xlsx"))
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read(own)))[report_sheets.SUMMARY]
    total = next(row for row in sheet.iter_rows(values_only=True) if row[1] == "Tổng cộng")
    page_row = re.search(r"<tfoot>.*Tổng cộng.*?</tr>", shown.split('id="don-vi"')[1], re.S)
    assert page_row
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page_row[0])
    assert [0 if c == "–" else int(c) for c in cells[2:9]] == list(total[2:9])


def test_a_district_downloads_its_own_and_nothing_else(
    sqlite_app: Flask, here: Factory, clerk: FlaskClient, dispatch: Dispatch, units: list[Unit]
) -> None:
    report_id = ordered(clerk, dispatch)
    officer = browser_of(sqlite_app, here.person(Role.OFFICER, units[0], password_hash=HASH))
    assert officer.get(f"/reports/{report_id}").status_code == 404
    worker.compile_report.run(report_id)
    shown = officer.get(f"/reports/{report_id}").text
    assert units[1].name not in shown
    assert len(set(re.findall(r'href="(/files/\d+)"', shown))) == len(FORMATS)
    everything = set(re.findall(r'href="(/files/\d+)"', clerk.get(f"/reports/{report_id}").text))
    own = set(re.findall(r'href="(/files/\d+)"', shown))
    assert {officer.get(link).status_code for link in everything - own} == {404}
    with zipfile.ZipFile(io.BytesIO(officer.get(f"/reports/{report_id}/zip").data)) as archive:
        assert len(archive.namelist()) == len(FORMATS)
    assert units[1].name not in officer.get(f"/dispatches/{dispatch.id}/reports").text
    stranger = browser_of(sqlite_app, here.person(Role.OFFICER, here.unit(), password_hash=HASH))
    for page in (f"/reports/{report_id}", f"/reports/{report_id}/zip", f"/dispatches/{dispatch.id}/reports"):
        assert stranger.get(page).status_code == 404
    assert "Chưa có báo cáo nào" in stranger.get("/reports").text


def test_sending_asks_first_and_sends_once(clerk: FlaskClient, dispatch: Dispatch) -> None:
    report_id = ordered(clerk, dispatch)
    worker.compile_report.run(report_id)
    page, to = f"/reports/{report_id}", f"/reports/{report_id}/send"
    asked = post(clerk, page, to, told_before="0")
    assert asked.status_code == 200 and "tonghop@tinh.example?" in asked.text
    assert mails() == 0
    for _ in range(2):
        assert post(clerk, page, to, told_before="0", confirmed="1").status_code == 302
    assert mails() == 1
    assert "thư đang chờ gửi" in clerk.get(page).text


@pytest.mark.parametrize(("as_of", "told"), [
    ("01/01/2020", "Ngày chốt số liệu phải từ 11/08/2026"), ("09/09/2026", "đến 08/09/2026"), ("hôm qua", "Không hiểu ngày"),
])
def test_a_bad_cut_off_is_told_beside_the_field(clerk: FlaskClient, dispatch: Dispatch, as_of: str, told: str) -> None:
    answer = post(clerk, f"/dispatches/{dispatch.id}/reports", as_of=as_of)
    assert answer.status_code == 422
    assert told in answer.text and f'value="{as_of}"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_a_rhythm_is_set_and_switched_off(clerk: FlaskClient, dispatch: Dispatch) -> None:
    page, to = f"/dispatches/{dispatch.id}/reports", f"/dispatches/{dispatch.id}/reports/schedule"
    assert post(clerk, page, to, every="monthly").status_code == 302
    assert "01/10/2026" in clerk.get(page).text
    assert post(clerk, page, to, every="daily").status_code == 422
    wrong = post(clerk, page, to, every="quarterly", cut_day="mùng 5", send_after="2")
    assert wrong.status_code == 422 and 'value="mùng 5"' in wrong.text and 'value="quarterly" selected' in wrong.text
    assert post(clerk, page, to, every="").status_code == 302
    assert "Lần tới" not in clerk.get(page).text


def test_a_failure_is_shown_with_the_way_on(clerk: FlaskClient, dispatch: Dispatch) -> None:
    report_id = ordered(clerk, dispatch)
    with transaction() as session:
        row = session.get_one(Report, report_id)
        row.state, row.error = "failed", "Máy chủ hết chỗ chứa tệp nên chưa nhận được gì."
    shown = clerk.get(f"/reports/{report_id}")
    assert "hết chỗ" in shown.text and "Lập lại" in shown.text
    assert post(clerk, f"/reports/{report_id}", f"/reports/{report_id}/retry").status_code == 302
    assert "Đang chờ máy bắt đầu lập" in clerk.get(f"/reports/{report_id}").text


def test_the_address_of_the_reports_can_be_set_after_issuing(clerk: FlaskClient, dispatch: Dispatch) -> None:
    refused = post(clerk, f"/dispatches/{dispatch.id}/reports", f"/dispatches/{dispatch.id}/reports/address", email="sai")
    assert (refused.status_code, "viết chưa đúng" in refused.text, 'value="sai"' in refused.text) == (422, True, True)
    assert post(clerk, f"/dispatches/{dispatch.id}/reports", f"/dispatches/{dispatch.id}/reports/address", email="Ban@tinh.example").status_code == 302
    assert "ban@tinh.example" in clerk.get(f"/dispatches/{dispatch.id}/reports").text
