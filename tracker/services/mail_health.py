"""Mailboxes that do not take mail: units whose present address bounced or refused, until a later mail is accepted there or the address changes."""
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, literal, or_, select, text, union_all
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import UtcDateTime, read
from tracker.domain.wording import tr
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.units import Unit

#: What lies longer back has been overtaken by other mails or by another way of telling.
RECENT = timedelta(days=90)
SINCE = bindparam("since", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Ill:
    """A unit's address to which mail does not come: since when, what was said, and whom to call. bounced: taken first and sent back later."""

    unit_id: int
    address: str
    at: datetime
    words: str
    bounced: bool
    phone: str | None

    @property
    def short(self) -> str:
        """For a badge."""
        return tr("thư bị trả về") if self.bounced else tr("thư bị từ chối")


def ill() -> dict[int, Ill]:
    """Every unit with such an address, by its id: the latest trouble of each."""
    rows = read(_ILL, {"since": clock.now() - RECENT})
    return {row.unit_id: Ill(row.unit_id, row.address, row.at, row.words or "", row.bounced_at is not None, row.phone) for row in rows}


def of_unit(unit_id: int) -> Ill | None:
    """The trouble of one unit."""
    return ill().get(unit_id)


def _ill() -> Any:
    """Begins with the partial indices of what bounced and what failed, so that mails which arrived are never read."""
    bounced = select(Mail.id, Mail.unit_id, Mail.address).where(Mail.bounced_at.is_not(None), Mail.bounced_at >= SINCE)
    failed = select(Mail.id, Mail.unit_id, Mail.address).where(text("mails.state in ('failed', 'skipped')"), Mail.state == "failed", Mail.created_at >= SINCE)
    bad = union_all(bounced, failed).subquery()
    latest = select(func.max(bad.c.id).label("id")).group_by(bad.c.unit_id, bad.c.address).subquery()
    at = func.coalesce(Mail.bounced_at, Mail.claimed_at, Mail.created_at, type_=UtcDateTime)
    later = aliased(Mail)
    accepted = exists().where(
        later.unit_id == Mail.unit_id, later.id > Mail.id, later.address == Mail.address, later.state == "sent", later.bounced_at.is_(None), later.sent_at > at,
    )
    person = exists().where(Person.unit_id == Unit.id, Person.email == Mail.address, Person.left_at.is_(None))
    return (
        select(Mail.unit_id, Mail.address, at.label("at"), func.coalesce(Mail.bounce, Mail.last_error, literal("")).label("words"), Mail.bounced_at, Unit.phone)
        .join(latest, latest.c.id == Mail.id).join(Unit, Unit.id == Mail.unit_id)
        .where(or_(Unit.mailbox == Mail.address, person), ~accepted).order_by(at)
    )


_ILL = _ill()
