"""The registers on the page, on paper and as a table."""
import io

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.services.test_registers import NOON, sent
from tests.web.test_province_pages import enter
from tracker.domain.access import Role
from tracker.services import registers


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def test_a_year_is_read_printed_and_taken_along(client: FlaskClient, make: Factory) -> None:
    unit = make.unit("Huyện Hà Trung")
    dispatch = make.issued([unit], number="931-CV/HNDT")
    sent(dispatch, unit, NOON, number="=9-BC/HND", kind="report")
    enter(client, make.person())
    shown = client.get("/registers/in").text  # what came in a moment ago is numbered by looking
    assert "Sổ văn bản đến năm 2026" in shown and "=9-BC/HND" in shown and "Báo cáo. Kết quả thực hiện 931-CV/HNDT" in shown and "Lê Văn Ba" in shown
    assert "Bỏ bộ lọc" in client.get("/registers/in?kind=report&unit=999999").text
    assert "Xem từng trang" in client.get("/registers/in?whole=1").text
    table = client.get("/registers/in.xlsx")
    assert table.headers["Content-Disposition"] == 'attachment; filename="so-van-ban-den-2026.xlsx"'
    rows = list(openpyxl.load_workbook(io.BytesIO(table.data)).active.iter_rows(min_row=3, values_only=True))
    assert rows[0][:4] == ("Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu") and rows[1][1:4] == (1, "Huyện Hà Trung", "=9-BC/HND")
    assert "931-CV/HNDT" in client.get("/registers/out").text
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get("/registers/out.xlsx").data)).active.iter_rows(min_row=3, values_only=True))
    assert rows[1][0] == "931-CV/HNDT" and rows[1][2] == "Công văn Về việc thử" and rows[1][4] == "Huyện Hà Trung"
    assert 'href="/registers/in"' in client.get("/dispatches").text


def test_an_empty_year_says_what_comes(client: FlaskClient, make: Factory) -> None:
    enter(client, make.person())
    assert "Khi đơn vị nộp kết quả, số đến được cấp ở đây" in client.get("/registers/in?year=x&before=y").text
    assert "Chưa có công văn nào được ban hành" in client.get("/registers/out?before=..").text


def test_a_unit_reads_and_prints_its_own_registers(client: FlaskClient, make: Factory) -> None:
    unit, other = make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn")
    dispatch, alien = make.issued([unit, other], number="931-CV/HNDT"), make.issued([other], number="932-CV/HNDT")
    sent(dispatch, unit, NOON, number="47-BC/HND", kind="report")
    sent(alien, other, NOON, number="99-BC/HND", kind="report")
    enter(client, make.person(Role.OFFICER, unit))
    assert 'href="/registers/in"' in client.get("/dispatches").text
    got, gave = client.get(f"/registers/in?unit={other.id}").text, client.get(f"/registers/out?unit={other.id}").text
    assert "931-CV/HNDT" in got and "932-CV/HNDT" not in got and "Mọi đơn vị" not in got
    assert "47-BC/HND" in gave and "Báo cáo. Kết quả thực hiện 931-CV/HNDT" in gave and "99-BC/HND" not in gave and "Số đến của tỉnh" in gave
    for path, number in (("in", "931-CV/HNDT"), ("out", "47-BC/HND")):
        rows = list(openpyxl.load_workbook(io.BytesIO(client.get(f"/registers/{path}.xlsx").data)).active.iter_rows(min_row=3, values_only=True))
        assert number in rows[1] and len(rows) == 2
        assert "Xem từng trang" in client.get(f"/registers/{path}?whole=1").text and "Lọc" in client.get(f"/registers/{path}?kind=x").text
    enter(client, make.person(Role.DISTRICT_LEADER, make.unit()))
    assert "Tỉnh chưa gửi đơn vị văn bản nào" in client.get("/registers/in").text and "Đơn vị chưa gửi tỉnh" in client.get("/registers/out").text


def test_a_year_that_is_too_long_for_paper_says_so_and_the_table_has_all(client: FlaskClient, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = make.unit("Huyện Hà Trung")
    dispatch = make.issued([unit], number="931-CV/HNDT")
    for n in (1, 2):
        sent(dispatch, unit, NOON, number=f"{n}-BC/HND")
    enter(client, make.person())
    assert "trang này chỉ có" not in client.get("/registers/in?whole=1").text
    monkeypatch.setattr(registers, "MOST", 1)
    shown = client.get("/registers/in?whole=1").text
    assert "1-BC/HND" in shown and "2-BC/HND" not in shown and "trang này chỉ có 1 dòng đầu" in shown
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get("/registers/in.xlsx").data)).active.iter_rows(min_row=4, values_only=True))
    assert [row[3] for row in rows] == ["1-BC/HND", "2-BC/HND"]
