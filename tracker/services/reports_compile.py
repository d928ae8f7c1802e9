"""Compiling: a worker claims the row, draws the files with no transaction open, and records them all at once."""
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import IO, Any, NamedTuple

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import defer

from tracker import clock, i18n
from tracker.adapters import csv, docx, jobs, memory, pdf, xlsx
from tracker.adapters.files import Blob, store
from tracker.db import db
from tracker.domain import briefing
from tracker.domain import report_period_sheets as sheets
from tracker.domain.access import MACHINE
from tracker.domain.briefing import Meeting
from tracker.domain.errors import BadInput, DomainError, Unavailable
from tracker.domain.report import Kind, ReportData, sha256
from tracker.domain.report_changes import as_json, changes
from tracker.domain.report_document import Data, compose, dated
from tracker.domain.report_layout import Document
from tracker.domain.report_narrative import Edit
from tracker.domain.report_period import PeriodData
from tracker.domain.report_period_body import abstract
from tracker.models.dispatches import DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.reports import Report, ReportFile
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import briefings, history, report_edits, report_facts, report_orders, report_period_facts, report_period_list, reports
from tracker.services.report_period_facts import Rewound

log = logging.getLogger(__name__)

#: A report whose worker has shown no progress for so long has lost it; one that lost three is given up.
SILENT = timedelta(minutes=3)
TRIES = 3
#: How long a failed one rests before it is tried again by itself: after the first time, after the second.
RESTS = (timedelta(minutes=1), timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Wording:
    """What the clerk made of the report: sentences in other words, the number and the day that it bears; meeting: of a pack for one."""

    edits: Mapping[str, Edit] = field(default_factory=dict)
    number: str = ""
    signed_on: date | None = None
    meeting: Meeting | None = None


PLAIN = Wording()


#: Format: how a document is drawn, and its type.
DOCUMENTS: dict[str, tuple[Callable[[Document, date], bytes], str]] = {"docx": (docx.package, docx.MEDIA_TYPE), "pdf": (pdf.draw, "application/pdf")}
#: Format: how the rows of one dispatch's report are drawn, and its type.
TABLES: dict[str, tuple[Callable[[ReportData], bytes], str]] = {"xlsx": (xlsx.render, xlsx.MEDIA_TYPE), "csv": (csv.render, csv.MEDIA_TYPE)}
FORMATS = (*DOCUMENTS, *TABLES)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one report: attempt grows with every claim, so that a worker that was given up cannot record."""

    report_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One file that is ready: unit code ("" for the province's), format, name, content type, bytes; file: where they are too many to hold."""

    unit_code: str
    format: str
    name: str
    media_type: str
    content: bytes
    file: IO[bytes] | None = None


class Facts(NamedTuple):
    """What a claimed report is made from (gathered, or kept from before), the clerk's words, and what differs from the version before.

    rewound: of a period just gathered, the assignments that changed since the cut-off; None where its tables stand already.
    """

    data: Data
    wording: Wording
    differ: list[dict[str, Any]] | None
    rewound: list[Rewound] | None


def claim(report_id: int) -> Claim | None:
    """Takes a waiting report, or one whose worker fell silent. None where it is done, failed, or in other hands."""
    now = clock.now()
    free = or_(Report.state == "queued", Report.cancel_wanted.is_(False) & (Report.state == "running") & (Report.claimed_at < now - SILENT))
    attempt = db.session.execute(
        update(Report).where(Report.id == report_id, free)
        .values(state="running", claimed_at=now, attempts=Report.attempts + 1, tries=Report.tries + 1, next_attempt_at=None, done=0, total=0)
        .returning(Report.attempts).execution_options(synchronize_session=False)
    ).scalar()
    return Claim(report_id, attempt) if attempt else None


def facts(claimed: Claim) -> Facts:
    """Reads it all; in one transaction of one moment, so that all files agree. Raises NotFound, Conflict("report.altered")."""
    row = db.session.get_one(Report, claimed.report_id, populate_existing=True)
    data, rewound = (reports.stored_data(row), None) if row.data is not None else _gathered(row)
    replaced = db.session.get(Report, row.replaces_id) if row.replaces_id else None
    before = briefings.before(row) if row.kind == "briefing" else replaced
    differ = as_json(changes(reports.stored_data(before), data)) if before and before.data is not None else None
    return Facts(data, Wording(report_edits.of(row.id), row.number or "", row.signed_on, briefings.meeting(row, differ or ())), differ, rewound)


def _gathered(row: Report) -> tuple[Data, list[Rewound] | None]:
    if row.dispatch_id is not None:
        return report_facts.gather(row.dispatch_id, row.as_of), None
    with memory.no_search_for_circles():
        return report_period_facts.gather_with_lines(report_orders.wanted_of(row))


def tables(claimed: Claim, found: Facts) -> list[Drawn]:
    """The .xlsx and the .csv of a period with one row an assignment, drawn while they are read: call it in the transaction of facts.

    Nothing for one dispatch, whose rows are in its data, and where the words alone are drawn anew: then they stand as they are.
    """
    if found.rewound is None or not isinstance(found.data, PeriodData):
        return []
    data, book, list_ = found.data, tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
    wanted = report_orders.wanted_of(db.session.get_one(Report, claimed.report_id))
    with memory.no_search_for_circles():
        rows = csv.passing(list_, sheets.LINE_HEAD[:-1], report_period_list.rows(wanted, data, found.rewound), but_last=True)
        xlsx.write(book, f"Báo cáo {abstract(data)}", data.letterhead.issuer, data.as_of, [*sheets.sheets(data), sheets.list_sheet(data, rows)])
    return [
        Drawn("", format_, file_name(data, format_), TABLES[format_][1], b"", file) for format_, file in (("xlsx", book), ("csv", list_))
    ]


def parts(data: Data) -> list[Data]:
    """The province's report, then (of one dispatch) one for each unit."""
    if isinstance(data, PeriodData):
        return [data]
    return [data, *(data.for_unit(unit.code) for unit in data.units)]


def draw(part: Data, wording: Wording = PLAIN) -> Iterator[Drawn]:
    """The documents of one part, and of one dispatch its tables. Call it with no transaction open."""
    own = isinstance(part, PeriodData) or part.kind == Kind.PROVINCE
    code = "" if isinstance(part, PeriodData) or own else part.units[0].code
    part = dated(part, wording.signed_on if own else None)
    if isinstance(part, PeriodData) and wording.meeting:
        document = briefing.compose(part, wording.meeting, wording.edits, wording.number)
    else:
        document = compose(part, wording.edits if own else None, wording.number if own else "")
    for format_, (render, media_type) in DOCUMENTS.items():
        yield Drawn(code, format_, file_name(part, format_), media_type, render(document, part.prepared_on or part.as_of))
    if not isinstance(part, PeriodData):
        for format_, (tabulate, media_type) in TABLES.items():
            yield Drawn(code, format_, file_name(part, format_), media_type, tabulate(part))


def file_name(part: Data, ending: str) -> str:
    """Plain ASCII, so that every mail program and zip reads it: bao-cao-931-cv-hndt-392-huyen-ha-trung-2026-09-08.pdf."""
    if isinstance(part, PeriodData):
        of = f"{part.about} tu {part.period_from.isoformat()} den {part.period_to.isoformat()}"
    else:
        unit = f"{part.units[0].code} {part.units[0].name}" if part.kind == Kind.DISTRICT else "tong hop"
        of = f"{part.dispatch.number} {unit}"
    stem = fold(f"bao cao {of}").replace(" ", "-")[:150]
    return f"{stem}-{part.as_of.isoformat()}.{ending}"


def keep(drawn: Drawn) -> Blob:
    """Puts the bytes on disk, before any row tells of them. Raises Unavailable("files.disk_full")."""
    if drawn.file is None:
        return store().put_bytes(drawn.content, drawn.name)
    with drawn.file:
        drawn.file.seek(0)
        return store().put(drawn.file, drawn.name)


def progress(claimed: Claim, done: int, total: int) -> bool:
    """Shows how far it has come; False where the work should stop: the claim was lost, or somebody wished it stopped (which is then done)."""
    if _mine(claimed, Report.cancel_wanted.is_(False), done=done, total=total, claimed_at=clock.now()):
        return True
    _mine(claimed, Report.cancel_wanted, state="cancelled", finished_at=clock.now())
    return False


def record(claimed: Claim, data: Data, drawn: list[tuple[Drawn, Blob]], differ: list[dict[str, Any]] | None = None) -> bool:
    """Writes the files' rows, the data and its hash, and makes the report ready; False where the claim was lost meanwhile."""
    text, now = reports.as_text(data), clock.now()
    # The text itself becomes the column's value: read back into objects only to be written again, it would stand in memory three times.
    values = {
        "state": "ready", "data": func.json(text), "sha256": sha256(text), "changes": differ, "error": None, "prepared_on": clock.today(), "finished_at": now,
    }
    if not _mine(claimed, **values):
        return False
    formats = {d.format for d, _ in drawn}
    db.session.execute(delete(ReportFile).where(ReportFile.report_id == claimed.report_id, ReportFile.format.in_(formats)))
    rows = [StoredFile(sha256=b.sha256, size=b.size, media_type=d.media_type, name=d.name, created_at=now) for d, b in drawn]
    db.session.add_all(rows)
    db.session.flush()
    units = _units(data)
    db.session.add_all(
        ReportFile(report_id=claimed.report_id, unit_id=units[d.unit_code] if d.unit_code else None, format=d.format, file_id=row.id)
        for (d, _), row in zip(drawn, rows, strict=True)
    )
    _finish(db.session.get_one(Report, claimed.report_id, options=[defer(Report.data)], populate_existing=True))
    return True


def _units(data: Data) -> dict[str, int]:
    """The ids of the units that get files of their own, by code."""
    if isinstance(data, PeriodData):
        return {}
    wanted = select(Unit.code, Unit.id).join(DispatchRecipient, DispatchRecipient.unit_id == Unit.id)
    return {code: unit_id for code, unit_id in db.session.execute(wanted.where(DispatchRecipient.dispatch_id == data.dispatch.id))}


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
    """Records why it came to nothing, in plain words; what may pass is tried again by itself, and the clerk can order it again."""
    text = i18n.words(error) if isinstance(error, DomainError) else i18n.say("report.failed")
    tries = db.session.scalar(select(Report.tries).where(Report.id == claimed.report_id)) or 0
    passing = isinstance(error, Unavailable) or not isinstance(error, DomainError)
    again = clock.now() + RESTS[tries - 1] if passing and 0 < tries <= len(RESTS) else None
    _mine(claimed, state="failed", error=text, finished_at=clock.now(), next_attempt_at=again)


def _mine(claimed: Claim, *conditions: Any, **values: object) -> bool:
    return reports.touched(
        update(Report).where(Report.id == claimed.report_id, Report.state == "running", Report.attempts == claimed.attempt, *conditions).values(**values))


def sweep() -> int:
    """Wakes a worker for every report that waits, whose worker fell silent or whose rest is over, and gives up those that lost three.

    Gives how many were woken.
    """
    now = clock.now()
    lost = (Report.state == "running") & (Report.claimed_at < now - SILENT)
    for chosen, values in (
        (lost & Report.cancel_wanted, {"state": "cancelled", "finished_at": now}),
        (lost & (Report.tries >= TRIES), {"state": "failed", "error": i18n.say("report.given_up"), "finished_at": now}),
        ((Report.state == "failed") & (Report.next_attempt_at <= now), {"state": "queued", "next_attempt_at": None, "finished_at": None}),
    ):
        db.session.execute(update(Report).where(chosen).values(**values).execution_options(synchronize_session=False))
    waiting = list(db.session.scalars(select(Report.id).where(or_(Report.state == "queued", lost)).order_by(Report.id)))
    for report_id in waiting:
        jobs.enqueue(reports.COMPILE, report_id)
    return len(waiting)
