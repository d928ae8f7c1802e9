"""Im lặng 30, 60, 90 ngày: the page of units that give no sign on tasks without a deadline."""
from flask import Blueprint, g, render_template

from tracker.domain.access import Right
from tracker.services import quiet as service
from tracker.web.guards import actor, needs

blueprint = Blueprint("quiet", __name__)


@blueprint.get("/silent")
@needs(Right.UNIT_READ_ALL)
def index() -> str:
    """The silent units of all dispatches in force, the longest silence first."""
    g.section = "reminders"
    return render_template(
        "quiet/index.html", q=service.quiet(actor()), may_send=actor().can(Right.REMINDER_SEND), may_write=actor().can(Right.LETTER_WRITE),
        most=service.SHOWN, dispatches=service.DISPATCHES,
    )
