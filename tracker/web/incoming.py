"""Mail that came in, for the clerk: the list, one message beside what is proposed, and every decision with its undoing."""
from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.wording import tr
from tracker.services import away_notes, files, known_senders, previews, secret_mail, triage, triage_page
from tracker.web import nav
from tracker.web.guards import Right, actor, needs

blueprint = Blueprint("incoming", __name__)


@blueprint.get("/mail")
@needs(Right.MAIL_TRIAGE)
def index() -> str:
    """Messages in one state (?state=), or all of a unit (?unit_id=) or a dispatch (?dispatch_id=), newest first."""
    state, unit_id, dispatch_id = request.args.get("state", "triage"), _chosen("unit_id"), _chosen("dispatch_id")
    state = state if state in triage_page.FILTERS else "triage"
    found = triage_page.listed(actor(), state, request.args.get("before", 0, type=int), unit_id, dispatch_id)
    following = url_for("incoming.index", state=state, unit_id=unit_id, dispatch_id=dispatch_id, before=found.before) if found.before else ""
    return render_template(
        "incoming/index.html", rows=found.rows, state="" if found.of else state, of=found.of, filters=triage_page.FILTERS, following=following,
    )


@blueprint.get("/mail/<int:incoming_id>")
@needs(Right.MAIL_TRIAGE)
def show(incoming_id: int) -> str:
    """One message beside its proposals; ?unit_id= carries what has been chosen so far, ?file= and ?page= what is shown of its files."""
    return _page(incoming_id)


def _page(incoming_id: int, error: str = "") -> str:
    found = triage_page.opened(actor(), incoming_id, _chosen("unit_id"))
    posted = request.method == "POST" and "assignment_id" in request.form
    kept = [file for file in found.files if file.file_id]
    chosen = next((file for file in kept if file.file_id == _chosen("file")), kept[0] if kept else None)
    preview = _preview(chosen.file_id) if chosen else None
    return render_template(
        "incoming/show.html", o=found, m=found.mail, error=error, ticked=set(request.form.getlist("assignment_id", type=int)) if posted else found.ticked,
        kept=[{"id": file.file_id, "name": file.name} for file in kept], file=preview,
        at=min(max(request.args.get("page", 1, type=int), 1), preview.pages or 1) if preview else 1,
    )


def _preview(file_id: int) -> previews.Preview | None:
    try:
        return previews.preview(files.readable(actor(), file_id))
    except NotFound:
        return None


def _chosen(name: str) -> int | None:
    return request.values.get(name, type=int)


@blueprint.post("/mail/<int:incoming_id>/file")
@needs(Right.MAIL_TRIAGE)
def file(incoming_id: int) -> ResponseReturnValue:
    """Files the message under the chosen unit and tasks (assignment_id…), of one dispatch or several; remember=1 keeps the sender for the unit."""
    try:
        with transaction():
            made = triage.file(
                actor(), incoming_id, _chosen("unit_id"), request.form.getlist("assignment_id", type=int), remember=request.form.get("remember") == "1")
    except (BadInput, Conflict) as error:
        return _again(incoming_id, error)
    flash(tr("Đã xếp thư thành {made} báo cáo kết quả, mỗi công văn một báo cáo; đơn vị được báo qua thư.", made=len(made)) if len(made) > 1
          else tr("Đã xếp thư thành báo cáo kết quả của đơn vị; đơn vị được báo qua thư."), "success")
    return redirect(url_for("incoming.index"))


def _again(incoming_id: int, error: BadInput | Conflict) -> ResponseReturnValue:
    db.session.rollback()
    return _page(incoming_id, i18n.words(error)), error.status


@blueprint.post("/mail/<int:incoming_id>/aside")
@needs(Right.MAIL_TRIAGE)
def aside(incoming_id: int) -> ResponseReturnValue:
    """Nothing to do with this message."""
    with transaction():
        triage.set_aside(actor(), incoming_id)
    flash(tr("Đã để thư sang mục không cần xử lý; mở lại được ở đó."), "success")
    return redirect(url_for("incoming.index"))


@blueprint.post("/mail/<int:incoming_id>/again")
@needs(Right.MAIL_TRIAGE)
def again(incoming_id: int) -> ResponseReturnValue:
    """Takes a message that was set aside up again."""
    with transaction():
        triage.take_up(actor(), incoming_id)
    return redirect(url_for("incoming.show", incoming_id=incoming_id))


@blueprint.post("/mail/<int:incoming_id>/unfile")
@needs(Right.MAIL_TRIAGE)
def unfile(incoming_id: int) -> ResponseReturnValue:
    """Takes back what the message was filed as."""
    try:
        with transaction():
            triage.unfile(actor(), incoming_id)
    except Conflict as error:
        return _again(incoming_id, error)
    flash(tr("Đã bỏ xếp: các nhiệm vụ trở lại như trước, thư chờ xử lý lại."), "success")
    return redirect(url_for("incoming.show", incoming_id=incoming_id))


@blueprint.post("/mail/<int:incoming_id>/keep")
@needs(Right.MAIL_TRIAGE)
def keep(incoming_id: int) -> ResponseReturnValue:
    """A filed message that was doubted stays where it is."""
    with transaction():
        triage.keep_filed(actor(), incoming_id)
    flash(tr("Đã giữ nguyên chỗ xếp thư."), "success")
    return redirect(url_for("incoming.index"))


@blueprint.get("/mail/<int:incoming_id>/secret")
@needs(Right.MAIL_TRIAGE)
def ask_remove(incoming_id: int) -> str:
    """Asks once more before the content of a secret message is removed."""
    return render_template("incoming/remove.html", m=triage.get(incoming_id))


@blueprint.post("/mail/<int:incoming_id>/secret")
@needs(Right.MAIL_TRIAGE)
def remove(incoming_id: int) -> ResponseReturnValue:
    """Removes the content of a message that brought a secret document, for good."""
    with transaction():
        count = secret_mail.remove(actor(), incoming_id)
    flash(tr("Đã xoá nội dung thư và {count} tệp khỏi phần mềm. Hãy xoá cả thư gốc ở hộp thư cơ quan (và thùng rác của hộp thư).", count=count), "success")
    return redirect(url_for("incoming.show", incoming_id=incoming_id))


@blueprint.post("/mail/<int:incoming_id>/not-secret")
@needs(Right.MAIL_TRIAGE)
def release(incoming_id: int) -> ResponseReturnValue:
    """The mark was misread: the message is as before."""
    with transaction():
        secret_mail.release(actor(), incoming_id)
    flash(tr("Đã bỏ lệnh giữ: thư và tệp mở lại được như trước."), "success")
    return redirect(url_for("incoming.show", incoming_id=incoming_id))


@blueprint.post("/mail/<int:incoming_id>/known")
@needs(Right.MAIL_TRIAGE)
def known(incoming_id: int) -> ResponseReturnValue:
    """The message's sender is the chosen unit's from now on; nothing is filed."""
    try:
        with transaction():
            name = known_senders.remember(actor(), incoming_id, _chosen("unit_id"))
    except BadInput as error:
        return _again(incoming_id, error)
    flash(tr("Từ nay thư của người gửi này là của {name}. Bỏ ghi nhớ được ở trang này hoặc trang đơn vị.", name=name), "success")
    return redirect(url_for("incoming.show", incoming_id=incoming_id, unit_id=_chosen("unit_id")))


@blueprint.post("/mail/senders/<int:sender_id>/forget")
@needs(Right.MAIL_TRIAGE)
def forget(sender_id: int) -> ResponseReturnValue:
    """Takes a known sender off the list; back=the message the press was on."""
    with transaction():
        unit_id = known_senders.forget(actor(), sender_id)
    flash(tr("Đã bỏ ghi nhớ người gửi."), "success")
    back = _chosen("back")
    return redirect(url_for("incoming.show", incoming_id=back) if back else url_for("units.show", unit_id=unit_id))


@blueprint.post("/mail/away/<int:note_id>/end")
@needs(Right.MAIL_TRIAGE)
def away_over(note_id: int) -> ResponseReturnValue:
    """A note that somebody is away is not shown any more."""
    with transaction():
        unit_id = away_notes.end(actor(), note_id)
    flash(tr("Đã bỏ ghi chú vắng mặt."), "success")
    return redirect(url_for("units.show", unit_id=unit_id))


def init_app(app: Flask) -> None:
    """Shows in the menu how many messages wait for the clerk."""
    nav.count_with(app, "incoming.index", nav.waiting("mails"))
