"""Đôn đốc by hand: the clerk's own sentence with the list of what a unit owes of one dispatch, recorded in the same ledger."""
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import DispatchState
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.mails import Mail, Reminder
from tracker.services import addressees, history, links, mail_lines, mail_links, outbox
from tracker.services.addressees import Addressee

STEP = "nudge"
LONGEST = 1000
#: A second press within this time is a slip of the hand, not a second reminder.
PAUSE = timedelta(minutes=1)


@dataclass
class Nudged:
    """What was done: units written to, mails, and by name the units that owe nothing or have no address."""

    units: int = 0
    mails: int = 0
    nothing_owed: list[str] = field(default_factory=list)
    no_address: list[str] = field(default_factory=list)


def nudge(actor: Actor, dispatch_id: int, unit_ids: list[int], message: str = "") -> Nudged:
    """Queues one mail for each officer (else the duty mailbox) of the units, with what they owe of the dispatch.

    A unit without an address gets a skipped mail that says why. Raises Forbidden, NotFound, Conflict("dispatch.state") for a dispatch
    that is not in force, Conflict("nudge.twice") within a minute of the last time, BadInput for no unit or a message that is too long.
    """
    actor.need(Right.REMINDER_SEND)
    if not unit_ids:
        raise BadInput("nudge.no_unit")
    dispatch, message = _dispatch(dispatch_id), message.strip()
    if len(message) > LONGEST:
        raise BadInput("nudge.long", limit=LONGEST)
    names = _names(dispatch_id, unit_ids)
    _refuse_twice(dispatch_id, names)
    told, people = Nudged(), addressees.of_units(names)
    for unit_id, name in names.items():
        rows = db.session.execute(mail_lines.owed_columns().where(
            Assignment.dispatch_id == dispatch_id, Assignment.unit_id == unit_id, Assignment.chase_on.is_not(None))).all()
        if not rows:
            told.nothing_owed.append(name)
            continue
        to = [one for one in people[unit_id] if not one.leader] or [Addressee(f"u{unit_id}", unit_id, name, "", name)]
        states = [_tell(actor, dispatch, one, list(rows), message) for one in to]
        told.units += "queued" in states
        told.mails += states.count("queued")
        if "queued" not in states:
            told.no_address.append(name)
    if told.units:
        history.record(actor, "reminder.nudge", dispatch_id=dispatch_id, units=told.units, reason=message)
    return told


def _dispatch(dispatch_id: int) -> Dispatch:
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None:
        raise NotFound()
    if dispatch.state != DispatchState.ISSUED:
        raise Conflict("dispatch.state")
    return dispatch


def _names(dispatch_id: int, unit_ids: list[int]) -> dict[int, str]:
    """The chosen units with their names as they were issued to. Raises NotFound for one that is no recipient."""
    query = (
        select(DispatchRecipient.unit_id, DispatchRecipient.unit_name)
        .where(DispatchRecipient.dispatch_id == dispatch_id, DispatchRecipient.unit_id.in_(unit_ids)).order_by(DispatchRecipient.unit_id)
        .with_for_update()  # of two who press at once the second waits here, and then sees what the first did
    )
    names = {row.unit_id: row.unit_name for row in db.session.execute(query)}
    if set(unit_ids) - set(names):
        raise NotFound()
    return names


def _refuse_twice(dispatch_id: int, names: dict[int, str]) -> None:
    recent = db.session.scalars(
        select(Reminder.unit_id).distinct().join(Mail, Mail.id == Reminder.mail_id)
        .where(Reminder.dispatch_id == dispatch_id, Reminder.step == STEP, Reminder.unit_id.in_(names), Mail.created_at > clock.now() - PAUSE)
    ).all()
    if recent:
        raise Conflict("nudge.twice", units=", ".join(names[unit_id] for unit_id in sorted(recent)))


def _tell(actor: Actor, dispatch: Dispatch, who: Addressee, rows: list[Any], message: str) -> str:
    """Queues one mail and writes its ledger rows; gives the mail's state."""
    today, shown = clock.today(), rows[: mail_lines.SHOWN]
    mail = outbox.queue(
        "nudge", address=who.address, name=who.name, person_id=who.person_id, unit_id=who.unit_id, dispatch_id=dispatch.id,
        context={
            "number": dispatch.number or "chưa có số", "subject": dispatch.short_subject or dispatch.subject, "total": len(rows),
            "unit_name": who.unit_name, "message": message, "by_name": actor.name, "tasks": mail_lines.lines(shown, today),
            "more": len(rows) - len(shown), "url": links.absolute("answer", id=dispatch.id),
        },
        # Whoever is nudged is asked for results first.
        offers=[mail_links.Maker().offer(dispatch.id, dispatch.number, sorted(mail_links.fitting(rows), key=lambda purpose: purpose != "upload"))],
    )
    _record(actor, who, rows, message, mail)
    return mail.state


def _record(actor: Actor, who: Addressee, rows: list[Any], message: str, mail: Mail) -> None:
    """The ledger rows, under the next number."""
    ids = [row.id for row in rows]
    last = db.session.scalar(select(func.max(Reminder.sequence)).where(Reminder.assignment_id.in_(ids), Reminder.step == STEP)) or 0
    values = [
        {
            "assignment_id": row.id, "unit_id": row.unit_id, "dispatch_id": row.dispatch_id, "recipient": who.key, "step": STEP,
            "deadline_version": row.deadline_version, "sequence": last + 1, "on_day": clock.today(), "mail_id": mail.id,
            "by_person_id": actor.id, "message": message or None,
        }
        for row in rows
    ]
    db.session.connection().execute(insert(Reminder), values)
