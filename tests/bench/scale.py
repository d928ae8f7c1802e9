"""`--scale`: the plan over a million open assignments of 166 units on PostgreSQL, and 10 000 mails through two real worker processes."""
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import psutil
from sqlalchemy import func, insert, select, text, update

from tests.bench.data import TASKS, Filler, bulk
from tests.machine import Machine, always_open
from tests.mail_server import eventually
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import outbox, reminders, tally, units
from tracker.services.calendar import working_calendar

UNITS = 166


@dataclass(frozen=True)
class Planned:
    """One plan: seconds, those of them that a processor worked (ours and the database's), ledger rows, mails, and megabytes more than before."""

    seconds: float
    worked: float
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


def plan(days: int = 0) -> Planned:
    """The plan of today (or of so many working days later) in a process that has planned nothing yet."""
    day = working_calendar().on_or_after(clock.today())
    day = working_calendar().add(day, days)
    with transaction() as session:
        session.execute(ReminderPlan.__table__.delete().where(ReminderPlan.day == day))  # type: ignore[attr-defined]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worked, begun = processor(), time.perf_counter()
    made = reminders.plan(transaction, day)
    seconds, worked = time.perf_counter() - begun, processor() - worked
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    written = db.session.scalar(select(func.count()).select_from(Reminder).where(Reminder.on_day == day)) or 0
    return Planned(seconds, worked, written, made.counts["mails"], more)


def processor() -> float:
    """Processor seconds of this process and of its database sessions: on a machine that others use, what the plan itself costs."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    sessions = db.session.scalars(text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")).all()
    times = [psutil.Process(pid).cpu_times() for pid in sessions if psutil.pid_exists(pid)]
    return used.ru_utime + used.ru_stime + sum(one.user + one.system for one in times)


@dataclass(frozen=True)
class Sent:
    """How long so many mails took until the server had the last, the processor seconds of workers and mail server, and repeats."""

    mails: int
    seconds: float
    worked: float
    repeats: int


def send(home: Path, database_url: str, mails: int) -> Sent:
    """So many digests in the outbox, ordered as the plan does, sent by one worker with two processes to an SMTP server of its own process."""
    with _server(home) as (port, taken):
        machine = Machine(home, None, _At(port), database_url)
        try:
            with machine.app.app_context():
                machine.redis()
                machine.worker(2)
                always_open()
                _queue(mails)
                for _ in range(mails // reminders.BATCH):
                    machine.app.extensions["jobs"].send_task("mail.sweep")
                worked, begun = _worked(), time.monotonic()
                eventually(lambda: len(taken.read_bytes()) >= mails * 2, 600)
                seconds, worked = time.monotonic() - begun, _worked() - worked
                eventually(_all_sent, 60)
                return Sent(mails, seconds, worked, len(taken.read_bytes()) // 2 - mails)
        finally:
            machine.stop()


def _worked() -> float:
    """Processor seconds so far of the workers, the mail server and the queue."""
    times = [one.cpu_times() for one in psutil.Process().children(recursive=True)]
    return sum(one.user + one.system for one in times)


def _queue(mails: int) -> None:
    context = {
        "summary": "3 việc quá hạn", "unit_name": "Huyện Ví Dụ", "tasks": [], "more": 0, "standing": "", "openings": [], "instead_of": "", "url": "http://x.example/",
        "today": clock.today(), "offers": (),
    }
    values = outbox.row("digest", address="u0@huyen.example", name="đồng chí Cán bộ", context=context)
    with transaction() as session:
        session.execute(update(Mail).where(Mail.state == "queued").values(state="cancelled"))  # those of the plans before
        session.execute(insert(Mail), [{**values, "address": f"u{n}@huyen.example", "message_id": f"<{uuid4().hex}@tinh.example>"} for n in range(mails)])


def _all_sent() -> bool:
    db.session.rollback()
    return set(db.session.scalars(select(Mail.state).distinct())) <= {"sent", "cancelled"}


@dataclass(frozen=True)
class _At:
    """A mail server that is somewhere else, as Machine wants it."""

    port: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def _server(home: Path) -> Iterator[tuple[int, Path]]:
    """aiosmtpd in a process of its own; it writes two bytes into a file for every message that it has taken."""
    taken, said = home / "taken", home / "port"
    taken.touch()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.sink", str(taken), str(said)])
    try:
        eventually(said.exists, 20)
        eventually(said.read_text, 20)
        yield int(said.read_text()), taken
    finally:
        process.kill()
        process.wait(10)
