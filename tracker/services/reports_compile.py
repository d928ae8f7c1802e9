"""Compiling: a worker claims the row, draws the files with no transaction open, and records them all at once."""
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from tracker import clock, i18n
from tracker.adapters import docx, jobs, pdf, xlsx
from tracker.adapters.files import Blob, store
from tracker.db import db
from tracker.domain import report
from tracker.domain.access import MACHINE
from tracker.domain.errors import BadInput, DomainError
from tracker.domain.report import Kind, ReportData
from tracker.models.dispatches import DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.reports import Report, ReportFile
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import history, report_facts, reports

log = logging.getLogger(__name__)

#: A report whose worker has shown no progress for so long has lost it; one that lost three is given up.
SILENT = timedelta(seconds=90)
TRIES = 3
RENDERERS: dict[str, tuple[Callable[[ReportData], bytes], str]] = {
    "docx": (docx.render, docx.MEDIA_TYPE),
    "pdf": (pdf.render, "application/pdf"),
    "xlsx": (xlsx.render, xlsx.MEDIA_TYPE),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one report: attempt grows with every claim, so that a worker that was given up cannot record."""

    report_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One file that is ready: unit code ("" for the province's), format, name, content type, bytes."""

    unit_code: str
    format: str
    name: str
    media_type: str
    content: bytes


def claim(report_id: int) -> Claim | None:
    """Takes a waiting report, or one whose worker fell silent. None where it is done, failed, or in other hands."""
    now = clock.now()
    free = or_(Report.state == "queued", (Report.state == "running") & (Report.claimed_at < now - SILENT))
    attempt = db.session.execute(
        update(Report).where(Report.id == report_id, free)
        .values(state="running", claimed_at=now, attempts=Report.attempts + 1, done=0, total=0)
        .returning(Report.attempts).execution_options(synchronize_session=False)
    ).scalar()
    return Claim(report_id, attempt) if attempt else None


def facts(claimed: Claim) -> ReportData:
    """What the claimed report is made from; read in one transaction, so that all its files agree."""
    row = db.session.execute(select(Report.dispatch_id, Report.as_of).where(Report.id == claimed.report_id)).one()
    return report_facts.gather(row.dispatch_id, row.as_of)


def parts(data: ReportData) -> list[ReportData]:
    """The province's report, then one for each unit."""
    return [data, *(data.for_unit(unit.code) for unit in data.units)]


def draw(part: ReportData) -> Iterator[Drawn]:
    """The files of one part in every format. Call it with no transaction open."""
    code = part.units[0].code if part.kind == Kind.DISTRICT else ""
    for format_, (render, media_type) in RENDERERS.items():
        yield Drawn(code, format_, file_name(part, format_), media_type, render(part))


def file_name(part: ReportData, ending: str) -> str:
    """Plain ASCII, so that every mail program and zip reads it: bao-cao-931-cv-hndt-392-huyen-ha-trung-2026-09-08.pdf."""
    of = f"{part.units[0].code} {part.units[0].name}" if part.kind == Kind.DISTRICT else "tong hop"
    stem = fold(f"bao cao {part.dispatch.number} {of}").replace(" ", "-")[:150]
    return f"{stem}-{part.as_of.isoformat()}.{ending}"


def keep(drawn: Drawn) -> Blob:
    """Puts the bytes on disk, before any row tells of them. Raises Unavailable("files.disk_full")."""
    return store().put_bytes(drawn.content, drawn.name)


def progress(claimed: Claim, done: int, total: int) -> bool:
    """Shows how far it has come; False where the claim was lost and the work should stop."""
    return _mine(claimed, done=done, total=total, claimed_at=clock.now())


def record(claimed: Claim, data: ReportData, drawn: list[tuple[Drawn, Blob]]) -> bool:
    """Writes the files' rows, the data and its hash, and makes the report ready; False where the claim was lost meanwhile."""
    kept = reports.as_dict(data)
    values = {"state": "ready", "data": kept, "sha256": report.sha256(report.canonical(kept)), "error": None, "finished_at": clock.now()}
    if not _mine(claimed, **values):
        return False
    db.session.execute(delete(ReportFile).where(ReportFile.report_id == claimed.report_id))
    units = {row.code: row.id for row in db.session.execute(
        select(Unit.code, Unit.id).join(DispatchRecipient, DispatchRecipient.unit_id == Unit.id)
        .where(DispatchRecipient.dispatch_id == data.dispatch.id))}
    now = clock.now()
    rows = [StoredFile(sha256=b.sha256, size=b.size, media_type=d.media_type, name=d.name, created_at=now) for d, b in drawn]
    db.session.add_all(rows)
    db.session.flush()
    db.session.add_all(
        ReportFile(report_id=claimed.report_id, unit_id=units[d.unit_code] if d.unit_code else None, format=d.format, file_id=row.id)
        for (d, _), row in zip(drawn, rows, strict=True)
    )
    _finish(db.session.get_one(Report, claimed.report_id, populate_existing=True))
    return True


def _finish(found: Report) -> None:
    history.record(MACHINE, "report.ready", dispatch_id=found.dispatch_id, report_id=found.id, as_of=found.as_of.isoformat())
    if not found.mail_wanted or found.mail_id:
        return
    try:
        reports.queue_mail(MACHINE, found)
    except BadInput as error:
        # The report itself is good: what could not be sent is told on its page.
        found.error = i18n.words(error)


def fail(claimed: Claim, error: Exception) -> None:
    """Records why it came to nothing, in plain words; the clerk can order it again."""
    text = i18n.words(error) if isinstance(error, DomainError) else i18n.say("report.failed")
    _mine(claimed, state="failed", error=text, finished_at=clock.now())


def _mine(claimed: Claim, **values: object) -> bool:
    changed = db.session.execute(
        update(Report)
        .where(Report.id == claimed.report_id, Report.state == "running", Report.attempts == claimed.attempt)
        .values(**values).execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def sweep() -> int:
    """Wakes a worker for every report that waits or whose worker fell silent, and gives up those that lost three; how many were woken."""
    lost = (Report.state == "running") & (Report.claimed_at < clock.now() - SILENT)
    db.session.execute(
        update(Report).where(lost, Report.attempts >= TRIES)
        .values(state="failed", error=i18n.say("report.given_up"), finished_at=clock.now()).execution_options(synchronize_session=False)
    )
    waiting = list(db.session.scalars(select(Report.id).where(or_(Report.state == "queued", lost)).order_by(Report.id)))
    for report_id in waiting:
        jobs.enqueue(reports.COMPILE, report_id)
    return len(waiting)
