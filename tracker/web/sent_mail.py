"""Hộp thư đã gửi: what the embedded server kept, or with a real server the table of mails; for administrators and auditors."""
from email.message import EmailMessage

from flask import Blueprint, current_app, render_template, request, url_for

from tracker.adapters import capture
from tracker.config import Settings
from tracker.domain.access import Right
from tracker.domain.wording import tr
from tracker.services import mail_links, mail_log
from tracker.web.guards import actor, needs

blueprint = Blueprint("sent_mail", __name__, url_prefix="/sent-mail")
LONGEST = 100_000


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@blueprint.get("")
@needs(Right.SENT_MAIL_READ)
def index() -> str:
    """The newest mails, 50 a page."""
    if _settings().embedded:
        return _kept()
    rows = mail_log.listing(actor(), request.args.get("before", type=int))
    more, rows = len(rows) > mail_log.PAGE, rows[: mail_log.PAGE]
    shown = [(row, *mail_log.state_words(row.state, row.attempts, row.next_attempt_at, row.sent_at)) for row in rows]
    return render_template("sent_mail/table.html", rows=shown, next_page=url_for("sent_mail.index", before=rows[-1].id) if more else "")


def _kept() -> str:
    folder, number = _settings().sent_mail_dir, max(request.args.get("page", 1, type=int), 1)
    total = capture.count(folder)
    mails = capture.listing(folder, mail_log.PAGE, (number - 1) * mail_log.PAGE)
    return render_template(
        "sent_mail/kept.html", mails=mails, total=total,
        prev_page=url_for("sent_mail.index", page=number - 1) if number > 1 else "",
        next_page=url_for("sent_mail.index", page=number + 1) if total > number * mail_log.PAGE else "",
    )


@blueprint.get("/kept/<key>")
@needs(Right.SENT_MAIL_READ)
def kept(key: str) -> str:
    """One message that the embedded server kept: its text part, its headers, the names of its files; never its html."""
    head, message = capture.read(_settings().sent_mail_dir, key)
    kind = mail_log.kind_of(str(message["Message-ID"] or ""))
    words = mail_links.masked(actor(), _text(message)) if mail_log.may_read_words(actor(), kind) else None
    files = [part.get_filename() or tr("không tên") for part in message.iter_attachments()] if message.is_multipart() else []
    return render_template(
        "sent_mail/show.html", subject=head.subject, sender=str(message["From"] or head.sender), to=", ".join(head.recipients), at=head.received_at,
        message_id=str(message["Message-ID"] or ""), words=words, files=files, state="", error="",
    )


def _text(message: EmailMessage) -> str:
    """The plain text part; nothing of a message that cannot be read stops the page."""
    try:
        body = message.get_body(("plain",))
        return str(body.get_content())[:LONGEST] if body else tr("(Thư không có phần chữ.)")
    except (LookupError, ValueError, KeyError):
        return tr("(Không đọc được phần chữ của thư này.)")


@blueprint.get("/<int:mail_id>")
@needs(Right.SENT_MAIL_READ)
def show(mail_id: int) -> str:
    """One mail of the table."""
    mail = mail_log.opened(actor(), mail_id)
    _, state = mail_log.state_words(mail.state, mail.attempts, mail.next_attempt_at, mail.sent_at)
    return render_template(
        "sent_mail/show.html", subject=mail.subject, sender=_settings().mail_from, to=mail.address, at=mail.created_at, message_id=mail.message_id or "",
        words=mail_links.masked(actor(), mail.body_text) if mail_log.may_read_words(actor(), mail.kind) else None, files=[], state=state,
        error=mail.last_error if mail.state != "sent" else "",
    )
