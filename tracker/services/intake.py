"""Taking a dispatch in: bytes first, then the text, then one draft; the original is kept even where reading fails, unless it is secret."""
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import or_, select

from tracker import clock
from tracker.adapters import documents, jobs, scanner
from tracker.adapters.documents import eml, slow
from tracker.adapters.documents import types as t
from tracker.adapters.files import Blob, store
from tracker.db import after_commit, db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, DomainError, Unavailable
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.files import StoredFile
from tracker.reading import Reading, read
from tracker.reading.folding import fold
from tracker.services import draft_making, history, removal
from tracker.services.files import clean_name
from tracker.services.reading_units import unit_rows

#: What a dispatch can be read from.
READABLE = frozenset({t.PDF, t.DOC, t.DOCX, t.ODT, t.RTF, t.TXT, t.HTML, t.EML, t.JPG, t.PNG, t.HEIC})
#: What may come along as an annex or form.
ANNEX = READABLE - {t.EML} | {t.XLS, t.XLSX, t.ODS}
#: A file that must not be taken at all, whatever becomes of its text.
_REFUSED = frozenset({"document.empty", "document.bomb", "document.unsupported"})
PASTED = "van-ban-dan.txt"


@dataclass(slots=True)
class Taken:
    """One upload whose bytes are on disk. reading: what was found, None where it failed or waits for a worker."""

    blob: Blob
    name: str
    media_type: str
    reading: Reading | None = None
    original_text: str = ""
    waits: bool = False
    problem: DomainError | None = None


@dataclass(slots=True)
class Intake:
    """A dispatch with its annexes, ready to become a draft."""

    main: Taken
    annexes: list[Taken] = field(default_factory=list)


def take(main: tuple[BinaryIO, str], annexes: list[tuple[BinaryIO, str]] | None = None) -> Intake:
    """Stores the files and reads what can be read at once; call it before a transaction opens.

    Raises BadInput (empty, type, zip bomb, infected, "intake.secret"), TooLarge, Unavailable; then none of the bytes are kept.
    """
    taken: list[Taken] = []
    try:
        for number, (stream, name) in enumerate([main, *(annexes or [])]):
            taken.append(_store(stream, name, READABLE if not number else ANNEX))
        if taken[0].media_type == t.EML:
            taken[:1] = _out_of_envelope(taken[0])
        _read_main(taken[0])
        for annex in taken[1:]:
            _refuse_secret_annex(annex)
    except Exception:
        forget([one.blob.sha256 for one in taken])
        raise
    return Intake(taken[0], taken[1:])


def take_text(text: str, annexes: list[tuple[BinaryIO, str]] | None = None) -> Intake:
    """The same for pasted text, kept as a file of its own. Raises BadInput("intake.no_text") for blank text."""
    if not text.strip():
        raise BadInput("intake.no_text")
    return take((BytesIO(text.replace("\r\n", "\n").encode()), PASTED), annexes)


def create(actor: Actor, intake: Intake) -> Dispatch:
    """Makes the draft, in the caller's transaction; a slow file is left to a worker (dispatches.read)."""
    actor.need(Right.DISPATCH_DRAFT)
    now, main = clock.now(), intake.main
    file = _row(actor, main)
    dispatch = Dispatch(file=file, source_sha256=main.blob.sha256, original_text=main.original_text, created_by_id=actor.id, created_at=now, updated_at=now)
    db.session.add(dispatch)
    db.session.flush()
    for position, annex in enumerate(intake.annexes, 1):
        attach(actor, dispatch, annex, position)
    if main.reading:
        draft_making.fill(dispatch, main.reading)
    else:
        dispatch.reading = _unread(main)
    if main.waits:
        jobs.enqueue("dispatches.read", dispatch.id)
    history.record(actor, "dispatch.draft", dispatch_id=dispatch.id, name=main.name, number=dispatch.number)
    return dispatch


def take_annexes(files: list[tuple[BinaryIO, str]]) -> list[Taken]:
    """Stores annexes of a draft that stands; call it before a transaction opens. Raises as take() does; then none of the bytes are kept."""
    taken: list[Taken] = []
    try:
        for stream, name in files:
            taken.append(_store(stream, name, ANNEX))
            _refuse_secret_annex(taken[-1])
    except Exception:
        forget([one.blob.sha256 for one in taken])
        raise
    return taken


def attach(actor: Actor, dispatch: Dispatch, annex: Taken, position: int) -> None:
    """Makes a stored file an annex of the dispatch."""
    db.session.add(DispatchFile(dispatch_id=dispatch.id, file=_row(actor, annex), label=annex.name[:200], position=position))


def _unread(main: Taken) -> dict[str, Any]:
    if main.waits:
        return {"state": "queued"}
    return failed(main.problem) if main.problem else {"state": "failed"}


def failed(problem: DomainError) -> dict[str, Any]:
    """What a draft keeps of a reading that failed: the code and its values, so that the page can say it in words."""
    return {"state": "failed", "problem": problem.code, "params": {key: str(value) for key, value in problem.params.items()}}


def _store(stream: BinaryIO, name: str, allowed: frozenset[str]) -> Taken:
    name = clean_name(name)
    blob = store().put(stream, name, limit=current_app.extensions["settings"].upload_limit, check=scanner.check())
    try:
        media_type = documents.sniff(blob.path, name)
        if media_type not in allowed:
            raise BadInput("document.unsupported", name=name)
    except Exception:
        forget([blob.sha256])
        raise
    return Taken(blob, name, media_type)


def _out_of_envelope(mail: Taken) -> list[Taken]:
    """An e-mail's dispatch, then its other attachments as annexes; the mail itself is kept only where its body is the dispatch.

    The units get what was sent, not the names and addresses of those who passed it on; and the same dispatch is known again however it came.
    """
    opened = eml.unpack(mail.blob.path.read_bytes(), mail.name)
    wanted = sorted((part for part in opened.parts if part.media_type in ANNEX), key=lambda part: part is not opened.best)
    taken: list[Taken] = []
    try:
        for part in wanted:
            taken.append(_store(BytesIO(part.data), part.name, ANNEX))
    except Exception:
        forget([one.blob.sha256 for one in taken])
        raise
    if opened.best is None:
        return [mail, *taken]
    forget([mail.blob.sha256])
    return taken


def _read_main(main: Taken) -> None:
    if slow.is_slow(main.blob.path.read_bytes(), main.media_type):
        main.waits = True
        return
    try:
        main.reading, main.original_text = read_file(main.blob, main.name)
    except (BadInput, Unavailable) as error:
        if error.code in _REFUSED or error.code == "intake.secret":
            raise
        main.problem = error


def read_file(blob: Blob, name: str, progress: Callable[[int, int], None] | None = None) -> tuple[Reading, str]:
    """The reading of a stored file, with what is to be said of how its text was got, and the text it gave before cleaning.

    Raises BadInput("intake.secret") where the mark stands.
    """
    extracted = documents.extract(blob.path, name, progress)
    reading = read_text(extracted.text)
    return replace(reading, warnings=documents.notices(extracted) + reading.warnings), extracted.original_text


def read_text(text: str) -> Reading:
    """The reading of a text with the units of this office. Raises BadInput("intake.secret") where the mark stands."""
    reading = read(text, unit_rows())
    if reading.secrecy:
        raise BadInput("intake.secret", mark=reading.secrecy.value)
    return reading


def _refuse_secret_annex(annex: Taken) -> None:
    """Annexes are not read into tasks, but a secret one must not enter either; scans among them are taken as they are."""
    if annex.media_type not in READABLE or slow.is_slow(annex.blob.path.read_bytes(), annex.media_type):
        return
    try:
        text = documents.extract(annex.blob.path, annex.name).text
    except (BadInput, Unavailable) as error:
        if error.code in _REFUSED:
            raise
        return
    secrecy = read(text).secrecy
    if secrecy:
        raise BadInput("intake.secret", mark=secrecy.value)


def _row(actor: Actor, taken: Taken) -> StoredFile:
    return StoredFile(
        sha256=taken.blob.sha256, size=taken.blob.size, media_type=taken.media_type, name=taken.name, uploaded_by_id=actor.id, created_at=clock.now(),
    )


def forget(hashes: list[str]) -> None:
    """Removes contents from the disk to which no row refers: refused uploads, discarded drafts. What came by mail stays, whoever uploads it again."""
    removal.finish(hashes)


def forget_after_commit(hashes: list[str]) -> None:
    """The same once the current transaction has committed: until then a rollback must find the bytes in their place."""
    after_commit(lambda: forget(hashes))


@dataclass(frozen=True, slots=True)
class Earlier:
    """A dispatch that looks the same: the same file, or the same number, issuer and date."""

    id: int
    number: str | None
    issued_on: date | None
    state: str
    same_file: bool


def earlier(dispatch: Dispatch) -> list[Earlier]:
    """Other dispatches that look the same as this draft, newest first."""
    same = [Dispatch.source_sha256 == dispatch.source_sha256] if dispatch.source_sha256 else []
    if dispatch.number:
        same.append((Dispatch.number == dispatch.number) & (Dispatch.issued_on == dispatch.issued_on))
    if not same:
        return []
    columns = select(Dispatch.id, Dispatch.number, Dispatch.issued_on, Dispatch.state, Dispatch.source_sha256, Dispatch.issuer)
    rows = db.session.execute(columns.where(or_(*same), Dispatch.id != dispatch.id).order_by(Dispatch.id.desc()).limit(20))
    return [
        Earlier(row.id, row.number, row.issued_on, row.state, row.source_sha256 == dispatch.source_sha256)
        for row in rows
        if row.source_sha256 == dispatch.source_sha256 or fold(row.issuer or "") == fold(dispatch.issuer or "")
    ]
