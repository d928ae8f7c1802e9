"""`tracker migrate`, and the hidden `tracker prepare` by which `tracker serve` readies its home."""

from __future__ import annotations

import logging
from pathlib import Path

import click
import flask_migrate
from flask import Flask

from tracker.cli.context import application, reached
from tracker.cli.sample import load_sample, login_lines
from tracker.db import transaction
from tracker.services import people, sample, units

FILLING = "filling"


def upgrade(app: Flask) -> None:
    """Bring the database to the newest form. Raises ConfigError where it cannot be reached."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    before, head = reached(app)
    if before != head:
        flask_migrate.upgrade()


def is_empty(app: Flask) -> bool:
    """Whether the database has never been migrated. Raises ConfigError where it cannot be reached."""
    return reached(app)[0] is None


@click.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu về dạng mới nhất; chạy nhiều lần không sao."""
    with application(ready=False) as app:
        upgrade(app)
    click.echo("Cơ sở dữ liệu đã ở dạng mới nhất.")


@click.command(hidden=True)
def prepare() -> None:
    """Làm các bước mà `tracker serve` cần trước khi mở trang web; in ra những dòng cho người dùng."""
    with application(ready=False) as app:
        begun: Path = app.extensions["settings"].home / FILLING
        # The mark is made before the tables: a first start that was cut short fills the home the next time.
        if is_empty(app):
            begun.touch()
        upgrade(app)
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
