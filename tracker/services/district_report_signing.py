"""Who signs a district's report: the officer asks the unit's leader, who signs or sends it back with a word."""
from collections.abc import Sequence

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport
from tracker.models.people import Person
from tracker.services import district_reports, links, outbox

LONGEST_WORD = 1000


def may_sign(actor: Actor, report: DistrictReport) -> str:
    """How this actor may sign a report of the own unit: "leader"; "for", in the leader's name, where the unit's leader has no account; "" not at all."""
    if actor.unit_id != report.unit_id or actor.role not in (Role.DISTRICT_LEADER, Role.OFFICER):
        return ""
    if actor.role == Role.DISTRICT_LEADER:
        return "leader"
    return "" if district_reports.leaders(report.unit_id) else "for"


def ask(actor: Actor, report_id: int, version: int) -> list[str]:
    """Asks the unit's leader to sign; gives the leaders' names, to whom a mail goes.

    Raises Conflict("unit_report.no_leader") where the unit has no leader with an account, and as editable does.
    """
    report = district_reports.editable(actor, report_id, version)
    if not (found := district_reports.leaders(report.unit_id)):
        raise Conflict("unit_report.no_leader")
    report.state, report.asked_by_id, report.asked_at = "waiting", actor.id, clock.now()
    report.sent_back = report.sent_back_at = report.sent_back_by_id = None
    district_reports.touch(actor, report)
    district_reports.tell(actor, report, "ask")
    _mail(actor, report, found, "")
    return [person.name for person in found]


def take_back(actor: Actor, report_id: int) -> DistrictReport:
    """The officer takes the request back, to write on. Raises Conflict("unit_report.not_waiting") and as locked does."""
    report = _waiting(actor, report_id)
    district_reports.tell(actor, report, "take_back")
    return report


def send_back(actor: Actor, report_id: int, word: str) -> DistrictReport:
    """The leader sends it back with a word; who asked gets a mail.

    Raises BadInput("unit_report.word"), Conflict("unit_report.leader") for anybody else, and as take_back does.
    """
    district_reports.locked(actor, report_id)
    word = word.strip()
    if actor.role != Role.DISTRICT_LEADER:
        raise Conflict("unit_report.leader")
    if not word or len(word) > LONGEST_WORD:
        raise BadInput("unit_report.word", limit=LONGEST_WORD, field="word")
    report = _waiting(actor, report_id)
    report.sent_back, report.sent_back_at, report.sent_back_by_id = word, clock.now(), actor.id
    district_reports.tell(actor, report, "send_back", reason=word)
    asker = db.session.get(Person, report.asked_by_id) if report.asked_by_id else None
    if asker is not None and asker.left_at is None and asker.id != actor.id:
        _mail(actor, report, [asker], word)
    return report


def _waiting(actor: Actor, report_id: int) -> DistrictReport:
    report = district_reports.locked(actor, report_id)
    if report.state != "waiting":
        raise Conflict("unit_report.not_waiting")
    report.state = "draft"
    district_reports.touch(actor, report)
    return report


def _mail(actor: Actor, report: DistrictReport, people: Sequence[Person], word: str) -> None:
    dispatch = db.session.get_one(Dispatch, report.dispatch_id)
    context = {"number": dispatch.number or "công văn", "by_name": actor.name, "word": word, "url": links.absolute("unit_report", id=report.id)}
    for person in people:
        outbox.queue(
            "sign_off", address=person.email, name=person.name, person_id=person.id, unit_id=report.unit_id, dispatch_id=report.dispatch_id, context=context)
