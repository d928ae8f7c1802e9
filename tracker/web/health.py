"""A page for supervisors and load balancers: the web answers and reaches its database."""
from flask import Blueprint
from sqlalchemy import text

from tracker.db import db
from tracker.web.guards import everybody

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@everybody
def check() -> tuple[str, int, dict[str, str]]:
    """"ok" once the database answers; an error page with 500 otherwise."""
    db.session.execute(text("select 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
