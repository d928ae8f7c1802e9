"""Requests that nobody needs to answer any more, because their task is done, dropped or withdrawn."""
from collections.abc import Sequence

from sqlalchemy import update

from tracker import clock
from tracker.db import db
from tracker.models.extensions import Extension
from tracker.models.objections import Objection


def lapse(assignment_ids: Sequence[int]) -> None:
    """Ends the waiting requests of these assignments, so that they leave the list of the province."""
    if not assignment_ids:
        return
    ended = {"state": "taken_back", "decided_at": clock.now(), "decision": "Việc đã kết thúc trước khi có quyết định."}
    for table, waiting in ((Extension, "asked"), (Objection, "raised")):
        wanted = update(table).where(table.assignment_id.in_(assignment_ids), table.state == waiting)
        db.session.execute(wanted.values(ended).execution_options(synchronize_session="fetch"))
