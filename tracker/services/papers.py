"""Official papers as files (letters, districts' reports): drawn from their document, kept before anything is signed, their rows once it is."""
from dataclasses import dataclass
from datetime import date

from tracker import clock
from tracker.adapters import docx, pdf, previews
from tracker.adapters.files import Blob, store
from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.report_layout import Document
from tracker.models.files import StoredFile

TYPES = {"docx": docx.MEDIA_TYPE, "pdf": previews.PDF}


@dataclass(frozen=True, slots=True)
class Prepared:
    """The files of one paper on disk, by format, and the version that they were drawn from; stem: their name without its ending."""

    version: int
    blobs: dict[str, Blob]
    stem: str


def drawn(document: Document, made_on: date, format_: str) -> bytes:
    """The document as .docx or .pdf. Raises NotFound for another format."""
    if format_ not in TYPES:
        raise NotFound()
    return docx.package(document, made_on) if format_ == "docx" else pdf.draw(document, made_on)


def prepared(document: Document, made_on: date, version: int, stem: str) -> Prepared:
    """Draws both files and puts them on the disk, before any row tells of them. Raises Unavailable("files.disk_full")."""
    return Prepared(version, {kind: store().put_bytes(drawn(document, made_on, kind), f"{stem}.{kind}") for kind in TYPES}, stem)


def rows(kept: Prepared) -> dict[str, StoredFile]:
    """The rows of prepared files, by format; they have their ids once this returns."""
    found = {
        kind: StoredFile(sha256=blob.sha256, size=blob.size, media_type=TYPES[kind], name=f"{kept.stem}.{kind}", created_at=clock.now())
        for kind, blob in kept.blobs.items()
    }
    db.session.add_all(found.values())
    db.session.flush()
    return found


def content(file_id: int) -> bytes:
    """The bytes of a paper that was kept. Raises NotFound("files.missing") where they are gone."""
    row = db.session.get_one(StoredFile, file_id)
    path = store().path(row.sha256)
    if not path.exists():
        raise NotFound("files.missing", name=row.name)
    return path.read_bytes()
