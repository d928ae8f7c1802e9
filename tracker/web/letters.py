"""Pages of formal letters: draft from the late list, correct and look at, issue, attach the signed scan; a unit reads those issued to it."""
from collections.abc import Mapping

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from tracker import i18n
from tracker.adapters import previews
from tracker.db import db, transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict, DomainError, TooLarge
from tracker.domain.letters import WORDS, Kind
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.letters import Letter
from tracker.services import files as file_service
from tracker.services import letter_issue, letters, papers
from tracker.services.letters import LetterForm
from tracker.web import confirming
from tracker.web import papers as paper_answers
from tracker.web.dispatches_new import stream
from tracker.web.fields import day_or_none, whole
from tracker.web.guards import actor, needs

blueprint = Blueprint("letters", __name__)

KINDS = tuple((str(kind), WORDS[kind]) for kind in Kind)


@blueprint.before_request
def _section() -> None:
    """In the menu a letter belongs to the dispatches."""
    g.section = "dispatches"


@blueprint.get("/dispatches/<int:dispatch_id>/letters/new")
@needs(Right.LETTER_WRITE)
def new(dispatch_id: int) -> ResponseReturnValue:
    """The late list to choose from; ?kind=, ?each=1 and ?unit= (several) say what is chosen first."""
    return _choice(dispatch_id)


@blueprint.post("/dispatches/<int:dispatch_id>/letters/new")
@needs(Right.LETTER_WRITE)
def draft(dispatch_id: int) -> ResponseReturnValue:
    """Drafts a letter of a kind (kind) to the ticked units (unit_id…; none: all late ones), or with each=1 one to each."""
    form = request.form
    kind, each = form.get("letter", form.get("kind", Kind.URGE)), form.get("each") == "1"
    try:
        with transaction():
            made = letters.draft(actor(), dispatch_id, kind, each, form.getlist("unit_id", type=int))
    except BadInput as error:
        return _choice(dispatch_id, error)
    if len(made) > 1:
        flash(tr("Đã soạn {made} dự thảo công văn {words}, mỗi đơn vị một công văn.", made=len(made), words=WORDS[Kind(kind)]), "success")
    return redirect(url_for("letters.show", letter_id=made[0].id), 303)


def _choice(dispatch_id: int, error: BadInput | None = None) -> ResponseReturnValue:
    dispatch, found = letters.late(actor(), dispatch_id)
    by_unit: dict[int, list[letters.Line]] = {}
    for line in found:
        by_unit.setdefault(line.unit_id, []).append(line)
    chosen = request.values.getlist("unit", type=int) or request.values.getlist("unit_id", type=int) or list(by_unit)
    kind = request.values.get("kind", "")
    return render_template(
        "letters/new.html", d=dispatch, units=by_unit, chosen=chosen, kind=kind if kind in dict(KINDS) else str(Kind.URGE), kinds=KINDS,
        each=request.values.get("each") == "1", error=i18n.words(error) if error else "", drafts=letters.of_dispatch(actor(), dispatch_id),
    ), error.status if error else 200


@blueprint.get("/letters/<int:letter_id>")
@needs(Right.WORK_READ)
def show(letter_id: int) -> ResponseReturnValue:
    """A draft to be corrected beside its pages, or an issued letter with its files."""
    found = letters.get(actor(), letter_id)
    return _draft_page(found) if found.state == "draft" else _issued_page(found)


@blueprint.post("/letters/<int:letter_id>")
@needs(Right.LETTER_WRITE)
def save(letter_id: int) -> ResponseReturnValue:
    """Saves the draft; do = issue goes on to the last look, do = refresh or (once the person has said yes) rewrite takes the figures anew."""
    do = request.form.get("do", "")
    if do == "rewrite":
        letters.get(actor(), letter_id)
        text = tr("Lời đã sửa bằng tay sẽ mất.")
        if asked := confirming.question(tr("Viết lại nội dung theo số liệu hôm nay?"), text, tr("Viết lại"), url_for("letters.show", letter_id=letter_id)):
            return asked
    try:
        with transaction():
            letter = letters.save(actor(), letter_id, request.form.get("version", -1, type=int), _form())
            kept = False
            if do in ("refresh", "rewrite"):
                letter, kept = letters.refresh(actor(), letter_id, letter.version, do == "rewrite")
    except BadInput as error:
        return _draft_page(letters.get(actor(), letter_id), error, request.form)
    if do == "issue":
        return redirect(url_for("letters.issue", letter_id=letter_id), 303)
    if kept:
        flash(tr("Đã cập nhật phụ lục. Nội dung do người soạn viết nên được giữ nguyên: hãy xem lại các con số."), "warning")
    elif do:
        flash(tr("Đã lấy số liệu mới và viết lại nội dung theo số liệu ấy."), "success")
    return redirect(url_for("letters.show", letter_id=letter_id), 303)


def _form() -> LetterForm:
    form = request.form
    one_line = {name: " ".join(form.get(name, "").split()) for name in letters.LIMITS}
    return LetterForm(
        one_line["subject"], form.get("body", ""), one_line["signer_title"], one_line["signer_name"], day_or_none(form, "reply_by"),
        tuple(form.getlist("unit", type=int)), one_line["number"], day_or_none(form, "dated_on"),
    )


def _draft_page(found: Letter, error: DomainError | None = None, typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    every = letters.lines(found, all_units=True)
    units: dict[int, tuple[str, int]] = {}
    for line in every:
        units[line.unit_id] = (line.unit, units.get(line.unit_id, ("", 0))[1] + 1)
    chosen = {id for one in request.form.getlist("unit") if (id := whole(one)) is not None} if typed else {row.unit_id for row in found.units}
    return render_template(
        "letters/draft.html", l=found, d=db.session.get_one(Dispatch, found.dispatch_id), units=units, chosen=chosen, typed=typed or {},
        errors={str(error.params.get("field", "")): i18n.words(error)} if error else {}, kinds=dict(KINDS), pages=_pages(found),
        siblings=letters.siblings(found), lines=[line for line in every if line.unit_id in chosen],
    ), error.status if error else 200


def _issued_page(found: Letter) -> str:
    who = actor()
    mine = [line for line in letters.lines(found) if who.sees_all_units or line.unit_id == who.unit_id]
    kept = [db.session.get_one(StoredFile, one) for one in (found.signed_file_id, found.pdf_file_id, found.docx_file_id) if one]
    return render_template(
        "letters/show.html", l=found, d=db.session.get_one(Dispatch, found.dispatch_id), files=kept, lines=mine, kinds=dict(KINDS), pages=_pages(found),
        whole=who.sees_all_units, may_write=who.can(Right.LETTER_WRITE), may_answer=who.can(Right.ASSIGNMENT_ANSWER),
        limit=current_app.extensions["settings"].upload_limit,
    )


def _pages(found: Letter) -> int:
    return previews.sheets(_pdf(found))


def _pdf(found: Letter) -> bytes:
    """The PDF: as issued, or of the draft as it stands. Raises NotFound where the issued one's bytes are gone."""
    if found.pdf_file_id is None:
        return letter_issue.drawn(found, "pdf")
    return papers.content(found.pdf_file_id)


@blueprint.get("/letters/<int:letter_id>/pages/<int:page>")
@needs(Right.WORK_READ)
def picture(letter_id: int, page: int) -> BaseResponse:
    """One page of the letter as a picture."""
    return paper_answers.picture(_pdf(letters.get(actor(), letter_id)), page)


@blueprint.get("/letters/<int:letter_id>/draft.<any(docx, pdf):kind>")
@needs(Right.LETTER_WRITE)
def download(letter_id: int, kind: str) -> BaseResponse:
    """The draft as it stands, as .docx or .pdf."""
    found = letters.get(actor(), letter_id)
    return paper_answers.file(letter_issue.drawn(found, kind), letter_issue.stem(found), kind)


@blueprint.get("/letters/<int:letter_id>/issue")
@needs(Right.LETTER_WRITE)
def issue(letter_id: int) -> ResponseReturnValue:
    """The last look: what will happen, or what stands in the way."""
    try:
        with transaction(write=False):
            found = letter_issue.check(actor(), letter_id)
    except (BadInput, Conflict) as error:
        return _refused(letter_id, error)
    names = list(dict.fromkeys(line.unit for line in letters.lines(found)))
    return render_template("letters/issue.html", l=found, names=names, kinds=dict(KINDS), pages=_pages(found))


@blueprint.post("/letters/<int:letter_id>/issue")
@needs(Right.LETTER_WRITE)
def issue_now(letter_id: int) -> ResponseReturnValue:
    """Issues; a second press, or a second clerk, is told that it is issued already."""
    who, version = actor(), request.form.get("version", -1, type=int)
    try:
        with transaction(write=False):
            prepared = letter_issue.prepare(who, letter_id, version)
        with transaction():
            done = letter_issue.issue(who, letter_id, prepared)
    except (BadInput, Conflict) as error:
        return _refused(letter_id, error)
    flash(tr("Đã ban hành công văn số {number} gửi {units} đơn vị, {mails} thư đang gửi.", number=done.number, units=done.units, mails=done.mails), "success")
    if done.unreachable:
        flash(tr("Chưa gửi thư được cho {names}: đơn vị chưa có hộp thư. Hãy ghi hộp thư ở trang đơn vị rồi gửi lại.", names=', '.join(done.unreachable)),
            "warning")
    return redirect(url_for("letters.show", letter_id=letter_id), 303)


def _refused(letter_id: int, error: DomainError) -> ResponseReturnValue:
    """Back to the draft with the reason; one that is issued is shown as such."""
    if error.code == "stale":
        raise error
    found = letters.get(actor(), letter_id)
    if found.state != "draft":
        flash(i18n.words(error), "warning")
        return redirect(url_for("letters.show", letter_id=letter_id), 303)
    return _draft_page(found, error)


@blueprint.post("/letters/<int:letter_id>/discard")
@needs(Right.LETTER_WRITE)
def discard(letter_id: int) -> ResponseReturnValue:
    """Throws the draft away, once the person has said yes."""
    found = letters.get(actor(), letter_id)
    if request.form.get("confirmed") != "1":
        return render_template("letters/discard.html", l=found)
    with transaction():
        dispatch_id = letters.discard(actor(), letter_id)
    flash(tr("Đã bỏ dự thảo công văn."), "message")
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id) + "#h-letters", 303)


@blueprint.post("/letters/<int:letter_id>/signed")
@needs(Right.LETTER_WRITE)
def signed(letter_id: int) -> ResponseReturnValue:
    """Keeps the scan of the signed paper (file)."""
    letters.get(actor(), letter_id)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        flash(i18n.say("letter.no_file"), "error")
        return redirect(url_for("letters.show", letter_id=letter_id), 303)
    try:
        blob = file_service.take(stream(upload), upload.filename)
        with transaction():
            letter_issue.attach_signed(actor(), letter_id, blob, upload.filename)
        flash(tr("Đã đính kèm bản ký."), "success")
    except (BadInput, TooLarge) as error:
        flash(i18n.words(error), "error")
    return redirect(url_for("letters.show", letter_id=letter_id), 303)
