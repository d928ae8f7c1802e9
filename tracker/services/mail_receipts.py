"""The receipt: what was filed where, what is missing, and how to confirm or correct it; one for each message from a person."""
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import BindParameter, Integer, String, bindparam, literal_column, select, update

from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import UtcDateTime, db, read
from tracker.domain.status import OWED
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import Filing, IncomingFile, IncomingMail
from tracker.models.mails import Mail
from tracker.models.submissions import SubmissionItem
from tracker.models.tasks import Task
from tracker.services import keys, links, outbox

KIND = "receipt"
#: Two machines that answer one another would go on for ever: an address gets so many receipts a day and no more, and so do all
#: addresses of one domain that belong to no unit together, because such a machine may write under ever new names.
MOST_A_DAY, MOST_OF_STRANGERS = 20, 60
DAY = timedelta(days=1)
#: Links to confirm and to correct are good for so long.
LINK_DAYS = 30
#: Tasks still owed that a receipt names; the rest is counted.
MOST_OWED = 8
_SALTS = {"confirm": "incoming.confirm", "correct": "incoming.correct"}


#: Statements of every receipt are built once, at import: building them would cost more than running them.
_INCOMING = bindparam("incoming_id", type_=Integer)
_DONE: BindParameter[int] = bindparam("done", expanding=True, type_=Integer)
_TOLD = select(Mail.address).where(
    Mail.kind == literal_column(f"'{KIND}'"), Mail.created_at > bindparam("since", type_=UtcDateTime), Mail.address.like(bindparam("of_domain", type_=String)))
_ANSWERED = select(Mail.kind).where(Mail.id == bindparam("mail_id", type_=Integer))
_HANDED_IN = select(SubmissionItem.assignment_id).join(Filing, Filing.submission_id == SubmissionItem.submission_id).where(Filing.incoming_id == _INCOMING)
_TOUCHED = (
    select(
        Assignment.id, Assignment.dispatch_id, Assignment.due_on, Assignment.review_on, Assignment.fix_by, Assignment.state, Task.title,
        Dispatch.number, Dispatch.short_subject, Dispatch.subject,
    )
    .join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
    .where(
        Assignment.unit_id == bindparam("unit_id", type_=Integer), Assignment.id.in_(_DONE) | Assignment.state.in_(OWED),
        Assignment.dispatch_id.in_(select(Assignment.dispatch_id).where(Assignment.id.in_(_DONE))),
    )
    .order_by(Assignment.dispatch_id, Assignment.due_on.is_(None), Assignment.due_on, Task.position)
)
_FILES = (
    select(StoredFile.name, StoredFile.sha256).join(IncomingFile, IncomingFile.file_id == StoredFile.id)
    .where(IncomingFile.incoming_id == _INCOMING).order_by(IncomingFile.id)
)


class Refused(Protocol):
    """An attachment that was not taken."""

    @property
    def name(self) -> str: ...
    @property
    def refusal(self) -> str: ...


def send(row: IncomingMail, refused: Sequence[Refused] = ()) -> Mail | None:
    """Queues the receipt of a message in the state it has; None for one that gets none (automatic mail, or too many already)."""
    return _queue(row, str(row.state), refused)


def sequel(row: IncomingMail) -> Mail | None:
    """What follows when a filing is taken back: the receipt that has not left is cancelled, one that has is followed by another.

    row.turn has grown already; nothing is said to who was told nothing.
    """
    key = _key(row, "filed", row.turn - 1)
    held = update(Mail).where(Mail.dedupe_key == key, Mail.state == "queued", Mail.attempts == 0).values(state="cancelled").returning(Mail.id)
    if db.session.scalar(held) is not None or db.session.scalar(select(Mail.id).where(Mail.dedupe_key == key, Mail.state != "skipped")) is None:
        return None
    return _queue(row, "unfiled", ())


def _queue(row: IncomingMail, what: str, refused: Sequence[Refused]) -> Mail | None:
    if row.nature != "answer" or not outbox.usable_address(row.sender) or _too_many(row):
        return None
    stored = _files(row)
    if what in ("triage", "confirm") and not stored and not refused and _answers_receipt(row):
        return None
    dispatch = db.session.get(Dispatch, row.dispatch_id) if row.dispatch_id else None
    filed = _filed(row) if what == "filed" else []
    context = {
        "state": what, "reason": row.reason, "about": row.subject or "không có tiêu đề", "filed": filed,
        "number": " và ".join(one["number"] for one in filed) or ((dispatch.number or "công văn") if dispatch else ""),
        "stored": stored, "refused": [{"name": part.name, "reason": part.refusal} for part in refused], "url": _url(row, what),
    }
    return outbox.queue(
        KIND, address=row.sender, name=row.sender_name, context=context, unit_id=row.unit_id, dispatch_id=row.dispatch_id,
        dedupe_key=_key(row, what, row.turn), headers={"In-Reply-To": row.message_id, "References": row.message_id} if row.message_id else None,
    )


def _key(row: IncomingMail, what: str, turn: int) -> str:
    return f"receipt:{row.id}:{what}:{turn}"


def _too_many(row: IncomingMail) -> bool:
    told = read(_TOLD, {"of_domain": "%@" + row.sender.rpartition("@")[2], "since": clock.now() - DAY}).scalars().all()
    return told.count(row.sender) >= MOST_A_DAY or (row.unit_id is None and len(told) >= MOST_OF_STRANGERS)


def _answers_receipt(row: IncomingMail) -> bool:
    """Thanks for a receipt, or a machine's answer to it, bring nothing that another receipt could tell of."""
    return row.mail_id is not None and read(_ANSWERED, {"mail_id": row.mail_id}).scalar_one_or_none() == KIND


def _filed(row: IncomingMail) -> list[dict[str, Any]]:
    """For each dispatch that the message was filed under: its number and subject, what was handed in, and what is still owed, nearest first."""
    done = set(read(_HANDED_IN, {"incoming_id": row.id}).scalars())
    rows = read(_TOUCHED, {"unit_id": row.unit_id, "done": sorted(done)}).all()
    found: dict[int, dict[str, Any]] = {}
    for one in rows:
        part = found.setdefault(one.dispatch_id, {
            "number": one.number or "công văn", "subject": one.short_subject or one.subject or "", "tasks": [], "owed": [], "more": 0})
        if one.id in done:
            part["tasks"].append(TaskLine(one.title, "wait", "đã nộp, chờ tỉnh duyệt"))
        elif len(part["owed"]) < MOST_OWED:
            part["owed"].append(_owed(one.title, one.fix_by if one.state == "returned" else one.due_on, one.review_on))
        else:
            part["more"] += 1
    return list(found.values())


def _owed(title: str, due_on: date | None, review_on: date | None) -> TaskLine:
    if due_on is None:
        return TaskLine(title, "none", f"không hạn, xem lại {review_on:%d/%m/%Y}" if review_on else "không hạn")
    late = due_on < clock.today()
    return TaskLine(title, "over" if late else "soon", f"{'quá hạn, ' if late else ''}hạn {due_on:%d/%m/%Y}")


def _files(row: IncomingMail) -> list[dict[str, str]]:
    return [{"name": one.name, "sha256": one.sha256} for one in read(_FILES, {"incoming_id": row.id})]


def _url(row: IncomingMail, what: str) -> str:
    if what == "confirm":
        return links.absolute("incoming_confirm", token=link_token(row.id, "confirm"))
    if what == "filed":
        return links.absolute("incoming_correct", token=link_token(row.id, "correct"))
    return links.absolute("home")


def link_token(incoming_id: int, kind: str) -> str:
    """What a link of a receipt carries; kind: confirm or correct."""
    return str(_signer(kind).dumps(incoming_id))


def read_token(token: str, kind: str) -> int | None:
    """The message that a link of this kind names, None for a forged or old one."""
    try:
        return int(_signer(kind).loads(token, max_age=LINK_DAYS * 86_400))
    except (BadSignature, ValueError, TypeError):
        return None


def _signer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(**keys.link_signing(), salt=_SALTS[kind])
