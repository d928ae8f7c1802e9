"""Trước giao ban: the first page of the province's leader."""
from flask import render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.domain.access import Actor, Right
from tracker.services import leader_page, pause_list
from tracker.web.filters import WEEKDAYS


def page(actor: Actor) -> ResponseReturnValue:
    """What waits for the leader, each open dispatch as one bar, the worst units and why, and what changed since last week."""
    found = leader_page.page(actor)
    return render_template(
        "home/leader.html", p=found, paused=pause_list.running() if found.overview.health.paused else [], today=clock.today(), weekdays=WEEKDAYS,
        may_write=actor.can(Right.LETTER_WRITE),
    )
