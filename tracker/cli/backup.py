"""`tracker backup FILE` and `tracker restore FILE`: the database, the stored files and the key in one file, and back."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DatabaseError, OperationalError

from tracker import clock
from tracker.adapters import archive
from tracker.adapters.archive import Archive
from tracker.cli.context import application, reached
from tracker.cli.running import only_server
from tracker.config import Settings
from tracker.db import db, rebuilding, transaction
from tracker.domain.errors import BadInput, Conflict
from tracker.services import backup as writing
from tracker.services import heartbeats, machine_page, restoring
from tracker.services.restoring import Told

#: A machine whose clock was heard of so lately is running.
LATELY = timedelta(minutes=2)
BEAT = "beat"


@click.command()
@click.argument("path", metavar="TỆP", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Sao lưu cơ sở dữ liệu, tệp và khoá vào TỆP, ngay cả khi đang chạy. TỆP chỉ có mặt khi đã ghi đủ; hãy giữ nó như giữ mật khẩu."""
    with application(ready=False) as app:
        reached(app)
        done = writing.write(path.absolute(), click.echo)
        with transaction():
            heartbeats.beat(machine_page.BACKUP)
    click.echo(f"Đã sao lưu vào {path}: {done.rows} dòng của {done.tables} bảng, {done.files} tệp, {path.stat().st_size / 1024**2:.1f} MB.")
    click.echo("Tệp này chứa khoá ký và dữ liệu cá nhân: hãy giữ như giữ mật khẩu, và để ở máy khác.")
    for words, hashes in (("không còn trong kho", done.missing), ("trong kho đã hỏng", done.damaged)):
        if hashes:
            click.echo(f"LƯU Ý: {len(hashes)} tệp {words} nên không có trong bản này: {', '.join(one[:12] for one in hashes[:5])}…", err=True)


@click.command()
@click.argument("path", metavar="TỆP", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Thay hẳn dữ liệu đang có (SQLite: tệp cũ được giữ bên cạnh; PostgreSQL: mất).")
@click.option("--check", is_flag=True, help="Chỉ kiểm tra bản sao lưu có nguyên vẹn không, không ghi gì.")
@click.option("--drop-mail", is_flag=True, help="Không gửi các thư còn chờ trong bản sao lưu (máy cũ có thể đã gửi).")
def restore(path: Path, force: bool, check: bool, drop_mail: bool) -> None:
    """Phục hồi từ TỆP vào thư mục và cơ sở dữ liệu trống; kiểm mã băm trước và sau, bản cũ được đưa lên dạng mới nhất."""
    with application(ready=False) as app, archive.reading(path) as source:
        settings: Settings = app.extensions["settings"]
        told = restoring.checked(source, click.echo)
        _need_known(app, told)
        when = f"{clock.local(datetime.fromisoformat(told.made_at)):%H:%M %d/%m/%Y}"
        click.echo(f"Bản sao lưu lúc {when} nguyên vẹn: {told.rows} dòng của {len(told.tables)} bảng (bản {told.revision}), {len(told.sizes)} tệp.")
        if check:
            return
        with only_server(settings):
            keep = _need_room(app, force)
            restoring.put_files(source, told, click.echo)
            _restore(app, source, told, keep)
            _key(settings, source)
            restoring.check_files(told)
        with transaction():
            heartbeats.forget([BEAT])  # of the machine that made the backup
        click.echo("Đã phục hồi và kiểm lại: từng bảng, từng tệp khớp mã băm.")
        _mails(drop_mail)
        if told.missing:
            click.echo(f"LƯU Ý: {len(told.missing)} tệp đã mất từ trước khi sao lưu.", err=True)
    click.echo("Tiếp theo: tracker serve (hoặc web, worker, beat), rồi tracker doctor.")


def _need_known(app: Flask, told: Told) -> None:
    """Raises BadInput("backup.newer") for a revision that this program does not know."""
    scripts = ScriptDirectory(str(Path(app.extensions["migrate"].directory)))
    try:
        scripts.get_revision(told.revision)
    except CommandError as error:
        raise BadInput("backup.newer", revision=told.revision, head=scripts.get_current_head()) from error


def _need_room(app: Flask, force: bool) -> bool:
    """Whether something is replaced that a person may want to look at once more.

    Raises Conflict("backup.not_empty") for a place in use unless it is to be replaced, and Conflict("backup.running") in any case.
    """
    try:
        with db.engine.connect() as connection:
            found = restoring.occupied(connection)
            running = _beats()
    except OperationalError:
        reached(app)  # says what to do
        raise
    except DatabaseError as error:
        if not force:
            raise Conflict("backup.unreadable") from error
        return True
    finally:
        db.session.remove()
        db.engine.dispose()
    if running:
        raise Conflict("backup.running")
    if found and not force:
        raise Conflict("backup.not_empty", where=found[0][0], rows=found[0][1])
    if found:
        click.echo(f"CẢNH BÁO: đang thay {sum(rows for _, rows in found)} dòng dữ liệu đang có bằng bản sao lưu.", err=True)
    return bool(found)


def _beats() -> bool:
    """Whether some machine's clock was heard of lately on this database."""
    try:
        at = heartbeats.last(BEAT)
    except DatabaseError:
        return False
    return at is not None and clock.now() - at < LATELY


def _restore(app: Flask, source: Archive, told: Told, keep: bool) -> None:
    """The tables: on PostgreSQL in one transaction, on SQLite in a new file that takes the old one's place."""
    url, migrate = db.engine.url, _migration(app)
    with _new_place(url) as place, rebuilding(place) as connection:
        restoring.fill(connection, source, told, migrate, click.echo)
    if url.get_backend_name() != "sqlite":
        return
    if aside := restoring.swap(Path(place.database or ""), Path(url.database or ""), keep):
        click.echo(f"Cơ sở dữ liệu cũ được giữ ở {aside}; không cần nữa thì xoá.")


@contextmanager
def _new_place(url: URL) -> Iterator[URL]:
    """Where the tables are made. What a run that failed has written beside the database goes."""
    if url.get_backend_name() != "sqlite":
        yield url
        return
    made = Path(f"{url.database}.restoring")
    _forget(made)
    made.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield url.set(database=str(made))
    except BaseException:
        _forget(made)
        raise


def _forget(made: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        made.with_name(made.name + ending).unlink(missing_ok=True)


def _migration(app: Flask) -> Callable[[Connection, str], None]:
    logging.getLogger("alembic").setLevel(logging.WARNING)

    def migrate(connection: Connection, revision: str) -> None:
        config = app.extensions["migrate"].migrate.get_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    return migrate


def _key(settings: Settings, source: Archive) -> None:
    if not os.environ.get("SECRET_KEY"):
        restoring.keep_secret(source, settings.home)
    elif settings.secret_key.encode() != restoring.secret(source):
        click.echo("LƯU Ý: SECRET_KEY của máy này khác khoá trong bản sao lưu, nên các liên kết trong thư đã gửi không dùng được nữa và "
                   "xác nhận hai bước không mở được. Hãy ghi khoá cũ vào SECRET_KEY_OLD.", err=True)


def _mails(drop: bool) -> None:
    """What waits to be sent is told, because the machine that made the backup may have sent it since."""
    waiting = restoring.waiting()
    if waiting and drop:
        with transaction():
            restoring.drop_waiting()
        click.echo(f"{waiting} thư còn chờ trong bản sao lưu sẽ không gửi.")
    elif waiting:
        click.echo(f"LƯU Ý: {waiting} thư còn chờ sẽ gửi khi chạy lại. Nếu máy cũ đã chạy tiếp sau lúc sao lưu, hãy phục hồi với --force --drop-mail.")
