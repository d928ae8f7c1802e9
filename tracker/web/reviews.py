"""The province's review queue: evidence beside the tasks, accept or return, undo until the mail leaves."""
from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.wording import tr
from tracker.i18n import words
from tracker.services import previews, review_queue, reviewing, submission_document
from tracker.web import language, nav
from tracker.web.dates import typed_date
from tracker.web.guards import Right, actor, needs

blueprint = Blueprint("reviews", __name__)


@blueprint.get("/reviews")
@needs(Right.ASSIGNMENT_REVIEW)
def index() -> ResponseReturnValue:
    """The oldest submission that waits, or a page that says nothing does."""
    waiting = review_queue.queue()
    if waiting:
        return redirect(url_for("reviews.show", submission_id=waiting[0].submission_id))
    return render_template("reviews/empty.html")


@blueprint.get("/reviews/<int:submission_id>")
@needs(Right.ASSIGNMENT_REVIEW)
def show(submission_id: int) -> str:
    """One submission under review; ?file= and ?page= choose what is shown of its evidence."""
    return _page(submission_id)


@blueprint.post("/reviews/<int:submission_id>")
@needs(Right.ASSIGNMENT_REVIEW)
def decide(submission_id: int) -> ResponseReturnValue:
    """Accepts or returns the ticked answers (verdict=accepted|returned, assignment_id…, reason, fix_by).

    What another clerk has decided meanwhile comes back as 409 on the same page, which then shows how things stand.
    """
    chosen = request.form.getlist("assignment_id", type=int)
    try:
        fix_by = typed_date(request.form.get("fix_by", ""))
        with transaction():
            if request.form.get("verdict") == "returned":
                told = reviewing.send_back(actor(), submission_id, chosen, request.form.get("reason", ""), fix_by)
            else:
                told = reviewing.accept(actor(), submission_id, chosen)
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(submission_id, error=words(error)), error.status
    done = tr("Đã trả lại") if request.form.get("verdict") == "returned" else tr("Đã chấp nhận")
    said = tr('{done} {count} nhiệm vụ. Thư báo đi sau 5 phút; <a href="{url}">xem lại hoặc hoàn tác</a> được đến lúc đó.',
              done=done, count=told.count, url=url_for("reviews.show", submission_id=submission_id))
    flash(Markup(language.in_words(said)), "success")
    return redirect(url_for("reviews.index"))


@blueprint.post("/reviews/undo")
@needs(Right.ASSIGNMENT_REVIEW)
def undo() -> ResponseReturnValue:
    """Takes back the verdict that the held mail (mail_id) would have told."""
    with transaction():
        submission_id = reviewing.undo(actor(), request.form.get("mail_id", 0, type=int))
    flash(tr("Đã hoàn tác. Các nhiệm vụ trở lại chờ duyệt, thư báo không gửi đi."), "success")
    return redirect(url_for("reviews.show", submission_id=submission_id))


def _page(submission_id: int, error: str = "") -> str:
    opened = review_queue.opened(actor(), submission_id)
    waiting = review_queue.queue()
    file = _chosen(opened)
    ids = [line.submission_id for line in waiting]
    at = ids.index(submission_id) if submission_id in ids else None
    at_page = min(max(request.args.get("page", 1, type=int), 1), file.pages or 1) if file else 1
    mail = submission_document.mail_of(submission_id) if opened.submission.channel == "mail" else None
    return render_template(
        "reviews/show.html", o=opened, s=opened.submission, mail=mail, waiting=waiting, file=file, error=error,
        at=at_page, form=request.form, tasks=sum(line.tasks for line in waiting),
        ticked=set(request.form.getlist("assignment_id", type=int)) if request.method == "POST" else None,
        previous=ids[at - 1] if at else None, following=ids[at + 1] if at is not None and at + 1 < len(ids) else None,
    )


def _chosen(opened: review_queue.Opened) -> previews.Preview | None:
    """The file that ?file= names, else the first."""
    wanted = request.args.get("file", type=int)
    row = next((row for row in opened.files if row.id == wanted), opened.files[0] if opened.files else None)
    return previews.preview(row) if row else None


def init_app(app: Flask) -> None:
    """Shows in the menu how many answers wait for a verdict."""
    nav.count_with(app, "reviews.index", nav.waiting("reviews"))
