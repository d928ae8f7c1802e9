"""Pages of districts' own reports: a unit drafts and writes; the province sees who has sent and who has not. Signing: district_reports_sign."""
from collections.abc import Mapping

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from tracker import clock, i18n
from tracker.adapters import previews
from tracker.db import db, transaction
from tracker.domain import district_report as texts
from tracker.domain.access import Right, Role
from tracker.domain.errors import BadInput, Conflict, DomainError
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport
from tracker.models.files import StoredFile
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import district_report_list as listing
from tracker.services import district_report_send as sending
from tracker.services import district_report_signing as signing
from tracker.services import district_reports as service
from tracker.services import papers, sentences
from tracker.services.district_reports import Form
from tracker.web import papers as paper_answers
from tracker.web.answer_form import ids
from tracker.web.fields import day_or_none
from tracker.web.filters import time_of_day
from tracker.web.guards import actor, needs

blueprint = Blueprint("district_reports", __name__)


@blueprint.before_request
def _section() -> None:
    """In the menu they belong to the reports."""
    g.section = "reports"


@blueprint.get("/dispatches/<int:dispatch_id>/unit-reports")
@needs(Right.REPORT_READ)
def index(dispatch_id: int) -> ResponseReturnValue:
    """For the province: who has sent its report on a dispatch and who has not. For a unit: its own editions."""
    who = actor()
    if who.sees_all_units:
        return render_template("district_reports/list.html", page=listing.page(who, dispatch_id), may_ask=who.can(Right.REMINDER_SEND))
    rows = service.of_unit(who, dispatch_id)
    return render_template("district_reports/own.html", d=db.session.get_one(Dispatch, dispatch_id), rows=rows)


@blueprint.post("/dispatches/<int:dispatch_id>/unit-reports")
@needs(Right.ASSIGNMENT_ANSWER)
def draft(dispatch_id: int) -> ResponseReturnValue:
    """Begins the unit's report (or its next edition) and opens it."""
    with transaction():
        found = service.draft(actor(), dispatch_id)
    return redirect(url_for("district_reports.show", unit_report_id=found.id), 303)


@blueprint.post("/dispatches/<int:dispatch_id>/unit-reports/ask")
@needs(Right.REMINDER_SEND)
def ask_units(dispatch_id: int) -> ResponseReturnValue:
    """Asks the ticked units (unit_id…) for their reports, once the person has said yes."""
    chosen = ids(request.form.getlist("unit_id"))
    if chosen and request.form.get("confirmed") != "1":
        return render_template("district_reports/ask.html", dispatch_id=dispatch_id, chosen=chosen)
    try:
        with transaction():
            asked = listing.ask(actor(), dispatch_id, chosen)
    except BadInput as error:
        flash(i18n.words(error), "error")
        return redirect(url_for("district_reports.index", dispatch_id=dispatch_id), 303)
    if asked.units:
        flash(tr("Đang gửi thư nhắc {units} đơn vị nộp báo cáo.", units=asked.units), "success")
    if asked.again:
        flash(tr("Hôm nay đã nhắc {names}, không nhắc thêm lần nữa.", names=', '.join(asked.again)), "message")
    if asked.no_address:
        flash(tr("Chưa nhắc được {names}: đơn vị chưa có hộp thư. Hãy ghi hộp thư ở trang đơn vị.", names=', '.join(asked.no_address)), "warning")
    return redirect(url_for("district_reports.index", dispatch_id=dispatch_id), 303)


@blueprint.get("/unit-reports/<int:unit_report_id>")
@needs(Right.REPORT_READ)
def show(unit_report_id: int) -> ResponseReturnValue:
    """A draft to be written beside its pages, one that waits for the leader, or a sent one with its files."""
    found = service.get(actor(), unit_report_id)
    if found.state == "sent":
        return _sent_page(found)
    return edit_page(found) if found.state == "draft" or actor().role == Role.DISTRICT_LEADER else _waiting_page(found)


@blueprint.post("/unit-reports/<int:unit_report_id>")
@needs(Right.ASSIGNMENT_ANSWER)
def save(unit_report_id: int) -> ResponseReturnValue:
    """Saves the draft; do = ask asks the leader to sign, do = sign goes on to the last look, do = anew shows what new data would change."""
    do, who, quiet = request.form.get("do", ""), actor(), "X-Autosave" in request.headers
    try:
        with transaction():
            found = service.save(who, unit_report_id, request.form.get("version", -1, type=int), _form())
            names = signing.ask(who, unit_report_id, found.version) if do == "ask" else []
    except (BadInput, Conflict) as error:
        if quiet or (isinstance(error, Conflict) and error.code != "stale"):
            raise
        db.session.rollback()
        return edit_page(service.get(who, unit_report_id), error, request.form)
    if quiet:
        return Response(status=204, headers={"X-Version": str(found.version), "X-Saved-At": time_of_day(clock.now())})
    if do in ("sign", "anew"):
        return redirect(url_for(f"district_reports.{do}", unit_report_id=unit_report_id), 303)
    flash(tr("Đã trình {names} ký; thư báo đang gửi.", names=', '.join(names)) if names else tr("Đã lưu nháp."), "success")
    return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)


def _form() -> Form:
    form = request.form
    one_line = {name: " ".join(form.get(name, "").split()) for name in service.LIMITS}
    words = {key: form[f"text-{key}"] for key in texts.KEYS if f"text-{key}" in form}
    return Form(words, one_line["signer_title"], one_line["signer_name"], one_line["number"], day_or_none(form, "dated_on"))


def edit_page(found: DistrictReport, error: DomainError | None = None, typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """The draft with its words to write; what was typed stays where it was refused."""
    who, now, moved = actor(), service.sections(found), error is not None and error.code == "stale"
    html = render_template(
        "district_reports/edit.html", r=found, sections=now, typed=typed or {}, titles=texts.TITLES, hints=texts.HINTS, pages=pages(found),
        own=texts.by_hand(now, service.drafted_sections(found)), moved=i18n.say("unit_report.moved") if moved else "",
        error=i18n.words(error) if error and not moved else "", errors={str(error.params.get("field", "")): i18n.words(error)} if error else {},
        may_sign=signing.may_sign(who, found), leader=who.role == Role.DISTRICT_LEADER, leaders=service.leaders(found.unit_id), today=clock.today(),
        **about(found),
    )
    return html, error.status if error else 200


def about(found: DistrictReport) -> dict[str, object]:
    """What every page of a report names."""
    people = {id: db.session.get(Person, id) for id in {found.sent_back_by_id, found.asked_by_id, found.updated_by_id} if id}
    return {
        "d": db.session.get_one(Dispatch, found.dispatch_id), "unit": db.session.get_one(Unit, found.unit_id).name,
        "people": {id: person.name for id, person in people.items() if person},
        "history": sentences.of_unit_report(found.id, found.unit_id, whole=not actor().sees_all_units),
    }


def _waiting_page(found: DistrictReport) -> str:
    return render_template("district_reports/waiting.html", r=found, pages=pages(found), leaders=service.leaders(found.unit_id), **about(found))


def _sent_page(found: DistrictReport) -> str:
    who = actor()
    kept = [db.session.get_one(StoredFile, one) for one in (found.pdf_file_id, found.docx_file_id) if one]
    return render_template(
        "district_reports/show.html", r=found, files=kept, scans=sending.scans(found), later=service.later(found), pages=pages(found),
        may_write=who.can(Right.ASSIGNMENT_ANSWER), limit=current_app.extensions["settings"].upload_limit, **about(found),
    )


def pages(found: DistrictReport) -> int:
    """How many pages it has on paper."""
    return previews.sheets(_pdf(found))


def _pdf(found: DistrictReport) -> bytes:
    """The PDF: as sent, or of the draft as it stands. Raises NotFound where the sent one's bytes are gone."""
    if found.pdf_file_id is None:
        return sending.drawn(found, "pdf")
    return papers.content(found.pdf_file_id)


@blueprint.get("/unit-reports/<int:unit_report_id>/pages/<int:page>")
@needs(Right.REPORT_READ)
def picture(unit_report_id: int, page: int) -> BaseResponse:
    """One page of the report as a picture."""
    return paper_answers.picture(_pdf(service.get(actor(), unit_report_id)), page)


@blueprint.get("/unit-reports/<int:unit_report_id>/draft.<any(docx, pdf):kind>")
@needs(Right.REPORT_READ)
def download(unit_report_id: int, kind: str) -> BaseResponse:
    """The report as it stands, as .docx or .pdf; of a sent one the files that were sent."""
    found = service.get(actor(), unit_report_id)
    if found.state == "sent":
        return redirect(url_for("files.download", file_id=found.pdf_file_id if kind == "pdf" else found.docx_file_id), 303)
    return paper_answers.file(sending.drawn(found, kind), sending.stem(found), kind, inline=True)


@blueprint.get("/unit-reports/<int:unit_report_id>/anew")
@needs(Right.ASSIGNMENT_ANSWER)
def anew(unit_report_id: int) -> str:
    """What drafting anew from the data of now would change, section by section, before anything is replaced."""
    changes = service.anew(actor(), unit_report_id)
    found = service.get(actor(), unit_report_id)
    return render_template("district_reports/anew.html", r=found, changes=changes, titles=texts.TITLES, today=clock.today(), **about(found))


@blueprint.post("/unit-reports/<int:unit_report_id>/anew")
@needs(Right.ASSIGNMENT_ANSWER)
def redraft(unit_report_id: int) -> ResponseReturnValue:
    """Takes the data anew and replaces the ticked sections (key…)."""
    with transaction():
        service.redraft(actor(), unit_report_id, request.form.get("version", -1, type=int), request.form.getlist("key"))
    flash(tr("Đã lấy số liệu mới. Mục không đánh dấu được giữ nguyên: hãy xem lại các con số trong đó."), "success")
    return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)


@blueprint.post("/unit-reports/<int:unit_report_id>/discard")
@needs(Right.ASSIGNMENT_ANSWER)
def discard(unit_report_id: int) -> ResponseReturnValue:
    """Throws the draft away, once the person has said yes."""
    found = service.get(actor(), unit_report_id)
    if request.form.get("confirmed") != "1":
        return render_template("district_reports/discard.html", r=found)
    with transaction():
        dispatch_id = service.discard(actor(), unit_report_id)
    flash(tr("Đã bỏ bản nháp báo cáo."), "message")
    return redirect(url_for("district_reports.index", dispatch_id=dispatch_id), 303)
