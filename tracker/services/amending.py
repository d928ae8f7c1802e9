"""Amending an issued dispatch: changed dates and texts, added and dropped tasks; each unit is told exactly what changed for it."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.deadlines import Precision, check_dates
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import HELD, OPEN, OWED, Act, DispatchAct, State, dispatch_after
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import history, holding, issue_mails, issue_plan, lapsing, mail_links
from tracker.services.batches import Batch
from tracker.services.issue_mails import date_words
from tracker.services.issuing import assign, rows_of
from tracker.services.recipients import Recipient

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task as it shall be from now on; drop takes it out."""

    task_id: int
    title: str
    text: str
    due_on: date | None
    review_on: date | None
    drop: bool = False


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that comes in with the amendment. units: for these recipients, or for every one; finding: a shortcoming that names them."""

    title: str
    text: str
    due_on: date | None
    review_on: date | None
    units: tuple[int, ...] = ()
    finding: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One change in words. kind: of domain.badges, for its shape; what: the change; before: how it was."""

    task_id: int | None
    title: str
    kind: str
    what: str
    before: str = ""


@dataclass(slots=True)
class Amended:
    """What an amendment did."""

    revision: int
    differences: list[Difference]
    assignments: int = 0
    mails: int = 0
    units: set[int] = field(default_factory=set)


def get(actor: Actor, dispatch_id: int) -> tuple[Dispatch, list[Task]]:
    """An issued dispatch and its tasks, for the form. Raises NotFound, Forbidden, Conflict("dispatch.state")."""
    actor.need(Right.DISPATCH_ISSUE)
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None:
        raise NotFound()
    dispatch_after(dispatch.state, DispatchAct.AMEND)
    return dispatch, _tasks(dispatch_id)


def locked(actor: Actor, dispatch_id: int, version: int, act: DispatchAct) -> Dispatch:
    """The dispatch for one act, locked, its version raised and its state moved. Raises NotFound, Forbidden, Conflict."""
    actor.need(Right.DISPATCH_ISSUE)
    dispatch = db.session.get(Dispatch, dispatch_id, with_for_update={"of": Dispatch}, populate_existing=True)
    if dispatch is None:
        raise NotFound()
    state = dispatch_after(dispatch.state, act)
    if dispatch.version != version:
        raise Conflict("stale")
    dispatch.state, dispatch.version, dispatch.updated_at = state, version + 1, clock.now()
    return dispatch


def differences(tasks: Sequence[Task], changes: Sequence[TaskChange], added: Sequence[NewTask]) -> list[Difference]:
    """What would change, in words.

    Raises BadInput for a date that is not there or past and for a finding without a unit, NotFound for a task of another dispatch.
    """
    known = {task.id: task for task in tasks}
    found: list[Difference] = []
    for change in changes:
        if change.task_id not in known:
            raise NotFound()
        found += _of_task(known[change.task_id], change)
    for new in added:
        _check(new.title, new.due_on, new.review_on)
        if new.finding and not new.units:
            raise BadInput("recipients.none")
        found.append(Difference(None, new.title.strip(), "new", f"{_new_words(new)}, {date_words(new.due_on, new.review_on)}"))
    return found


def _new_words(new: NewTask) -> str:
    what = tr("tồn tại nêu đích danh") if new.finding else tr("việc mới")
    return tr("{what} cho {units} đơn vị", what=what, units=len(new.units)) if new.units else what


def _of_task(task: Task, change: TaskChange) -> list[Difference]:
    if change.drop:
        return [Difference(task.id, task.title, "none", tr("bỏ, không phải làm nữa"))]
    found = []
    if _redated(task, change):
        _check(change.title, change.due_on, change.review_on)
        was = tr("trước đây: {due_on}", due_on=date_words(task.due_on, task.review_on))
        found.append(Difference(task.id, task.title, "soon", date_words(change.due_on, change.review_on), was))
    if _reworded(task, change):
        _check(change.title, task.due_on, task.review_on, dates=False)
        found.append(Difference(task.id, change.title.strip(), "new", tr("nội dung mới"), tr("trước đây: {title}",
            title=task.title) if change.title.strip() != task.title else ""))
    return found


def _redated(task: Task, change: TaskChange) -> bool:
    return (task.due_on, task.review_on) != (change.due_on, change.review_on)


def _reworded(task: Task, change: TaskChange) -> bool:
    return (task.title, _lines(task.text)) != (change.title.strip(), _lines(change.text))


def _lines(text: str) -> list[str]:
    return text.split()


def _check(title: str, due_on: date | None, review_on: date | None, dates: bool = True) -> None:
    if not title.strip():
        raise BadInput("task.no_title")
    if len(title.strip()) > 160:
        raise BadInput("task.too_long", title=160, text=20_000)
    if dates:
        check_dates(due_on, review_on if due_on is None else None, clock.today())


def amend(
    actor: Actor, dispatch_id: int, version: int, changes: Sequence[TaskChange], added: Sequence[NewTask] = (), reason: str = "",
) -> Amended:
    """Issues the next revision. Raises BadInput("amend.no_reason", "amend.nothing"), Conflict("stale", "dispatch.state")."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("amend.no_reason", limit=LONGEST_REASON)
    dispatch = locked(actor, dispatch_id, version, DispatchAct.AMEND)
    tasks = _tasks(dispatch_id)
    found = differences(tasks, changes, added)
    if not found:
        raise BadInput("amend.nothing")
    dispatch.revision += 1
    done = Amended(dispatch.revision, found)
    # The words as they were: a report of an earlier day speaks in them.
    reworded = {task.id: [task.title, task.text] for task in tasks for change in changes if change.task_id == task.id and _reworded(task, change)}
    lines: dict[int, list[TaskLine]] = defaultdict(list)
    batch, known = Batch(actor), {task.id: task for task in tasks}
    for change in changes:
        _apply(batch, known[change.task_id], change, reason, lines)
    batch.finish()
    _add(actor, dispatch, added, lines)
    done.assignments, done.units = batch.changed, set(lines)
    done.mails = _tell(dispatch, reason, lines)
    history.record(
        actor, "dispatch.amend", dispatch_id=dispatch_id, reason=reason, revision=dispatch.revision, reworded=reworded,
        changes=[" · ".join(filter(None, (one.title, one.what, one.before))) for one in found],
    )
    return done


def _apply(batch: Batch, task: Task, change: TaskChange, reason: str, lines: dict[int, list[TaskLine]]) -> None:
    """One task's change on its row and on the assignments that it still touches."""
    told = _of_task(task, change)
    if not told:
        return
    wanted = select(Assignment).where(Assignment.task_id == task.id, Assignment.state.in_(sorted(OPEN))).order_by(Assignment.id)
    for assignment in db.session.scalars(wanted):
        touched = _apply_one(batch, assignment, task, change, reason)
        if touched:
            lines[assignment.unit_id] += [TaskLine(one.title, one.kind, one.what, one.before) for one in told]
    if change.drop:
        task.cancelled = True
        return
    if _redated(task, change):
        task.why = tr("sửa đổi công văn") if change.due_on else ""
        task.precision = Precision.DAY if change.due_on else Precision.NONE
    task.title, task.text, task.due_on, task.review_on = change.title.strip(), change.text.strip(), change.due_on, change.review_on


def _apply_one(batch: Batch, assignment: Assignment, task: Task, change: TaskChange, reason: str) -> bool:
    """Whether the unit has to be told. What waits for review keeps its date: it was handed in under it; so does a later date of its own."""
    if change.drop:
        holding.let_go(Assignment.id == assignment.id, Assignment.state == State.PAUSED)
        batch.act(assignment, Act.CANCEL, reason=reason)
        lapsing.lapse([assignment.id])
        return True
    reworded = _reworded(task, change)
    if _redated(task, change) and assignment.state in OWED | HELD and _moves(assignment, task, change):
        told = {
            "before": date_words(assignment.due_on, assignment.review_on), "after": date_words(change.due_on, change.review_on), "reason": reason,
        }
        version = assignment.deadline_version + 1
        held = holding.redated(assignment)
        # Since when the clock stands still from now on; before, it stood since another day.
        if held:
            told["held_again"] = held["held_on"].isoformat()
        fields = {"due_on": change.due_on, "review_on": change.review_on, "deadline_version": version, **held}
        batch.amend(assignment, "assignment.dates", told, **fields)
        return True
    if reworded:
        batch.amend(assignment, "assignment.amend", {"reason": reason})
    return reworded


def _moves(assignment: Assignment, task: Task, change: TaskChange) -> bool:
    """A date of its own (an extension, a fix-by date) is not taken back by an earlier common one."""
    if assignment.due_on == task.due_on:
        return True
    return change.due_on is None or assignment.due_on is None or change.due_on > assignment.due_on


def _add(actor: Actor, dispatch: Dispatch, added: Sequence[NewTask], lines: dict[int, list[TaskLine]]) -> None:
    if not added:
        return
    units = list(db.session.scalars(select(DispatchRecipient.unit_id).where(DispatchRecipient.dispatch_id == dispatch.id)))
    last = db.session.scalar(select(func.max(Task.position)).where(Task.dispatch_id == dispatch.id)) or 0
    charged: dict[Task, list[int]] = {_new_task(dispatch, new, last + n): _units_of(new, units) for n, new in enumerate(added, 1)}
    db.session.add_all(charged)
    db.session.flush()
    assign(actor, rows_of(dispatch.id, list(charged), {task.id: dict.fromkeys(chosen, "lead") for task, chosen in charged.items()}))
    for (task, chosen), new in zip(charged.items(), added, strict=True):
        for unit in chosen:
            what = tr("tồn tại nêu đích danh") if new.finding else tr("việc mới")
            lines[unit].append(TaskLine(task.title, "new", what, date_words(task.due_on, task.review_on)))


def _units_of(new: NewTask, recipients: list[int]) -> list[int]:
    """The recipients it goes to. Raises NotFound for a unit that is none."""
    if set(new.units) - set(recipients):
        raise NotFound()
    return [unit for unit in recipients if not new.units or unit in new.units]


def _new_task(dispatch: Dispatch, new: NewTask, position: int) -> Task:
    return Task(
        dispatch_id=dispatch.id, kind="finding" if new.finding else "task", position=position, title=new.title.strip(), text=new.text.strip(),
        due_on=new.due_on, review_on=new.review_on, precision=Precision.DAY if new.due_on else Precision.NONE,
        why=tr("sửa đổi công văn") if new.due_on else "", evidence=["implementing_document"], to_all=not new.units,
        given_on=clock.today(),
    )


def frozen_recipients(dispatch_id: int) -> list[Recipient]:
    """The units of an issued dispatch, with their names of then and their mailboxes of now."""
    columns = select(DispatchRecipient.unit_id, Unit.code, DispatchRecipient.unit_name, Unit.short_name, Unit.mailbox)
    wanted = columns.join(Unit, Unit.id == DispatchRecipient.unit_id).where(DispatchRecipient.dispatch_id == dispatch_id).order_by(Unit.folded)
    return [Recipient(*row) for row in db.session.execute(wanted)]


def _tell(dispatch: Dispatch, reason: str, lines: dict[int, list[TaskLine]]) -> int:
    units = [unit for unit in frozen_recipients(dispatch.id) if unit.id in lines]
    addresses, shared, maker = issue_plan.addresses(units), issue_mails.head(dispatch), mail_links.Maker()
    rows = []
    for unit in units:
        context = shared | {"unit": unit.name, "reason": reason, "revision": dispatch.revision - 1, "changes": lines[unit.id]}
        rows += issue_mails.unit_rows("amended", unit, addresses[unit.id], dispatch.id, context, [], maker)
    return issue_mails.send_all(rows)


def _tasks(dispatch_id: int) -> list[Task]:
    wanted = select(Task).where(Task.dispatch_id == dispatch_id, Task.cancelled.is_(False))
    return list(db.session.scalars(wanted.order_by(Task.position, Task.id).execution_options(populate_existing=True)))
