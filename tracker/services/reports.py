"""Reports as people meet them: ask for one, look at it, send it, set when it comes by itself."""
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, exists, select, update
from sqlalchemy.orm import defer

from tracker import clock
from tracker.adapters import jobs
from tracker.db import db
from tracker.domain import report
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.report import ReportData
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.reports import Report, ReportFile
from tracker.models.units import Unit
from tracker.services import history, links, outbox, people, standing

COMPILE = "reports.compile"
FORMATS = ("docx", "pdf", "xlsx")
PAGE = 50


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file to download: whose report it is ("" for the province's), its format, and the stored file."""

    unit_code: str
    unit_name: str
    format: str
    file_id: int
    size: int


def request_report(
    actor: Actor, dispatch_id: int, as_of: date, *, schedule_id: int | None = None, mail_wanted: bool = False
) -> Report:
    """Orders a report of an issued dispatch with its cut-off day, to be compiled by a worker.

    Raises NotFound for a draft or none, BadInput("report.as_of") for a day before the dispatch or after today.
    """
    actor.need(Right.REPORT_COMPILE)
    check_cut_off(dispatch_id, as_of)
    row = Report(
        dispatch_id=dispatch_id, as_of=as_of, schedule_id=schedule_id, mail_wanted=mail_wanted, created_by_id=actor.id, created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    history.record(actor, "report.request", dispatch_id=dispatch_id, report_id=row.id, as_of=as_of.isoformat())
    jobs.enqueue(COMPILE, row.id)
    return row


def check_cut_off(dispatch_id: int, as_of: date) -> None:
    """Raises NotFound for a dispatch that is a draft or none, BadInput for a cut-off before it was issued or after today."""
    issued_at = db.session.scalar(select(Dispatch.issued_at).where(Dispatch.id == dispatch_id))
    if issued_at is None:
        raise NotFound()
    first, today = clock.local(issued_at).date(), clock.today()
    if not first <= as_of <= today:
        raise BadInput("report.as_of", first=first, today=today)


def dispatch(actor: Actor, dispatch_id: int) -> Dispatch:
    """The issued dispatch that reports are asked for, as the actor may see it. Raises NotFound."""
    actor.need(Right.REPORT_READ)
    found = db.session.get(Dispatch, dispatch_id)
    if found is None or found.issued_at is None or not _may_see(actor, dispatch_id):
        raise NotFound()
    return found


def _may_see(actor: Actor, dispatch_id: int) -> bool:
    if actor.sees_all_units:
        return True
    return bool(db.session.scalar(select(exists().where(
        DispatchRecipient.dispatch_id == dispatch_id, DispatchRecipient.unit_id == actor.unit_id))))


def listed(actor: Actor, dispatch_id: int | None = None, before: int | None = None) -> list[Row[Any]]:
    """The newest reports (of one dispatch, or of all), without their data; before: the id of the last one shown.

    A unit sees only finished ones of dispatches that were issued to it.
    """
    actor.need(Right.REPORT_READ)
    query = (
        select(
            Report.id, Report.dispatch_id, Report.as_of, Report.state, Report.done, Report.total, Report.created_at, Report.finished_at,
            Report.schedule_id, Person.name.label("by"), Mail.state.label("mail_state"), Mail.sent_at,
            Dispatch.number, Dispatch.short_subject, Dispatch.subject,
        )
        .join(Dispatch, Dispatch.id == Report.dispatch_id)
        .outerjoin(Person, Person.id == Report.created_by_id)
        .outerjoin(Mail, Mail.id == Report.mail_id)
        .order_by(Report.id.desc()).limit(PAGE)
    )
    if dispatch_id is not None:
        query = query.where(Report.dispatch_id == dispatch_id)
    if before is not None:
        query = query.where(Report.id < before)
    if not actor.sees_all_units:
        ours = exists().where(DispatchRecipient.dispatch_id == Report.dispatch_id, DispatchRecipient.unit_id == actor.unit_id)
        query = query.where(Report.state == "ready", ours)
    return list(db.session.execute(query))


def get(actor: Actor, report_id: int) -> Report:
    """One report; its data is loaded only when asked for. Raises NotFound, for a unit also while it is being made."""
    actor.need(Right.REPORT_READ)
    found = db.session.get(Report, report_id, options=[defer(Report.data)])
    if found is None or not _may_see(actor, found.dispatch_id) or (not actor.sees_all_units and found.state != "ready"):
        raise NotFound()
    return found


def data(actor: Actor, found: Report) -> ReportData:
    """What the report shows this actor: the province's whole, or the unit's own part. Raises NotFound, Conflict("report.altered")."""
    if found.data is None:
        raise NotFound()
    text = report.canonical(found.data)
    if report.sha256(text) != found.sha256:
        raise Conflict("report.altered")
    whole = report.from_json(text)
    if actor.sees_all_units:
        return whole
    code = db.session.scalar(select(Unit.code).where(Unit.id == actor.unit_id))
    try:
        return whole.for_unit(code or "")
    except KeyError:
        raise NotFound() from None


def files(actor: Actor, found: Report) -> list[FileLine]:
    """The files of a finished report that the actor may open: all of them, or those of the own unit."""
    wanted = [ReportFile.report_id == found.id] + ([] if actor.sees_all_units else [ReportFile.unit_id == actor.unit_id])
    rows = db.session.execute(
        select(Unit.code, Unit.name, ReportFile.format, ReportFile.file_id, StoredFile.size)
        .join(StoredFile, StoredFile.id == ReportFile.file_id)
        .outerjoin(Unit, Unit.id == ReportFile.unit_id)
        .where(*wanted)
        .order_by(Unit.code, ReportFile.format)
    )
    lines = [FileLine(row.code or "", row.name or "", row.format, row.file_id, row.size) for row in rows]
    return sorted(lines, key=lambda line: (line.unit_code != "", line.unit_code, line.format))


def stored(actor: Actor, found: Report) -> list[StoredFile]:
    """The rows of the same files, for packing them together."""
    ids = [line.file_id for line in files(actor, found)]
    return list(db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)).order_by(StoredFile.id)))


def retry(actor: Actor, report_id: int) -> Report:
    """Orders a failed report again. Raises NotFound, Conflict("report.not_failed")."""
    actor.need(Right.REPORT_COMPILE)
    found = get(actor, report_id)
    changed = db.session.execute(
        update(Report).where(Report.id == report_id, Report.state == "failed")
        .values(state="queued", error=None, done=0, attempts=0, claimed_at=None).execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict("report.not_failed")
    jobs.enqueue(COMPILE, report_id)
    return found


def address_to(actor: Actor, dispatch_id: int, raw: str) -> str:
    """Sets the address that the dispatch's reports go to; gives it. Raises NotFound for a draft, BadInput("person.email")."""
    actor.need(Right.REPORT_COMPILE)
    about = dispatch(actor, dispatch_id)
    before, about.report_to_email = about.report_to_email, people.clean_email(raw)
    history.record(actor, "report.address", dispatch_id=dispatch_id, before=before, after=about.report_to_email)
    return about.report_to_email


def send(actor: Actor, report_id: int, told_before: int = 0) -> Mail:
    """Mails the province's report to the dispatch's report-to address; told_before: the mail that the page showed as the last one.

    Pressing twice on one page sends once: both carry the same told_before. Raises NotFound, Conflict("report.not_ready"),
    BadInput("report.no_address").
    """
    actor.need(Right.REPORT_COMPILE)
    found = get(actor, report_id)
    if found.state != "ready":
        raise Conflict("report.not_ready")
    return queue_mail(actor, found, told_before)


def queue_mail(actor: Actor, found: Report, told_before: int = 0) -> Mail:
    """Queues the mail of a finished report. Raises BadInput("report.no_address") where the dispatch names none."""
    about = db.session.get_one(Dispatch, found.dispatch_id)
    if not about.report_to_email:
        raise BadInput("report.no_address")
    counts = ((found.data or {}).get("figures") or {}).get("total", {})
    context = {
        "number": about.number or "", "subject": about.short_subject or about.subject, "as_of": found.as_of, "counts": counts,
        "url": links.absolute("report", id=found.id), "by_name": actor.name,
    }
    own = select(ReportFile.file_id).where(ReportFile.report_id == found.id, ReportFile.unit_id.is_(None)).order_by(ReportFile.format)
    mail = outbox.queue(
        "report", address=about.report_to_email, name=about.report_to_office or "", context=context, dispatch_id=about.id,
        files=list(db.session.scalars(own)), dedupe_key=f"report:{found.id}:{told_before}",
    )
    found.mail_id = mail.id
    # With the report on its way each unit is told its own line of it, once.
    standing.tell_once(actor, found)
    history.record(actor, "report.send", dispatch_id=about.id, report_id=found.id, address=about.report_to_email)
    return mail


def mail_of(found: Report) -> Mail | None:
    """The last mail that carried this report."""
    return db.session.get(Mail, found.mail_id) if found.mail_id else None


def as_dict(found: ReportData) -> dict[str, Any]:
    """The data as the JSON column keeps it."""
    kept: dict[str, Any] = json.loads(report.to_json(found))
    return kept
