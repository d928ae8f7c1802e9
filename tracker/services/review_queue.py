"""What waits for the province's review: the queue, oldest first, and one submission with all that is needed to decide."""
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.badges import Badge, badge
from tracker.domain.errors import NotFound
from tracker.domain.status import DispatchState, State
from tracker.i18n import badge_words
from tracker.models.assignments import Assignment, Tally
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.submissions import Evidence, Review, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import office
from tracker.services.calendar import soon_until, working_calendar
from tracker.services.tally import NO_DATE, WAITING_STATES

#: Waiting assignments looked at for one page of the queue: a submission's stand together, so this bounds the cost.
WINDOW = 400
LONGEST_QUEUE = 50
#: From the running counts, which leave out closed dispatches; every page asks this for its menu.
WAITING = select(func.coalesce(func.sum(Tally.count), 0)).where(Tally.due_on == NO_DATE, Tally.state.in_(WAITING_STATES))


@dataclass
class Waiting:
    """One submission in the queue: whose, of which dispatch, how many tasks and files, since when; over: working days above the target."""

    submission_id: int
    unit: str
    number: str
    submitted_at: datetime
    tasks: int = 0
    files: int = 0
    working_days: int = 0
    over: int = 0


@dataclass(frozen=True)
class Answer:
    """One task answered in the submission; open: it still waits for a verdict."""

    assignment_id: int
    position: int
    finding: bool
    title: str
    text: str
    result: str
    badge: Badge
    due_on: date | None
    review_on: date | None
    days_early: int | None
    open: bool
    state: str
    files: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The words of its badge."""
        return badge_words(self.badge)


@dataclass(frozen=True)
class Opened:
    """A submission under review."""

    submission: Any
    answers: list[Answer]
    files: list[StoredFile]
    undo_mail_id: int | None

    @property
    def open_answers(self) -> list[Answer]:
        """Those that still wait for a verdict."""
        return [answer for answer in self.answers if answer.open]


def queue() -> list[Waiting]:
    """The oldest submissions that wait, at most LONGEST_QUEUE."""
    rows = db.session.execute(
        select(SubmissionItem.submission_id, Assignment.submitted_at, Unit.short_name, Dispatch.number)
        .select_from(Assignment)
        .join(SubmissionItem, and_(SubmissionItem.assignment_id == Assignment.id, SubmissionItem.round == Assignment.round))
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.state == State.SUBMITTED, Dispatch.state == DispatchState.ISSUED)
        .order_by(Assignment.submitted_at, Assignment.id)
        .limit(WINDOW)
    )
    found: dict[int, Waiting] = {}
    for row in rows:
        if row.submission_id not in found and len(found) == LONGEST_QUEUE:
            break
        line = found.setdefault(row.submission_id, Waiting(row.submission_id, row.short_name, row.number or "", row.submitted_at))
        line.tasks += 1
    counts = select(Evidence.submission_id, func.count()).where(Evidence.submission_id.in_(found)).group_by(Evidence.submission_id)
    for submission_id, n in db.session.execute(counts):
        found[submission_id].files = n
    calendar, today, target = working_calendar(), clock.today(), office.review_days()
    for line in found.values():
        line.working_days = calendar.between(clock.local(line.submitted_at).date(), today)
        line.over = max(line.working_days - target, 0)
    return list(found.values())


def opened(actor: Actor, submission_id: int) -> Opened:
    """One handed-in submission with its answers, files and what can still be undone. Raises NotFound, Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    submission = db.session.execute(
        select(
            Submission.id, Submission.unit_id, Submission.dispatch_id, Submission.number, Submission.dated_on, Submission.signatory, Submission.note,
            Submission.machine_read, Submission.submitted_at, Submission.channel, Unit.name.label("unit"), Dispatch.number.label("dispatch"),
            Dispatch.short_subject,
        )
        .join(Unit, Unit.id == Submission.unit_id).join(Dispatch, Dispatch.id == Submission.dispatch_id)
        .where(Submission.id == submission_id, Submission.state == "submitted")
    ).first()
    if submission is None:
        raise NotFound()
    files = db.session.scalars(
        select(StoredFile).join(Evidence, Evidence.file_id == StoredFile.id).where(Evidence.submission_id == submission_id).order_by(Evidence.id)
    ).all()
    return Opened(submission, _answers(submission_id), list(files), _undoable(submission_id))


def _answers(submission_id: int) -> list[Answer]:
    named: dict[int, list[str]] = {}
    for assignment_id, name in db.session.execute(
        select(evidence_items.c.assignment_id, StoredFile.name)
        .join(Evidence, Evidence.id == evidence_items.c.evidence_id).join(StoredFile, StoredFile.id == Evidence.file_id)
        .where(Evidence.submission_id == submission_id).order_by(Evidence.id)
    ):
        named.setdefault(assignment_id, []).append(name)
    rows = db.session.execute(
        select(
            Assignment.id, Assignment.state, Assignment.due_on, Assignment.review_on, Assignment.submitted_on, Assignment.round.label("now_round"),
            Assignment.late_before,
            SubmissionItem.round, SubmissionItem.result, Task.position, Task.kind, Task.title, Task.text,
        )
        .join(SubmissionItem, SubmissionItem.assignment_id == Assignment.id).join(Task, Task.id == Assignment.task_id)
        .where(SubmissionItem.submission_id == submission_id).order_by(Task.kind.desc(), Task.position)
    )
    today, soon = clock.today(), soon_until()
    return [
        Answer(
            row.id, row.position, row.kind == "finding", row.title, row.text, row.result,
            badge(row.state, row.due_on, row.submitted_on, today, soon, row.late_before), row.due_on, row.review_on,
            (row.due_on - row.submitted_on).days if row.due_on and row.submitted_on else None,
            row.state == State.SUBMITTED and row.round == row.now_round, row.state, named.get(row.id, []),
        )
        for row in rows
    ]


def _undoable(submission_id: int) -> int | None:
    """The mail of the latest verdict on this submission, while it is still held back."""
    from_reviews = (
        select(Mail.id).join(Review, Review.mail_id == Mail.id)
        .where(Review.submission_id == submission_id, Review.undone_at.is_(None), Mail.state.in_(("queued", "skipped")), Mail.attempts == 0)
        .order_by(Mail.id.desc()).limit(1)
    )
    return db.session.scalar(from_reviews)
