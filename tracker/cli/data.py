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
from tracker.config import ConfigError
from tracker.db import db


def revisions(app: Flask) -> tuple[str | None, str | None]:
    """The revision the database is at (None: empty) and the newest one."""
    directory = Path(app.extensions["migrate"].directory)
    with db.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at, ScriptDirectory(str(directory)).get_current_head()


def upgrade() -> bool:
    """Bring the database to the newest form; returns whether it was empty before. Raises ConfigError where it cannot be reached."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        before, head = revisions(app)
    except OperationalError as error:
        raise ConfigError(f"DATABASE_URL: không vào được cơ sở dữ liệu ({error.orig}). Hãy kiểm tra địa chỉ, mật khẩu và máy chủ.") from error
    if before != head:
        flask_migrate.upgrade()
    return before is None


@click.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu về dạng mới nhất; chạy nhiều lần không sao."""
    with application():
        upgrade()
    click.echo("Cơ sở dữ liệu đã ở dạng mới nhất.")


@click.command(hidden=True)
def prepare() -> None:
    """Làm các bước mà `tracker serve` cần trước khi mở trang web; in ra những dòng cho người dùng."""
    with application():
        upgrade()
