"""Đã nộp: what a unit has handed in, newest first, with the province's verdicts; and one handing-in, read only."""
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Row, and_, select, tuple_

from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.i18n import EVIDENCE
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.models.submissions import Review, Submission, SubmissionItem
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import evidence
from tracker.services.answer_page import File, letter, task_label
from tracker.services.assignment_page import verdict_rows

PAGE = 30
Cursor = tuple[datetime, int]


@dataclass(slots=True)
class Line:
    """One handing-in: its verdicts counted as waiting, accepted, returned."""

    id: int
    at: datetime
    number: str
    subject: str
    document: str
    by: str
    verdicts: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many tasks it answered."""
        return self.verdicts.total()


@dataclass(frozen=True)
class Item:
    """The answer to one task: verdict is "waiting", "accepted" or "returned"; letters: the files that answer it."""

    assignment_id: int
    label: str
    title: str
    round: int
    result: str
    letters: list[str]
    verdict: str
    reason: str
    fix_by: date | None


@dataclass(frozen=True)
class Detail:
    """One handing-in as its page shows it; row: columns of the submission, dispatch and unit."""

    row: Row
    items: list[Item]
    files: list[File]


def index(actor: Actor, after: Cursor | None = None) -> tuple[list[Line], Cursor | None]:
    """A page of the unit's submissions and the cursor of the next one. Raises Forbidden, NotFound."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    wanted = (
        select(
            Submission.id, Submission.submitted_at, Submission.number, Dispatch.number.label("of"), Dispatch.short_subject, Dispatch.subject,
            Person.name,
        )
        .join(Dispatch, Dispatch.id == Submission.dispatch_id)
        .outerjoin(Person, Person.id == Submission.submitted_by_id)
        .where(Submission.unit_id == actor.unit_id, Submission.submitted_at.is_not(None))
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
    )
    if after is not None:
        wanted = wanted.where(tuple_(Submission.submitted_at, Submission.id) < after)
    rows = db.session.execute(wanted.limit(PAGE + 1)).all()
    lines = {
        row.id: Line(row.id, row.submitted_at, row.of or "", row.short_subject or row.subject, row.number or "", row.name or "")
        for row in rows[:PAGE]
    }
    if lines:
        _count(lines)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return list(lines.values()), (last.submitted_at, last.id) if last else None


def _count(lines: dict[int, Line]) -> None:
    judged = and_(
        Review.submission_id == SubmissionItem.submission_id, Review.assignment_id == SubmissionItem.assignment_id, Review.undone_at.is_(None)
    )
    rows = db.session.execute(
        select(SubmissionItem.submission_id, Review.verdict).outerjoin(Review, judged).where(SubmissionItem.submission_id.in_(lines))
    )
    for row in rows:
        lines[row.submission_id].verdicts[row.verdict or "waiting"] += 1


def detail(actor: Actor, submission_id: int) -> Detail:
    """One handing-in that the actor may see. Raises NotFound for a foreign one, and for a draft."""
    row = db.session.execute(
        select(
            Submission.id, Submission.dispatch_id, Submission.unit_id, Submission.submitted_at, Submission.number, Submission.dated_on,
            Submission.signatory, Submission.channel, Submission.machine_read, Dispatch.number.label("of"), Dispatch.short_subject, Dispatch.subject,
            Unit.name.label("unit_name"), Person.name.label("by"),
        )
        .join(Dispatch, Dispatch.id == Submission.dispatch_id)
        .join(Unit, Unit.id == Submission.unit_id)
        .outerjoin(Person, Person.id == Submission.submitted_by_id)
        .where(Submission.id == submission_id, Submission.state == "submitted")
    ).first()
    if row is None:
        raise NotFound()
    actor.need_unit(row.unit_id)
    rows = evidence.of([submission_id])
    ticks = evidence.ticks_of([found.id for found in rows])
    files = [
        File(found.id, found.file_id, letter(n), found.name, found.size, EVIDENCE[found.kind], frozenset(ticks[found.id]))
        for n, found in enumerate(rows)
    ]
    return Detail(row, _items(submission_id, files), files)


def _items(submission_id: int, files: list[File]) -> list[Item]:
    rows = db.session.execute(
        select(SubmissionItem.assignment_id, SubmissionItem.round, SubmissionItem.result, Task.title, Task.kind, Task.label, Task.position)
        .join(Assignment, Assignment.id == SubmissionItem.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(SubmissionItem.submission_id == submission_id)
        .order_by(Task.kind.desc(), Task.position)
    ).all()
    said = {v.assignment_id: v for v in verdict_rows([row.assignment_id for row in rows]) if v.submission_id == submission_id}
    return [_item(row, said.get(row.assignment_id), files) for row in rows]


def _item(row: Row, verdict: Row | None, files: list[File]) -> Item:
    return Item(
        row.assignment_id, task_label(row.kind, row.label, row.position), row.title, row.round, row.result,
        [file.letter for file in files if row.assignment_id in file.answers],
        verdict.verdict if verdict else "waiting", (verdict.reason or "") if verdict else "", verdict.fix_by if verdict else None,
    )
