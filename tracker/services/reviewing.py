"""The province's review: accept or return what a unit handed in, several at once, and take it back until the mail has left."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import Act, DispatchState
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.submissions import Review, Submission, SubmissionItem
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import assignments, issue_plan, lapsing, links, mail_links, outbox
from tracker.services.recipients import Recipient

#: How long the unit's mail waits, so that a slip of the hand can be undone.
UNDO_WINDOW = timedelta(minutes=5)
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Verdict:
    """What one press decided: the mail that will tell the unit (its id undoes all of it), and how many assignments."""

    mail_id: int
    count: int


def accept(actor: Actor, submission_id: int, assignment_ids: Sequence[int]) -> Verdict:
    """Accepts the chosen answers of one submission. Raises NotFound, BadInput, or Conflict when one no longer waits."""
    submission, chosen = _waiting(actor, submission_id, assignment_ids)
    reviews = [_review(actor, submission, assignment, "accepted") for assignment in chosen]
    for assignment in chosen:
        assignments.advance(actor, assignment, Act.ACCEPT, accepted_on=clock.today())
    lapsing.lapse([assignment.id for assignment in chosen])
    return _tell(submission, chosen, reviews)


def send_back(actor: Actor, submission_id: int, assignment_ids: Sequence[int], reason: str, fix_by: date | None) -> Verdict:
    """Returns the chosen answers with a reason and a day to mend them by. Raises NotFound, BadInput, Conflict."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("review.reason", limit=LONGEST_REASON)
    if fix_by is None or fix_by < clock.today():
        raise BadInput("review.fix_by")
    submission, chosen = _waiting(actor, submission_id, assignment_ids)
    reviews = [_review(actor, submission, assignment, "returned", reason, fix_by) for assignment in chosen]
    for assignment in chosen:
        fields: dict[str, Any] = {"fix_by": fix_by, "return_reason": reason, **_moved(assignment, fix_by)}
        assignments.advance(actor, assignment, Act.RETURN, told={"reason": reason, "fix_by": fix_by.isoformat()}, **fields)
    return _tell(submission, chosen, reviews)


def undo(actor: Actor, mail_id: int) -> int:
    """Takes back the verdicts that this held mail would have told; gives the submission's id.

    Raises NotFound, or Conflict("review.told") once the mail has left or is leaving.
    """
    actor.need(Right.ASSIGNMENT_REVIEW)
    reviews = list(db.session.scalars(select(Review).where(Review.mail_id == mail_id, Review.undone_at.is_(None)).order_by(Review.id)))
    if not reviews:
        raise NotFound()
    _need_followed(db.session.get_one(Submission, reviews[0].submission_id).dispatch_id)
    held = update(Mail).where(Mail.id == mail_id, Mail.state.in_(("queued", "skipped")), Mail.attempts == 0).values(state="cancelled")
    if not db.session.execute(held).rowcount:  # type: ignore[attr-defined]
        raise Conflict("review.told")
    for review in reviews:
        _take_back(actor, review)
    return reviews[0].submission_id


def _waiting(actor: Actor, submission_id: int, assignment_ids: Sequence[int]) -> tuple[Submission, list[Assignment]]:
    actor.need(Right.ASSIGNMENT_REVIEW)
    submission = db.session.get(Submission, submission_id)
    if submission is None or submission.state != "submitted":
        raise NotFound()
    _need_followed(submission.dispatch_id)
    if not assignment_ids:
        raise BadInput("review.none_chosen")
    answered = select(SubmissionItem.assignment_id, SubmissionItem.round).where(SubmissionItem.submission_id == submission_id)
    rounds = {row.assignment_id: row.round for row in db.session.execute(answered)}
    if not set(assignment_ids) <= set(rounds):
        raise NotFound()
    chosen = assignments.get_many(actor, list(assignment_ids))
    if any(a.state != "submitted" or a.round != rounds[a.id] for a in chosen):
        raise Conflict("assignment.state")
    return submission, chosen


def _need_followed(dispatch_id: int) -> None:
    """Raises Conflict for a dispatch that is closed or withdrawn: it has to be opened again first."""
    if db.session.get_one(Dispatch, dispatch_id).state != DispatchState.ISSUED:
        raise Conflict("review.closed")


def _review(
    actor: Actor, submission: Submission, assignment: Assignment, verdict: str, reason: str | None = None, fix_by: date | None = None
) -> Review:
    review = Review(
        assignment_id=assignment.id, submission_id=submission.id, verdict=verdict, reason=reason, fix_by=fix_by,
        due_on_before=assignment.due_on, person_id=actor.id, at=clock.now(),
    )
    db.session.add(review)
    return review


def _moved(assignment: Assignment, fix_by: date) -> dict[str, object]:
    """A round that was in time keeps the unit in time until the fix-by day: the province's own review time is not the unit's (design, section 2)."""
    version: dict[str, object] = {"deadline_version": assignment.deadline_version + 1}
    in_time = assignment.due_on is not None and assignment.submitted_on is not None and assignment.submitted_on <= assignment.due_on
    if in_time and assignment.due_on is not None and fix_by > assignment.due_on:
        return {"due_on": fix_by, **version}
    return version


def _take_back(actor: Actor, review: Review) -> None:
    review.undone_at = clock.now()
    assignment = assignments.get(actor, review.assignment_id)
    earlier = db.session.scalars(
        select(Review)
        .where(Review.assignment_id == assignment.id, Review.verdict == "returned", Review.undone_at.is_(None), Review.id < review.id)
        .order_by(Review.id.desc())
        .limit(1)
    ).first()
    fields: dict[str, Any] = {"accepted_on": None, "due_on": review.due_on_before, "fix_by": None, "return_reason": None}
    if earlier:
        fields |= {"fix_by": earlier.fix_by, "return_reason": earlier.reason}
    assignments.advance(actor, assignment, Act.UNDO_REVIEW, **fields)


def _tell(submission: Submission, chosen: list[Assignment], reviews: list[Review]) -> Verdict:
    unit = db.session.get_one(Unit, submission.unit_id)
    dispatch = db.session.get_one(Dispatch, submission.dispatch_id)
    titles = db.session.execute(select(Task.title).where(Task.id.in_([a.task_id for a in chosen])).order_by(Task.position)).all()
    context = {
        "dispatch": {"id": dispatch.id, "number": dispatch.number, "subject": dispatch.short_subject or dispatch.subject},
        "tasks": [{"title": row.title, "kind": "", "status": "", "detail": ""} for row in titles],
        "verdict": reviews[0].verdict, "reason": reviews[0].reason, "fix_by": reviews[0].fix_by, "unit": unit.name,
        "url": links.absolute("answer" if reviews[0].verdict == "returned" else "submission",
                              id=dispatch.id if reviews[0].verdict == "returned" else submission.id),
    }
    returned = reviews[0].verdict == "returned"
    to = next(iter(issue_plan.addresses([Recipient(unit.id, unit.code, unit.name, unit.short_name, unit.mailbox)])[unit.id]), None)
    mail = outbox.queue(
        "reviewed", address=to.email if to else "", name=to.name if to else unit.name, person_id=to.person_id if to else None, context=context,
        unit_id=unit.id, dispatch_id=dispatch.id, delay=UNDO_WINDOW,
        offers=[mail_links.Maker().offer(dispatch.id, dispatch.number, ("upload", "extend"))] if returned else [],
    )
    db.session.flush()
    for review in reviews:
        review.mail_id = mail.id
    return Verdict(mail.id, len(reviews))
