"""Who may enter which view, written down a second time: a view marked too widely is seen here, because the walk believes the marks."""
import pytest
from flask import Flask

from tracker.domain.access import PROVINCE_ROLES, RIGHTS, Role
from tracker.web.guards import EVERYBODY, SIGNED_IN, access_of

#: Without signing in.
OPEN = """access_links.forgot language.choose access_links.forgot_post access_links.open_link access_links.use_link account.code account.code_post account.login
    account.login_post account.logout deadlines.feed health.check incoming.confirm incoming.confirm_post
    incoming.correct incoming.correct_post mail_links.act mail_links.show static"""
#: One's own account and the way to one's own first page.
OWN = """absences.add_own absences.drop_own saved_views.change saved_views.index saved_views.remove saved_views.save
    account.end_session account.everywhere account.index account.password help.appearance help.guide help.index help.page home.index
    two_factor.begin two_factor.codes two_factor.confirm two_factor.index two_factor.off
    two_factor.qr two_factor.replace"""
#: All that a district does; each shows or changes the unit's own objects alone, which the walk of the foreign objects holds.
DISTRICT = """deadlines.addresses deadlines.day deadlines.make deadlines.month deadlines.revoke
    questions.ask questions.of_dispatch questions.show questions.take_back
    asking.ask asking.extension asking.object_to asking.objection asking.take_back_extension asking.take_back_objection
    history.mine history.of_assignment history.of_dispatch history.of_unit
    assignments.acknowledge assignments.acknowledge_all assignments.show dispatches.index dispatches.show files.download ledger.of_assignment ledger.of_unit
    files.picture letters.picture letters.show
    district_reports.anew district_reports.discard district_reports.download district_reports.draft district_reports.index district_reports.picture
    district_reports.redraft district_reports.save district_reports.scan district_reports.send_back district_reports.show district_reports.sign
    district_reports.sign_now district_reports.take_back contests.contest contests.own contests.withdraw
    reports.bundle reports.index reports.of_dispatch reports.progress reports.show search.index submissions.answer submissions.index
    submissions.remove submissions.show submissions.upload submissions.write units.mine
    registers.incoming registers.incoming_table registers.outgoing registers.outgoing_table
    figures.communes figures.form_xlsx figures.index figures.open_communes figures.show figures.unit figures.withdraw figures.write"""
#: Whose blueprints are one role's work.
ROOMS = {
    "people": {Role.ADMIN}, "settings": {Role.ADMIN}, "sent_mail": {Role.ADMIN, Role.AUDITOR}, "reviews": {Role.CLERK, Role.LEADER},
    "requests": {Role.CLERK, Role.LEADER}, "matrix": PROVINCE_ROLES,
    "imports": {Role.ADMIN, Role.CLERK}, "pauses": PROVINCE_ROLES, "policies": PROVINCE_ROLES, "plan": PROVINCE_ROLES, "calendar": PROVINCE_ROLES,
}


def doors(app: Flask, role: Role) -> set[str]:
    """The endpoints that a role may enter beyond its own account."""
    return {endpoint for endpoint in app.view_functions if access_of(endpoint) in RIGHTS[role]}


def test_what_is_open_to_everybody_and_to_whoever_signed_in(sqlite_app: Flask) -> None:
    marked = {endpoint: access_of(endpoint) for endpoint in sqlite_app.view_functions}
    assert {endpoint for endpoint, access in marked.items() if access == EVERYBODY} == set(OPEN.split())
    assert {endpoint for endpoint, access in marked.items() if access == SIGNED_IN} == set(OWN.split())


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DISTRICT_LEADER])
def test_a_district_enters_what_is_listed(sqlite_app: Flask, role: Role) -> None:
    assert doors(sqlite_app, role) == set(DISTRICT.split())


def test_each_room_belongs_to_its_roles(sqlite_app: Flask) -> None:
    for room, roles in ROOMS.items():
        assert {role for role in Role if any(door.startswith(f"{room}.") for door in doors(sqlite_app, role))} == roles, room


def test_the_clerk_alone_stops_the_clock_and_the_administrator_alone_changes_the_calendar(sqlite_app: Flask) -> None:
    changing = {rule.endpoint for rule in sqlite_app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    for room, role in (("pauses", Role.CLERK), ("calendar", Role.ADMIN)):
        assert {who for who in Role if any(door.startswith(f"{room}.") for door in doors(sqlite_app, who) & changing)} == {role}, room


def test_an_auditor_changes_nothing(sqlite_app: Flask) -> None:
    changing = {rule.endpoint for rule in sqlite_app.url_map.iter_rules() if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}}
    assert not changing & doors(sqlite_app, Role.AUDITOR)


def test_a_dispatch_is_drafted_and_issued_by_clerks_alone(sqlite_app: Flask) -> None:
    clerks_own = doors(sqlite_app, Role.CLERK).difference(*(doors(sqlite_app, role) for role in Role if role != Role.CLERK))
    shown_to_others = {"dispatches.index", "dispatches.matrix", "dispatches.show", "dispatches.silent"}
    assert {door for door in sqlite_app.view_functions if door.startswith("dispatches.")} - clerks_own == shown_to_others
