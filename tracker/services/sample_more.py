"""What stands beside the sample's story: a dispatch with a monthly task that has come round, and a formal letter to those who are late."""
import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.letters import Kind
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.letters import Letter
from tracker.models.submissions import SubmissionItem
from tracker.services import answering, assignments, draft_tasks, drafts, intake, issuing, letter_issue, letters, recurring, reviewing, submissions
from tracker.services.intake import Intake
from tracker.services.sample_story import LETTER, MONTHLY, MONTHLY_ISSUED, MONTHLY_TITLE, MOUNTAIN, Days

Moment = tuple[datetime, Callable[[], None]]


class Monthly:
    """The monthly task of the mountain districts: two periods at least, the first one answered by all but two."""

    def __init__(self, taken: Intake, days: Days, clerk: Actor, actor_of: Callable[[str], Actor], units: dict[str, int]) -> None:
        self.taken, self.days, self.clerk, self.actor_of, self.units = taken, days, clerk, actor_of, units
        self.dispatch_id = 0

    def acts(self) -> Iterator[Moment]:
        """Its moments in order: issued, taken on, answered, accepted, and opened anew on the first of each month."""
        issued = self.days.back(MONTHLY_ISSUED)
        yield _at(issued, 8), self._issue
        answered = self.days.calendar.add(issued, 3)
        for n, name in enumerate(MOUNTAIN):
            yield _at(self.days.calendar.add(issued, 1), 9, n), partial(self._acknowledge, name)
            if n > 1:
                yield _at(answered, 10, n), partial(self._answer, name)
        yield _at(self.days.calendar.add(answered, 1), 9), self._accept
        first = issued.replace(day=1)
        while (first := (first + timedelta(days=32)).replace(day=1)) <= self.days.today:
            yield _at(first, 0, 20), self._open

    def _issue(self) -> None:
        dispatch = intake.create(self.clerk, self.taken)
        dispatch.sample, self.dispatch_id = True, dispatch.id
        dispatch.short_subject = MONTHLY
        for task in draft_tasks.tasks_of(dispatch.id):
            task.title = MONTHLY_TITLE
        db.session.flush()
        drafts.to_units(self.clerk, dispatch.id, dispatch.version, [self.units[name] for name in MOUNTAIN])
        db.session.flush()
        issuing.issue(self.clerk, dispatch.id, dispatch.version)

    def _acknowledge(self, name: str) -> None:
        assignments.acknowledge_all(self.actor_of(name), self.dispatch_id)

    def _answer(self, name: str) -> None:
        actor = self.actor_of(name)
        ids = list(db.session.scalars(select(Assignment.id).where(Assignment.dispatch_id == self.dispatch_id, Assignment.unit_id == actor.unit_id)))
        result = f"Thu lãi đạt {97 + len(name) % 3}%, giao dịch đủ các xã; không phát sinh nợ quá hạn."
        answers = answering.Answers(
            token=secrets.token_hex(8), version=0, number="", dated_on=None, signatory="", results=dict.fromkeys(ids, result), chosen=frozenset(ids),
            kinds={}, ticks={},
        )
        submissions.hand_in_at_once(actor, self.dispatch_id, answers, [], "web")

    def _accept(self) -> None:
        waiting = (
            select(SubmissionItem.submission_id, SubmissionItem.assignment_id).join(Assignment, Assignment.id == SubmissionItem.assignment_id)
            .where(Assignment.dispatch_id == self.dispatch_id, Assignment.state == State.SUBMITTED)
        )
        for submission_id, assignment_id in db.session.execute(waiting).all():
            reviewing.accept(self.clerk, submission_id, [assignment_id])

    def _open(self) -> None:
        recurring.open_due(self.dispatch_id)


def letter(clerk: Actor, dispatch_id: int) -> None:
    """One công văn đôn đốc to all that are late with the main dispatch, issued; none where nobody is."""
    if not letters.late(clerk, dispatch_id)[1]:
        return
    (made,) = letters.draft(clerk, dispatch_id, Kind.URGE, each=False)
    db.session.flush()
    form = letters.LetterForm(
        made.subject, made.body, made.signer_title or "T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH", made.signer_name or "Lê Thị Minh Hà", made.reply_by,
        tuple(row.unit_id for row in made.units), LETTER, clock.today(),
    )
    saved: Letter = letters.save(clerk, made.id, made.version, form)
    db.session.flush()
    letter_issue.issue(clerk, saved.id, letter_issue.prepare(clerk, saved.id, saved.version))


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.LOCAL)
