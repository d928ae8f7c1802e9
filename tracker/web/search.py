"""The search field of the header and its page: kinds, filters as chips that take themselves away, pages of one kind."""
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from tracker import clock
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.wording import tr
from tracker.services import dispatch_fields, saved_views, search_index, units
from tracker.services import search as service
from tracker.services.search import Filters
from tracker.web.dates import typed_date
from tracker.web.fields import whole
from tracker.web.guards import Right, actor, needs
from tracker.web.limits import SEARCHES, limiter, person

blueprint = Blueprint("search", __name__)

KINDS = {"dispatch": tr("Công văn"), "task": tr("Nhiệm vụ"), "evidence": tr("Tài liệu minh chứng"), "mail": tr("Thư đến")}
STATES = {"draft": tr("dự thảo"), "issued": tr("đang theo dõi"), "closed": tr("đã kết thúc"), "withdrawn": tr("đã thu hồi")}
#: Filters of the address, in the order of their chips.
NAMES = ("state", "dispatch", "unit", "field", "year", "from", "until")
YEARS = 10
LARGEST_ID = 2**31 - 1


@blueprint.get("/search")
@needs(Right.WORK_READ)
@limiter.limit(SEARCHES, key_func=person)
def index() -> str:
    """What matches ?q=, narrowed by ?kind= and the names of NAMES; ?before= goes on in one kind, ?more= opens the filters."""
    who, args, problem = actor(), request.args, ""
    try:
        days = typed_date(args.get("from", "")), typed_date(args.get("until", ""))
    except BadInput:
        days, problem = (None, None), tr("Ngày gõ chưa đúng nên chưa lọc theo ngày. Hãy gõ như 01/09/2026.")
    filters = _filters(*days)
    found = service.search(who, args.get("q", ""), filters)
    open_ = "more" in args or filters.narrow or bool(problem)
    choosing = {"units": units.choices(who), "fields": dispatch_fields.known()} if open_ and who.sees_all_units else {"units": [], "fields": []}
    return render_template(
        "search/index.html", found=found, filters=filters, kinds={kind: KINDS[kind] for kind in service.kinds(who)}, states=_states(who), open=open_,
        problem=problem, chips=_chips(filters, choosing), address=_address, district=not who.sees_all_units, years=_years(), **choosing,
        views=saved_views.listed(who) if found.too_short else [], may_share=saved_views.may_share(who),
        behind=search_index.behind() if not found.groups else False,
    )


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in KINDS else ""


def _filters(first: date | None, last: date | None) -> Filters:
    """What the address says, with its days."""
    args, who = request.args, actor()
    year, state = whole(args.get("year", "")), args.get("state", "")
    return Filters(
        _kind(), state if state in STATES else "", _id("dispatch"), _id("unit") if who.sees_all_units else None, args.get("field", "").strip()[:80],
        year if year and 2000 <= year <= 2089 else None, first, last, args.get("before", ""),
    )


def _id(name: str) -> int | None:
    found = whole(request.args.get(name, ""))
    return found if found is not None and 0 < found <= LARGEST_ID else None


def _address(**changes: Any) -> str:
    """This search with some of its filters changed; None takes one away. The place in a list is never kept."""
    kept: dict[str, Any] = {name: request.args.get(name) or None for name in ("q", "kind", *NAMES)}
    return url_for("search.index", **{**kept, **changes})


def _chips(filters: Filters, choosing: dict[str, Any]) -> list[tuple[str, str]]:
    """Each filter in words, with the address of the search without it."""
    words = {
        "state": STATES.get(filters.state, ""), "dispatch": _dispatch(filters.dispatch_id), "unit": _unit(filters.unit_id, choosing["units"]),
        "field": tr("lĩnh vực {field}", field=filters.field) if filters.field else "", "year": tr("năm {year}", year=filters.year) if filters.year else "",
        "from": tr("từ {from_on}", from_on=_day(filters.from_on)) if filters.from_on else "", "until": tr("đến {until_on}",
        until_on=_day(filters.until_on)) if filters.until_on else "",
    }
    return [(words[name], _address(**{name: None})) for name in NAMES if words[name]]


def _dispatch(dispatch_id: int | None) -> str:
    """The number of a dispatch that the reader may see."""
    if dispatch_id is None:
        return ""
    return tr("công văn {actor}", actor=service.number_of(actor(), dispatch_id) or tr('đã chọn'))


def _unit(unit_id: int | None, choices: list[tuple[int, str]]) -> str:
    if unit_id is None:
        return ""
    named = dict(choices).get(unit_id)
    try:
        return named or units.get(actor(), unit_id).name
    except NotFound:
        return tr("đơn vị không còn")


def _states(who: Any) -> dict[str, str]:
    return STATES if who.can(Right.DISPATCH_DRAFT) else {state: words for state, words in STATES.items() if state != "draft"}


def _years() -> list[int]:
    this = clock.today().year
    return list(range(this, this - YEARS, -1))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
