"""The first page of everybody: what must be done now, by role."""
from flask import Blueprint
from flask.typing import ResponseReturnValue

from tracker.domain.access import DISTRICT_ROLES, Role
from tracker.web import home_district, home_leader, home_machine, home_province
from tracker.web.guards import actor, signed_in

blueprint = Blueprint("home", __name__)
#: The province's roles whose day differs from the clerk's.
PAGES = {Role.LEADER: home_leader.page, Role.ADMIN: home_machine.page}


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """A unit's work list, the leader's page before the briefing, the administrator's machine, or the province's overview."""
    who = actor()
    if who.role in DISTRICT_ROLES:
        return home_district.page(who)
    return PAGES.get(who.role, home_province.page)(who)
