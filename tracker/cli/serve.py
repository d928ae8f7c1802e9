"""`tracker serve`: everything in one terminal, supervised; and each part alone for offices with several machines."""

from __future__ import annotations

import contextlib
import errno
import gc
import http.client
import os
import secrets
import socket
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from tracker.cli import parts, running
from tracker.cli.children import Part
from tracker.cli.context import application
from tracker.cli.supervisor import Failed, Stopped, Supervisor
from tracker.config import ConfigError, Settings

# The web, the worker and the beat need Redis and SMTP to the end.
STAGES = (("prepare", "beat", "web", "worker", "mail-wait", "listen"), ("smtp", "redis"))
START_SECONDS = 60.0
PREPARE_SECONDS = 600.0


@click.command()
def serve() -> None:
    """Chạy tất cả trong một cửa sổ; dừng bằng Ctrl-C."""
    settings = Settings.from_env()
    gc.freeze()  # whoever has pressed Ctrl-C does not wait until all that was loaded has been looked through
    with running.only_server(settings):
        _need_port(settings)
        _say(f"Đôn Đốc đang khởi động, dữ liệu ở {settings.home}")
        settings, services = _with_services(settings)
        supervisor = Supervisor(settings.log_dir, _environment(settings), _say)
        try:
            _start(supervisor, settings, services)
        except Stopped:
            pass
        except Failed as failure:
            raise click.ClickException(str(failure)) from failure
        finally:
            _say("Đang dừng...")
            supervisor.stop(STAGES)
            _say("Đã dừng.")


def _say(line: str) -> None:
    """One line on the terminal; a terminal that was closed must not keep the children from being ended."""
    with contextlib.suppress(OSError):
        click.echo(line)


def _need_port(settings: Settings) -> None:
    """Raises ConfigError where the web's address cannot be taken."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.bind, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ConfigError(_port_problem(settings, error)) from error


def _port_problem(settings: Settings, error: OSError) -> str:
    """What keeps the web from its address, and what to write instead."""
    if error.errno == errno.EADDRINUSE:
        other = settings.port + 1 if settings.port < 65535 else 8000
        return f"Cổng {settings.port} đang có chương trình khác dùng. Hãy chọn cổng khác, ví dụ: PORT={other} tracker serve"
    if error.errno == errno.EACCES:
        return f"PORT={settings.port}: máy không cho dùng cổng này. Hãy chọn cổng từ 1024 trở lên, ví dụ: PORT=8000 tracker serve"
    return f"BIND={settings.bind}: máy này không có địa chỉ đó. Hãy dùng 127.0.0.1 (chỉ máy này) hoặc 0.0.0.0 (cả mạng)."


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _start(supervisor: Supervisor, settings: Settings, services: list[tuple[Part, int]]) -> None:
    """Start all parts in order, say where to go, and watch until a signal comes."""
    for part, port in services:
        supervisor.start(part)
        supervisor.wait(partial(_answers, port), START_SECONDS, part.label)
    told = supervisor.run_once(parts.prepare(), PREPARE_SECONDS)
    for part in (parts.web(settings), parts.worker(settings), parts.beat(settings), *_mail_parts(settings)):
        supervisor.start(part)
    running.tell(settings, supervisor.pids())
    supervisor.wait(lambda: _healthy(settings), START_SECONDS, "Trang web")
    for line in (f"Mở trình duyệt: {settings.public_url}", *told, "Dừng: Ctrl-C"):
        _say(line)
    # Asked for its health, the web looks after the other parts, also where nobody opens a page for hours.
    supervisor.watch(lambda: _tell_again(supervisor, settings), lambda: _healthy(settings))


def _mail_parts(settings: Settings) -> list[Part]:
    """What the settings ask for: waiting for mail, and taking it from the office's own server."""
    return [*([parts.mail_wait()] if settings.imap_urls else []), *([parts.listen()] if settings.mail_listen else [])]


def _tell_again(supervisor: Supervisor, settings: Settings) -> None:
    """After a restart: the addresses stay, so a disk that refuses the file is no reason to end."""
    try:
        running.tell(settings, supervisor.pids(), supervisor.failing())
    except OSError as error:
        _say(f"Không ghi được {settings.serve_file} ({error.strerror}). Hãy kiểm tra chỗ trống của đĩa.")


def _with_services(settings: Settings) -> tuple[Settings, list[tuple[Part, int]]]:
    """The embedded services for what the environment does not name, and the settings that name them."""
    services = []
    if settings.redis_url is None:
        port, password = _free_port(), secrets.token_urlsafe(24)
        services.append((parts.redis(settings, port, password), port))
        settings = replace(settings, redis_url=f"redis://:{password}@127.0.0.1:{port}/0")
    if settings.smtp_url is None:
        port = _free_port()
        services.append((parts.smtp(settings, port), port))
        settings = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}", embedded=True)
    return settings, services


def _environment(settings: Settings) -> dict[str, str]:
    """What every child sees: the same settings, and the addresses of what was started for them."""
    return {
        **os.environ,
        "TRACKER_HOME": str(settings.home),
        "REDIS_URL": settings.redis_url or "",
        "SMTP_URL": settings.smtp_url or "",
        "TRACKER_EMBEDDED": "1" if settings.embedded else "0",
        "PYTHONUNBUFFERED": "1",
    }


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _healthy(settings: Settings) -> bool:
    """Whether the web answers its own health page; an address for all interfaces is asked on the loopback one."""
    host = "127.0.0.1" if settings.bind in ("0.0.0.0", "::") else settings.bind
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _become(part: Part, settings: Settings) -> None:
    """Turn this process into the part; its output stays on this terminal."""
    os.chdir(Path(parts.ROOT))
    os.execve(part.argv[0], list(part.argv), {**_environment(settings), **part.env})


def _alone() -> Settings:
    """The settings of one part that runs alone; raises ConfigError without a broker to share with the others."""
    settings = running.settings_here()
    if settings.redis_url is None:
        raise ConfigError("REDIS_URL: chạy riêng từng phần thì cần một Redis dùng chung, ví dụ: REDIS_URL=redis://máy:6379/0")
    return settings


def _need_tables() -> None:
    """Raises ConfigError where the database is empty or of another release: one line here, not a traceback in every request."""
    with application():
        pass


@click.command()
def web() -> None:
    """Chỉ chạy trang web (cần REDIS_URL)."""
    settings = _alone()
    _need_port(settings)
    _need_tables()
    _become(parts.web(settings), settings)


@click.command()
def worker() -> None:
    """Chỉ chạy việc nền (cần REDIS_URL)."""
    settings = _alone()
    _need_tables()
    _become(parts.worker(settings), settings)


@click.command()
def beat() -> None:
    """Chỉ chạy lịch việc (cần REDIS_URL)."""
    settings = _alone()
    _become(parts.beat(settings), settings)
