"""Sổ gửi thư of a unit or an assignment: every mail and reminder with its fate, to read and to print."""
from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from tracker.domain.access import Right
from tracker.services import away_notes, mail_ledger
from tracker.services.mail_ledger import Ledger
from tracker.web.guards import actor, needs

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/units/<int:unit_id>/ledger")
@needs(Right.WORK_READ)
def of_unit(unit_id: int) -> ResponseReturnValue:
    """What was told to one unit; its own people see it as the province does."""
    g.section = "units"
    return _page(mail_ledger.of_unit(actor(), unit_id, _before()))


@blueprint.get("/assignments/<int:assignment_id>/ledger")
@needs(Right.WORK_READ)
def of_assignment(assignment_id: int) -> ResponseReturnValue:
    """What was told to a unit about one assignment."""
    g.section = "dispatches" if actor().sees_all_units else "home"
    return _page(mail_ledger.of_assignment(actor(), assignment_id, _before()))


def _before() -> int:
    return max(request.args.get("before", 0, type=int), 0)


def _page(found: Ledger) -> ResponseReturnValue:
    more = f"{request.path}?before={found.before}" if found.before else ""
    return render_template("ledger/show.html", ledger=found, next_page=more, first=not _before(),
                           away=away_notes.of_units([found.unit.id]).get(found.unit.id, []))
