"""What a unit can still ask the province for: later dates and another look, task by task, with the reason where it cannot."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.badges import badge
from tracker.domain.errors import Conflict
from tracker.domain.extending import Caps, Dates, check_times, latest
from tracker.domain.status import State
from tracker.i18n import badge_words, words
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.objections import Objection
from tracker.models.tasks import Task
from tracker.services import answering
from tracker.services.answer_page import task_label
from tracker.services.calendar import soon_until
from tracker.services.extensions import caps_of, dates_of, granted_counts, need_extendable
from tracker.services.objections import need_objectable


@dataclass(frozen=True, slots=True)
class Line:
    """One task of the form. why_not: the sentence where it cannot be chosen; latest: the last date that the dispatch's caps leave open."""

    id: int
    label: str
    title: str
    kind: str
    words: str
    due_on: date | None
    original_due_on: date | None
    review_on: date | None
    fix_by: date | None
    late_before: int
    granted: int
    latest: date | None
    why_not: str


@dataclass(frozen=True)
class Page:
    """The form for a dispatch: lines that can be chosen first."""

    dispatch_id: int
    number: str
    subject: str
    state: str
    caps: Caps
    lines: list[Line]

    @property
    def open(self) -> list[Line]:
        """Those that can be chosen."""
        return [line for line in self.lines if not line.why_not]


def for_extension(actor: Actor, dispatch_id: int) -> Page:
    """What the actor's unit has of a dispatch, with the reason for each that cannot be extended. Raises NotFound, Forbidden."""
    return _page(actor, dispatch_id, extension=True)


def for_objection(actor: Actor, dispatch_id: int) -> Page:
    """The same for saying that a task is not the unit's. Raises NotFound, Forbidden."""
    return _page(actor, dispatch_id, extension=False)


def _page(actor: Actor, dispatch_id: int, *, extension: bool) -> Page:
    answering.place(actor, dispatch_id)
    dispatch = db.session.get_one(Dispatch, dispatch_id)
    wanted = (
        select(Assignment, Task.title, Task.kind, Task.label, Task.position).join(Task, Task.id == Assignment.task_id)
        .where(Assignment.dispatch_id == dispatch_id, Assignment.unit_id == actor.unit_id, Assignment.state.not_in((State.CANCELLED, State.ACCEPTED)))
        .order_by(Assignment.due_on.is_(None), Assignment.due_on, Task.position, Assignment.id)
    )
    rows = db.session.execute(wanted).all()
    ids, caps, today, soon = [row[0].id for row in rows], caps_of(dispatch), clock.today(), soon_until()
    if extension:
        granted, waiting = granted_counts(ids), _having(Extension.assignment_id, Extension.state == "asked", ids)
        lines = [_line(row, caps, granted.get(row[0].id, 0), _no_extension(row, caps, granted, waiting), today, soon) for row in rows]
    else:
        dismissed = _having(Objection.assignment_id, Objection.state == "dismissed", ids)
        lines = [_line(row, Caps(), 0, _no_objection(row, dismissed), today, soon) for row in rows]
    lines.sort(key=lambda line: bool(line.why_not))
    return Page(dispatch_id, dispatch.number or "", dispatch.short_subject or dispatch.subject, dispatch.state, caps, lines)


def _having(column: object, condition: object, ids: Sequence[int]) -> set[int]:
    return set(db.session.scalars(select(column).where(condition, column.in_(ids))))  # type: ignore[call-overload, attr-defined]


def _no_extension(row: Row, caps: Caps, granted: dict[int, int], waiting: set[int]) -> str:
    a, title = row[0], row.title
    try:
        need_extendable(a, title, a.id in waiting)
        check_times(title, dates_of(a, granted.get(a.id, 0)), caps)
    except Conflict as refusal:
        return words(refusal)
    return ""


def _no_objection(row: Row, dismissed: set[int]) -> str:
    try:
        need_objectable(row[0], row.title, row[0].id in dismissed)
    except Conflict as refusal:
        return words(refusal)
    return ""


def _line(row: Row, caps: Caps, granted: int, why_not: str, today: date, soon: date) -> Line:
    a: Assignment = row[0]
    shown = badge(a.state, a.due_on, a.submitted_on, today, soon, a.late_before)
    last = latest(Dates(a.due_on, a.original_due_on, granted), caps) if a.due_on else None
    return Line(
        a.id, task_label(row.kind, row.label, row.position), row.title, shown.kind, badge_words(shown), a.due_on, a.original_due_on, a.review_on,
        a.fix_by, a.late_before, granted, last, why_not,
    )
