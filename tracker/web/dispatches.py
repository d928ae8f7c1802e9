"""Dispatches: the list with its progress, and one dispatch as the province or a district sees it."""
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import transaction
from tracker.domain.access import DISTRICT_ROLES
from tracker.domain.badges import badge
from tracker.domain.letters import WORDS
from tracker.domain.status import DispatchState
from tracker.domain.wording import tr
from tracker.i18n import URGENCIES, badge_words
from tracker.models.dispatches import Dispatch
from tracker.services import dispatch_page, district_report_list, district_reports, figure_due, letters, question_list, recurring, sentences, triage_page
from tracker.services import dispatches as service
from tracker.services.calendar import soon_until
from tracker.web.dispatches_text import Mark, lines
from tracker.web.guards import Right, actor, needs

blueprint = Blueprint("dispatches", __name__)

LETTERS = {str(kind): words for kind, words in WORDS.items()}
#: The latest questions stand on the page, the rest on a page of their own.
SHOWN_QUESTIONS = 5
STATES = {DispatchState.ISSUED: tr("đang theo dõi"), DispatchState.CLOSED: tr("đã kết thúc"), DispatchState.WITHDRAWN: tr("đã thu hồi")}


@blueprint.get("/dispatches")
@needs(Right.WORK_READ)
def index() -> ResponseReturnValue:
    """All dispatches for the province, those received for a unit; ?state=, ?year=, ?q= narrow, ?before= goes on."""
    who, args = actor(), request.args
    state, year, search = args.get("state", ""), args.get("year", type=int), args.get("q", "").strip()
    found = service.page(who, state, year, search, args.get("before", ""))
    first = not (state or year or search or args.get("before"))
    return render_template(
        "dispatches/index.html", page=found, drafts=service.draft_lines(who) if first else [], state=state, year=year, search=search, states=STATES,
        next=url_for("dispatches.index", state=state or None, year=year, q=search or None, before=found.before) if found.before else "",
        prev=url_for("dispatches.index", state=state or None, year=year, q=search or None) if args.get("before") else "",
        district=who.role in DISTRICT_ROLES, may_draft=who.can(Right.DISPATCH_DRAFT),
    )


@blueprint.get("/dispatches/<int:dispatch_id>")
@needs(Right.WORK_READ)
def show(dispatch_id: int) -> ResponseReturnValue:
    """One issued dispatch: facts, text, tasks, files; history and acts for the province, its own tasks for a unit."""
    who = actor()
    found = dispatch_page.show(who, dispatch_id)
    if found.unseen:
        with transaction():
            dispatch_page.mark_seen(who, dispatch_id)
        found = dispatch_page.show(who, dispatch_id)
    district = not who.sees_all_units
    return render_template(
        "dispatches/show.html", s=found, d=found.dispatch, states=STATES, badges=_badges(found) if district else {},
        lines=lines(found.dispatch.text, _marks(found)), history=[] if district else sentences.of_dispatch(dispatch_id),
        letters=letters.of_dispatch(who, dispatch_id), letter_kinds=LETTERS, may_write=who.can(Right.LETTER_WRITE),
        series=_series(found, district), district=district, reported=(0, 0) if district else district_report_list.counts(dispatch_id),
        own_reports=district_reports.of_unit(who, dispatch_id) if district else [], owed=figure_due.mine(who, dispatch_id), today=clock.today(),
        late_mails=_late_mails(found.dispatch), may_triage=who.can(Right.MAIL_TRIAGE), filed_words=triage_page.FILTERS,
        questions=question_list.of_dispatch(who, dispatch_id, most=SHOWN_QUESTIONS) if found.asked else question_list.Page([]),
        may_issue=who.can(Right.DISPATCH_ISSUE), may_answer=who.can(Right.ASSIGNMENT_ANSWER), urgencies=URGENCIES,
    )


def _late_mails(dispatch: Dispatch) -> list[Any]:
    """What came by mail after the dispatch had ended: kept and shown, never dropped."""
    if not dispatch.ended_at or dispatch.state == DispatchState.ISSUED or not actor().can(Right.MAIL_TRIAGE):
        return []
    return triage_page.latest(dispatch_id=dispatch.id, since=dispatch.ended_at)


def _series(found: dispatch_page.Show, district: bool) -> list[recurring.Series]:
    """The recurring tasks, where there are any; a unit's own only."""
    heads = {line.task.id for line in found.tasks if line.task.rhythm}
    return recurring.listed(found.dispatch, heads if district else None) if heads else []


def _marks(found: dispatch_page.Show) -> list[Mark]:
    """Where the tasks that this reader sees stand in the text."""
    return [
        Mark(line.task.span_start, line.task.span_end, "task" if line.task.kind == "task" else "unit", f"s{line.task.position}", f"t{line.task.position}",
             str(line.task.position))
        for line in (*found.tasks, *found.findings)
        if line.task.span_start is not None and not line.task.cancelled
    ]


def _badges(found: dispatch_page.Show) -> dict[int, tuple[str, str]]:
    """Kind and words of each own assignment's badge, by assignment id."""
    today, soon = clock.today(), soon_until()
    made = {}
    for line in (*found.tasks, *found.findings):
        mine = line.mine
        one = badge(mine.state, mine.in_force, mine.submitted_on, today, soon, mine.late_before)
        made[mine.assignment_id] = (one.kind, badge_words(one))
    return made
