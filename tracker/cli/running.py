"""What a running `tracker serve` tells other commands on the same home: its lock, its pid and its addresses."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tracker.config import ConfigError, Settings

LOCK = "serve.lock"


class AlreadyServed(ConfigError):
    """Another `tracker serve` holds this home."""


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the home's lock; raises AlreadyServed where another `tracker serve` holds it. The kernel frees it when the holder dies."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.home / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyServed(_taken(settings)) from error
        try:
            yield
        finally:
            settings.serve_file.unlink(missing_ok=True)


def _taken(settings: Settings) -> str:
    told = _told(settings.serve_file)
    where = f" ở {told['public_url']} (tiến trình {told['pid']})" if told else ""
    return (
        f"Đôn Đốc đang chạy trên thư mục {settings.home}{where}. "
        "Hãy dùng bản đang chạy, dừng nó bằng Ctrl-C, hoặc đặt TRACKER_HOME là thư mục khác."
    )


def tell(settings: Settings, children: Mapping[str, int], failing: Mapping[str, tuple[str, int]] | None = None) -> None:
    """Write serve.json, readable by its owner only: the addresses carry a password. failing: parts that keep dying, for the others to tell."""
    content = {
        "pid": os.getpid(),
        "port": settings.port,
        "public_url": settings.public_url,
        "redis_url": settings.redis_url,
        "smtp_url": settings.smtp_url,
        "embedded": settings.embedded,
        "children": dict(children),
        "failing": dict(failing or {}),
    }
    partly = settings.serve_file.with_suffix(".part")
    handle = os.open(partly, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(content, out, indent=1)
    partly.replace(settings.serve_file)


def _told(path: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return content


def is_served(settings: Settings) -> bool:
    """Whether a `tracker serve` holds this home now."""
    try:
        with (settings.home / LOCK).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def settings_here() -> Settings:
    """The settings of a command: the environment's, and where it names no Redis or SMTP, those of the running `tracker serve`."""
    settings = Settings.from_env()
    told = _told(settings.serve_file) if is_served(settings) else None
    if told is None:
        return settings
    env = dict(os.environ)
    for name, key in (("REDIS_URL", "redis_url"), ("SMTP_URL", "smtp_url")):
        if not env.get(name) and told[key]:
            env[name] = told[key]
    if not settings.smtp_url and told["embedded"]:
        env["TRACKER_EMBEDDED"] = "1"
    if not env.get("PUBLIC_URL"):
        env["PUBLIC_URL"] = told["public_url"]
    return Settings.from_env(env)
