"""What a reply hands in: one submission of its unit, beside any draft that somebody has begun on the web."""
import re
from collections.abc import Sequence

from sqlalchemy import Integer, bindparam, insert, select

from tracker import clock
from tracker.db import db, write
from tracker.domain.access import Actor
from tracker.domain.status import OWED, Act, State
from tracker.models.assignments import Assignment
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.reading.folding import fold
from tracker.services import assignments, evidence, history
from tracker.services.answering import LONGEST_RESULT
from tracker.services.batches import Batch
from tracker.services.holding import handed_in

_OWED = (
    select(Assignment.id, Task.label, Task.position, Task.kind).join(Task, Task.id == Assignment.task_id)
    .where(
        Assignment.dispatch_id == bindparam("dispatch_id", type_=Integer), Assignment.unit_id == bindparam("unit_id", type_=Integer),
        Assignment.state.in_({*OWED, State.PAUSED}),
    )
    .order_by(Assignment.id)
)
_ADD = insert(Submission).returning(Submission.id)
_ADD_ITEM, _ADD_EVIDENCE, _ADD_TICK = insert(SubmissionItem), insert(Evidence).returning(Evidence.id), insert(evidence_items)
#: 'nhiệm vụ số 3', 'mục 1, 2 và 4' in folded text.
_NAMED = re.compile(r"\b(?:nhiem vu|muc|viec|noi dung)(?: so| thu)? ((?:\d{1,2}(?: va | )?){1,12})\b")


def named_tasks(dispatch_id: int, actor: Actor, text: str) -> list[int]:
    """The unit's owed assignments that a reply answers: those whose numbers it names, all of them where it names none."""
    rows = db.session.execute(_OWED, {"dispatch_id": dispatch_id, "unit_id": actor.unit_id}).all()
    numbers = named_numbers(text)
    named = [row.id for row in rows if row.kind == "task" and (row.label or str(row.position)) in numbers]
    return named if numbers else [row.id for row in rows]


def named_numbers(text: str) -> set[str]:
    """The numbers of tasks that a text names ('nhiệm vụ 2 và 3')."""
    return {number for found in _NAMED.finditer(fold(text)) for number in re.findall(r"\d+", found[1])}


def hand_in(actor: Actor, dispatch_id: int, assignment_ids: Sequence[int], stored: Sequence[StoredFile], body: str) -> int | None:
    """Makes the submission and moves its assignments; gives its id, None where nothing is owed any more. Raises NotFound, Conflict."""
    if not assignment_ids:
        return None
    now, today, chosen = clock.now(), clock.today(), assignments.get_many(actor, list(assignment_ids))
    submission_id: int = write(_ADD, {
        "dispatch_id": dispatch_id, "unit_id": actor.unit_id, "state": "submitted", "channel": "mail", "note": body[:20_000], "created_by_id": actor.id,
        "created_at": now, "updated_at": now, "submitted_by_id": actor.id, "submitted_at": now,
    }).scalar_one()
    result = body[:LONGEST_RESULT]
    items = [{"submission_id": submission_id, "assignment_id": one.id, "result": result, "round": one.round + 1, "chosen": True} for one in chosen]
    write(_ADD_ITEM, items)
    _add_evidence(submission_id, stored, assignment_ids)
    batch = Batch(actor)
    for one in chosen:
        fields = {"round": one.round + 1, "submitted_on": today, "submitted_at": now, "result": result or None, "acknowledged_at": one.acknowledged_at or now}
        batch.act(one, Act.SUBMIT, fields | handed_in(one), round=one.round + 1, files=len(stored), submission_id=submission_id)
    batch.finish()
    history.record(
        actor, "submission.submit", dispatch_id=dispatch_id, unit_id=actor.unit_id, submission_id=submission_id, count=len(chosen), files=len(stored),
        unit=actor.unit_name,
    )
    return submission_id


def _add_evidence(submission_id: int, stored: Sequence[StoredFile], assignment_ids: Sequence[int]) -> None:
    """Every file answers every task that is handed in; the reviewer sees which is which."""
    now = clock.now()
    rows = [
        {"submission_id": submission_id, "file_id": file.id, "kind": evidence.guess_kind(file.name, file.media_type, n == 0), "created_at": now}
        for n, file in enumerate(stored)
    ]
    if rows:
        made = write(_ADD_EVIDENCE, rows).scalars().all()
        write(_ADD_TICK, [{"evidence_id": id, "assignment_id": one} for id in made for one in assignment_ids])
