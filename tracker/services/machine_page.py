"""The administrator's page: each part of the machine, whether it is well, and what to do where it is not; read from rows, nothing is tried out."""
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select, text

from tracker import clock
from tracker.adapters.imap import Inbox
from tracker.config import Settings
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.wording import tr
from tracker.models.incoming import IncomingMail
from tracker.models.mails import Mail, ReminderPlan
from tracker.models.people import Person
from tracker.models.reports import Report
from tracker.services import heartbeats, mailboxes, overview_acts, watch

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
    heard, name = heartbeats.last("beat"), tr("Việc nền và hẹn giờ")
    if heard is None:
        return Part(name, "soon", tr("Chưa chạy lần nào."), tr("Nếu vừa khởi động thì đợi một phút; nếu không, chạy tracker doctor để biết phần nào dừng."))
    if watch.silent():
        return Part(name, "over", tr("Im lặng từ {heard}.", heard=_ago(heard)), tr("Chạy tracker doctor để biết phần nào dừng, rồi chạy lại phần đó."))
    return Part(name, "done", tr("Chạy đều, lần cuối {heard}.", heard=_ago(heard)))


def _plan() -> Part:
    row = db.session.execute(select(ReminderPlan.made_at, ReminderPlan.counts).order_by(ReminderPlan.day.desc()).limit(1)).one_or_none()
    if row is None:
        return Part(tr("Kế hoạch nhắc việc"), "soon", tr("Chưa lập lần nào."), tr("Kế hoạch tự lập vào giờ hành chính của ngày làm việc."), "/reminders/plan")
    for missed in watch.missed_plan():
        return Part(tr("Kế hoạch nhắc việc"), "over", missed.words, missed.advice, "/reminders/plan")
    return Part(tr("Kế hoạch nhắc việc"), "done", tr("Lập lúc {made_at}: {get} thư.", made_at=_ago(row.made_at), get=row.counts.get('mails', 0)), "",
        "/reminders/plan")


def _mail() -> list[Part]:
    now = clock.now()
    due = Mail.state.in_(("queued", "sending"))
    waiting: Any = db.session.execute(select(func.count().label("mails"), func.min(Mail.next_attempt_at).label("oldest")).where(due)).one()
    failed = db.session.scalar(overview_acts.failed_recently(func.count()), {"since": now - overview_acts.RECENT}) or 0
    if waiting.oldest and watch.stuck_mail():
        out = Part(tr("Thư gửi đi"), "over", tr("{mails} thư chờ, lâu nhất từ {oldest}.", mails=waiting.mails, oldest=_ago(waiting.oldest)),
            tr("Chạy tracker doctor để thử máy chủ gửi thư."))
    else:
        out = Part(tr("Thư gửi đi"), "done", tr("{mails} thư đang chờ đến lượt.", mails=waiting.mails) if waiting.mails else tr("Không thư nào chờ gửi."))
    if not failed:
        return [out]
    return [out, Part(tr("Thư không đến nơi"), "soon", tr("{failed} thư trong 14 ngày.", failed=failed), tr("Xem lý do và sửa địa chỉ của đơn vị."),
        "/reminders")]


def _mailboxes() -> list[Part]:
    settings: Settings = current_app.extensions["settings"]
    if not settings.imap_urls:
        return [Part(tr("Hộp thư đến"), "done", tr("Chưa nối hộp thư nào: huyện trả lời qua trang web và liên kết trong thư."))]
    waiting = db.session.scalar(select(func.count()).select_from(select(IncomingMail.id).where(IncomingMail.state == "taken").limit(1000).subquery())) or 0
    found = [_mailbox(name, *read) for name, read in mailboxes.read_at([Inbox(url).name for url in settings.imap_urls]).items()]
    return found + ([Part(tr("Thư chờ xếp"), "soon", tr("{waiting} thư.", waiting=waiting),
        tr("Máy tự xếp mỗi phút; nếu còn mãi, xem worker.log."))] if waiting else [])


def _mailbox(name: str, polled_at: datetime | None, problem: str | None) -> Part:
    said = tr("Hộp thư {name}", name=name)
    if problem:
        return Part(said, "over", tr("Không đọc được: {problem}", problem=problem), tr("Kiểm tra IMAP_URL: máy, cổng, tên, mật khẩu."))
    if polled_at is None or polled_at < clock.now() - watch.STUCK:
        return Part(said, "soon", tr("Đọc lần cuối {polled_at}.", polled_at=_ago(polled_at)) if polled_at else tr("Chưa đọc lần nào."),
            tr("Xem việc nền có chạy không."))
    return Part(said, "done", tr("Đọc lần cuối {polled_at}.", polled_at=_ago(polled_at)))


def _scanner() -> Part:
    name = tr("Quét vi-rút")
    if not current_app.extensions["settings"].clamd_url:
        return Part(name, "soon", tr("Không quét: tệp nhận vào chưa được quét vi-rút."),
            tr("Cài clamav-daemon rồi đặt CLAMD_URL, hoặc tự quét tệp trước khi mở."))
    if since := heartbeats.last(watch.NOTICED + watch.SCANNER):
        return Part(name, "over", tr("Máy quét không trả lời từ {since}; tệp và thư có tệp phải chờ.", since=_ago(since)),
            tr("Chạy lại clamav-daemon, thử bằng tracker doctor."))
    return Part(name, "done", tr("Mọi tệp nhận vào được quét."))


def _reports() -> Part:
    failed = db.session.scalar(select(func.count()).select_from(Report).where(Report.state == "failed")) or 0
    if failed:
        return Part(tr("Báo cáo"), "soon", tr("{failed} báo cáo không lập được.", failed=failed), tr("Mở báo cáo để xem lý do và lập lại."), "/reports")
    return Part(tr("Báo cáo"), "done", tr("Không báo cáo nào lập dở."), "", "/reports")


def _backup() -> Part:
    at = heartbeats.last(BACKUP)
    advice = tr("Chạy tracker backup TỆP hằng đêm và chép tệp sang máy khác.")
    if at is None:
        return Part(tr("Sao lưu"), "soon", tr("Chưa sao lưu lần nào."), advice)
    late = at < clock.now() - BACKUP_EVERY
    return Part(tr("Sao lưu"), "soon" if late else "done", tr("Lần cuối {at}.", at=_ago(at)), advice if late else "")


def _disk() -> Part:
    settings: Settings = current_app.extensions["settings"]
    there = next(folder for folder in (settings.files_dir, *settings.files_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE:
        return Part(tr("Đĩa chứa tệp"), "over", tr("Chỉ còn {free} MB trống.", free=free // 1024 ** 2),
            tr("Dọn đĩa hoặc chuyển TRACKER_HOME sang đĩa lớn hơn."))
    return Part(tr("Đĩa chứa tệp"), "done", tr("Còn {free} GB trống.", free=f'{free / 1024 ** 3:.0f}'))


def _database() -> Part:
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        size = Path(url.database or "").stat().st_size
        return Part(tr("Cơ sở dữ liệu"), "done", f"SQLite, {size / 1024**2:.0f} MB.")
    size = db.session.scalar(text("select pg_database_size(current_database())")) or 0
    return Part(tr("Cơ sở dữ liệu"), "done", f"PostgreSQL, {size / 1024**2:.0f} MB.")


def _people() -> Part:
    here, never = (func.count().filter(condition) for condition in (Person.left_at.is_(None), Person.left_at.is_(None) & Person.last_login_at.is_(None)))
    row: Any = db.session.execute(select(here.label("here"), never.label("never"))).one()
    return Part(tr("Người dùng"), "done", tr("{here} người, {never} người chưa đăng nhập lần nào.", here=row.here, never=row.never), "", "/people")
