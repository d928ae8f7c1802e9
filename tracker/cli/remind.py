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
from tracker.services import addressees, plan_holds, reminders
from tracker.services.reminders import Digest


@click.command()
@click.option("--on", "day", type=Day(), metavar="NGÀY", help="Ngày lập kế hoạch, như 2026-09-08; bỏ trống là hôm nay.")
@click.option("--dry-run", is_flag=True, help="Chỉ in ra sẽ nhắc ai, việc gì, vì sao; không ghi gì và không gửi thư.")
def remind(day: date | None, dry_run: bool) -> None:
    """Lập kế hoạch nhắc việc của một ngày; chạy nhiều lần cũng không nhắc hai lần."""
    with application():
        made = reminders.plan(transaction, day or clock.today(), dry_run)
        nobody, holds = addressees.names(made.no_address), plan_holds.of_day(made.day)
    if not made.working:
        click.echo(f"{made.day:%d/%m/%Y} là ngày nghỉ: chỉ nhắc công văn hoả tốc.")
    for digest in made.digests if dry_run else ():
        _tell(digest, made.policies)
    for hold in holds if dry_run else ():
        what = hold.title or hold.unit_name or hold.number or "cả kế hoạch"
        click.echo(f"{'Bỏ qua' if hold.drop else 'Giữ lại'}: {what} ({hold.reason}; {hold.by_name or 'máy'})")
    for name in made.unmanned if dry_run else ():
        click.echo(f"Vắng, không có người thay: {name}.")
    counts = made.counts
    verb = "sẽ gửi" if dry_run else "đã xếp hàng"
    told = f"{counts['mails']} thư, nhắc {counts['reminders']} lượt việc của {counts['units']} đơn vị"
    click.echo(f"{made.day:%d/%m/%Y}: {verb} {told}.")
    for name in nobody:
        click.echo(f"Không có địa chỉ: {name}. Hãy ghi hộp thư ở trang đơn vị.", err=True)
    if made.failed:
        click.echo(f"{made.failed} người chưa lập được thư; xem nhật ký rồi chạy lại lệnh này.", err=True)
        sys.exit(1)


def _tell(digest: Digest, policies: dict[str, str]) -> None:
    who = digest.addressee
    instead = f", thay {', '.join(who.instead_of)}" if who.instead_of else ""
    click.echo(f"{who.address} ({who.name}{instead}): {digest.subject}")
    for row in digest.lines:
        if who.of_province:
            click.echo(f"  - {row.name}: {row.count} việc, lâu nhất từ ngày {row.oldest:%d/%m/%Y}")
        else:
            click.echo(f"  - {row.number or ''} {row.title}: {_why(row, policies)}")
    if not who.of_province and digest.total > len(digest.lines):
        click.echo(f"  và {digest.total - len(digest.lines)} việc khác")


def _why(row: Any, policies: dict[str, str]) -> str:
    return f"{i18n.reminder_step(row.step)}, tính từ ngày {row.chase_on:%d/%m/%Y}, theo {policies[row.ladder]}"
