"""The draft of an answer: one per unit and dispatch, saved as one goes, with its files and what each file answers."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Integer, Row, bindparam, delete, insert, select, update

from tracker import clock
from tracker.adapters.files import Blob
from tracker.db import db, read, write
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import OWED, State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.services import evidence, files

LONGEST_RESULT, LONGEST_NUMBER, LONGEST_NAME = 4000, 60, 120
#: What is paused may be handed in all the same.
ANSWERABLE = OWED | {State.PAUSED}
#: One answer's files; a unit that needs more hands in twice.
MOST_FILES = 200


@dataclass(frozen=True)
class Answers:
    """What the form says. results and kinds also tell which tasks and files the form knew of: others are left as they are.

    token: the opened page; version: the draft it was opened with (0 for none). ticks: evidence id → assignment ids it answers.
    """

    token: str
    version: int
    number: str = ""
    dated_on: date | None = None
    signatory: str = ""
    results: Mapping[int, str] = field(default_factory=dict)
    chosen: frozenset[int] = frozenset()
    kinds: Mapping[int, str] = field(default_factory=dict)
    ticks: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved:
    """The draft's version after a save; or submitted_id, where this same page has already handed it in."""

    version: int
    submitted_id: int | None = None


#: Statements of every upload and every save are built once, at import: building them would cost more than running them.
DISPATCH, UNIT, SUBMISSION = (bindparam(name, type_=Integer) for name in ("dispatch_id", "unit_id", "submission_id"))
_PLACE = (
    select(Dispatch.state, Dispatch.number)
    .join(DispatchRecipient, DispatchRecipient.dispatch_id == Dispatch.id)
    .where(Dispatch.id == DISPATCH, Dispatch.state != "draft", DispatchRecipient.unit_id == UNIT)
)
_LOCKED_PLACE = _PLACE.with_for_update(of=DispatchRecipient)
_DRAFT_ID = select(Submission.id).where(Submission.dispatch_id == DISPATCH, Submission.unit_id == UNIT, Submission.state == "draft")
_OWED = select(Assignment.id).where(Assignment.dispatch_id == DISPATCH, Assignment.unit_id == UNIT, Assignment.state.in_(ANSWERABLE))
_CHOSEN = select(SubmissionItem.assignment_id).where(SubmissionItem.submission_id == SUBMISSION, SubmissionItem.chosen)
_ADD_ITEM, _ADD_EVIDENCE, _ADD_TICK = insert(SubmissionItem), insert(Evidence).returning(Evidence.id), insert(evidence_items)


def place(actor: Actor, dispatch_id: int, *, lock: bool = False) -> Row[str, str | None]:
    """The dispatch's state and number, if it was issued to the actor's unit; lock makes two writers of one unit queue. Raises NotFound."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    found = read(_LOCKED_PLACE if lock else _PLACE, {"dispatch_id": dispatch_id, "unit_id": actor.unit_id}).first()
    if found is None:
        raise NotFound()
    return found


def draft_of(actor: Actor, dispatch_id: int) -> Submission | None:
    """The unit's draft for this dispatch."""
    of_unit = (Submission.dispatch_id == dispatch_id, Submission.unit_id == actor.unit_id)
    return db.session.scalars(select(Submission).where(*of_unit, Submission.state == "draft")).first()


def draft_id_of(actor: Actor, dispatch_id: int) -> int | None:
    """The id of the unit's draft for this dispatch."""
    return read(_DRAFT_ID, {"dispatch_id": dispatch_id, "unit_id": actor.unit_id}).scalar()


def save(actor: Actor, dispatch_id: int, answers: Answers) -> Saved:
    """Writes the form into the draft, making one where there is none.

    Raises BadInput("answer.too_long", "answer.future"), NotFound, Conflict("answer.stale") when another page has saved since.
    A page that has already handed in (a second press, an answer lost on the line) gets that submission's id back.
    """
    place(actor, dispatch_id, lock=True)
    draft = draft_of(actor, dispatch_id)
    if draft is None or draft.editor != answers.token:
        done = submitted_by_page(actor, dispatch_id, answers.token)
        if done is not None:
            if not answers.chosen <= _answered(done):
                raise Conflict("answer.stale")
            return Saved(0, done)
        if (draft.version if draft else 0) != answers.version:
            raise Conflict("answer.stale")
    check(answers)
    draft = draft or new_draft(actor, dispatch_id, known=answers.results)
    draft.number, draft.dated_on, draft.signatory = answers.number.strip() or None, answers.dated_on, answers.signatory.strip() or None
    draft.version, draft.editor, draft.updated_at = draft.version + 1, answers.token, clock.now()
    _save_items(draft, _owed(actor, dispatch_id), answers)
    evidence.save(draft, set(answers.results), answers.kinds, answers.ticks)
    return Saved(draft.version)


def attach(actor: Actor, dispatch_id: int, uploads: Sequence[tuple[Blob, str]], wanted: Iterable[int] = ()) -> int:
    """Adds files to the draft, answering every chosen task, and gives the draft's id; wanted: the tasks chosen where there is no
    draft yet (all without).

    The same file sent again (a new try after a lost line) is added once. Raises NotFound, Conflict("answer.closed"), BadInput.
    """
    need_open(place(actor, dispatch_id, lock=True))
    draft_id = draft_id_of(actor, dispatch_id) or new_draft(actor, dispatch_id, wanted).id
    add_files(actor, draft_id, uploads, read(_CHOSEN, {"submission_id": draft_id}).scalars().all())
    return draft_id


def add_files(actor: Actor, submission_id: int, uploads: Sequence[tuple[Blob, str]], chosen: Sequence[int]) -> None:
    """Adds files that answer the chosen assignments; one that is there already is passed over. Raises BadInput("answer.too_many_files")."""
    present = {(row.sha256, row.name) for row in evidence.of([submission_id])}
    for blob, name in uploads:
        if (blob.sha256, files.clean_name(name)) in present:
            continue
        if len(present) >= MOST_FILES:
            raise BadInput("answer.too_many_files", limit=MOST_FILES)
        row = files.receive(actor, blob, name)
        db.session.flush()
        kind = evidence.guess_kind(row.name, row.media_type, not present)
        new = {"submission_id": submission_id, "file_id": row.id, "kind": kind, "created_at": clock.now()}
        evidence_id = write(_ADD_EVIDENCE, new).scalar_one()
        present.add((row.sha256, row.name))
        if chosen:
            write(_ADD_TICK, [{"evidence_id": evidence_id, "assignment_id": id} for id in chosen])


def detach(actor: Actor, dispatch_id: int, evidence_id: int) -> None:
    """Takes a file off the draft. One that is not there any more was removed before: nothing happens.

    Raises NotFound, also for a file that stands in anything but this draft.
    """
    place(actor, dispatch_id, lock=True)
    draft, row = draft_of(actor, dispatch_id), db.session.get(Evidence, evidence_id)
    if row is None:
        return
    if draft is None or row.submission_id != draft.id:
        raise NotFound()
    file_id = row.file_id
    db.session.delete(row)
    db.session.flush()
    if db.session.scalar(select(Evidence.id).where(Evidence.file_id == file_id).limit(1)) is None:
        db.session.execute(delete(StoredFile).where(StoredFile.id == file_id))


def need_open(dispatch: Row[str, str | None]) -> None:
    """Raises Conflict("answer.closed") for a dispatch that takes no answers any more."""
    if dispatch.state != "issued":
        raise Conflict("answer.closed", number=dispatch.number or "")


def submitted_by_page(actor: Actor, dispatch_id: int, token: str) -> int | None:
    """The submission that this opened page has handed in, if it has."""
    return db.session.scalar(
        select(Submission.id).where(
            Submission.dispatch_id == dispatch_id, Submission.unit_id == actor.unit_id, Submission.state == "submitted", Submission.editor == token
        )
    )


def new_draft(actor: Actor, dispatch_id: int, wanted: Iterable[int] = (), known: Iterable[int] | None = None) -> Submission:
    """An empty draft with the wanted tasks chosen, or all that is owed; known: the tasks that the page showed.

    What came back from the province while the page was open is not among them, and is not handed in with it.
    """
    owed = _owed(actor, dispatch_id)
    if known is not None:
        owed &= set(known)
    chosen = owed & set(wanted) or owed
    now = clock.now()
    draft = Submission(dispatch_id=dispatch_id, unit_id=actor.unit_id, created_by_id=actor.id, created_at=now, updated_at=now, version=0)
    db.session.add(draft)
    db.session.flush()
    if owed:
        rows = [{"submission_id": draft.id, "assignment_id": id, "chosen": id in chosen, "result": "", "round": 0} for id in sorted(owed)]
        write(_ADD_ITEM, rows)
    return draft


def pass_over(actor: Actor, dispatch_id: int, ids: Iterable[int]) -> None:
    """Takes tasks that were handed in by another road out of what the unit's draft would hand in; its words for them stay."""
    draft_id = draft_id_of(actor, dispatch_id)
    if draft_id is not None:
        of_draft = (SubmissionItem.submission_id == draft_id, SubmissionItem.assignment_id.in_(list(ids)))
        db.session.execute(update(SubmissionItem).where(*of_draft).values(chosen=False))


def _owed(actor: Actor, dispatch_id: int) -> set[int]:
    return set(read(_OWED, {"dispatch_id": dispatch_id, "unit_id": actor.unit_id}).scalars())


def _answered(submission_id: int) -> set[int]:
    return set(db.session.scalars(select(SubmissionItem.assignment_id).where(SubmissionItem.submission_id == submission_id)))


def check(answers: Answers) -> None:
    """Raises BadInput("answer.too_long", "answer.future") for what a form cannot say."""
    for label, text, limit in ((tr("Số, ký hiệu"), answers.number, LONGEST_NUMBER), (tr("Người ký"), answers.signatory, LONGEST_NAME)):
        if len(text.strip()) > limit:
            raise BadInput("answer.too_long", label=label, limit=limit)
    if any(len(text.strip()) > LONGEST_RESULT for text in answers.results.values()):
        raise BadInput("answer.too_long", label="Kết quả", limit=LONGEST_RESULT)
    if answers.dated_on and answers.dated_on > clock.today():
        raise BadInput("answer.future", day=answers.dated_on)


def _save_items(draft: Submission, owed: set[int], answers: Answers) -> None:
    present = {
        row.assignment_id: row
        for row in db.session.execute(
            select(SubmissionItem.id, SubmissionItem.assignment_id, SubmissionItem.result, SubmissionItem.chosen).where(
                SubmissionItem.submission_id == draft.id
            )
        )
    }
    new, changed = [], []
    for id, text in answers.results.items():
        said, chosen = text.strip(), id in answers.chosen
        if id not in owed:
            continue
        if id not in present:
            new.append({"submission_id": draft.id, "assignment_id": id, "result": said, "chosen": chosen, "round": 0})
        elif (present[id].result, present[id].chosen) != (said, chosen):
            changed.append({"id": present[id].id, "result": said, "chosen": chosen})
    if new:
        write(_ADD_ITEM, new)
    if changed:
        db.session.execute(update(SubmissionItem), changed)
