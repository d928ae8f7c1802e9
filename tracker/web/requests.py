"""Đề nghị: what units ask and the province decides, several at once; taken back while the mail is held; and what a dispatch allows."""
from datetime import UTC, datetime

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden
from tracker.domain.wording import tr
from tracker.i18n import words
from tracker.services import contests, extension_decisions, extensions, objection_decisions, objections, requests
from tracker.services.requests import Cursor
from tracker.web import nav
from tracker.web.answer_form import ids, plain
from tracker.web.dates import typed_date
from tracker.web.fields import typed_caps
from tracker.web.guards import Right, actor, needs, safe_next

blueprint = Blueprint("requests", __name__)
_MOMENT = "%Y%m%dT%H%M%S%f"


@blueprint.get("/requests")
@needs(Right.REQUEST_DECIDE)
def index() -> ResponseReturnValue:
    """What waits, oldest first; ?kind= and ?dispatch_id= narrow it, ?after= goes on."""
    return _page()


@blueprint.post("/requests")
@needs(Right.REQUEST_DECIDE)
def decide() -> ResponseReturnValue:
    """Decides the ticked ones (extension…, objection…): verdict=agree, other (with granted_on) or refuse (with words)."""
    form = request.form
    try:
        count = _decide(form.get("verdict", ""), ids(form.getlist("extension")), ids(form.getlist("objection")), plain(form.get("words", "")))
    except (BadInput, Conflict, Forbidden) as error:
        if error.code == "forbidden":
            raise
        db.session.rollback()
        return _page(error)
    flash(tr("Đã quyết định {count} đề nghị. Thư báo đi sau 5 phút; hoàn tác được đến lúc đó, ở đầu trang này.", count=count), "success")
    return redirect(_here(), 303)


def _decide(verdict: str, wanted: list[int], objected: list[int], said: str) -> int:
    day = typed_date(request.form.get("granted_on", "")) if verdict == "other" else None
    if verdict == "other" and objected:
        raise BadInput("request.day_for_objection")
    if verdict == "other" and day is None:
        raise BadInput("extension.no_day")
    if not wanted and not objected:
        raise BadInput("request.none_chosen")
    count = 0
    with transaction():
        if wanted and verdict == "refuse":
            count += extension_decisions.refuse(actor(), wanted, said)
        elif wanted:
            count += extension_decisions.grant(actor(), wanted, day, said)
        if objected and verdict == "refuse":
            count += objection_decisions.dismiss(actor(), objected, said)
        elif objected:
            count += objection_decisions.uphold(actor(), objected, said)
    return count


@blueprint.post("/requests/undo")
@needs(Right.REQUEST_DECIDE)
def undo() -> ResponseReturnValue:
    """Takes back the decisions that the held mail (mail_id) would have told."""
    mail_id = request.form.get("mail_id", 0, type=int)
    with transaction():
        count = extension_decisions.undo(actor(), mail_id) or objection_decisions.undo(actor(), mail_id)
        if not count:
            raise Conflict("request.told")
    flash(tr("Đã hoàn tác. {count} đề nghị lại chờ quyết định, thư báo không gửi đi.", count=count), "success")
    return redirect(url_for("requests.index"), 303)


@blueprint.post("/objections/<int:objection_id>/decider")
@needs(Right.REQUEST_DECIDE)
def decider(objection_id: int) -> ResponseReturnValue:
    """Names who decides an objection (decider-<id>=person)."""
    with transaction():
        name = objections.name_decider(actor(), objection_id, request.form.get(f"decider-{objection_id}", 0, type=int))
    flash(tr("Đã chuyển cho {name} quyết định.", name=name), "success")
    return redirect(_here(), 303)


@blueprint.post("/dispatches/<int:dispatch_id>/extension-caps")
@needs(Right.DISPATCH_ISSUE)
def caps(dispatch_id: int) -> ResponseReturnValue:
    """Sets how far and how often tasks of a dispatch may be extended; an empty field sets no cap."""
    with transaction():
        extensions.set_caps(actor(), dispatch_id, *typed_caps(request.form))
    flash(tr("Đã lưu mức gia hạn của công văn."), "success")
    return redirect(safe_next(request.form.get("back")) or url_for("dispatches.show", dispatch_id=dispatch_id), 303)


def _page(error: DomainError | None = None) -> ResponseReturnValue:
    kind = request.args.get("kind", "")
    kind = kind if kind in requests.KINDS else ""
    dispatch_id = request.args.get("dispatch_id", type=int)
    page = requests.page(actor(), kind, dispatch_id, _cursor(request.args.get("after", "")))
    html = render_template(
        "requests/index.html", page=page, kind=kind, dispatch_id=dispatch_id, error=words(error) if error else "", typed=request.form,
        deciders=objections.deciders() if any(line.kind == "objection" for line in page.lines) else [], here=_here(),
        following=_address(kind, dispatch_id, page.after) if page.after else "", later="after" in request.args, contests=contests.waiting(),
        ticked={(name, id) for name in requests.KINDS for id in ids(request.form.getlist(name))},
    )
    return html, error.status if error else 200


def _here() -> str:
    """The list as it is narrowed now, without its place: what was decided stands in it no more."""
    return url_for("requests.index", kind=request.args.get("kind") or None, dispatch_id=request.args.get("dispatch_id", type=int))


def _address(kind: str, dispatch_id: int | None, after: Cursor) -> str:
    moment, name, id = after
    return url_for("requests.index", kind=kind or None, dispatch_id=dispatch_id, after=f"{moment.astimezone(UTC):{_MOMENT}}.{name}.{id}")


def _cursor(text: str) -> Cursor | None:
    try:
        moment, name, id = text.split(".")
        return (datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC), name, int(id)) if name in requests.KINDS else None
    except ValueError:
        return None


def init_app(app: Flask) -> None:
    """Shows in the menu how many requests wait."""
    nav.count_with(app, "requests.index", nav.waiting("requests"))
