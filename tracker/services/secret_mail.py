"""A message that brought a document marked secret: held back at once, then removed by the clerk, or by itself after a day; or released.

The law on State secrets (29/2018/QH14, art. 5) forbids to keep them on a machine that is on a network; a machine's reading may be wrong. So what carries the
mark is shut to everybody at once, its sender is told, and what is left of the day is for saying that the mark was misread.
"""
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from tracker import clock, i18n
from tracker.db import db
from tracker.domain.access import MACHINE, Actor, Right
from tracker.domain.errors import Conflict, NotFound
from tracker.models.assignments import Assignment
from tracker.models.incoming import Filing, IncomingFile, IncomingMail
from tracker.models.submissions import Submission, SubmissionItem
from tracker.services import history, mail_receipts, removal

Opener = Callable[[], AbstractContextManager[Session]]

SECRET = "secret"
#: What nobody has released after so long is removed.
KEPT = mail_receipts.SECRET_KEPT


def hold(mail: IncomingMail, file: IncomingFile) -> None:
    """Shuts a message and its files to everybody and tells its sender. The caller holds the transaction and the row's lock; file: the one with the mark."""
    if mail.state != "filed":
        mail.state = "triage"
    mail.attention, mail.secret_at, mail.reason = SECRET, clock.now(), i18n.say("incoming.secret", name=file.name)
    mail.decided_by_id = mail.decided_at = None
    removal.mark(_files([mail.id]), "pending")
    history.record(MACHINE, "mail.secret", dispatch_id=mail.dispatch_id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender)
    db.session.flush()
    mail_receipts.held(mail)


def release(actor: Actor, incoming_id: int) -> None:
    """Không phải tài liệu mật: the mark was misread, the message and its files are as before. Raises Forbidden, NotFound, Conflict("incoming.decided")."""
    mail = _locked(actor, incoming_id)
    if mail.attention != SECRET:
        raise Conflict("incoming.decided")
    mail.attention, mail.secret_at, mail.reason = None, None, "" if mail.state == "filed" else i18n.say("incoming.not_secret")
    mail.decided_by_id, mail.decided_at = actor.id, clock.now()
    for file in db.session.scalars(select(IncomingFile).where(IncomingFile.incoming_id == mail.id)):
        if file.reading:
            file.reading = {**file.reading, "secret": ""}
    removal.mark(_files([mail.id]), "ready")
    _record(actor, "mail.not_secret", mail)


def remove(actor: Actor, incoming_id: int) -> int:
    """Xoá nội dung mật: the message, its words and every file that was taken from it; gives how many files. It cannot be undone.

    Who sent it when under which subject, the files' names and the hashes stay. A clerk may remove one that the machine did not mark, too.
    Raises Forbidden, NotFound, Conflict("incoming.decided") for one that is removed already or not yet looked at.
    """
    mail = _locked(actor, incoming_id)
    if mail.removed_at is not None or mail.state == "taken":
        raise Conflict("incoming.decided")
    mails = _copies(mail)
    ids = [one.id for one in mails]
    marked = [file.file_id for file in _parts(ids) if file.file_id and file.reading and file.reading["secret"]]
    gone = removal.mark([*_files(ids), *removal.same_content(marked)], "rejected")
    size = sum(file.size for file in gone) + sum(one.size for one in mails)
    listed = [{"what": one.subject, "from": one.sender, "on": one.received_at.isoformat(), "sha256": one.sha256, "size": one.size} for one in mails]
    listed += [{"what": file.name.removeprefix(removal.REMOVED), "sha256": file.sha256, "size": file.size} for file in gone]
    for one in mails:
        _empty(actor, one)
    db.session.flush()
    removal.record(actor, "secret", i18n.say("incoming.removed"), listed, size)
    removal.finish_after_commit([*(one.sha256 for one in mails), *(file.sha256 for file in gone)])
    _record(actor, "mail.secret_removed", mail, len(gone))
    return len(gone)


def remove_overdue(transaction: Opener) -> int:
    """Removes what has been held for a day and was not released; gives how many messages. A second run finds none."""
    overdue, gone = (IncomingMail.attention == SECRET, IncomingMail.secret_at <= clock.now() - KEPT), 0
    with transaction():
        ids = list(db.session.scalars(select(IncomingMail.id).where(*overdue)))
    for id in ids:
        with transaction():
            # Released by a clerk meanwhile, or removed with the one before as its copy.
            if db.session.scalar(select(IncomingMail.id).where(IncomingMail.id == id, *overdue).with_for_update()) is not None:
                remove(MACHINE, id)
                gone += 1
    return gone


def _locked(actor: Actor, incoming_id: int) -> IncomingMail:
    actor.need(Right.MAIL_TRIAGE)
    mail = db.session.get(IncomingMail, incoming_id, with_for_update=True, populate_existing=True)
    if mail is None:
        raise NotFound()
    return mail


def _copies(mail: IncomingMail) -> list[IncomingMail]:
    """The message, and the same one as it came another way (to two of our boxes)."""
    same = (IncomingMail.message_id == mail.message_id) & (IncomingMail.sender == mail.sender) if mail.message_id else IncomingMail.id == mail.id
    wanted = select(IncomingMail).where(or_(IncomingMail.id == mail.id, same), IncomingMail.removed_at.is_(None), IncomingMail.state != "taken")
    return list(db.session.scalars(wanted.order_by(IncomingMail.id).with_for_update()))


def _parts(incoming_ids: Sequence[int]) -> list[IncomingFile]:
    return list(db.session.scalars(select(IncomingFile).where(IncomingFile.incoming_id.in_(incoming_ids)).order_by(IncomingFile.id)))


def _files(incoming_ids: Sequence[int]) -> list[int]:
    return [file.file_id for file in _parts(incoming_ids) if file.file_id]


def _empty(actor: Actor, mail: IncomingMail) -> None:
    """Takes the words away, wherever they went; what was read from the files, too."""
    _empty_results(mail)
    for file in _parts([mail.id]):
        file.reading = file.read_state = file.read_problem = None
    mail.state = "filed" if mail.state == "filed" else "aside"
    mail.body = mail.rest = ""
    mail.signals, mail.proposed = [one for one in mail.signals if not one.get("file")], None
    mail.attention, mail.reason, mail.removed_at = None, i18n.say("incoming.removed"), clock.now()
    mail.decided_by_id, mail.decided_at = actor.id, clock.now()


def _empty_results(mail: IncomingMail) -> None:
    """The mail's words became the note and the results of what it was filed as; words that somebody has changed since are that person's."""
    if not mail.body:
        return
    filed = list(db.session.scalars(select(Filing.submission_id).where(Filing.incoming_id == mail.id)))
    items = select(SubmissionItem).where(SubmissionItem.submission_id.in_(filed))
    quiet = {"synchronize_session": False}
    for item in db.session.scalars(items):
        if item.result and mail.body.startswith(item.result):
            same = (Assignment.id == item.assignment_id) & (Assignment.result == item.result)
            db.session.execute(update(Assignment).where(same).values(result=None).execution_options(**quiet))
            item.result = ""
    for submission in db.session.scalars(select(Submission).where(Submission.id.in_(filed))):
        if submission.note and mail.body.startswith(submission.note):
            submission.note = ""
        if submission.machine_read:
            submission.number = submission.dated_on = submission.signatory = None
            submission.machine_read = False


def _record(actor: Actor, kind: str, mail: IncomingMail, count: int = 0) -> None:
    history.record(
        actor, kind, dispatch_id=mail.dispatch_id, unit_id=mail.unit_id, incoming_id=mail.id, subject=mail.subject, sender=mail.sender, count=count)
