"""The implementing document of a submission: read by the machine from a file that came by mail, and put right by a person."""
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.models.incoming import Filing, IncomingMail
from tracker.models.submissions import Submission
from tracker.services import answering, history


def mail_of(submission_id: int) -> Any | None:
    """The message that a submission was made from (id, attention, reason), None where it came another way."""
    wanted = select(IncomingMail.id, IncomingMail.attention, IncomingMail.reason).join(Filing, Filing.incoming_id == IncomingMail.id)
    return db.session.execute(wanted.where(Filing.submission_id == submission_id).limit(1)).first()


def correct(actor: Actor, submission_id: int, number: str, dated_on: date | None, signatory: str) -> None:
    """Writes number, day and signatory as a person gives them. Raises Forbidden, NotFound, BadInput("answer.too_long", "answer.future")."""
    actor.need(Right.MAIL_TRIAGE)
    submission = db.session.get(Submission, submission_id, with_for_update=True)
    if submission is None or submission.state != "submitted":
        raise NotFound()
    answering.check(answering.Answers("", 0, number, dated_on, signatory))
    before = (submission.number, submission.dated_on, submission.signatory)
    submission.number, submission.dated_on, submission.signatory = number.strip() or None, dated_on, signatory.strip() or None
    submission.machine_read = False
    if before != (submission.number, submission.dated_on, submission.signatory):
        history.record(
            actor, "submission.document", dispatch_id=submission.dispatch_id, unit_id=submission.unit_id, submission_id=submission.id,
            number=submission.number or "không ghi", before=before[0] or "",
        )
