"""Issuing a formal letter: its files are drawn and kept first, then one transaction freezes it, mails it to its units and enters the ledger."""
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from tracker import clock
from tracker.adapters.files import Blob
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain import letter_document
from tracker.domain import letters as texts
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.letters import Kind, Line
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.letters import Letter
from tracker.models.mails import Mail, Reminder
from tracker.reading.folding import fold
from tracker.services import files, history, issue_mails, issue_plan, letter_lines, letters, links, mail_links, papers
from tracker.services.amending import frozen_recipients

STEP = "letter"


@dataclass(frozen=True, slots=True)
class Issued:
    """What issuing did; unreachable: units that no mail can reach."""

    number: str
    units: int
    mails: int
    unreachable: tuple[str, ...]


def drawn(letter: Letter, format_: str) -> bytes:
    """The letter as it stands, as .docx or .pdf. Raises NotFound for another format."""
    return papers.drawn(letter_document.compose(letters.paper(letter)), letter.dated_on or letter.as_of, format_)


def stem(letter: Letter) -> str:
    """The files' name in plain ASCII: cong-van-phe-binh-952-cv-hndt."""
    return fold(f"cong van {texts.WORDS[Kind(letter.kind)]} {letter.number or 'du thao'}").replace(" ", "-")[:120]


def check(actor: Actor, letter_id: int, version: int | None = None) -> Letter:
    """The draft, fit to be issued.

    Raises BadInput("letter.no_number", "letter.no_day", "letter.no_signer", "letter.day", "letter.reply_by"), Conflict("letter.outdated") where something was
    handed in since the figures were taken, and as letters.editable does.
    """
    letter = letters.editable(actor, letter_id, version)
    dispatch = letters.dispatch_of(actor, letter.dispatch_id)
    if not letter.number:
        raise BadInput("letter.no_number", field="number")
    if letter.dated_on is None:
        raise BadInput("letter.no_day", field="dated_on")
    if not letter.signer_name or not letter.signer_title:
        raise BadInput("letter.no_signer", field="signer_name")
    if letter.dated_on > clock.today() or letter.dated_on < (dispatch.issued_on or letter.as_of):
        raise BadInput("letter.day", first=dispatch.issued_on or letter.as_of, today=clock.today(), field="dated_on")
    if letter.reply_by is not None and letter.reply_by < letter.dated_on:
        raise BadInput("letter.reply_by", day=letter.dated_on, field="reply_by")
    named = {line.assignment_id for line in letters.lines(letter)}
    gone = named - letter_lines.still_late(named, clock.today())
    if gone or not named:
        raise Conflict("letter.outdated", count=len(gone))
    return letter


def prepare(actor: Actor, letter_id: int, version: int) -> papers.Prepared:
    """Draws and keeps the files of a draft; call it in a transaction that reads. Raises as check does, Unavailable("files.disk_full")."""
    letter = check(actor, letter_id, version)
    return papers.prepared(letter_document.compose(letters.paper(letter)), letter.dated_on or letter.as_of, letter.version, stem(letter))


def issue(actor: Actor, letter_id: int, prepared: papers.Prepared) -> Issued:
    """Freezes the letter with its files, mails it and enters the ledger; a second press finds it issued.

    Raises Conflict("letter.issued") and as check does.
    """
    letter = check(actor, letter_id, prepared.version)
    dispatch, now = db.session.get_one(Dispatch, letter.dispatch_id), clock.now()
    kept = papers.rows(prepared)
    values = {
        "state": "issued", "issued_at": now, "issued_by_id": actor.id, "docx_file_id": kept["docx"].id, "pdf_file_id": kept["pdf"].id, "updated_at": now,
        "version": letter.version + 1,
    }
    claimed = db.session.execute(
        update(Letter).where(Letter.id == letter_id, Letter.state == "draft", Letter.version == prepared.version).values(values)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("letter.issued", number=letter.number or "")
    db.session.refresh(letter)
    found = letters.lines(letter)
    sent = _mail(letter, dispatch, found)
    _enter(actor, letter, found, sent)
    what = texts.WORDS[Kind(letter.kind)]
    units = len({line.unit_id for line in found})
    history.record(actor, "letter.issue", dispatch_id=dispatch.id, what=what, number=letter.number, units=units)
    names = {line.unit_id: line.unit for line in found}
    unreachable = tuple(names[unit_id] for unit_id, mails in sent.items() if all(state == "skipped" for _, state in mails))
    return Issued(letter.number or "", units, sum(state == "queued" for mails in sent.values() for _, state in mails), unreachable)


def _mail(letter: Letter, dispatch: Dispatch, found: list[Line]) -> dict[int, list[tuple[int, str]]]:
    """Queues the letter for each unit; gives per unit its mails with their states."""
    units = [unit for unit in frozen_recipients(dispatch.id) if unit.id in {line.unit_id for line in found}]
    addresses, rows, maker = issue_plan.addresses(units), [], mail_links.Maker(("upload", "extend", "object"))
    shared = {
        "number": letter.number, "what": texts.WORDS[Kind(letter.kind)], "subject": letter.subject, "about": dispatch.number or "", "reply_by": letter.reply_by,
        "dated_on": letter.dated_on, "url": links.absolute("letter", id=letter.id), "answer_url": links.absolute("answer", id=dispatch.id),
    }
    for unit in units:
        context = shared | {"unit_name": unit.name, "tasks": [_told(line) for line in found if line.unit_id == unit.id]}
        rows += issue_mails.unit_rows("letter", unit, addresses[unit.id], dispatch.id, context, [letter.pdf_file_id or 0], maker)
    ids = [row["message_id"] for row in rows]
    issue_mails.send_all(rows)
    sent: dict[int, list[tuple[int, str]]] = {unit.id: [] for unit in units}
    for mail_id, unit_id, state in db.session.execute(select(Mail.id, Mail.unit_id, Mail.state).where(Mail.message_id.in_(ids)).order_by(Mail.id)):
        sent[unit_id or 0].append((mail_id, state))
    return sent


def _told(line: Line) -> TaskLine:
    if line.reason == texts.QUIET:
        return TaskLine(line.task, "none", f"không hạn, {line.days} ngày chưa có kết quả")
    until = f"hạn {line.due_on:%d/%m/%Y}" if line.due_on else ""
    return TaskLine(line.task, "over", f"{'chưa sửa, quá ngày hẹn' if line.reason == texts.FIX else 'quá hạn'} {line.days} ngày", until)


def _enter(actor: Actor, letter: Letter, found: list[Line], sent: dict[int, list[tuple[int, str]]]) -> None:
    """One entry of the ledger and one event for each assignment, under the next number of its letters."""
    ids = [line.assignment_id for line in found]
    wanted = select(Reminder.assignment_id, func.max(Reminder.sequence)).where(Reminder.assignment_id.in_(ids), Reminder.step == STEP)
    last = {assignment_id: n for assignment_id, n in db.session.execute(wanted.group_by(Reminder.assignment_id))}
    versions = {id: version for id, version in db.session.execute(select(Assignment.id, Assignment.deadline_version).where(Assignment.id.in_(ids)))}
    what = texts.WORDS[Kind(letter.kind)]
    rows: list[dict[str, Any]] = [
        {
            "assignment_id": line.assignment_id, "unit_id": line.unit_id, "dispatch_id": letter.dispatch_id, "recipient": f"u{line.unit_id}", "step": STEP,
            "deadline_version": versions[line.assignment_id], "sequence": last.get(line.assignment_id, 0) + 1, "on_day": clock.today(),
            "mail_id": sent[line.unit_id][0][0], "by_person_id": actor.id, "message": tr("Công văn {what} số {number}", what=what, number=letter.number),
        }
        for line in found
    ]
    events = [
        {
            "at": clock.now(), "kind": "letter.named", "person_id": actor.id, "person_name": actor.name, "dispatch_id": letter.dispatch_id,
            "assignment_id": line.assignment_id, "unit_id": line.unit_id, "data": {"what": what, "number": letter.number},
        }
        for line in found
    ]
    db.session.connection().execute(insert(Reminder), rows)
    db.session.connection().execute(insert(Event), events)


def attach_signed(actor: Actor, letter_id: int, blob: Blob, name: str) -> Letter:
    """Puts the scan of the signed paper beside an issued letter, in place of an earlier one. Raises Forbidden, NotFound, Conflict("letter.draft")."""
    actor.need(Right.LETTER_WRITE)
    letter = letters.get(actor, letter_id)
    if letter.state != "issued":
        raise Conflict("letter.draft")
    row = files.receive(actor, blob, name)
    db.session.flush()
    letter.signed_file_id, letter.updated_at = row.id, clock.now()
    history.record(actor, "letter.signed", dispatch_id=letter.dispatch_id, number=letter.number, name=row.name)
    return letter
