"""Taking back what was handed in by mistake: its assignments are again what they were, as long as nothing of it has been reviewed."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.status import Act, DispatchState, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Review, Submission, SubmissionItem, evidence_items
from tracker.services import assignments, history


@dataclass(frozen=True, slots=True)
class Earlier:
    """The round before: when it was handed in and what it said; nothing where there was none."""

    submitted_at: Any = None
    result: str | None = None


def take_back(actor: Actor, submission_id: int, reason: str = "") -> int:
    """Takes one submission back and gives how many assignments are as before; its words stay in history, its files with their message.

    No date moves: what is owed again is late by the dates in force. What was paused when it was handed in is owed, its clock runs again.
    The caller has checked the right. Raises NotFound, Conflict("withdraw.closed", "withdraw.reviewed").
    """
    submission = db.session.get(Submission, submission_id, with_for_update=True, populate_existing=True)
    if submission is None or submission.state != "submitted":
        raise NotFound()
    actor.need_unit(submission.unit_id)
    dispatch = db.session.get_one(Dispatch, submission.dispatch_id)
    if dispatch.state != DispatchState.ISSUED:
        raise Conflict("withdraw.closed", number=dispatch.number or "")
    items = db.session.execute(select(SubmissionItem.assignment_id, SubmissionItem.round).where(SubmissionItem.submission_id == submission_id)).all()
    rounds = {row.assignment_id: row.round for row in items}
    chosen = assignments.get_many(actor, list(rounds))
    reviewed = select(Review.id).where(Review.submission_id == submission_id, Review.undone_at.is_(None)).limit(1)
    if db.session.scalar(reviewed) is not None or any(a.state != State.SUBMITTED or a.round != rounds[a.id] for a in chosen):
        raise Conflict("withdraw.reviewed", number=dispatch.number or "")
    before, earlier, said = _states_before(rounds), _rounds_before(chosen), _said(submission)
    for assignment in chosen:
        told = {"round": assignment.round, "submission_id": submission_id, "reason": reason, **said[assignment.id]}
        _give_back(actor, assignment, before.get(assignment.id, ""), earlier.get(assignment.id, Earlier()), told)
    history.record(
        actor, "submission.take_back", dispatch_id=dispatch.id, unit_id=submission.unit_id, submission_id=submission_id, count=len(chosen), reason=reason,
    )
    db.session.delete(submission)
    db.session.flush()
    return len(chosen)


def _said(submission: Submission) -> dict[int, dict[str, Any]]:
    """What was handed in, by assignment: a report of a day on which it stood says so for ever."""
    on = clock.local(submission.submitted_at or submission.created_at).date().isoformat()
    items = db.session.execute(select(SubmissionItem.assignment_id, SubmissionItem.result).where(SubmissionItem.submission_id == submission.id))
    found: dict[int, dict[str, Any]] = {id: {"submitted_on": on, "result": result, "evidence": []} for id, result in items}
    dated_on = submission.dated_on.isoformat() if submission.dated_on else ""
    rows = db.session.execute(
        select(evidence_items.c.assignment_id, Evidence.kind, StoredFile.name).join(Evidence, Evidence.id == evidence_items.c.evidence_id)
        .join(StoredFile, StoredFile.id == Evidence.file_id).where(Evidence.submission_id == submission.id).order_by(Evidence.id)
    )
    for assignment_id, kind, name in rows:
        own = (submission.number or "", dated_on, submission.signatory or "") if kind == "implementing_document" else ("", "", "")
        if assignment_id in found:
            found[assignment_id]["evidence"].append([kind, name, *own])
    return found


def _give_back(actor: Actor, assignment: Assignment, before: str, earlier: Earlier, told: dict[str, Any]) -> None:
    gives = State(before) if before in (State.ASSIGNED, State.ACKNOWLEDGED, State.RETURNED) else State.ACKNOWLEDGED
    if before == State.PAUSED and assignment.return_reason:
        gives = State.RETURNED
    assignments.advance(
        actor, assignment, Act.UNDO_SUBMIT, gives=gives, told=told,
        round=assignment.round - 1, submitted_at=earlier.submitted_at, result=earlier.result,
        submitted_on=clock.local(earlier.submitted_at).date() if earlier.submitted_at else None,
        acknowledged_at=None if gives == State.ASSIGNED else assignment.acknowledged_at,
    )


def _states_before(rounds: dict[int, int]) -> dict[int, str]:
    """The state in which each assignment was when its latest round was handed in: its event tells."""
    told = select(Event.assignment_id, Event.data).where(Event.assignment_id.in_(rounds), Event.kind == "assignment.submit").order_by(Event.id)
    return {row.assignment_id: str(row.data.get("before", "")) for row in db.session.execute(told) if row.assignment_id is not None}


def _rounds_before(chosen: Sequence[Assignment]) -> dict[int, Earlier]:
    wanted = {a.id: a.round - 1 for a in chosen if a.round > 1}
    rows = db.session.execute(
        select(SubmissionItem.assignment_id, SubmissionItem.round, SubmissionItem.result, Submission.submitted_at)
        .join(Submission, Submission.id == SubmissionItem.submission_id)
        .where(SubmissionItem.assignment_id.in_(wanted), Submission.state == "submitted")
    )
    return {row.assignment_id: Earlier(row.submitted_at, row.result or None) for row in rows if wanted[row.assignment_id] == row.round}
