"""What a reply hands in: one submission of its unit, beside any draft that somebody has begun on the web."""
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, tuple_

from tracker import clock
from tracker.db import db, write
from tracker.domain.access import Actor
from tracker.domain.status import OWED, Act, State
from tracker.models.assignments import Assignment
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.reading.folding import fold
from tracker.services import evidence, history
from tracker.services.answering import LONGEST_RESULT
from tracker.services.batches import Batch
from tracker.services.holding import handed_in

#: (dispatch, unit): what a unit owes of a dispatch.
Place = tuple[int, int | None]
_OWED = (
    select(Assignment, Task.label, Task.position, Task.kind).join(Task, Task.id == Assignment.task_id)
    .where(
        tuple_(Assignment.dispatch_id, Assignment.unit_id).in_(bindparam("places", expanding=True)),
        Assignment.state.in_({*OWED, State.PAUSED}),
    )
    .order_by(Assignment.id)
)
_ADD = insert(Submission).returning(Submission.id, Submission.dispatch_id, Submission.unit_id)
_ADD_ITEM, _ADD_EVIDENCE, _ADD_TICK = insert(SubmissionItem), insert(Evidence).returning(Evidence.id, Evidence.submission_id), insert(evidence_items)
#: 'nhiệm vụ số 3', 'mục 1, 2 và 4' in folded text.
_NAMED = re.compile(r"\b(?:nhiem vu|muc|viec|noi dung)(?: so| thu)? ((?:\d{1,2}(?: va | )?){1,12})\b")


@dataclass(slots=True)
class HandIn:
    """What one reply hands in to one dispatch. stored: its files, each of which answers every task; id: of the submission, once it is written."""

    by: Actor
    dispatch_id: int
    chosen: Sequence[Assignment]
    stored: Sequence[StoredFile]
    body: str
    incoming_id: int
    id: int = 0


def owed(places: Collection[Place]) -> dict[Place, list[Any]]:
    """What is still owed in each place: rows of (Assignment, label, position, kind of its task)."""
    found: dict[Place, list[Any]] = {place: [] for place in places}
    for row in db.session.execute(_OWED, {"places": sorted(found, key=str)}) if found else ():
        found[row.Assignment.dispatch_id, row.Assignment.unit_id].append(row)
    return found


def answered(rows: Sequence[Any], text: str) -> list[Assignment]:
    """Those of the owed assignments (rows of `owed`) that a reply answers: those whose numbers it names, all of them where it names none."""
    numbers = named_numbers(text)
    return [row.Assignment for row in rows if not numbers or (row.kind == "task" and (row.label or str(row.position)) in numbers)]


def named_numbers(text: str) -> set[str]:
    """The numbers of tasks that a text names ('nhiệm vụ 2 và 3')."""
    return {number for found in _NAMED.finditer(fold(text)) for number in re.findall(r"\d+", found[1])}


def hand_in(hand_ins: Sequence[HandIn]) -> None:
    """Makes the submissions, moves their assignments and sets their ids.

    Raises ValueError where two are of one unit and one dispatch; Conflict; StaleDataError where another writer was faster, which `transaction`
    turns into a Conflict.
    """
    by_place = {(one.dispatch_id, one.by.unit_id): one for one in hand_ins}
    if len(by_place) != len(hand_ins):
        raise ValueError("a unit hands in to one dispatch twice at once")
    if not by_place:
        return
    for row in write(_ADD, [_submission(one) for one in hand_ins]):
        by_place[row.dispatch_id, row.unit_id].id = row.id
    write(_ADD_ITEM, [
        {"submission_id": one.id, "assignment_id": each.id, "result": one.body[:LONGEST_RESULT], "round": each.round + 1, "chosen": True}
        for one in hand_ins for each in one.chosen
    ])
    _add_evidence(hand_ins)
    _advance(hand_ins)


def _submission(one: HandIn) -> dict[str, Any]:
    now = clock.now()
    return {
        "dispatch_id": one.dispatch_id, "unit_id": one.by.unit_id, "state": "submitted", "channel": "mail", "note": one.body[:20_000],
        "created_by_id": one.by.id, "created_at": now, "updated_at": now, "submitted_by_id": one.by.id, "submitted_at": now,
    }


def _add_evidence(hand_ins: Sequence[HandIn]) -> None:
    """Every file answers every task that is handed in; the reviewer sees which is which."""
    now = clock.now()
    rows = [
        {"submission_id": one.id, "file_id": file.id, "kind": evidence.guess_kind(file.name, file.media_type, n == 0), "created_at": now}
        for one in hand_ins for n, file in enumerate(one.stored)
    ]
    if rows:
        chosen = {one.id: one.chosen for one in hand_ins}
        made = write(_ADD_EVIDENCE, rows).all()
        write(_ADD_TICK, [{"evidence_id": row.id, "assignment_id": each.id} for row in made for each in chosen[row.submission_id]])


def _advance(hand_ins: Sequence[HandIn]) -> None:
    now, today, batch = clock.now(), clock.today(), Batch(hand_ins[0].by)
    for one in hand_ins:
        batch.actor, result = one.by, one.body[:LONGEST_RESULT] or None
        for each in one.chosen:
            round = each.round + 1
            fields = {"round": round, "submitted_on": today, "submitted_at": now, "result": result, "acknowledged_at": each.acknowledged_at or now}
            batch.act(each, Act.SUBMIT, fields | handed_in(each), round=round, files=len(one.stored), submission_id=one.id)
    batch.finish()
    history.add([
        history.row(
            one.by, "submission.submit", dispatch_id=one.dispatch_id, unit_id=one.by.unit_id, submission_id=one.id, count=len(one.chosen),
            files=len(one.stored), unit=one.by.unit_name,
        )
        for one in hand_ins
    ])
