"""Mail that came in: the clerk's list and one message, and the page on which a unit confirms what it sent."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.services import triage
from tracker.web.errors import Words, page
from tracker.web.guards import Right, actor, everybody, needs
from tracker.web.limits import limiter

blueprint = Blueprint("incoming", __name__)
GONE = Words("Liên kết không còn dùng được", i18n.say("incoming.old_link"), "")


@blueprint.get("/mail")
@needs(Right.MAIL_TRIAGE)
def index() -> str:
    """Messages in one state (?state=), newest first."""
    state = request.args.get("state", "triage")
    state = state if state in triage.FILTERS else "triage"
    found = triage.listed(actor(), state, request.args.get("before", 0, type=int))
    following = url_for("incoming.index", state=state, before=found.before) if found.before else ""
    return render_template("incoming/index.html", rows=found.rows, state=state, filters=triage.FILTERS, following=following)


@blueprint.get("/mail/<int:incoming_id>")
@needs(Right.MAIL_TRIAGE)
def show(incoming_id: int) -> str:
    """One message beside its proposals; ?unit_id= and ?dispatch_id= carry what has been chosen so far."""
    return _page(incoming_id)


def _page(incoming_id: int, error: str = "") -> str:
    found = triage.opened(actor(), incoming_id, _chosen("unit_id"), _chosen("dispatch_id"))
    ticked = set(request.form.getlist("assignment_id", type=int)) if request.method == "POST" else None
    return render_template(
        "incoming/show.html", o=found, m=found.mail, error=error, unit_id=_chosen("unit_id") or found.mail.unit_id,
        dispatch_id=_chosen("dispatch_id") or found.mail.dispatch_id, ticked=ticked,
    )


def _chosen(name: str) -> int | None:
    return request.values.get(name, type=int)


@blueprint.post("/mail/<int:incoming_id>/file")
@needs(Right.MAIL_TRIAGE)
def file(incoming_id: int) -> ResponseReturnValue:
    """Files the message under the chosen unit, dispatch and tasks (assignment_id…); remember=1 keeps the sender for the unit."""
    try:
        with transaction():
            triage.file(
                actor(), incoming_id, _chosen("unit_id"), _chosen("dispatch_id"), request.form.getlist("assignment_id", type=int),
                remember=request.form.get("remember") == "1",
            )
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(incoming_id, i18n.words(error)), error.status
    flash("Đã xếp thư thành báo cáo kết quả của đơn vị; đơn vị được báo qua thư.", "success")
    return redirect(url_for("incoming.index"))


@blueprint.post("/mail/<int:incoming_id>/aside")
@needs(Right.MAIL_TRIAGE)
def aside(incoming_id: int) -> ResponseReturnValue:
    """Nothing to do with this message."""
    with transaction():
        triage.set_aside(actor(), incoming_id)
    flash("Đã để thư sang mục không cần xử lý; mở lại được ở đó.", "success")
    return redirect(url_for("incoming.index"))


@blueprint.post("/mail/<int:incoming_id>/again")
@needs(Right.MAIL_TRIAGE)
def again(incoming_id: int) -> ResponseReturnValue:
    """Takes a message that was set aside up again."""
    with transaction():
        triage.take_up(actor(), incoming_id)
    return redirect(url_for("incoming.show", incoming_id=incoming_id))


@blueprint.get("/mail/confirm/<token>")
@everybody
def confirm(token: str) -> ResponseReturnValue:
    """Shows what came in and changes nothing: mail scanners open links before people do."""
    return _confirm_page(token)


def _confirm_page(token: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    try:
        found = triage.to_confirm(token)
    except NotFound:
        return page(404, GONE)
    return render_template("incoming/confirm.html", o=found, m=found.mail, token=token, error=error), status


@blueprint.post("/mail/confirm/<token>")
@everybody
@limiter.limit("30 per hour")
def confirm_post(token: str) -> ResponseReturnValue:
    """Hands in what the mail brought, for the ticked tasks."""
    try:
        with transaction():
            triage.confirm(token, request.form.getlist("assignment_id", type=int))
    except NotFound:
        return page(404, GONE)
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _confirm_page(token, i18n.words(error), error.status)
    return redirect(url_for("incoming.confirm", token=token))
