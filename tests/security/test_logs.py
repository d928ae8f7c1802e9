"""What the logs say of who tried to get in and what was refused, and what they must not say."""
import logging
import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config

from tests.factories import Factory
from tests.web.test_account import PASSWORD, post
from tracker import clock
from tracker.adapters import logs, serving_log
from tracker.domain.access import Role
from tracker.services import passwords


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The security log, as lines."""
    caplog.set_level(logging.INFO, "tracker.security")
    return caplog


def test_signing_in_is_told_without_what_was_typed(sqlite_app: Flask, client: FlaskClient, said: pytest.LogCaptureFixture) -> None:
    person = Factory().person(Role.CLERK, email="van@tinh.example", password_hash=passwords.hashed(PASSWORD, ""))
    post(client, "/login", email="van@tinh.example", password="đoán mò")
    post(client, "/login", email="bí mật gõ nhầm ô", password="đoán mò")
    post(client, "/login", email="van@tinh.example", password=PASSWORD)
    lines = [record.getMessage() for record in said.records]
    assert lines == [
        f"sign-in-failed person={person.id} from=127.0.0.1 method=POST view=account.login_post",
        "sign-in-failed person=- from=127.0.0.1 method=POST view=account.login_post",
        f"signed-in person={person.id} from=127.0.0.1 method=POST view=account.login_post",
    ]
    shown = logs.formatter().format(said.records[0])
    assert re.match(r"[0-9-]{10}T[0-9:]{8}Z INFO tracker\.security: sign-in-failed ", shown)
    assert shown[:19] == time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(said.records[0].created))


def test_refusals_are_told(sqlite_app: Flask, client: FlaskClient, said: pytest.LogCaptureFixture) -> None:
    make = Factory()
    officer = make.person(Role.OFFICER, make.unit())
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(officer.id), 0
    assert client.get("/people").status_code == 403
    assert client.post("/account/password").status_code == 400
    for _ in range(6):
        post(client, "/forgot", email="ai@tinh.example")
    told = [record.getMessage().split()[0] for record in said.records]
    assert told == ["forbidden", "csrf-refused", "too-many"]


def test_a_message_stays_on_its_line(sqlite_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("tracker.any").warning("a crash at %s", "/x\r\n2026-11-22 signed-in person=1\x1b[2K\u2028y")
    (record,) = caplog.records
    assert record.getMessage() == "a crash at /x\\r\\n2026-11-22 signed-in person=1\\x1b[2K\\u2028y"


def test_all_lines_of_a_process_have_the_one_form(sqlite_app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.init()
    for name in ("tracker.any", "celery.worker", "sqlalchemy.pool"):
        logging.getLogger(name).warning("một dòng")
    lines = [line for line in capsys.readouterr().err.splitlines() if "một dòng" in line]
    assert len(lines) == 3 and all(re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z WARNING [\w.]+: một dòng", line) for line in lines)


def test_the_web_servers_own_lines_have_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    serving_log.ServerLog(Config()).error("hỏng")
    assert re.search(r"(?m)^[0-9-]{10}T[0-9:]{8}Z ERROR gunicorn\.error: hỏng$", capsys.readouterr().err)


def test_no_line_outlives_the_period_and_none_goes_before_half_of_it(tmp_path: Path) -> None:
    def said(days: int) -> str:
        return f"{clock.now() - timedelta(days=days):%Y-%m-%dT%H:%M:%S}Z INFO tracker.security: signed-in person=1 from=10.0.0.7\n"

    def aside(name: str, days: int) -> Path:
        made = tmp_path / f"{name}.log.1"
        made.write_text(said(days + 100))
        os.utime(made, (moment := (clock.now() - timedelta(days=days)).timestamp(), moment))
        return made

    web, young, other = tmp_path / "web.log", tmp_path / "worker.log", tmp_path / "redis.log"
    web.write_text("Starting\n" + said(60) + said(1))
    young.write_text(said(40))
    other.write_text("1:M 01 Jan 2020 00:00:00.000 * Ready\n")
    old, kept = aside("beat", 60), aside("worker", 40)
    with web.open("ab") as part:
        logs.forget_old(tmp_path, 100)
        part.write(said(0).encode())
    assert web.read_text() == said(0) and (tmp_path / "web.log.1").read_text().count("signed-in") == 2
    assert (old.exists(), kept.exists(), young.read_text(), other.stat().st_size > 0) == (False, True, said(40), True)
    with clock.frozen(datetime.now(UTC) + timedelta(days=51)):
        logs.forget_old(tmp_path, 100)
    assert "signed-in" not in (tmp_path / "web.log").read_text() and (tmp_path / "web.log.1").read_text().count("signed-in") == 1
