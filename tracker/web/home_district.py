"""Việc phải làm: the unit's work list."""
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.domain.access import Actor, Role
from tracker.services import comparing, contests, district_reports, figure_due, question_list, worklist


def page(actor: Actor) -> ResponseReturnValue:
    """One page of what the actor's unit still owes."""
    listed = worklist.worklist(actor, before=read_cursor(request.args.get("before")), after=read_cursor(request.args.get("after")))
    previous, following = _address("before", listed.before), _address("after", listed.after)
    return render_template(
        "home/district.html", work=listed, today=clock.today(), previous=previous, following=following, reports=district_reports.begun(actor.unit_id or 0),
        leader=actor.role == Role.DISTRICT_LEADER, compared=comparing.compared(actor.unit_id or 0, clock.today()),
        told=contests.still_open(actor.unit_id or 0), owed=figure_due.mine(actor),
        answers=question_list.news(actor) if listed.contact and listed.contact.answered else [],
    )


def read_cursor(text: str | None) -> tuple[date, int] | None:
    """A place in the list as the address writes it (2026-09-30.123); None for none or for anything else."""
    day, _, number = (text or "").partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _address(name: str, cursor: tuple[date, int] | None) -> str:
    return f"/?{name}={cursor[0].isoformat()}.{cursor[1]}" if cursor else ""
