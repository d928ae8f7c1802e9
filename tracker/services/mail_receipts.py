"""The receipt: what was filed where, what is missing, and how to confirm or correct it; one for each message from a person."""
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import func, select

from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.mails import Mail
from tracker.models.submissions import SubmissionItem
from tracker.models.tasks import Task
from tracker.services import links, outbox

KIND = "receipt"
#: Two machines that answer one another would go on for ever: an address gets so many receipts a day and no more.
MOST_A_DAY = 20
DAY = timedelta(days=1)
#: A confirm link is good for so long.
CONFIRM_DAYS = 30
_SALT = "incoming.confirm"


class Refused(Protocol):
    """An attachment that was not taken."""

    @property
    def name(self) -> str: ...
    @property
    def refusal(self) -> str: ...


def send(row: IncomingMail, refused: Sequence[Refused] = ()) -> Mail | None:
    """Queues the receipt of a message in the state it has; None for one that gets none (automatic mail, or too many already)."""
    if row.nature != "answer" or not outbox.usable_address(row.sender) or _too_many(row.sender):
        return None
    dispatch = db.session.get(Dispatch, row.dispatch_id) if row.dispatch_id else None
    context = {
        "state": row.state, "reason": row.reason, "about": row.subject or "không có tiêu đề", "number": (dispatch.number or "công văn") if dispatch else "",
        "subject": (dispatch.short_subject or dispatch.subject) if dispatch else "", "tasks": _tasks(row), "stored": _files(row),
        "refused": [{"name": part.name, "reason": part.refusal} for part in refused], "url": _url(row),
    }
    return outbox.queue(
        KIND, address=row.sender, name=row.sender_name, context=context, unit_id=row.unit_id, dispatch_id=row.dispatch_id,
        dedupe_key=f"receipt:{row.id}:{row.state}",
        headers={"In-Reply-To": row.message_id, "References": row.message_id} if row.message_id else None,
    )


def _too_many(address: str) -> bool:
    since = clock.now() - DAY
    sent = select(func.count()).select_from(Mail).where(Mail.kind == KIND, Mail.address == address, Mail.created_at > since)
    return (db.session.scalar(sent) or 0) >= MOST_A_DAY


def _tasks(row: IncomingMail) -> list[TaskLine]:
    query = (
        select(Task.title).join(Assignment, Assignment.task_id == Task.id).join(SubmissionItem, SubmissionItem.assignment_id == Assignment.id)
        .where(SubmissionItem.submission_id == (row.submission_id or 0)).order_by(Task.position)
    )
    return [TaskLine(title, "wait", "đã nộp, chờ tỉnh duyệt") for title in db.session.scalars(query)]


def _files(row: IncomingMail) -> list[dict[str, str]]:
    query = (
        select(StoredFile.name, StoredFile.sha256).join(IncomingFile, IncomingFile.file_id == StoredFile.id)
        .where(IncomingFile.incoming_id == row.id).order_by(IncomingFile.id)
    )
    return [{"name": name, "sha256": sha256} for name, sha256 in db.session.execute(query)]


def _url(row: IncomingMail) -> str:
    if row.state == "confirm":
        return links.absolute("incoming_confirm", token=confirm_token(row.id))
    if row.submission_id:
        return links.absolute("submission", id=row.submission_id)
    return links.absolute("home")


def confirm_token(incoming_id: int) -> str:
    """What the confirm link of a message carries."""
    return str(_signer().dumps(incoming_id))


def read_token(token: str) -> int | None:
    """The message that a confirm link names, None for a forged or old one."""
    try:
        return int(_signer().loads(token, max_age=CONFIRM_DAYS * 86_400))
    except (BadSignature, ValueError, TypeError):
        return None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["settings"].secret_key, salt=_SALT)
