"""The matrix page of a dispatch and its silent units; importing this module adds it to the dispatches' blueprint."""
from typing import Any

from flask import render_template, request, url_for

from tracker import clock
from tracker.domain.rhythm import JOINT
from tracker.domain.wording import tr
from tracker.services import matrix as service
from tracker.services import silent as silent_service
from tracker.web.dispatches import blueprint
from tracker.web.guards import Right, actor, needs

OPEN = (
    ("over", tr("Quá hạn")), ("ret", tr("Trả lại")), ("wait", tr("Chờ duyệt")), ("soon", tr("Sắp đến hạn")), ("new", tr("Chưa tiếp nhận")), ("ack",
    tr("Đã tiếp nhận")),
    ("none", tr("Không hạn")),
)
#: Rare ones, named where there are any.
HELD = (("pause", tr("Tạm dừng")), ("ask", tr("Đề nghị xem lại")))
DONE = (("done", tr("đúng hạn")), ("dlate", tr("quá hạn")), ("undated", tr("không hạn")))
#: What the address carries on when another state is chosen.
KEPT = ("name", "group", "unit", "by", "view", "paper")


@blueprint.get("/dispatches/<int:dispatch_id>/matrix")
@needs(Right.UNIT_READ_ALL)
def matrix(dispatch_id: int) -> str:
    """Units × tasks of one dispatch; ?kind=, ?name=, ?group=, ?unit= narrow the rows, ?sort= and ?by=cluster order them.

    ?view=table keeps the table on a phone, ?paper=a3 chooses the sheet to print on.
    """
    kind, name = request.args.get("kind", ""), request.args.get("name", "").strip()
    group_id = request.args.get("group", type=int)
    sort = request.args.get("sort", "late")
    sort = sort if sort in service.SORTS else "late"
    unit_id = request.args.get("unit", type=int)
    clustered = request.args.get("by") == "cluster"
    found = service.matrix(actor(), dispatch_id, kind=kind, name=name, group_id=group_id, unit_id=unit_id, sort=sort, clustered=clustered)
    here = url_for("dispatches.matrix", dispatch_id=dispatch_id)

    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}

    def items(kinds: tuple[tuple[str, str], ...]) -> list[tuple[str, str, int, str, str]]:
        return [
            ("done" if key == "undated" else key, words, found.counts[key],
             url_for("dispatches.matrix", dispatch_id=dispatch_id, kind=None if key == kind else key, sort=sort, **kept), key)
            for key, words in kinds
        ]

    held = tuple(one for one in HELD if found.counts[one[0]])
    return render_template(
        "dispatches/matrix.html", m=found, kind=kind, name=name, group_id=group_id, sort=sort, now=clock.now(),
        whole=request.args.get("view") == "table", address=here, narrowed=bool(kind or name or group_id or unit_id), open_items=items((*OPEN, *held)),
        done_items=items(DONE), link_reports=f"/dispatches/{dispatch_id}/reports", clustered=clustered, unit_id=unit_id, joint=JOINT,
        on="a3" if request.args.get("paper") == "a3" else "", kinds=[*OPEN, *held, ("done", tr("Hoàn thành")), ("dlate", tr("Hoàn thành quá hạn"))],
    )


@blueprint.get("/dispatches/<int:dispatch_id>/silent")
@needs(Right.UNIT_READ_ALL)
def silent(dispatch_id: int) -> str:
    """Units of one dispatch that have not acknowledged or not answered anything."""
    return render_template("dispatches/silent.html", s=silent_service.silent(actor(), dispatch_id), may_send=actor().can(Right.REMINDER_SEND))
