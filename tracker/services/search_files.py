"""Reading the words of handed-in files for search: one file after the other, with no transaction open; scans give what is known of them already."""
import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy import select

from tracker.adapters import documents
from tracker.adapters.documents import slow
from tracker.adapters.files import store
from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile
from tracker.models.search import SearchEntry
from tracker.models.submissions import Evidence
from tracker.reading import read
from tracker.services import search_index
from tracker.services.search_entries import LONGEST_TEXT
from tracker.services.search_index import SECRET, Opener

log = logging.getLogger(__name__)

#: A file that brought its worker down so often is left alone.
MOST_TRIES = 3
#: A mark of secrecy stands near the letterhead.
HEAD = 3000


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read, for the entry of an evidence; known: what was read of it when it came by mail."""

    entry_id: int
    file_id: int
    sha256: str
    media_type: str
    name: str
    known: dict[str, Any] | None


def run(transaction: Opener, seconds: float) -> int:
    """Reads what waits, the newest first, and begins none after so long; gives how many. A second run finds each file read once."""
    end, done = monotonic() + seconds, 0
    while monotonic() < end:
        with transaction():
            job = _claim()
        if job is None:
            break
        words = _words(job)
        with transaction():
            _keep(job, words)
        done += 1
    return done


def _claim() -> Job | None:
    """The next file; how often it was begun is counted first, since a broken one may end the process."""
    columns = (SearchEntry.id, Evidence.file_id, StoredFile.sha256, StoredFile.media_type, StoredFile.name)
    wanted = select(*columns).join(Evidence, Evidence.id == SearchEntry.object_id).join(StoredFile, StoredFile.id == Evidence.file_id)
    wanted = wanted.where(SearchEntry.file_state == "waits", SearchEntry.kind == "evidence")
    row = db.session.execute(wanted.order_by(SearchEntry.id.desc()).limit(1)).first()
    if row is None:
        return None
    entry = db.session.get_one(SearchEntry, row.id, populate_existing=True)
    entry.tries += 1
    if entry.tries > MOST_TRIES:
        entry.file_state = "failed"
        db.session.flush()
        return _claim()
    known = db.session.scalar(select(IncomingFile.reading).where(IncomingFile.file_id == row.file_id).limit(1))
    return Job(*row, known)


def _words(job: Job) -> str | None:
    """What the file says, "" where nothing can be had; None for one that bears a mark of secrecy."""
    try:
        path = store().path(job.sha256)
        if slow.is_slow(path.read_bytes(), job.media_type):
            return _known(job.known)
        text = documents.extract(path, job.name).text
        return None if read(text[:HEAD], ()).secret else text[:LONGEST_TEXT]
    except (DomainError, OSError):
        return ""
    except Exception as error:  # one bad file never stops the rest
        log.error("file %s could not be read for search", job.file_id, exc_info=error)
        return ""


def _known(kept: dict[str, Any] | None) -> str | None:
    """What was kept of a scan when it was read; None where it bears a mark of secrecy."""
    if not kept:
        return ""
    if kept.get("secret"):
        return None
    return "\n".join(filter(None, [kept.get("issuer"), kept.get("number"), kept.get("subject"), *kept.get("items", ())]))[:LONGEST_TEXT]


def _keep(job: Job, text: str | None) -> None:
    """Enters the words, where the entry is still there and waits."""
    found = db.session.execute(select(SearchEntry.__table__).where(SearchEntry.id == job.entry_id, SearchEntry.file_state == "waits")).mappings().first()
    if found is not None:
        after = dict(found) | (SECRET if text is None else {"text": text, "file_state": "done"})
        search_index.replace([dict(found)], [after])
