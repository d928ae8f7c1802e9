"""`--reports`: one dispatch of 40 tasks to 166 units, and a year of 300 dispatches over 166 units consolidated by period, on PostgreSQL."""
import resource
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from tests.bench.data import Filler
from tests.bench.scale import processor
from tests.bench.works import Measured
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.reports import Report
from tracker.models.units import Unit
from tracker.services import report_orders, report_period_facts, reports, tally, units
from tracker.services.report_period_facts import Wanted
from workers.reports import compile_report

UNITS, DISPATCHES, LONG = 166, 300, 40
#: Of twenty assignments sixteen are accepted, the others are open in every state.
_STATES = (*(State.ACCEPTED,) * 16, State.ASSIGNED, State.ACKNOWLEDGED, State.SUBMITTED, State.RETURNED)
FIELDS = ("Tín dụng chính sách", "Xây dựng Hội", "Tuyên truyền", "Kinh tế tập thể", "Chuyển đổi số", None)


class _Year(Filler):
    """A year of dispatches, so many a week, answered as offices answer; one unit in twenty keeps silent on each."""

    def _dispatches(self, count: int) -> Iterator[dict[str, Any]]:
        for n, row in enumerate(super()._dispatches(count)):
            yield {**row, "issued_at": self._moment(n), "created_at": self._moment(n), "field": FIELDS[n % len(FIELDS)]}

    def _dispatch_recipients(self, count: int) -> Iterator[dict[str, Any]]:
        for row in super()._dispatch_recipients(count):
            yield {**row, "unit_name": f"Đơn vị {row['unit_id']}", "added_at": self._moment(row["dispatch_id"] - self.first["dispatches"])}

    def _assignments(self, count: int) -> Iterator[dict[str, Any]]:
        for n, row in enumerate(super()._assignments(count)):
            moved = self.now if n % 20 == 0 else self.now - timedelta(days=30)
            accepted = row["submitted_on"] if row["state"] == State.ACCEPTED else None
            yield {**row, "updated_at": moved, "accepted_on": accepted}

    def _state(self, n: int, position: int, u: int) -> State:
        if (n * 3 + u) % 20 == 0:
            return State.ASSIGNED
        return _STATES[(n * 7 + position * 3 + u * 5) % len(_STATES)]

    def _dates(self, n: int, position: int) -> tuple[date | None, date | None]:
        day = self._issued(n) + timedelta(days=20 + position * 3)
        return (None, day) if position in (1, 3) else (day, None)

    def _handed_on(self, n: int) -> date:
        return min(self._issued(n) + timedelta(days=10 + n % 20), self.today)

    def _issued(self, n: int) -> date:
        return self.today - timedelta(days=364 - n * 363 // max(DISPATCHES - 1, 1))

    def _moment(self, n: int) -> datetime:
        return clock.start_of(self._issued(n)) + timedelta(hours=9)


def fill(dispatches: int = DISPATCHES) -> int:
    """So many dispatches of 8 tasks to 166 units over a year; gives how many assignments there are."""
    with transaction() as session:
        units.load_units()
        chosen = list(session.scalars(select(Unit.id).where(Unit.level == "commune").order_by(Unit.id).limit(UNITS)))
        _Year(chosen, closed=False).run(dispatches)
        if session.get_bind().dialect.name == "postgresql":
            _move_sequences()
        tally.rebuild()
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
    return db.session.scalar(select(func.count()).select_from(Assignment)) or 0


def _move_sequences() -> None:
    for table in db.metadata.sorted_tables:
        if "id" in table.c:
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT coalesce(max(id), 1) FROM {table.name}))"))  # noqa: S608


def long_dispatch() -> int:
    """One dispatch of 40 tasks to 166 units, filled like the year's; gives its id."""
    with transaction() as session:
        chosen = list(session.scalars(select(Unit.id).where(Unit.level == "commune").order_by(Unit.id).limit(UNITS)))
        filler = _Long(chosen, closed=False)
        filler.run(1)
        if session.get_bind().dialect.name == "postgresql":
            _move_sequences()
        tally.rebuild()
    return filler.first["dispatches"]


class _Long(_Year):
    """Forty tasks instead of eight."""

    def _tasks(self, count: int) -> Iterator[dict[str, Any]]:
        pattern = next(super()._tasks(1))
        for position in range(1, LONG + 1):
            due, review = self._dates(0, position)
            yield {**pattern, "id": self._task_id(0, position), "position": position, "label": str(position), "due_on": due, "review_on": review,
                   "title": f"Rà soát, củng cố tổ tiết kiệm và vay vốn, lần {position}", "precision": "day" if due else "none"}

    def _cells(self, count: int) -> Iterator[tuple[int, int, int, int, int]]:
        id = self.first["assignments"]
        for position in range(1, LONG + 1):
            for u, unit_id in enumerate(self.unit_ids):
                yield 0, position, u, unit_id, id
                id += 1


def compile_long(dispatch_id: int) -> Measured:
    """The province's and 166 units' reports of 40 tasks each, in every format, as the worker makes them."""
    with transaction():
        report_id = reports.request_report(MACHINE, dispatch_id, clock.today()).id
    seconds, worked = _compiled(report_id)
    note = f"processor {worked:.1f} s, database included; {_memory():.0f} MB (goal 400)"
    return Measured("166 units x 40 tasks, all reports in all formats", seconds, 30.0, note)


def gather_year(days_ago: int) -> Measured:
    """The year's data alone, by today's cut-off or an earlier one."""
    today = clock.today()
    worked, begun = processor(), time.perf_counter()
    with transaction(write=False):
        data = report_period_facts.gather(Wanted("period", today - timedelta(days=364), today, today - timedelta(days=days_ago)))
    seconds, worked = time.perf_counter() - begun, processor() - worked
    return Measured(f"a year's data, cut-off {days_ago} days ago", seconds, 10.0,
                    f"processor {worked:.1f} s; {data.total.counts.total} assignments, {len(data.cells)} cells, {len(data.late)} late; {_memory():.0f} MB")


def compile_year() -> Measured:
    """The year consolidated by period: gathered, drawn in every format, recorded, as the worker does it."""
    today = clock.today()
    with transaction():
        report_id = report_orders.over(MACHINE, Wanted("period", today - timedelta(days=364), today, today)).id
    seconds, worked = _compiled(report_id)
    return Measured("a year consolidated by period, all formats", seconds, 10.0, f"processor {worked:.1f} s, database included; {_memory():.0f} MB")


def _compiled(report_id: int) -> tuple[float, float]:
    """Seconds, and those of them that a processor worked for it."""
    worked, begun = processor(), time.perf_counter()
    compile_report.run(report_id)
    seconds, worked = time.perf_counter() - begun, processor() - worked
    made = db.session.get_one(Report, report_id, populate_existing=True)
    if made.state != "ready":
        raise RuntimeError(f"the report came to nothing: {made.error}")
    return seconds, worked


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
