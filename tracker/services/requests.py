"""What units ask of the province and still waits: extensions and objections in one list, oldest first; and what was decided just now."""
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, text, tuple_

from tracker import clock
from tracker.db import db, read
from tracker.domain.access import Actor, Right
from tracker.domain.extending import GRANTABLE, Caps, Dates, late_when_asked, latest
from tracker.i18n import EXTENSION_REASONS
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services.extensions import granted_counts
from tracker.services.objections import may_decide
from tracker.services.request_mails import UNDO_WINDOW

PAGE = 30
KINDS = ("extension", "objection")
#: Where a page ends: the moment, the kind, the id.
Cursor = tuple[datetime, str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One waiting request. row: its columns; late: days late now; latest: the last date that the caps leave; mine: the actor may decide it."""

    kind: str
    row: Row
    late: int
    granted: int
    latest: date | None
    reason_kind: str
    mine: bool

    @property
    def place(self) -> Cursor:
        """Its place in the list."""
        return self.row.at, self.kind, self.row.id


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision whose mail has not left: what it was about, and the mail that takes it back."""

    mail_id: int
    kind: str
    state: str
    unit: str
    number: str
    count: int
    granted_on: date | None


@dataclass(frozen=True)
class Waiting:
    """How many wait for a decision; oldest: the unit and the moment of the first."""

    extensions: int
    objections: int
    oldest: tuple[str, datetime] | None = None

    @property
    def total(self) -> int:
        """Of both kinds."""
        return self.extensions + self.objections


@dataclass(frozen=True)
class Page:
    """One page of the list; after: the cursor of the next one."""

    lines: list[Line]
    waiting: Waiting
    decided: list[Decided]
    after: Cursor | None


def _columns(table: Any, at: Any, *more: Any) -> Select:
    return (
        select(
            table.id, at.label("at"), table.assignment_id, table.dispatch_id, table.unit_id, table.reason, table.channel, table.file_id,
            StoredFile.name.label("file_name"), Person.name.label("by"), Unit.short_name.label("unit"), Unit.phone, Task.title,
            Dispatch.number, Dispatch.extension_days, Dispatch.extension_times, Assignment.state, Assignment.due_on, Assignment.original_due_on,
            Assignment.review_on, Assignment.fix_by, Assignment.late_before, Assignment.submitted_on, Assignment.held_on, *more,
        )
        .select_from(table)
        .join(Assignment, Assignment.id == table.assignment_id).join(Task, Task.id == Assignment.task_id)
        .join(Dispatch, Dispatch.id == table.dispatch_id).join(Unit, Unit.id == table.unit_id)
        .outerjoin(StoredFile, StoredFile.id == table.file_id)
        .where(Dispatch.state == "issued")
    )


#: The words stand in the statements, not beside them: only so a database sees that the index of waiting ones is meant.
_ASKED, _RAISED = Extension.state == text("'asked'"), Objection.state == text("'raised'")
_EXTENSIONS = (
    _columns(Extension, Extension.asked_at, Extension.wished_on, Extension.category, Extension.due_before, Extension.late_before.label("late_asked"))
    .outerjoin(Person, Person.id == Extension.asked_by_id).where(_ASKED, Assignment.state.in_(GRANTABLE))
    .order_by(Extension.asked_at, Extension.id).limit(PAGE + 1)
)
_DECIDER = select(Person.name).where(Person.id == Objection.decider_id).correlate(Objection).scalar_subquery()
_OBJECTIONS = (
    _columns(Objection, Objection.raised_at, Objection.suggestion, Objection.decider_id, _DECIDER.label("decider"))
    .outerjoin(Person, Person.id == Objection.raised_by_id).where(_RAISED).order_by(Objection.raised_at, Objection.id).limit(PAGE + 1)
)
_COUNT_EXTENSIONS = (
    select(func.count()).select_from(Extension).join(Assignment, Assignment.id == Extension.assignment_id)
    .join(Dispatch, Dispatch.id == Extension.dispatch_id).where(_ASKED, Assignment.state.in_(GRANTABLE), Dispatch.state == "issued").scalar_subquery()
)
_COUNT_OBJECTIONS = (
    select(func.count()).select_from(Objection).join(Dispatch, Dispatch.id == Objection.dispatch_id).where(_RAISED, Dispatch.state == "issued")
    .scalar_subquery()
)
#: How many wait, of each kind: columns for a query that asks other things too.
COUNTS = (_COUNT_EXTENSIONS.label("extensions"), _COUNT_OBJECTIONS.label("objections"))
_COUNTS = select(*COUNTS)


def waiting(extensions: int, objections: int) -> Waiting:
    """What COUNTS gave, with since when and from whom the oldest is."""
    found = Waiting(extensions, objections)
    if not found.total:
        return found
    rows = [*db.session.execute(_EXTENSIONS.limit(1)), *db.session.execute(_OBJECTIONS.limit(1))]
    first = min(rows, key=lambda row: row.at)
    return Waiting(found.extensions, found.objections, (first.unit, first.at))


def page(actor: Actor, kind: str = "", dispatch_id: int | None = None, after: Cursor | None = None) -> Page:
    """A page of what waits, of one kind or both, of one dispatch or all. Raises Forbidden."""
    actor.need(Right.REQUEST_DECIDE)
    found: list[tuple[str, Row]] = []
    for name, statement, table in (("extension", _EXTENSIONS, Extension), ("objection", _OBJECTIONS, Objection)):
        if kind in ("", name):
            found += [(name, row) for row in db.session.execute(_narrowed(statement, table, name, dispatch_id, after))]
    found.sort(key=lambda one: (one[1].at, one[0], one[1].id))
    more, shown = len(found) > PAGE, found[:PAGE]
    granted = granted_counts([row.assignment_id for name, row in shown if name == "extension"])
    lines = [_line(actor, name, row, granted.get(row.assignment_id, 0)) for name, row in shown]
    return Page(lines, Waiting(*read(_COUNTS).one()), _decided(), lines[-1].place if more else None)


def _narrowed(statement: Select, table: Any, name: str, dispatch_id: int | None, after: Cursor | None) -> Select:
    at = Extension.asked_at if table is Extension else Objection.raised_at
    if dispatch_id:
        statement = statement.where(table.dispatch_id == dispatch_id)
    if after:
        moment, kind, id = after
        # Of one moment extensions stand before objections.
        place = (moment, id) if kind == name else (moment, 0 if name > kind else 2**31 - 1)
        statement = statement.where(tuple_(at, table.id) > place)
    return statement


def _line(actor: Actor, kind: str, row: Row, granted: int) -> Line:
    if kind == "objection":
        late = late_when_asked(row.late_before, row.due_on, row.held_on or clock.today()) if row.due_on else 0
        return Line(kind, row, late, 0, None, "", may_decide(actor, row.decider_id))
    due_on = row.due_on or row.due_before
    late = late_when_asked(row.late_before, due_on, row.submitted_on if row.state == "submitted" else clock.today())
    last = latest(Dates(due_on, row.original_due_on, granted), Caps(row.extension_days, row.extension_times))
    return Line(kind, row, late, granted, last, EXTENSION_REASONS[row.category], True)


def _decided() -> list[Decided]:
    """Decisions of the last minutes whose mail can still be stopped, the latest first."""
    since = clock.now() - UNDO_WINDOW
    rows: list[tuple[str, Any]] = []
    for kind, table, granted_on in (("extension", Extension, Extension.granted_on), ("objection", Objection, None)):
        columns = [table.mail_id, table.state, Unit.short_name.label("unit"), Dispatch.number, func.count().label("count")]
        wanted = (
            select(*columns, *([func.max(granted_on).label("granted_on")] if granted_on is not None else []))
            .join(Mail, Mail.id == table.mail_id).join(Unit, Unit.id == table.unit_id).join(Dispatch, Dispatch.id == table.dispatch_id)
            .where(table.decided_at > since, Mail.state.in_(("queued", "skipped")), Mail.attempts == 0, Dispatch.state == "issued")
            .group_by(table.mail_id, table.state, Unit.short_name, Dispatch.number).order_by(table.mail_id.desc()).limit(PAGE)
        )
        rows += [(kind, row) for row in db.session.execute(wanted)]
    return [
        Decided(row.mail_id, kind, row.state, row.unit, row.number or "", row.count, getattr(row, "granted_on", None))
        for kind, row in sorted(rows, key=lambda one: -one[1].mail_id)
    ]
