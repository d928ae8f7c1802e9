"""Evidence: the files of an answer, what kind each is, and which assignments each answers."""
from collections.abc import Mapping, Sequence

from sqlalchemy import Row, bindparam, delete, insert, select, update

from tracker.db import db, read
from tracker.models.assignments import Assignment
from tracker.models.files import StoredFile
from tracker.models.submissions import EVIDENCE_KINDS, Evidence, Submission, evidence_items
from tracker.reading.folding import fold

_OF = (
    select(Evidence.id, Evidence.submission_id, Evidence.file_id, Evidence.kind, StoredFile.name, StoredFile.size, StoredFile.sha256)
    .join(StoredFile, StoredFile.id == Evidence.file_id)
    .where(Evidence.submission_id.in_(bindparam("ids", expanding=True)))
    .order_by(Evidence.id)
)


def of(submission_ids: Sequence[int]) -> list[Row[int, int, int, str, str, int, str]]:
    """The files of submissions in order: (id, submission_id, file_id, kind, name, size, sha256)."""
    return list(read(_OF, {"ids": submission_ids}))


def ticks_of(evidence_ids: Sequence[int]) -> dict[int, set[int]]:
    """Evidence id → the assignments it answers."""
    found: dict[int, set[int]] = {id: set() for id in evidence_ids}
    if found:
        for row in db.session.execute(select(evidence_items).where(evidence_items.c.evidence_id.in_(evidence_ids))):
            found[row.evidence_id].add(row.assignment_id)
    return found


def guess_kind(name: str, media_type: str, first: bool) -> str:
    """What a file most likely is, for the clerk to correct."""
    folded = fold(name)
    if media_type.startswith("image/"):
        return "photo"
    if "bien ban" in folded:
        return "minutes"
    if "bao cao" in folded:
        return "report"
    if "sheet" in media_type or "excel" in media_type:
        return "table"
    return "implementing_document" if first else "other"


def save(draft: Submission, known: set[int], kinds: Mapping[int, str], ticks: Mapping[int, frozenset[int]]) -> None:
    """Writes what the form says of the draft's files it knew (keys of kinds) and of the tasks it knew."""
    rows = {row.id: row for row in of([draft.id]) if row.id in kinds}
    before = ticks_of(list(rows))
    for id, row in rows.items():
        kind = kinds[id]
        if kind != row.kind and kind in EVIDENCE_KINDS:
            db.session.execute(update(Evidence).where(Evidence.id == id).values(kind=kind))
        after = set(ticks.get(id, ())) & known
        gone, added = (before[id] & known) - after, after - before[id]
        if gone:
            where = evidence_items.c.assignment_id.in_(gone)
            db.session.execute(delete(evidence_items).where(evidence_items.c.evidence_id == id, where))
        if added and (ours := _may_answer(draft, added)):
            db.session.execute(insert(evidence_items), [{"evidence_id": id, "assignment_id": a} for a in sorted(ours)])


def _may_answer(draft: Submission, ids: set[int]) -> set[int]:
    """Those of the ids that are this unit's assignments of this dispatch: a form can say anything."""
    return set(
        db.session.scalars(
            select(Assignment.id).where(Assignment.id.in_(ids), Assignment.dispatch_id == draft.dispatch_id, Assignment.unit_id == draft.unit_id)
        )
    )
