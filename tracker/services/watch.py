"""The machine watches itself: a missed plan, a stuck outbox, a mailbox that cannot be read, a dead part; mailed to the address in settings.

A dead worker mails nothing, so every process looks in turn: a regular job, and the web at any request. One look a minute counts, whoever makes it.
"""
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import Session

from tracker import clock
from tracker.adapters import jobs, scanner, serving
from tracker.adapters.imap import Inbox
from tracker.adapters.smtp import ABOUT_THE_SERVER
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, DomainError
from tracker.domain.wording import tr
from tracker.models.incoming import Mailbox
from tracker.models.mails import Mail, ReminderPlan
from tracker.services import delivery, heartbeats, links, office, office_hours, outbox
from tracker.services.calendar import working_calendar

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

#: A part that beats every 30 seconds and has not been heard of for so long stands still.
SILENCE = timedelta(minutes=5)
#: A mail that should have left so long ago waits for something that does not come.
STUCK = timedelta(minutes=30)
#: By this time of a working day its plan must be made (later where office hours begin late).
PLAN_BY, PLAN_TAKES = time(8, 30), timedelta(hours=1)
#: A trouble is told once it has stood for so long: a machine switched on in the morning looks ill for a moment.
STANDS = timedelta(minutes=3)
LOOK, EVERY = "watch", timedelta(seconds=55)
NOTICED, TOLD = "trouble:", "told:"
SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong with the machine. kind: known by it from day to day; words: what; advice: what to do."""

    kind: str
    words: str
    advice: str


def troubles(answers: bool | None = None, scans: bool = True) -> list[Trouble]:
    """What is wrong now. answers: whether a worker answered when it was asked, None where it was not or could not be asked; scans: so the virus scanner."""
    return [*_parts(answers), *stuck_mail(), *missed_plan(), *_inboxes(), *_scanner(scans)]


def _scanner(scans: bool) -> list[Trouble]:
    words = tr("Máy quét vi-rút (clamd) không trả lời: tệp tải lên bị từ chối tạm thời, thư đến có tệp chờ trong hàng.")
    advice = tr("Chạy lại clamav-daemon, xem CLAMD_URL bằng tracker doctor; thư chờ tự được xếp khi máy quét trả lời.")
    return [] if scans else [Trouble(SCANNER, words, advice)]


def _parts(answers: bool | None) -> list[Trouble]:
    found = [
        Trouble(f"part:{name}", tr("{label} cứ chạy lại là dừng ({times} lần liền).", label=label, times=times),
            tr("Xem nhật ký {name}.log trong thư mục log, dòng cuối nói vì sao.", name=name))
        for name, label, times in serving.failing(current_app.extensions["settings"].serve_file)
    ]
    return [*found, _silence(answers)] if silent() else found


def silent() -> bool:
    """Whether worker and beat have not been heard of together: beat orders a sign of life, and a worker writes it."""
    heard = heartbeats.last("beat")
    return heard is None or heard < clock.now() - SILENCE


def _silence(answers: bool | None) -> Trouble:
    heard = heartbeats.last("beat")
    since = tr("từ {heard}", heard=f'{clock.local(heard):%H:%M %d/%m/%Y}') if heard else tr("từ khi cài đặt")
    if answers:
        return Trouble("beat", tr("Phần hẹn giờ (beat) đã dừng {since}: thư nhắc và việc định kỳ không tự chạy.", since=since),
            tr("Chạy lại tracker beat, hoặc tracker serve."))
    if answers is False:
        return Trouble("worker", tr("Việc nền (worker) đã dừng {since}: thư, nhắc việc và báo cáo không chạy.", since=since),
            tr("Chạy lại tracker worker, hoặc tracker serve."))
    words = tr("Phần chạy nền không có dấu hiệu gì {since}: thư, nhắc việc và báo cáo có thể không chạy.", since=since)
    return Trouble("background", words, tr("Chạy tracker doctor để biết phần nào hỏng (hàng đợi, việc nền, hẹn giờ), rồi chạy lại phần đó."))


def stuck_mail() -> list[Trouble]:
    """Mails whose time has long come; or that wait because the mail server lets nobody in, not because of their own address."""
    late = clock.now() - STUCK
    away = and_(Mail.not_before < late, Mail.last_error.is_not(None), or_(Mail.smtp_code.is_(None), Mail.smtp_code.in_(ABOUT_THE_SERVER)))
    waiting = select(func.count()).select_from(Mail).where(text("mails.state in ('queued', 'sending')"), or_(Mail.next_attempt_at < late, away))
    # Reminders wait for office hours: they are late only when these have been open for as long.
    if not (office_hours.is_open() and office_hours.is_open(late)):
        waiting = waiting.where(Mail.kind.not_in(office_hours.KINDS))
    count = db.session.scalar(waiting) or 0
    if not count:
        return []
    advice = tr("Kiểm tra máy chủ thư và việc nền bằng tracker doctor; thư vẫn còn và sẽ đi khi sửa xong.")
    return [Trouble("outbox", tr("{count} thư lẽ ra đã đi từ hơn 30 phút trước.", count=count), advice)]


def missed_plan() -> list[Trouble]:
    """A working day without its plan, from when that should have been made until the office closes: later none is made any more, also not by a machine
    that was begun in the evening, and the next day's plan carries what is due."""
    local = clock.local(clock.now())
    hours = office_hours.hours()
    opens = datetime.combine(local.date(), hours[0], clock.LOCAL) + PLAN_TAKES
    due = max(datetime.combine(local.date(), PLAN_BY, clock.LOCAL), opens)
    if local < due or local.time() >= hours[1] or not working_calendar(local.date()).is_working(local.date()):
        return []
    if db.session.scalar(select(ReminderPlan.day).where(ReminderPlan.day == local.date())):
        return []
    words = tr("Hôm nay {local} chưa lập kế hoạch nhắc việc (lẽ ra trước {due}).", local=f'{local:%d/%m/%Y}', due=f'{due:%H:%M}')
    return [Trouble("plan", words, tr("Kiểm tra việc nền và hẹn giờ bằng tracker doctor; cần ngay thì chạy: tracker remind"))]


def _inboxes() -> list[Trouble]:
    """Mailboxes of the settings that could not be read when they were last asked."""
    names = [Inbox(url).name for url in current_app.extensions["settings"].imap_urls]
    query = select(Mailbox.id, Mailbox.name, Mailbox.problem).where(Mailbox.problem.is_not(None), Mailbox.name.in_(names)).order_by(Mailbox.id)
    way = tr("Kiểm tra IMAP_URL (máy, cổng, tên, mật khẩu) bằng tracker doctor; thư vẫn nằm trong hộp và sẽ được nhận khi sửa xong.")
    return [Trouble(f"inbox:{row.id}", tr("Hộp thư đến {name} không đọc được.", name=row.name), f"{row.problem} {way}") for row in db.session.execute(query)]


def look(transaction: Opener) -> int:
    """One look, unless another process made one in the last minute; mails what is new, and what is over. Gives how many mails it wrote.

    The mails are sent from this process, for the one that sends may be the one that is dead; what does not leave stays in the outbox.
    """
    with transaction():
        if not heartbeats.claim(LOOK, EVERY):
            return 0
    answers, found = jobs.workers_answer() if silent() else None, scanner.scanner()
    scans = found is None or found.answers()
    with transaction():
        written = _tell(troubles(answers, scans))
    for mail_id in written:
        try:
            delivery.deliver(transaction, mail_id)
        except DomainError as error:
            log.warning("the alert %s stays in the outbox: %s", mail_id, error)
    return len(written)


def _tell(found: Sequence[Trouble]) -> list[int]:
    """Notes what is new and what is over; gives the mails to send."""
    noticed, told, mails = heartbeats.noted(NOTICED), heartbeats.noted(TOLD), []
    address, now = office.alert_address(), clock.now()
    for trouble in found:
        since = noticed.get(trouble.kind)
        if since is None:
            heartbeats.beat(NOTICED + trouble.kind)
        elif address and now - since >= STANDS and _another_day(told.get(trouble.kind)):
            mails.append(_mail(address, f"watch:{trouble.kind}:{clock.today()}", words=trouble.words, advice=trouble.advice, since=since, over=False))
            heartbeats.beat(TOLD + trouble.kind)
    for kind in sorted(set(noticed) - {trouble.kind for trouble in found}):
        if kind in told and address:
            words = _NAMES.get(kind.partition(":")[0], kind)
            mails.append(_mail(address, f"watch-over:{kind}:{clock.today()}", words=words, advice="", since=noticed[kind], over=True))
        heartbeats.forget([NOTICED + kind, TOLD + kind])
    return mails


def _another_day(told: datetime | None) -> bool:
    return told is None or clock.local(told).date() < clock.today()


_NAMES: Mapping[str, str] = {
    "worker": tr("Việc nền đã chạy lại"), "beat": tr("Phần hẹn giờ đã chạy lại"), "background": tr("Phần chạy nền đã chạy lại"),
    "outbox": tr("Thư chờ gửi đã đi hết"),
    "part": tr("Phần hay dừng đã chạy đều lại"),
    "inbox": tr("Hộp thư đến đã đọc lại được"), SCANNER: tr("Máy quét vi-rút đã trả lời lại"), "plan": tr("Kế hoạch nhắc việc đã lập, hoặc ngày đã hết"),
}


def _mail(address: str, key: str, **context: Any) -> int:
    context = {"home": links.absolute("home"), **context}
    return outbox.queue("trouble", address=address, context=context, dedupe_key=key).id


def send_test(actor: Actor) -> str:
    """Mails the address in settings, so that whoever set it sees that it works; gives the address. Raises Forbidden, BadInput("office.alert_none")."""
    actor.need(Right.SETTINGS_MANAGE)
    address = office.alert_address()
    if not address:
        raise BadInput("office.alert_none", field="alert_address")
    words = tr("Đây là thư thử do {name} gửi từ trang Cài đặt. Khi có sự cố, máy báo đến địa chỉ này.", name=actor.name)
    outbox.queue("trouble", address=address, context={"words": words, "advice": "", "since": None, "over": False, "home": links.absolute("home")})
    return address
