"""The list of dispatches with their progress: all for the province, those it received for a unit."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select, tuple_

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.status import OWED, DispatchState, State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.reading.folding import fold

PAGE = 25
#: Filters of the list, in the order shown; drafts only for those who may see them.
STATES = (DispatchState.ISSUED, DispatchState.CLOSED, DispatchState.WITHDRAWN)


_COUNTED: dict[str, str] = {
    State.ACCEPTED: "done", State.SUBMITTED: "wait", State.ASSIGNED: "new", State.ACKNOWLEDGED: "ack", State.RETURNED: "returned",
}


@dataclass(slots=True)
class Progress:
    """Counts of one dispatch or task: cancelled ones are outside, late ones are among the owed."""

    total: int = 0
    done: int = 0
    wait: int = 0
    late: int = 0
    new: int = 0
    ack: int = 0
    returned: int = 0

    def add(self, state: str, late: bool, n: int) -> None:
        """Counts n assignments of one state."""
        if state == State.CANCELLED:
            return
        self.total += n
        self.late += n if late else 0
        if name := _COUNTED.get(state):
            setattr(self, name, getattr(self, name) + n)


@dataclass(frozen=True, slots=True)
class Line:
    """One dispatch of the list; unread: the unit of the reader has not opened it yet; next_on: the next date still owed."""

    id: int
    number: str
    issued_on: date | None
    subject: str
    state: str
    unread: bool
    progress: Progress
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list; before: the cursor of the next page, empty at the end."""

    lines: list[Line]
    before: str
    years: list[int]


def page(actor: Actor, state: str = "", year: int | None = None, search: str = "", before: str = "") -> Page:
    """Issued dispatches, newest first: all for the province, those it received for a unit. Search looks for folded words."""
    wanted = _visible(actor).where(Dispatch.state.in_([state] if state in STATES else STATES))
    if year:
        wanted = wanted.where(Dispatch.issued_on.between(date(year, 1, 1), date(year, 12, 31)) if MINYEAR <= year <= MAXYEAR else false())
    for word in fold(search).split():
        wanted = wanted.where(Dispatch.folded.contains(word, autoescape=True))
    if cursor := _cursor(before):
        wanted = wanted.where(tuple_(Dispatch.issued_on, Dispatch.id) < tuple_(*cursor))
    rows = db.session.execute(wanted.order_by(Dispatch.issued_on.desc(), Dispatch.id.desc()).limit(PAGE + 1)).all()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    counted, nexts = progress(actor, Assignment.dispatch_id, [row.id for row in rows])
    lines = [
        Line(row.id, row.number or tr("Không số"), row.issued_on, row.short_subject or row.subject, row.state, row.unread, counted[row.id], nexts.get(row.id))
        for row in rows
    ]
    return Page(lines, f"{rows[-1].issued_on.isoformat()}.{rows[-1].id}" if more else "", _years(actor))


def _visible(actor: Actor) -> Select[int, str | None, date | None, str, str, str, bool]:
    columns = (Dispatch.id, Dispatch.number, Dispatch.issued_on, Dispatch.subject, Dispatch.short_subject, Dispatch.state)
    if actor.sees_all_units:
        return select(*columns, false().label("unread"))
    mine = and_(DispatchRecipient.dispatch_id == Dispatch.id, DispatchRecipient.unit_id == actor.unit_id)
    return select(*columns, DispatchRecipient.seen_at.is_(None).label("unread")).join(DispatchRecipient, mine)


def _cursor(before: str) -> tuple[date, int] | None:
    day, _, number = before.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _years(actor: Actor) -> list[int]:
    """The years between the first and the last dispatch that the actor sees (two index look-ups, never a scan)."""
    span = select(func.min(Dispatch.issued_on), func.max(Dispatch.issued_on)).where(Dispatch.state.in_(STATES))
    if not actor.sees_all_units:
        span = span.join(DispatchRecipient, and_(DispatchRecipient.dispatch_id == Dispatch.id, DispatchRecipient.unit_id == actor.unit_id))
    first, last = db.session.execute(span).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def progress(actor: Actor, by: Any, ids: Iterable[int]) -> tuple[dict[int, Progress], dict[int, date]]:
    """Counts of the assignments that the actor sees, per value of a column; and the next date still owed."""
    late = _late()
    owed = Assignment.chase_on >= clock.today()
    wanted = select(by, Assignment.state, late, func.count(), func.min(case((owed, Assignment.chase_on)))).where(by.in_(list(ids)))
    if not actor.sees_all_units:
        wanted = wanted.where(Assignment.unit_id == actor.unit_id)
    found: dict[int, Progress] = defaultdict(Progress)
    nexts: dict[int, date] = {}
    for key, state, is_late, n, next_on in db.session.execute(wanted.group_by(by, Assignment.state, late)):
        found[key].add(state, bool(is_late), n)
        if next_on:
            nexts[key] = min(nexts.get(key, next_on), next_on)
    return found, nexts


def _late() -> ColumnElement[Any]:
    return case((and_(Assignment.state.in_(sorted(OWED)), Assignment.due_on < clock.today()), 1), else_=0).label("late")


@dataclass(frozen=True, slots=True)
class Draft:
    """A dispatch still being prepared, for the list of those who may see it."""

    id: int
    number: str
    subject: str
    updated_at: datetime
    state: str


def draft_lines(actor: Actor) -> list[Draft]:
    """Drafts, the last touched first; none for those who may not see them. state: ready, queued, reading or failed."""
    if not actor.can(Right.DISPATCH_DRAFT):
        return []
    # The state alone: a reading is long, and longer with each step that can be taken back.
    state = func.coalesce(Dispatch.reading["state"].as_string(), "ready").label("state")
    columns = (Dispatch.id, Dispatch.number, Dispatch.subject, Dispatch.updated_at, state, StoredFile.name)
    wanted = select(*columns).outerjoin(StoredFile, StoredFile.id == Dispatch.file_id).where(Dispatch.state == DispatchState.DRAFT)
    return [
        Draft(row.id, row.number or tr("Chưa có số"), row.subject or row.name or tr("Chưa có trích yếu"), row.updated_at, row.state)
        for row in db.session.execute(wanted.order_by(Dispatch.updated_at.desc(), Dispatch.id.desc()).limit(50))
    ]
