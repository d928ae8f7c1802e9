"""History as people look for it: of the office, a dispatch, an assignment, a unit or a person, narrowed and page by page.

Events are walked backwards by their own number, which grows with time, along the index of what the history is of, and never more than WINDOW of
them for one page: what a page costs does not depend on how long the history is, however few of its events match.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker import clock
from tracker.db import db, read
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.events import Event
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import assignments, history_kinds, units
from tracker.services.history_kinds import way
from tracker.services.sentences import sentence

#: Lines of a page; events read for them, since many alike become one line; events looked through for one page.
LINES, EVENTS, WINDOW = 50, 400, 20_000
#: Objects named under a line that stands for many events.
NAMED = 30
#: Numbers are given at the moment of writing and times a little earlier, so that two writers may stand the other way round.
SLACK = 500
MOST_PEOPLE = 50


@dataclass(frozen=True)
class Scope:
    """Whose history it is: the column that holds it (None: the office's) and its id; readable: what the reader may see of it."""

    column: InstrumentedAttribute[Any] | None
    id: int
    title: str
    sub: str
    back: str
    readable: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True)
class Asked:
    """What is asked for: a group of kinds, a way, a name, a person, a unit, days (both included); before: the event that the last page ended with."""

    kind: str = ""
    way: str = ""
    who: str = ""
    person_id: int | None = None
    unit_id: int | None = None
    first: date | None = None
    last: date | None = None
    before: int | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return self != Asked(before=self.before)


@dataclass(slots=True)
class Line:
    """One line: when, the sentence, who and by which way, of which dispatch; about: what it concerns (words, address or ""); count: events in it."""

    at: datetime
    text: str
    person_id: int | None
    way: str
    dispatch: tuple[str, str] | None
    about: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True)
class Page:
    """One page by day; before: the cursor of the next one, None at the end; until: the day down to which nothing (more) was found yet."""

    days: list[tuple[date, list[Line]]]
    before: int | None
    until: date | None


def of_office(actor: Actor) -> Scope:
    """All that was ever done. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    return Scope(None, 0, tr("Nhật ký của cơ quan"), "", "", _readable(actor))


def of_dispatch(actor: Actor, dispatch_id: int) -> Scope:
    """A dispatch and its assignments; a unit reads what was done with all of it and with its own. Raises NotFound."""
    found = db.session.get(Dispatch, dispatch_id)
    if found is None or (found.state == "draft" and not actor.can(Right.DISPATCH_DRAFT)):
        raise NotFound()
    if not actor.sees_all_units and (not actor.unit_id or db.session.get(DispatchRecipient, (dispatch_id, actor.unit_id)) is None):
        raise NotFound()
    back = f"/dispatches/{found.id}{'/draft' if found.state == 'draft' else ''}"
    return Scope(Event.dispatch_id, found.id, tr("Lịch sử công văn {number}",
        number=found.number or tr('chưa có số')), found.short_subject or found.subject, back, _readable(actor))


def of_assignment(actor: Actor, assignment_id: int) -> Scope:
    """One assignment. Raises NotFound, for a foreign unit's too."""
    found = assignments.get(actor, assignment_id)
    sub = tr("{name}, công văn {number}", name=found.unit.name, number=found.dispatch.number or tr('chưa có số'))
    return Scope(Event.assignment_id, found.id, tr("Lịch sử việc “{title}”", title=found.task.title), sub, f"/assignments/{found.id}", _readable(actor))


def of_unit(actor: Actor, unit_id: int) -> Scope:
    """What concerns a unit, whoever did it. Raises NotFound, for a foreign one too."""
    found = units.get(actor, unit_id)
    back = f"/units/{found.id}" if actor.sees_all_units else "/unit"
    return Scope(Event.unit_id, found.id, tr("Lịch sử của {name}", name=found.name), "", back, _readable(actor))


def of_person(actor: Actor, person_id: int) -> Scope:
    """What somebody did; everybody reads the own acts, others' those who read the whole history. Raises Forbidden, NotFound."""
    if person_id != actor.id:
        actor.need(Right.HISTORY_READ)
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound()
    own = person_id == actor.id
    back = "/account" if own else f"/people/{found.id}" if actor.can(Right.PERSON_MANAGE) else "/history"
    title = tr("Những việc tôi đã làm") if own else tr("Những việc {name} đã làm", name=found.name)
    return Scope(Event.person_id, found.id, title, found.email, back, () if own else _issued(actor))


def _readable(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (*history_kinds.readable(actor), *_issued(actor))


def _issued(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Drafts are seen by those who draft."""
    return () if actor.can(Right.DISPATCH_DRAFT) else (or_(Dispatch.id.is_(None), Dispatch.state != "draft"),)


def page(actor: Actor, scope: Scope, asked: Asked) -> Page:
    """The lines after the cursor; alike ones in a row (216 times the same act) become one. The scope has been given by a function above."""
    rows, following, reached = _rows(scope, asked, EVENTS)
    lines: list[tuple[Line, tuple[Any, ...]]] = []
    last = None
    for row in rows:
        text = sentence(row.kind, row.person_name, row.data)
        alike = row.kind, row.person_name, row.dispatch_id, clock.local(row.at).date(), text
        if not lines or lines[-1][1] != alike:
            if len(lines) == LINES:
                following = last
                break
            lines.append((Line(row.at, text, row.person_id, way(row.person_id, row.person_name), _dispatch(row)), alike))
        line, last = lines[-1][0], row.id
        line.count += 1
        if len(line.about) < NAMED and (one := _about(actor, row)) is not None:
            line.about.append(one)
    days: dict[date, list[Line]] = {}
    for line, alike in lines:
        days.setdefault(alike[3], []).append(line)
    return Page(list(days.items()), following, reached if len(lines) < LINES and following else None)


def rows(scope: Scope, asked: Asked, most: int) -> Iterator[Row[Any]]:
    """The events one by one, the latest first, at most so many: for tables. Read in pieces, so that memory does not grow with them."""
    left = most
    while left > 0:
        found, before, _ = _rows(scope, asked, min(left, 2000))
        yield from found
        left -= len(found)
        if before is None:
            return
        asked = replace(asked, before=before)


def _rows(scope: Scope, asked: Asked, most: int) -> tuple[Sequence[Row[Any]], int | None, date | None]:
    """Events after the cursor, at most so many; the cursor to go on from, None at the end; the day that was looked back to."""
    bounds = _bounds(scope, asked)
    if bounds is None:
        return [], None, None
    end = read(select(Event.id).where(*bounds).order_by(Event.id.desc()).offset(WINDOW - 1).limit(1)).scalar()
    within = bounds if end is None else [*bounds, Event.id >= end]
    found = read(_COLUMNS.where(*within, *scope.readable, *_conditions(asked)).order_by(Event.id.desc()).limit(most)).all()
    if len(found) == most:
        return found, found[-1].id, None
    if end is None:
        return found, None, None
    reached = read(select(Event.at).where(Event.id == end)).scalar_one()
    return found, end, clock.local(reached).date()


_COLUMNS = (
    select(
        Event.id, Event.at, Event.kind, Event.person_id, Event.person_name, Event.dispatch_id, Event.assignment_id, Event.unit_id, Event.data,
        Dispatch.number, Dispatch.state.label("dispatch_state"), Task.title, Unit.short_name.label("unit"),
    )
    .outerjoin(Dispatch, Dispatch.id == Event.dispatch_id).outerjoin(Assignment, Assignment.id == Event.assignment_id)
    .outerjoin(Task, Task.id == Assignment.task_id).outerjoin(Unit, Unit.id == Event.unit_id)
)


def _bounds(scope: Scope, asked: Asked) -> list[ColumnElement[bool]] | None:
    """What the walk along the index holds to: whose events, and between which numbers; None where no event can be meant."""
    found: list[ColumnElement[bool]] = [] if scope.column is None else [scope.column == scope.id]
    people = _people(asked)
    if scope.column is None and len(people) == 1:
        found.append(Event.person_id == people[0])
    elif scope.column is None and asked.unit_id and not people:
        found.append(Event.unit_id == asked.unit_id)
    if asked.before:
        found.append(Event.id < asked.before)
    if asked.first:
        later = select(Event.id).where(Event.at >= clock.start_of(asked.first))
        first = read(later.order_by(Event.at, Event.id).limit(1)).scalar()
        if first is None:
            return None
        found.append(Event.id >= first - SLACK)
    if asked.last:
        earlier = select(Event.id).where(Event.at < clock.start_of(asked.last + timedelta(days=1)))
        last = read(earlier.order_by(Event.at.desc(), Event.id.desc()).limit(1)).scalar()
        if last is None:
            return None
        found.append(Event.id <= last + SLACK)
    return found


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    for one in (history_kinds.about(asked.kind), history_kinds.came_by(asked.way)):
        if one is not None:
            yield one
    if asked.who or asked.person_id:
        yield Event.person_id.in_(_people(asked))
    if asked.unit_id:
        yield Event.unit_id == asked.unit_id
    if asked.first:
        yield Event.at >= clock.start_of(asked.first)
    if asked.last:
        yield Event.at < clock.start_of(asked.last + timedelta(days=1))


def _people(asked: Asked) -> list[int]:
    """The ids of the people meant: one, or those whose name or address holds the words, without regard to accents."""
    if asked.person_id:
        return [asked.person_id]
    words = fold(asked.who).split()
    if not words:
        return []
    everybody = read(select(Person.id, Person.name, Person.email).order_by(Person.id))
    return [row.id for row in everybody if all(word in fold(f"{row.name} {row.email}") for word in words)][:MOST_PEOPLE]


def _dispatch(row: Row[Any]) -> tuple[str, str] | None:
    if row.dispatch_id is None or row.dispatch_state is None:
        return None
    return row.number or tr("chưa có số"), f"/dispatches/{row.dispatch_id}{'/draft' if row.dispatch_state == 'draft' else ''}"


def _about(actor: Actor, row: Row[Any]) -> tuple[str, str] | None:
    """What an event concerns beside its dispatch: the task, the submission, the report, or the unit."""
    data, unit = row.data, row.unit if actor.sees_all_units and row.unit else ""
    if row.assignment_id and row.title:
        return f"{row.title}{f' – {unit}' if unit else ''}", f"/assignments/{row.assignment_id}"
    if row.kind == "submission.submit" and data.get("submission_id"):
        return tr("Lần nộp{more}", more=tr(' của {unit}', unit=unit) if unit else ''), f"/submissions/{data['submission_id']}"
    if row.kind.startswith(("report.", "contest.")) and data.get("report_id") and not row.kind.startswith("report.schedule"):
        return tr("Báo cáo{more}", more=f' – {unit}' if unit else ''), f"/reports/{data['report_id']}"
    if row.unit_id and unit:
        return unit, f"/units/{row.unit_id}"
    return None
