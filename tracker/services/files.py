"""Files that people hand in: what may be taken, and who may read what was taken."""
import unicodedata
from collections.abc import Sequence
from typing import IO, Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, insert, or_, select

from tracker import clock
from tracker.adapters import media, scanner
from tracker.adapters.files import Blob, store
from tracker.config import Settings
from tracker.db import db, write
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput, NotFound
from tracker.models.dispatches import Dispatch, DispatchFile, DispatchRecipient
from tracker.models.district_reports import DistrictReport, DistrictReportScan
from tracker.models.extensions import Extension
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile
from tracker.models.letters import Letter, LetterUnit
from tracker.models.objections import Objection
from tracker.models.reports import Report, ReportFile
from tracker.models.submissions import Evidence, Submission
from tracker.services import office

LONGEST_NAME = 255
_ADD = insert(StoredFile).returning(StoredFile.id, StoredFile.sha256, StoredFile.name, StoredFile.uploaded_by_id)
ALIASES = {"jpeg": "jpg", "jpe": "jpg", "heif": "heic"}


def take(stream: IO[bytes], name: str) -> Blob:
    """Checks an upload's type and size, has it scanned and puts its bytes on disk; call it before a transaction opens.

    Raises BadInput (empty, type, mismatch, infected), TooLarge, Unavailable("files.disk_full", "files.scan_later"); nothing is kept then.
    """
    name = clean_name(name)
    _check(stream, name)
    return store().put(stream, name, limit=_settings().upload_limit, check=scanner.check())


def receive(actor: Actor, blob: Blob, name: str) -> StoredFile:
    """Adds the row for bytes that are on disk, its type told by content. Raises BadInput for a type that is not allowed.

    The row belongs to nothing yet: only who uploaded it can read it until something refers to it.
    """
    row = described(actor, blob, name)
    db.session.add(row)
    return row


def described(actor: Actor, blob: Blob, name: str) -> StoredFile:
    """The row for bytes that are on disk, not yet added. Raises BadInput for a type that is not allowed."""
    name = clean_name(name)
    with blob.path.open("rb") as stream:
        kind = _check(stream, name)
    if "." not in name:
        name = f"{name}.{kind}"
    return StoredFile(
        sha256=blob.sha256, size=blob.size, media_type=media.MEDIA_TYPES[kind], name=name, uploaded_by_id=actor.id, created_at=clock.now(),
    )


def add(described: Sequence[StoredFile]) -> None:
    """Writes the rows of several at once and gives them their ids; the objects stay outside of the session."""
    columns = ("sha256", "size", "media_type", "name", "uploaded_by_id", "created_at")
    values = [{name: getattr(file, name) for name in columns} for file in described]
    if not values:
        return
    # A database may give the new rows back in any order; which of two that are alike is which does not matter.
    made: dict[tuple[Any, ...], list[int]] = {}
    for row in write(_ADD, values):
        made.setdefault((row.sha256, row.name, row.uploaded_by_id), []).append(row.id)
    for file in described:
        file.id = made[file.sha256, file.name, file.uploaded_by_id].pop()


def readable(actor: Actor, file_id: int) -> StoredFile:
    """The file, if the actor may read it. Raises NotFound for one that does not exist and for a foreign one alike.

    Province roles read what belongs to a dispatch, to a handed-in submission, to a request or to a report. A unit reads the files
    of dispatches issued to it, its own evidence (drafts too), requests and reports. What belongs to nothing yet is its uploader's.
    Raises NotFound("files.held", "files.removed") for one that the actor could read, had it not been held back or removed.
    """
    opened = _province() if actor.sees_all_units else _district(actor.unit_id)
    unattached = and_(StoredFile.uploaded_by_id == actor.id, ~or_(*_attached())) if actor.id is not None else None
    row = db.session.scalars(
        select(StoredFile).where(StoredFile.id == file_id, or_(*opened, *([] if unattached is None else [unattached])))
    ).first()
    if row is None:
        raise NotFound()
    if row.state != "ready":
        raise NotFound("files.held" if row.state == "pending" else "files.removed", name=row.name)
    return row


def clean_name(name: str) -> str:
    """The bare file name: no folders, no control characters, composed letters, at most 255 characters with its ending kept."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(c for c in bare if unicodedata.category(c)[0] != "C").strip(" .") or "tep"
    if len(bare) <= LONGEST_NAME:
        return bare
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < 10 else bare[:LONGEST_NAME]


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _check(stream: IO[bytes], name: str) -> str:
    found = media.kinds(stream)
    if not found:
        raise BadInput("files.type" if stream.read(1) else "files.empty", name=name)
    if "zip" in found and not office.allow_zip():
        raise BadInput("files.zip", name=name)
    if "." not in name:
        return min(found)
    ending = name.rsplit(".", 1)[1].lower()
    kind = ALIASES.get(ending, ending)
    if kind not in found:
        raise BadInput("files.mismatch", name=name, ending=ending, kind=min(found))
    return kind


def _attached() -> list[ColumnElement[bool]]:
    return [
        exists().where(Evidence.file_id == StoredFile.id),
        exists().where(Extension.file_id == StoredFile.id),
        exists().where(Objection.file_id == StoredFile.id),
        exists().where(Dispatch.file_id == StoredFile.id),
        exists().where(DispatchFile.file_id == StoredFile.id),
        exists().where(ReportFile.file_id == StoredFile.id),
        exists().where(IncomingFile.file_id == StoredFile.id),
        *_letters(Letter.state == "issued"),
        *_unit_reports(DistrictReport.state == "sent"),
    ]


def _letters(*conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Of formal letters: one question a column, so that each finds its index."""
    return [exists().where(column == StoredFile.id, *conditions) for column in (Letter.docx_file_id, Letter.pdf_file_id, Letter.signed_file_id)]


def _unit_reports(*conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Of districts' own reports: as they were sent, and the scans of the signed paper."""
    scanned = exists().where(DistrictReportScan.file_id == StoredFile.id, DistrictReport.id == DistrictReportScan.report_id, *conditions)
    return [*(exists().where(column == StoredFile.id, *conditions) for column in (DistrictReport.docx_file_id, DistrictReport.pdf_file_id)), scanned]


def _province() -> list[ColumnElement[bool]]:
    handed_in = exists().where(Evidence.file_id == StoredFile.id, Submission.id == Evidence.submission_id, Submission.state == "submitted")
    return [handed_in, *_attached()[1:]]


def _district(unit_id: int | None) -> list[ColumnElement[bool]]:
    our_report = [ReportFile.unit_id == unit_id, Report.id == ReportFile.report_id, Report.state == "ready"]

    def issued_to_us(dispatch_id: object) -> list[ColumnElement[bool]]:
        issued = [Dispatch.id == dispatch_id, Dispatch.state != "draft"]
        return [*issued, DispatchRecipient.dispatch_id == dispatch_id, DispatchRecipient.unit_id == unit_id]

    return [
        exists().where(Evidence.file_id == StoredFile.id, Submission.id == Evidence.submission_id, Submission.unit_id == unit_id),
        exists().where(Extension.file_id == StoredFile.id, Extension.unit_id == unit_id),
        exists().where(Objection.file_id == StoredFile.id, Objection.unit_id == unit_id),
        exists().where(Dispatch.file_id == StoredFile.id, *issued_to_us(Dispatch.id)),
        exists().where(DispatchFile.file_id == StoredFile.id, *issued_to_us(DispatchFile.dispatch_id)),
        exists().where(ReportFile.file_id == StoredFile.id, *our_report),
        *_letters(Letter.state == "issued", LetterUnit.letter_id == Letter.id, LetterUnit.unit_id == unit_id),
        *_unit_reports(DistrictReport.unit_id == unit_id),
    ]
