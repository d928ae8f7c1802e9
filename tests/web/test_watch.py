"""The machine's troubles on the first page, the address that is told, and the look that any request sets off."""
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.web.test_ledger import sign_in, text
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.office import Heartbeat
from tracker.services import heartbeats, office
from tracker.web.watching import Watcher

ADDRESS = "truc.may@tinh.example"


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def admin(sqlite_app: Flask, here: Factory) -> FlaskClient:
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(sqlite_app, here.person(Role.ADMIN))


def heard(minutes: int) -> None:
    with transaction() as session:
        for name in ("beat", "worker"):
            session.merge(Heartbeat(name=name, at=clock.now() - timedelta(minutes=minutes)))


def test_administrators_see_what_is_wrong_on_their_first_page(sqlite_app: Flask, here: Factory, admin: FlaskClient) -> None:
    assert "Máy có sự cố" not in text(admin, "/"), "a machine that has just been set up is starting"
    heard(6)
    page = text(admin, "/")
    assert "Máy có sự cố: Phần chạy nền không có dấu hiệu gì từ 08:54 08/09/2026" in page and "tracker doctor" in page
    assert "chưa lập kế hoạch nhắc việc" in page
    assert "Máy có sự cố" not in text(sign_in(sqlite_app, here.person(Role.AUDITOR)), "/")
    heard(0)
    assert "Phần chạy nền" not in text(admin, "/")


def test_the_address_is_kept_tried_and_checked(admin: FlaskClient) -> None:
    assert "Gửi thư thử" not in text(admin, "/settings")
    refused = admin.post("/settings/alerts", data={"alert_address": "khong phai"})
    assert refused.status_code == 422 and "viết chưa đúng" in refused.get_data(as_text=True) and "khong phai" in refused.get_data(as_text=True)
    refused = admin.post("/settings/alerts", data={"test": "1"})
    assert refused.status_code == 422 and "Chưa ghi địa chỉ" in refused.get_data(as_text=True)
    assert admin.post("/settings/alerts", data={"alert_address": ADDRESS}).status_code == 302
    page = text(admin, "/settings")
    assert office.alert_address() == ADDRESS and "Gửi thư thử" in page
    assert admin.post("/settings/alerts", data={"test": "1", "alert_address": ADDRESS}).status_code == 302
    assert f"Đã gửi thư thử tới {ADDRESS}" in text(admin, "/settings")
    assert admin.post("/settings/alerts", data={"alert_address": ""}).status_code == 302
    db.session.rollback()
    db.session.expire_all()
    assert office.alert_address() == ""


def test_how_long_links_work_is_set(admin: FlaskClient) -> None:
    for typed in ("0", "91", "ba mươi", ""):
        answer = admin.post("/settings/links", data={"link_days": typed})
        assert answer.status_code == 422 and "từ 1 đến 90" in answer.get_data(as_text=True)
    assert admin.post("/settings/links", data={"link_days": "14"}).status_code == 302
    db.session.rollback()
    db.session.expire_all()
    assert office.link_days() == 14 and 'value="14"' in admin.get("/settings").get_data(as_text=True)


def settle() -> None:
    """Waits for the looks that requests have set off."""
    for thread in threading.enumerate():
        if thread.name == "watch":
            thread.join(20)


def test_any_request_sets_off_a_look_but_one_a_minute(sqlite_app: Flask) -> None:
    sqlite_app.after_request(Watcher(sqlite_app).asked)
    client = sqlite_app.test_client()
    for path in ("/healthz", "/login", "/khong-co", "/healthz"):
        client.get(path)
    settle()
    db.session.rollback()
    assert heartbeats.last("watch") == clock.now() and set(heartbeats.noted("trouble:")) == {"background", "plan"}


def test_a_look_that_fails_hurts_no_request(sqlite_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with transaction() as session:
        session.connection().exec_driver_sql("drop table heartbeats")
    sqlite_app.after_request(Watcher(sqlite_app).asked)
    assert sqlite_app.test_client().get("/healthz").status_code == 200
    settle()
    assert "could not be looked at" in caplog.text
