"""Opening the periods of recurring tasks: each is a task of its own with its assignments, made on the first day of the period, never twice."""
import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import db
from tracker.domain import rhythm as rhythms
from tracker.domain.access import MACHINE, Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.rhythm import Period, Rhythm
from tracker.domain.status import DispatchState, State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import history, issue_mails, issue_plan, mail_links, office_hours, series
from tracker.services.amending import frozen_recipients
from tracker.services.issuing import assign, rows_of

log = logging.getLogger(__name__)
_COPIED = ("dispatch_id", "kind", "label", "text", "span_start", "span_end", "evidence", "to_all", "review_on")


@dataclass(frozen=True, slots=True)
class Series:
    """One recurring task of a dispatch: its rule in words, the periods opened so far, and when the next one opens and is due."""

    task_id: int
    title: str
    words: str
    opened: int
    last: str
    until: date | None
    opens_on: date | None
    due_on: date | None
    next: str


def _heads(*conditions: Any) -> Select[Any]:
    """The first task of each series with the key of its last opened period."""
    turn = aliased(Task)
    last = select(func.max(turn.period)).where(turn.series_id == Task.id).correlate(Task).scalar_subquery()
    count = select(func.count()).where(turn.series_id == Task.id).correlate(Task).scalar_subquery()
    return (
        select(Task.id, Task.dispatch_id, Task.title, Task.rhythm, Task.period, last.label("last"), count.label("opened"))
        .where(Task.rhythm.is_not(None), Task.cancelled.is_(False), Task.period.is_not(None), *conditions).order_by(Task.id)
    )


def _last(row: Any) -> Period:
    return rhythms.period_named(max(filter(None, (row.period, row.last))))


def due() -> list[int]:
    """Ids of the dispatches in force that have a period to open today."""
    today = clock.today()
    rows = db.session.execute(_heads().join(Dispatch, Dispatch.id == Task.dispatch_id).where(Dispatch.state == DispatchState.ISSUED))
    return list(dict.fromkeys(row.dispatch_id for row in rows if _to_open(row, today)))


def _to_open(row: Any, today: date) -> list[Period]:
    """The periods of one series to open; one whose rhythm cannot be read never stops the rest."""
    try:
        return rhythms.to_open(rhythms.from_json(row.rhythm), _last(row), today)
    except (BadInput, KeyError, TypeError, ValueError):
        log.exception("the rhythm of task %s cannot be read", row.id)
        return []


def open_due(dispatch_id: int) -> list[int]:
    """Opens the periods of a dispatch whose day has come, and tells each unit in one mail; gives the ids of the new tasks.

    A second run finds them opened: the dispatch is locked meanwhile, and a period of a series is unique.
    """
    dispatch = db.session.get(Dispatch, dispatch_id, with_for_update={"of": Dispatch}, populate_existing=True)
    if dispatch is None or dispatch.state != DispatchState.ISSUED:
        return []
    opened: dict[Task, dict[int, str]] = {}
    for row in db.session.execute(_heads(Task.dispatch_id == dispatch_id)).all():
        waiting = _to_open(row, clock.today())
        charges = _charges(row.id) if waiting else {}
        for period in waiting if charges else ():
            if task := _opened(db.session.get_one(Task, row.id), rhythms.from_json(row.rhythm), period):
                opened[task] = charges
    if opened:
        _assign(dispatch, opened)
    return [task.id for task in opened]


def _charges(series_id: int) -> dict[int, str]:
    """Who had the first period, with their roles; without those whose objection was upheld since, and units that are no more."""
    in_series = or_(Task.id == series_id, Task.series_id == series_id)
    upheld = select(Assignment.unit_id).join(Task, Task.id == Assignment.task_id).where(in_series, Assignment.upheld)
    lasts = or_(Unit.valid_to.is_(None), Unit.valid_to >= clock.today())
    wanted = (
        select(Assignment.unit_id, Assignment.role).join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.task_id == series_id, Assignment.unit_id.not_in(upheld), Assignment.state != State.CANCELLED, lasts)
    )
    return {unit_id: role for unit_id, role in db.session.execute(wanted)}


def _opened(first: Task, rhythm: Rhythm, period: Period) -> Task | None:
    """The task of one period; None where another worker has made it."""
    dialect = db.session.connection().dialect.name
    last = db.session.scalar(select(func.max(Task.position)).where(Task.dispatch_id == first.dispatch_id)) or 0
    day = rhythms.due_on(rhythm, period)
    missed = tr("; mở ngày {today} vì máy nghỉ", today=f'{clock.today():%d/%m/%Y}') if day < clock.today() else ""
    values = {name: getattr(first, name) for name in _COPIED} | {
        "series_id": first.id, "period": period.key, "position": last + 1, "title": rhythms.titled(first.title, period), "precision": first.precision,
        "due_on": day, "why": series.why(rhythm, period) + missed, "doubts": [], "cancelled": False,
        "given_on": clock.today(),
    }
    new = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(Task).values(values)
    task_id = db.session.scalar(new.on_conflict_do_nothing(index_elements=["series_id", "period"]).returning(Task.id))
    return db.session.get_one(Task, task_id) if task_id else None


def _assign(dispatch: Dispatch, opened: dict[Task, dict[int, str]]) -> None:
    rows = rows_of(dispatch.id, list(opened), {task.id: charges for task, charges in opened.items()})
    firsts = {task.series_id: db.session.get_one(Task, task.series_id) for task in opened}
    own = {
        task.id: rhythms.due_on(rhythm, rhythms.period_named(task.period), "commune")
        for task in opened if task.period and (rhythm := series.rhythm_of(firsts[task.series_id])) and rhythm.commune_day
    }
    rows = series.dated(rows, own)
    assign(MACHINE, rows)
    for task in opened:
        history.record(MACHINE, "series.open", dispatch_id=dispatch.id, title=task.title, units=len(opened[task]))
    _tell(dispatch, rows, {task.id: task for task in opened})


def _tell(dispatch: Dispatch, rows: list[dict[str, Any]], tasks: dict[int, Task]) -> None:
    """One mail to each unit about all that opened for it today, in office hours: what opens at night is told in the morning."""
    mine: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        task = tasks[row["task_id"]]
        line = issue_mails.task_line(task, row["role"])
        mine[row["unit_id"]].append(line if row["due_on"] == task.due_on else _dated(line, row["due_on"]))
    units = [unit for unit in frozen_recipients(dispatch.id) if unit.id in mine]
    addresses, shared, moment, maker, made = issue_plan.addresses(units), issue_mails.head(dispatch), office_hours.opens_at(), mail_links.Maker(), []
    for unit in units:
        context = shared | {"unit": unit.name, "tasks": mine[unit.id]}
        made += issue_mails.unit_rows("period", unit, addresses[unit.id], dispatch.id, context, [], maker)
    issue_mails.send_all([row | {"not_before": moment, "next_attempt_at": moment} for row in made])


def _dated(line: Any, day: date) -> Any:
    return type(line)(line.title, line.kind, issue_mails.date_words(day, None), line.detail)


def listed(dispatch: Dispatch, tasks: set[int] | None = None) -> list[Series]:
    """The recurring tasks of a dispatch with what comes next; tasks: only those that a unit has some period of."""
    found = [_series(row, dispatch.state == DispatchState.ISSUED) for row in db.session.execute(_heads(Task.dispatch_id == dispatch.id))]
    return [one for one in found if tasks is None or one.task_id in tasks]


def _series(row: Any, running: bool) -> Series:
    rhythm, last = rhythms.from_json(row.rhythm), _last(row)
    after = rhythms.following_due(rhythm, last) if running else None
    return Series(
        row.id, rhythms.untitled(row.title), rhythm.words, row.opened + 1, last.words, rhythm.until, after.start if after else None,
        rhythms.due_on(rhythm, after) if after else None, after.words if after else "",
    )


def end(actor: Actor, dispatch_id: int, task_id: int, until: date | None) -> Task:
    """Sets the last day on which a series still opens a period; None for no end. Raises NotFound, Forbidden, Conflict("dispatch.state")."""
    actor.need(Right.DISPATCH_ISSUE)
    dispatch = db.session.get(Dispatch, dispatch_id, with_for_update={"of": Dispatch}, populate_existing=True)
    task = db.session.get(Task, task_id)
    if dispatch is None or task is None or task.dispatch_id != dispatch_id or not task.rhythm or not task.period:
        raise NotFound()
    if dispatch.state != DispatchState.ISSUED:
        raise Conflict("dispatch.state")
    before, task.rhythm = task.rhythm, {**task.rhythm, "until": until.isoformat() if until else None}
    history.record(
        actor, "series.until", dispatch_id=dispatch_id, title=rhythms.untitled(task.title), before=before.get("until") or "",
        after=tr("đến hết ngày {until}", until=f'{until:%d/%m/%Y}') if until else tr("không có ngày cuối"),
    )
    return task
