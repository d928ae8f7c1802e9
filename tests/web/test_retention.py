"""The page of periods: what is past them is seen, destroyed with two presses, and stands in a record."""
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import letters_in
from tests.factories import Factory
from tests.services.test_incoming import Post
from tests.web.test_reminders import enter
from tracker import clock
from tracker.domain.access import Role


@pytest.fixture
def post(sqlite_app: Flask, client: FlaskClient) -> Post:
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    return Post(sqlite_app, Factory())


def test_periods_what_is_past_and_the_record(client: FlaskClient, post: Post) -> None:
    post.take(letters_in.gmail(post.reply_to, subject="Re: 931-CV/HNDT <b>"))
    enter(client, post.make.person(Role.ADMIN))
    assert "/settings/retention" in client.get("/settings").text
    page = client.get("/settings/retention").text
    assert "Chưa huỷ gì." in page and "không có gì phải làm" in page and "Thông tư 10/2022/TT-BNV" in page
    refused = client.post("/settings/retention", data={"dispatch": "10", "mail": "1", "sent": "x"})
    assert refused.status_code == 422 and "từ 3 đến 240" in refused.text
    client.post("/settings/retention", data={"dispatch": "10", "mail": "12", "sent": "0"})
    with clock.frozen(clock.now() + timedelta(days=400)):
        enter(client, post.make.person(Role.ADMIN))
        assert "/settings/retention/destroy?kind=mail" in client.get("/settings/retention").text
        by_itself, on = {"dispatch": "10", "mail": "12", "sent": "0", "automatic": "1"}, 'name="automatic" value="1" checked'
        assert "Để máy tự huỷ 1 thư?" in client.post("/settings/retention", data=by_itself).text and on not in client.get("/settings/retention").text
        assert client.post("/settings/retention", data=by_itself | {"confirmed": "1"}).status_code == 302 and on in client.get("/settings/retention").text
        assert client.post("/settings/retention", data=by_itself).status_code == 302
        asked = client.get("/settings/retention/destroy?kind=mail").text
        assert "Huỷ 1 mục hết thời hạn?" in asked and "&lt;b&gt;" in asked
        assert client.post("/settings/retention/destroy", data={"kind": "mail", "count": "2"}).status_code == 409
        done = client.post("/settings/retention/destroy", data={"kind": "mail", "count": "1"}, follow_redirects=True).text
        assert "Đã huỷ 1 mục và lập biên bản." in done and "hết thời hạn bảo quản" in done
        assert "Không có gì hết thời hạn." in client.get("/settings/retention/destroy?kind=mail").text
    assert client.get("/settings/retention/destroy?kind=x").status_code == 422
