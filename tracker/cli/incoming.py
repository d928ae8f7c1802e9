"""`tracker fetch-mail` and `tracker file-mail`: taking mail in by hand."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from tracker.cli.context import application
from tracker.db import transaction
from tracker.services import incoming, mail_filing, mailboxes

STATES = {"filed": "đã xếp", "confirm": "chờ đơn vị xác nhận", "triage": "chờ xử lý", "aside": "không cần xử lý"}


@click.command("fetch-mail")
def fetch_mail() -> None:
    """Đọc các hộp thư một lần và xếp thư mới. Mã thoát 1 nếu có hộp thư không đọc được."""
    with application():
        taken = mailboxes.poll(transaction)
        done = mail_filing.run(transaction)
    click.echo(f"Nhận {taken.new} thư mới. {_words(done)}")
    for name, problem in taken.problems.items():
        click.echo(f"Không đọc được {name}: {problem}", err=True)
    for name in taken.busy:
        click.echo(f"{name} đang được một tiến trình khác đọc; thư mới của hộp này sẽ do tiến trình đó nhận.")
    if taken.problems:
        sys.exit(1)


@click.command("file-mail")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def file_mail(file: Path) -> None:
    """Xếp một thư từ tệp .eml; thư đã nhận trước đó thì không xếp lại."""
    with application():
        raw = incoming.keep(file.read_bytes())
        with transaction():
            new = incoming.add([raw], "hand")
        done = mail_filing.run(transaction)
    click.echo(_words(done) if new else "Thư này đã nhận trước đó, không xếp lại.")


def _words(done: Counter[str]) -> str:
    told = [f"{n} thư {STATES[state]}" for state, n in done.items() if state in STATES]
    return f"{', '.join(told)}." if told else "Không có thư nào cần xếp."
