"""Kế hoạch nhắc việc: what the next plan sends to whom and why, and holding some of it back until it goes."""
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict
from tracker.services import away_notes, plan_holds, plan_page
from tracker.services.plan_holds import Scope
from tracker.web.dates import typed_date
from tracker.web.guards import actor, needs

blueprint = Blueprint("plan", __name__, url_prefix="/reminders/plan")


@blueprint.before_request
def _section() -> None:
    g.section = "reminders"


@blueprint.get("")
@needs(Right.REMINDER_READ)
def index() -> ResponseReturnValue:
    """A page of units; ?unit_id shows one unit's lines, ?from goes on."""
    unit_id, start = request.args.get("unit_id", type=int), max(request.args.get("from", 0, type=int), 0)
    may_hold = actor().can(Right.REMINDER_SEND)
    if unit_id is not None:
        found = plan_page.unit(actor(), unit_id)
        away = away_notes.of_units([unit_id]).get(unit_id, [])
        return render_template("plan/unit.html", p=found, away=away, step_words=i18n.reminder_step, may_hold=may_hold)
    page = plan_page.page(actor(), start)
    here = url_for("plan.index")
    onward, back = f"{here}?from={start + plan_page.PER_PAGE}", f"{here}?from={max(start - plan_page.PER_PAGE, 0)}"
    return render_template("plan/index.html", p=page, next_page=onward if page.more else "", prev_page=back if start else "", may_hold=may_hold,
                           away=away_notes.of_units([one.unit_id for one in page.units]))


@blueprint.post("/hold")
@needs(Right.REMINDER_SEND)
def hold() -> ResponseReturnValue:
    """Holds back one task, unit, dispatch or (what=all) everything of the plan of a day; do=drop passes the step over for good."""
    form = request.form
    scope = Scope(form.get("assignment_id", type=int), form.get("unit_id", type=int), form.get("dispatch_id", type=int))
    back = url_for("plan.index", unit_id=form.get("back", type=int))
    try:
        day = typed_date(form.get("day", ""))
        if day is None or (scope == Scope() and form.get("what") != "all"):
            raise BadInput("hold.nothing")
        with transaction():
            plan_holds.hold(actor(), day, scope, form.get("reason", ""), drop=form.get("do") == "drop")
    except (BadInput, Conflict) as error:
        flash(i18n.words(error), "error")
        return redirect(back)
    flash(i18n.say("hold.dropped" if form.get("do") == "drop" else "hold.held"), "success")
    return redirect(back)


@blueprint.post("/holds/<int:hold_id>/undo")
@needs(Right.REMINDER_SEND)
def undo(hold_id: int) -> ResponseReturnValue:
    """Puts what was held back into the plan again."""
    try:
        with transaction():
            plan_holds.undo(actor(), hold_id)
    except Conflict as error:
        flash(i18n.words(error), "error")
    else:
        flash(i18n.say("hold.undone"), "success")
    return redirect(url_for("plan.index", unit_id=request.form.get("back", type=int)))
