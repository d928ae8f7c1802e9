"""The draft page: the dispatch's text beside its tasks; what is open for editing is named by ?edit= (a task's id, head or to)."""
from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.domain.deadlines import Precision
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.wording import tr
from tracker.services import draft_page, drafts
from tracker.services.draft_page import DraftPage
from tracker.web.dispatches import blueprint
from tracker.web.dispatches_text import Mark, lines
from tracker.web.guards import Right, actor, needs

PRECISIONS = (
    (Precision.NONE, tr("Không hạn, xem lại ngày")), (Precision.DAY, tr("Đến ngày")), (Precision.MONTH, tr("Trong tháng")), (Precision.QUARTER, tr("Theo quý")),
    (Precision.YEAR, tr("Trong năm")), (Precision.RECURRING, tr("Định kỳ")), (Precision.EVENT, tr("Khi có việc")),
)
UNREAD = ("queued", "reading")


@blueprint.get("/dispatches/<int:dispatch_id>/draft")
@needs(Right.DISPATCH_DRAFT)
def draft(dispatch_id: int) -> ResponseReturnValue:
    """The page; while a worker reads a scan, the one that waits; once issued, the dispatch itself."""
    try:
        return page(dispatch_id, request.args.get("edit", ""))
    except Conflict:
        flash(tr("Công văn này đã ban hành, không còn là dự thảo."), "message")
        return redirect(url_for("dispatches.show", dispatch_id=dispatch_id))


@blueprint.get("/dispatches/<int:dispatch_id>/draft/progress")
@needs(Right.DISPATCH_DRAFT)
def reading_progress(dispatch_id: int) -> ResponseReturnValue:
    """The line that tells how far the reading is; when it is over, htmx is told to load the page anew."""
    reading = drafts.get(actor(), dispatch_id).reading
    html = render_template("dispatches/_progress.html", reading=reading, dispatch_id=dispatch_id)
    return html, 200, {} if reading.get("state") in UNREAD else {"HX-Refresh": "true"}


def page(dispatch_id: int, edit: str = "", error: DomainError | None = None, typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """The draft page, or after a refusal the same with the error and what was typed in the open form."""
    found = draft_page.page(actor(), dispatch_id)
    status = error.status if error else 200
    if found.state in UNREAD:
        return render_template("dispatches/reading.html", d=found.dispatch, reading=found.dispatch.reading), status
    return render_template(
        "dispatches/draft.html", p=found, d=found.dispatch, edit=edit, typed=typed or {}, error=i18n.words(error) if error else "",
        lines=lines(found.dispatch.text, marks(found)), problem=_problem(found), precisions=[(str(key), words) for key, words in PRECISIONS],
        limit=current_app.extensions["settings"].upload_limit, evidence=i18n.EVIDENCE, kind_pairs=_kinds(found.dispatch.kind), urgencies=i18n.URGENCIES,
        units_words=draft_page.units_words, evidence_words=draft_page.evidence_words,
    ), status


def _kinds(kind: str | None) -> list[tuple[str, str]]:
    """The usual kinds of document, and the one that was read where it is another."""
    known = [*drafts.KINDS, *([kind] if kind and kind not in drafts.KINDS else [])]
    return [(one, one.capitalize()) for one in known]


def marks(found: DraftPage) -> list[Mark]:
    """The places in the text: one per task, the units that findings name, the doubtful ones."""
    made = [_mark(task.span_start, task.span_end, "task", str(task.position)) for task in found.tasks if task.span_start is not None]
    made += [_mark(task.span_start, task.span_end, "unit", str(task.position)) for task in found.findings if task.span_start is not None]
    made += [Mark(*doubt.span, "bad", f"s-{doubt.anchor}", doubt.anchor, "!") for doubt in found.notices if doubt.span]
    return made


def _mark(start: Any, end: Any, kind: str, position: str) -> Mark:
    return Mark(start, end, kind, f"s{position}", f"t{position}", position if kind == "task" else "")


def _problem(found: DraftPage) -> str:
    """Why the file could not be read, in words."""
    reading = found.dispatch.reading
    return i18n.say(reading["problem"], **reading.get("params", {})) if reading.get("problem") in i18n.MESSAGES else ""
