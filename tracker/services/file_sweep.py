"""The sweeper of the file store: contents without a row go, rows without their content are reported."""
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from tracker.adapters.files import store
from tracker.db import db
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingMail
from tracker.services import removal

log = logging.getLogger(__name__)

#: An upload is stored before its row is committed: what is younger may still get one.
GRACE_SECONDS = 24 * 3600.0


@dataclass
class Swept:
    """What a sweep did: contents removed, and ids of rows whose content is gone."""

    removed: int = 0
    missing: list[int] = field(default_factory=list)


def sweep() -> Swept:
    """Removes what no row names and what was half written, once it is a day old; what was removed on purpose at once. Reads the database only."""
    swept, limit = Swept(), time.time() - GRACE_SECONDS
    old = {name: path for name, path in store().contents() if _older(path, limit)}
    rows = db.session.execute(select(StoredFile.id, StoredFile.sha256).where(StoredFile.state == "ready")).all()
    named = set(db.session.scalars(select(StoredFile.sha256))) | set(db.session.scalars(select(Dispatch.source_sha256)))
    named |= set(db.session.scalars(select(IncomingMail.sha256)))
    leftovers = [path for name, path in old.items() if name not in named]
    swept.removed = _remove(leftovers, limit) + _remove((store().root / "incoming").glob("*"), limit) + removal.finish(removal.given_up())
    swept.missing = [row.id for row in rows if not store().path(row.sha256).exists()]
    if swept.missing:
        log.error("the contents of these files are gone: %s", swept.missing)
    return swept


def _older(path: Path, limit: float) -> bool:
    try:
        return path.stat().st_mtime < limit
    except FileNotFoundError:
        return False


def _remove(paths: Iterable[Path], limit: float) -> int:
    """Removes those that are still old: storing a content again makes it young."""
    count = 0
    for path in paths:
        if _older(path, limit):
            path.unlink(missing_ok=True)
            count += 1
    return count
