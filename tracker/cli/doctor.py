"""`tracker doctor`: one line per part, ok or what to do."""

from __future__ import annotations

import sys

import click

from tracker.cli.checks import CHECKS, Trouble
from tracker.cli.context import application
from tracker.cli.mail_checks import MAIL_CHECKS
from tracker.config import Settings


@click.command()
def doctor() -> None:
    """Kiểm tra từng phần; phần nào hỏng thì nói cách sửa. Mã thoát 1 nếu có phần hỏng."""
    bad = 0
    with application(ready=False) as app:
        settings: Settings = app.extensions["settings"]
        for label, check in (*CHECKS, *MAIL_CHECKS):
            try:
                click.echo(f"tốt    {label}: {check(app, settings)}")
            except Trouble as trouble:
                bad += 1
                click.echo(f"HỎNG   {label}: {trouble}")
    if bad:
        click.echo(f"{bad} phần cần sửa.")
        sys.exit(1)
