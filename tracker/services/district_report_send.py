"""Signing and sending a district's report: its files are drawn and kept first, then one transaction freezes it, mails it and files it as evidence."""
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from tracker import clock
from tracker.adapters.files import Blob
from tracker.db import db
from tracker.domain import district_report, report
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, Forbidden
from tracker.domain.status import State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport, DistrictReportScan
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import answering, district_report_signing, district_reports, evidence, files, links, outbox, papers, submissions
from tracker.services.answer_page import task_label


@dataclass(frozen=True, slots=True)
class Owed:
    """A task that the report may answer as it is sent; begun: the unit has written a result for it already."""

    id: int
    label: str
    title: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending did: handed_in tasks are answered by it now, beside: so many more that were answered before have it as evidence."""

    number: str
    address: str
    handed_in: int
    beside: int


def drawn(found: DistrictReport, format_: str) -> bytes:
    """The report as it stands, as .docx or .pdf. Raises NotFound for another format."""
    return papers.drawn(district_report.compose(district_reports.paper(found)), found.dated_on or found.as_of, format_)


def stem(found: DistrictReport) -> str:
    """The files' name in plain ASCII: bao-cao-12-bc-hnd-huyen-ha-trung."""
    unit = db.session.get_one(Unit, found.unit_id).name
    return fold(f"bao cao {found.number or 'du thao'} {unit}").replace(" ", "-")[:120]


def owed(actor: Actor, found: DistrictReport) -> list[Owed]:
    """What the unit still owes of the dispatch, in order, with what has been begun in its draft of an answer."""
    words = _begun(actor, found.dispatch_id)
    wanted = (
        select(Assignment.id, Task.kind, Task.label, Task.position, Task.title).join(Task, Task.id == Assignment.task_id)
        .where(Assignment.dispatch_id == found.dispatch_id, Assignment.unit_id == found.unit_id, Assignment.state.in_(answering.ANSWERABLE))
        .order_by(Task.kind.desc(), Task.position)
    )
    return [Owed(row.id, task_label(row.kind, row.label, row.position), row.title, row.id in words) for row in db.session.execute(wanted)]


def _begun(actor: Actor, dispatch_id: int) -> dict[int, str]:
    """The results that stand in the unit's draft of an answer."""
    draft_id = answering.draft_id_of(actor, dispatch_id)
    rows = db.session.execute(select(SubmissionItem.assignment_id, SubmissionItem.result).where(SubmissionItem.submission_id == draft_id))
    return {row.assignment_id: row.result for row in rows if row.result.strip()}


def check(actor: Actor, report_id: int, version: int | None = None) -> DistrictReport:
    """The report, fit to be signed by this actor.

    Raises Forbidden("unit_report.not_yours") where the unit's leader has to sign, BadInput("unit_report.no_number", "unit_report.no_day",
    "unit_report.no_signer", "unit_report.day"), Conflict("answer.closed") and as district_reports.locked does.
    """
    found = district_reports.locked(actor, report_id, version)
    answering.need_open(answering.place(actor, found.dispatch_id))
    if not district_report_signing.may_sign(actor, found):
        raise Forbidden("unit_report.not_yours")
    if not found.number:
        raise BadInput("unit_report.no_number", field="number")
    if found.dated_on is None:
        raise BadInput("unit_report.no_day", field="dated_on")
    if not found.signer_name or not found.signer_title:
        raise BadInput("unit_report.no_signer", field="signer_name")
    first = db.session.get_one(Dispatch, found.dispatch_id).issued_on or found.as_of
    if not first <= found.dated_on <= clock.today():
        raise BadInput("unit_report.day", first=first, today=clock.today(), field="dated_on")
    return found


def prepare(actor: Actor, report_id: int, version: int) -> papers.Prepared:
    """Draws and keeps the files; call it in a transaction that reads. Raises as check does, Unavailable("files.disk_full")."""
    found = check(actor, report_id, version)
    return papers.prepared(district_report.compose(district_reports.paper(found)), found.dated_on or found.as_of, found.version, stem(found))


def send(actor: Actor, report_id: int, prepared: papers.Prepared, chosen: frozenset[int] = frozenset()) -> Sent:
    """Signs and sends: freezes the report with its files, hands in the chosen tasks with it, mails it to the province.

    A second press finds it sent. Raises Conflict("unit_report.sent") and as check and submissions.hand_in_at_once do.
    """
    found = check(actor, report_id, prepared.version)
    answering.place(actor, found.dispatch_id, lock=True)
    kept = papers.rows(prepared)
    now = clock.now()
    values = {
        "state": "sent", "sent_at": now, "sent_by_id": actor.id, "docx_file_id": kept["docx"].id, "pdf_file_id": kept["pdf"].id, "sha256": content_hash(found),
        "signed_for": district_report_signing.may_sign(actor, found) == "for", "updated_at": now, "version": found.version + 1,
    }
    claimed = db.session.execute(
        update(DistrictReport).where(DistrictReport.id == report_id, DistrictReport.state != "sent", DistrictReport.version == prepared.version)
        .values(values).execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("unit_report.sent", number=found.number or "")
    db.session.refresh(found)
    beside = _file(actor, found, (prepared.blobs["pdf"], f"{prepared.stem}.pdf"), chosen)
    address = _mail(actor, found)
    district_reports.tell(
        actor, found, "send", public=True, signer=found.signer_name, address=address, tasks=len(chosen),
        by_proxy=tr(" (gửi thay lãnh đạo, đơn vị chưa có tài khoản lãnh đạo)") if found.signed_for else "",
    )
    return Sent(found.number or "", address, len(chosen), beside)


def content_hash(found: DistrictReport) -> str:
    """The hash of all that a report says: words, head, data and tables."""
    said = {
        "sections": found.sections, "facts": found.facts, "as_of": found.as_of, "number": found.number, "dated_on": found.dated_on,
        "signer": [found.signer_title, found.signer_name], "edition": found.edition,
    }
    return report.sha256(report.canonical(said))


def _file(actor: Actor, found: DistrictReport, file: tuple[Blob, str], chosen: frozenset[int]) -> int:
    """Puts the report in as evidence: it hands in the chosen tasks, and stands beside what was answered before; gives how many of these."""
    answered = set(db.session.scalars(select(Assignment.id).where(
        Assignment.dispatch_id == found.dispatch_id, Assignment.unit_id == found.unit_id, Assignment.state.in_((State.SUBMITTED, State.ACCEPTED)))))
    if not chosen and not answered:
        return 0
    found.submission_id = _hand_in(actor, found, file, chosen) if chosen else _sheet(actor, found, file)
    db.session.flush()
    (row,) = evidence.of([found.submission_id])
    db.session.execute(update(Evidence).where(Evidence.id == row.id).values(kind="report"))
    if beside := sorted(answered - chosen):
        db.session.execute(insert(evidence_items), [{"evidence_id": row.id, "assignment_id": id} for id in beside])
    return len(beside)


def _hand_in(actor: Actor, found: DistrictReport, file: tuple[Blob, str], chosen: frozenset[int]) -> int:
    words, see = _begun(actor, found.dispatch_id), tr("Xem báo cáo số {number}.", number=found.number)
    answers = answering.Answers(
        token=f"unit-report-{found.id}", version=0, number=found.number or "", dated_on=found.dated_on, signatory=found.signer_name,
        results={id: words.get(id, see) for id in chosen}, chosen=chosen,
    )
    return submissions.hand_in_at_once(actor, found.dispatch_id, answers, [file], "web").submission_id or 0


def _sheet(actor: Actor, found: DistrictReport, file: tuple[Blob, str]) -> int:
    """A handing-in that answers nothing anew: the report alone, beside what was answered before. Rounds and dates of those stay."""
    now = clock.now()
    sheet = Submission(
        dispatch_id=found.dispatch_id, unit_id=found.unit_id, state="submitted", submitted_at=now, channel="web", number=found.number,
        dated_on=found.dated_on, signatory=found.signer_name, created_by_id=actor.id, submitted_by_id=actor.id, created_at=now, updated_at=now,
    )
    db.session.add(sheet)
    db.session.flush()
    answering.add_files(actor, sheet.id, [file], [])
    return sheet.id


def _mail(actor: Actor, found: DistrictReport) -> str:
    """Queues the mail to the province, where the dispatch names an address; gives the address."""
    dispatch = db.session.get_one(Dispatch, found.dispatch_id)
    if not dispatch.report_to_email:
        return ""
    unit = db.session.get_one(Unit, found.unit_id)
    context: dict[str, Any] = {
        "dispatch": dispatch.number or tr("công văn"), "subject": dispatch.short_subject or dispatch.subject, "unit": unit.name, "number": found.number,
        "dated_on": found.dated_on, "edition": found.edition, "signer": found.signer_name, "by_name": actor.name,
        "url": links.absolute("unit_report", id=found.id),
    }
    mail = outbox.queue(
        "unit_report", address=dispatch.report_to_email, name=dispatch.report_to_office or "", unit_id=found.unit_id, dispatch_id=dispatch.id,
        context=context, files=[found.pdf_file_id or 0, found.docx_file_id or 0], dedupe_key=f"unit-report:{found.id}",
    )
    found.mail_id = mail.id
    return dispatch.report_to_email


def add_scan(actor: Actor, report_id: int, blob: Blob, name: str) -> StoredFile:
    """Adds a scan of the signed paper to a sent report; earlier ones stay. The same file sent again is added once.

    Raises Forbidden, NotFound, Conflict("unit_report.draft"), BadInput("unit_report.scan").
    """
    actor.need(Right.ASSIGNMENT_ANSWER)
    found = district_reports.get(actor, report_id)
    if found.state != "sent":
        raise Conflict("unit_report.draft")
    for row in scans(found):
        if row.sha256 == blob.sha256:
            return row
    row = files.receive(actor, blob, name)
    if row.media_type != papers.TYPES["pdf"] and not row.media_type.startswith("image/"):
        raise BadInput("unit_report.scan", name=row.name)
    db.session.flush()
    db.session.add(DistrictReportScan(report_id=found.id, file_id=row.id, added_by_id=actor.id, added_at=clock.now()))
    district_reports.tell(actor, found, "scan", public=True, name=row.name)
    return row


def scans(found: DistrictReport) -> list[StoredFile]:
    """The scans of the signed paper, the first one first."""
    wanted = select(StoredFile).join(DistrictReportScan, DistrictReportScan.file_id == StoredFile.id).where(DistrictReportScan.report_id == found.id)
    return list(db.session.scalars(wanted.order_by(DistrictReportScan.id)))
