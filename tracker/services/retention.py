"""Thời hạn bảo quản: how long what is kept, what is past its time, and destroying that with a record of what it was.

The values are the office's own; those here are proposals to be held against its table of periods (Thông tư 10/2022/TT-BNV). A dispatch is destroyed only
by a person's act. Its row stays with number, day, subject and counts, so that registers and figures still add up; files and words go.
"""
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import db
from tracker.domain.access import MACHINE, Actor, Right
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.wording import tr, worded
from tracker.models.dispatches import Dispatch
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.mails import Mail
from tracker.models.office import Setting
from tracker.models.retention import Destruction
from tracker.models.submissions import Evidence
from tracker.services import history, removal, retention_dispatch

Opener = Callable[[], AbstractContextManager[Session]]

KEY = "retention"
KINDS = worded({"dispatch": "Công văn đã kết thúc và hồ sơ theo dõi", "mail": "Thư đến (thư gốc, lời thư)", "sent": "Lời thư đã gửi"})
#: Of one act, so that it stays short; what is left is offered again.
MOST = 500
LISTED = 20


@dataclass(frozen=True, slots=True)
class Periods:
    """Years after a dispatch ended, months after a message came or was sent; 0 keeps for ever. automatic: mails go without asking."""

    dispatch: int = 10
    mail: int = 24
    sent: int = 36
    automatic: bool = False


#: The least and the most that may be chosen, beside 0.
BOUNDS = {"dispatch": (5, 70), "mail": (3, 240), "sent": (3, 240)}


@dataclass(frozen=True)
class Past:
    """What of one kind is past its time: how many, the oldest day, and the first of them (id, words, day)."""

    kind: str
    count: int
    oldest: datetime | None
    first: list[Any]


def periods() -> Periods:
    """As the office has set them."""
    kept = db.session.get(Setting, KEY)
    return Periods(**kept.value) if kept else Periods()


def set_periods(actor: Actor, new: Periods) -> None:
    """Keeps them. Raises Forbidden, BadInput("retention.period") with the field."""
    _check(actor, new)
    before = asdict(periods())
    db.session.merge(Setting(key=KEY, value=asdict(new)))
    history.record(actor, "office.retention", before=before, after=asdict(new))


def _check(actor: Actor, new: Periods) -> None:
    actor.need(Right.SETTINGS_MANAGE)
    for field, (least, most) in BOUNDS.items():
        value = getattr(new, field)
        if value != 0 and not least <= value <= most:
            raise BadInput("retention.period", field=field, least=least, most=most)


def going(actor: Actor, new: Periods) -> int:
    """How many more mails the machine would destroy by itself under these periods than it does now. Raises Forbidden, BadInput("retention.period")."""
    _check(actor, new)
    by_itself = [sum(_past(kind, kept).count for kind in ("mail", "sent")) if kept.automatic else 0 for kept in (new, periods())]
    return max(by_itself[0] - by_itself[1], 0)


def past(actor: Actor) -> list[Past]:
    """What is past its time, by kind. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    return [_past(kind) for kind in KINDS]


def of_kind(actor: Actor, kind: str) -> Past:
    """The same for one kind. Raises Forbidden, BadInput("retention.kind")."""
    actor.need(Right.SETTINGS_MANAGE)
    if kind not in KINDS:
        raise BadInput("retention.kind")
    return _past(kind)


def _past(kind: str, kept: Periods | None = None) -> Past:
    wanted = _wanted(kind, kept or periods())
    if wanted is None:
        return Past(kind, 0, None, [])
    rows = wanted.subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(rows.c.at)).select_from(rows)).one()
    return Past(kind, count, oldest, list(db.session.execute(wanted.limit(LISTED))))


def _wanted(kind: str, kept: Periods) -> Any:
    """Rows (id, words, at) of what is past its time, the oldest first; None where it is kept for ever."""
    length: int = getattr(kept, kind)
    if not length:
        return None
    before = _day_before(length * 12 if kind == "dispatch" else length)
    if kind == "dispatch":
        rows = select(Dispatch.id, Dispatch.number.label("words"), Dispatch.ended_at.label("at"))
        return rows.where(Dispatch.state.in_(("closed", "withdrawn")), Dispatch.ended_at < before, Dispatch.destroyed_at.is_(None)).order_by(Dispatch.ended_at)
    if kind == "mail":
        mails = select(IncomingMail.id, IncomingMail.subject.label("words"), IncomingMail.received_at.label("at"))
        decided = (IncomingMail.state.in_(("filed", "aside")), IncomingMail.attention.is_(None), IncomingMail.removed_at.is_(None))
        return mails.where(IncomingMail.received_at < before, *decided).order_by(IncomingMail.received_at)
    sent = select(Mail.id, Mail.subject.label("words"), Mail.created_at.label("at"))
    left = or_(Mail.body_text != "", Mail.body_html != "")
    return sent.where(Mail.created_at < before, Mail.state.not_in(("queued", "sending")), left).order_by(Mail.created_at)


def _day_before(months: int) -> datetime:
    today = clock.today()
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return datetime.combine(first + timedelta(min(today.day, 28) - 1), time(), clock.LOCAL)


def destroy(actor: Actor, kind: str, count: int) -> Destruction:
    """Destroys what is past its time, the oldest first and so many at a time, with a record; count: how many the person has seen.

    Raises Forbidden, BadInput("retention.kind"), Conflict("retention.changed") where they are others by now.
    """
    found = of_kind(actor, kind)
    if not found.count or found.count != count:
        raise Conflict("retention.changed")
    return _destroy(actor, kind)


def run_automatic(transaction: Opener) -> int:
    """Destroys mails that are past their time, where the office has switched that on; gives how many acts. A second run finds none."""
    acts = 0
    for kind in ("mail", "sent"):
        with transaction():
            if periods().automatic and _past(kind).count:
                _destroy(MACHINE, kind)
                acts += 1
    return acts


def _destroy(actor: Actor, kind: str) -> Destruction:
    wanted = _wanted(kind, periods())
    rows = db.session.execute(wanted.limit(MOST)).all() if wanted is not None else []
    acts = {"dispatch": retention_dispatch.empty, "mail": _empty_mails, "sent": _empty_sent}
    listed, hashes, size = acts[kind]([row.id for row in rows])
    removal.finish_after_commit(hashes)
    record = removal.record(actor, kind, tr("hết thời hạn bảo quản"), listed, size)
    history.record(actor, "retention.destroy", what=KINDS[kind], count=len(rows))
    return record


def _empty_mails(ids: Sequence[int]) -> retention_dispatch.Emptied:
    """Raw messages and their words; files that are nobody's evidence go with them."""
    used = select(Evidence.id).where(Evidence.file_id == IncomingFile.file_id).exists()
    alone = select(IncomingFile.file_id).where(IncomingFile.incoming_id.in_(ids), IncomingFile.file_id.is_not(None), ~used)
    files = removal.mark([id for id in db.session.scalars(alone) if id], "rejected")
    listed, size = [], sum(file.size for file in files)
    mails = list(db.session.scalars(select(IncomingMail).where(IncomingMail.id.in_(ids)).order_by(IncomingMail.id)))
    for mail in mails:
        listed.append({"what": mail.subject, "from": mail.sender, "on": mail.received_at.isoformat(), "sha256": mail.sha256, "size": mail.size})
        size += mail.size
        mail.body, mail.rest, mail.proposed, mail.removed_at = "", "", None, clock.now()
    db.session.flush()
    return listed, [*(mail.sha256 for mail in mails), *(file.sha256 for file in files)], size


def _empty_sent(ids: Sequence[int]) -> retention_dispatch.Emptied:
    """Words of mails that were sent; to whom, when and about what stays."""
    rows = db.session.execute(select(Mail.id, Mail.subject, Mail.address, Mail.created_at).where(Mail.id.in_(ids)).order_by(Mail.id)).all()
    db.session.execute(update(Mail).where(Mail.id.in_(ids)).values(body_text="", body_html="").execution_options(synchronize_session=False))
    return [{"what": row.subject, "to": row.address, "on": row.created_at.isoformat()} for row in rows], [], 0


def records(actor: Actor) -> list[Destruction]:
    """The latest records, newest first. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    return list(db.session.scalars(select(Destruction).order_by(Destruction.id.desc()).limit(50)))
