"""Ending an issued dispatch: withdraw it with a reason, close it when nothing more is to be followed, reopen it."""
from collections import Counter

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput
from tracker.domain.status import OPEN, Act, DispatchAct
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.services import history, holding, issue_mails, issue_plan, lapsing, mail_links, tally
from tracker.services.amending import LONGEST_REASON, frozen_recipients, locked
from tracker.services.batches import Batch


def withdraw(actor: Actor, dispatch_id: int, version: int, reason: str) -> Dispatch:
    """Takes the dispatch back: open assignments are cancelled, every recipient is told why. Raises BadInput("withdraw.no_reason"), Conflict."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("withdraw.no_reason", limit=LONGEST_REASON)
    dispatch = locked(actor, dispatch_id, version, DispatchAct.WITHDRAW)
    dispatch.ended_at, dispatch.ended_reason = clock.now(), reason
    batch = Batch(actor)
    wanted = select(Assignment).where(Assignment.dispatch_id == dispatch_id, Assignment.state.in_(sorted(OPEN))).order_by(Assignment.id)
    cancelled = list(db.session.scalars(wanted))
    for assignment in cancelled:
        batch.act(assignment, Act.CANCEL, reason=reason)
    batch.finish()
    lapsing.lapse([assignment.id for assignment in cancelled])
    holding.end_of_dispatch(dispatch_id)
    mail_links.revoke_ended(dispatch_id)
    history.record(actor, "dispatch.withdraw", dispatch_id=dispatch_id, reason=reason, cancelled=batch.changed)
    _tell(dispatch, reason)
    return dispatch


def close(actor: Actor, dispatch_id: int, version: int, reason: str = "") -> Dispatch:
    """Ends the follow-up: nothing is cancelled, nothing more is chased, counted or reviewed. Raises Conflict."""
    dispatch = locked(actor, dispatch_id, version, DispatchAct.CLOSE)
    dispatch.ended_at, dispatch.ended_reason = clock.now(), reason.strip()[:LONGEST_REASON] or None
    tally.move(Counter({key: -n for key, n in tally.open_of(dispatch_id).items()}))
    mail_links.revoke_ended(dispatch_id)
    history.record(actor, "dispatch.close", dispatch_id=dispatch_id, reason=dispatch.ended_reason or "")
    return dispatch


def reopen(actor: Actor, dispatch_id: int, version: int) -> Dispatch:
    """Follows a closed dispatch up again. Raises Conflict."""
    dispatch = locked(actor, dispatch_id, version, DispatchAct.REOPEN)
    dispatch.ended_at, dispatch.ended_reason = None, None
    tally.move(tally.open_of(dispatch_id))
    history.record(actor, "dispatch.reopen", dispatch_id=dispatch_id)
    return dispatch


def _tell(dispatch: Dispatch, reason: str) -> None:
    units = frozen_recipients(dispatch.id)
    addresses, shared = issue_plan.addresses(units), issue_mails.head(dispatch)
    rows = []
    for unit in units:
        rows += issue_mails.unit_rows("withdrawn", unit, addresses[unit.id], dispatch.id, shared | {"unit": unit.name, "reason": reason}, [])
    issue_mails.send_all(rows)
