"""Fills a home with assignments of a stated number, by plain bulk inserts; the running counts are rebuilt at the end."""
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from tracker import clock
from tracker.db import Base, db, transaction
from tracker.domain.access import Role
from tracker.domain.deadlines import chase_day
from tracker.domain.status import OWED, State
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import passwords, tally, units

TASKS = 8
PASSWORD = "do-toc-do-2026"
_OPEN = (State.ASSIGNED, State.ACKNOWLEDGED, State.ACKNOWLEDGED, State.ACKNOWLEDGED, State.SUBMITTED, State.RETURNED)


def people() -> None:
    """The shipped units with mailboxes, a clerk, and an officer for each district; one password."""
    with transaction() as session:
        units.load_units()
        secret, now = passwords.hashed(PASSWORD, ""), clock.now()
        province = session.scalars(select(Unit).where(Unit.level == "province")).one()
        session.add(Person(email="clerk@tinh.example", name="Chuyên viên", role=Role.CLERK, unit_id=province.id, password_hash=secret, created_at=now))
        for unit in session.scalars(select(Unit).where(Unit.level == "district")):
            unit.mailbox = f"u{unit.code}@huyen.example"
            session.add(Person(email=f"officer{unit.code}@huyen.example", name=f"Cán bộ {unit.code}", role=Role.OFFICER, unit_id=unit.id,
                               password_hash=secret, created_at=now))


def fill(assignments: int, closed: bool) -> None:
    """Adds dispatches of 8 tasks for all districts until there are so many assignments more, all open or all accepted."""
    with transaction() as session:
        district_ids = list(session.scalars(select(Unit.id).where(Unit.level == "district").order_by(Unit.id)))
        Filler(district_ids, closed).run(-(-assignments // (TASKS * len(district_ids))))
        if session.get_bind().dialect.name == "postgresql":
            _move_sequences()
        tally.rebuild()
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        # As autovacuum leaves it soon after: with statistics, and pages marked as visible to all.
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


class Filler:
    """Makes rows with ids of its own, so that every table is written in one go."""

    def __init__(self, unit_ids: list[int], closed: bool) -> None:
        self.unit_ids, self.closed, self.today, self.now = unit_ids, closed, clock.today(), clock.now()
        self.first = {name: 1 + (db.session.scalar(select(func.max(Base.metadata.tables[name].c.id))) or 0)
                      for name in ("dispatches", "tasks", "assignments", "submissions", "submission_items", "events", "reviews")}

    def run(self, dispatches: int) -> None:
        for name in ("dispatches", "dispatch_recipients", "tasks", "assignments", "submissions", "submission_items", "reviews", "events"):
            bulk(name, getattr(self, f"_{name}")(dispatches))

    def _dispatches(self, count: int) -> Iterator[dict[str, Any]]:
        for n in range(count):
            issued = self._issued(n)
            yield {
                "id": self.first["dispatches"] + n, "state": "closed" if self.closed else "issued", "kind": "công văn", "number": f"{n + 1}-CV/HNDT",
                "issued_on": issued, "issuer": "Hội Nông dân tỉnh", "subject": f"Về việc thực hiện nhiệm vụ công tác Hội đợt {n + 1}",
                "short_subject": f"Nhiệm vụ công tác Hội đợt {n + 1}", "folded": f"{n + 1} cv hndt nhiem vu cong tac hoi dot {n + 1}", "recipients": "[]",
                "text": "1. Nội dung nhiệm vụ. " * 100, "original_text": "", "reading": "{}", "source_sha256": "", "created_at": self.now,
                "updated_at": self.now, "issued_at": self.now, "ended_at": self.now if self.closed else None, "revision": 1, "version": 1, "sample": False,
            }

    def _dispatch_recipients(self, count: int) -> Iterator[dict[str, Any]]:
        for n in range(count):
            for unit_id in self.unit_ids:
                yield {"dispatch_id": self.first["dispatches"] + n, "unit_id": unit_id, "unit_name": "Huyện", "added_at": self.now}

    def _tasks(self, count: int) -> Iterator[dict[str, Any]]:
        for n in range(count):
            for position in range(1, TASKS + 1):
                due, review = self._dates(n, position)
                yield {
                    "id": self._task_id(n, position), "dispatch_id": self.first["dispatches"] + n, "kind": "task", "position": position,
                    "label": str(position), "title": f"Rà soát, củng cố tổ tiết kiệm và vay vốn, lần {position}",
                    "text": "Rà soát, đánh giá, củng cố các tổ tiết kiệm và vay vốn có chất lượng trung bình và yếu. " * 3, "span_start": 0, "span_end": 20,
                    "precision": "day" if due else "none", "due_on": due, "review_on": review, "why": "nêu ngày trong câu", "evidence": '["report"]',
                    "doubts": "[]", "to_all": True, "cancelled": False,
                }

    def _assignments(self, count: int) -> Iterator[dict[str, Any]]:
        for n, position, u, unit_id, id in self._cells(count):
            due, review = self._dates(n, position)
            state = self._state(n, position, u)
            answered = state in (State.SUBMITTED, State.RETURNED, State.ACCEPTED)
            fix_by = self.today + timedelta(days=5) if state == State.RETURNED else None
            yield {
                "id": id, "dispatch_id": self.first["dispatches"] + n, "task_id": self._task_id(n, position), "unit_id": unit_id, "role": "lead",
                "state": str(state), "due_on": due, "original_due_on": due, "review_on": review, "fix_by": fix_by,
                "chase_on": chase_day(state in OWED, due, review, fix_by), "deadline_version": 1, "round": int(answered),
                "acknowledged_at": None if state == State.ASSIGNED else self.now, "submitted_on": self._handed_on(n) if answered else None,
                "submitted_at": self.now - timedelta(minutes=n) if answered else None, "accepted_on": self.today if state == State.ACCEPTED else None,
                "return_reason": "Thiếu biên bản" if fix_by else None, "result": "Đã làm" if answered else None, "updated_at": self.now, "version": 1,
            }

    def _submissions(self, count: int) -> Iterator[dict[str, Any]]:
        for n in range(count):
            for u, unit_id in enumerate(self.unit_ids):
                yield {
                    "id": self._submission_id(n, u), "dispatch_id": self.first["dispatches"] + n, "unit_id": unit_id, "state": "submitted",
                    "channel": "web", "number": f"{n}-CV/HNDH", "dated_on": self._handed_on(n), "signatory": "Trịnh Văn Khải", "note": "",
                    "created_at": self.now, "updated_at": self.now, "submitted_at": self.now - timedelta(minutes=n), "version": 1,
                }

    def _submission_items(self, count: int) -> Iterator[dict[str, Any]]:
        for n, position, u, _, id in self._cells(count):
            if self._state(n, position, u) in (State.SUBMITTED, State.RETURNED, State.ACCEPTED):
                yield {"id": self._of("submission_items", id), "submission_id": self._submission_id(n, u), "assignment_id": id, "result": "Đã làm xong",
                       "round": 1, "chosen": True}

    def _reviews(self, count: int) -> Iterator[dict[str, Any]]:
        for n, position, u, _, id in self._cells(count):
            state = self._state(n, position, u)
            if state in (State.RETURNED, State.ACCEPTED):
                back = state == State.RETURNED
                yield {
                    "id": self._of("reviews", id), "assignment_id": id, "submission_id": self._submission_id(n, u),
                    "verdict": "returned" if back else "accepted", "reason": "Thiếu biên bản" if back else None,
                    "fix_by": self.today + timedelta(days=5) if back else None, "at": self.now,
                }

    def _events(self, count: int) -> Iterator[dict[str, Any]]:
        for n, _position, _u, unit_id, id in self._cells(count):
            yield {
                "id": self._of("events", id), "at": self.now, "kind": "assignment.acknowledge", "person_name": "Cán bộ",
                "dispatch_id": self.first["dispatches"] + n, "assignment_id": id, "unit_id": unit_id,
                "data": '{"before": "assigned", "after": "acknowledged"}',
            }

    def _cells(self, count: int) -> Iterator[tuple[int, int, int, int, int]]:
        """Every assignment: dispatch, task position, unit index, unit id, own id."""
        id = self.first["assignments"]
        for n in range(count):
            for position in range(1, TASKS + 1):
                for u, unit_id in enumerate(self.unit_ids):
                    yield n, position, u, unit_id, id
                    id += 1

    def _state(self, n: int, position: int, u: int) -> State:
        return State.ACCEPTED if self.closed else _OPEN[(n * 7 + position * 3 + u * 5) % len(_OPEN)]

    def _dates(self, n: int, position: int) -> tuple[date | None, date | None]:
        day = self.today + timedelta(days=(n * 11 + position * 7) % 90 - 25)
        return (None, day + timedelta(days=30)) if position in (1, 3, 7) else (day, None)

    def _issued(self, n: int) -> date:
        return self.today - timedelta(days=30 + n % (2000 if self.closed else 200))

    def _handed_on(self, n: int) -> date:
        return self.today - timedelta(days=3 + n % 20)

    def _task_id(self, n: int, position: int) -> int:
        return self.first["tasks"] + n * TASKS + position - 1

    def _submission_id(self, n: int, u: int) -> int:
        return self.first["submissions"] + n * len(self.unit_ids) + u

    def _of(self, table: str, assignment_id: int) -> int:
        return self.first[table] + assignment_id - self.first["assignments"]


def bulk(table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Writes rows by the fastest way of the database: COPY, or executemany on SQLite."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    names = ", ".join(first)
    cursor = db.session.connection().connection.cursor()
    if db.session.connection().dialect.name == "postgresql":
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            copy.write_row(list(first.values()))
            for row in rows:
                copy.write_row(list(row.values()))
        return
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(first))})"  # noqa: S608
    cursor.execute(statement, _plain(first))
    cursor.executemany(statement, (_plain(row) for row in rows))


def _plain(row: dict[str, Any]) -> list[Any]:
    return [
        value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value.isoformat() if isinstance(value, date) else value
        for value in row.values()
    ]


def _move_sequences() -> None:
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT coalesce(max(id), 1) FROM {table.name}))"))  # noqa: S608
