"""Questions for reading: the province sees all, a unit its own and those whose answer is for all recipients, without the name of who asked."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, text, tuple_

from tracker import clock
from tracker.db import UtcDateTime, db, read
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.domain.masking import masked
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.questions import Question, QuestionAnswer
from tracker.models.tasks import Task
from tracker.models.units import Unit

PAGE = 30
#: An answer is news on the unit's first page for so long.
NEWS = timedelta(days=7)
MOST_NEWS = 3
Cursor = tuple[datetime, int]

#: How many questions wait, and since when; for the province's first page.
_OPEN = and_(Question.state == text("'open'"), exists().where(Dispatch.id == Question.dispatch_id, Dispatch.state == "issued"))
WAITING = select(func.count()).select_from(Question).where(_OPEN).scalar_subquery()
FIRST_ASKED = select(func.min(Question.asked_at)).where(_OPEN).scalar_subquery()
#: Whether a unit got an answer lately: a part of a query that asks other things too.
ANSWERED = exists().where(
    Question.unit_id == bindparam("unit_id"), Question.state == text("'answered'"), Question.answered_at >= bindparam("since", type_=UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One question with the answer that holds now. unit: empty where the reader may not know who asked; task: empty where it is not the reader's.

    Personal numbers in text and answer are covered for every unit but the one that asked.
    """

    id: int
    dispatch_id: int
    number: str
    task: str
    unit: str
    own: bool
    state: str
    text: str
    asked_by: str
    asked_at: datetime
    version: int
    answer: str
    audience: str
    answered_by: str
    answered_at: datetime | None
    finding: bool


@dataclass(frozen=True)
class Page:
    """Lines and the cursor of the next page."""

    lines: list[Line]
    after: Cursor | None = None


@dataclass(frozen=True)
class Show:
    """One question, and the answers there were before, oldest first (for the province and the unit that asked)."""

    line: Line
    earlier: list[QuestionAnswer] = field(default_factory=list)


def _wanted(actor: Actor) -> Any:
    """Columns of every list, limited to what the actor may see."""
    columns = (
        Question.id, Question.dispatch_id, Question.unit_id, Question.state, Question.text, Question.asked_by, Question.asked_at, Question.version,
        Dispatch.number, Task.title, Task.kind, Unit.name.label("unit"), QuestionAnswer.text.label("answer"), QuestionAnswer.audience,
        QuestionAnswer.by.label("answered_by"), QuestionAnswer.at.label("answered_at"), _theirs(actor).label("theirs"),
    )
    base = (
        select(*columns).join(Dispatch, Dispatch.id == Question.dispatch_id).join(Unit, Unit.id == Question.unit_id)
        .outerjoin(Task, Task.id == Question.task_id)
        .outerjoin(QuestionAnswer, and_(QuestionAnswer.question_id == Question.id, QuestionAnswer.ended_at.is_(None)))
    )
    return base if actor.sees_all_units else base.where(_visible(actor))


def _visible(actor: Actor) -> ColumnElement[bool]:
    received = exists().where(DispatchRecipient.dispatch_id == Question.dispatch_id, DispatchRecipient.unit_id == actor.unit_id)
    return or_(Question.unit_id == actor.unit_id, and_(Question.state == "answered", QuestionAnswer.audience == "all", received))


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """Whether the task is one of the reader's own."""
    return exists().where(Assignment.task_id == Question.task_id, Assignment.unit_id == actor.unit_id)


def _line(actor: Actor, row: Any) -> Line:
    own = row.unit_id == actor.unit_id
    known = own or actor.sees_all_units
    text, answer = (row.text, row.answer or "") if known else (masked(row.text), masked(row.answer or ""))
    return Line(
        row.id, row.dispatch_id, row.number or "", row.title or "" if known or row.theirs else "", row.unit if known else "", own, row.state, text,
        row.asked_by if known else "", row.asked_at, row.version, answer, row.audience or "", row.answered_by or "", row.answered_at,
        row.kind == "finding",
    )


def waiting(actor: Actor, after: Cursor | None = None) -> Page:
    """What waits for an answer, oldest first; of dispatches that are still followed. Raises Forbidden."""
    actor.need(Right.REQUEST_DECIDE)
    wanted = _wanted(actor).where(Question.state == "open", Dispatch.state == "issued")
    if after is not None:
        wanted = wanted.where(tuple_(Question.asked_at, Question.id) > after)
    return _page(actor, wanted.order_by(Question.asked_at, Question.id))


def of_dispatch(actor: Actor, dispatch_id: int, task_id: int | None = None, after: Cursor | None = None, most: int = PAGE) -> Page:
    """What was asked about a dispatch, or one of its tasks, newest first. Raises NotFound where the actor may not see the dispatch."""
    need_dispatch(actor, dispatch_id)
    wanted = _wanted(actor).where(Question.dispatch_id == dispatch_id, or_(Question.state != "withdrawn", Question.unit_id == actor.unit_id))
    if task_id is not None:
        wanted = wanted.where(Question.task_id == task_id)
    if after is not None:
        wanted = wanted.where(tuple_(Question.asked_at, Question.id) < after)
    return _page(actor, wanted.order_by(Question.asked_at.desc(), Question.id.desc()), most)


def need_dispatch(actor: Actor, dispatch_id: int) -> Dispatch:
    """The dispatch, if it was issued, and to the actor's unit. Raises NotFound."""
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.state == "draft":
        raise NotFound()
    if not actor.sees_all_units and (actor.unit_id is None or db.session.get(DispatchRecipient, (dispatch_id, actor.unit_id)) is None):
        raise NotFound()
    return dispatch


def _page(actor: Actor, wanted: Any, most: int = PAGE) -> Page:
    rows: Sequence[Any] = read(wanted.limit(most + 1)).all()
    lines = [_line(actor, row) for row in rows[:most]]
    return Page(lines, (lines[-1].asked_at, lines[-1].id) if len(rows) > most else None)


def show(actor: Actor, question_id: int) -> Show:
    """One question. Raises NotFound for one that is not there, or not for this actor."""
    row = read(_wanted(actor).where(Question.id == question_id)).first()
    if row is None:
        raise NotFound()
    line = _line(actor, row)
    if not (line.own or actor.sees_all_units):
        return Show(line)
    earlier = select(QuestionAnswer).where(QuestionAnswer.question_id == question_id, QuestionAnswer.ended_at.is_not(None)).order_by(QuestionAnswer.id)
    return Show(line, list(db.session.scalars(earlier)))


def tasks_of(actor: Actor, dispatch_id: int) -> list[tuple[int, str]]:
    """What the actor's unit may ask about: its own tasks of the dispatch."""
    wanted = select(Task.id, Task.label, Task.title).join(Assignment, Assignment.task_id == Task.id)
    rows = read(wanted.where(Assignment.dispatch_id == dispatch_id, Assignment.unit_id == actor.unit_id).order_by(Task.position, Task.id))
    return [(row.id, f"{row.label}. {row.title}" if row.label else row.title) for row in rows]


def asked_about(dispatch_id: Any) -> Any:
    """Whether anything was asked about a dispatch (its id, or a column of the query), as a part of another query."""
    return exists().where(Question.dispatch_id == dispatch_id)


def news(actor: Actor) -> list[Line]:
    """Answers that the actor's unit got lately, newest first, for its first page."""
    lately = (Question.unit_id == actor.unit_id, Question.state == "answered", Question.answered_at >= clock.now() - NEWS)
    rows = read(_wanted(actor).where(*lately).order_by(Question.answered_at.desc(), Question.id.desc()).limit(MOST_NEWS)).all()
    return [_line(actor, row) for row in rows]
