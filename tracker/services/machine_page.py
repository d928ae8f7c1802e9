"""The administrator's page: each part of the machine, whether it is well, and what to do where it is not; read from rows, nothing is tried out."""
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select, text

from tracker import clock
from tracker.config import Settings
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.models.incoming import IncomingMail, Mailbox
from tracker.models.mails import Mail, ReminderPlan
from tracker.models.people import Person
from tracker.models.reports import Report
from tracker.services import heartbeats, overview_acts, watch

#: What `tracker backup` leaves behind when it is done.
BACKUP = "backup"
BACKUP_EVERY = timedelta(days=7)
LEAST_FREE = 1024**3


@dataclass(frozen=True, slots=True)
class Part:
    """One part. state: a kind of status (done: well, soon: look at it, over: it stands); words: how it is; advice: what to do, or empty; url: where."""

    name: str
    state: str
    words: str
    advice: str = ""
    url: str = ""


def parts(actor: Actor) -> list[Part]:
    """Every part of the machine, those that stand still first. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    found = [_background(), _plan(), *_mail(), *_mailboxes(), _scanner(), _reports(), _backup(), _disk(), _database(), _people()]
    return sorted(found, key=lambda part: ("over", "soon", "done").index(part.state))


def _ago(at: datetime) -> str:
    return f"{clock.local(at):%H:%M %d/%m/%Y}"


def _background() -> Part:
    heard, name = heartbeats.last("beat"), "Việc nền và hẹn giờ"
    if heard is None:
        return Part(name, "soon", "Chưa chạy lần nào.", "Nếu vừa khởi động thì đợi một phút; nếu không, chạy tracker doctor để biết phần nào dừng.")
    if watch.silent():
        return Part(name, "over", f"Im lặng từ {_ago(heard)}.", "Chạy tracker doctor để biết phần nào dừng, rồi chạy lại phần đó.")
    return Part(name, "done", f"Chạy đều, lần cuối {_ago(heard)}.")


def _plan() -> Part:
    row = db.session.execute(select(ReminderPlan.made_at, ReminderPlan.counts).order_by(ReminderPlan.day.desc()).limit(1)).one_or_none()
    if row is None:
        return Part("Kế hoạch nhắc việc", "soon", "Chưa lập lần nào.", "Kế hoạch tự lập vào giờ hành chính của ngày làm việc.", "/reminders/plan")
    return Part("Kế hoạch nhắc việc", "done", f"Lập lúc {_ago(row.made_at)}: {row.counts.get('mails', 0)} thư.", "", "/reminders/plan")


def _mail() -> list[Part]:
    now = clock.now()
    due = Mail.state.in_(("queued", "sending"))
    waiting: Any = db.session.execute(select(func.count().label("mails"), func.min(Mail.next_attempt_at).label("oldest")).where(due)).one()
    failed = db.session.scalar(overview_acts.failed_recently(func.count()), {"since": now - overview_acts.RECENT}) or 0
    if waiting.oldest and waiting.oldest < now - watch.STUCK:
        out = Part("Thư gửi đi", "over", f"{waiting.mails} thư chờ, lâu nhất từ {_ago(waiting.oldest)}.", "Chạy tracker doctor để thử máy chủ gửi thư.")
    else:
        out = Part("Thư gửi đi", "done", f"{waiting.mails} thư đang chờ đến lượt." if waiting.mails else "Không thư nào chờ gửi.")
    if not failed:
        return [out]
    return [out, Part("Thư không đến nơi", "soon", f"{failed} thư trong 14 ngày.", "Xem lý do và sửa địa chỉ của đơn vị.", "/reminders")]


def _mailboxes() -> list[Part]:
    settings: Settings = current_app.extensions["settings"]
    rows = db.session.execute(select(Mailbox.name, Mailbox.polled_at, Mailbox.problem).order_by(Mailbox.id)).all()
    if not settings.imap_urls:
        return [Part("Hộp thư đến", "done", "Chưa nối hộp thư nào: huyện trả lời qua trang web và liên kết trong thư.")]
    waiting = db.session.scalar(select(func.count()).select_from(select(IncomingMail.id).where(IncomingMail.state == "taken").limit(1000).subquery())) or 0
    found = [_mailbox(*row) for row in rows] or [Part("Hộp thư đến", "soon", "Chưa đọc lần nào.", "Đợi một phút; nếu vẫn vậy, chạy tracker doctor.")]
    return found + ([Part("Thư chờ xếp", "soon", f"{waiting} thư.", "Máy tự xếp mỗi phút; nếu còn mãi, xem worker.log.")] if waiting else [])


def _mailbox(name: str, polled_at: datetime | None, problem: str | None) -> Part:
    said = f"Hộp thư {name}"
    if problem:
        return Part(said, "over", f"Không đọc được: {problem}", "Kiểm tra IMAP_URL: máy, cổng, tên, mật khẩu.")
    if polled_at is None or polled_at < clock.now() - watch.STUCK:
        return Part(said, "soon", f"Đọc lần cuối {_ago(polled_at)}." if polled_at else "Chưa đọc lần nào.", "Xem việc nền có chạy không.")
    return Part(said, "done", f"Đọc lần cuối {_ago(polled_at)}.")


def _scanner() -> Part:
    name = "Quét vi-rút"
    if not current_app.extensions["settings"].clamd_url:
        return Part(name, "soon", "Không quét: tệp nhận vào chưa được quét vi-rút.", "Cài clamav-daemon rồi đặt CLAMD_URL, hoặc tự quét tệp trước khi mở.")
    if since := heartbeats.last(watch.NOTICED + watch.SCANNER):
        return Part(name, "over", f"Máy quét không trả lời từ {_ago(since)}; tệp và thư có tệp phải chờ.", "Chạy lại clamav-daemon, thử bằng tracker doctor.")
    return Part(name, "done", "Mọi tệp nhận vào được quét.")


def _reports() -> Part:
    failed = db.session.scalar(select(func.count()).select_from(Report).where(Report.state == "failed")) or 0
    if failed:
        return Part("Báo cáo", "soon", f"{failed} báo cáo không lập được.", "Mở báo cáo để xem lý do và lập lại.", "/reports")
    return Part("Báo cáo", "done", "Không báo cáo nào lập dở.", "", "/reports")


def _backup() -> Part:
    at = heartbeats.last(BACKUP)
    advice = "Chạy tracker backup TỆP hằng đêm và chép tệp sang máy khác."
    if at is None:
        return Part("Sao lưu", "soon", "Chưa sao lưu lần nào.", advice)
    late = at < clock.now() - BACKUP_EVERY
    return Part("Sao lưu", "soon" if late else "done", f"Lần cuối {_ago(at)}.", advice if late else "")


def _disk() -> Part:
    settings: Settings = current_app.extensions["settings"]
    there = next(folder for folder in (settings.files_dir, *settings.files_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE:
        return Part("Đĩa chứa tệp", "over", f"Chỉ còn {free // 1024**2} MB trống.", "Dọn đĩa hoặc chuyển TRACKER_HOME sang đĩa lớn hơn.")
    return Part("Đĩa chứa tệp", "done", f"Còn {free / 1024**3:.0f} GB trống.")


def _database() -> Part:
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        size = Path(url.database or "").stat().st_size
        return Part("Cơ sở dữ liệu", "done", f"SQLite, {size / 1024**2:.0f} MB.")
    size = db.session.scalar(text("select pg_database_size(current_database())")) or 0
    return Part("Cơ sở dữ liệu", "done", f"PostgreSQL, {size / 1024**2:.0f} MB.")


def _people() -> Part:
    here, never = (func.count().filter(condition) for condition in (Person.left_at.is_(None), Person.left_at.is_(None) & Person.last_login_at.is_(None)))
    row: Any = db.session.execute(select(here.label("here"), never.label("never"))).one()
    return Part("Người dùng", "done", f"{row.here} người, {row.never} người chưa đăng nhập lần nào.", "", "/people")
