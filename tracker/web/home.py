"""The first page of everybody: what must be done now, by role."""
from flask import Blueprint
from flask.typing import ResponseReturnValue

from tracker.domain.access import DISTRICT_ROLES
from tracker.web import home_district, home_province
from tracker.web.guards import actor, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """A unit's work list, or the province's overview."""
    who = actor()
    return home_district.page(who) if who.role in DISTRICT_ROLES else home_province.page(who)
