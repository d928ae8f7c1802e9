"""What became of mails: those that failed, sending them again, and the list of all for the administrator."""
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.wording import tr
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import outbox

PAGE = 50
FAILED = text("mails.state in ('failed', 'skipped')")
#: Mails that carry a link which signs their reader in: their words are shown to nobody else.
PRIVATE = frozenset({"invite", "reset"})


def failed(actor: Actor, limit: int = PAGE) -> list[Any]:
    """Mails that did not and will not leave by themselves, newest first, with the server's words. Raises Forbidden."""
    actor.need(Right.REMINDER_READ)
    columns = (Mail.id, Mail.state, Mail.kind, Mail.address, Mail.name, Mail.subject, Mail.created_at, Mail.smtp_code, Mail.last_error, Mail.unit_id)
    query = select(*columns, Unit.name.label("unit_name")).outerjoin(Unit, Unit.id == Mail.unit_id)
    return list(db.session.execute(query.where(FAILED).order_by(Mail.id.desc()).limit(limit)))


def send_again(actor: Actor, mail_id: int) -> str:
    """Puts a failed mail back into the queue, to the address that its person or unit has now; gives that address.

    Raises Forbidden, NotFound, Conflict("mail.state") for one that has not failed, BadInput where there is still no usable address.
    """
    actor.need(Right.REMINDER_SEND)
    mail = _one(mail_id)
    address = _address(mail)
    if not outbox.usable_address(address):
        raise BadInput("mail.bad_address" if address else "mail.no_address")
    now = clock.now()
    _change(mail_id, state="queued", address=address, attempts=0, next_attempt_at=now, not_before=now)
    outbox.wake(mail_id)
    return address


def drop(actor: Actor, mail_id: int) -> None:
    """Takes a failed mail off the list for good. Raises Forbidden, NotFound, Conflict("mail.state")."""
    actor.need(Right.REMINDER_SEND)
    _one(mail_id)
    _change(mail_id, state="cancelled")


def _one(mail_id: int) -> Mail:
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise NotFound()
    return mail


def _address(mail: Mail) -> str:
    """Where it would go today: the clerk may have mended the address since; what somebody who has left should have had goes to the unit's mailbox."""
    person = db.session.get_one(Person, mail.person_id) if mail.person_id else None
    if person and person.left_at is None:
        return person.email
    unit = db.session.get(Unit, mail.unit_id) if mail.unit_id and mail.kind not in PRIVATE else None
    if unit:
        return unit.mailbox or ""
    return "" if person else mail.address


def _change(mail_id: int, **values: Any) -> None:
    changed = db.session.scalar(update(Mail).where(Mail.id == mail_id, FAILED).values(**values).returning(Mail.id))
    if changed is None:
        raise Conflict("mail.state")


def listing(actor: Actor, before: int | None = None) -> list[Any]:
    """One page (and one more row, if there is more) of all mails, newest first. Raises Forbidden."""
    actor.need(Right.SENT_MAIL_READ)
    query = select(Mail.id, Mail.state, Mail.address, Mail.subject, Mail.created_at, Mail.sent_at, Mail.attempts, Mail.next_attempt_at)
    if before:
        query = query.where(Mail.id < before)
    return list(db.session.execute(query.order_by(Mail.id.desc()).limit(PAGE + 1)))


def opened(actor: Actor, mail_id: int) -> Mail:
    """One mail of the table. Raises Forbidden, NotFound."""
    actor.need(Right.SENT_MAIL_READ)
    return _one(mail_id)


def may_read_words(actor: Actor, kind: str | None) -> bool:
    """Whether the words of this kind of mail may be shown: a sign-in link is for its reader, and for those who could make one."""
    return kind not in PRIVATE or actor.can(Right.PERSON_MANAGE)


def kind_of(message_id: str) -> str | None:
    """The kind of the mail with this Message-ID, None for one that did not come from the outbox."""
    return db.session.scalar(select(Mail.kind).where(Mail.message_id == message_id))


def state_words(state: str, attempts: int, next_attempt_at: datetime, sent_at: datetime | None) -> tuple[str, str]:
    """Shape and words of a mail's state, for lists."""
    if state == "sent" and sent_at:
        return "done", tr("đã gửi {sent_at}", sent_at=f'{clock.local(sent_at):%H:%M %d/%m}')
    if state == "queued" and attempts:
        return "soon", tr("gửi lại lúc {next_attempt_at}", next_attempt_at=f'{clock.local(next_attempt_at):%H:%M %d/%m}')
    return _WORDS[state]


_WORDS = {
    "queued": ("none", tr("chờ gửi")), "sending": ("none", tr("đang gửi")), "failed": ("over", tr("không gửi được")), "skipped": ("soon",
    tr("chưa có địa chỉ")),
    "cancelled": ("none", tr("đã bỏ")), "sent": ("done", tr("đã gửi")),
}
