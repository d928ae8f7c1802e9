"""The mail that tells a unit what the province decided: held back for a while, so that a slip of the hand can be taken back."""
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import Conflict
from tracker.domain.status import DispatchState
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.units import Unit
from tracker.services import issue_plan, links, mail_links, outbox
from tracker.services.recipients import Recipient

#: How long a decision can be taken back.
UNDO_WINDOW = timedelta(minutes=5)


def tell(kind: str, actor: Actor, unit_id: int, dispatch_id: int, tasks: list[TaskLine], context: Mapping[str, Any]) -> int:
    """Queues one mail to the unit's mailbox (else to its first officer) about some tasks of a dispatch; gives its id."""
    unit, dispatch = db.session.get_one(Unit, unit_id), db.session.get_one(Dispatch, dispatch_id)
    to = next(iter(issue_plan.addresses([Recipient(unit.id, unit.code, unit.name, unit.short_name, unit.mailbox)])[unit.id]), None)
    shared = {
        "dispatch": {"id": dispatch.id, "number": dispatch.number, "subject": dispatch.short_subject or dispatch.subject}, "unit": unit.name,
        "by_name": actor.name, "tasks": tasks, "url": links.absolute("answer", id=dispatch.id),
    }
    mail = outbox.queue(
        kind, address=to.email if to else "", name=to.name if to else unit.name, person_id=to.person_id if to else None, unit_id=unit.id,
        dispatch_id=dispatch.id, context={**shared, **context}, delay=UNDO_WINDOW,
        offers=[] if context["outcome"] == "upheld" else [mail_links.Maker().offer(dispatch.id, dispatch.number, ("upload",))],
    )
    db.session.flush()
    return mail.id


def stop(mail_id: int) -> None:
    """Keeps a held mail from leaving. Raises Conflict("request.told") once it has left or is leaving."""
    held = update(Mail).where(Mail.id == mail_id, Mail.state.in_(("queued", "skipped")), Mail.attempts == 0).values(state="cancelled")
    if not db.session.execute(held).rowcount:  # type: ignore[attr-defined]
        raise Conflict("request.told")


def need_followed(dispatch_id: int) -> None:
    """Raises Conflict("request.closed") for a dispatch that is closed or withdrawn."""
    if db.session.get_one(Dispatch, dispatch_id).state != DispatchState.ISSUED:
        raise Conflict("request.closed")
