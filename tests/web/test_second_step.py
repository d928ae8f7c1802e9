"""Recovery codes, the roles that must have a second factor, another telephone, and sessions one by one."""
import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories import Factory
from tests.web.test_account import PASSWORD, known, post
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.people import Person, RecoveryCode, SignIn
from tracker.services import office, passwords, recovery, two_factor
from tracker.web import browser

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0"
PAGE = "/account/two-factor"


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


@pytest.fixture
def officer(make: Factory) -> Person:
    """A district's officer with a password."""
    return make.person(Role.OFFICER, make.unit(), password_hash=passwords.hashed(PASSWORD, ""))


def entered(client: FlaskClient, person: Person) -> None:
    assert post(client, "/login", email=person.email, password=PASSWORD).status_code == 302


def phone(person: Person, step: int = 0) -> str:
    """What the person's telephone shows, some steps on."""
    db.session.rollback()
    kept = db.session.get_one(Person, person.id, populate_existing=True)
    return pyotp.TOTP(two_factor.secret(kept)).at(clock.now() + timedelta(seconds=30 * step))


def turned_on(client: FlaskClient, person: Person) -> list[str]:
    """Turns the second factor on as a person does; gives the codes of the page."""
    post(client, PAGE, f"{PAGE}/begin", proof=PASSWORD)
    shown = post(client, PAGE, f"{PAGE}/confirm", code=phone(person))
    assert shown.status_code == 200 and shown.headers["Cache-Control"] == "no-store"
    return re.findall(r"<code>([0-9-]{19})</code>", shown.text)


def test_any_role_turns_it_on_and_gets_ten_codes_that_are_kept_as_hashes(client: FlaskClient, officer: Person) -> None:
    entered(client, officer)
    codes = turned_on(client, officer)
    assert len(set(codes)) == 10 and known(client)
    db.session.rollback()
    rows = db.session.scalars(select(RecoveryCode)).all()
    assert all(row.code_hash.startswith("$argon2id$") and row.person_id == officer.id for row in rows) and len(rows) == 10
    assert codes[0] not in client.get(PAGE).text and "Còn 10\u00a0mã dự phòng" in client.get("/account").text
    kept = db.session.get_one(Person, officer.id, populate_existing=True)
    assert kept.totp_secret and len(kept.totp_secret) == 64  # sealed


def test_a_recovery_code_opens_once(sqlite_app: Flask, client: FlaskClient, officer: Person) -> None:
    entered(client, officer)
    codes = turned_on(client, officer)
    for code, status in ((codes[0].replace("-", " "), 302), (codes[0], 422), (codes[1][:-1] + str(9 - int(codes[1][-1])), 422), (codes[1], 302)):
        other = sqlite_app.test_client()
        entered(other, officer)
        shown = post(other, "/login/code", code=code)
        assert (shown.status_code, known(other)) == (status, status == 302)
    assert "Còn 8\u00a0mã dự phòng" in other.get("/account").text
    db.session.rollback()
    assert recovery.left(officer.id) == 8


def test_new_codes_end_the_earlier_and_another_telephone_takes_the_place(client: FlaskClient, officer: Person, make: Factory) -> None:
    admin = make.actor(Role.ADMIN)
    with transaction():
        office.set_two_factor_roles(admin, [Role.OFFICER])
    entered(client, officer)
    first = turned_on(client, officer)
    shown = post(client, PAGE, f"{PAGE}/codes", code=phone(officer, 1))
    second = re.findall(r"<code>([0-9-]{19})</code>", shown.text)
    assert len(second) == 10 and not set(first) & set(second)
    assert post(client, PAGE, f"{PAGE}/off", code=second[0]).status_code == 409  # the role must have it
    assert post(client, PAGE, f"{PAGE}/replace", code=first[0]).status_code == 422
    before = phone(officer)
    assert post(client, PAGE, f"{PAGE}/replace", code=second[0]).status_code == 302
    assert client.get("/").headers["Location"] == PAGE
    assert phone(officer) != before and recovery.left(officer.id) == 0


def test_the_office_asks_it_of_a_role(client: FlaskClient, sqlite_app: Flask, officer: Person, make: Factory) -> None:
    admin = make.person(Role.ADMIN, password_hash=passwords.hashed(PASSWORD, ""))
    desk = sqlite_app.test_client()
    with desk.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(admin.id), 0
    page = desk.get("/settings").text
    assert "1\u00a0người chưa bật" in page and 'name="role_administrator"' not in page
    entered(client, officer)
    assert client.get("/account").status_code == 200
    assert post(desk, "/settings", "/settings/two-factor", role_district_officer="1").status_code == 302
    assert client.get("/account").headers["Location"] == PAGE
    assert "Vai trò của bạn phải bật" in client.get(PAGE).text
    turned_on(client, officer)
    assert client.get("/account").status_code == 200
    assert post(desk, "/settings", "/settings/two-factor").status_code == 302
    db.session.rollback()
    assert office.two_factor_roles() == {Role.ADMIN}


def test_sessions_stand_one_by_one_and_one_is_ended_against_the_password(sqlite_app: Flask, client: FlaskClient, officer: Person) -> None:
    entered(client, officer)
    other = sqlite_app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = EDGE
    with clock.frozen(NOW + timedelta(minutes=70)):
        entered(other, officer)
        page = client.get("/account").text
        assert "Edge trên Windows" in page and page.count("(máy này)") == 1 and "127.0.0.1" in page
        (path,) = set(re.findall(r"/account/sessions/\d+/end", page))
        asked = post(client, "/account", path)
        assert asked.status_code == 200 and "Mật khẩu của bạn" in asked.text
        assert post(client, "/account", path, proof="không phải").status_code == 422 and known(other)
        assert post(client, "/account", path, proof=PASSWORD).status_code == 302
        assert known(client) and not known(other)
        assert post(client, "/account", path, proof=PASSWORD).status_code == 404


def test_somebody_elses_session_is_not_found(client: FlaskClient, sqlite_app: Flask, officer: Person, make: Factory) -> None:
    stranger, other = make.person(Role.CLERK, password_hash=officer.password_hash), sqlite_app.test_client()
    entered(client, officer)
    entered(other, stranger)
    foreign = db.session.scalars(select(SignIn.id).where(SignIn.person_id == stranger.id)).one()
    assert post(client, "/account", f"/account/sessions/{foreign}/end", proof=PASSWORD).status_code == 404 and known(other)


def test_the_last_use_is_kept_to_the_hour(client: FlaskClient, officer: Person) -> None:
    entered(client, officer)
    for minutes, hour in ((5, 9), (59, 9), (61, 10), (100, 10)):
        with clock.frozen(NOW + timedelta(minutes=minutes)):
            assert known(client)
            db.session.rollback()
            assert db.session.scalars(select(SignIn.seen_at)).one() == NOW.replace(hour=hour)


@pytest.mark.parametrize(("agent", "words"), [
    (EDGE, "Edge trên Windows"), ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox trên Linux"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "Safari trên iPhone"),
    ("<script>alert(1)</script>", "Trình duyệt không rõ"), ("", "Trình duyệt không rõ"),
])
def test_a_browser_is_named_and_never_repeated(agent: str, words: str) -> None:
    assert browser.words(agent) == words
