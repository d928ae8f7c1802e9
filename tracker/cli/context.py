"""The application for one command: the settings of this home, an app context round the work, and a database that can be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from tracker.base import base_app
from tracker.cli.running import settings_here
from tracker.config import ConfigError
from tracker.db import db

#: What the database answers to a statement of ours that is wrong: a fault of the program, whose traceback is wanted.
OURS = (DataError, IntegrityError, ProgrammingError)


@contextmanager
def application(ready: bool = True) -> Iterator[Flask]:
    """An app with its context pushed; addresses of a running `tracker serve` are taken over.

    ready: the tables must be in their newest form. Raises ConfigError for that, for a bad setting, and for a database that fails.
    """
    app = base_app(settings_here())
    with app.app_context():
        if ready:
            _need_tables(app)
        try:
            yield app
        except DatabaseError as error:
            if isinstance(error, OURS):
                raise
            raise _failed(error) from error


def revisions(app: Flask) -> tuple[str | None, str | None]:
    """The revision the database is at (None: empty) and the newest one."""
    directory = Path(app.extensions["migrate"].directory)
    with db.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at, ScriptDirectory(str(directory)).get_current_head()


def reached(app: Flask) -> tuple[str | None, str | None]:
    """The same two revisions. Raises ConfigError where the database cannot be reached."""
    try:
        return revisions(app)
    except DatabaseError as error:
        raise ConfigError(f"DATABASE_URL: không vào được cơ sở dữ liệu ({error.orig}). Hãy kiểm tra địa chỉ, mật khẩu và máy chủ.") from error


def _need_tables(app: Flask) -> None:
    at, head = reached(app)
    if at is None:
        raise ConfigError(f"Thư mục {app.extensions['settings'].home} chưa có dữ liệu. Hãy chạy tracker serve (có dữ liệu mẫu) hoặc tracker init.")
    if at != head:
        raise ConfigError(f"Cơ sở dữ liệu đang ở bản {at}, phần mềm cần bản {head}. Hãy chạy: tracker migrate")


def _failed(error: DatabaseError) -> ConfigError:
    """A full disk, a lock that stays, a server that goes away: one line, and where to look."""
    return ConfigError(f"Cơ sở dữ liệu không làm được việc này ({error.orig}). Chưa có gì được ghi; hãy xem: tracker doctor")
