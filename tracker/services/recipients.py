"""Which units a dispatch is meant for while it is a draft: every district of the day, a saved group, or ticks."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select

from tracker import clock
from tracker.db import db
from tracker.domain.errors import BadInput, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.units import RecipientGroup, Unit, group_units


@dataclass(frozen=True, slots=True)
class Recipient:
    """One unit that can be charged, as lists and mails need it."""

    id: int
    code: str
    name: str
    short_name: str
    mailbox: str | None


_COLUMNS = (Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.mailbox)


def _valid(on: date) -> Select[int, str, str, str, str | None]:
    return select(*_COLUMNS).where(
        or_(Unit.valid_from.is_(None), Unit.valid_from <= on), or_(Unit.valid_to.is_(None), Unit.valid_to >= on)
    ).order_by(Unit.folded, Unit.code)


def of_day(on: date | None = None) -> list[Recipient]:
    """Every district that exists on a day (today by default); the communes where there are districts no more (since July 2025)."""
    day = on or clock.today()
    for level in ("district", "commune"):
        found = [Recipient(*row) for row in db.session.execute(_valid(day).where(Unit.level == level))]
        if found:
            return found
    return []


def of_draft(dispatch: Dispatch) -> list[Recipient]:
    """The units a draft is meant for, those that exist no more left out."""
    if dispatch.to_units is None:
        return of_day()
    wanted = _valid(clock.today()).where(Unit.id.in_(dispatch.to_units))
    return [Recipient(*row) for row in db.session.execute(wanted)]


def groups() -> list[tuple[int, str]]:
    """The saved groups: (id, name), by name."""
    return [(row.id, row.name) for row in db.session.execute(select(RecipientGroup.id, RecipientGroup.name).order_by(RecipientGroup.name))]


def group_named(name: str) -> int:
    """The id of a saved group by its name. Raises NotFound("group.unknown")."""
    found = db.session.scalar(select(RecipientGroup.id).where(RecipientGroup.name == name))
    if found is None:
        raise NotFound("group.unknown", name=name)
    return found


def members(group_id: int) -> list[int]:
    """Unit ids of a saved group. Raises NotFound for no such group, BadInput for one without units."""
    if db.session.get(RecipientGroup, group_id) is None:
        raise NotFound()
    found = list(db.session.scalars(select(group_units.c.unit_id).where(group_units.c.group_id == group_id)))
    if not found:
        raise BadInput("recipients.none")
    return found


def checked(ids: Iterable[int]) -> list[int]:
    """The ids, sorted and once each, when all are units. Raises BadInput for none, NotFound for one that does not exist."""
    wanted = sorted(set(ids))
    if not wanted:
        raise BadInput("recipients.none")
    known: Sequence[int] = list(db.session.scalars(select(Unit.id).where(Unit.id.in_(wanted))))
    if len(known) != len(wanted):
        raise NotFound()
    return wanted
