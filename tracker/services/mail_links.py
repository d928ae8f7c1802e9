"""Signed links in mails to a unit: what their reader may do for one unit and one dispatch without signing in, until when, and taking them back."""
import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, Signer
from sqlalchemy import ColumnElement, Insert, func, insert, select, update

from tracker import clock
from tracker.db import db, write
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.mail_links import MailLink
from tracker.models.mails import Mail
from tracker.models.units import Unit
from tracker.services import history, keys, links, office

#: What a link may be for, and how a mail calls it; a mail offers them in this order.
LABELS = {
    "acknowledge": tr("Xác nhận đã tiếp nhận"), "upload": tr("Gửi kết quả"), "extend": tr("Xin gia hạn"), "object": tr("Báo việc không thuộc trách nhiệm"),
}
EVERYTHING = tuple(LABELS)
#: A digest names at most so many dispatches with links of their own.
MOST_DISPATCHES = 4
_ADD: Insert = insert(MailLink)
_IN_WORDS = re.compile(rf"({re.escape(links.path('mail_link', token=''))})[\w.-]+")


@dataclass(frozen=True, slots=True)
class Way:
    """One link of a mail."""

    purpose: str
    label: str
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The links of one mail for one dispatch, the likeliest first, and until when they work."""

    dispatch_id: int
    number: str
    expires_at: datetime
    ways: tuple[Way, ...]


class Maker:
    """Makes the links of the mails that one act writes; they work once `keep` has written their rows with the mails.

    purposes: what they are for where nothing else is said, the likeliest first.
    """

    def __init__(self, purposes: Sequence[str] = EVERYTHING) -> None:
        self._signer, self._expires_at, self._purposes = _signer(), ends(clock.now(), office.link_days()), purposes

    def offer(self, dispatch_id: int, number: str | None, purposes: Sequence[str] = ()) -> Offer:
        """New links for one dispatch."""
        ways = tuple(self._way(purpose) for purpose in purposes or self._purposes)
        return Offer(dispatch_id, number or tr("công văn chưa có số"), self._expires_at, ways)

    def _way(self, purpose: str) -> Way:
        key = secrets.token_urlsafe(16)
        return Way(purpose, LABELS[purpose], links.absolute("mail_link", token=self._signer.sign(key).decode()), key)

    def offers_for(self, rows: Iterable[Any]) -> list[Offer]:
        """For a mail that lists tasks of several dispatches (rows of mail_lines.owed_columns): what fits the tasks of the first few of them."""
        by_dispatch: dict[int, list[Any]] = {}
        for row in rows:
            by_dispatch.setdefault(row.dispatch_id, []).append(row)
        return [self.offer(id, mine[0].number, fitting(mine)) for id, mine in list(by_dispatch.items())[:MOST_DISPATCHES]]


def ends(made_at: datetime, days: int) -> datetime:
    """The end of the last day on which a link works."""
    return clock.start_of(clock.local(made_at).date() + timedelta(days=days + 1)) - timedelta(seconds=1)


def fitting(rows: Sequence[Any]) -> list[str]:
    """What can still be done with these tasks: only new ones are acknowledged, only a date can be put off."""
    wanted = {"acknowledge": any(row.state == "assigned" for row in rows), "extend": any(row.due_on for row in rows)}
    return [purpose for purpose in EVERYTHING if wanted.get(purpose, True)]


def keep(mails: Iterable[tuple[str, Sequence[Offer]]]) -> None:
    """Writes the rows of offered links, in the transaction of their mails: pairs of a mail's Message-ID and its offers."""
    wanted = {message_id: offers for message_id, offers in mails if offers}
    if not wanted:
        return
    now = clock.now()
    written = db.session.execute(select(Mail.id, Mail.message_id, Mail.unit_id).where(Mail.message_id.in_(wanted), Mail.unit_id.is_not(None)))
    rows = [
        {"mail_id": mail.id, "unit_id": mail.unit_id, "dispatch_id": one.dispatch_id, "purpose": way.purpose, "key": way.key, "created_at": now,
         "expires_at": one.expires_at}
        for mail in written for one in wanted[mail.message_id] for way in one.ways
    ]
    if rows:
        write(_ADD, rows)


def masked(actor: Actor, words: str) -> str:
    """A mail's words with its links made useless, but for those who could let themselves in anyway: reading mail is not acting for a unit."""
    return words if actor.can(Right.PERSON_MANAGE) else _IN_WORDS.sub(r"\1…", words)


def key_of(token: str) -> str:
    """The key that a token carries. Raises NotFound for a forged one."""
    try:
        return _signer().unsign(token).decode()
    except (BadSignature, UnicodeDecodeError) as error:
        raise NotFound("mail_link.unknown") from error


def _signer() -> Signer:
    """The signature keeps guesses away from the database, and whoever reads the table from making links of its rows."""
    return Signer(keys.signing(), salt="mail-link", digest_method=hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many links of a unit or a dispatch work now, and in how many mails they stand."""

    name: str
    links: int
    mails: int


def of_unit(actor: Actor, unit_id: int) -> Standing:
    """The working links of a unit. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_MANAGE)
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound()
    return Standing(unit.name, *_count(MailLink.unit_id == unit_id))


def of_dispatch(actor: Actor, dispatch_id: int) -> Standing:
    """The working links of a dispatch. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_MANAGE)
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.state == "draft":
        raise NotFound()
    return Standing(dispatch.number or tr("công văn không số"), *_count(MailLink.dispatch_id == dispatch_id))


def revoke_of_unit(actor: Actor, unit_id: int) -> int:
    """Takes back every link mailed to a unit; gives how many worked until now. Raises Forbidden, NotFound."""
    of_unit(actor, unit_id)
    count = revoke(MailLink.unit_id == unit_id)
    history.record(actor, "mail_link.revoke", unit_id=unit_id, count=count)
    return count


def revoke_of_dispatch(actor: Actor, dispatch_id: int) -> int:
    """Takes back every link of a dispatch; gives how many worked until now. Raises Forbidden, NotFound."""
    of_dispatch(actor, dispatch_id)
    count = revoke(MailLink.dispatch_id == dispatch_id)
    history.record(actor, "mail_link.revoke", dispatch_id=dispatch_id, count=count)
    return count


def revoke_ended(dispatch_id: int) -> None:
    """Takes back the links of a dispatch that has ended; opened again, it is answered by newer mails."""
    revoke(MailLink.dispatch_id == dispatch_id)


def revoke_moved(unit_id: int, address: str | None) -> None:
    """Takes back what went to a unit's former mailbox: whoever reads it there no longer acts for the unit.

    A mail that never left goes to the new mailbox when it is sent again, so its links stay.
    """
    former = select(Mail.id).where(Mail.unit_id == unit_id, Mail.person_id.is_(None), Mail.address == address, Mail.state.in_(("queued", "sending", "sent")))
    if address:
        revoke(MailLink.unit_id == unit_id, MailLink.mail_id.in_(former))


def revoke(*which: ColumnElement[bool]) -> int:
    """Takes back the links of a condition; gives how many worked until now."""
    taken = db.session.execute(update(MailLink).where(*which, MailLink.revoked_at.is_(None), _lasting()).values(revoked_at=clock.now()))
    return int(taken.rowcount)  # type: ignore[attr-defined]


def _lasting() -> ColumnElement[bool]:
    return MailLink.expires_at > clock.now()


def _count(which: ColumnElement[bool]) -> tuple[int, int]:
    row = db.session.execute(select(func.count(), func.count(MailLink.mail_id.distinct())).where(which, MailLink.revoked_at.is_(None), _lasting())).one()
    return row[0], row[1]
