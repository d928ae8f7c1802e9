"""Histories in plain sentences: one page for the office, a dispatch, an assignment, a unit and a person, narrowed by the address and taken away as a table."""
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.adapters import csv, xlsx
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.wording import tr
from tracker.services import history_kinds, history_pages, history_tables, units
from tracker.services.history_pages import Asked, Scope
from tracker.web.fields import day_or_none, whole
from tracker.web.filters import full_date
from tracker.web.guards import actor, needs
from tracker.web.limits import limiter, person

blueprint = Blueprint("history", __name__)
KEPT = ("kind", "way", "who", "by", "unit", "from", "to")
TABLES = "40 per 10 minutes"
#: The largest number that an id can be in either database.
LARGEST = 2**31 - 1


@blueprint.get("/history")
@needs(Right.UNIT_READ_ALL)
@limiter.limit(TABLES, key_func=person, exempt_when=lambda: "as" not in request.args)
def index() -> ResponseReturnValue:
    """All that was done; ?kind=, ?way=, ?who=, ?by=, ?unit=, ?from=, ?to= narrow, ?before= goes on, ?as=xlsx or csv is the table."""
    g.section = "home"
    return _answer(history_pages.of_office(actor()))


@blueprint.get("/dispatches/<int:dispatch_id>/history")
@needs(Right.WORK_READ)
@limiter.limit(TABLES, key_func=person, exempt_when=lambda: "as" not in request.args)
def of_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """A dispatch and all its assignments, with the same filters."""
    g.section = "dispatches"
    return _answer(history_pages.of_dispatch(actor(), dispatch_id))


@blueprint.get("/assignments/<int:assignment_id>/history")
@needs(Right.WORK_READ)
@limiter.limit(TABLES, key_func=person, exempt_when=lambda: "as" not in request.args)
def of_assignment(assignment_id: int) -> ResponseReturnValue:
    """One assignment, with the same filters."""
    g.section = "dispatches"
    return _answer(history_pages.of_assignment(actor(), assignment_id))


@blueprint.get("/units/<int:unit_id>/history")
@needs(Right.WORK_READ)
@limiter.limit(TABLES, key_func=person, exempt_when=lambda: "as" not in request.args)
def of_unit(unit_id: int) -> ResponseReturnValue:
    """One unit, with the same filters."""
    g.section = "units"
    return _answer(history_pages.of_unit(actor(), unit_id))


@blueprint.get("/people/<int:person_id>/history")
@needs(Right.HISTORY_READ)
@limiter.limit(TABLES, key_func=person, exempt_when=lambda: "as" not in request.args)
def of_person(person_id: int) -> ResponseReturnValue:
    """What one person did, with the same filters."""
    g.section = "people"
    return _answer(history_pages.of_person(actor(), person_id))


@blueprint.get("/account/history")
@needs(Right.WORK_READ)
@limiter.limit(TABLES, key_func=person, exempt_when=lambda: "as" not in request.args)
def mine() -> ResponseReturnValue:
    """What oneself did, with the same filters."""
    own = actor().id
    if own is None:
        raise NotFound()
    return _answer(history_pages.of_person(actor(), own))


def _asked() -> tuple[Asked, str]:
    """What the address asks for; and what is wrong with its days, which then count for nothing."""
    args, wrong = request.args, ""
    try:
        first, last = day_or_none(args, "from"), day_or_none(args, "to")
    except BadInput as error:
        first = last = None
        wrong = i18n.words(error)
    return Asked(
        args.get("kind", ""), args.get("way", ""), args.get("who", "").strip()[:120], _id("by"), _id("unit"), first, last, _id("before"),
    ), wrong


def _id(name: str) -> int | None:
    found = whole(request.args.get(name, ""))
    return min(found, LARGEST) if found else None


def _again(without: str = "") -> str:
    """This address with its filters but one; what is written behind it goes on with a name."""
    kept = {key: request.args[key] for key in KEPT if key != without and request.args.get(key)}
    return f"{request.path}?{urlencode(kept)}&" if kept else f"{request.path}?"


def _answer(scope: Scope) -> ResponseReturnValue:
    asked, wrong = _asked()
    if (table := request.args.get("as", "")) in ("xlsx", "csv"):
        return _table(scope, asked, table)
    found = history_pages.page(actor(), scope, asked)
    chosen = units.choices(actor()) if scope.id == 0 and actor().sees_all_units else []
    return render_template(
        "history/page.html", scope=scope, page=found, asked=asked, wrong=wrong, kinds=history_kinds.choices(actor()), ways=history_kinds.WAYS,
        units=chosen, chips=_chips(asked, chosen), again=_again, typed={key: request.args.get(key, "") for key in KEPT}, address=request.path,
        personal=request.endpoint in ("history.mine", "history.of_person"), may_filter=actor().sees_all_units,
        in_book=history_tables.IN_BOOK, in_lines=history_tables.IN_LINES,
    )


def _chips(asked: Asked, chosen: list[tuple[int, str]]) -> list[tuple[str, str]]:
    """What narrows now: its words, and the address without it."""
    named = dict(chosen)
    told = (
        ("kind", history_kinds.GROUPS.get(asked.kind, ("",))[0]), ("way", history_kinds.WAYS.get(asked.way, "")),
        ("who", tr("người có tên “{who}”", who=asked.who) if asked.who else ""), ("by", tr("một người") if asked.person_id else ""),
        ("unit", named.get(asked.unit_id or 0, tr("một đơn vị")) if asked.unit_id else ""),
        ("from", tr("từ {first}", first=full_date(asked.first)) if asked.first else ""), ("to", tr("đến {last}",
        last=full_date(asked.last)) if asked.last else ""),
    )
    return [(words, _again(key).rstrip("?&")) for key, words in told if words]


def _table(scope: Scope, asked: Asked, kind: str) -> Response:
    name = f"lich-su-{clock.today():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    who = actor()
    if kind == "csv":
        rows = history_tables.lines(who, scope, asked)
        return Response(stream_with_context(csv.stream(history_tables.HEAD, rows)), mimetype=csv.MEDIA_TYPE, headers=headers)
    book = xlsx.book(scope.title, "", clock.today(), [history_tables.sheet(who, scope, asked)])
    return Response(book, mimetype=xlsx.MEDIA_TYPE, headers=headers)
