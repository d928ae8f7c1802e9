"""Reading a scan in a worker: claim, progress, and what becomes of the draft; the row is the truth, so a second run is harmless."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker import clock
from tracker.adapters.files import Blob, store
from tracker.db import db
from tracker.domain.access import MACHINE
from tracker.domain.errors import BadInput, DomainError
from tracker.domain.status import DispatchState
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.reading import Reading
from tracker.services import draft_making, history, intake

#: A reading that has said nothing for so long died with its worker (OCR of one page is cut off after three minutes).
STALE = timedelta(minutes=10)
#: A file whose readers die again and again (it needs more memory than there is) is given up, so that its draft does not wait for ever.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker has to read."""

    dispatch_id: int
    blob: Blob
    name: str


def claim(dispatch_id: int) -> Job | None:
    """Takes the reading of a draft; None where there is nothing to read (read already, discarded, another worker at it, tried too often)."""
    dispatch = _locked(dispatch_id)
    if dispatch is None or dispatch.file is None or not _is_free(dispatch):
        return None
    file, tries = dispatch.file, dispatch.reading.get("tries", 0) + 1
    if tries > MOST_TRIES:
        dispatch.reading = intake.failed(BadInput("document.unreadable", name=file.name))
        return None
    dispatch.reading = {"state": "reading", "done": 0, "total": 0, "tries": tries, "at": clock.now().isoformat()}
    return Job(dispatch_id, Blob(file.sha256, file.size, store().path(file.sha256)), file.name)


def _is_free(dispatch: Dispatch) -> bool:
    state = dispatch.reading.get("state")
    return state == "queued" or (state == "reading" and clock.now() - datetime.fromisoformat(dispatch.reading["at"]) > STALE)


def progress(dispatch_id: int, done: int, total: int) -> None:
    """Notes how many pages are done, for the page that waits."""
    dispatch = _locked(dispatch_id)
    if dispatch and dispatch.reading.get("state") == "reading":
        dispatch.reading = {**dispatch.reading, "done": done, "total": total, "at": clock.now().isoformat()}


def record(dispatch_id: int, reading: Reading, original_text: str) -> None:
    """Turns what was read into the draft's tasks; nothing where somebody has typed the text or discarded the draft meanwhile."""
    dispatch = _locked(dispatch_id)
    if dispatch is None or dispatch.reading.get("state") != "reading":
        return
    dispatch.original_text = original_text
    draft_making.fill(dispatch, reading)
    dispatch.version += 1
    history.record(MACHINE, "dispatch.read", dispatch_id=dispatch_id, tasks=len(reading.tasks))


def fail(dispatch_id: int, problem: DomainError) -> None:
    """Keeps the original and says why its text could not be had; a secret mark instead removes the file."""
    dispatch = _locked(dispatch_id)
    if dispatch is None or dispatch.reading.get("state") != "reading":
        return
    dispatch.reading = intake.failed(problem)
    if problem.code == "intake.secret":
        remove_original(dispatch)
        history.record(MACHINE, "dispatch.secret", dispatch_id=dispatch_id, mark=str(problem.params.get("mark", "")))


def remove_original(dispatch: Dispatch) -> None:
    """Takes the original of a draft out: the row now, the bytes after the commit."""
    file = db.session.get(StoredFile, dispatch.file_id) if dispatch.file_id else None
    dispatch.file_id, dispatch.file, dispatch.source_sha256 = None, None, ""
    if file:
        db.session.flush()
        db.session.delete(file)
        intake.forget_after_commit([file.sha256])


def left_behind() -> list[int]:
    """Drafts whose reading nobody has at hand: the message was lost, or the worker died."""
    waiting = select(Dispatch).where(Dispatch.state == DispatchState.DRAFT, Dispatch.reading["state"].as_string().in_(("queued", "reading")))
    return [dispatch.id for dispatch in db.session.scalars(waiting) if _is_free(dispatch)]


def _locked(dispatch_id: int) -> Dispatch | None:
    found = db.session.get(Dispatch, dispatch_id, with_for_update={"of": Dispatch}, populate_existing=True)
    return found if found and found.state == DispatchState.DRAFT else None
