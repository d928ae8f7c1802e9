"""`--scale`: the plan over a million open assignments of 166 units on PostgreSQL, and 10 000 mails through two real worker processes."""
import resource
import time
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text

from tests.bench.data import TASKS, Filler, bulk
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.mails import Reminder, ReminderPlan
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import reminders, tally, units
from tracker.services.calendar import working_calendar

UNITS = 166


@dataclass(frozen=True)
class Planned:
    """One plan: seconds, ledger rows, mails, megabytes of the process above what it had before, and what it was over."""

    what: str
    seconds: float
    told: int
    mails: int
    more_mb: float


class _Spread(Filler):
    """Open assignments with dates over so many days, the first 25 of them past: the wider, the fewer stand at a step on one day."""

    span = 90

    def _state(self, n: int, position: int, u: int) -> State:
        return State.ACKNOWLEDGED if (n + position + u) % 4 else State.ASSIGNED

    def _dates(self, n: int, position: int) -> tuple[date | None, date | None]:
        day = self.today + timedelta(days=(n * 11 + position * 7) % self.span - 25)
        return (None, day) if position in (1, 3, 7) else (day, None)


def fill(open_assignments: int, span: int) -> int:
    """166 units with an officer and a leader each, and so many open assignments with dates over `span` days; gives how many there are."""
    with transaction() as session:
        units.load_units()
        now = clock.now()
        chosen = list(session.scalars(select(Unit).where(Unit.level == "commune").order_by(Unit.id).limit(UNITS)))
        for unit in chosen:
            unit.mailbox = f"u{unit.code}@xa.example"
            session.add(Person(email=f"can-bo-{unit.code}@xa.example", name=f"Cán bộ {unit.code}", role=Role.OFFICER, unit_id=unit.id, created_at=now))
            session.add(Person(email=f"lanh-dao-{unit.code}@xa.example", name=f"Lãnh đạo {unit.code}", role=Role.DISTRICT_LEADER, unit_id=unit.id,
                               created_at=now))
        session.flush()
        filler = _Spread([unit.id for unit in chosen], closed=False)
        filler.span = span
        dispatches = -(-open_assignments // (TASKS * UNITS))
        for name in ("dispatches", "dispatch_recipients", "tasks", "assignments"):
            bulk(name, getattr(filler, f"_{name}")(dispatches))
        tally.rebuild()
    _analyse()
    return db.session.scalar(select(func.count()).select_from(Assignment)) or 0


def _analyse() -> None:
    """As autovacuum leaves it soon after a large load."""
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


def plan(what: str, days: int = 0) -> Planned:
    """The plan of today (or of so many working days later) in a process that has planned nothing yet."""
    day = working_calendar().on_or_after(clock.today())
    day = working_calendar().add(day, days)
    with transaction() as session:
        session.execute(ReminderPlan.__table__.delete().where(ReminderPlan.day == day))  # type: ignore[attr-defined]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    made = reminders.plan(transaction, day)
    seconds = time.perf_counter() - begun
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    written = db.session.scalar(select(func.count()).select_from(Reminder).where(Reminder.on_day == day)) or 0
    return Planned(what, seconds, written, made.counts["mails"], more)
