"""The search field of the header and its page."""
from flask import Blueprint, render_template, request

from tracker.services import search as service
from tracker.web.guards import Right, actor, needs
from tracker.web.limits import SEARCHES, limiter, person

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@needs(Right.WORK_READ)
@limiter.limit(SEARCHES, key_func=person)
def index() -> str:
    """Dispatches, tasks and units that match ?q=."""
    return render_template("search/index.html", found=service.search(actor(), request.args.get("q", "")), district=not actor().sees_all_units)
