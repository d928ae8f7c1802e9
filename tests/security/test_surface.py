"""What any stranger sees of the web: no other origin is let in, nothing of the tree is served, no debugging, and whose address counts."""
import re
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.conftest import Browser, settings_for
from tracker.app import create_app

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("/", "/login", "/forgot", "/healthz", "/nowhere", "/static/app.css", "/static/app.js", "/link/abc", "/reset/abc", "/people")


@pytest.mark.parametrize("page", PAGES)
def test_no_answer_is_opened_to_other_origins(client: FlaskClient, page: str) -> None:
    for method in ("GET", "OPTIONS"):
        with client.open(page, method=method, headers={"Origin": "https://xa.example", "Access-Control-Request-Method": "POST"}) as told:
            assert not [name for name, _ in told.headers if name.lower().startswith("access-control")]
            assert told.headers["X-Content-Type-Options"] == "nosniff" and told.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            policy = told.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "object-src 'none'" in policy and "base-uri 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("page", PAGES)
def test_texts_say_their_encoding(client: FlaskClient, page: str) -> None:
    with client.get(page) as told:
        kind = told.headers["Content-Type"]
        assert not kind.startswith("text/") or "charset=utf-8" in kind.lower()


@pytest.mark.parametrize("page", ["/.git/config", "/static/", "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/config.py", "/wsgi.py",
                                  "/tracker.db", "/secret.key", "/static/vendor", "/var/", "/.env", "/console"])
def test_nothing_of_the_tree_is_served(client: FlaskClient, page: str) -> None:
    assert client.get(page).status_code == 404


def test_methods_that_no_view_names_are_refused(client: FlaskClient) -> None:
    methods = ("TRACE", "PUT", "DELETE", "PATCH", "XYZZY")
    assert {client.open(page, method=method).status_code for page in ("/", "/login", "/healthz") for method in methods} == {405}


def test_no_debugging(sqlite_app: Flask) -> None:
    assert not sqlite_app.debug and not sqlite_app.testing and not sqlite_app.config.get("PROPAGATE_EXCEPTIONS")
    assert not re.search(r"(?m)debug\s*=\s*True|FLASK_DEBUG", "".join(path.read_text() for path in (ROOT / "tracker").rglob("*.py")))


@pytest.mark.parametrize(("proxies", "counts"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_a_forwarded_address_counts_from_trusted_proxies_alone(tmp_path: Path, proxies: str, counts: str) -> None:
    app = create_app(settings_for(tmp_path, TRUSTED_PROXIES=proxies))
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    Browser(app).get("/nowhere", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Real-IP": "198.51.100.2", "Forwarded": "for=198.51.100.3"})
    assert seen == [counts]


def test_password_fields_are_masked_and_open_to_managers() -> None:
    fields = [line for path in (ROOT / "templates").rglob("*.html") for line in path.read_text().splitlines()
              if re.search(r"form\.text\('(password|old|again|proof)'", line)]
    assert len(fields) >= 6
    for line in fields:
        assert "type='password'" in line and re.search(r"'autocomplete': '(current|new)-password'", line), line
    assert not re.search(r"onpaste|[\"']paste[\"'].*preventDefault", "".join(path.read_text() for path in (ROOT / "tracker/web/static").glob("*.js")))
