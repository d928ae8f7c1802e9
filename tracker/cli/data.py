"""`tracker migrate`, and the hidden `tracker prepare` by which `tracker serve` readies its home."""

from __future__ import annotations

import logging
from pathlib import Path

import click
import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from tracker.cli.context import application
from tracker.cli.sample import load_sample, login_lines
from tracker.config import ConfigError
from tracker.db import db, transaction
from tracker.services import people, sample, units

FILLING = "filling"


def revisions(app: Flask) -> tuple[str | None, str | None]:
    """The revision the database is at (None: empty) and the newest one."""
    directory = Path(app.extensions["migrate"].directory)
    with db.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at, ScriptDirectory(str(directory)).get_current_head()


def upgrade() -> None:
    """Bring the database to the newest form. Raises ConfigError where it cannot be reached."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    before, head = _reached()
    if before != head:
        flask_migrate.upgrade()


def is_empty() -> bool:
    """Whether the database has never been migrated. Raises ConfigError where it cannot be reached."""
    return _reached()[0] is None


def _reached() -> tuple[str | None, str | None]:
    try:
        return revisions(current_app._get_current_object())  # type: ignore[attr-defined]
    except OperationalError as error:
        raise ConfigError(f"DATABASE_URL: không vào được cơ sở dữ liệu ({error.orig}). Hãy kiểm tra địa chỉ, mật khẩu và máy chủ.") from error


@click.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu về dạng mới nhất; chạy nhiều lần không sao."""
    with application():
        upgrade()
    click.echo("Cơ sở dữ liệu đã ở dạng mới nhất.")


@click.command(hidden=True)
def prepare() -> None:
    """Làm các bước mà `tracker serve` cần trước khi mở trang web; in ra những dòng cho người dùng."""
    with application() as app:
        begun: Path = app.extensions["settings"].home / FILLING
        # The mark is made before the tables: a first start that was cut short fills the home the next time.
        if is_empty():
            begun.touch()
        upgrade()
        if begun.exists():
            _fill()
            begun.unlink()
        for line in _greeting():
            click.echo(line)


def _fill() -> None:
    """What an empty home gets on its first start; a start that was cut short finds each step done or undone, never half done."""
    with transaction():
        units.load_units()
    if not sample.logins():
        load_sample()


def _greeting() -> list[str]:
    """What the terminal says beside the address."""
    nobody = ["Chưa có người dùng nào. Ở cửa sổ khác, hãy chạy: tracker init"]
    return login_lines() or ([] if people.anybody() else nobody)
