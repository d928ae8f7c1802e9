"""Hôm nay: the province's first page."""
from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.domain.access import Actor, Right
from tracker.domain.wording import tr
from tracker.services import overview as service
from tracker.services import pause_list
from tracker.web.filters import WEEKDAYS

#: Columns of the table of units: key of ?sort=, heading, whether it is a figure.
COLUMNS = (
    ("name", tr("Đơn vị"), False), ("open", tr("Còn mở"), True), ("over", tr("Quá hạn"), True), ("waiting", tr("Chờ duyệt"), True), ("done",
    tr("Hoàn thành"), True),
    ("rate", tr("Tỷ lệ"), True),
)


def page(actor: Actor) -> ResponseReturnValue:
    """What must be done today, the days ahead, the dispatches followed, each unit's standing (?sort=), and the machine's health."""
    sort = request.args.get("sort", "over")
    found = service.overview(actor, sort if sort in service.SORTS else "over")
    return render_template(
        "home/province.html", o=found, paused=pause_list.running() if found.health.paused else [], today=clock.today(),
        sort=sort if sort in service.SORTS else "over", columns=COLUMNS, weekdays=WEEKDAYS,
        may_draft=actor.can(Right.DISPATCH_DRAFT), may_write=actor.can(Right.LETTER_WRITE),
    )
