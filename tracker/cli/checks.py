"""The checks of `tracker doctor`: each returns what is well in a few words, or raises Trouble with what to do."""

from __future__ import annotations

import shutil
import smtplib
import ssl
import subprocess
import tempfile
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from celery import Celery
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.adapters import pdf, scanner
from tracker.cli.context import revisions
from tracker.config import Settings
from tracker.db import db
from tracker.services import heartbeats, watch

FRESH_SECONDS = 120
LEAST_FREE = 1024**3
SERVE_FIRST = "Hãy chạy tracker serve, hoặc đặt REDIS_URL nếu dùng Redis riêng."


class Trouble(Exception):
    """A check that failed; the text says what to do."""


def database(app: Flask, settings: Settings) -> str:
    """The database answers."""
    try:
        db.session.execute(text("select 1"))
    except SQLAlchemyError as error:
        raise Trouble(f"không vào được ({str(error).splitlines()[0]}). Hãy kiểm tra DATABASE_URL và máy chủ cơ sở dữ liệu.") from error
    return db.engine.dialect.name


def migrations(app: Flask, settings: Settings) -> str:
    """The tables are in their newest form."""
    try:
        at, head = revisions(app)
    except SQLAlchemyError as error:
        raise Trouble("chưa xem được vì cơ sở dữ liệu chưa dùng được, xem các dòng trên.") from error
    if at != head:
        raise Trouble(f"đang ở bản {at or 'trống'}, bản mới nhất là {head}. Hãy chạy: tracker migrate")
    return str(at)


def broker(app: Flask, settings: Settings) -> str:
    """Redis answers."""
    if settings.redis_url is None:
        raise Trouble(f"chưa chạy. {SERVE_FIRST}")
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError as error:
        raise Trouble(f"không trả lời ({error}). {SERVE_FIRST}") from error
    return "trả lời"


def worker(app: Flask, settings: Settings) -> str:
    """At least one worker answers a ping."""
    if settings.redis_url is None:
        raise Trouble(f"chưa chạy. {SERVE_FIRST}")
    asker = Celery("doctor", broker=settings.redis_url, set_as_current=False)
    asker.conf.broker_transport_options = {"socket_timeout": 3, "socket_connect_timeout": 3}
    try:
        answers = asker.control.ping(timeout=3)
    except (OSError, redis.RedisError) as error:
        raise Trouble(f"không hỏi được ({error}). {SERVE_FIRST}") from error
    if not answers:
        raise Trouble("không trả lời. Hãy chạy tracker serve (hoặc tracker worker) rồi xem nhật ký worker.log.")
    return ", ".join(name for answer in answers for name in answer)


def beat(app: Flask, settings: Settings) -> str:
    """The regular jobs come: the row that they write is fresh."""
    advice = "Hãy chạy tracker serve (hoặc tracker beat và tracker worker), chờ một phút rồi kiểm tra lại."
    try:
        at = heartbeats.last("beat")
    except SQLAlchemyError as error:
        raise Trouble("chưa xem được vì cơ sở dữ liệu chưa dùng được, xem các dòng trên.") from error
    if at is None:
        raise Trouble(f"chưa chạy lần nào. {advice}")
    age = (clock.now() - at).total_seconds()
    if age > FRESH_SECONDS:
        raise Trouble(f"lần chạy cuối cách đây {age / 60:.0f} phút. {advice}")
    return f"chạy cách đây {age:.0f} giây"


def well(app: Flask, settings: Settings) -> str:
    """The plan of today is made, mails leave, no part keeps dying; worker and beat have lines of their own."""
    try:
        found = [one for one in watch.troubles() if one.kind != "background"]
    except SQLAlchemyError as error:
        raise Trouble("chưa xem được vì cơ sở dữ liệu chưa dùng được, xem các dòng trên.") from error
    if found:
        raise Trouble(" ".join(f"{one.words} {one.advice}" for one in found))
    return "kế hoạch nhắc việc đã lập hoặc chưa đến giờ, không thư nào kẹt"


def mail(app: Flask, settings: Settings) -> str:
    """The mail server lets us in; nothing is sent."""
    if settings.smtp_url is None:
        raise Trouble("chưa chạy. Hãy chạy tracker serve, hoặc đặt SMTP_URL là máy chủ thư của cơ quan.")
    url = urlsplit(settings.smtp_url)
    try:
        with _connected(url.scheme, url.hostname or "", url.port) as client:
            if parse_qs(url.query).get("starttls") == ["1"]:
                client.starttls(context=ssl.create_default_context())
            if url.username:
                client.login(unquote(url.username), unquote(url.password or ""))
            client.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise Trouble(f"{url.hostname}: không gửi được ({error}). Hãy kiểm tra SMTP_URL: máy, cổng, tên, mật khẩu.") from error
    return "giữ lại, không gửi ra ngoài" if settings.embedded else str(url.hostname)


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=5, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 25, timeout=5)


def storage(app: Flask, settings: Settings) -> str:
    """Files can be written, and there is room."""
    try:
        settings.files_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.files_dir) as probe:
            probe.write(b"x")
            probe.flush()
    except OSError as error:
        raise Trouble(f"không ghi được vào {settings.files_dir} ({error.strerror}). Hãy cấp quyền ghi hoặc dọn đĩa.") from error
    free = shutil.disk_usage(settings.files_dir).free
    if free < LEAST_FREE:
        raise Trouble(f"chỉ còn {free / 1024**2:.0f} MB trống. Hãy dọn đĩa hoặc chuyển TRACKER_HOME sang đĩa lớn hơn.")
    return f"còn {free / 1024**3:.0f} GB trống"


def viruses(app: Flask, settings: Settings) -> str:
    """clamd answers; or the settings name none, which is said."""
    found = scanner.scanner()
    if found is None:
        return "KHÔNG quét tệp nhận vào; muốn quét thì cài clamav-daemon rồi đặt CLAMD_URL"
    try:
        return found.version()
    except OSError as error:
        raise Trouble(f"{found.name}: không trả lời ({error}), nên chưa tệp nào được nhận. Hãy chạy lại clamav-daemon, kiểm tra CLAMD_URL.") from error


def fonts(app: Flask, settings: Settings) -> str:
    """The fonts of the reports ship with the program."""
    faces = pdf.check()
    if not faces:
        raise Trouble("thiếu phông của báo cáo. Hãy cài lại phần mềm cho đủ thư mục tracker/data/fonts.")
    return f"{len(faces)} kiểu"


def scans(app: Flask, settings: Settings) -> str:
    """Tesseract reads Vietnamese scans."""
    advice = "Hãy cài: apt-get install tesseract-ocr tesseract-ocr-vie"
    if shutil.which("tesseract") is None:
        raise Trouble(f"thiếu tesseract nên không đọc được bản quét. {advice}")
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    if "vie" not in listed.stdout.split():
        raise Trouble(f"thiếu tiếng Việt nên đọc bản quét sai dấu. {advice}")
    return "có tiếng Việt"


def pdf_text(app: Flask, settings: Settings) -> str:
    """pdftotext reads the PDF forms that the built-in reader cannot."""
    if shutil.which("pdftotext") is None:
        raise Trouble("thiếu pdftotext nên PDF có ô điền đọc kém chính xác. Hãy cài: apt-get install poppler-utils")
    return "có pdftotext"


CHECKS: tuple[tuple[str, Callable[[Flask, Settings], str]], ...] = (
    ("Cơ sở dữ liệu", database),
    ("Bảng dữ liệu", migrations),
    ("Hàng đợi (redis)", broker),
    ("Việc nền", worker),
    ("Lịch việc", beat),
    ("Nhắc việc, thư chờ gửi", well),
    ("Gửi thư (smtp)", mail),
    ("Kho tệp", storage),
    ("Quét vi-rút (clamd)", viruses),
    ("Phông chữ", fonts),
    ("Đọc bản quét", scans),
    ("Đọc PDF", pdf_text),
)
