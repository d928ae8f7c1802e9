"""The pages behind the links of a receipt: a unit confirms what it sent by mail, or corrects what that was filed as; looking changes nothing."""
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.wording import tr
from tracker.services import triage, triage_page
from tracker.web import confirming
from tracker.web.errors import Words, page
from tracker.web.guards import everybody
from tracker.web.incoming import blueprint
from tracker.web.limits import limiter

PAGES = {"confirm": "incoming/confirm.html", "correct": "incoming/correct.html"}
GONE = Words(tr("Liên kết không còn dùng được"), i18n.say("incoming.old_link"), "")


@blueprint.get("/mail/confirm/<token>")
@everybody
def confirm(token: str) -> ResponseReturnValue:
    """Shows what came in and changes nothing: mail scanners open links before people do."""
    return _page("confirm", token)


def _page(kind: str, token: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    try:
        found = triage_page.view(triage.by_link(token, kind))
    except NotFound:
        return page(404, GONE)
    ticked = set(request.form.getlist("assignment_id", type=int)) if request.method == "POST" else found.ticked
    return render_template(PAGES[kind], o=found, m=found.mail, token=token, error=error, ticked=ticked), status


@blueprint.post("/mail/confirm/<token>")
@everybody
@limiter.limit("30 per hour")
def confirm_post(token: str) -> ResponseReturnValue:
    """Hands in what the mail brought, for the ticked tasks."""
    return _act("confirm", token)


@blueprint.get("/mail/correct/<token>")
@everybody
def correct(token: str) -> ResponseReturnValue:
    """Shows what the mail was filed as, and changes nothing."""
    return _page("correct", token)


@blueprint.post("/mail/correct/<token>")
@everybody
@limiter.limit("30 per hour")
def correct_post(token: str) -> ResponseReturnValue:
    """Files the mail under the ticked tasks instead; do=withdraw takes it back altogether, once the person has said yes."""
    return _act("correct", token)


def _act(kind: str, token: str) -> ResponseReturnValue:
    ids, withdraws = request.form.getlist("assignment_id", type=int), kind == "correct" and request.form.get("do") == "withdraw"
    try:
        if kind == "correct" and not ids and not withdraws:
            raise BadInput("answer.none_chosen")
        if withdraws and (asked := _asked(token)):
            return asked
        with transaction():
            if kind == "confirm":
                triage.confirm(token, ids)
            else:
                triage.correct(token, [] if withdraws else ids)
    except NotFound:
        return page(404, GONE)
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(kind, token, i18n.words(error), error.status)
    return redirect(url_for(f"incoming.{kind}", token=token, done=1))


def _asked(token: str) -> str | None:
    triage.by_link(token, "correct")
    text, back = tr("Các nhiệm vụ trở lại như trước khi nộp; văn phòng xem lại thư này."), url_for("incoming.correct", token=token)
    return confirming.question(tr("Rút báo cáo gửi qua thư này?"), text, tr("Rút báo cáo"), back)
