"""The parts of the front end's base without a browser: addresses, headers, menu, filters, error pages, cost of macros."""

import gzip
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import base_stage
from tracker.domain.access import Role
from tracker.web import assets, errors, filters, nav


@pytest.fixture
def stage(sqlite_app: Flask) -> base_stage.Stage:
    sqlite_app.config["PROPAGATE_EXCEPTIONS"] = False
    return base_stage.mount(sqlite_app)


@pytest.fixture
def browser(client: FlaskClient, stage: base_stage.Stage) -> FlaskClient:
    """A client signed in as the clerk."""
    client.get(f"/stage/as/{stage.make.person(Role.CLERK).id}")
    return client


def token(client: FlaskClient) -> str:
    return client.get("/stage/forms").text.split('name="csrf-token" content="')[1].split('"')[0]


def test_assets_are_versioned_packed_and_cached_for_good(sqlite_app: Flask, client: FlaskClient) -> None:
    url = sqlite_app.jinja_env.globals["asset"]("bundle.css")
    response = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Cache-Control"] == assets.MAX_AGE_VERSIONED
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"--paper:#f5f2ea" in gzip.decompress(response.data)
    assert b"fonts.css" not in gzip.decompress(response.data)
    again = client.get(url, headers={"Accept-Encoding": "gzip", "If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    plain = client.get("/static/bundle.css?v=old")
    assert plain.headers["Cache-Control"] == assets.MAX_AGE_PLAIN and "Content-Encoding" not in plain.headers
    assert client.get("/static/nothing.css").status_code == 404
    assert client.get("/static/../app.py").status_code == 404


def test_every_font_that_styles_name_is_there_and_versioned(client: FlaskClient) -> None:
    css = client.get("/static/bundle.css").text
    fonts = [part.split(")")[0] for part in css.split("url(")[1:] if "woff2" in part.split(")")[0]]
    assert len(fonts) == 6
    for url in fonts:
        response = client.get(url)
        assert response.mimetype == "font/woff2" and "immutable" in response.headers["Cache-Control"]


def test_first_visit_and_later_pages_stay_within_their_budget(sqlite_app: Flask, browser: FlaskClient) -> None:
    found = sqlite_app.extensions["assets"].files
    shared = sum(len(found[name].packed or b"") for name in ("bundle.css", "bundle.js", "status.svg", "favicon.svg"))
    fonts = sum(len(asset.body) for name, asset in found.items() if name.endswith("woff2"))
    page = len(browser.get("/stage/components", headers={"Accept-Encoding": "gzip"}).data)
    assert shared + fonts + 30_000 <= 200_000
    assert page <= 30_000


def test_pages_carry_the_strict_policy_and_are_not_kept(browser: FlaskClient) -> None:
    response = browser.get("/stage/components", headers={"Accept-Encoding": "gzip"})
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "data:" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert {v.strip() for v in response.headers["Vary"].split(",")} >= {"Accept-Encoding", "Cookie"}
    html = gzip.decompress(response.data).decode()
    assert "style=" not in html and "onclick" not in html and "<script>" not in html


def test_an_upload_by_script_is_told_where_to_go(browser: FlaskClient, stage: base_stage.Stage) -> None:
    sent = {"csrf_token": token(browser), "xoa": "1", "confirmed": "1", "version": "1"}
    response = browser.post("/stage/save", data=sent, headers={"X-Upload": "1"})
    assert response.status_code == 204 and response.headers["X-Location"] == "/stage/components"
    assert "Đã xoá bản nháp." in browser.get("/stage/components").text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_every_error_page_says_what_to_do(browser: FlaskClient, status: int) -> None:
    response = browser.get(f"/stage/fail/{status}")
    assert response.status_code == status
    words = errors.PAGES[status]
    assert words.heading in response.text and words.advice in response.text
    assert ('aria-label="Chính"' in response.text) == (status < 500)


def test_a_crash_shows_a_code_and_needs_no_database(browser: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    text = browser.get("/stage/fail/500").text
    code = text.split("hãy đọc mã <b>")[1].split("<")[0]
    assert any(code in record.getMessage() for record in caplog.records)
    assert "OperationalError" not in text and "Nguyễn Văn" not in text


def test_a_form_from_an_old_page_is_refused_with_words(browser: FlaskClient) -> None:
    response = browser.post("/stage/save", data={"version": "1"}, headers={"Referer": "http://localhost/stage/forms"})
    assert response.status_code == 400
    assert errors.STALE_PAGE.heading in response.text and 'href="http://localhost/stage/forms"' in response.text
    foreign = browser.post("/stage/save", headers={"Referer": "http://localhost.evil.example/x"})
    assert "evil" not in foreign.text


def test_a_stale_write_says_so(browser: FlaskClient, stage: base_stage.Stage) -> None:
    sent = {"csrf_token": token(browser), "version": "7"}
    response = browser.post("/stage/save", data=sent, headers={"Referer": "http://localhost/stage/forms"})
    assert response.status_code == 409 and stage.saves == 0
    assert "người khác vừa sửa" in response.text and "Mở lại trang" in response.text


def test_without_scripts_a_destructive_act_asks_on_a_page(browser: FlaskClient, stage: base_stage.Stage) -> None:
    sent = {"csrf_token": token(browser), "version": "1", "xoa": "1", "so": "4<7"}
    page = browser.post("/stage/save", data=sent)
    assert stage.saves == 0 and 'name="confirmed" value="1"' in page.text and 'value="4&lt;7"' in page.text


def test_the_menu_of_every_role(sqlite_app: Flask) -> None:
    labels = {role: [entry.label for entry in nav.entries(role)] for role in Role}
    assert labels[Role.CLERK] == ["Hôm nay", "Công văn", "Ma trận", "Duyệt", "Đề nghị", "Thư đến", "Đơn vị", "Số liệu", "Báo cáo", "Sổ nhắc việc"]
    assert labels[Role.OFFICER] == labels[Role.DISTRICT_LEADER] == ["Việc phải làm", "Công văn", "Đã nộp", "Số liệu", "Báo cáo", "Đơn vị tôi"]
    assert labels[Role.ADMIN][-3:] == ["Người dùng", "Hộp thư đã gửi", "Cài đặt"]
    assert "Duyệt" not in labels[Role.AUDITOR] and "Cài đặt" not in labels[Role.AUDITOR]


def test_the_menu_marks_the_page_and_counts(browser: FlaskClient) -> None:
    text = browser.get("/stage/reviews.index").text
    assert 'Duyệt <b>9</b>' in text
    assert browser.get("/stage/components").text.count('aria-current="page"') == 0


def test_dates_and_figures_are_written_the_vietnamese_way() -> None:
    late = datetime(2020, 9, 7, 18, 30, tzinfo=UTC)
    assert filters.full_date(late) == "08/09/2020" and filters.time_of_day(late) == "01:30"
    assert filters.moment(late) == "08/09/2020 01:30"
    assert filters.day(date(2020, 9, 8)) == "08/09"
    assert filters.weekday(date(2020, 9, 8)) == "Thứ Ba, 08/09/2020"
    assert filters.weekday(date(2020, 9, 6)) == "Chủ nhật, 06/09/2020"
    assert filters.full_date(None) == filters.weekday(None) == filters.moment(None) == ""
    assert filters.number(1234.5) == "1.234,5" and filters.number(None) == "–"
    assert filters.number(Decimal("2.345"), 2) == "2,35" and filters.number(-1200) == "-1.200"
    assert filters.percent(1, 3) == "33,3\u00a0%" and filters.percent(0, 0) == "–"
    assert filters.filesize(1_887_437) == "1,8\u00a0MB" and filters.filesize(25 * 1024**2) == "25\u00a0MB"
    assert filters.filesize(245_760) == "240\u00a0kB" and filters.filesize(12) == "12\u00a0B"
    assert filters.count(1216, "nhiệm vụ") == "1.216\u00a0nhiệm vụ"


def test_fifty_rows_through_the_status_macro_cost_little(sqlite_app: Flask) -> None:
    template = sqlite_app.jinja_env.from_string(
        '{% from "components/status.html" import status %}{% for n in range(50) %}{{ status("over", n) }}{% endfor %}'
    )
    template.render()
    best = min(_seconds(template.render) for _ in range(20))
    assert best < 0.002


def _seconds(act: object) -> float:
    start = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - start


WORDS = {"ly_do": "Bão làm ngập <b>ba xã</b>", "so": "47", "proof": "một câu làm mật khẩu"}


def test_what_was_written_in_a_form_that_is_refused_can_be_copied(browser: FlaskClient, stage: base_stage.Stage) -> None:
    ours = {"Referer": "http://localhost/stage/forms"}
    stale = browser.post("/stage/save", data={"csrf_token": token(browser), "version": "7", **WORDS}, headers=ours)
    old = browser.post("/stage/save", data={"version": "1", **WORDS}, headers=ours)
    assert (stale.status_code, old.status_code) == (409, 400)
    for page in (stale.text, old.text):
        assert "Bão làm ngập &lt;b&gt;ba xã&lt;/b&gt;" in page and "mật khẩu" not in page and 'href="http://localhost/stage/forms"' in page
    from_elsewhere = browser.post("/stage/save", data=WORDS, headers={"Referer": "http://evil.example/x"})
    assert from_elsewhere.status_code == 400 and "Bão" not in from_elsewhere.text
    # Back leads only where a page can be asked for: the address of a question is not one.
    question = browser.post("/stage/save", data={"csrf_token": token(browser), "version": "7"}, headers={"Referer": "http://localhost/account/everywhere"})
    assert question.status_code == 409 and "Mở lại trang" not in question.text


def test_a_form_sent_after_the_session_is_told_so(client: FlaskClient, stage: base_stage.Stage) -> None:
    ours = {"Referer": "http://localhost/groups/new?x=1"}
    written = client.post("/groups/new", data=WORDS, headers=ours)
    assert written.status_code == 401 and "Phiên làm việc đã hết" in written.text and "ngập &lt;b&gt;ba xã" in written.text
    assert 'href="/login?next=/groups/new?x%3D1"' in written.text
    short = client.post("/groups/new", data={"so": "47"}, headers=ours)
    assert short.headers["Location"].startswith("/login?next=/groups/new") and "Việc vừa gửi chưa được ghi" in client.get("/login").text
