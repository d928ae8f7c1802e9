"""Frozen settings, read once from the environment, that fail at start with a plain message."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tracker.domain.plain_lines import in_clear

#: The program's version, as pyproject.toml says it (a test compares them).
VERSION = "0.1.0"
MEGABYTE = 1024 * 1024
SECRET_FILE = "secret.key"
SHORTEST_SECRET = 32
#: A plus sign and the 32 letters of services.reply_tokens.
REPLY_TOKEN = 33


class ConfigError(Exception):
    """A setting that cannot be used; the text is Vietnamese, names the variable and says what to write."""


def setting(env: str, default: str, shown: str) -> Any:
    """A dataclass field that knows its environment name and the default the README shows for it."""
    return field(metadata={"env": env, "default": default, "shown": shown})


@dataclass(frozen=True)
class Settings:
    """Every setting of the product; made only by `from_env`, so that a value here has been checked."""

    home: Path = setting("TRACKER_HOME", "./var", "./var")
    port: int = setting("PORT", "8000", "8000")
    bind: str = setting("BIND", "127.0.0.1", "127.0.0.1")
    public_url: str = setting("PUBLIC_URL", "", "http://127.0.0.1:<PORT>")
    database_url: str = setting("DATABASE_URL", "", "SQLite: <TRACKER_HOME>/tracker.db")
    redis_url: str | None = setting("REDIS_URL", "", "redis-server đi kèm")
    smtp_url: str | None = setting("SMTP_URL", "", "hộp thư thử đi kèm")
    mail_from: str = setting("MAIL_FROM", "Đôn Đốc <dondoc@tinh.example>", "Đôn Đốc <dondoc@tinh.example>")
    reply_to: str = setting("REPLY_TO", "", "không có")
    imap_urls: tuple[str, ...] = setting("IMAP_URL", "", "không có")
    mail_listen: str = setting("MAIL_LISTEN", "", "không có")
    mail_authserv: str = setting("MAIL_AUTHSERV", "", "không có")
    secret_key: str = setting("SECRET_KEY", "", "tự sinh, ghi ở <TRACKER_HOME>/secret.key")
    secret_key_old: tuple[str, ...] = setting("SECRET_KEY_OLD", "", "không có")
    clamd_url: str = setting("CLAMD_URL", "", "không có")
    upload_limit: int = setting("UPLOAD_LIMIT_MB", "25", "25")
    allow_zip: bool = setting("ALLOW_ZIP", "0", "0")
    mail_attach_limit: int = setting("MAIL_ATTACH_LIMIT_MB", "7", "7")
    web_workers: int = setting("WEB_WORKERS", "2", "2")
    web_threads: int = setting("WEB_THREADS", "32", "32")
    worker_concurrency: int = setting("WORKER_CONCURRENCY", "2", "2")
    trusted_proxies: int = setting("TRUSTED_PROXIES", "0", "0")
    log_days: int = setting("LOG_DAYS", "730", "730")
    plain_hosts: tuple[str, ...] = setting("PLAIN_HOSTS", "", "không có")
    embedded: bool = setting("TRACKER_EMBEDDED", "0", "do tracker serve đặt")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check all settings; raises ConfigError with a Vietnamese text at the first bad one."""
        env = _Reader(os.environ if environ is None else environ)
        home = Path(env.text("home")).expanduser().absolute()
        port = env.number("port", 1, 65535)
        made = cls(
            home=home,
            port=port,
            bind=env.text("bind"),
            public_url=_public_url(env.text("public_url"), port),
            database_url=_database_url(env.text("database_url"), home),
            redis_url=_redis_url(env.text("redis_url")),
            smtp_url=_smtp_url(env.text("smtp_url")),
            mail_from=_mail_from(env.text("mail_from")),
            reply_to=_reply_to(env.text("reply_to")),
            imap_urls=_imap_urls(env.text("imap_urls")),
            mail_listen=_mail_listen(env.text("mail_listen")),
            mail_authserv=env.text("mail_authserv"),
            secret_key=_secret_key(env.text("secret_key"), home),
            secret_key_old=_secret_key_old(env.text("secret_key_old")),
            clamd_url=_clamd_url(env.text("clamd_url")),
            upload_limit=env.number("upload_limit", 1, 1024) * MEGABYTE,
            allow_zip=env.flag("allow_zip"),
            mail_attach_limit=env.number("mail_attach_limit", 0, 100) * MEGABYTE,
            web_workers=env.number("web_workers", 1, 64),
            web_threads=env.number("web_threads", 1, 64),
            worker_concurrency=env.number("worker_concurrency", 1, 64),
            trusted_proxies=env.number("trusted_proxies", 0, 5),
            log_days=env.number("log_days", 0, 3650),
            plain_hosts=tuple(env.text("plain_hosts").split()),
            embedded=env.flag("embedded"),
        )
        _refuse_plain_lines(made)
        return made

    @property
    def session_cookie_secure(self) -> bool:
        """Session cookies travel over https only, when the public address is https."""
        return self.public_url.startswith("https://")

    @property
    def files_dir(self) -> Path:
        """Where the content-addressed files lie."""
        return self.home / "files"

    @property
    def sent_mail_dir(self) -> Path:
        """Where the capture server keeps every message it was given."""
        return self.home / "sent-mail"

    @property
    def log_dir(self) -> Path:
        """Where the supervisor keeps one log file per child."""
        return self.home / "log"

    @property
    def serve_file(self) -> Path:
        """What a running `tracker serve` tells other commands on the same home: pid and addresses."""
        return self.home / "serve.json"


ENV_NAMES: dict[str, str] = {name: f.metadata["env"] for name, f in Settings.__dataclass_fields__.items()}


class _Reader:
    """Reads raw values by field name, with the default of the field where the variable is unset or empty."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str:
        meta = Settings.__dataclass_fields__[name].metadata
        return self._environ.get(meta["env"], "").strip() or str(meta["default"])

    def number(self, name: str, low: int, high: int) -> int:
        raw = self.text(name)
        if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            raise ConfigError(f"{ENV_NAMES[name]}={raw}: cần một số nguyên từ {low} đến {high}.")
        return int(raw)

    def flag(self, name: str) -> bool:
        raw = self.text(name)
        if raw not in ("0", "1"):
            raise ConfigError(f"{ENV_NAMES[name]}={raw}: chỉ nhận 0 (tắt) hoặc 1 (bật).")
        return raw == "1"


def _checked_url(raw: str, env: str, schemes: tuple[str, ...], example: str) -> str:
    """The address as given, when its scheme and host can be used; raises ConfigError."""
    problem = f"{env}: địa chỉ không dùng được; hãy viết như {example}."
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError as error:
        raise ConfigError(problem) from error
    if parts.scheme not in schemes or not (parts.hostname or parts.path):
        raise ConfigError(problem)
    return raw


def _public_url(raw: str, port: int) -> str:
    if not raw:
        return f"http://127.0.0.1:{port}"
    checked = _checked_url(raw, "PUBLIC_URL", ("http", "https"), "https://dondoc.tinh.gov.vn")
    if not urlsplit(checked).hostname or urlsplit(checked).query or urlsplit(checked).fragment:
        raise ConfigError("PUBLIC_URL: địa chỉ không dùng được; hãy viết như https://dondoc.tinh.gov.vn.")
    return checked.rstrip("/")


def _database_url(raw: str, home: Path) -> str:
    if not raw:
        return f"sqlite:///{home / 'tracker.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if raw.startswith(prefix):
            return "postgresql+psycopg://" + raw[len(prefix) :]
    if not raw.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL: chỉ nhận sqlite:///<tệp> hoặc postgresql://tên:mật-khẩu@máy/cơ-sở-dữ-liệu.")
    return raw


def _redis_url(raw: str) -> str | None:
    return _checked_url(raw, "REDIS_URL", ("redis", "rediss"), "redis://máy:6379/0") if raw else None


def _smtp_url(raw: str) -> str | None:
    example = "smtp://tên:mật-khẩu@máy:587?starttls=1"
    return _checked_url(raw, "SMTP_URL", ("smtp", "smtps"), example) if raw else None


def _refuse_plain_lines(settings: Settings) -> None:
    """Raises ConfigError where passwords or what offices hand in would cross a foreign network in the clear, unless that machine was named."""
    urls = {"SMTP_URL": [settings.smtp_url], "IMAP_URL": settings.imap_urls, "REDIS_URL": [settings.redis_url],
            "DATABASE_URL": [settings.database_url], "CLAMD_URL": [settings.clamd_url]}
    for env, url in ((env, url) for env, several in urls.items() for url in several if url):
        host = in_clear(url)
        if host and host not in settings.plain_hosts:
            raise ConfigError(
                f"{env}: nối tới {host} mà không mã hoá. Hãy dùng smtps, imaps, rediss thay cho smtp, imap, redis, hoặc thêm ?starttls=1, ?sslmode=require; "
                f"hoặc ghi PLAIN_HOSTS={host} nếu đường tới máy ấy đã được giữ kín (VPN, mạng riêng)."
            )


def _mail_from(raw: str) -> str:
    if raw.count("@") != 1 or "\n" in raw or "\r" in raw:
        raise ConfigError("MAIL_FROM: cần một địa chỉ gửi, ví dụ: Đôn Đốc <dondoc@tinh.gov.vn>.")
    return raw


def _reply_to(raw: str) -> str:
    """The box for replies; its local part needs room for the signed token (64 characters in all, RFC 5321, 4.5.3.1.1)."""
    address = parseaddr(raw)[1]
    if raw and (address.count("@") != 1 or "+" in address or "\n" in raw or len(address.partition("@")[0]) > 64 - REPLY_TOKEN):
        raise ConfigError(f"REPLY_TO: cần một hộp thư nhận được địa chỉ dạng ten+ma@…, tên không quá {64 - REPLY_TOKEN} ký tự, ví dụ: dondoc@tinh.gov.vn.")
    return raw


def _imap_urls(raw: str) -> tuple[str, ...]:
    return tuple(_checked_url(one, "IMAP_URL", ("imap", "imaps"), "imaps://tên:mật-khẩu@máy:993/INBOX") for one in raw.split())


def _mail_listen(raw: str) -> str:
    """Where the office's own mail server delivers. What it wrote into a message is believed, so others on the network must be kept out by name."""
    if not raw:
        return ""
    example = "lmtp://127.0.0.1:8024 hoặc lmtp://10.0.0.8:8024?from=10.0.0.5"
    url = urlsplit(_checked_url(raw, "MAIL_LISTEN", ("lmtp", "smtp"), example))
    try:
        peers = [ip_network(peer) for peer in parse_qs(url.query).get("from", [""])[0].split(",") if peer]
        alone = ip_address(url.hostname or "").is_loopback
    except ValueError as error:
        raise ConfigError(f"MAIL_LISTEN: cần địa chỉ bằng số của máy; hãy viết như {example}.") from error
    if not url.port:
        raise ConfigError(f"MAIL_LISTEN: thiếu cổng; hãy viết như {example}.")
    if not alone and not peers:
        raise ConfigError(f"MAIL_LISTEN: nghe cả mạng thì phải ghi máy chủ thư nào được gửi vào (from=…); hãy viết như {example}.")
    return raw


def _clamd_url(raw: str) -> str:
    example = "unix:///run/clamav/clamd.ctl hoặc tcp://127.0.0.1:3310"
    if not raw:
        return ""
    url = urlsplit(_checked_url(raw, "CLAMD_URL", ("unix", "tcp"), example))
    if (url.scheme == "unix") != (not url.hostname) or (url.scheme == "tcp" and url.path):
        raise ConfigError(f"CLAMD_URL: địa chỉ không dùng được; hãy viết như {example}.")
    return raw


def _secret_key(raw: str, home: Path) -> str:
    """The key from the environment, else the one kept in the home, made once with access for its owner only."""
    if raw:
        if len(raw) < SHORTEST_SECRET:
            raise ConfigError(f"SECRET_KEY: quá ngắn, cần ít nhất {SHORTEST_SECRET} ký tự ngẫu nhiên.")
        return raw
    return _home_access(home, lambda: _kept_secret(home / SECRET_FILE))


def _secret_key_old(raw: str) -> tuple[str, ...]:
    """Earlier keys, the oldest first, which still prove links and open seals."""
    if any(len(key) < SHORTEST_SECRET for key in raw.split()):
        raise ConfigError(f"SECRET_KEY_OLD: mỗi khoá cũ có ít nhất {SHORTEST_SECRET} ký tự; nhiều khoá thì cách nhau bằng dấu cách.")
    return tuple(raw.split())


def _home_access(home: Path, act: Callable[[], str]) -> str:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return act()
    except OSError as error:
        raise ConfigError(
            f"TRACKER_HOME: không ghi được vào thư mục {home} ({error.strerror}); "
            "hãy chọn thư mục khác hoặc cấp quyền ghi."
        ) from error


def _kept_secret(path: Path) -> str:
    """Two processes may start at once on an empty home: the link decides which key stays."""
    if not path.exists():
        made = path.with_name(f"{SECRET_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(32))
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text().strip()
