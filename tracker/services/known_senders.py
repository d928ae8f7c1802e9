"""Senders that a clerk has confirmed: 'always file this sender to this unit', from any message, and taken back from the list."""
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.models.incoming import IncomingMail, KnownSender
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import history


def remember(actor: Actor, incoming_id: int, unit_id: int | None) -> str:
    """Takes the sender of a message for the unit's from now on, and gives the unit's name; nothing is filed.

    Raises Forbidden, NotFound, BadInput("incoming.choose_unit", "incoming.no_sender").
    """
    actor.need(Right.MAIL_TRIAGE)
    mail, unit = db.session.get(IncomingMail, incoming_id), db.session.get(Unit, unit_id) if unit_id else None
    if mail is None or (unit_id and unit is None):
        raise NotFound()
    if unit is None:
        raise BadInput("incoming.choose_unit")
    if not mail.sender:
        raise BadInput("incoming.no_sender")
    keep(actor, mail.sender, unit.id)
    return unit.name


def keep(actor: Actor, address: str, unit_id: int) -> None:
    """Writes one known sender, in place of what was known of the address before. The caller has checked the right."""
    known = db.session.scalars(select(KnownSender).where(KnownSender.address == address)).first()
    if known is not None and known.unit_id == unit_id:
        return
    known = known or KnownSender(address=address, unit_id=unit_id, at=clock.now())
    known.unit_id, known.by_person_id, known.at = unit_id, actor.id, clock.now()
    db.session.add(known)
    history.record(actor, "mail.known", unit_id=unit_id, sender=address)


def forget(actor: Actor, sender_id: int) -> int:
    """Takes a known sender off the list, and gives the unit it was of. Raises Forbidden, NotFound."""
    actor.need(Right.MAIL_TRIAGE)
    known = db.session.get(KnownSender, sender_id)
    if known is None:
        raise NotFound()
    unit_id = known.unit_id
    history.record(actor, "mail.unknown", unit_id=unit_id, sender=known.address)
    db.session.delete(known)
    return unit_id


def of_unit(unit_id: int) -> list[Any]:
    """Known senders of a unit (id, address, by, at), by address."""
    wanted = select(KnownSender.id, KnownSender.address, Person.name.label("by"), KnownSender.at).outerjoin(Person, Person.id == KnownSender.by_person_id)
    return list(db.session.execute(wanted.where(KnownSender.unit_id == unit_id).order_by(KnownSender.address)))


def of_address(address: str) -> Any | None:
    """What is known of an address (id, unit_id, unit), None where nothing is."""
    wanted = select(KnownSender.id, KnownSender.unit_id, Unit.name.label("unit")).join(Unit, Unit.id == KnownSender.unit_id)
    return db.session.execute(wanted.where(KnownSender.address == address)).first()
