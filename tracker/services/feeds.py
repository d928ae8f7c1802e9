"""Secret addresses of a unit's deadlines for calendar programs: made, looked through, and taken back by the unit; the province may take all back."""
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from tracker import clock
from tracker.adapters.catalogue import ENGLISH, in_english
from tracker.db import db, read
from tracker.domain import ical
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.ical import Entry
from tracker.domain.status import State
from tracker.domain.wording import joined, tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.feeds import CalendarFeed
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import history, links

LONGEST_LABEL = 80
#: Good addresses of one unit at a time; more than its people have calendars is a slip.
MOST_FEEDS = 20
#: What is done or cancelled stays so long, so that calendar programs learn of it.
KEPT = timedelta(days=60)
MOST_ENTRIES = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One address as the page lists it; the secret itself is kept nowhere."""

    id: int
    label: str
    by: str
    created_at: datetime


def listed(actor: Actor, unit_id: int) -> list[Line]:
    """A unit's good addresses, newest first. Raises NotFound for another unit's."""
    actor.need_unit(unit_id)
    wanted = select(CalendarFeed, Person.name).outerjoin(Person, Person.id == CalendarFeed.created_by_id)
    rows = db.session.execute(wanted.where(CalendarFeed.unit_id == unit_id, CalendarFeed.revoked_at.is_(None)).order_by(CalendarFeed.id.desc()))
    return [Line(feed.id, feed.label, name or "", feed.created_at) for feed, name in rows]


def make(actor: Actor, label: str) -> str:
    """A new address of the actor's unit, told this once. Raises Forbidden, NotFound, BadInput("feed.label", "feed.many")."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    if actor.unit_id is None:
        raise NotFound()
    label = " ".join(label.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        raise BadInput("feed.label", field="label")
    good = (CalendarFeed.unit_id == actor.unit_id, CalendarFeed.revoked_at.is_(None))
    if (db.session.scalar(select(func.count()).select_from(CalendarFeed).where(*good)) or 0) >= MOST_FEEDS:
        raise BadInput("feed.many", field="label", most=MOST_FEEDS)
    token = secrets.token_urlsafe(32)
    db.session.add(CalendarFeed(unit_id=actor.unit_id, label=label, secret_hash=_hash(token), created_by_id=actor.id, created_at=clock.now()))
    history.record(actor, "feed.make", unit_id=actor.unit_id, label=label)
    return links.absolute("calendar_feed", token=token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def label_of(actor: Actor, feed_id: int) -> str:
    """What an address of the actor's unit is for. Raises NotFound."""
    feed = db.session.get(CalendarFeed, feed_id)
    if feed is None:
        raise NotFound()
    actor.need_unit(feed.unit_id)
    return feed.label


def revoke(actor: Actor, feed_id: int) -> str:
    """Takes one address back; gives its label. One that was taken back before stays so. Raises Forbidden, NotFound."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    feed = db.session.get(CalendarFeed, feed_id)
    if feed is None:
        raise NotFound()
    actor.need_unit(feed.unit_id)
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        history.record(actor, "feed.revoke", unit_id=feed.unit_id, label=feed.label)
    return feed.label


def revoke_all(actor: Actor, unit_id: int) -> int:
    """Takes every address of a unit back, when one is thought to have leaked; gives how many were good. Raises Forbidden."""
    actor.need(Right.UNIT_MANAGE)
    return _revoke(actor, CalendarFeed.unit_id == unit_id)


def revoke_made_by(actor: Actor, person_id: int) -> int:
    """Takes back what somebody made who leaves, or goes to another unit; gives how many were good. The caller has checked the right."""
    return _revoke(actor, CalendarFeed.created_by_id == person_id)


def _revoke(actor: Actor, whose: ColumnElement[bool]) -> int:
    ended = update(CalendarFeed).where(whose, CalendarFeed.revoked_at.is_(None)).values(revoked_at=clock.now())
    rows = db.session.execute(ended.returning(CalendarFeed.unit_id, CalendarFeed.label)).all()
    for unit_id, label in rows:
        history.record(actor, "feed.revoke", unit_id=unit_id, label=label)
    return len(rows)


def text(token: str) -> bytes:
    """The calendar behind an address, in the language of who made the address; reading changes nothing. Raises NotFound for an address that is
    none, or was taken back."""
    good = (CalendarFeed.secret_hash == _hash(token), CalendarFeed.revoked_at.is_(None))
    columns = select(Unit.id, Unit.code, Unit.short_name, Person.language).join(CalendarFeed, CalendarFeed.unit_id == Unit.id)
    unit = read(columns.outerjoin(Person, Person.id == CalendarFeed.created_by_id).where(*good)).first()
    if unit is None:
        raise NotFound()
    say = in_english if unit.language == ENGLISH else str
    name = tr("Việc phải làm, {unit}", unit=unit.short_name)
    return ical.calendar(str(say(name)), [_entry(row, unit.code, say) for row in _rows(unit.id)])


def _rows(unit_id: int) -> Any:
    """What the unit owes, and what was finished, cancelled or put aside lately (its dispatch too); never another unit's."""
    columns = (
        Assignment.id, Assignment.dispatch_id, Assignment.state, Assignment.due_on, Assignment.review_on, Assignment.chase_on, Assignment.updated_at,
        Assignment.version, Assignment.role, Task.title, Dispatch.number, Dispatch.short_subject, Dispatch.state.label("of"),
    )
    base = select(*columns).join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
    since = clock.now() - KEPT
    owed = and_(Assignment.chase_on.is_not(None), or_(Dispatch.state == "issued", Dispatch.ended_at >= since))
    lately = or_(owed, Assignment.updated_at >= since)
    return read(base.where(Assignment.unit_id == unit_id, Dispatch.state != "draft", lately).order_by(Assignment.id.desc()).limit(MOST_ENTRIES)).all()


#: What stands before a task's title, by what has become of it.
_SAID = {
    State.SUBMITTED: tr("Chờ duyệt"), State.ACCEPTED: tr("✓ Đã xong"), State.CANCELLED: tr("Đã huỷ"), State.OBJECTED: tr("Đang đề nghị xem lại"),
    State.PAUSED: tr("Tạm dừng"), State.RETURNED: tr("Sửa và nộp lại"),
}


def _entry(row: Any, code: str, say: Callable[[str], object]) -> Entry:
    gone = row.state == State.CANCELLED or (row.of != "issued" and row.state != State.ACCEPTED)
    said = _SAID[State.CANCELLED] if gone else _SAID.get(State(row.state)) or (tr("Hạn") if row.due_on else tr("Xem lại (không hạn)"))
    on: date = row.chase_on or row.due_on or row.review_on
    about = tr("Công văn {number}", number=row.number or tr("không số")) + (f": {row.short_subject}" if row.short_subject else "")
    opening = tr("Mở để xem và nộp kết quả: {address}", address=links.absolute("assignment", id=row.id))
    told = joined("\n", (about, joined(" ", filter(None, (tr("Phối hợp.") if row.role == "coordinate" else "", opening)))))
    return Entry(
        f"{code}.{row.id}@dondoc", on, f"{say(said)}: {row.title}", str(say(told)), links.absolute("assignment", id=row.id), row.updated_at, row.version, gone,
    )
