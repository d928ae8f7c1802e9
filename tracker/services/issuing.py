"""Issuing a draft: one transaction that freezes the recipients, makes the assignments, counts them, and queues a mail per unit."""
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, or_, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.deadlines import chase_day
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import DispatchState, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.events import Event
from tracker.models.tasks import Task
from tracker.services import history, issue_mails, issue_plan, reader_score, series, tally
from tracker.services.issue_plan import Plan


@dataclass(frozen=True, slots=True)
class Issued:
    """What issuing did; unreachable: names of units whose mail was skipped because they have no address."""

    dispatch_id: int
    number: str
    tasks: int
    findings: int
    units: int
    assignments: int
    mails: int
    unreachable: tuple[str, ...]


def preview(actor: Actor, dispatch_id: int) -> tuple[Dispatch, Plan]:
    """What issuing this draft would do now. Raises NotFound, Forbidden, and Conflict("dispatch.issued") once it is issued."""
    actor.need(Right.DISPATCH_ISSUE)
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None:
        raise NotFound()
    if dispatch.state != DispatchState.DRAFT:
        raise Conflict("dispatch.issued", number=dispatch.number or "")
    return dispatch, issue_plan.plan(dispatch)


def issue(actor: Actor, dispatch_id: int, version: int) -> Issued:
    """Issues the draft as it stood at this version; a second press or a second clerk finds it issued and changes nothing.

    Raises Conflict("dispatch.issued") or Conflict("stale"), BadInput("issue.blocked") where an obstacle stands.
    """
    actor.need(Right.DISPATCH_ISSUE)
    dispatch = _claim(actor, dispatch_id, version)
    plan = issue_plan.plan(dispatch)
    if plan.obstacles:
        first = plan.obstacles[0].error
        raise BadInput("issue.blocked", count=len(plan.obstacles), first=first)
    reader_score.keep_issued(dispatch, plan.tasks)
    series.begin(plan.tasks)
    _drop_tasks(dispatch_id, plan)
    _freeze_recipients(dispatch, plan)
    assign(actor, series.by_level(rows_of(dispatch_id, plan.tasks, plan.charges), plan.tasks))
    issue_mails.tell_issued(dispatch, plan)
    done = Issued(
        dispatch_id, dispatch.number or "", len(plan.directives), len(plan.findings), len(plan.recipients),
        plan.assignments + plan.finding_assignments, plan.mails, tuple(unit.name for unit in plan.unreachable),
    )
    history.record(
        actor, "dispatch.issue", dispatch_id=dispatch_id, tasks=done.tasks, findings=done.findings, units=done.units, assignments=done.assignments,
        mails=done.mails, left_out=[task.title for task in plan.left_out],
    )
    return done


def _claim(actor: Actor, dispatch_id: int, version: int) -> Dispatch:
    """Moves draft → issued by a conditional update, so that of two at once exactly one goes on."""
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None:
        raise NotFound()
    now = clock.now()
    claimed = db.session.execute(
        update(Dispatch)
        .where(Dispatch.id == dispatch_id, Dispatch.state == DispatchState.DRAFT, Dispatch.version == version)
        .values(
            state=DispatchState.ISSUED, version=Dispatch.version + 1, revision=1, issued_at=now, updated_at=now, issued_by_id=actor.id,
            issued_on=dispatch.issued_on or clock.today(),
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(dispatch)
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        if dispatch.state == DispatchState.DRAFT:
            raise Conflict("stale")
        raise Conflict("dispatch.issued", number=dispatch.number or "")
    return dispatch


def _drop_tasks(dispatch_id: int, plan: Plan) -> None:
    """What the clerk deleted in the draft was kept for undo only; findings that nobody gets would stand without an answer for ever."""
    unwanted = or_(Task.cancelled.is_(True), Task.id.in_([task.id for task in plan.left_out]))
    db.session.execute(delete(Task).where(Task.dispatch_id == dispatch_id, unwanted))


def _freeze_recipients(dispatch: Dispatch, plan: Plan) -> None:
    now = clock.now()
    rows = [{"dispatch_id": dispatch.id, "unit_id": unit.id, "unit_name": unit.name, "added_at": now} for unit in plan.recipients]
    db.session.execute(insert(DispatchRecipient), rows)


def rows_of(dispatch_id: int, tasks: list[Task], charges: dict[int, dict[int, str]]) -> list[dict[str, Any]]:
    """The assignments of these tasks as rows, one per unit charged."""
    now = clock.now()
    return [
        {
            "dispatch_id": dispatch_id, "task_id": task.id, "unit_id": unit_id, "role": role, "state": State.ASSIGNED, "due_on": task.due_on,
            "original_due_on": task.due_on, "review_on": task.review_on, "chase_on": chase_day(True, task.due_on, task.review_on, None),
            "deadline_version": 1, "round": 0, "updated_at": now, "version": 1,
        }
        for task in tasks
        for unit_id, role in sorted(charges[task.id].items())
    ]


def assign(actor: Actor, rows: list[dict[str, Any]]) -> None:
    """Writes new assignments in bulk (through Core: 216 objects would cost ten times as much), counts them, and begins their history."""
    if not rows:
        return
    table, now = Assignment.__table__, clock.now()
    made = db.session.connection().execute(insert(Assignment).returning(table.c.id, table.c.dispatch_id, table.c.unit_id), rows)
    events = [
        {"at": now, "kind": "assignment.issue", "person_id": actor.id, "person_name": actor.name, "data": {}, "assignment_id": row.id,
         "dispatch_id": row.dispatch_id, "unit_id": row.unit_id}
        for row in made
    ]
    db.session.connection().execute(insert(Event), events)
    counts = Counter(tally.key(row["unit_id"], row["state"], row["due_on"], None) for row in rows)
    tally.move(Counter({key: n for key, n in counts.items() if key}))
