"""`tracker send-mail`: send at once what is due in the outbox."""

from __future__ import annotations

import sys

import click

from tracker.cli.context import application
from tracker.db import transaction
from tracker.services import delivery


@click.command("send-mail")
def send_mail() -> None:
    """Gửi ngay mọi thư đã đến lượt. Mã thoát 1 nếu có thư chưa gửi được."""
    with application():
        done = delivery.drain(transaction)
    click.echo(f"Đã gửi {done.sent} thư; {done.later} thư sẽ gửi lại sau; {done.failed} thư không gửi được.")
    if done.later or done.failed:
        click.echo("Lý do từng thư ở trang “Sổ nhắc việc”. Kiểm tra máy chủ thư: tracker doctor")
        sys.exit(1)
