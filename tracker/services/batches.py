"""Many assignments changed at once in the way `assignments.advance` changes one: state, date, running count and history together."""
from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import bindparam, insert, inspect, update
from sqlalchemy.orm.exc import StaleDataError

from tracker import clock
from tracker.db import Base, db, write
from tracker.domain.access import Actor
from tracker.domain.status import Act, after
from tracker.models.assignments import Assignment
from tracker.models.events import Event
from tracker.services import tally
from tracker.services.assignments import dates, moved, settle

_TABLE = Base.metadata.tables[Assignment.__tablename__]
_ADD_EVENT = insert(Event)


class Batch:
    """Collects many changes and writes them together at `finish`: rows, running counts and history; the caller holds the transaction.

    actor: who does what follows; another one may take over between two changes.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._deltas: Counter[tally.Key] = Counter()
        self._changed: dict[int, Assignment] = {}
        self._events: list[dict[str, Any]] = []
        self.changed = 0

    def act(self, assignment: Assignment, act: Act, fields: dict[str, Any] | None = None, **told: Any) -> None:
        """One step of the workflow, with new values of columns. Raises Conflict where the state does not allow it."""
        was, state = str(assignment.state), after(assignment.state, act, assignment.held_state)
        days = self._change(assignment, state, fields or {})
        self._tell(assignment, f"assignment.{act}", before=was, after=str(state), **days, **told)

    def amend(self, assignment: Assignment, kind: str, told: dict[str, Any], **fields: Any) -> None:
        """New values without a step of the workflow (a new date)."""
        days = self._change(assignment, assignment.state, fields)
        self._tell(assignment, kind, **days, **told)

    def _change(self, assignment: Assignment, state: str, fields: dict[str, Any]) -> dict[str, str]:
        before, days = tally.key_of(assignment), dates(assignment)
        for name, value in fields.items():
            setattr(assignment, name, value)
        settle(assignment, state)
        for key, n in ((before, -1), (tally.key_of(assignment), 1)):
            if key:
                self._deltas[key] += n
        self._changed[assignment.id] = assignment
        self.changed += 1
        return moved(days, assignment)

    def _tell(self, assignment: Assignment, kind: str, **data: Any) -> None:
        self._events.append({
            "at": clock.now(), "kind": kind, "person_id": self.actor.id, "person_name": self.actor.name, "dispatch_id": assignment.dispatch_id,
            "assignment_id": assignment.id, "unit_id": assignment.unit_id, "data": data,
        })

    def finish(self) -> None:
        """Writes everything. Raises StaleDataError where another writer was faster, which `transaction` turns into a Conflict."""
        _write_rows(list(self._changed.values()))
        if self._events:
            write(_ADD_EVENT, self._events)
        tally.move(self._deltas)
        self._changed, self._events, self._deltas = {}, [], Counter()


def _write_rows(changed: list[Assignment]) -> None:
    """The changed columns of all, in one statement for those of which the same columns have changed; each row only in the version that was read."""
    alike: defaultdict[tuple[str, ...], list[tuple[Assignment, dict[str, Any]]]] = defaultdict(list)
    for assignment in changed:
        values = {name: getattr(assignment, name) for name in sorted(inspect(assignment).committed_state)}
        if values:
            alike[tuple(values)].append((assignment, values))
    for names, rows in alike.items():
        statement = (
            update(_TABLE).where(_TABLE.c.id == bindparam("of_id"), _TABLE.c.version == bindparam("of_version"))
            .values({name: bindparam(f"new_{name}") for name in names} | {"version": _TABLE.c.version + 1})
        )
        given = [{"of_id": one.id, "of_version": one.version} | {f"new_{name}": value for name, value in new.items()} for one, new in rows]
        done = db.session.connection().execute(statement, given)
        if done.rowcount != len(rows):
            raise StaleDataError(f"{len(rows)} assignments to change, {done.rowcount} found as they were read")
        for one, _ in rows:
            one.version += 1
            # What is written is no change any more: the session must not look through each column of each row at its next flush.
            inspect(one)._commit_all(one.__dict__, db.session().identity_map)
