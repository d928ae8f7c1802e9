"""Handing in: the chosen answers of a draft become one submission, the rest stays in a new draft; every round is kept."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, insert, select, update

from tracker import clock
from tracker.adapters.files import Blob
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import Act, may
from tracker.models.assignments import Assignment
from tracker.models.dispatches import DispatchRecipient
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.services import answering, assignments, evidence, history, holding
from tracker.services.answering import Answers


@dataclass(frozen=True)
class Lack:
    """Evidence that a task asks for and no file is: a warning, never a refusal."""

    title: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """submission_id once handed in; else what is lacking and has to be confirmed first. loose: names of files that answer nothing."""

    submission_id: int | None = None
    count: int = 0
    lacks: list[Lack] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)


def submit(actor: Actor, dispatch_id: int, token: str, *, confirmed: bool = False) -> Outcome:
    """Hands in the chosen answers of the draft that this opened page saved last; pressing twice hands in once.

    Raises NotFound, Conflict("answer.closed", "answer.stale", "answer.moved"), BadInput("answer.none_chosen", "answer.nothing").
    Asked evidence that is not there gives an Outcome without an id, unless confirmed. The draft is left as it is in all these cases.
    """
    dispatch = answering.place(actor, dispatch_id, lock=True)
    done = answering.submitted_by_page(actor, dispatch_id, token)
    if done is not None:
        return Outcome(done, len(_items(done)))
    answering.need_open(dispatch)
    draft = answering.draft_of(actor, dispatch_id)
    if draft is None or draft.editor != token:
        raise Conflict("answer.stale")
    items = [item for item in _items(draft.id) if item.chosen]
    if not items:
        raise BadInput("answer.none_chosen")
    chosen = {a.id: a for a in assignments.get_many(actor, [item.assignment_id for item in items])}
    tasks = _tasks(chosen.values())
    files = evidence.of([draft.id])
    ticks = evidence.ticks_of([row.id for row in files])
    _refuse(chosen, tasks, {item.assignment_id for item in items if item.result}.union(*ticks.values()))
    if not confirmed:
        lacks = _lacks(chosen, tasks, {row.id: row.kind for row in files}, ticks)
        loose = [row.name for row in files if not ticks[row.id]]
        if lacks or loose:
            return Outcome(count=len(items), lacks=lacks, loose=loose)
    return _hand_in(actor, draft, items, chosen, ticks)


def hand_in_at_once(actor: Actor, dispatch_id: int, answers: Answers, uploads: Sequence[tuple[Blob, str]], channel: str) -> Outcome:
    """Hands in without a draft: the chosen results, and files that answer all of them; the unit's own draft stays as it is.

    Evidence that was asked for and is not there is named in the Outcome. Pressing twice hands in once. Raises NotFound,
    Conflict("answer.closed", "answer.moved"), BadInput("answer.none_chosen", "answer.nothing", "answer.too_long", "answer.future").
    """
    dispatch = answering.place(actor, dispatch_id, lock=True)
    done = answering.submitted_by_page(actor, dispatch_id, answers.token)
    if done is not None:
        return Outcome(done, len(_items(done)))
    answering.need_open(dispatch)
    answering.check(answers)
    if not answers.chosen:
        raise BadInput("answer.none_chosen")
    chosen = {a.id: a for a in assignments.get_many(actor, sorted(answers.chosen))}
    if any(a.dispatch_id != dispatch_id for a in chosen.values()):
        raise NotFound()
    tasks, said = _tasks(chosen.values()), {id for id, text in answers.results.items() if text.strip()}
    _refuse(chosen, tasks, set(chosen) if uploads else said)
    submission = _sheet(actor, dispatch_id, answers, channel, sorted(chosen))
    answering.add_files(actor, submission.id, uploads, sorted(chosen))
    files = evidence.of([submission.id])
    ticks = evidence.ticks_of([row.id for row in files])
    lacks = _lacks(chosen, tasks, {row.id: row.kind for row in files}, ticks)
    answering.pass_over(actor, dispatch_id, chosen)
    return replace(_hand_in(actor, submission, _items(submission.id), chosen, ticks), lacks=lacks)


def _sheet(actor: Actor, dispatch_id: int, answers: Answers, channel: str, chosen: Sequence[int]) -> Submission:
    """A submission that never was a draft: a unit has one draft of a dispatch, and somebody may be writing it."""
    now = clock.now()
    submission = Submission(
        dispatch_id=dispatch_id, unit_id=actor.unit_id, state="submitted", submitted_at=now, channel=channel, editor=answers.token, version=1,
        number=answers.number.strip() or None, dated_on=answers.dated_on, signatory=answers.signatory.strip() or None,
        created_by_id=actor.id, submitted_by_id=actor.id, created_at=now, updated_at=now,
        items=[SubmissionItem(assignment_id=id, result=answers.results.get(id, "").strip()) for id in chosen],
    )
    db.session.add(submission)
    db.session.flush()
    return submission


def _refuse(chosen: dict[int, Assignment], tasks: dict[int, Task], answered: set[int]) -> None:
    """Raises Conflict for a task that can no longer be handed in, BadInput for one with neither words nor a file."""
    moved = [tasks[a.task_id].title for a in chosen.values() if not may(a.state, Act.SUBMIT)]
    if moved:
        raise Conflict("answer.moved", title=moved[0])
    empty = [tasks[a.task_id].title for a in chosen.values() if a.id not in answered]
    if empty:
        raise BadInput("answer.nothing", title=empty[0], more=f" và {len(empty) - 1} việc khác" if len(empty) > 1 else "")


def _hand_in(
    actor: Actor, draft: Submission, items: list[SubmissionItem], chosen: dict[int, Assignment], ticks: dict[int, set[int]]
) -> Outcome:
    now, today = clock.now(), clock.today()
    draft.state, draft.submitted_at, draft.submitted_by_id, draft.updated_at = "submitted", now, actor.id, now
    for item in items:
        item.round = chosen[item.assignment_id].round + 1
    db.session.flush()
    _keep_rest(actor, draft, set(chosen), ticks)
    for item in items:
        assignment = chosen[item.assignment_id]
        count = sum(assignment.id in answered for answered in ticks.values())
        assignments.advance(
            actor, assignment, Act.SUBMIT, told={"round": item.round, "files": count, "submission_id": draft.id}, round=item.round,
            submitted_on=today, submitted_at=now, result=item.result or None, acknowledged_at=assignment.acknowledged_at or now,
            **holding.handed_in(assignment),
        )
    _seen(draft)
    kept = sum(bool(answered & set(chosen)) for answered in ticks.values())
    history.record(
        actor, "submission.submit", dispatch_id=draft.dispatch_id, unit_id=draft.unit_id, submission_id=draft.id, count=len(items), files=kept,
        unit=actor.unit_name,
    )
    return Outcome(draft.id, len(items))


def _keep_rest(actor: Actor, done: Submission, chosen: set[int], ticks: dict[int, set[int]]) -> None:
    """What was not chosen stays in a new draft: its words, and the files that answer it (a file that answers both stands in both)."""
    rest = [item for item in _items(done.id) if item.assignment_id not in chosen]
    open_ids = {item.assignment_id for item in rest}
    begun = {item.assignment_id for item in rest if item.result}
    for_rest = {id for id, answered in ticks.items() if answered & open_ids}
    loose = {id for id, answered in ticks.items() if not answered}
    if not rest or not (begun or for_rest or loose):
        db.session.execute(delete(SubmissionItem).where(SubmissionItem.submission_id == done.id, SubmissionItem.assignment_id.not_in(chosen)))
        return
    now = clock.now()
    draft = Submission(dispatch_id=done.dispatch_id, unit_id=done.unit_id, created_by_id=actor.id, created_at=now, updated_at=now, version=0)
    db.session.add(draft)
    db.session.flush()
    moving = update(SubmissionItem).where(SubmissionItem.submission_id == done.id, SubmissionItem.assignment_id.in_(open_ids))
    db.session.execute(moving.values(submission_id=draft.id))
    for id in sorted(for_rest | loose):
        if ticks[id] & chosen:
            _copy(id, draft.id, ticks[id] & open_ids)
        else:
            db.session.execute(update(Evidence).where(Evidence.id == id).values(submission_id=draft.id))


def _copy(evidence_id: int, draft_id: int, ids: set[int]) -> None:
    row = db.session.get_one(Evidence, evidence_id)
    copy = Evidence(submission_id=draft_id, file_id=row.file_id, kind=row.kind, created_at=row.created_at)
    db.session.add(copy)
    db.session.flush()
    db.session.execute(delete(evidence_items).where(evidence_items.c.evidence_id == evidence_id, evidence_items.c.assignment_id.in_(ids)))
    db.session.execute(insert(evidence_items), [{"evidence_id": copy.id, "assignment_id": id} for id in sorted(ids)])


def _items(submission_id: int) -> list[SubmissionItem]:
    return list(
        db.session.scalars(
            select(SubmissionItem).where(SubmissionItem.submission_id == submission_id).order_by(SubmissionItem.assignment_id)
            .execution_options(populate_existing=True)
        )
    )


def _tasks(found: Iterable[Assignment]) -> dict[int, Task]:
    return {task.id: task for task in db.session.scalars(select(Task).where(Task.id.in_([a.task_id for a in found])))}


def _lacks(chosen: dict[int, Assignment], tasks: dict[int, Task], kinds: dict[int, str], ticks: dict[int, set[int]]) -> list[Lack]:
    """Kinds asked for and not attached now; a round handed in before counts, because its files stay."""
    asked = {id: set(tasks[a.task_id].evidence) for id, a in chosen.items() if tasks[a.task_id].evidence}
    if not asked:
        return []
    have: dict[int, set[str]] = {id: {kinds[e] for e, answered in ticks.items() if id in answered} for id in asked}
    before = (
        select(evidence_items.c.assignment_id, Evidence.kind)
        .join(Evidence, Evidence.id == evidence_items.c.evidence_id)
        .where(evidence_items.c.assignment_id.in_(asked))
    )
    for row in db.session.execute(before):
        have[row.assignment_id].add(row.kind)
    lacking = ((id, tuple(kind for kind in tasks[chosen[id].task_id].evidence if kind not in have[id])) for id in asked)
    return [Lack(tasks[chosen[id].task_id].title, kinds) for id, kinds in lacking if kinds]


def _seen(draft: Submission) -> None:
    seen = update(DispatchRecipient).where(
        DispatchRecipient.dispatch_id == draft.dispatch_id, DispatchRecipient.unit_id == draft.unit_id, DispatchRecipient.seen_at.is_(None)
    )
    db.session.execute(seen.values(seen_at=clock.now()))
