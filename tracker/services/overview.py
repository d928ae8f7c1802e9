"""The province's first page: what to do now, the days ahead, the dispatches that are followed and each unit's standing.

Its cost does not grow with history: counts per unit come from the running counts, everything else is bounded and stands on an index.
"""
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, and_, bindparam, exists, func, or_, select

from tracker import clock
from tracker.db import read
from tracker.domain.access import Actor, Right
from tracker.domain.calendar import Calendar
from tracker.domain.status import OWED, State
from tracker.models.assignments import Assignment
from tracker.models.assignments import Tally as Counted
from tracker.models.dispatches import Dispatch
from tracker.models.mails import ReminderPlan
from tracker.models.office import Heartbeat
from tracker.models.pauses import Pause
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import contests, overview_acts, overview_days, question_list, requests, tally, triage_page
from tracker.services.calendar import working_calendar
from tracker.services.overview_acts import Act
from tracker.services.overview_days import Day

#: Dispatches in the table, the latest first; older ones stand in the list of dispatches.
FOLLOWED = 12
#: A part of the machine that has not been heard of for so long is said to stand still (it beats every 30 seconds).
SILENCE = timedelta(minutes=5)
#: Statements are built once, at import: building them would cost a page more than running them.
TODAY = bindparam("today", type_=Date)
SORTS = ("over", "open", "waiting", "done", "rate", "name")


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit: how many assignments are open, overdue, waiting for review and accepted."""

    unit_id: int
    name: str
    code: str
    mailbox: str | None
    open: int
    over: int
    waiting: int
    done: int

    @property
    def total(self) -> int:
        """All that counts: cancelled ones do not."""
        return self.open + self.done

    @property
    def rate(self) -> float:
        """Share of accepted ones; 0 where nothing has been assigned."""
        return self.done / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Followed:
    """One open dispatch of the table; next_on and next_title: the date that comes next and what is due then."""

    id: int
    number: str
    subject: str
    issued_on: date | None
    total: int
    done: int
    waiting: int
    over: int
    next_on: date | None
    next_title: str


@dataclass(frozen=True)
class Health:
    """The machine's own state; starting: its parts have never said anything; failed: mails of the last days that did not arrive; paused: some clock
    stands still."""

    starting: bool
    worker: bool
    beat: bool
    plan_at: datetime | None
    plan: dict[str, Any]
    failed: int
    paused: bool


@dataclass(frozen=True)
class Overview:
    """All that the page shows."""

    acts: list[Act]
    days: list[Day]
    dispatches: list[Followed]
    units: list[Standing]
    health: Health
    calendar: Calendar


def overview(actor: Actor, sort: str = "over") -> Overview:
    """The page of this actor; the acts are those that the role may carry out. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    today, calendar = clock.today(), working_calendar()
    units = standings(today)
    followed = [Followed(*row) for row in read(_FOLLOWED, {"today": today}).all()]
    health, asked, formal, mails, contested, questions = _read_health()
    acts = overview_acts.acts(actor, today, calendar, {unit.unit_id: unit for unit in units}, asked, formal, mails, contested, questions)
    return Overview(acts, overview_days.days(today), followed, sorted(units, key=_order(sort)), health, calendar)


def standings(today: date) -> list[Standing]:
    """Every district of today and every other unit with work, by code, from the running counts."""
    return [Standing(*row) for row in read(_STANDINGS, {"today": today})]


def _standings() -> Any:
    """Three sums over one pass of the running counts; the day is compared before the state, for that is what sets most rows aside."""
    def counted(*conditions: Any) -> Any:
        return func.coalesce(func.sum(Counted.count).filter(*conditions), 0)

    done = counted(Counted.due_on == tally.NO_DATE, Counted.state.in_(tally.DONE_STATES))
    waiting = counted(Counted.due_on == tally.NO_DATE, Counted.state.in_(tally.WAITING_STATES))
    counts = select(
        Counted.unit_id, (func.sum(Counted.count) - done).label("open"), counted(Counted.due_on < TODAY, Counted.state.in_(OWED)).label("over"),
        waiting.label("waiting"), done.label("done"),
    )
    found = counts.group_by(Counted.unit_id).subquery()
    begun, lasts = or_(Unit.valid_from.is_(None), Unit.valid_from <= TODAY), or_(Unit.valid_to.is_(None), Unit.valid_to >= TODAY)
    return (
        select(Unit.id, Unit.short_name, Unit.code, Unit.mailbox, *(func.coalesce(found.c[name], 0) for name in ("open", "over", "waiting", "done")))
        .outerjoin(found, found.c.unit_id == Unit.id)
        .where(or_(and_(Unit.level == "district", begun, lasts), found.c.open + found.c.done > 0))
        .order_by(Unit.code)
    )


def _order(sort: str) -> Any:
    if sort == "name":
        return lambda unit: unit.code
    return lambda unit: (-getattr(unit, sort if sort in SORTS else "over"), -unit.open, unit.code)


def _followed() -> Any:
    """Begins with the latest few and counts by their ids alone, so that neither older dispatches nor long texts take part in it."""
    latest = select(Dispatch.id).where(Dispatch.state == "issued").order_by(Dispatch.issued_on.desc(), Dispatch.id.desc()).limit(FOLLOWED).subquery()
    counted = (
        select(
            latest.c.id, func.count().label("total"), func.count().filter(Assignment.state == State.ACCEPTED).label("done"),
            func.count().filter(Assignment.state == State.SUBMITTED).label("waiting"),
            func.count().filter(Assignment.due_on < TODAY, Assignment.state.in_(OWED)).label("over"),
        )
        .join(Assignment, and_(Assignment.dispatch_id == latest.c.id, Assignment.state != State.CANCELLED)).group_by(latest.c.id).subquery()
    )
    return (
        select(
            Dispatch.id, func.coalesce(Dispatch.number, ""), Dispatch.short_subject, Dispatch.issued_on, counted.c.total, counted.c.done, counted.c.waiting,
            counted.c.over, _next(counted, Task.due_on).scalar_subquery(), func.coalesce(_next(counted, Task.title).scalar_subquery(), ""),
        )
        .select_from(counted).join(Dispatch, Dispatch.id == counted.c.id).order_by(Dispatch.issued_on.desc(), Dispatch.id.desc())
    )


def _next(counted: Any, column: Any) -> Any:
    ahead = select(column).where(Task.dispatch_id == counted.c.id, Task.kind == "task", Task.cancelled.is_(False), Task.due_on >= TODAY)
    return ahead.correlate(counted).order_by(Task.due_on, Task.position).limit(1)


def _health() -> Any:
    """One row of small answers, so that the footer and what waits for a decision cost one query."""
    def heard(name: str) -> Any:
        return select(Heartbeat.at).where(Heartbeat.name == name).scalar_subquery()

    last = select(ReminderPlan.day).order_by(ReminderPlan.day.desc()).limit(1).scalar_subquery()
    plan = select(ReminderPlan.made_at, ReminderPlan.counts).where(ReminderPlan.day == last).subquery()
    failed = overview_acts.failed_recently(func.count()).scalar_subquery()
    paused = exists().where(Pause.ended_on.is_(None), Pause.begun_at.is_not(None))
    made_at, counts = select(plan.c.made_at).scalar_subquery(), select(plan.c.counts).scalar_subquery()
    return select(heard("worker"), heard("beat"), made_at, counts, failed, paused.label("paused"), *requests.COUNTS, triage_page.WAITING.label("mails"),
                  question_list.WAITING.label("questions"), question_list.FIRST_ASKED.label("asked_first"),
                  contests.WAITING.label("contests"), contests.FIRST_TARGET.label("contest_target"),
                  *(overview_acts.listed(kind).label(kind) for kind in overview_acts.FORMAL))


_STANDINGS, _FOLLOWED, _HEALTH = _standings(), _followed(), _health()


def _read_health() -> tuple[Health, tuple[int, int], tuple[int, ...], int, contests.Waiting, tuple[int, datetime | None]]:
    now = clock.now()
    row: Any = read(_HEALTH, {"since": now - overview_acts.RECENT}).one()
    worker, beat = (at is not None and at >= now - SILENCE for at in row[:2])
    health = Health(row[0] is None and row[1] is None, worker, beat, row[2], row[3] or {}, row[4], row.paused)
    return health, (row.extensions, row.objections), tuple(getattr(row, kind) for kind in overview_acts.FORMAL), row.mails, (
        contests.Waiting(row.contests, row.contest_target)), (row.questions, row.asked_first)
