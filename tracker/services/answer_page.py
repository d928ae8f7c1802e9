"""What the answer page shows: what is owed of one dispatch, urgent first, the draft so far, and the files of earlier rounds."""
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Row, bindparam, select

from tracker import clock
from tracker.db import db, read
from tracker.domain.access import Actor
from tracker.domain.badges import badge
from tracker.domain.status import State
from tracker.domain.wording import capital, joined, tr
from tracker.i18n import EVIDENCE, badge_words
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.services import answering
from tracker.services.calendar import soon_until
from tracker.services.worklist import extended, short


@dataclass(slots=True)
class Line:
    """One task to answer. files: ids of the draft's files that answer it; earlier: (file id, name) of rounds before."""

    id: int
    label: str
    title: str
    finding: bool
    kind: str
    words: str
    dated: str
    asked: str
    returned: str
    result: str
    chosen: bool
    files: set[int] = field(default_factory=set)
    earlier: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class File:
    """One file of the draft: its letter, and the tasks it answers."""

    id: int
    file_id: int
    letter: str
    name: str
    size: int
    kind: str
    answers: frozenset[int]


@dataclass(frozen=True)
class Page:
    """The whole page. done: (assignment id, title, kind, words) of what is not owed any more."""

    dispatch_id: int
    state: str
    number: str
    subject: str
    draft_number: str
    dated_on: date | None
    signatory: str
    version: int
    saved_at: datetime | None
    lines: list[Line]
    files: list[File]
    done: list[tuple[int, str, str, str]]

    @property
    def returned(self) -> list[Line]:
        """What the province sent back."""
        return [line for line in self.lines if line.returned]


_FILES = (
    select(Evidence.id, Evidence.file_id, Evidence.kind, StoredFile.name, StoredFile.size, evidence_items.c.assignment_id)
    .join(StoredFile, StoredFile.id == Evidence.file_id)
    .outerjoin(evidence_items, evidence_items.c.evidence_id == Evidence.id)
    .where(Evidence.submission_id == bindparam("submission_id"))
    .order_by(Evidence.id)
)
_EMPTY: tuple[str, date | None, str, int, datetime | None] = ("", None, "", 0, None)


def letter(n: int) -> str:
    """A, B, … Z, AA, AB: how files are called on the page, from 0."""
    return (chr(64 + n // 26) if n >= 26 else "") + chr(65 + n % 26)


def page(actor: Actor, dispatch_id: int, wanted: frozenset[int] = frozenset()) -> Page:
    """The answer page of the actor's unit; wanted: tasks to choose at the start. Raises NotFound."""
    dispatch = answering.place(actor, dispatch_id)
    rows = _rows(actor, dispatch_id)
    draft = answering.draft_of(actor, dispatch_id)
    listed = files(draft.id if draft else None)
    items = _items(draft) if draft else {}
    default = set() if draft else wanted or {row.id for row in rows}
    today, soon = clock.today(), soon_until()
    lines = [_line(row, items.get(row.id), row.id in wanted or row.id in default, today, soon) for row in rows if row.state in answering.ANSWERABLE]
    by_id = {line.id: line for line in lines}
    for found in listed:
        for id in found.answers & set(by_id):
            by_id[id].files.add(found.id)
    _earlier(by_id)
    subject = (rows[0].short_subject or rows[0].subject) if rows else ""
    done = [_done(row, today, soon) for row in rows if row.state not in answering.ANSWERABLE]
    head = (draft.number or "", draft.dated_on, draft.signatory or "", draft.version, draft.updated_at if draft.version else None) if draft else _EMPTY
    return Page(dispatch_id, dispatch.state, dispatch.number or "", subject, *head, lines, listed, done)


def fresh(actor: Actor, dispatch_id: int) -> Page:
    """The page without the unit's draft: who comes by a link in a mail need not be the one who is writing it. Raises NotFound."""
    dispatch = answering.place(actor, dispatch_id)
    rows, today, soon = _rows(actor, dispatch_id), clock.today(), soon_until()
    lines = [_line(row, None, False, today, soon) for row in rows if row.state in answering.ANSWERABLE]
    done = [_done(row, today, soon) for row in rows if row.state not in answering.ANSWERABLE]
    subject = (rows[0].short_subject or rows[0].subject) if rows else ""
    return Page(dispatch_id, dispatch.state, dispatch.number or "", subject, *_EMPTY, lines, [], done)


def files(draft_id: int | None) -> list[File]:
    """The draft's files in order, with their letters and what they answer."""
    if draft_id is None:
        return []
    rows = read(_FILES, {"submission_id": draft_id})
    found = [list(group) for _, group in groupby(rows, key=attrgetter("id"))]
    return [
        File(g[0].id, g[0].file_id, letter(n), g[0].name, g[0].size, g[0].kind, frozenset(row.assignment_id for row in g if row.assignment_id))
        for n, g in enumerate(found)
    ]


def files_of(actor: Actor, dispatch_id: int) -> list[File]:
    """The files of the actor's unit's draft for a dispatch."""
    return files(answering.draft_id_of(actor, dispatch_id))


def _rows(actor: Actor, dispatch_id: int) -> list[Row]:
    return list(
        db.session.execute(
            select(
                Assignment.id, Assignment.state, Assignment.due_on, Assignment.review_on, Assignment.fix_by, Assignment.submitted_on,
                Assignment.return_reason, Assignment.result, Assignment.late_before, Assignment.original_due_on,
                Task.title, Task.kind, Task.label, Task.position, Task.evidence,
                Dispatch.short_subject, Dispatch.subject,
            )
            .join(Task, Task.id == Assignment.task_id)
            .join(Dispatch, Dispatch.id == Assignment.dispatch_id)
            .where(Assignment.dispatch_id == dispatch_id, Assignment.unit_id == actor.unit_id, Assignment.state != State.CANCELLED)
            .order_by(Assignment.chase_on, Task.position, Assignment.id)
        )
    )


def _items(draft: Submission) -> dict[int, Row]:
    rows = db.session.execute(
        select(SubmissionItem.assignment_id, SubmissionItem.result, SubmissionItem.chosen).where(SubmissionItem.submission_id == draft.id)
    )
    return {row.assignment_id: row for row in rows}


def _line(row: Row, item: Row | None, chosen: bool, today: date, soon: date) -> Line:
    shown = badge(row.state, row.due_on, None, today, soon, row.late_before)
    words = badge_words(shown)
    dated = tr("hạn {due_on}{row}", due_on=short(row.due_on, today), row=extended(row, today)) if row.due_on else tr("không hạn, xem lại {review_on}",
        review_on=short(row.review_on, today))
    if shown.kind == "none":
        words, dated = dated, ""
    returned = row.state == State.RETURNED
    if returned and row.fix_by:
        dated = tr("sửa chậm nhất {fix_by}", fix_by=short(row.fix_by, today))
    # A mended round starts from what was said before, until the draft says otherwise.
    said = item.result if item and (item.result or not returned) else (row.result or "") if returned else ""
    return Line(
        row.id, task_label(row.kind, row.label, row.position), row.title, row.kind == "finding", shown.kind, capital(words), dated,
        joined(", ", (EVIDENCE[kind].lower() for kind in row.evidence if kind in EVIDENCE)), (row.return_reason or "") if returned else "", said,
        chosen or bool(item and item.chosen),
    )


def task_label(kind: str, label: str | None, position: int) -> str:
    """The number in the margin: the dispatch's own where it is short; a finding has the one beside its words in the document."""
    if kind == "finding":
        return str(position)
    return label if label and len(label) <= 4 else str(position)


def _done(row: Row, today: date, soon: date) -> tuple[int, str, str, str]:
    shown = badge(row.state, row.due_on, row.submitted_on, today, soon, row.late_before)
    return row.id, row.title, shown.kind, badge_words(shown)


def _earlier(lines: dict[int, Line]) -> None:
    again = [line.id for line in lines.values() if line.returned]
    if not again:
        return
    rows = db.session.execute(
        select(evidence_items.c.assignment_id, Evidence.file_id, StoredFile.name)
        .join(Evidence, Evidence.id == evidence_items.c.evidence_id)
        .join(Submission, Submission.id == Evidence.submission_id)
        .join(StoredFile, StoredFile.id == Evidence.file_id)
        .where(evidence_items.c.assignment_id.in_(again), Submission.state == "submitted")
        .order_by(Evidence.id)
    )
    for row in rows:
        lines[row.assignment_id].earlier.append((row.file_id, row.name))
