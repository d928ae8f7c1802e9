"""The checks of `tracker doctor` on incoming mail: mailboxes that are read, the wait for new mail, the entry of the office's own server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.adapters.imap import Inbox
from tracker.cli.checks import FRESH_SECONDS, Trouble
from tracker.config import Settings
from tracker.services import mail_waking, mailboxes

NOT_SET = "không dùng"
#: A mailbox is polled each minute; one that was not read for so long is not read at all.
READ_SECONDS = 300


def inboxes(app: Flask, settings: Settings) -> str:
    """Every mailbox was read a short while ago, without a problem."""
    if not settings.imap_urls:
        return NOT_SET
    try:
        read = mailboxes.read_at([Inbox(url).name for url in settings.imap_urls])
    except SQLAlchemyError as error:
        raise Trouble("chưa xem được vì cơ sở dữ liệu chưa dùng được, xem các dòng trên.") from error
    for name, (at, problem) in read.items():
        if problem:
            raise Trouble(f"{name}: {problem} Hãy kiểm tra IMAP_URL: máy, cổng, tên, mật khẩu, thư mục.")
        if at is None or (clock.now() - at).total_seconds() > READ_SECONDS:
            raise Trouble(f"{name}: lâu chưa đọc. Hãy kiểm tra việc nền và lịch việc ở các dòng trên, hoặc chạy tracker fetch-mail.")
    return f"{len(read)} hộp thư đọc được"


def waiting(app: Flask, settings: Settings) -> str:
    """The process that waits for new mail is alive; without it mail is read each minute all the same."""
    if not settings.imap_urls:
        return NOT_SET
    names = [Inbox(url).name for url in settings.imap_urls]
    try:
        at, held = mail_waking.heard(names)
    except SQLAlchemyError as error:
        raise Trouble("chưa xem được vì cơ sở dữ liệu chưa dùng được, xem các dòng trên.") from error
    if at is None or (clock.now() - at).total_seconds() > FRESH_SECONDS:
        raise Trouble("không có dấu hiệu gì, thư vẫn được đọc mỗi phút. Hãy chạy tracker serve (hoặc tracker mail-wait).")
    polled = f", {len(names) - len(held)} hộp chỉ đọc mỗi phút (máy chủ không có IDLE hoặc chưa vào được)" if len(held) < len(names) else ""
    return f"đang chờ ở {len(held)} hộp thư{polled}"


def entry(app: Flask, settings: Settings) -> str:
    """The mail entry greets."""
    if not settings.mail_listen:
        return NOT_SET
    url = urlsplit(settings.mail_listen)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(url.hostname or "", url.hostname)
    try:
        with socket.create_connection((host, url.port or 0), timeout=5) as line:
            greeting = line.recv(200)
    except OSError as error:
        raise Trouble(f"không trả lời ({error}). Hãy chạy tracker serve (hoặc tracker listen) rồi xem nhật ký listen.log.") from error
    # 554: this machine is not among the senders that may come, which is right.
    if not greeting.startswith((b"220", b"554")):
        raise Trouble(f"đang bận hoặc không phải cửa nhận thư ({greeting[:40].decode('ascii', 'replace').strip()}). Hãy xem nhật ký listen.log.")
    return f"nghe ở {url.hostname}:{url.port}"


MAIL_CHECKS: tuple[tuple[str, Callable[[Flask, Settings], str]], ...] = (
    ("Hộp thư đến (imap)", inboxes),
    ("Chờ thư mới (imap)", waiting),
    ("Cửa nhận thư", entry),
)
