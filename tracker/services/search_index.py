"""Keeping the index in step: what the database noted as changed is looked at anew, some hundred things a transaction, the newest first.

Each thing is entered as it stands now, so that a second run, or a run that was killed half-way, changes nothing more: what was noted goes in the
transaction that enters it.
"""
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from time import monotonic, sleep
from typing import Any

from sqlalchemy import delete, insert, literal, or_, select
from sqlalchemy.orm import Session

from tracker.adapters import word_index
from tracker.db import db
from tracker.models.search import ENTRY_KINDS, SearchChange, SearchEntry
from tracker.models.submissions import Evidence
from tracker.models.tasks import Task
from tracker.services.search_entries import Entry, build, words

Opener = Callable[[], AbstractContextManager[Session]]

#: Changes of one transaction: on SQLite a page's write waits for so many, and gets its turn in the pause after them.
BATCH, PAUSE = 40, 0.01
#: More than a minute's work.
BEHIND = 1000
Row = Mapping[str, Any]
#: What is left of an entry whose file bears a mark of secrecy: that it is not to be found.
SECRET: dict[str, Any] = {"number": "", "title": "", "text": "", "marks": "", "file_state": "secret"}


def run(transaction: Opener, seconds: float) -> int:
    """Looks at what has changed, for so long at most; gives how many changes."""
    end, done = monotonic() + seconds, 0
    while monotonic() < end:
        with transaction():
            some = step()
        if not some:
            break
        done += some
        sleep(PAUSE)
    return done


def step(count: int = BATCH) -> int:
    """Looks at the latest changes, in the caller's transaction; gives how many. Where another run is at it, none."""
    if not word_index.alone():
        return 0
    wanted = select(SearchChange.id, SearchChange.kind, SearchChange.object_id).order_by(SearchChange.id.desc()).limit(count)
    rows = db.session.execute(wanted).all()
    if not rows:
        return 0
    changed: dict[str, set[int]] = {kind: set() for kind in ENTRY_KINDS}
    for row in rows:
        if row.kind in changed:
            changed[row.kind].add(row.object_id)
    for kind, column in (("submission", Evidence.submission_id), ("file", Evidence.file_id)):
        if ids := {row.object_id for row in rows if row.kind == kind}:
            changed["evidence"].update(db.session.scalars(select(Evidence.id).where(column.in_(ids))))
    for kind, objects in changed.items():
        if objects:
            _renew(kind, sorted(objects))
    db.session.execute(delete(SearchChange).where(SearchChange.id.in_([row.id for row in rows])).execution_options(synchronize_session=False))
    return len(rows)


def behind() -> bool:
    """Whether so much waits that something may not be found yet: after a restore, or the first days of this search."""
    return db.session.scalar(select(SearchChange.id).offset(BEHIND).limit(1)) is not None


def _renew(kind: str, ids: Sequence[int]) -> None:
    """Takes the old entries of these things out and enters them as they stand now; one that reads the same stays."""
    held = db.session.execute(select(SearchEntry.__table__).where(SearchEntry.kind == kind, SearchEntry.object_id.in_(ids))).mappings()
    before: dict[int, Row] = {row["object_id"]: dict(row) for row in held}
    built = build(kind, ids)
    after = {entry.object_id: _row(entry, before.get(entry.object_id)) for entry in built}
    if kind == "dispatch":
        _note_what_hangs_on([entry for entry in built], before)
    same = {object_id for object_id, row in after.items() if object_id in before and before[object_id] == row}
    replace([row for object_id, row in before.items() if object_id not in same], [row for object_id, row in after.items() if object_id not in same])


def _row(entry: Entry, before: Row | None) -> dict[str, Any]:
    """An entry as a row. What was read from a file stays; a secret one stays without a word."""
    row = {
        "id": entry.id, "kind": entry.kind, "object_id": entry.object_id, "dispatch_id": entry.dispatch_id, "number": entry.number[:60],
        "title": entry.title, "text": entry.text, "marks": " ".join(entry.marks), "file_state": "waits" if entry.read_file else None, "tries": 0,
    }
    if entry.read_file and before:
        row |= {"text": before["text"], "file_state": before["file_state"], "tries": before["tries"]}
        if before["file_state"] == "secret":
            row |= SECRET
    return row


def _note_what_hangs_on(entries: Sequence[Entry], before: Mapping[int, Row]) -> None:
    """The tasks of a changed dispatch may be others' now; all that belongs to it is marked anew where its state or field is another."""
    ids = [entry.object_id for entry in entries]
    _note(select(literal("task"), Task.id).where(Task.dispatch_id.in_(ids)))
    moved = [entry.object_id for entry in entries if (old := before.get(entry.object_id)) and _standing(old["marks"].split()) != _standing(entry.marks)]
    if moved:
        theirs = or_(SearchEntry.kind == "evidence", SearchEntry.kind == "mail")
        _note(select(SearchEntry.kind, SearchEntry.object_id).where(SearchEntry.dispatch_id.in_(moved), theirs))


def _note(wanted: Any) -> None:
    db.session.execute(insert(SearchChange).from_select(["kind", "object_id"], wanted), execution_options={"synchronize_session": False})


def _standing(marks: Sequence[str]) -> set[str]:
    return {mark for mark in marks if mark.startswith(("_s", "_f"))}


def replace(before: Sequence[Row], after: Sequence[Row]) -> None:
    """Puts rows of entries in the place of others, and their words into the index; the caller holds the transaction."""
    if before:
        word_index.remove([(row["id"], _words(row)) for row in before])
        db.session.execute(delete(SearchEntry).where(SearchEntry.id.in_([row["id"] for row in before])).execution_options(synchronize_session=False))
    if after:
        db.session.connection().execute(insert(SearchEntry), [dict(row) for row in after])
        word_index.put([(row["id"], _words(row)) for row in after])


def _words(row: Row) -> set[str]:
    return words(row["number"], row["title"], row["text"], row["marks"])
