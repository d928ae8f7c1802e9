"""The answer page of a unit, its uploads, and what was handed in."""
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.adapters.files import Blob
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict, DomainError
from tracker.domain.wording import joined, tr
from tracker.services import answer_page, answering, files, links, submission_document, submissions, submitted
from tracker.web import answer_form
from tracker.web.dates import typed_date
from tracker.web.filters import time_of_day
from tracker.web.guards import actor, needs
from tracker.web.limits import UPLOADS, limiter, person

blueprint = Blueprint("submissions", __name__)
#: What the file dialog offers; the server tells types by content.
ACCEPT = ".pdf,.doc,.docx,.xls,.xlsx,.odt,.ods,.jpg,.jpeg,.png,.heic"
KINDS = tuple(i18n.EVIDENCE.items())
_MOMENT = "%Y%m%dT%H%M%S%f"


@blueprint.get("/dispatches/<int:dispatch_id>/answer")
@needs(Right.ASSIGNMENT_ANSWER)
def answer(dispatch_id: int) -> ResponseReturnValue:
    """The answer page, with the draft so far; ?task= chooses tasks at the start."""
    wanted = answer_form.ids(request.args.getlist("task"))
    return _page(answer_page.page(actor(), dispatch_id, frozenset(wanted)), wanted=wanted)


@blueprint.post("/dispatches/<int:dispatch_id>/answer")
@needs(Right.ASSIGNMENT_ANSWER)
def write(dispatch_id: int) -> ResponseReturnValue:
    """Saves the draft; then uploads, removes or hands in, as the pressed button says."""
    if request.form.get("do") == "confirmed":
        return _submit(dispatch_id, answer_form.token_of(request.form), confirmed=True)
    quiet = "X-Autosave" in request.headers
    refusals = [] if quiet else _attach(dispatch_id)[0]
    try:
        answers = answer_form.read(request.form)
        with transaction():
            saved = answering.save(actor(), dispatch_id, answers)
    except (BadInput, Conflict) as error:
        if quiet or isinstance(error, Conflict):
            raise
        return _again(dispatch_id, [*refusals, i18n.words(error)], error.status)
    if quiet:
        return Response(status=204, headers={"X-Version": str(saved.version), "X-Saved-At": time_of_day(clock.now())})
    if refusals:
        return _again(dispatch_id, refusals, 422)
    if saved.submitted_id:
        return redirect(links.path("submission", id=saved.submitted_id), 303)
    return _then(dispatch_id, answers.token)


def _then(dispatch_id: int, token: str) -> ResponseReturnValue:
    if request.form.get("do") == "submit":
        return _submit(dispatch_id, token)
    removed = answer_form.ids(request.form.getlist("remove"))
    if removed:
        with transaction():
            answering.detach(actor(), dispatch_id, removed[0])
    else:
        flash(tr("Đã lưu nháp."), "success")
    return redirect(links.path("answer", id=dispatch_id), 303)


def _submit(dispatch_id: int, token: str, *, confirmed: bool = False) -> ResponseReturnValue:
    try:
        with transaction():
            outcome = submissions.submit(actor(), dispatch_id, token, confirmed=confirmed)
    except BadInput as error:
        return _again(dispatch_id, [i18n.words(error)], error.status)
    if outcome.submission_id is None:
        asked = [(lack.title, joined(", ", (i18n.EVIDENCE[kind].lower() for kind in lack.kinds))) for lack in outcome.lacks]
        g.section = "home"
        page = answer_page.page(actor(), dispatch_id)
        return render_template("submissions/confirm.html", page=page, outcome=outcome, lacks=asked, token=token)
    flash(tr("Đã nộp {count} việc. Tỉnh sẽ duyệt; việc nào bị trả lại sẽ hiện ở “Việc phải làm”, kèm lý do.", count=outcome.count), "success")
    return redirect(links.path("submission", id=outcome.submission_id), 303)


@blueprint.post("/dispatches/<int:dispatch_id>/answer/files")
@needs(Right.ASSIGNMENT_ANSWER)
@limiter.limit(UPLOADS, key_func=person)
def upload(dispatch_id: int) -> ResponseReturnValue:
    """Takes files into the draft as they come; a script gets the list of files back, a browser the page."""
    script = "X-Upload" in request.headers
    refusals, draft_id = _attach(dispatch_id, strict=script)
    if script:
        return _fragment(dispatch_id, answer_page.files(draft_id) if draft_id else answer_page.files_of(actor(), dispatch_id))
    for text in refusals:
        flash(text, "error")
    return redirect(links.path("answer", id=dispatch_id) + "#files", 303)


@blueprint.post("/dispatches/<int:dispatch_id>/answer/files/<int:evidence_id>/remove")
@needs(Right.ASSIGNMENT_ANSWER)
def remove(dispatch_id: int, evidence_id: int) -> ResponseReturnValue:
    """Takes a file off the draft."""
    with transaction():
        answering.detach(actor(), dispatch_id, evidence_id)
    if "HX-Request" in request.headers:
        return _fragment(dispatch_id, answer_page.files_of(actor(), dispatch_id))
    return redirect(links.path("answer", id=dispatch_id) + "#files", 303)


def _fragment(dispatch_id: int, listed: list[answer_page.File]) -> ResponseReturnValue:
    return render_template("submissions/_files.html", files=listed, kinds=KINDS, dispatch_id=dispatch_id)


def _attach(dispatch_id: int, strict: bool = False) -> tuple[list[str], int | None]:
    """Stores the request's files and adds them to the draft; gives the words of those refused (strict: raises the first) and the draft's id."""
    where = answering.place(actor(), dispatch_id)
    sent = [storage for storage in request.files.getlist("files") if storage.filename]
    if not sent:
        return [], None
    answering.need_open(where)
    taken: list[tuple[Blob, str]] = []
    refusals: list[str] = []
    draft_id = None
    for storage in sent:
        try:
            taken.append((files.take(storage.stream, storage.filename or ""), storage.filename or ""))
        except DomainError as error:
            if strict or error.status >= 500:
                raise
            refusals.append(i18n.words(error))
    if taken:
        wanted = answer_form.ids([*request.args.getlist("task"), *request.form.getlist("pick")])
        with transaction():
            draft_id = answering.attach(actor(), dispatch_id, taken, wanted)
    return refusals, draft_id


def _again(dispatch_id: int, problems: list[str], status: int) -> ResponseReturnValue:
    """The form once more, with what was typed kept, and what has to be mended on top."""
    page = answer_page.page(actor(), dispatch_id)
    form = request.form
    if "page" in form and form.get("do") != "confirmed":
        picked = set(answer_form.ids(form.getlist("pick")))
        ticked = set(form.getlist("tick"))
        for line in page.lines:
            if f"result-{line.id}" in form:
                line.result, line.chosen = form[f"result-{line.id}"], line.id in picked
                known = {file.id for file in page.files if f"kind-{file.id}" in form}
                line.files = {id for id in known if f"{id}-{line.id}" in ticked} | (line.files - known)
        page = replace(page, draft_number=form.get("number", ""), signatory=form.get("signatory", ""))
    return _page(page, problems, status, form.get("dated_on"))


def _page(
    page: answer_page.Page, problems: list[str] | None = None, status: int = 200, typed_day: str | None = None, wanted: list[int] | None = None
) -> ResponseReturnValue:
    g.section = "home"
    limit: int = current_app.extensions["settings"].upload_limit
    query = "&".join(f"task={id}" for id in wanted or [])
    return render_template(
        "submissions/answer.html", page=page, problems=problems or [], kinds=KINDS, accept=ACCEPT, limit=limit, typed_day=typed_day, today=clock.today(),
        token=answer_form.token_of(request.form), query=f"?{query}" if query else "", dispatch_id=page.dispatch_id, files=page.files,
    ), status


@blueprint.get("/submissions")
@needs(Right.ASSIGNMENT_ANSWER)
def index() -> ResponseReturnValue:
    """What the unit has handed in, newest first."""
    lines, after = submitted.index(actor(), _cursor(request.args.get("after", "")))
    return render_template("submissions/index.html", lines=lines, following=_address(after), later="after" in request.args)


@blueprint.get("/submissions/<int:submission_id>")
@needs(Right.WORK_READ)
def show(submission_id: int) -> ResponseReturnValue:
    """One handing-in, read only; a clerk may put right what the machine read of its document."""
    return _show(submission_id)


def _show(submission_id: int, error: str = "") -> str:
    who, found = actor(), submitted.detail(actor(), submission_id)
    mail = submission_document.mail_of(submission_id) if who.can(Right.MAIL_TRIAGE) and found.row.channel == "mail" else None
    return render_template("submissions/show.html", page=found, mail=mail, error=error, typed=request.form)


@blueprint.post("/submissions/<int:submission_id>/document")
@needs(Right.MAIL_TRIAGE)
def document(submission_id: int) -> ResponseReturnValue:
    """Writes the implementing document's number, day and signatory."""
    form = request.form
    try:
        with transaction():
            submission_document.correct(
                actor(), submission_id, form.get("number", ""), typed_date(form.get("dated_on", "")), form.get("signatory", ""))
    except BadInput as error:
        return _show(submission_id, i18n.words(error)), error.status
    flash(tr("Đã ghi số, ngày và người ký của văn bản."), "success")
    return redirect(links.path("submission", id=submission_id), 303)


def _address(cursor: tuple[datetime, int] | None) -> str:
    return f"/submissions?after={cursor[0].astimezone(UTC):{_MOMENT}}.{cursor[1]}" if cursor else ""


def _cursor(text: str) -> tuple[datetime, int] | None:
    moment, _, number = text.partition(".")
    try:
        return datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC), int(number)
    except ValueError:
        return None
