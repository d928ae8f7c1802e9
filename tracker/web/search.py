"""The search field of the header and its page."""
from flask import Blueprint, render_template, request

from tracker.services import search as service
from tracker.web.guards import Right, actor, needs

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@needs(Right.WORK_READ)
def index() -> str:
    """Dispatches, tasks and units that match ?q=."""
    return render_template("search/index.html", found=service.search(actor(), request.args.get("q", "")), district=not actor().sees_all_units)
