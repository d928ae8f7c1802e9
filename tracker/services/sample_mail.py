"""The sample's incoming mail: one filed by reply, one that waits for its unit's word, two for the clerk with proposals, one automatic."""
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import delete, select

from tracker import clock
from tracker.adapters import sample_files
from tracker.db import db
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.incoming import IncomingFile, IncomingMail, KnownSender
from tracker.models.mails import Mail
from tracker.models.units import Unit
from tracker.services import incoming, mail_deciding, mail_opening, mail_reading, reply_tokens
from tracker.services.mail_reading import Opener
from tracker.services.sample_story import DOMAIN, TITLES, Days

BOX = f"hop-thu@hnd-thanhhoa.{DOMAIN}"
#: Who answers by reply, who has to confirm, whose document an unknown sender brings, who names nothing, and whose office is shut.
REPLIES, CONFIRMS, STRANGER, VAGUE, SHUT = "Như Xuân", "Lang Chánh", "Hà Trung", "Thường Xuân", "Nga Sơn"
NUMBER = "931-CV/HNDT"
ALONE = f"tranlan.hatrung@thu-rieng.{DOMAIN}"


def papers(names: dict[str, str], on: date, signatory: Callable[[str], str], lower: Callable[[str], str]) -> dict[str, tuple[str, bytes]]:
    """The attachments by district: (name, bytes); drawn before the sample's transaction opens. names: short name → name."""
    items = {REPLIES: (8,), CONFIRMS: (1, 3), STRANGER: (1, 5)}
    found = {
        name: (f"{70 + n}-CV-HNDH.pdf", sample_files.letter(lower(names[name]), f"{70 + n}-CV/HNDH", on, signatory(name), [f"{TITLES[p - 1]}." for p in tasks]))
        for n, (name, tasks) in enumerate(items.items())
    }
    return found | {VAGUE: ("Tong hop.xlsx", sample_files.table(names[VAGUE]))}


def acts(days: Days, units: dict[str, Unit], files: dict[str, tuple[str, bytes]], inside: Opener) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Its moments: all came this morning, after the reminders."""
    yield datetime.combine(days.today, time(8, 40), clock.LOCAL), lambda: _take_all(days, units, files, inside)


def _take_all(days: Days, units: dict[str, Unit], files: dict[str, tuple[str, bytes]], inside: Opener) -> None:
    told = select(Mail.message_id).join(Dispatch, Dispatch.id == Mail.dispatch_id).where(Mail.unit_id == units[REPLIES].id, Dispatch.number == NUMBER)
    reply = db.session.scalars(told.order_by(Mail.id).limit(1)).first() or ""
    until = days.calendar.add(days.today, 2)
    letters = [
        _letter(1, units[REPLIES].mailbox, reply_tokens.address(reply, BOX) or BOX, "Báo cáo nhiệm vụ số 8",
                "Kính gửi Ban Kinh tế - Xã hội,\n\nHuyện gửi văn bản chỉ đạo về tập huấn nghiệp vụ uỷ thác cho cán bộ mới.", files[REPLIES]),
        _letter(2, units[CONFIRMS].mailbox, BOX, f"Báo cáo thực hiện Công văn số {NUMBER}",
                "Huyện gửi báo cáo nhiệm vụ 1 và 3, văn bản kèm theo.", files[CONFIRMS]),
        _letter(3, ALONE, BOX, "Gửi văn bản của huyện", "Em gửi từ hộp thư riêng vì hộp thư cơ quan đang lỗi.", files[STRANGER]),
        _letter(4, units[VAGUE].mailbox, BOX, "Gửi bảng tổng hợp", "Huyện gửi bảng tổng hợp số liệu.", files[VAGUE]),
        _letter(5, units[SHUT].mailbox, BOX, "Tự động trả lời: văn phòng vắng",
                f"Văn phòng đi tập huấn đến hết ngày {until:%d/%m/%Y}. Việc gấp xin gọi số máy trực.", None, automatic=True),
    ]
    ids = incoming.add([incoming.keep(raw) for raw in letters], "hand")
    rows = list(db.session.scalars(select(IncomingMail).where(IncomingMail.id.in_(ids)).order_by(IncomingMail.id)))
    opened = mail_opening.open_all(rows)
    for row in rows:
        one = opened[row.id]
        if isinstance(one, Exception):
            raise one
        mail_deciding.settle(row, one)
        db.session.flush()
    mail_reading.read_all(inside, 30)


def _letter(n: int, sender: str | None, to: str, subject: str, words: str, paper: tuple[str, bytes] | None, automatic: bool = False) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"<{sender}>", to, subject
    message["Message-ID"], message["Date"] = f"<mau-{n}@thu.{DOMAIN}>", format_datetime(clock.now() - timedelta(minutes=10 * n))
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content(words)
    if paper:
        message.add_attachment(paper[1], maintype="application", subtype="octet-stream", filename=paper[0])
    return message.as_bytes()


_OURS = IncomingMail.sender.like(f"%.{DOMAIN}")


def files_of() -> list[int]:
    """The stored files that came with the sample's mail."""
    wanted = select(IncomingFile.file_id).join(IncomingMail, IncomingMail.id == IncomingFile.incoming_id).where(_OURS, IncomingFile.file_id.is_not(None))
    return [id for id in db.session.scalars(wanted) if id is not None]


def remove() -> list[str]:
    """Takes the sample's mail out; gives the hashes of the raw messages, for the caller to forget after the commit."""
    ids = list(db.session.scalars(select(IncomingMail.id).where(_OURS)))
    db.session.execute(delete(Event).where(Event.kind.startswith("mail."), Event.data["incoming_id"].as_integer().in_(ids)))
    db.session.execute(delete(KnownSender).where(KnownSender.address.like(f"%.{DOMAIN}")))
    return list(db.session.scalars(delete(IncomingMail).where(_OURS).returning(IncomingMail.sha256)))
