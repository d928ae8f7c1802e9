"""Schedules of the office as the clerk presses them: set, refused with what was typed, switched off and on, and a pack by hand."""
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.web.test_reports import HASH, browser_of, post
from tracker.db import db
from tracker.domain.access import Role
from tracker.models.reports import Report, ReportSchedule

PAGE = "/reports/schedules"


@pytest.fixture
def clerk(sqlite_app: Flask) -> FlaskClient:
    make = Factory()
    make.issued([make.unit()])
    return browser_of(sqlite_app, make.person(Role.CLERK, password_hash=HASH))


def test_a_schedule_is_set_switched_off_and_on_again(clerk: FlaskClient) -> None:
    assert "Chưa đặt lịch nào" in clerk.get(PAGE).text
    assert post(clerk, PAGE, PAGE, kind="report", every="monthly", cut_day="25", send_after="2", address="a@tinh.example").status_code == 302
    page = clerk.get(PAGE).text
    assert "Báo cáo mọi đơn vị" in page and "chốt ngày 25, gửi sau 2 ngày làm việc" in page and "29/09/2026" in page
    [found] = db.session.query(ReportSchedule)
    assert post(clerk, PAGE, f"{PAGE}/{found.id}", on="0").status_code == 302
    assert "đã tắt" in clerk.get(PAGE).text
    assert post(clerk, PAGE, f"{PAGE}/{found.id}", on="1").status_code == 302
    assert "29/09/2026" in clerk.get(PAGE).text


@pytest.mark.parametrize("typed", ["8h", "08:00", "8.30", "08h30"])
def test_a_meeting_hour_is_read_as_people_type_it(clerk: FlaskClient, typed: str) -> None:
    answer = post(clerk, PAGE, PAGE, kind="briefing", every="weekly", cut_day="1", at=typed, hours_before="2")
    assert answer.status_code == 302, answer.text
    assert "thứ 2, lập trước 2 giờ" in clerk.get(PAGE).text


@pytest.mark.parametrize(("sent", "told"), [
    ({"every": "daily"}, "Chưa rõ báo cáo mấy lâu một lần"),
    ({"every": "monthly", "cut_day": "31"}, "Ngày chốt phải là"),
    ({"every": "monthly", "cut_day": "hai"}, "Ngày chốt phải là"),
    ({"every": "weekly", "cut_day": "1", "kind": "briefing", "at": "25:00"}, "Chưa rõ buổi giao ban"),
])
def test_a_refusal_keeps_what_was_typed(clerk: FlaskClient, sent: dict[str, str], told: str) -> None:
    answer = post(clerk, PAGE, PAGE, **{"kind": "report", "address": "a@tinh.example", **sent})
    assert answer.status_code == 422 and told in answer.text and "a@tinh.example" in answer.text
    assert db.session.query(ReportSchedule).count() == 0


def test_a_pack_by_hand_is_ordered_once_a_press(clerk: FlaskClient) -> None:
    answer = post(clerk, "/reports", "/reports/briefings")
    [row] = db.session.query(Report)
    assert row.kind == "briefing" and answer.headers["Location"].endswith(f"/reports/{row.id}")
    assert "Gói giao ban" in clerk.get("/reports").text
