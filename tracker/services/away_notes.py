"""Who of a unit is away, as automatic answers say: shown where people look before they call, over by itself or by a press."""
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from tracker import clock
from tracker.db import UtcDateTime, db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.models.incoming import AwayNote, IncomingMail
from tracker.reading.away import away_until
from tracker.services import history

#: A note that says no day is over after so long.
UNSAID = timedelta(days=7)
LONGEST = 500
#: Built once, as it runs with every message.
_BACK = (
    update(AwayNote).where(AwayNote.address.in_(bindparam("addresses", expanding=True)), AwayNote.ended_at.is_(None))
    .values(ended_at=bindparam("now", type_=UtcDateTime))
)


def note(row: IncomingMail) -> None:
    """Keeps what an automatic answer of a unit says; a newer one of the same sender takes the place of the older. Nothing without a unit."""
    if row.unit_id is None or not row.sender:
        return
    today = clock.today()
    until = away_until(f"{row.subject}\n{row.body}", today)
    _end(AwayNote.unit_id == row.unit_id, AwayNote.address == row.sender)
    words = " ".join((row.body or row.subject).split())
    db.session.add(AwayNote(
        unit_id=row.unit_id, incoming_id=row.id, address=row.sender, name=row.sender_name, words=words[:LONGEST], until_on=until,
        ends_on=until or today + UNSAID, at=clock.now(),
    ))


def back(addresses: Collection[str]) -> None:
    """Whoever writes again is not away any more."""
    db.session.connection().execute(_BACK, {"addresses": sorted(addresses), "now": clock.now()})


def _end(*wanted: Any) -> None:
    db.session.execute(update(AwayNote).where(*wanted, AwayNote.ended_at.is_(None)).values(ended_at=clock.now()))


def of_units(unit_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Notes that hold today by unit, each with id, name, address, until_on, words, at."""
    query = (
        select(AwayNote.id, AwayNote.unit_id, AwayNote.name, AwayNote.address, AwayNote.until_on, AwayNote.words, AwayNote.at, AwayNote.incoming_id)
        .where(AwayNote.unit_id.in_(unit_ids), AwayNote.ended_at.is_(None), AwayNote.ends_on >= clock.today()).order_by(AwayNote.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query) if unit_ids else ():
        found.setdefault(row.unit_id, []).append(row)
    return found


def end(actor: Actor, note_id: int) -> int:
    """Bỏ ghi chú: the note is not shown any more; gives its unit. Raises Forbidden, NotFound."""
    actor.need(Right.MAIL_TRIAGE)
    kept = db.session.get(AwayNote, note_id, with_for_update=True)
    if kept is None:
        raise NotFound()
    if kept.ended_at is None:
        kept.ended_at, kept.ended_by_id = clock.now(), actor.id
        history.record(actor, "mail.away_over", unit_id=kept.unit_id, sender=kept.name or kept.address)
    return kept.unit_id
