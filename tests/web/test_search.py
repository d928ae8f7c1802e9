"""The search page and saved views as people meet them: kinds, chips, pages, marks, and lists kept under a name."""
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.services.search_made import answer, finding, indexed, letter, named
from tests.web.test_province_pages import enter, post
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.dispatches import Dispatch
from tracker.models.saved_views import SavedView
from tracker.models.units import Unit


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def ours(here: Factory) -> Unit:
    return here.unit("Huyện Hà Trung")


@pytest.fixture
def issued(here: Factory, ours: Unit) -> Dispatch:
    """Something of each kind about bad debts, entered."""
    dispatch, theirs = here.issued([ours, here.unit("Huyện Quan Sơn")], number="931-CV/HNDT"), here.unit("Huyện Như Xuân")
    named(dispatch, "Thu hồi nợ xấu <b>")
    named(here.issued([theirs], number="7-CV"), "Nợ xấu của huyện khác")
    finding(here.actor(), dispatch, ours.id, "Nợ xấu ở xã Hà Bình")
    answer(dispatch, ours, "45/BC-HND", "Kết quả thu hồi nợ xấu <script>alert(1)</script> của huyện")
    letter("Báo cáo nợ xấu", "Kính gửi tỉnh")
    indexed()
    return dispatch


def kept() -> list[SavedView]:
    """All views as they stand now."""
    db.session.rollback()
    return list(db.session.scalars(db.select(SavedView)))


def test_search_leads_each_reader_to_their_own_pages(client: FlaskClient, here: Factory, ours: Unit, issued: Dispatch) -> None:
    enter(client, here.person(Role.CLERK))
    shown = client.get("/search?q=no+xau").text
    assert all(part in shown for part in (f'href="/dispatches/{issued.id}"', f'href="/dispatches/{issued.id}/matrix"', 'href="/mail/', 'href="/submissions/'))
    assert "<mark>nợ</mark> <mark>xấu</mark>" in shown and "<script>alert" not in shown and "&lt;script&gt;" in shown and "hồi nợ xấu &lt;b&gt;" in shown
    assert "Không thấy gì" in client.get("/search?q=khong+co+gi").text and "Tìm được gì" in client.get("/search?q=").text
    enter(client, here.person(Role.OFFICER, ours))
    shown = client.get("/search?q=no+xau").text
    assert 'href="/assignments/' in shown and "/matrix" not in shown and "/mail/" not in shown and "Nợ xấu của huyện khác" not in shown
    assert "7-CV" not in client.get("/search?q=7-CV").text.split("<main", 1)[1].replace("“7-CV”", "").replace('"7-CV"', "").replace("q=7-CV", "")


def test_chips_take_their_filter_away_and_keep_the_others(client: FlaskClient, here: Factory, ours: Unit, issued: Dispatch) -> None:
    enter(client, here.person(Role.CLERK))
    shown = client.get(f"/search?q=no+xau&kind=evidence&unit={ours.id}&dispatch={issued.id}&state=issued&year=2026&from=01/01/2026&until=31/12/2026").text
    chips = dict(re.findall(r'href="([^"]+)">([^<]+) <span aria-hidden="true">×', shown))
    assert set(chips.values()) == {"Huyện Hà Trung", "công văn 931-CV/HNDT", "đang theo dõi", "năm 2026", "từ 01/01/2026", "đến 31/12/2026"}
    (without,) = [href for href, words in chips.items() if words == "năm 2026"]
    assert "year=" not in without and "unit=" in without and "kind=evidence" in without
    assert "45/BC-HND" in shown and "Kết quả" in shown
    wrong = client.get("/search?q=no+xau&from=xyz&unit=99999999999999999999&dispatch=-1&year=1&state=x&kind=x&before=x&field=x")
    assert wrong.status_code == 200 and "Hãy gõ như" in wrong.text
    slip = client.get(f"/search?q=no+xau&unit={ours.id}&year=2026&from=31/2/2026").text
    assert "Hãy gõ như" in slip and f'value="{ours.id}" selected' in slip and "<option selected>2026</option>" in slip and 'value="31/2/2026"' in slip
    far = client.get("/search?q=no+xau&from=01/01/0001&until=31/12/9999&unit=4000&dispatch=4000")
    assert far.status_code == 200 and "đơn vị không còn" in far.text and "công văn đã chọn" in far.text
    assert client.get("/search?q=no+xau&until=01/01/0001").status_code == 200


def test_a_district_is_not_told_the_number_of_a_foreign_dispatch(client: FlaskClient, here: Factory, ours: Unit, issued: Dispatch) -> None:
    enter(client, here.person(Role.OFFICER, ours))
    shown = client.get(f"/search?q=no+xau&dispatch={issued.id + 1}&unit=1&more=1").text
    assert "7-CV" not in shown and "công văn đã chọn" in shown and "Quan Sơn" not in shown


def test_a_view_is_kept_shared_renamed_and_deleted(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    clerk, other, officer = here.person(Role.CLERK), here.person(Role.LEADER), here.person(Role.OFFICER, here.unit())
    enter(client, clerk)
    saved = post(client, "/search?q=no+xau", "/views", name="  Nợ  xấu ", path="/search?q=no+xau&kind=&before=1.5&state=issued", shared="1")
    assert saved.status_code == 302 and saved.headers["Location"] == "/search?q=no+xau&state=issued"
    (view,) = kept()
    assert view.name == "Nợ xấu" and "Nợ xấu" in client.get("/search").text
    enter(client, other)
    assert "của " + clerk.name in client.get("/views").text and post(client, "/views", f"/views/{view.id}", name="x").status_code == 404
    enter(client, officer)
    assert "Nợ xấu" not in client.get("/views").text.replace("nợ", "") and "Chưa có bộ lọc nào" in client.get("/views").text
    enter(client, clerk)
    assert post(client, "/views", f"/views/{view.id}", name="Khác").status_code == 302
    enter(client, other)
    assert "Chưa có bộ lọc nào" in client.get("/views").text
    enter(client, clerk)
    assert "Xoá bộ lọc “Khác”?" in post(client, "/views", f"/views/{view.id}/remove").text
    assert post(client, "/views", f"/views/{view.id}/remove", confirmed="1").status_code == 302
    assert kept() == []


@pytest.mark.parametrize("path", [
    "/registers/in?year=2026", "/registers/out?kind=letter", "/requests?kind=extension", "/matrix?sort=name", "/dispatches/{id}/matrix?sort=name",
])
def test_other_lists_offer_to_be_kept_too(client: FlaskClient, here: Factory, issued: Dispatch, path: str) -> None:
    enter(client, here.person(Role.CLERK))
    path = path.format(id=issued.id)
    assert f'name="path" value="{path}"' in client.get(path).text and "Lưu bộ lọc này" not in client.get(path.partition("?")[0]).text
    assert post(client, path, "/views", name="Của tôi", path=path).headers["Location"] == path
    assert [view.path for view in kept()] == [path]


@pytest.mark.parametrize("path", ["https://x.example/search", "//x.example/search", "/people", "/search/../people", "javascript:alert(1)", "/search\x00", "",
                                  "/search?q=" + "x" * 600, "//[", "/\\x.example"])
def test_only_lists_of_this_site_are_kept(client: FlaskClient, here: Factory, path: str) -> None:
    enter(client, here.person(Role.CLERK))
    refused = post(client, "/views", "/views", name="A", path=path)
    assert refused.status_code == 422 and "Hãy mở danh sách cần lưu" in refused.text


def test_names_are_short_and_views_few_and_an_auditor_shares_none(client: FlaskClient, here: Factory) -> None:
    auditor = here.person(Role.AUDITOR)
    enter(client, auditor)
    for name, words in (("", "Chưa đặt tên"), ("x" * 81, "Tên dài quá 80")):
        refused = post(client, "/views", "/views", name=name, path="/search?q=no")
        assert refused.status_code == 422 and words in refused.text and 'value="/search?q=no"' in refused.text
    assert post(client, "/views", "/views", name="A", path="/search?q=no", shared="1").status_code == 403
    assert post(client, "/views", "/views", name="A", path="/search?q=no").status_code == 302
    assert post(client, "/views", "/views", name="B", path="/search?q=no").status_code == 302
    assert [view.name for view in kept()] == ["B"]
    with transaction() as session:
        session.add_all(SavedView(person_id=auditor.id, name=str(n), path=f"/search?q={n}", created_at=auditor.created_at) for n in range(49))
    assert "Hãy xoá bớt" in post(client, "/views", "/views", name="C", path="/dispatches?state=issued").text
