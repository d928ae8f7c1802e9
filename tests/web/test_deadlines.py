"""The month of deadlines on the page, and calendar addresses as people make, use and take them back."""
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.web.test_province_pages import enter, post
from tracker.domain.access import Role


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def test_a_month_leads_to_its_days_and_they_to_the_work(client: FlaskClient, make: Factory) -> None:
    ours, theirs = make.unit("Huyện Hà Trung"), make.unit()
    dispatch = make.issued([ours, theirs])
    enter(client, make.person())
    page = client.get("/calendar/month").text
    assert "Lịch hạn tháng 9 năm 2026" in page and 'href="/calendar/day?on=2026-09-30"' in page and "2 đến hạn" in page and "Quốc khánh" in page
    assert "1 đến hạn" in client.get(f"/calendar/month?unit={ours.id}").text
    day = client.get("/calendar/day?on=2026-09-30").text
    assert "Việc thứ 1" in day and f"/dispatches/{dispatch.id}/matrix" in day and "2 đơn vị" in day
    assert "Không có hạn" in client.get("/calendar/month?month=2026-02").text
    for odd in ("", "x", "2026-13", "9999-01", "0000-00"):
        assert "Lịch hạn tháng 9 năm 2026" in client.get(f"/calendar/month?month={odd}").text
    assert "Không còn việc nào" in client.get("/calendar/day?on=nope").text


def test_a_unit_makes_an_address_sees_it_once_and_takes_it_back(client: FlaskClient, make: Factory) -> None:
    ours = make.unit("Huyện Hà Trung")
    row = make.assignments(make.issued([ours]), ours)[0]
    enter(client, make.person(Role.OFFICER, ours))
    where = f"/units/{ours.id}/feeds"
    assert where in client.get("/calendar/month").text and f"/assignments/{row.id}" in client.get("/calendar/day?on=2026-09-30").text
    assert post(client, where, "/calendar/feeds", label="").status_code == 422
    post(client, where, "/calendar/feeds", label="Điện thoại")
    shown = client.get(where)
    assert shown.headers["Cache-Control"] == "no-store"
    found = re.search(r'value="[^"]+?(/calendar/feed/[\w-]{43}\.ics)"', shown.text)
    assert found and "/calendar/feed/" not in client.get(where).text
    guest = client.application.test_client()
    feed = guest.get(found[1])
    assert feed.headers["Content-Type"] == "text/calendar; charset=utf-8" and feed.text.startswith("BEGIN:VCALENDAR\r\n")
    again = guest.get(found[1], headers={"If-None-Match": feed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert guest.get("/calendar/feed/" + "A" * 43 + ".ics").status_code == 404
    feed_id = re.search(r"/calendar/feeds/(\d+)/revoke", client.get(where).text)
    assert feed_id
    assert "Thu hồi địa chỉ “Điện thoại”?" in post(client, where, f"/calendar/feeds/{feed_id[1]}/revoke").text and guest.get(found[1]).status_code == 200
    post(client, where, f"/calendar/feeds/{feed_id[1]}/revoke", confirmed=1)
    assert "Đã thu hồi địa chỉ lịch “Điện thoại”" in client.get(where).text and guest.get(found[1]).status_code == 404
