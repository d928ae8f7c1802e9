"""The first page of everybody: what must be done now, by role."""
from flask import Blueprint
from flask.typing import ResponseReturnValue

from tracker.domain.access import DISTRICT_ROLES, Role
from tracker.web import home_district, home_leader, home_province
from tracker.web.guards import actor, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """A unit's work list, the leader's page before the briefing, or the province's overview."""
    who = actor()
    if who.role in DISTRICT_ROLES:
        return home_district.page(who)
    return home_leader.page(who) if who.role == Role.LEADER else home_province.page(who)
