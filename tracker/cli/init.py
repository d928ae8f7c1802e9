"""`tracker init`: an installation for real work, empty but for the units and the first administrator."""

from __future__ import annotations

import click

from tracker.cli.context import application
from tracker.cli.data import FILLING, upgrade
from tracker.cli.people import enter, from_stdin
from tracker.config import ConfigError
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.services import people, units

STARTED = "Thư mục này đã có người dùng nên không làm lại từ đầu. Thêm người: tracker create-user; bỏ dữ liệu mẫu: tracker sample remove."


@click.command()
@click.option("--email", prompt="Thư điện tử của quản trị viên đầu tiên", metavar="EMAIL", help="Thư điện tử của quản trị viên đầu tiên.")
@click.option("--name", prompt="Họ và tên", metavar="TÊN", help="Họ và tên của quản trị viên đầu tiên.")
@click.option("--password-stdin", is_flag=True, help="Đọc mật khẩu từ dòng đầu của đầu vào chuẩn thay vì in đường dẫn.")
def init(email: str, name: str, password_stdin: bool) -> None:
    """Chuẩn bị một bản cài đặt thật: đơn vị và quản trị viên đầu tiên, không có dữ liệu mẫu."""
    password = from_stdin() if password_stdin else None
    with application(ready=False) as app:
        upgrade(app)
        if people.anybody():
            raise ConfigError(STARTED)
        with transaction():
            added = units.load_units()
        # Where a first `tracker serve` was cut short, the next one must not go on to fill this home with the sample.
        (app.extensions["settings"].home / FILLING).unlink(missing_ok=True)
        click.echo(f"Đã nạp {added} đơn vị.")
        enter(email, name, Role.ADMIN, None, password)
    click.echo("Tiếp theo: tracker serve, đăng nhập và bật xác nhận hai bước.")
