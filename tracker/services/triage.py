"""What is decided about a message by a person: the clerk files it, sets it aside, takes it back; the unit confirms or corrects what it sent."""
from collections.abc import Sequence

from sqlalchemy import select

from tracker import clock, i18n
from tracker.db import db
from tracker.domain.access import Actor, Right, Role
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import OWED, DispatchState, State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.incoming import Filing, IncomingMail
from tracker.models.units import Unit
from tracker.services import history, known_senders, mail_receipts, mail_second_look, mail_settling, withdrawing


def get(incoming_id: int, lock: bool = False) -> IncomingMail:
    """One message; lock: it is about to be decided. Raises NotFound, Conflict("incoming.secret_first", "incoming.decided")."""
    mail = db.session.get(IncomingMail, incoming_id, with_for_update=lock or None, populate_existing=lock)
    if mail is None:
        raise NotFound()
    if lock and mail.attention == "secret":
        raise Conflict("incoming.secret_first")
    if lock and mail.removed_at is not None:
        raise Conflict("incoming.decided")
    return mail


def file(actor: Actor, incoming_id: int, unit_id: int | None, assignment_ids: Sequence[int], remember: bool = False) -> list[int]:
    """Files a message as the unit's submissions, one for each dispatch of the chosen assignments, whole or nothing; gives their ids.

    remember: its sender is the unit's from now on. Raises Forbidden, NotFound, BadInput("incoming.choose_unit", "answer.none_chosen"),
    Conflict("incoming.decided", "answer.closed").
    """
    actor.need(Right.MAIL_TRIAGE)
    mail = _undecided(incoming_id)
    if not unit_id:
        raise BadInput("incoming.choose_unit")
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound()
    by = Actor(actor.id, tr("{name} (xếp thư của {name2})", name=actor.name, name2=unit.name)[:120], Role.OFFICER, unit_id, actor.email, unit.name)
    made = _hand_in(by, mail, assignment_ids, actor.id)
    if remember and mail.sender:
        known_senders.keep(actor, mail.sender, unit_id)
    return made


def _undecided(incoming_id: int) -> IncomingMail:
    mail = get(incoming_id, lock=True)
    if mail.state not in ("triage", "confirm"):
        raise Conflict("incoming.decided")
    return mail


def _hand_in(by: Actor, mail: IncomingMail, assignment_ids: Sequence[int], decided_by: int | None, kind: str = "mail.filed") -> list[int]:
    wanted = _by_dispatch(by.unit_id, assignment_ids)
    mail.unit_id = by.unit_id
    made = mail_settling.file_under(mail, wanted, mail_settling.kept_files(mail.id), by)
    mail.state, mail.reason, mail.attention, mail.decided_by_id, mail.decided_at = "filed", "", None, decided_by, clock.now()
    for dispatch_id in wanted:
        history.record(by, kind, dispatch_id=dispatch_id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender)
    db.session.flush()
    mail_second_look.fill(mail)
    mail_receipts.send(mail)
    return made


def _by_dispatch(unit_id: int | None, assignment_ids: Sequence[int]) -> dict[int, list[int]]:
    """The chosen assignments by dispatch. Raises BadInput, NotFound for what is not the unit's or not owed any more, Conflict for an ended dispatch."""
    if not assignment_ids:
        raise BadInput("answer.none_chosen")
    rows = db.session.execute(
        select(Assignment.id, Assignment.dispatch_id, Dispatch.state, Dispatch.number).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.id.in_(assignment_ids), Assignment.unit_id == unit_id, Assignment.state.in_({*OWED, State.PAUSED}))
        .order_by(Assignment.dispatch_id, Assignment.id)
    ).all()
    if {row.id for row in rows} != set(assignment_ids):
        raise NotFound()
    found: dict[int, list[int]] = {}
    for row in rows:
        if row.state != DispatchState.ISSUED:
            raise Conflict("answer.closed", number=row.number or "")
        found.setdefault(row.dispatch_id, []).append(row.id)
    return found


def set_aside(actor: Actor, incoming_id: int) -> None:
    """Không phải việc của ta: the message is kept and needs nothing more. Raises Forbidden, NotFound, Conflict("incoming.decided")."""
    actor.need(Right.MAIL_TRIAGE)
    mail = _undecided(incoming_id)
    mail.state, mail.attention, mail.decided_by_id, mail.decided_at = "aside", None, actor.id, clock.now()
    _record(actor, mail, "mail.aside")


def take_up(actor: Actor, incoming_id: int) -> None:
    """Takes a message that was set aside up again. Raises Forbidden, NotFound, Conflict("incoming.decided")."""
    actor.need(Right.MAIL_TRIAGE)
    mail = get(incoming_id, lock=True)
    if mail.state != "aside":
        raise Conflict("incoming.decided")
    mail.state, mail.reason, mail.decided_by_id, mail.decided_at = "triage", mail.reason or i18n.say("incoming.no_unit"), None, None
    _record(actor, mail, "mail.again")


def unfile(actor: Actor, incoming_id: int) -> None:
    """Bỏ xếp: takes back all that a message was filed as, whole or nothing; it waits for the clerk again. Its sender is told if told before.

    Raises Forbidden, NotFound, Conflict("incoming.decided", "withdraw.closed", "withdraw.reviewed").
    """
    actor.need(Right.MAIL_TRIAGE)
    mail = get(incoming_id, lock=True)
    _take_out(actor, mail)
    mail.state, mail.reason, mail.decided_by_id, mail.decided_at = "triage", i18n.say("incoming.unfiled"), actor.id, clock.now()
    _record(actor, mail, "mail.unfiled")
    mail_receipts.sequel(mail)


def _take_out(by: Actor, mail: IncomingMail, reason: str = "") -> None:
    """Raises Conflict("incoming.decided") for a message that is not filed, and as withdrawing does."""
    ids = list(db.session.scalars(select(Filing.submission_id).where(Filing.incoming_id == mail.id).order_by(Filing.submission_id)))
    if mail.state != "filed" or not ids:
        raise Conflict("incoming.decided")
    for submission_id in ids:
        withdrawing.take_back(by, submission_id, reason)
    db.session.expire(mail, ["submission_id"])
    mail.attention, mail.turn, mail.submission_id = None, mail.turn + 1, None


def keep_filed(actor: Actor, incoming_id: int) -> None:
    """The clerk has looked at a filed message that was doubted: it stays where it is. Raises Forbidden, NotFound, Conflict("incoming.decided")."""
    actor.need(Right.MAIL_TRIAGE)
    mail = get(incoming_id, lock=True)
    if mail.state != "filed" or mail.attention != "doubt":
        raise Conflict("incoming.decided")
    mail.attention, mail.reason, mail.decided_by_id, mail.decided_at = None, "", actor.id, clock.now()
    _record(actor, mail, "mail.kept")


def by_link(token: str, kind: str, lock: bool = False) -> IncomingMail:
    """The message behind a link of a receipt (kind: confirm or correct). Raises NotFound for a forged or old one, and where it may be secret."""
    incoming_id = mail_receipts.read_token(token, kind)
    mail = db.session.get(IncomingMail, incoming_id) if incoming_id is not None else None
    if mail is None or mail.attention == "secret" or mail.removed_at is not None:
        raise NotFound()
    return get(mail.id, lock)


def confirm(token: str, assignment_ids: Sequence[int]) -> list[int]:
    """The unit's own word: hands in what its mail brought; gives the submissions' ids. Raises NotFound, BadInput, Conflict("incoming.decided")."""
    mail = by_link(token, "confirm", lock=True)
    if mail.state != "confirm":
        raise Conflict("incoming.decided")
    return _hand_in(_sender(mail, tr("xác nhận")), mail, assignment_ids, None)


def correct(token: str, assignment_ids: Sequence[int]) -> list[int]:
    """The sender's word on what its mail was filed as: other tasks, or none, and then the clerk decides; gives the submissions' ids.

    It works while nothing of it is reviewed. Raises NotFound, BadInput, Conflict("incoming.decided", "withdraw.closed", "withdraw.reviewed").
    """
    mail = by_link(token, "correct", lock=True)
    by = _sender(mail, tr("sửa"))
    _take_out(by, mail)
    if assignment_ids:
        return _hand_in(by, mail, assignment_ids, None, "mail.corrected")
    mail.state, mail.reason, mail.decided_by_id, mail.decided_at = "triage", i18n.say("incoming.withdrawn"), None, clock.now()
    history.record(by, "mail.unfiled", dispatch_id=mail.dispatch_id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender)
    return []


def _sender(mail: IncomingMail, does: str) -> Actor:
    unit = db.session.get_one(Unit, mail.unit_id)
    return Actor(None, tr("{name} ({does} qua thư của {sender})", name=unit.name, does=does,
        sender=mail.sender)[:120], Role.OFFICER, unit.id, mail.sender, unit.name)


def _record(actor: Actor, mail: IncomingMail, kind: str) -> None:
    history.record(actor, kind, dispatch_id=mail.dispatch_id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender)
