"""Reports as people meet them: ask for one, look at it, send it, set when it comes by itself."""
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, defer

from tracker import clock
from tracker.adapters import jobs
from tracker.db import db
from tracker.domain import report, report_period
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.report_document import Data, dated
from tracker.domain.report_period import PeriodData
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.reports import Report, ReportFile
from tracker.models.units import Unit
from tracker.services import history, links, outbox, people, standing

COMPILE = "reports.compile"
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


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reports are listed: of one scope, in one state, of one dispatch; "" and None for all."""

    scope: str = ""
    state: str = ""
    dispatch_id: int | None = None


def listed(actor: Actor, dispatch_id: int | None = None, before: int | None = None, wanted: Filter | None = None) -> list[Row[Any]]:
    """The newest reports (of one dispatch, or of all), without their data; before: the id of the last one shown.

    A unit sees only finished ones that are not replaced, of dispatches that were issued to it, or over a period in which it had any.
    """
    actor.need(Right.REPORT_READ)
    chosen = wanted or Filter(dispatch_id=dispatch_id)
    query = (
        select(
            Report.id, Report.dispatch_id, Report.as_of, Report.state, Report.done, Report.total, Report.created_at, Report.finished_at,
            Report.schedule_id, Report.kind, Report.meeting_at, Report.scope, Report.field, Report.period_from, Report.period_to, Report.version,
            exists().where(_newer.replaces_id == Report.id, _newer.state == "ready").label("replaced"),
            Unit.name.label("unit_name"), Person.name.label("by"), Mail.state.label("mail_state"), Mail.sent_at,
            Dispatch.number, Dispatch.short_subject, Dispatch.subject,
        )
        .outerjoin(Dispatch, Dispatch.id == Report.dispatch_id).outerjoin(Unit, Unit.id == Report.unit_id)
        .outerjoin(Person, Person.id == Report.created_by_id)
        .outerjoin(Mail, Mail.id == Report.mail_id)
        .order_by(Report.id.desc()).limit(PAGE)
    )
    for value, column in ((chosen.dispatch_id, Report.dispatch_id), (chosen.scope, Report.scope), (chosen.state, Report.state)):
        if value:
            query = query.where(column == value)
    if before is not None:
        query = query.where(Report.id < before)
    if not actor.sees_all_units:
        query = query.where(Report.state == "ready", _of_unit(actor))
    return list(db.session.execute(query))


_newer, _given = aliased(Report), aliased(Dispatch)


def _of_unit(actor: Actor) -> ColumnElement[bool]:
    """Whether a report may hold something of the actor's unit."""
    ours = exists().where(DispatchRecipient.dispatch_id == Report.dispatch_id, DispatchRecipient.unit_id == actor.unit_id)
    # In a period: a dispatch of those days, or one from before it; a field's only by its dispatches.
    given = exists().where(
        DispatchRecipient.unit_id == actor.unit_id, _given.id == DispatchRecipient.dispatch_id,
        func.coalesce(_given.issued_on, Report.period_to) <= Report.period_to, or_(Report.scope != "field", _given.field == Report.field),
    )
    own = or_(ours, and_(Report.scope == "unit", Report.unit_id == actor.unit_id), and_(Report.scope.in_(("period", "field")), given))
    # A pack for a meeting is the province's alone.
    return and_(Report.kind == "report", own)


def get(actor: Actor, report_id: int) -> Report:
    """One report; its data is loaded only when asked for. Raises NotFound, for a unit also while it is being made."""
    actor.need(Right.REPORT_READ)
    found = db.session.get(Report, report_id, options=[defer(Report.data)], populate_existing=True)
    if found is None:
        raise NotFound()
    if actor.sees_all_units:
        return found
    own = select(Report.id).where(Report.id == report_id, Report.state == "ready", _of_unit(actor))
    if db.session.scalar(own) is None:
        raise NotFound()
    return found


def data(actor: Actor, found: Report) -> Data:
    """What the report shows this actor: the province's whole, or the unit's own part. Raises NotFound, Conflict("report.altered")."""
    whole = stored_data(found)
    if actor.sees_all_units:
        return whole
    code = db.session.scalar(select(Unit.code).where(Unit.id == actor.unit_id))
    try:
        return whole.for_unit(code or "")
    except KeyError:
        raise NotFound() from None


def stored_data(found: Report) -> Data:
    """The whole that a report was made from, with the day it bears. Raises NotFound where there is none, Conflict("report.altered")."""
    if found.data is None:
        raise NotFound()
    text = report.canonical(found.data)
    if report.sha256(text) != found.sha256:
        raise Conflict("report.altered")
    return dated((report.from_json if found.scope == "dispatch" else report_period.from_json)(text), found.signed_on)


def versions(found: Report) -> list[Row[Any]]:
    """All versions of a report, the newest first: id, version, state, as_of, reason, finished_at, and who ordered it."""
    first = found.id
    while (older := db.session.scalar(select(Report.replaces_id).where(Report.id == first))) is not None:
        first = older
    chain = select(Report.id).where(Report.id == first).cte("chain", recursive=True)
    chain = chain.union_all(select(Report.id).join(chain, Report.replaces_id == chain.c.id))
    wanted = select(Report.id, Report.version, Report.state, Report.as_of, Report.reason, Report.finished_at, Report.sha256, Person.name.label("by"))
    return list(db.session.execute(
        wanted.outerjoin(Person, Person.id == Report.created_by_id).where(Report.id.in_(select(chain.c.id))).order_by(Report.version.desc(), Report.id.desc())
    ))


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


def touched(statement: Update) -> bool:
    """Whether a conditional update found its row."""
    return bool(db.session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def address_to(actor: Actor, dispatch_id: int, raw: str) -> str:
    """Sets the address that the dispatch's reports go to; gives it. Raises NotFound for a draft, BadInput("person.email")."""
    actor.need(Right.REPORT_COMPILE)
    about = dispatch(actor, dispatch_id)
    before, about.report_to_email = about.report_to_email, people.clean_email(raw)
    history.record(actor, "report.address", dispatch_id=dispatch_id, before=before, after=about.report_to_email)
    return about.report_to_email


def send(actor: Actor, report_id: int, told_before: int = 0, to: str = "") -> Mail:
    """Mails the province's report to the given address, else to where it goes; told_before: the mail that the page showed as the last one.

    Pressing twice on one page sends once: both carry the same told_before. Raises NotFound, Conflict("report.not_ready"),
    BadInput("report.no_address", "person.email").
    """
    actor.need(Right.REPORT_COMPILE)
    found = get(actor, report_id)
    if found.state != "ready":
        raise Conflict("report.not_ready")
    if to.strip():
        found.mail_to = people.clean_email(to)
    return queue_mail(actor, found, told_before)


def goes_to(found: Report) -> str:
    """Where a report goes: its own address, else the report-to address of its dispatch; empty where there is none."""
    own = select(Dispatch.report_to_email).where(Dispatch.id == found.dispatch_id)
    return found.mail_to or (db.session.scalar(own) if found.dispatch_id else "") or ""


def queue_mail(actor: Actor, found: Report, told_before: int = 0) -> Mail:
    """Queues the mail of a finished report. Raises BadInput("report.no_address") where it has nowhere to go."""
    address = goes_to(found)
    if not address:
        raise BadInput("report.no_address")
    about = db.session.get(Dispatch, found.dispatch_id) if found.dispatch_id else None
    context = {
        "title": title(found), "as_of": found.as_of, "counts": ((found.data or {}).get("figures") or {}).get("total", {}),
        "url": links.absolute("report", id=found.id), "by_name": actor.name, "version": found.version,
    }
    own = select(ReportFile.file_id).where(ReportFile.report_id == found.id, ReportFile.unit_id.is_(None)).order_by(ReportFile.format)
    mail = outbox.queue(
        "report", address=address, name=(about.report_to_office if about else "") or "", context=context, dispatch_id=found.dispatch_id,
        files=list(db.session.scalars(own)), dedupe_key=f"report:{found.id}:{told_before}",
    )
    found.mail_id = mail.id
    if found.kind == "report":
        # With the report on its way each unit is told its own line of it, once.
        standing.tell_once(actor, found)
    history.record(actor, "report.send", dispatch_id=found.dispatch_id, report_id=found.id, address=address)
    return mail


def title(found: Report) -> str:
    """What a report is about, in a few words: "931-CV/HNDT", "01/08/2026 đến 31/08/2026", "Huyện Hà Trung, …", "Tín dụng, …", "giao ban …"."""
    if found.kind == "briefing":
        return f"giao ban {clock.local(found.meeting_at):%H:%M %d/%m/%Y}" if found.meeting_at else tr("giao ban, số liệu {as_of}",
            as_of=f'{found.as_of:%d/%m/%Y}')
    if found.dispatch_id is not None:
        about = db.session.get_one(Dispatch, found.dispatch_id)
        return f"{about.number or 'công văn'} “{about.short_subject or about.subject}”"
    unit = db.session.scalar(select(Unit.name).where(Unit.id == found.unit_id)) if found.unit_id else found.field
    return tr("{more}{period_from} đến {period_to}", more=f'{unit}, ' if unit else '', period_from=f'{found.period_from:%d/%m/%Y}',
        period_to=f'{found.period_to:%d/%m/%Y}')


def mail_of(found: Report) -> Mail | None:
    """The last mail that carried this report."""
    return db.session.get(Mail, found.mail_id) if found.mail_id else None


def as_text(found: Data) -> str:
    """The data in the one spelling that is hashed."""
    return report_period.to_json(found) if isinstance(found, PeriodData) else report.to_json(found)


def as_dict(found: Data) -> dict[str, Any]:
    """The data as the JSON column keeps it."""
    kept: dict[str, Any] = json.loads(as_text(found))
    return kept
