"""The matrix of units × dispatches: filters in the address, so that every view of it has a link of its own."""
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from tracker import clock, i18n
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.services import matrix as rules
from tracker.services import matrix_dispatches as service
from tracker.services.matrix_dispatches import Cell, Wanted
from tracker.web.fields import day_or_none
from tracker.web.guards import Right, actor, needs
from tracker.web.matrix import HELD, OPEN

blueprint = Blueprint("matrix", __name__)
DONE = ("done", tr("Hoàn thành"))
SORTS = (("late", tr("Trễ nhiều trước")), ("order", tr("Thứ tự hành chính")), ("name", tr("Tên A–Y")), ("done", tr("Còn nhiều việc trước")))
#: What stands behind the counts of a cell, as {n}, {days}.
WORDS = {
    "over": tr("quá hạn {n}, {days} ngày"), "ret": tr("trả lại {n}"), "wait": tr("chờ duyệt {n}"), "soon": tr("còn {days} ngày"), "new": tr("chưa nhận"),
    "ack": tr("đã nhận"), "none": tr("không hạn"), "pause": tr("tạm dừng"), "ask": tr("đề nghị xem lại"), "done": "xong",
}
#: What the address may carry on.
KEPT = ("kind", "from", "to", "state", "name", "group", "sort", "by", "paper", "unit")


def said(cell: Cell) -> str:
    """The words of a cell, as short as a column is narrow."""
    if cell.kind == "soon" and not cell.days:
        return tr("hạn hôm nay")
    return tr(WORDS[cell.kind], n=cell.of_kind, days=cell.days)


def again(without: str) -> str:
    """This address with everything that it carries but one thing, which is written behind it."""
    kept = {key: request.args[key] for key in KEPT if key != without and request.args.get(key)}
    return f"/matrix?{urlencode(kept)}&" if kept else "/matrix?"


def _wanted() -> tuple[Wanted, str]:
    """What the address asks for; and what is wrong with its days, which then count for nothing."""
    args, wrong = request.args, ""
    try:
        first, last = day_or_none(args, "from"), day_or_none(args, "to")
    except BadInput as error:
        first = last = None
        wrong = i18n.words(error)
    sort = args.get("sort", "late")
    return Wanted(
        first, last, args.get("state") == "all", args.get("kind", ""), args.get("name", "").strip(), args.get("group", type=int), args.get("unit", type=int),
        sort if sort in service.SORTS else "late", args.get("by") == "cluster",
    ), wrong


@blueprint.get("/matrix")
@needs(Right.UNIT_READ_ALL)
def index() -> str:
    """Units × dispatches; ?from=, ?to=, ?state= choose the dispatches, ?kind=, ?name=, ?group=, ?unit= the rows, ?sort=, ?by= their order."""
    wanted, wrong = _wanted()
    found = service.grid(actor(), wanted)
    kinds = [*OPEN, *(one for one in HELD if found.counts[one[0]]), DONE]
    items = [(key, words, found.counts[key], again("kind").rstrip("?&") if key == wanted.kind else f"{again('kind')}kind={key}", key) for key, words in kinds]
    typed = {key: request.args.get(key, "") for key in KEPT} | {"sort": wanted.sort, "group": wanted.group_id, "by": wanted.clustered}
    return render_template(
        "matrix/index.html", m=found, items=items, kinds=kinds, kind=wanted.kind, typed=typed, wrong=wrong, again=again, said=said, sorts=SORTS,
        on="a3" if request.args.get("paper") == "a3" else "", now=clock.now(), most_linked=rules.LINKED,
        narrowed=bool(wanted.kind or wanted.name or wanted.group_id or wanted.unit_id or wanted.first or wanted.last),
    )
