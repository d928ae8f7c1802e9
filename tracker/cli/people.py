"""`tracker create-user` and `reset-two-factor`: from the machine itself, for the first days and for the day when nobody can get in."""

from __future__ import annotations

import sys

import click

from tracker import i18n
from tracker.cli.context import application
from tracker.config import ConfigError
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR, Role
from tracker.services import access_links, passwords, people, sign_in, two_factor, units

ROLE_NAMES = "; ".join(f"{role} ({i18n.ROLES[role]})" for role in Role)


def enter(email: str, name: str, role: Role, unit_id: int | None, password: str | None) -> None:
    """Adds a person and says how to get in: with the given password, else by a link printed here. Raises BadInput."""
    made = passwords.hashed(password, email) if password else None
    with transaction():
        person = people.add(OPERATOR, email=email, name=name or email.partition("@")[0], role=role, unit_id=unit_id)
        if made:
            person.password_hash = made
        url = "" if made else access_links.address(person, access_links.INVITE)
    click.echo(f"Đã thêm {person.email}: {i18n.ROLES[role]}.")
    if url:
        click.echo(f"Chọn mật khẩu (dùng một lần, trong 7 ngày): {url}")


def from_stdin() -> str:
    """The first line of the standard input as a password. Raises ConfigError for an empty one."""
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise ConfigError("Chưa có mật khẩu: hãy ghi mật khẩu vào dòng đầu của đầu vào chuẩn.")
    return line


def known_role(_: click.Context, __: click.Parameter, value: str) -> Role:
    """The role of a name. Raises BadParameter with the names there are."""
    try:
        return Role(value)
    except ValueError as error:
        raise click.BadParameter("chỉ nhận " + ", ".join(Role) + ".") from error


@click.command()
@click.argument("email", metavar="EMAIL")
@click.option("--role", required=True, callback=known_role, metavar="ROLE", help=f"Vai trò: {ROLE_NAMES}.")
@click.option("--unit", "unit_code", metavar="CODE", help="Mã đơn vị, bắt buộc với vai trò của huyện (ví dụ 392).")
@click.option("--name", default="", metavar="TÊN", help="Họ và tên; bỏ trống thì lấy phần đầu của địa chỉ thư.")
@click.option("--password-stdin", is_flag=True, help="Đọc mật khẩu từ dòng đầu của đầu vào chuẩn thay vì in đường dẫn.")
def create_user(email: str, role: Role, unit_code: str | None, name: str, password_stdin: bool) -> None:
    """Thêm một người dùng và in đường dẫn để chọn mật khẩu (hoặc đặt ngay mật khẩu)."""
    password = from_stdin() if password_stdin else None
    with application():
        unit = units.by_code(unit_code) if unit_code else None
        db.session.rollback()
        enter(email, name, role, unit.id if unit else None, password)


@click.command()
@click.argument("email", metavar="EMAIL")
def reset_two_factor(email: str) -> None:
    """Bỏ xác nhận hai bước của một người, khi không còn điện thoại, mã dự phòng hay quản trị viên nào khác; mọi phiên của người ấy kết thúc."""
    with application():
        person_id = sign_in.known(email)
        if person_id is None:
            raise ConfigError(f"Không có ai mang địa chỉ {email}. Hãy xem lại địa chỉ dùng để đăng nhập.")
        db.session.rollback()
        with transaction():
            two_factor.reset(OPERATOR, person_id)
        click.echo(f"Đã bỏ xác nhận hai bước của {email}. Lần đăng nhập tới chỉ cần mật khẩu; quản trị viên được dẫn đến trang bật lại.")
