"""The one mail that each unit gets when a pause begins: from when to when, why, and how many of its tasks stand still."""
from typing import Any

from sqlalchemy import func, select

from tracker.adapters import jobs
from tracker.db import db
from tracker.i18n import PAUSE_REASONS
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.pauses import Pause, PausedAssignment
from tracker.models.units import Unit
from tracker.services import issue_plan, links, outbox
from tracker.services.recipients import Recipient


def units_of(pause_id: int) -> dict[int, int]:
    """How many assignments of each unit a pause holds."""
    counts = (
        select(Assignment.unit_id, func.count()).join(PausedAssignment, PausedAssignment.assignment_id == Assignment.id)
        .where(PausedAssignment.pause_id == pause_id, PausedAssignment.resumed_on.is_(None)).group_by(Assignment.unit_id)
    )
    return {unit_id: n for unit_id, n in db.session.execute(counts)}


def tell(pause: Pause, units: dict[int, int]) -> int:
    """Writes the mails with the row that says the pause has begun, so that each unit is told once; gives their number."""
    columns = select(Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.mailbox).where(Unit.id.in_(units)).order_by(Unit.id)
    told = [Recipient(*row) for row in db.session.execute(columns)]
    addresses, shared = issue_plan.addresses(told), _shared(pause)
    rows: list[dict[str, Any]] = []
    for unit in told:
        context = shared | {"unit": unit.name, "count": units[unit.id]}
        rows += [
            outbox.row(
                "paused", address=to.email, name=to.name, person_id=to.person_id, unit_id=unit.id, dispatch_id=pause.dispatch_id, context=context,
                dedupe_key=f"paused:{pause.id}:{unit.id}:{to.person_id or 0}",
            )
            for to in addresses[unit.id] or [issue_plan.Address("", unit.name)]
        ]
    if rows:
        db.session.execute(outbox.insert_new(), rows)
        jobs.enqueue("mail.sweep")
    return len(rows)


def _shared(pause: Pause) -> dict[str, Any]:
    dispatch = db.session.get(Dispatch, pause.dispatch_id) if pause.dispatch_id else None
    return {
        "category": PAUSE_REASONS[pause.category], "reason": pause.reason, "from_on": pause.from_on, "until_on": pause.until_on,
        "number": dispatch.number if dispatch else "", "url": links.absolute("home"),
    }
