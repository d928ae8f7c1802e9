"""The page that brings a dispatch in, and the one that waits while a worker reads a scan."""
from typing import BinaryIO, cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from tracker import i18n
from tracker.db import transaction
from tracker.domain.errors import BadInput, DomainError
from tracker.domain.wording import tr
from tracker.services import intake
from tracker.web.dispatches import blueprint
from tracker.web.guards import Right, actor, needs
from tracker.web.limits import UPLOADS, limiter, person

ACCEPT = ".docx,.doc,.pdf,.odt,.rtf,.txt,.html,.htm,.eml,.jpg,.jpeg,.png,.heic,.heif"


@blueprint.get("/dispatches/new")
@needs(Right.DISPATCH_DRAFT)
def new() -> ResponseReturnValue:
    """The form."""
    return _page()


@blueprint.post("/dispatches/new")
@needs(Right.DISPATCH_DRAFT)
@limiter.limit(UPLOADS, key_func=person)
def create() -> ResponseReturnValue:
    """Stores, reads, drafts; a refusal is said on the form with the pasted text kept."""
    try:
        # Bytes are stored and read before the transaction opens: neither may hold up another writer.
        taken = _take()
    except DomainError as error:
        return _page(error)
    with transaction():
        dispatch = intake.create(actor(), taken)
        dispatch_id, found = dispatch.id, len(intake.earlier(dispatch))
    if found:
        flash(tr("Công văn này có vẻ đã nhập trước đây: xem chỗ nhắc ở đầu trang."), "warning")
    return redirect(url_for("dispatches.draft", dispatch_id=dispatch_id), 303)


def _take() -> intake.Intake:
    files = [one for one in request.files.getlist("file") if one.filename]
    annexes = [(stream(one), one.filename or "") for one in request.files.getlist("annexes") if one.filename]
    text = request.form.get("text", "")
    if files and text.strip():
        raise BadInput("intake.both")
    if files:
        return intake.take((stream(files[0]), files[0].filename or ""), annexes)
    return intake.take_text(text, annexes)


def stream(upload: FileStorage) -> BinaryIO:
    """The bytes of an upload."""
    return cast(BinaryIO, upload.stream)


def _page(error: DomainError | None = None) -> ResponseReturnValue:
    settings = current_app.extensions["settings"]
    errors = [("text" if error.code == "intake.no_text" else "file", i18n.words(error))] if error else []
    html = render_template("dispatches/new.html", limit=settings.upload_limit, accept=ACCEPT, text=request.form.get("text", ""), errors=errors)
    return html, error.status if error else 200
