"""Pages of a report's two directions: the province tells each unit its line; a unit reads its own, contests it in time, and reads the answer."""
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.web.test_letters import post, sign_in
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import people, reports
from workers.reports import compile_report

TODAY = date(2026, 9, 8)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def units(make: Factory) -> list[Unit]:
    return [make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn"), make.unit("Huyện Thọ Xuân")]


@pytest.fixture
def clerk(make: Factory) -> Person:
    return make.person(Role.CLERK)


@pytest.fixture
def report(make: Factory, units: list[Unit], clerk: Person) -> int:
    with clock.frozen(TODAY - timedelta(days=10)):
        made = make.issued(units, [(date(2026, 9, 3), None), (date(2026, 9, 30), None)], number="931-CV/HNDT")
    with transaction():
        found = reports.request_report(people.as_actor(clerk), made.id, TODAY).id
    compile_report.run(found)
    return found


def test_told_contested_answered(client: FlaskClient, make: Factory, report: int, units: list[Unit], clerk: Person) -> None:
    own, officer = f"/reports/{report}/own", make.person(Role.OFFICER, units[0])
    sign_in(client, officer)
    assert client.get(own).status_code == 404
    sign_in(client, clerk)
    assert own in client.get(f"/reports/{report}").text
    before = client.get(own).text
    assert "Báo các đơn vị" in before and f'<option value="{clerk.id}" selected>' in before
    tell = f"/reports/{report}/tell"
    assert post(client, own, tell, confirmed="1", answerer_id=10**6).status_code == 422
    assert "Chỉ báo được một lần" in post(client, own, tell, answerer_id=clerk.id).text
    assert post(client, own, tell, confirmed="1", answerer_id=clerk.id).status_code == 303
    assert "Đã báo 3 đơn vị phần của mình" in client.get(own).text and "Huyện Nga Sơn" in client.get(own).text
    assert post(client, f"/reports/{report}", tell, confirmed="1").status_code == 409
    sign_in(client, officer)
    assert own in client.get(f"/reports/{report}").text
    assert own in client.get("/").text
    mine = client.get(own).text
    assert "hạng 1/3" in mine and "tỷ lệ việc hoàn thành không quá hạn" in mine and "Nga Sơn" not in mine and "15/09/2026" in mine
    assert post(client, own, own, reason="Sai.").status_code == 422
    assert post(client, own, own, figures=["open_overdue", "x"], reason="Việc 1 đã nộp ngày 02/09.").status_code == 303
    assert "chờ tỉnh trả lời, dự kiến đến 15/09" in client.get(own).text and "Gửi ý kiến" not in client.get(own).text
    assert post(client, "/", own, figures="total", reason="Nữa.").status_code == 409
    back = re.search(r'action="(/contests/\d+/withdraw)"', client.get(own).text)
    assert back and "Rút ý kiến này?" in post(client, own, back[1], report=report).text
    assert post(client, own, back[1], report=report, confirmed="1").status_code == 303 and "Đã rút ý kiến" in client.get(own).text
    assert post(client, own, own, figures=["open_overdue", "x"], reason="Việc 1 đã nộp ngày 02/09.").status_code == 303
    sign_in(client, make.person(Role.OFFICER, units[1]))
    assert "Việc 1 đã nộp" not in client.get(own).text + client.get(f"/reports/{report}").text
    sign_in(client, clerk)
    assert "1 ý kiến về số liệu báo cáo" in client.get("/requests").text and "/contests" in client.get("/").text
    listed = client.get("/contests").text
    assert "Việc 1 đã nộp ngày 02/09." in listed and "dự kiến trả lời đến 15/09" in listed and "Còn mở, quá hạn" in listed
    found = re.search(r'action="/contests/(\d+)"', listed)
    assert found
    here = f"/contests/{found[1]}"
    assert post(client, "/contests", here, verdict="uphold").status_code == 422
    other = make.person(Role.CLERK)
    assert post(client, "/contests", f"{here}/answerer", **{f"answerer-{found[1]}": other.id}).status_code == 303
    refused = post(client, "/contests", here, confirmed="1", verdict="dismiss", **{f"words-{found[1]}": "Đã nộp muộn."})
    assert refused.status_code == 403 and other.name in refused.text
    sign_in(client, other)
    asked = post(client, "/contests", here, verdict="dismiss", **{f"words-{found[1]}": "Đã nộp muộn."})
    assert "Trả lời không đồng ý?" in asked.text and 'value="Đã nộp muộn."' in asked.text
    assert post(client, "/contests", here, confirmed="1", verdict="dismiss", **{f"words-{found[1]}": "Đã nộp muộn."}).status_code == 303
    assert "Đã trả lời" in client.get("/contests").text and "Không có ý kiến nào đang chờ" in client.get("/contests").text
    sign_in(client, officer)
    assert "tỉnh không đồng ý" in client.get(own).text and "Đã nộp muộn." in client.get(own).text
    with clock.frozen(date(2026, 9, 16)):
        sign_in(client, officer)
        after = client.get(own).text
        assert "Đã hết thời hạn nêu ý kiến" in after and "Gửi ý kiến" not in after


def test_the_units_home_shows_it_beside_the_middle_without_names(client: FlaskClient, make: Factory, report: int, units: list[Unit]) -> None:
    sign_in(client, make.person(Role.OFFICER, units[0]))
    page = client.get("/").text
    assert "So với cả tỉnh" in page and "mức giữa của tỉnh" in page and "Nga Sơn" not in page


def test_how_long_units_may_contest_is_set_by_the_administrator(client: FlaskClient, make: Factory) -> None:
    sign_in(client, make.person(Role.ADMIN))
    assert 'name="contest_days"' in client.get("/settings").text
    assert post(client, "/settings", "/settings/contests", contest_days="0").status_code == 422
    assert post(client, "/settings", "/settings/contests", contest_days="7").status_code == 302
    assert 'value="7"' in client.get("/settings").text
