"""`tracker sample load | remove`: the live sample, in and out in one step."""
import click

from tracker.adapters import capture
from tracker.cli.context import application
from tracker.db import transaction
from tracker.services import sample as service
from tracker.services.sample_story import DOMAIN


@click.group()
def sample() -> None:
    """Dữ liệu mẫu: một công văn với đủ mọi tình trạng, để xem thử."""


@sample.command()
def load() -> None:
    """Nạp dữ liệu mẫu và in ra các tài khoản."""
    with application():
        load_sample()
        for line in login_lines():
            click.echo(line)


@sample.command()
def remove() -> None:
    """Bỏ toàn bộ dữ liệu mẫu; dữ liệu thật giữ nguyên."""
    with application() as app:
        with transaction():
            service.remove()
        # Its mails went no further than this folder; a message to a real address stays.
        capture.forget(app.extensions["settings"].sent_mail_dir, DOMAIN)
    click.echo("Đã bỏ dữ liệu mẫu. Tạo quản trị viên đầu tiên: tracker init")


def load_sample() -> None:
    """Loads it: the files first, then all rows in one transaction."""
    prepared = service.prepare()
    with transaction():
        service.load(prepared)


def login_lines() -> list[str]:
    """What the terminal says about the sample's logins; nothing where no sample is loaded."""
    logins = service.logins()
    if not logins:
        return []
    width = max(len(login.email) for login in logins)
    return [
        f"Tài khoản mẫu, mật khẩu chung: {logins[0].password}",
        *(f"  {login.email:<{width}}  {login.title}" for login in logins),
        "Bỏ dữ liệu mẫu: tracker sample remove",
    ]
