"""Sessions: the cookie over https, how long one lasts, that a copy dies with it, and what asks for the password once more."""
import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import NOW, Browser, settings_for
from tests.factories import Factory
from tests.web.test_account import PASSWORD, known, post
from tracker import clock
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.people import Person, SignIn
from tracker.services import access_links, passwords
from tracker.services.sessions import IDLE, LONGEST


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


@pytest.fixture
def person(here: Factory) -> Person:
    """A clerk with a password."""
    return here.person(Role.CLERK, email="van@tinh.example", password_hash=passwords.hashed(PASSWORD, ""))


@pytest.fixture
def secure(tmp_path: Path) -> Browser:
    """A browser on an app whose public address is https; its pages need no tables."""
    app = create_app(settings_for(tmp_path, PUBLIC_URL="https://dondoc.tinh.example"))
    return Browser(app)


def enter(client: FlaskClient, person: Person) -> None:
    assert post(client, "/login", email=person.email, password=PASSWORD).status_code == 302


def test_the_cookie_over_https(secure: Browser) -> None:
    (cookie,) = secure.get("/login", base_url="https://dondoc.tinh.example").headers.getlist("Set-Cookie")
    name, *parts = cookie.split("; ")
    assert name.startswith("__Host-session=") and {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
    assert not any(part.startswith("Domain") for part in parts)


def test_https_is_kept_to(secure: Browser) -> None:
    for page in ("/login", "/nowhere", "/static/app.css"):
        told = secure.get(page, base_url="http://127.0.0.1")  # as a proxy that ends TLS asks
        assert told.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_session_ends_at_rest_and_at_last(client: FlaskClient, person: Person, sqlite_app: Flask) -> None:
    assert sqlite_app.config["PERMANENT_SESSION_LIFETIME"] == IDLE <= timedelta(hours=4)
    enter(client, person)
    with clock.frozen(NOW + LONGEST - timedelta(minutes=1)):
        assert known(client)
    with clock.frozen(NOW + LONGEST + timedelta(minutes=1)):
        assert not known(client)


def test_a_copied_cookie_is_dead_after_signing_out(client: FlaskClient, person: Person, sqlite_app: Flask) -> None:
    enter(client, person)
    copied = client.get_cookie("session")
    assert copied
    thief = sqlite_app.test_client()
    thief.set_cookie("session", copied.value)
    assert known(thief)
    out = post(client, "/account", "/logout")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief.set_cookie("session", copied.value)
    assert not known(thief)
    db.session.rollback()
    assert len(db.session.scalars(db.select(SignIn.key_hash)).one()) == 64
    enter(client, person)  # another session of the same person is not touched
    assert known(client)


def test_a_reset_does_not_pass_by_the_second_factor(client: FlaskClient, person: Person) -> None:
    with transaction() as session:
        kept = session.get_one(Person, person.id)
        kept.totp_secret, kept.totp_confirmed_at = pyotp.random_base32(), clock.now()
        token = access_links.make(kept, access_links.RESET)
    new = "mười tám cây số"
    assert post(client, f"/reset/{token}", password=new, again=new).status_code == 302
    assert post(client, "/login", email=person.email, password=new).headers["Location"] == "/login/code"
    assert not known(client)


def admin(client: FlaskClient, make: Factory) -> Person:
    """An administrator, signed in."""
    made = make.person(Role.ADMIN, email="quantri@tinh.example", password_hash=passwords.hashed(PASSWORD, ""))
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(made.id), 0
    return made


def test_an_administrator_signs_somebody_out(client: FlaskClient, person: Person, sqlite_app: Flask, here: Factory) -> None:
    other = sqlite_app.test_client()
    enter(other, person)
    admin(client, here)
    page = f"/people/{person.id}"
    assert "Đăng xuất ở mọi máy" in client.get(page).text
    assert post(client, page, f"{page}/sign-out").status_code == 302
    assert not known(other) and known(client)


def test_what_opens_accounts_asks_for_the_password_again(client: FlaskClient, person: Person, here: Factory) -> None:
    admin(client, here)
    page = f"/people/{person.id}"
    same = {"email": person.email, "name": "Tên Mới", "role": person.role, "unit": ""}
    assert post(client, page, **same).status_code == 302  # a name opens nothing
    for change in ({"email": "khac@tinh.example"}, {"role": "administrator"}, {"role": "district_officer", "unit": str(here.unit().id)}):
        for proof in ("", "không phải"):
            refused = post(client, page, **(same | change), proof=proof)
            assert refused.status_code == 422 and "Mật khẩu đang dùng chưa đúng" in refused.text
    db.session.rollback()
    kept = db.session.get_one(Person, person.id, populate_existing=True)
    assert (kept.email, kept.role) == ("van@tinh.example", "province_clerk")
    assert post(client, page, **(same | {"email": "khac@tinh.example"}), proof=PASSWORD).status_code == 302


def test_inviting_an_administrator_asks_for_the_password(client: FlaskClient, here: Factory) -> None:
    admin(client, here)
    wanted = {"name": "Người Lạ", "email": "la@xa.example", "role": "administrator", "unit": ""}
    refused = post(client, "/people/new", **wanted)
    assert refused.status_code == 422 and "Mật khẩu đang dùng chưa đúng" in refused.text
    db.session.rollback()
    assert db.session.scalar(db.select(Person.id).where(Person.email == "la@xa.example")) is None
    assert post(client, "/people/new", **wanted, proof=PASSWORD).status_code == 302


def test_small_choices_are_kept_as_strictly_as_the_session(secure: Browser) -> None:
    base = "https://dondoc.tinh.example"
    token = re.search(r'name="csrf_token" value="([^"]+)"', secure.get("/login", base_url=base).text)
    assert token
    told = secure.post("/language", base_url=base, data={"csrf_token": token[1], "language": "en"}, headers={"Referer": base + "/login"})
    (cookie,) = [one for one in told.headers.getlist("Set-Cookie") if "language" in one]
    name, *parts = cookie.split("; ")
    assert name == "__Host-language=en" and {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
