"""`tracker mail-wait` and `tracker listen`: the parts that hear of new mail."""

from __future__ import annotations

import signal
import sys

import click

from tracker.cli.context import application
from tracker.config import ConfigError
from tracker.listener import entry, waiting


@click.command("mail-wait")
def mail_wait() -> None:
    """Chờ thư mới ở các hộp thư của IMAP_URL (IMAP IDLE) và gọi việc đọc thư ngay; máy chủ không có IDLE thì vẫn đọc mỗi phút."""
    with application() as app:
        settings = app.extensions["settings"]
        if not settings.imap_urls:
            raise ConfigError("IMAP_URL: chưa khai hộp thư nào để chờ, ví dụ: IMAP_URL=imaps://tên:mật-khẩu@máy:993/INBOX")
        if settings.redis_url is None:
            raise ConfigError("REDIS_URL: cần Redis dùng chung với việc nền, ví dụ: REDIS_URL=redis://máy:6379/0; hoặc chạy tracker serve.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        waiting.run(app, settings.imap_urls)


@click.command()
def listen() -> None:
    """Cửa nhận thư LMTP hoặc SMTP ở MAIL_LISTEN; chỉ nhận thư gửi đến REPLY_TO và MAIL_FROM, không chuyển tiếp."""
    with application() as app:
        if not app.extensions["settings"].mail_listen:
            raise ConfigError("MAIL_LISTEN: chưa khai địa chỉ để nghe, ví dụ: MAIL_LISTEN=lmtp://127.0.0.1:8024")
        try:
            entry.run(app, lambda address: click.echo(f"Đang nhận thư ở {address}."))
        except OSError as error:
            raise ConfigError(f"MAIL_LISTEN: không nghe được ở địa chỉ này ({error.strerror}). Hãy chọn cổng khác hoặc địa chỉ của máy này.") from error
