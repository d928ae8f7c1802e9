"""The receipt: what was filed where, what is missing, and how to confirm or correct it; one for each message from a person."""
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import BindParameter, Integer, bindparam, func, literal_column, select, tuple_, update

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
#: What carries a mark of secrecy and was not released is removed after so long (services.secret_mail).
SECRET_KEPT = timedelta(hours=24)
#: Links to confirm and to correct are good for so long.
LINK_DAYS = 30
#: Tasks still owed that a receipt names; the rest is counted.
MOST_OWED = 8
_SALTS = {"confirm": "incoming.confirm", "correct": "incoming.correct"}


#: Statements of every receipt are built once, at import: building them would cost more than running them.
_IDS: BindParameter[int] = bindparam("ids", expanding=True, type_=Integer)
_DONE: BindParameter[int] = bindparam("done", expanding=True, type_=Integer)
_TOLD = (
    select(Mail.address, func.count()).where(Mail.kind == literal_column(f"'{KIND}'"), Mail.created_at > bindparam("since", type_=UtcDateTime))
    .group_by(Mail.address)
)
_ANSWERED = select(Mail.kind).where(Mail.id == bindparam("mail_id", type_=Integer))
_HANDED_IN = (
    select(Filing.incoming_id, SubmissionItem.assignment_id, Assignment.dispatch_id)
    .join(SubmissionItem, SubmissionItem.submission_id == Filing.submission_id).join(Assignment, Assignment.id == SubmissionItem.assignment_id)
    .where(Filing.incoming_id.in_(_IDS))
)
_TOUCHED = (
    select(
        Assignment.id, Assignment.dispatch_id, Assignment.unit_id, Assignment.due_on, Assignment.review_on, Assignment.fix_by, Assignment.state,
        Task.title, Dispatch.number, Dispatch.short_subject, Dispatch.subject,
    )
    .join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
    .where(
        tuple_(Assignment.dispatch_id, Assignment.unit_id).in_(bindparam("places", expanding=True)),
        Assignment.id.in_(_DONE) | Assignment.state.in_(OWED),
    )
    .order_by(Assignment.dispatch_id, Assignment.due_on.is_(None), Assignment.due_on, Task.position)
)
_FILES = (
    select(IncomingFile.incoming_id, StoredFile.name, StoredFile.sha256).join(StoredFile, StoredFile.id == IncomingFile.file_id)
    .where(IncomingFile.incoming_id.in_(_IDS)).order_by(IncomingFile.id)
)


class Refused(Protocol):
    """An attachment that was not taken."""

    @property
    def name(self) -> str: ...
    @property
    def refusal(self) -> str: ...


def send(row: IncomingMail) -> None:
    """Queues the receipt of a message in the state it has; none for one that gets none (automatic mail, or too many already)."""
    send_all([(row, ())])


def send_all(told: Sequence[tuple[IncomingMail, Sequence[Refused]]]) -> None:
    """The same for several messages, each with the attachments that were refused."""
    _queue([(row, str(row.state), refused) for row, refused in told])


def sequel(row: IncomingMail) -> None:
    """What follows when a filing is taken back: the receipt that has not left is cancelled, one that has is followed by another.

    row.turn has grown already; nothing is said to who was told nothing.
    """
    key = _key(row, "filed", row.turn - 1)
    held = update(Mail).where(Mail.dedupe_key == key, Mail.state == "queued", Mail.attempts == 0).values(state="cancelled").returning(Mail.id)
    if db.session.scalar(held) is not None or db.session.scalar(select(Mail.id).where(Mail.dedupe_key == key, Mail.state != "skipped")) is None:
        return
    _queue([(row, "unfiled", ())])


def held(row: IncomingMail) -> None:
    """Tells the sender that a file carries a mark of secrecy, what becomes of it, and until when that can be put right."""
    _queue([(row, "secret", ())])


def _queue(told: Sequence[tuple[IncomingMail, str, Sequence[Refused]]]) -> None:
    wanted = [one for one in told if one[0].nature == "answer" and outbox.usable_address(one[0].sender)]
    counts = Counter({row[0]: row[1] for row in read(_TOLD, {"since": clock.now() - DAY})}) if wanted else Counter[str]()
    stored = _files([row for row, what, _ in wanted if what != "secret"])
    filed = _filed([row for row, what, _ in wanted if what == "filed"])
    found: list[dict[str, Any]] = []
    for row, what, refused in wanted:
        brings = bool(stored.get(row.id) or refused) or what not in ("triage", "confirm")
        if not _too_many(row, counts) and (brings or not _answers_receipt(row)):
            counts[row.sender] += 1
            found.append(_mail(row, what, refused, stored.get(row.id, []), filed.get(row.id, [])))
    outbox.add(found)


def _mail(row: IncomingMail, what: str, refused: Sequence[Refused], stored: list[dict[str, str]], filed: list[dict[str, Any]]) -> dict[str, Any]:
    dispatch = db.session.get(Dispatch, row.dispatch_id) if row.dispatch_id else None
    context = {
        "state": what, "reason": row.reason, "about": row.subject or "không có tiêu đề", "filed": filed,
        "number": " và ".join(one["number"] for one in filed) or ((dispatch.number or "công văn") if dispatch else ""),
        "stored": stored, "refused": [{"name": part.name, "reason": part.refusal} for part in refused], "url": _url(row, what),
        "received": f"{clock.local(row.received_at):%d/%m/%Y}",
        "until": f"{clock.local(row.secret_at + SECRET_KEPT):%H:%M ngày %d/%m/%Y}" if row.secret_at else "",
    }
    return outbox.row(
        KIND, address=row.sender, name=row.sender_name, context=context, unit_id=row.unit_id, dispatch_id=row.dispatch_id,
        dedupe_key=_key(row, what, row.turn), headers={"In-Reply-To": row.message_id, "References": row.message_id} if row.message_id else {},
    )


def _key(row: IncomingMail, what: str, turn: int) -> str:
    return f"receipt:{row.id}:{what}:{turn}"


def _too_many(row: IncomingMail, told: Counter[str]) -> bool:
    """told: how many receipts each address has had."""
    domain = "@" + row.sender.rpartition("@")[2]
    strangers = sum(n for address, n in told.items() if address.endswith(domain)) if row.unit_id is None else 0
    return told[row.sender] >= MOST_A_DAY or strangers >= MOST_OF_STRANGERS


def _answers_receipt(row: IncomingMail) -> bool:
    """Thanks for a receipt, or a machine's answer to it, bring nothing that another receipt could tell of."""
    return row.mail_id is not None and read(_ANSWERED, {"mail_id": row.mail_id}).scalar_one_or_none() == KIND


def _filed(rows: Sequence[IncomingMail]) -> dict[int, list[dict[str, Any]]]:
    """By message, for each dispatch that it was filed under: its number and subject, what was handed in, and what is still owed, nearest first."""
    handed_in: defaultdict[int, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for id, assignment_id, dispatch_id in read(_HANDED_IN, {"ids": [row.id for row in rows]}) if rows else ():
        handed_in[id][dispatch_id].add(assignment_id)
    done = {assignment_id for by_dispatch in handed_in.values() for ids in by_dispatch.values() for assignment_id in ids}
    places = {(dispatch_id, row.unit_id) for row in rows for dispatch_id in handed_in[row.id]}
    touched: defaultdict[tuple[int, int | None], list[Any]] = defaultdict(list)
    for one in read(_TOUCHED, {"places": sorted(places, key=str), "done": sorted(done)}) if places else ():
        touched[one.dispatch_id, one.unit_id].append(one)
    return {row.id: [_part(touched[id, row.unit_id], ids) for id, ids in sorted(handed_in[row.id].items())] for row in rows}


def _part(rows: Sequence[Any], done: set[int]) -> dict[str, Any]:
    """rows: what a unit has handed in or still owes of one dispatch; done: what was handed in with this message."""
    tasks = [TaskLine(one.title, "wait", "đã nộp, chờ tỉnh duyệt") for one in rows if one.id in done]
    owed = [one for one in rows if one.id not in done and one.state in OWED]
    return {
        "number": rows[0].number or "công văn", "subject": rows[0].short_subject or rows[0].subject or "", "tasks": tasks,
        "owed": [_owed(one.title, one.fix_by if one.state == "returned" else one.due_on, one.review_on) for one in owed[:MOST_OWED]],
        "more": max(0, len(owed) - MOST_OWED),
    }


def _owed(title: str, due_on: date | None, review_on: date | None) -> TaskLine:
    if due_on is None:
        return TaskLine(title, "none", f"không hạn, xem lại {review_on:%d/%m/%Y}" if review_on else "không hạn")
    late = due_on < clock.today()
    return TaskLine(title, "over" if late else "soon", f"{'quá hạn, ' if late else ''}hạn {due_on:%d/%m/%Y}")


def _files(rows: Sequence[IncomingMail]) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = {row.id: [] for row in rows}
    for one in read(_FILES, {"ids": sorted(found)}) if found else ():
        found[one.incoming_id].append({"name": one.name, "sha256": one.sha256})
    return found


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
