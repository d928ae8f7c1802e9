"""Histories and the matrix of dispatches over HTTP: chips, tables without formulas, what a wrong day answers, who gets in."""
import io
from datetime import date

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.web.test_province_pages import enter
from tracker.db import transaction
from tracker.domain.access import Actor, Role
from tracker.models.dispatches import Dispatch
from tracker.services import history

LATE = date(2026, 8, 31)
FORMULA = "=HYPERLINK(\"http://x.example\")"


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


@pytest.fixture
def issued(here: Factory) -> Dispatch:
    """A dispatch with one act whose name looks like a formula."""
    dispatch = here.issued([here.unit("Huyện Hà Trung"), here.unit("Huyện Yên Định")], [(LATE, None)], number="931-CV/HNDT")
    row = here.assignments(dispatch)[0]
    with transaction():
        history.record(Actor(None, FORMULA, Role.CLERK, None), "assignment.accept", dispatch_id=dispatch.id, assignment_id=row.id, unit_id=row.unit_id)
    return dispatch


def test_a_page_narrows_by_its_address_and_each_chip_takes_one_away(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    enter(client, here.person(Role.CLERK))
    page = client.get("/history?kind=review&way=web&from=01/09/2026").text
    assert "duyệt kết quả, công nhận hoàn thành" in page
    assert 'href="/history?way=web&amp;from=01%2F09%2F2026"' in page
    assert "Thứ Ba, 08/09/2026" in page
    assert f'href="/dispatches/{issued.id}"' in page
    none = client.get("/history?kind=figures").text
    assert "Không có việc nào khớp bộ lọc." in none
    wrong = client.get("/history?from=hôm+qua")
    assert (wrong.status_code, "Không hiểu ngày" in wrong.text) == (200, True)
    assert client.get("/history?before=99999999999999&by=99999999999999&unit=x").status_code == 200


def test_tables_take_what_is_narrowed_and_hold_no_formula(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    enter(client, here.person(Role.CLERK))
    lines = client.get(f"/dispatches/{issued.id}/history?as=csv&kind=review")
    text = lines.data.decode("utf-8-sig")
    assert lines.headers["Content-Disposition"] == 'attachment; filename="lich-su-2026-09-08.csv"'
    assert text.splitlines()[0].startswith("Ngày;Giờ;Người làm")
    assert "'=HYPERLINK" in text
    assert not any(cell.strip('"').startswith("=") for cell in text.split(";"))
    assert client.get("/history?as=csv&kind=figures").data.decode("utf-8-sig").count("\r\n") == 1
    book = openpyxl.load_workbook(io.BytesIO(client.get("/history?as=xlsx").data))
    (sheet,) = book.worksheets
    assert [cell.value for cell in sheet[3]][:3] == ["Ngày", "Giờ", "Người làm"]
    assert (sheet["C4"].value, sheet["C4"].data_type) == (FORMULA, "s")


def test_a_unit_has_its_own_history_and_no_matrix(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    ours = here.assignments(issued)[0].unit
    enter(client, here.person(Role.OFFICER, ours))
    assert "công nhận hoàn thành" in client.get(f"/units/{ours.id}/history").text
    assert "tôi đã làm" in client.get("/account/history").text
    assert [client.get(path).status_code for path in ("/history", "/matrix", "/people/1/history")] == [403, 403, 403]


def test_the_matrix_says_why_two_sums_differ_and_links_each_cell(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    enter(client, here.person(Role.LEADER))
    page = client.get("/matrix?paper=a3&kind=over").text
    unit_id = here.assignments(issued)[0].unit_id
    assert f'<td class=over><a href="/dispatches/{issued.id}/matrix?unit={unit_id}">0/1 <b>quá hạn 1, 8 ngày</b></a>' in page
    assert "print-a3.css" in page
    assert 'href="/matrix?paper=a3"' in page
    assert "print-a3.css" not in client.get("/matrix").text
    assert "Không có công văn nào trong khoảng ngày này" in client.get("/matrix?to=01/01/2020").text
    assert "Không hiểu ngày" in client.get("/matrix?from=xx").text
    dense = client.get(f"/dispatches/{issued.id}/matrix?by=cluster&paper=a3").text
    narrowed = client.get(f"/dispatches/{issued.id}/matrix?name=ha+trung&by=cluster").text
    assert f'href="/dispatches/{issued.id}/matrix?kind=soon&amp;sort=late&amp;name=ha+trung&amp;by=cluster"' in narrowed
    assert ("Ngoài các nhóm" in dense, 'scope="rowgroup"' in dense, "data-grid" in dense) == (True, True, True)
