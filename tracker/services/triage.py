"""Thư chờ xử lý: what could not be filed by itself, with proposals, and the clerk's or the unit's word on it."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tracker import clock, i18n
from tracker.db import db
from tracker.domain.access import Actor, Right, Role
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import OWED, DispatchState, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail, KnownSender
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import history, mail_receipts, mail_submissions

PAGE = 30
#: What the list shows: what waits for the clerk, for the unit, and what was dealt with.
FILTERS = {"triage": "chờ xử lý", "confirm": "chờ đơn vị xác nhận", "filed": "đã xếp", "aside": "không cần xử lý"}


@dataclass(frozen=True)
class Listed:
    """One page of the list, newest first; before: the id that the next page begins below, 0 at the end."""

    rows: list[Any]
    before: int


@dataclass(frozen=True)
class Opened:
    """One message: its row, its files, what may be chosen, and what the signals propose."""

    mail: IncomingMail
    unit: str
    dispatch: str
    files: list[Any]
    units: list[Any]
    dispatches: list[Any]
    tasks: list[Any]


def listed(actor: Actor, state: str, before: int = 0) -> Listed:
    """Messages in one state. Raises Forbidden."""
    actor.need(Right.MAIL_TRIAGE)
    wanted = state if state in FILTERS else "triage"
    query = (
        select(
            IncomingMail.id, IncomingMail.subject, IncomingMail.sender, IncomingMail.sender_name, IncomingMail.received_at, IncomingMail.reason,
            IncomingMail.nature, Unit.short_name.label("unit"), Dispatch.number,
        )
        .outerjoin(Unit, Unit.id == IncomingMail.unit_id).outerjoin(Dispatch, Dispatch.id == IncomingMail.dispatch_id)
        .where(IncomingMail.state == wanted).order_by(IncomingMail.id.desc()).limit(PAGE + 1)
    )
    rows = list(db.session.execute(query.where(IncomingMail.id < before) if before else query))
    return Listed(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0)


def waiting() -> int:
    """How many messages wait for the clerk, up to a hundred."""
    ids = select(IncomingMail.id).where(IncomingMail.state == "triage").limit(100)
    return len(db.session.scalars(ids).all())


def opened(actor: Actor, incoming_id: int, unit_id: int | None = None, dispatch_id: int | None = None) -> Opened:
    """One message with what can be chosen for it; unit_id, dispatch_id: what the clerk has chosen so far. Raises NotFound, Forbidden."""
    actor.need(Right.MAIL_TRIAGE)
    return _opened(_get(incoming_id), unit_id, dispatch_id)


def _opened(mail: IncomingMail, unit_id: int | None, dispatch_id: int | None) -> Opened:
    unit_id, dispatch_id = unit_id or mail.unit_id, dispatch_id or mail.dispatch_id
    units = list(db.session.execute(select(Unit.id, Unit.name).where(Unit.level == "district").order_by(Unit.code)))
    dispatches = list(db.session.execute(
        select(Dispatch.id, Dispatch.number, Dispatch.short_subject, Dispatch.state)
        .join(DispatchRecipient, DispatchRecipient.dispatch_id == Dispatch.id)
        .where(DispatchRecipient.unit_id == unit_id, Dispatch.state != DispatchState.DRAFT).order_by(Dispatch.id.desc()).limit(50)
    )) if unit_id else []
    tasks = list(db.session.execute(
        select(Assignment.id, Task.title, Task.label, Task.position)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.dispatch_id == dispatch_id, Assignment.unit_id == unit_id, Assignment.state.in_({*OWED, State.PAUSED})).order_by(Task.position)
    )) if unit_id and dispatch_id else []
    files = list(db.session.execute(
        select(IncomingFile.name, IncomingFile.size, IncomingFile.refusal, IncomingFile.file_id, StoredFile.sha256)
        .outerjoin(StoredFile, StoredFile.id == IncomingFile.file_id).where(IncomingFile.incoming_id == mail.id).order_by(IncomingFile.id)
    ))
    unit = db.session.get(Unit, mail.unit_id) if mail.unit_id else None
    dispatch = db.session.get(Dispatch, mail.dispatch_id) if mail.dispatch_id else None
    return Opened(mail, unit.name if unit else "", dispatch.number or "" if dispatch else "", files, units, dispatches, tasks)


def _get(incoming_id: int, lock: bool = False) -> IncomingMail:
    mail = db.session.get(IncomingMail, incoming_id, with_for_update=lock or None, populate_existing=lock)
    if mail is None:
        raise NotFound()
    return mail


def file(actor: Actor, incoming_id: int, unit_id: int | None, dispatch_id: int | None, assignment_ids: Sequence[int], remember: bool = False) -> int:
    """Files a message as the unit's submission; gives the submission's id. remember: its sender is the unit's from now on.

    Raises Forbidden, NotFound, BadInput("incoming.choose", "answer.none_chosen"), Conflict("incoming.decided", "answer.closed").
    """
    actor.need(Right.MAIL_TRIAGE)
    mail = _undecided(incoming_id)
    if not unit_id or not dispatch_id:
        raise BadInput("incoming.choose")
    if not assignment_ids:
        raise BadInput("answer.none_chosen")
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound()
    mail.unit_id, mail.dispatch_id = unit_id, dispatch_id
    by = Actor(actor.id, f"{actor.name} (xếp thư của {unit.name})"[:120], Role.OFFICER, unit_id, actor.email, unit.name)
    if remember and mail.sender:
        db.session.merge(KnownSender(id=_known(mail.sender), address=mail.sender, unit_id=unit_id, by_person_id=actor.id, at=clock.now()))
    return _hand_in(by, mail, assignment_ids, actor.id)


def _known(address: str) -> int | None:
    return db.session.scalar(select(KnownSender.id).where(KnownSender.address == address))


def _undecided(incoming_id: int) -> IncomingMail:
    mail = _get(incoming_id, lock=True)
    if mail.state not in ("triage", "confirm"):
        raise Conflict("incoming.decided")
    return mail


def _hand_in(by: Actor, mail: IncomingMail, assignment_ids: Sequence[int], decided_by: int | None) -> int:
    dispatch = db.session.get_one(Dispatch, mail.dispatch_id)
    if dispatch.state != DispatchState.ISSUED:
        raise Conflict("answer.closed", number=dispatch.number or "")
    wanted = set(mail_submissions.named_tasks(dispatch.id, by, ""))
    if not set(assignment_ids) <= wanted:
        raise NotFound()
    stored = list(db.session.scalars(
        select(StoredFile).join(IncomingFile, IncomingFile.file_id == StoredFile.id).where(IncomingFile.incoming_id == mail.id).order_by(IncomingFile.id)))
    mail.submission_id = mail_submissions.hand_in(by, dispatch.id, assignment_ids, stored, mail.body)
    mail.state, mail.reason, mail.decided_by_id, mail.decided_at = "filed", "", decided_by, clock.now()
    history.record(by, "mail.filed", dispatch_id=dispatch.id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender)
    mail_receipts.send(mail)
    return mail.submission_id or 0


def set_aside(actor: Actor, incoming_id: int) -> None:
    """Không phải việc của ta: the message is kept and needs nothing more. Raises Forbidden, NotFound, Conflict("incoming.decided")."""
    actor.need(Right.MAIL_TRIAGE)
    mail = _undecided(incoming_id)
    mail.state, mail.decided_by_id, mail.decided_at = "aside", actor.id, clock.now()
    history.record(actor, "mail.aside", dispatch_id=mail.dispatch_id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender)


def take_up(actor: Actor, incoming_id: int) -> None:
    """Takes a message that was set aside up again. Raises Forbidden, NotFound, Conflict("incoming.decided")."""
    actor.need(Right.MAIL_TRIAGE)
    mail = _get(incoming_id, lock=True)
    if mail.state != "aside":
        raise Conflict("incoming.decided")
    mail.state, mail.reason, mail.decided_by_id, mail.decided_at = "triage", mail.reason or i18n.say("incoming.no_unit"), None, None
    history.record(actor, "mail.again", dispatch_id=mail.dispatch_id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender)


def to_confirm(token: str) -> Opened:
    """The message behind a confirm link. Raises NotFound for a forged or old link."""
    incoming_id = mail_receipts.read_token(token)
    if incoming_id is None:
        raise NotFound()
    return _opened(_get(incoming_id), None, None)


def confirm(token: str, assignment_ids: Sequence[int]) -> int:
    """The unit's own word: hands in what its mail brought; gives the submission's id. Raises NotFound, BadInput, Conflict."""
    incoming_id = mail_receipts.read_token(token)
    if incoming_id is None:
        raise NotFound()
    mail = _undecided(incoming_id)
    if mail.state != "confirm":
        raise Conflict("incoming.decided")
    if not assignment_ids:
        raise BadInput("answer.none_chosen")
    unit = db.session.get_one(Unit, mail.unit_id)
    by = Actor(None, f"{unit.name} (xác nhận qua thư của {mail.sender})"[:120], Role.OFFICER, unit.id, mail.sender, unit.name)
    return _hand_in(by, mail, assignment_ids, None)
