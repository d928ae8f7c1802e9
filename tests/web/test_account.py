"""Signing in and out over HTTP: what is told, what is not, and which sessions live on."""
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import Factory
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.people import Person
from tracker.services import passwords

PASSWORD = "lúa chín vàng đồng"


def post(browser: FlaskClient, page: str, to: str = "", **fields: str) -> TestResponse:
    """Opens a page, takes the token of its form and posts as a browser does."""
    shown = browser.get(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    assert token, shown.text
    return browser.post(to or page, data={"csrf_token": token[1], **fields})


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


@pytest.fixture
def person(here: Factory) -> Person:
    """A clerk with a password."""
    return here.person(Role.CLERK, email="van@tinh.example", password_hash=passwords.hashed(PASSWORD, "van@tinh.example"))


def known(browser: FlaskClient) -> bool:
    """Whether this browser is signed in."""
    return browser.get("/account").status_code == 200


def test_right_password_signs_in_and_goes_on(client: FlaskClient, person: Person) -> None:
    shown = post(client, "/login?next=/account?a=1", "/login", email=" VAN@tinh.example", password=PASSWORD, next="/account?a=1")
    assert (shown.status_code, shown.headers["Location"]) == (302, "/account?a=1")
    assert known(client)
    db.session.rollback()
    assert db.session.get_one(Person, person.id, populate_existing=True).last_login_at is not None


OUTWARD = ["https://xa.example/", "//xa.example", "/\\xa.example", "javascript:alert(1)", "/\t/xa.example", "/\n/xa.example", "\\/xa.example", " //xa.example"]


@pytest.mark.parametrize("next_page", OUTWARD)
def test_next_stays_on_the_site(client: FlaskClient, person: Person, next_page: str) -> None:
    assert post(client, "/login", email=person.email, password=PASSWORD, next=next_page).headers["Location"] == "/"


def test_wrong_unknown_gone_and_uninvited_look_the_same(client: FlaskClient, person: Person, here: Factory) -> None:
    here.person(Role.CLERK, email="moi@tinh.example")
    said = []
    for email, password in (("van@tinh.example", "sai"), ("ai@tinh.example", PASSWORD), ("moi@tinh.example", PASSWORD), ("", "")):
        shown = post(client, "/login", email=email, password=password)
        assert shown.status_code == 422
        said.append(re.search(r'<div class="note over".*?</div>', shown.text, re.S)[0])
    assert len(set(said)) == 1 and "chưa đúng" in said[0]
    assert not known(client)


def test_signing_in_makes_a_new_session(client: FlaskClient, person: Person) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    post(client, "/login", email=person.email, password=PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session and session["_user_id"] == str(person.id)


def test_sign_out_needs_a_post_and_ends_the_session(client: FlaskClient, person: Person) -> None:
    post(client, "/login", email=person.email, password=PASSWORD)
    assert client.get("/logout").status_code == 405
    assert known(client)
    assert post(client, "/account", "/logout").status_code == 302
    assert not known(client)


def test_sign_out_everywhere_ends_other_browsers(sqlite_app: Flask, client: FlaskClient, person: Person) -> None:
    other = sqlite_app.test_client()
    for browser in (client, other):
        post(browser, "/login", email=person.email, password=PASSWORD)
    assert known(client) and known(other)
    asked = post(client, "/account", "/account/everywhere")
    assert asked.status_code == 200 and "Mật khẩu của bạn" in asked.text and known(other)
    refused = post(client, "/account", "/account/everywhere", proof="không phải")
    assert refused.status_code == 422 and "Mật khẩu đang dùng chưa đúng" in refused.text and known(other)
    post(client, "/account", "/account/everywhere", proof=PASSWORD)
    assert not known(client) and not known(other)


def test_new_password_keeps_this_session_and_ends_others(sqlite_app: Flask, client: FlaskClient, person: Person) -> None:
    other = sqlite_app.test_client()
    for browser in (client, other):
        post(browser, "/login", email=person.email, password=PASSWORD)
    new = "mười tám cây số"
    refused = post(client, "/account", "/account/password", old="sai", password=new, again=new)
    assert refused.status_code == 422 and "Mật khẩu đang dùng chưa đúng" in refused.text
    refused = post(client, "/account", "/account/password", old=PASSWORD, password="ngắn", again="ngắn")
    assert refused.status_code == 422 and "ít nhất 10 ký tự" in refused.text
    refused = post(client, "/account", "/account/password", old=PASSWORD, password=new, again="khác hẳn nhau")
    assert refused.status_code == 422 and "không giống nhau" in refused.text
    assert post(client, "/account", "/account/password", old=PASSWORD, password=new, again=new).status_code == 302
    assert known(client) and not known(other)
    assert post(other, "/login", email=person.email, password=PASSWORD).status_code == 422
    assert post(other, "/login", email=person.email, password=new).status_code == 302


def test_who_has_left_is_out_at_once(client: FlaskClient, person: Person) -> None:
    post(client, "/login", email=person.email, password=PASSWORD)
    with transaction() as session:
        session.get_one(Person, person.id).left_at = person.created_at
    assert not known(client)
    assert post(client, "/login", email=person.email, password=PASSWORD).status_code == 422


def test_guessing_is_slowed_but_signing_in_is_not(client: FlaskClient, person: Person, here: Factory) -> None:
    for _ in range(12):
        assert post(client, "/login", email=person.email, password=PASSWORD).status_code == 302
        client.delete_cookie("session")
    tries = [post(client, "/login", email=person.email, password="đoán mò") for _ in range(9)]
    assert [shown.status_code for shown in tries] == [422] * 8 + [429]
    assert "Thử quá nhiều lần" in tries[-1].text
    assert post(client, "/login", email=person.email, password=PASSWORD).status_code == 429
    other = here.person(Role.CLERK, password_hash=passwords.hashed(PASSWORD, "x@y.example"))
    assert post(client, "/login", email=other.email, password=PASSWORD).status_code == 302
