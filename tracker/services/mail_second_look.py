"""What a message's files say, once they are read: it settles what was open, fills the submission, and never overrides what was decided."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tracker import i18n
from tracker.db import db
from tracker.domain.access import MACHINE
from tracker.domain.incoming import Match, Signal, decide
from tracker.domain.status import OWED, State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.incoming import Filing, IncomingFile, IncomingMail
from tracker.models.submissions import Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.covering import covered
from tracker.services import attachment_facts, history, mail_settling, recognising, secret_mail
from tracker.services.mail_settling import Brought, Case

#: What keeps a filed message from being looked at again: nothing is said about dispatches or units.
QUIET = frozenset({"", "no_dispatch", "no_unit", "several_dispatches", "unknown_sender"})


def look(row: IncomingMail) -> None:
    """Takes up what has been read of a message's files. The caller holds the transaction and the row's lock."""
    if row.attention == secret_mail.SECRET or row.removed_at is not None:
        return
    files = list(db.session.scalars(select(IncomingFile).where(IncomingFile.incoming_id == row.id).order_by(IncomingFile.id)))
    read = [file for file in files if file.reading]
    own = [one for one in row.signals if not one.get("file")]
    said = _signals(row, own, read)
    row.signals = own + [{**one, "file": True} for one in recognising.stored(said)]
    sender = recognising.sender(row.sender)
    match = decide([*recognising.kept(own), *said], sender.units)
    secret = next((file for file in read if file.reading and file.reading["secret"]), None)
    if secret:
        if row.state != "filed":
            row.unit_id, row.dispatch_id = match.unit_id or row.unit_id, match.dispatch_id or row.dispatch_id
        secret_mail.hold(row, secret)
    elif row.state == "filed":
        fill(row)
        _doubt(row, match)
    elif row.attention == "reading":
        waiting = any(file.read_state in ("waits", "reads") for file in files)
        if not match.doubt or not waiting:
            _decide(row, match, files, read, sender)
    elif row.state in ("triage", "confirm") and row.decided_by_id is None:
        _propose(row, match, read)


def _signals(row: IncomingMail, own: Sequence[dict[str, Any]], read: Sequence[IncomingFile]) -> list[Signal]:
    """One signal for the dispatches that the files name together, one for each unit whose letterhead they carry."""
    found: list[Signal] = []
    heads = {file.reading["unit_id"]: file for file in reversed(read) if file.reading and file.reading["unit_id"] and not file.reading["ours"]}
    units = {one["unit_id"] for one in own if one["unit_id"]} or set(recognising.sender(row.sender).units) or set(heads)
    ours = dict(recognising.dispatches_of(units)) if units else {}
    cited = [id for file in read if file.reading for id in file.reading["cited"] if id in ours]
    named = [id for file in read if file.reading for id in file.reading["named"] if id in ours]
    ids = _owing(cited, units) or sorted(set(cited)) or _owing(named, units) or sorted(set(named))
    if ids:
        names = ", ".join(f"“{file.name}”" for file in read if file.reading and set(ids) & {*file.reading["cited"], *file.reading["named"]})
        found.append(Signal("number", tr("tệp {names} nêu số {names2}", names=names,
            names2=', '.join(ours[id] for id in ids)), None, tuple(ids), set(ids) <= set(cited)))
    for unit_id, file in heads.items():
        found.append(Signal("letterhead", tr("tệp “{name}” mang tên {more} ở đầu trang", name=file.name,
            more=file.reading['unit'] if file.reading else ''), unit_id))
    return found


def _owing(ids: Sequence[int], units: set[int]) -> list[int]:
    """Those of the dispatches in which one of the units still has to answer: what a document names beside them are its grounds."""
    open_ones = select(Assignment.dispatch_id).where(
        Assignment.dispatch_id.in_(set(ids)), Assignment.unit_id.in_(units), Assignment.state.in_({*OWED, State.PAUSED})).distinct()
    return sorted(db.session.scalars(open_ones)) if ids else []


@dataclass(frozen=True)
class _Refused:
    """An attachment that was not taken."""

    name: str
    refusal: str


def _decide(
    row: IncomingMail, match: Match, files: Sequence[IncomingFile], read: Sequence[IncomingFile], sender: recognising.Sender,
) -> None:
    by = mail_settling.actor_of(row, db.session.get(Unit, match.unit_id) if match.unit_id else None, sender)
    refused = [_Refused(file.name, file.refusal) for file in files if file.refusal]
    answered = {id: covers(row.id, id, match.unit_id, read) for id in match.dispatch_ids}
    brought = Brought(
        mail_settling.kept_files(row.id), refused, f"{row.subject}\n{row.body}", covered={id: ids for id, ids in answered.items() if ids},
    )
    if mail_settling.conclude(Case(row, match, brought, by)) == "filed":
        fill(row)


def covers(incoming_id: int, dispatch_id: int, unit_id: int | None, read: Sequence[IncomingFile] | None = None) -> list[int]:
    """The unit's owed assignments of a dispatch that the items of the message's documents are about."""
    if read is None:
        read = list(db.session.scalars(select(IncomingFile).where(IncomingFile.incoming_id == incoming_id, IncomingFile.read_state == "done")))
    items = [item for file in read if file.reading and not file.reading["ours"] for item in file.reading["items"]]
    if not items:
        return []
    rows = db.session.execute(
        select(Assignment.id, Task.title, Task.text).join(Task, Task.id == Assignment.task_id)
        .where(Assignment.dispatch_id == dispatch_id, Assignment.unit_id == unit_id, Assignment.state.in_({*OWED, State.PAUSED})).order_by(Task.position))
    return covered(items, {row.id: (row.title, row.text or "") for row in rows})


def _propose(row: IncomingMail, match: Match, read: Sequence[IncomingFile]) -> None:
    """New proposals for what waits; a message that waits for its unit's word goes to the clerk where its files disagree."""
    if row.state == "confirm" and match.doubt:
        row.state, row.reason = "triage", i18n.say(mail_settling.DOUBTS[match.doubt])
        history.record(MACHINE, "mail.doubt", dispatch_id=row.dispatch_id, unit_id=row.unit_id, incoming_id=row.id, reason=row.reason)
    elif row.state == "triage" and match.doubt and row.reason in {i18n.say(mail_settling.DOUBTS[key]) for key in mail_settling.DOUBTS}:
        row.reason = i18n.say(mail_settling.DOUBTS[match.doubt])
    row.unit_id, row.dispatch_id = match.unit_id or row.unit_id, match.dispatch_id or row.dispatch_id
    ids = match.dispatch_ids or ((row.dispatch_id,) if row.dispatch_id else ())
    if row.unit_id and ids:
        ticked = [one for id in ids for one in covers(row.id, id, row.unit_id, read)]
        row.proposed = {"dispatch_ids": list(ids), "assignment_ids": ticked} if ticked or len(ids) > 1 else row.proposed


def fill(row: IncomingMail) -> None:
    """The implementing document's number, day and signatory, where nobody has given them; marked as read by the machine."""
    read = db.session.scalars(select(IncomingFile).where(IncomingFile.incoming_id == row.id, IncomingFile.read_state == "done").order_by(IncomingFile.id))
    document = attachment_facts.document_of([file.reading for file in read if file.reading])
    if document is None:
        return
    filed = select(Submission).join(Filing, Filing.submission_id == Submission.id).where(Filing.incoming_id == row.id)
    for submission in db.session.scalars(filed):
        if submission.number or submission.dated_on or submission.signatory:
            continue
        submission.number, submission.dated_on = document["number"], attachment_facts.day_of(document)
        submission.signatory, submission.machine_read = document["signatory"] or None, True


def _doubt(row: IncomingMail, match: Match) -> None:
    """A filed message whose files speak against where it was filed is shown to the clerk; who decided it is not asked again."""
    if row.decided_by_id is not None or row.attention == "doubt":
        return
    if match.doubt not in QUIET:
        row.reason = i18n.say("incoming.filed_but", why=i18n.say(mail_settling.DOUBTS[match.doubt]))
    else:
        return
    row.attention = "doubt"
    history.record(MACHINE, "mail.doubt", dispatch_id=row.dispatch_id, unit_id=row.unit_id, incoming_id=row.id, reason=row.reason)
