"""`tracker remind`: make the reminder plan of a day, or show what it would be."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import click

from tracker import clock, i18n
from tracker.cli.context import application
from tracker.cli.days import Day
from tracker.db import transaction
from tracker.services import addressees, reminders
from tracker.services.reminders import Digest


@click.command()
@click.option("--on", "day", type=Day(), metavar="NGÀY", help="Ngày lập kế hoạch, như 2026-09-08; bỏ trống là hôm nay.")
@click.option("--dry-run", is_flag=True, help="Chỉ in ra sẽ nhắc ai, việc gì, vì sao; không ghi gì và không gửi thư.")
def remind(day: date | None, dry_run: bool) -> None:
    """Lập kế hoạch nhắc việc của một ngày; chạy nhiều lần cũng không nhắc hai lần."""
    with application():
        made = reminders.plan(transaction, day or clock.today(), dry_run)
        nobody = addressees.names(made.no_address)
    if not made.working:
        click.echo(f"{made.day:%d/%m/%Y} là ngày nghỉ: không nhắc việc.")
        return
    for digest in made.digests if dry_run else ():
        _tell(digest)
    counts = made.counts
    verb = "sẽ gửi" if dry_run else "đã xếp hàng"
    told = f"{counts['mails']} thư, nhắc {counts['reminders']} lượt việc của {counts['units']} đơn vị"
    click.echo(f"{made.day:%d/%m/%Y}: {verb} {told}.")
    for name in nobody:
        click.echo(f"Không có địa chỉ: {name}. Hãy ghi hộp thư ở trang đơn vị.", err=True)
    if made.failed:
        click.echo(f"{made.failed} người chưa lập được thư; xem nhật ký rồi chạy lại lệnh này.", err=True)
        sys.exit(1)


def _tell(digest: Digest) -> None:
    who = digest.addressee
    click.echo(f"{who.address} ({who.name}): {digest.subject}")
    for row in digest.lines:
        click.echo(f"  - {row.number or ''} {row.title}: {_why(row)}")
    if digest.total > len(digest.lines):
        click.echo(f"  và {digest.total - len(digest.lines)} việc khác")


def _why(row: Any) -> str:
    return f"{i18n.reminder_step(row.step)}, tính từ ngày {row.chase_on:%d/%m/%Y}"
