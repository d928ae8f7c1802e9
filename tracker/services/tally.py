"""The running count of assignments per unit: moved in the transaction of every change, so that a count never scans history."""
from collections import Counter
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import before_commit, db
from tracker.domain.status import HELD, DispatchState, State
from tracker.models.assignments import Assignment, Tally
from tracker.models.dispatches import Dispatch

NO_DATE = date(9999, 12, 31)
Key = tuple[int, str, date]
#: What is counted as waiting for review, and as accepted; see key().
WAITING_STATES = tuple(f"{State.SUBMITTED}{ending}" for ending in ("", "_late", "_undated"))
_FROZEN = frozenset({State.SUBMITTED, State.ACCEPTED}) | HELD
DONE_STATES = tuple(f"{State.ACCEPTED}{ending}" for ending in ("", "_late", "_undated"))


def key(unit_id: int, state: str, due_on: date | None, submitted_on: date | None, held_on: date | None = None, late_before: int = 0) -> Key | None:
    """Where an assignment is counted, None for a cancelled one.

    What waits for review and what is accepted has its lateness frozen at the day of submission, what is paused or objected to at the day the
    clock stopped: "submitted", "submitted_late", "submitted_undated", "accepted…", "paused…", "objected…", all without a date. What is owed
    is counted under its due date. What was accepted after an extension asked for when it was late already was done late.
    """
    if state == State.CANCELLED:
        return None
    if state not in _FROZEN:
        return unit_id, str(state), due_on or NO_DATE
    if due_on is None:
        return unit_id, f"{state}_undated", NO_DATE
    stopped = held_on if state in HELD else submitted_on
    late = (stopped is not None and stopped > due_on) or (late_before > 0 and state == State.ACCEPTED)
    return unit_id, f"{state}_late" if late else str(state), NO_DATE


def key_of(assignment: Assignment) -> Key | None:
    """Where this assignment is counted now."""
    return key(assignment.unit_id, assignment.state, assignment.due_on, assignment.submitted_on, assignment.held_on, assignment.late_before)


def move(deltas: "Counter[Key]") -> None:
    """Adds the deltas to the counts when the current transaction ends.

    All of a transaction's are written together, last and in one order everywhere, so that two writers on PostgreSQL never wait for
    each other in a ring. Inside the transaction the counts are still the old ones.
    """
    waiting = _waiting()
    if waiting is None:
        waiting = Counter()
        before_commit(partial(_write, waiting))
    for k, n in deltas.items():
        waiting[k] += n


def _waiting() -> "Counter[Key] | None":
    """The deltas that this transaction has gathered so far."""
    calls = db.session().info.get("before_commit", [])
    return next((call.args[0] for call in calls if isinstance(call, partial) and call.func is _write), None)


def _write(deltas: "Counter[Key]") -> None:
    rows = [{"unit_id": k[0], "state": k[1], "due_on": k[2], "count": n} for k, n in sorted(deltas.items()) if n]
    if not rows:
        return
    dialect = db.session.connection().dialect.name
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(Tally)
    statement = statement.on_conflict_do_update(
        index_elements=[Tally.unit_id, Tally.state, Tally.due_on], set_={"count": Tally.count + statement.excluded.count}
    )
    db.session.connection().execute(statement, rows)


def counted() -> "Counter[Key]":
    """The counts as the assignments themselves give them (a full scan: for the check and the rebuild only)."""
    return _count(or_(Dispatch.state != DispatchState.CLOSED, Assignment.state == State.ACCEPTED))


def open_of(dispatch_id: int) -> "Counter[Key]":
    """What of a dispatch is not accepted: closing takes it out of the counts, because nobody follows it up any more; reopening puts it back."""
    return _count(and_(Assignment.dispatch_id == dispatch_id, Assignment.state != State.ACCEPTED))


def _count(condition: ColumnElement[bool]) -> "Counter[Key]":
    columns = (Assignment.unit_id, Assignment.state, Assignment.due_on, Assignment.submitted_on, Assignment.held_on, Assignment.late_before)
    wanted = select(*columns, func.count()).join(Dispatch, Dispatch.id == Assignment.dispatch_id).where(condition).group_by(*columns)
    found: Counter[Key] = Counter()
    for unit_id, state, due_on, submitted_on, held_on, late_before, n in db.session.execute(wanted):
        where = key(unit_id, state, due_on, submitted_on, held_on, late_before)
        if where:
            found[where] += n
    return found


def stored() -> "Counter[Key]":
    """The running counts as they stand."""
    rows = db.session.execute(select(Tally.unit_id, Tally.state, Tally.due_on, Tally.count))
    return Counter({(unit_id, state, due_on): count for unit_id, state, due_on, count in rows if count})


def tidy() -> None:
    """Drops the counts that have come down to nothing, so that the table does not grow with the dates of the past.

    Those that somebody moves just now are passed over: waiting for them could close a ring of waits on PostgreSQL.
    """
    place = (Tally.unit_id, Tally.state, Tally.due_on)
    idle = select(*place).where(Tally.count == 0).with_for_update(skip_locked=True)
    db.session.connection().execute(delete(Tally).where(tuple_(*place).in_(idle)))


def rebuild() -> None:
    """Counts everything anew; for a restore or a bulk load."""
    if waiting := _waiting():
        waiting.clear()
    db.session.connection().execute(delete(Tally))
    rows = [{"unit_id": k[0], "state": k[1], "due_on": k[2], "count": n} for k, n in sorted(counted().items())]
    if rows:
        db.session.connection().execute(insert(Tally), rows)
