"""Entering what units sent into the register: the next running numbers of the year, in the order in which the documents came in.

A number is not given in the transaction that hands in: all units would then wait for one another. It is given a little later, by a regular job and
by whoever opens the register, under one lock, to everything that has none yet.
"""
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, select

from tracker import clock
from tracker.db import db
from tracker.domain.wording import tr
from tracker.models.arrivals import Arrival
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.models.submissions import Evidence, Submission, SubmissionItem
from tracker.models.units import Unit

#: One turn; the regular job goes on with the rest.
MOST = 2000
#: A submission is seen only once its transaction has ended, so one that came in a little before the last line may still be without a number.
LOOK_BACK = timedelta(days=2)
#: The lock's name among PostgreSQL's advisory locks; on SQLite a writer is alone anyway.
LOCK = 30_2020
NO_FILE = "none"


def behind() -> bool:
    """Whether something that came in lately has no number yet; for the page, which looks at the last days only."""
    return db.session.scalar(_waiting(_lately()).limit(1)) is not None


def catch_up(everything: bool = False, most: int = MOST) -> int:
    """Gives the next numbers to what has none, of the last days or of all time; gives how many. The caller holds the transaction.

    A second run finds nothing, and of two at once the one waits for the other: (year, number) and the submission are unique.
    """
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    ids = db.session.scalars(_waiting(None if everything else _lately()).order_by(Submission.submitted_at, Submission.id).limit(most)).all()
    if not ids:
        return 0
    rows, kinds, counts = _documents(ids), _kinds(ids), _counts(ids)
    last: dict[int, int] = defaultdict(int)
    lines = []
    for row in rows:
        year = clock.local(row.submitted_at).year
        last[year] = (last[year] or _highest(year)) + 1
        lines.append(_line(row, year, last[year], kinds.get(row.id, NO_FILE), counts.get(row.id, 0)))
    db.session.execute(insert(Arrival), lines)
    return len(lines)


def _waiting(since: datetime | None) -> Select[int]:
    numbered = exists().where(Arrival.submission_id == Submission.id)
    wanted = select(Submission.id).where(Submission.submitted_at.is_not(None), ~numbered)
    return wanted if since is None else wanted.where(Submission.submitted_at >= since)


def _lately() -> datetime | None:
    last = db.session.scalar(select(func.max(Arrival.arrived_at)))
    return last - LOOK_BACK if last else None


def _highest(year: int) -> int:
    return db.session.scalar(select(func.max(Arrival.number)).where(Arrival.year == year)) or 0


def _documents(ids: Sequence[int]) -> Sequence[Row[Any]]:
    columns: tuple[Any, ...] = (
        Submission.id, Submission.submitted_at, Submission.dispatch_id, Submission.unit_id, Submission.channel, Submission.number, Submission.dated_on,
        Submission.signatory, Unit.name.label("unit"), Dispatch.number.label("of"), Dispatch.short_subject, Person.name.label("issuer"),
    )
    wanted = select(*columns).join(Unit, Unit.id == Submission.unit_id).join(Dispatch, Dispatch.id == Submission.dispatch_id)
    wanted = wanted.outerjoin(Person, Person.id == Dispatch.issued_by_id).where(Submission.id.in_(ids))
    return db.session.execute(wanted.order_by(Submission.submitted_at, Submission.id)).all()


def _kinds(ids: Sequence[int]) -> dict[int, str]:
    """What the first file of each is."""
    first = select(func.min(Evidence.id)).where(Evidence.submission_id.in_(ids)).group_by(Evidence.submission_id)
    return {row.submission_id: row.kind for row in db.session.execute(select(Evidence.submission_id, Evidence.kind).where(Evidence.id.in_(first)))}


def _counts(ids: Sequence[int]) -> dict[int, int]:
    counted = select(SubmissionItem.submission_id, func.count()).where(SubmissionItem.submission_id.in_(ids)).group_by(SubmissionItem.submission_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _line(row: Row[Any], year: int, number: int, kind: str, count: int) -> dict[str, Any]:
    of, about = row.of or tr("công văn"), f" ({row.short_subject})" if row.short_subject else ""
    # Without any: the unit's report alone, beside what it had answered before.
    said = tr("Báo cáo kết quả thực hiện {of}{about}", of=of, about=about)
    if count:
        said = tr("Kết quả thực hiện {of}{about}: {count} nhiệm vụ", of=of, about=about, count=count)
    return {
        "year": year, "number": number, "submission_id": row.id, "dispatch_id": row.dispatch_id, "unit_id": row.unit_id, "unit_name": row.unit,
        "arrived_at": row.submitted_at, "channel": row.channel, "kind": kind, "document_number": row.number, "document_date": row.dated_on,
        "signatory": row.signatory, "subject": said,
        "recipient": row.issuer or tr("Văn thư"),
    }
