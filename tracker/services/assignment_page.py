"""One assignment as its page shows it: what is asked and why then, every round with its evidence and verdict, and its history."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Integer, Row, bindparam, func, select

from tracker import clock
from tracker.db import read
from tracker.domain.access import Actor, Right
from tracker.domain.badges import Badge, badge
from tracker.domain.errors import NotFound
from tracker.domain.status import OWED, Act, State, may
from tracker.domain.wording import tr
from tracker.i18n import EVIDENCE, badge_words
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.people import Person
from tracker.models.submissions import Evidence, Review, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import asked, pause_list, question_list, sentences, why
from tracker.services.answer_page import task_label
from tracker.services.asked import Request
from tracker.services.calendar import soon_until

ROLE_WORDS = {"lead": tr("chủ trì"), "coordinate": tr("phối hợp")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the province said of one round."""

    accepted: bool
    at: datetime
    by: str
    reason: str
    fix_by: date | None


@dataclass(slots=True)
class Round:
    """One handing-in of this assignment; files: (file id, name, size, words of its kind)."""

    number: int
    submission_id: int
    at: datetime
    by: str
    document: str
    dated_on: date | None
    signatory: str
    result: str
    files: list[tuple[int, str, int, str]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """row: columns of the assignment, task and dispatch; rounds newest first; beside: files (as of a round) handed in later, such as the unit's report."""

    row: Row
    label: str
    badge: Badge
    words: str
    role: str
    asked: list[str]
    quote: str
    rounds: list[Round]
    history: list[sentences.Line]
    why: why.Why
    held: pause_list.Held | None
    may_acknowledge: bool
    may_answer: bool
    review_id: int | None
    requests: list[Request]
    may_extend: bool
    may_object: bool
    beside: list[tuple[int, str, int, str]] = field(default_factory=list)

    @property
    def extended(self) -> bool:
        """Whether the date in force is not the one that was issued."""
        return self.row.due_on != self.row.original_due_on


def page(actor: Actor, assignment_id: int) -> Page:
    """The page of an assignment that the actor may see. Raises NotFound, for a foreign unit's too."""
    row = read(_ROW, {"id": assignment_id}).first()
    if row is None or row.dispatch_state == "draft":
        raise NotFound()
    actor.need_unit(row.unit_id)
    shown = badge(row.state, row.due_on, row.submitted_on, clock.today(), soon_until(), row.late_before)
    rounds, beside = _rounds(assignment_id)
    answers = actor.can(Right.ASSIGNMENT_ANSWER) and row.dispatch_state == "issued"
    events = sentences.events_of(assignment_id)
    requests = asked.of_assignment(assignment_id)
    held = pause_list.of_assignment(assignment_id) if row.state == State.PAUSED else None
    waiting = rounds[0].submission_id if rounds and row.state == State.SUBMITTED and actor.can(Right.ASSIGNMENT_REVIEW) else None
    return Page(
        row, task_label(row.kind, row.label, row.position), shown, badge_words(shown), ROLE_WORDS[row.role],
        [EVIDENCE[kind] for kind in row.evidence if kind in EVIDENCE], row.quote or "", rounds, sentences.lines(events),
        why.of_assignment(row, events), held, answers and may(row.state, Act.ACKNOWLEDGE), answers and may(row.state, Act.SUBMIT), waiting,
        requests, answers and row.state in OWED and row.due_on is not None and not any(one.waits for one in requests),
        answers and row.state in OWED and not any(one.row.state == "dismissed" for one in requests), beside,
    )


#: Statements are built once, at import: building them would cost a page more than running them.
ID = bindparam("id", type_=Integer)
_ROW = (
    select(
        Assignment.id, Assignment.dispatch_id, Assignment.task_id, Assignment.unit_id, Assignment.role, Assignment.state, Assignment.due_on,
        Assignment.original_due_on, Assignment.review_on, Assignment.fix_by, Assignment.submitted_on, Assignment.accepted_on,
        Assignment.acknowledged_at, Assignment.return_reason, Assignment.round, Assignment.late_before,
        Assignment.held_on, Assignment.upheld,
        Task.title, Task.text, Task.kind, Task.label, Task.position, Task.why, Task.evidence,
        func.substr(Dispatch.text, Task.span_start + 1, Task.span_end - Task.span_start).label("quote"),
        Dispatch.number, Dispatch.issued_on, Dispatch.issued_at, Dispatch.state.label("dispatch_state"), Dispatch.short_subject,
        Dispatch.subject, Dispatch.ended_at, Unit.name.label("unit_name"), Unit.short_name.label("unit_short"), Person.name.label("issued_by"),
        question_list.asked_about(Dispatch.id).label("asked"),
    )
    .join(Task, Task.id == Assignment.task_id)
    .join(Dispatch, Dispatch.id == Assignment.dispatch_id)
    .join(Unit, Unit.id == Assignment.unit_id)
    .outerjoin(Person, Person.id == Dispatch.issued_by_id)
    .where(Assignment.id == ID)
)
_ROUNDS = (
    select(
        SubmissionItem.round, SubmissionItem.result, Submission.id, Submission.submitted_at, Submission.number, Submission.dated_on,
        Submission.signatory, Person.name,
    )
    .join(Submission, Submission.id == SubmissionItem.submission_id)
    .outerjoin(Person, Person.id == Submission.submitted_by_id)
    .where(SubmissionItem.assignment_id == ID, Submission.state == "submitted")
    .order_by(SubmissionItem.round.desc())
)
_FILES = (
    select(Evidence.submission_id, Evidence.kind, StoredFile.id, StoredFile.name, StoredFile.size)
    .join(evidence_items, evidence_items.c.evidence_id == Evidence.id)
    .join(StoredFile, StoredFile.id == Evidence.file_id)
    .join(Submission, Submission.id == Evidence.submission_id)
    .where(evidence_items.c.assignment_id == ID, Submission.state == "submitted")
    .order_by(Evidence.id)
)
_VERDICTS = (
    select(Review.assignment_id, Review.submission_id, Review.verdict, Review.reason, Review.fix_by, Review.at, Person.name)
    .outerjoin(Person, Person.id == Review.person_id)
    .where(Review.assignment_id.in_(bindparam("ids", expanding=True)), Review.undone_at.is_(None))
    .order_by(Review.id)
)


def _rounds(assignment_id: int) -> tuple[list[Round], list[tuple[int, str, int, str]]]:
    """The rounds, and the files that came beside them."""
    rows = read(_ROUNDS, {"id": assignment_id})
    rounds = {
        row.id: Round(row.round, row.id, row.submitted_at, row.name or "", row.number or "", row.dated_on, row.signatory or "", row.result)
        for row in rows
    }
    beside: list[tuple[int, str, int, str]] = []
    if rounds:
        for row in read(_FILES, {"id": assignment_id}):
            to = rounds[row.submission_id].files if row.submission_id in rounds else beside
            to.append((row.id, row.name, row.size, EVIDENCE[row.kind]))
        _add_verdicts(assignment_id, rounds)
    return list(rounds.values()), beside


def _add_verdicts(assignment_id: int, rounds: dict[int, Round]) -> None:
    for row in verdict_rows([assignment_id]):
        if row.submission_id in rounds:
            said = Verdict(row.verdict == "accepted", row.at, row.name or "", row.reason or "", row.fix_by)
            rounds[row.submission_id].verdicts.append(said)


def verdict_rows(assignment_ids: Sequence[int]) -> list[Row]:
    """The verdicts that stand, oldest first: assignment_id, submission_id, verdict, reason, fix_by, at, name of who gave it."""
    return list(read(_VERDICTS, {"ids": assignment_ids}))
