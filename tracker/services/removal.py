"""Removing contents on purpose: the rows say so first, then the bytes go; what a crash leaves behind goes with the next sweep."""
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, update

from tracker import clock
from tracker.adapters.files import store
from tracker.db import after_commit, db
from tracker.domain.access import Actor
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingMail
from tracker.models.retention import Destruction
from tracker.models.submissions import Evidence
from tracker.services.files import LONGEST_NAME

#: What the name of a file begins with, wherever it is listed.
HELD, REMOVED = "(đang giữ, có dấu mật) ", "(đã xoá) "
#: Things that one record lists; the rest is counted.
MOST_LISTED = 5000
_CHUNK = 500


def mark(file_ids: Sequence[int], state: str) -> list[StoredFile]:
    """Moves files into a state (ready, pending, rejected) and has their names say so; gives those that were in another. The caller holds the transaction."""
    prefix = {"ready": "", "pending": HELD, "rejected": REMOVED}[state]
    moved = []
    for ids in _chunks(sorted(set(file_ids))):
        rows = db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids), StoredFile.state != state, StoredFile.state != "rejected").with_for_update())
        for row in rows:
            row.name, row.state = (prefix + row.name.removeprefix(HELD))[:LONGEST_NAME], state
            moved.append(row)
        db.session.flush()
        # An update that changes nothing: what is made from evidence (the index of search) notes that it has to look again.
        touched = update(Evidence).where(Evidence.file_id.in_(ids)).values(kind=Evidence.kind)
        db.session.execute(touched.execution_options(synchronize_session=False))
    return moved


def same_content(file_ids: Sequence[int]) -> list[int]:
    """All files with the contents of these."""
    hashes = select(StoredFile.sha256).where(StoredFile.id.in_(file_ids))
    return list(db.session.scalars(select(StoredFile.id).where(StoredFile.sha256.in_(hashes))))


def record(actor: Actor, kind: str, reason: str, listed: Sequence[dict[str, Any]], size: int) -> Destruction:
    """Writes the record of what is destroyed in the caller's transaction."""
    row = Destruction(
        at=clock.now(), kind=kind, by_person_id=actor.id, by_name=actor.name, reason=reason[:500], count=len(listed), size=size,
        listed=list(listed[:MOST_LISTED]),
    )
    db.session.add(row)
    return row


def finish_after_commit(hashes: Sequence[str]) -> None:
    """Removes the contents once the rows that gave them up are committed."""
    wanted = set(hashes)

    def call() -> None:
        finish(wanted)

    after_commit(call)


def finish(hashes: Iterable[str]) -> int:
    """Removes those contents that nothing names any more, from the disk; gives how many there were. A second run finds none."""
    gone = 0
    for chunk in _chunks(sorted(hashes)):
        for sha256 in set(chunk) - _living(chunk):
            path = store().path(sha256)
            gone += path.exists()
            path.unlink(missing_ok=True)
    return gone


def _living(hashes: Sequence[str]) -> set[str]:
    files = select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes), StoredFile.state != "rejected")
    mails = select(IncomingMail.sha256).where(IncomingMail.sha256.in_(hashes), IncomingMail.removed_at.is_(None))
    sources = select(Dispatch.source_sha256).where(Dispatch.source_sha256.in_(hashes), Dispatch.destroyed_at.is_(None))
    return {sha256 for wanted in (files, mails, sources) for sha256 in db.session.scalars(wanted)}


def given_up() -> set[str]:
    """Contents of rows that say removed; some may be another row's too."""
    files = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.state == "rejected")))
    return files | set(db.session.scalars(select(IncomingMail.sha256).where(IncomingMail.removed_at.is_not(None))))


def _chunks(values: Sequence[Any]) -> Iterable[list[Any]]:
    return (list(values[start : start + _CHUNK]) for start in range(0, len(values), _CHUNK))
