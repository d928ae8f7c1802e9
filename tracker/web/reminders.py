"""Sổ nhắc việc: what was told to whom, mails that did not leave, and đôn đốc by hand."""
from collections import defaultdict
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.i18n import mail_advice, reminder_step, words
from tracker.services import mail_log, nudges, reminder_log, units
from tracker.services.reminder_log import Filter
from tracker.web.guards import actor, needs, safe_next

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")
#: Entries of the ledger without a mail: lists of the province, and steps that a clerk dropped.
MAILLESS = defaultdict(lambda: tr("không có thư"), letter=tr("đến bước công văn đôn đốc"), criticism=tr("đến bước phê bình"), dropped=tr("bỏ qua"))
STATES = {"sent": tr("đã gửi"), "waiting": tr("chờ gửi"), "failed": tr("không gửi được")}


@blueprint.get("")
@needs(Right.REMINDER_READ)
def index() -> str:
    """Failed mails first, then the plan, then the ledger, filtered by ?unit_id, dispatch_id, state, by_hand."""
    wanted = _filter()
    page = reminder_log.page(actor(), wanted)
    return render_template(
        "reminders/index.html", wanted=wanted, rows=[_shown(row) for row in page.rows], next_page=_address(page.before) if page.before else "",
        failed=[(mail, _advice(mail)) for mail in mail_log.failed(actor())], plan=reminder_log.planned(), states=STATES,
        units=units.choices(actor()), may_send=actor().can(Right.REMINDER_SEND),
    )


def _filter() -> Filter:
    args = request.args
    return Filter(
        args.get("unit_id", type=int), args.get("dispatch_id", type=int), args.get("state", ""), args.get("by_hand") == "1", args.get("before", ""),
    )


def _address(before: str) -> str:
    kept = {key: value for key, value in vars(replace(_filter(), before=before)).items() if value}
    return url_for("reminders.index", **(kept | {"by_hand": 1} if kept.get("by_hand") else kept))


def _shown(row: Any) -> tuple[Any, str, str, str]:
    """The row with the words of its step and the shape and words of its mail."""
    if row.state is None:
        return row, reminder_step(row.step), "none", MAILLESS["dropped" if row.by_name else row.recipient]
    return row, reminder_step(row.step), *mail_log.state_words(row.state, row.attempts, row.next_attempt_at, row.sent_at)


def _advice(mail: Any) -> str:
    return "" if mail.state == "skipped" else mail_advice(mail.smtp_code)


@blueprint.post("/nudge")
@needs(Right.REMINDER_SEND)
def nudge() -> ResponseReturnValue:
    """Đôn đốc the ticked units (unit_id…) or the one whose button was pressed (only), with message; back to where it came from."""
    form = request.form
    only = form.get("only", type=int)
    dispatch_id = form.get("dispatch_id", 0, type=int)
    with transaction():
        told = nudges.nudge(actor(), dispatch_id, [only] if only else form.getlist("unit_id", type=int), form.get("message", ""))
    if told.units:
        flash(tr("Đã gửi đôn đốc tới {units} đơn vị ({mails} thư).", units=told.units, mails=told.mails), "success")
    if told.no_address:
        flash(tr("Chưa có địa chỉ thư nên chưa gửi được: {names}. Hãy ghi hộp thư ở trang đơn vị.", names=', '.join(told.no_address)), "warning")
    if told.nothing_owed:
        flash(tr("Không còn việc nào phải nhắc: {names}.", names=', '.join(told.nothing_owed)), "message")
    return redirect(safe_next(form.get("back")) or url_for("dispatches.matrix", dispatch_id=dispatch_id))


@blueprint.post("/mails/<int:mail_id>/again")
@needs(Right.REMINDER_SEND)
def again(mail_id: int) -> ResponseReturnValue:
    """Sends a failed mail once more, to the address its person or unit has now."""
    try:
        with transaction():
            address = mail_log.send_again(actor(), mail_id)
        flash(tr("Đang gửi lại tới {address}.", address=address), "success")
    except BadInput as error:
        flash(words(error), "error")
    return redirect(url_for("reminders.index"))


@blueprint.post("/mails/<int:mail_id>/drop")
@needs(Right.REMINDER_SEND)
def drop(mail_id: int) -> ResponseReturnValue:
    """Takes a failed mail off the list without sending it."""
    with transaction():
        mail_log.drop(actor(), mail_id)
    flash(tr("Đã bỏ thư này khỏi danh sách; thư không gửi đi nữa."), "success")
    return redirect(url_for("reminders.index"))
