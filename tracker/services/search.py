"""Search over dispatches, tasks and units: accents do not matter, a number is found however it is spelt, and nobody finds what they may not see."""
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold

SHORTEST = 2
LONGEST = 200
LIMIT = 20
#: Newest tasks looked through: titles are folded as they are read, so this bounds the cost (some ten dispatches a month for years).
TASK_WINDOW = 4000


@dataclass(frozen=True, slots=True)
class FoundDispatch:
    """One dispatch; draft for one that is not issued."""

    id: int
    number: str
    subject: str
    issued_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class FoundTask:
    """One task or finding; assignment_id is the reader's own unit's, None for the province."""

    title: str
    number: str
    dispatch_id: int
    assignment_id: int | None
    finding: bool


@dataclass(frozen=True)
class Found:
    """What a search gives; too_short: nothing was looked for."""

    words: str
    dispatches: list[FoundDispatch]
    tasks: list[FoundTask]
    units: list[Row[int, str, str, str | None]]
    too_short: bool = False

    @property
    def total(self) -> int:
        """Everything on the page."""
        return len(self.dispatches) + len(self.tasks) + len(self.units)


def search(actor: Actor, text: str) -> Found:
    """What matches all the words, of what the actor may see; at most LIMIT of each kind."""
    actor.need(Right.WORK_READ)
    text = " ".join(text.split())[:LONGEST]
    words = fold(text).split()
    if len("".join(words)) < SHORTEST:
        return Found(text, [], [], [], too_short=True)
    return Found(text, _dispatches(actor, words), _tasks(actor, words), _units(actor, words))


def matches(column: Any, words: list[str]) -> ColumnElement[bool]:
    """All words stand in the folded column, or all of them run together: 931/CV-HNDT, 931 cv hndt and 931cvhndt are one number."""
    joined = "".join(words)
    each = and_(*(column.contains(word, autoescape=True) for word in words))
    return or_(each, func.replace(column, " ", "").contains(joined, autoescape=True))


def _visible(actor: Actor, statement: Any) -> Any:
    """Only dispatches that the actor may see: drafts by who drafts, the others by the province and by the units they went to."""
    if actor.sees_all_units:
        return statement if actor.can(Right.DISPATCH_DRAFT) else statement.where(Dispatch.state != "draft")
    ours = and_(DispatchRecipient.dispatch_id == Dispatch.id, DispatchRecipient.unit_id == actor.unit_id)
    return statement.join(DispatchRecipient, ours).where(Dispatch.state != "draft")


def _dispatches(actor: Actor, words: list[str]) -> list[FoundDispatch]:
    columns = (Dispatch.id, Dispatch.number, Dispatch.short_subject, Dispatch.issued_on, Dispatch.state)
    wanted = _visible(actor, select(*columns)).where(matches(Dispatch.folded, words)).order_by(Dispatch.id.desc()).limit(LIMIT)
    found = [FoundDispatch(row.id, row.number or "", row.short_subject, row.issued_on, row.state) for row in db.session.execute(wanted)]
    return sorted(found, key=lambda one: not _starts(one.number, words))


def _starts(number: str, words: list[str]) -> bool:
    """Whether the words are the beginning of this number: those come first."""
    return re.sub(r"\s", "", fold(number)).startswith("".join(words))


def _tasks(actor: Actor, words: list[str]) -> list[FoundTask]:
    columns: tuple[Any, ...] = (Task.title, Task.kind, Task.dispatch_id, Dispatch.number)
    wanted = select(*columns).join(Dispatch, Dispatch.id == Task.dispatch_id).where(Dispatch.state != "draft", Task.cancelled.is_(False))
    if not actor.sees_all_units:
        ours = and_(Assignment.task_id == Task.id, Assignment.unit_id == actor.unit_id, Assignment.state != "cancelled")
        wanted = wanted.add_columns(Assignment.id.label("assignment_id")).join(Assignment, ours)
    found: list[FoundTask] = []
    for row in db.session.execute(wanted.order_by(Task.id.desc()).limit(TASK_WINDOW)):
        if all(word in fold(row.title) for word in words):
            own = None if actor.sees_all_units else row.assignment_id
            found.append(FoundTask(row.title, row.number or "", row.dispatch_id, own, row.kind == "finding"))
            if len(found) == LIMIT:
                break
    return found


def _units(actor: Actor, words: list[str]) -> list[Row[int, str, str, str | None]]:
    above = select(Unit.id, Unit.short_name).subquery()
    wanted = select(Unit.id, Unit.name, Unit.level, above.c.short_name.label("parent")).outerjoin(above, above.c.id == Unit.parent_id)
    if not actor.sees_all_units:
        wanted = wanted.where(or_(Unit.id == actor.unit_id, Unit.parent_id == actor.unit_id))
    wanted = wanted.where(matches(Unit.folded, words)).order_by(Unit.level.desc(), Unit.code).limit(LIMIT)
    return list(db.session.execute(wanted))
