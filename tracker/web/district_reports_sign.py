"""Signing a district's report: the last look, the leader's word, sending it to the province, and the scan of the signed paper."""
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict, TooLarge
from tracker.domain.wording import tr
from tracker.services import district_report_send as sending
from tracker.services import district_report_signing as signing
from tracker.services import district_reports as service
from tracker.services import files as file_service
from tracker.web.answer_form import ids
from tracker.web.dispatches_new import stream
from tracker.web.district_reports import about, blueprint, edit_page, pages
from tracker.web.guards import actor, needs

__all__ = ["blueprint"]


@blueprint.get("/unit-reports/<int:unit_report_id>/sign")
@needs(Right.ASSIGNMENT_ANSWER)
def sign(unit_report_id: int) -> ResponseReturnValue:
    """The last look: what will happen, or what stands in the way."""
    who = actor()
    try:
        with transaction(write=False):
            found = sending.check(who, unit_report_id)
    except BadInput as error:
        return edit_page(service.get(who, unit_report_id), error)
    return render_template(
        "district_reports/sign.html", r=found, owed=sending.owed(who, found), how=signing.may_sign(who, found), pages=pages(found), today=clock.today(),
        **about(found),
    )


@blueprint.post("/unit-reports/<int:unit_report_id>/sign")
@needs(Right.ASSIGNMENT_ANSWER)
def sign_now(unit_report_id: int) -> ResponseReturnValue:
    """Signs and sends, and hands in the ticked tasks (task…) with it; a second press is told that it is sent."""
    who, version, chosen = actor(), request.form.get("version", -1, type=int), frozenset(ids(request.form.getlist("task")))
    try:
        with transaction(write=False):
            prepared = sending.prepare(who, unit_report_id, version)
        with transaction():
            done = sending.send(who, unit_report_id, prepared, chosen)
    except BadInput as error:
        return edit_page(service.get(who, unit_report_id), error)
    except Conflict as error:
        if error.code != "unit_report.sent":
            raise
        flash(i18n.words(error), "warning")
        return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)
    told = tr(", thư đang gửi tới {address}", address=done.address) if done.address else tr(
        "; công văn không ghi địa chỉ thư nhận báo cáo nên tỉnh xem trong phần mềm",
    )
    answered = tr(" Đã nộp luôn {handed_in} việc.", handed_in=done.handed_in) if done.handed_in else ""
    flash(tr("Đã gửi tỉnh báo cáo số {number}{told}.{answered}", number=done.number, told=told, answered=answered), "success")
    return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)


@blueprint.post("/unit-reports/<int:unit_report_id>/send-back")
@needs(Right.ASSIGNMENT_ANSWER)
def send_back(unit_report_id: int) -> ResponseReturnValue:
    """The leader sends it back with a word."""
    try:
        with transaction():
            signing.send_back(actor(), unit_report_id, request.form.get("word", ""))
    except BadInput as error:
        return edit_page(service.get(actor(), unit_report_id), error)
    flash(tr("Đã trả lại người soạn, kèm lời nhắn."), "success")
    return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)


@blueprint.post("/unit-reports/<int:unit_report_id>/take-back")
@needs(Right.ASSIGNMENT_ANSWER)
def take_back(unit_report_id: int) -> ResponseReturnValue:
    """The officer takes it back from the leader, to write on."""
    with transaction():
        signing.take_back(actor(), unit_report_id)
    flash(tr("Đã rút lại. Sửa xong, hãy trình ký lại."), "message")
    return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)


@blueprint.post("/unit-reports/<int:unit_report_id>/scan")
@needs(Right.ASSIGNMENT_ANSWER)
def scan(unit_report_id: int) -> ResponseReturnValue:
    """Adds a scan of the signed paper (file)."""
    service.get(actor(), unit_report_id)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        flash(i18n.say("unit_report.no_file"), "error")
        return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)
    try:
        blob = file_service.take(stream(upload), upload.filename)
        with transaction():
            sending.add_scan(actor(), unit_report_id, blob, upload.filename)
        flash(tr("Đã thêm bản chụp đã ký."), "success")
    except (BadInput, TooLarge) as error:
        flash(i18n.words(error), "error")
    return redirect(url_for("district_reports.show", unit_report_id=unit_report_id), 303)
