"""Thư đến, for reading: the list with what is proposed, one message with what may be chosen, and the mail of a dispatch or a unit."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, func, literal_column, or_, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.status import OWED, DispatchState, State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import Filing, IncomingFile, IncomingMail
from tracker.models.people import Person
from tracker.models.submissions import Submission, SubmissionItem
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import known_senders, mail_submissions, recognising, secret_mail, triage

PAGE = 30
MOST_DISPATCHES, SHOWN = 40, 10
#: What the list shows: what waits for the clerk, for the unit, and what was dealt with.
FILTERS = {"triage": tr("chờ xử lý"), "confirm": tr("chờ đơn vị xác nhận"), "filed": tr("đã xếp"), "aside": tr("không cần xử lý")}
#: What needs the clerk: a message in triage, and a filed one that something found since speaks against.
WAITS = or_(
    and_(IncomingMail.state == "triage", or_(IncomingMail.attention.is_(None), IncomingMail.attention != "reading")),
    IncomingMail.attention.in_(("doubt", "secret")),
)
#: Counted up to a hundred, beside the other figures of the menu and the first page.
WAITING = (
    select(func.count()).select_from(select(IncomingMail.id).where(WAITS).limit(100).correlate(None).subquery()).scalar_subquery()
)


@dataclass(frozen=True)
class Listed:
    """One page of the list, newest first; before: the id that the next page begins below, 0 at the end; of: the unit or dispatch it is about."""

    rows: list[Any]
    before: int
    of: str = ""


@dataclass(frozen=True)
class Group:
    """One dispatch in which the unit owes something, with its tasks."""

    id: int
    number: str
    subject: str
    tasks: list[Any]


@dataclass(frozen=True)
class Opened:
    """One message: its row, its files, what may be chosen, and what is proposed (ticked: assignment ids).

    filed: what it was filed as; ended: the dispatch it answers, where that takes no answers any more; older, newer: its neighbours that wait.
    """

    mail: IncomingMail
    unit_id: int | None
    unit: str
    files: list[Any]
    units: list[Any]
    groups: list[Group]
    ticked: frozenset[int]
    filed: list[Any] = field(default_factory=list)
    ended: Any = None
    known: Any = None
    older: int | None = None
    newer: int | None = None
    queue: list[Any] = field(default_factory=list)
    own: frozenset[int] = frozenset()
    decided_by: str = ""

    @property
    def readings(self) -> list[Any]:
        """Files that were read, with what they say."""
        return [file for file in self.files if file.reading]

    @property
    def until(self) -> datetime | None:
        """When a message that is held back as secret is removed by itself."""
        return self.mail.secret_at + secret_mail.KEPT if self.mail.secret_at else None

    @property
    def waits(self) -> bool:
        """Whether some file is still to be read."""
        return any(file.read_state in ("waits", "reads") for file in self.files)


def listed(actor: Actor, state: str, before: int = 0, unit_id: int | None = None, dispatch_id: int | None = None) -> Listed:
    """Messages in one state, or all of a unit or a dispatch. Raises Forbidden."""
    actor.need(Right.MAIL_TRIAGE)
    wanted = _state(state) if not (unit_id or dispatch_id) else _of(unit_id, dispatch_id)
    query = select(*_COLUMNS).outerjoin(Unit, Unit.id == IncomingMail.unit_id).outerjoin(Dispatch, Dispatch.id == IncomingMail.dispatch_id)
    query = query.where(wanted).order_by(IncomingMail.id.desc()).limit(PAGE + 1)
    rows = list(db.session.execute(query.where(IncomingMail.id < before) if before else query))
    return Listed(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0, _name(unit_id, dispatch_id))


_COLUMNS = (
    IncomingMail.id, IncomingMail.subject, IncomingMail.sender, IncomingMail.sender_name, IncomingMail.received_at, IncomingMail.reason, IncomingMail.nature,
    IncomingMail.state, IncomingMail.attention, IncomingMail.proposed, Unit.short_name.label("unit"), Dispatch.number,
)


def _state(state: str) -> Any:
    if state == "triage":
        return or_(IncomingMail.state == "triage", IncomingMail.attention.in_(("doubt", "secret")))
    return IncomingMail.state == (state if state in FILTERS else "triage")


def _of(unit_id: int | None, dispatch_id: int | None) -> Any:
    return IncomingMail.unit_id == unit_id if unit_id else IncomingMail.dispatch_id == dispatch_id


def _name(unit_id: int | None, dispatch_id: int | None) -> str:
    unit = db.session.get(Unit, unit_id) if unit_id else None
    dispatch = db.session.get(Dispatch, dispatch_id) if dispatch_id and not unit else None
    return unit.name if unit else dispatch.number or tr("công văn") if dispatch else ""


def latest(unit_id: int | None = None, dispatch_id: int | None = None, since: datetime | None = None) -> list[Any]:
    """The latest messages of a unit or a dispatch (id, subject, sender, received_at, state, reason), for its own page; since: received from then on only."""
    query = select(IncomingMail.id, IncomingMail.subject, IncomingMail.sender, IncomingMail.received_at, IncomingMail.state, IncomingMail.reason)
    query = query.where(_of(unit_id, dispatch_id)).order_by(IncomingMail.id.desc()).limit(SHOWN)
    return list(db.session.execute(query.where(IncomingMail.received_at >= since) if since else query))


def opened(actor: Actor, incoming_id: int, unit_id: int | None = None) -> Opened:
    """One message with what can be chosen for it; unit_id: the unit that the clerk has chosen so far. Raises NotFound, Forbidden."""
    actor.need(Right.MAIL_TRIAGE)
    found = view(triage.get(incoming_id), unit_id)
    units = list(db.session.execute(select(Unit.id, Unit.name).where(_alive()).order_by(Unit.code)))
    beside = select(func.max(IncomingMail.id).filter(IncomingMail.id < incoming_id), func.min(IncomingMail.id).filter(IncomingMail.id > incoming_id))
    older, newer = db.session.execute(beside.where(WAITS)).one()
    return Opened(
        found.mail, found.unit_id, found.unit, found.files, units, found.groups, found.ticked, found.filed, found.ended,
        known_senders.of_address(found.mail.sender) if found.mail.sender else None, older, newer,
        listed(actor, "triage").rows, recognising.sender(found.mail.sender).units if found.mail.sender else frozenset(),
        db.session.scalar(select(Person.name).where(Person.id == found.mail.decided_by_id)) or "" if found.mail.decided_by_id else "",
    )


def _alive() -> Any:
    today = clock.today()
    return and_(Unit.level == "district", or_(Unit.valid_to.is_(None), Unit.valid_to >= today), or_(Unit.valid_from.is_(None), Unit.valid_from <= today))


def view(mail: IncomingMail, unit_id: int | None = None) -> Opened:
    """One message as its unit may see it through a link: what may be chosen is its unit's. The caller has checked who asks."""
    unit = db.session.get(Unit, unit_id or mail.unit_id or 0)
    filed = list(db.session.execute(
        select(Submission.id, Submission.dispatch_id, Dispatch.number).join(Filing, Filing.submission_id == Submission.id)
        .join(Dispatch, Dispatch.id == Submission.dispatch_id).where(Filing.incoming_id == mail.id).order_by(Submission.id)
    ))
    groups = _groups(unit.id, [row.id for row in filed]) if unit else []
    files = list(db.session.execute(
        select(*_FILE).outerjoin(StoredFile, StoredFile.id == IncomingFile.file_id).where(IncomingFile.incoming_id == mail.id).order_by(IncomingFile.id)))
    dispatch = db.session.get(Dispatch, mail.dispatch_id) if mail.dispatch_id else None
    ended = dispatch if dispatch and dispatch.state in (DispatchState.CLOSED, DispatchState.WITHDRAWN) else None
    return Opened(mail, unit.id if unit else None, unit.name if unit else "", files, [], groups, _ticked(mail, groups, bool(filed)), filed, ended)


_FILE = (
    IncomingFile.name, IncomingFile.size, IncomingFile.refusal, IncomingFile.file_id, IncomingFile.read_state, IncomingFile.read_problem,
    IncomingFile.reading, StoredFile.sha256,
)


def _groups(unit_id: int, submissions: Sequence[int]) -> list[Group]:
    """Dispatches in which the unit owes something, newest first; with what these submissions handed in, since that may be chosen again."""
    handed = select(SubmissionItem.assignment_id).where(SubmissionItem.submission_id.in_(submissions))
    may = or_(Assignment.state.in_({*OWED, State.PAUSED}), Assignment.id.in_(handed) if submissions else false())
    rows = db.session.execute(
        select(Assignment.id, Assignment.dispatch_id, Assignment.state, Assignment.due_on, Task.title, Task.label, Task.position, Task.kind, Dispatch.number,
               func.coalesce(func.nullif(Dispatch.short_subject, literal_column("''")), Dispatch.subject).label("subject"))
        .join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.unit_id == unit_id, Dispatch.state == DispatchState.ISSUED, may)
        .order_by(Assignment.dispatch_id.desc(), Task.kind.desc(), Task.position)
    )
    found: dict[int, Group] = {}
    for row in rows:
        if row.dispatch_id not in found and len(found) == MOST_DISPATCHES:
            break
        found.setdefault(row.dispatch_id, Group(row.dispatch_id, row.number or "", row.subject or "", [])).tasks.append(row)
    return list(found.values())


def _ticked(mail: IncomingMail, groups: Sequence[Group], filed: bool) -> frozenset[int]:
    """What is proposed: what is filed now; else what the documents cover; else the tasks whose numbers are named, or all of the dispatch."""
    if filed:
        return frozenset(task.id for group in groups for task in group.tasks if task.state == State.SUBMITTED)
    proposed = mail.proposed or {}
    covered, ids = set(proposed.get("assignment_ids", ())), set(proposed.get("dispatch_ids", ())) or {mail.dispatch_id}
    ticked: set[int] = set()
    numbers = mail_submissions.named_numbers(f"{mail.subject}\n{mail.body}")
    for group in groups:
        if group.id in ids:
            all_of = {task.id for task in group.tasks}
            named = {task.id for task in group.tasks if (task.label or str(task.position)) in numbers}
            ticked |= (covered & all_of) or named or all_of
    return frozenset(ticked)
