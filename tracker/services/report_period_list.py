"""Every assignment of a report over several dispatches, one row each, read from the database while the files are written."""
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain import report_words as words
from tracker.domain.progress import Line, timeliness
from tracker.domain.report_period import PeriodData
from tracker.domain.report_period_sheets import kind_words, line_cells
from tracker.domain.report_sheets import Row, Span
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import report_past
from tracker.services.report_period_facts import Conditions, Rewound, Wanted

#: So many rows are fetched at once.
_HEAP = 5000
Key = tuple[int, int, int]


def rows(wanted: Wanted, data: PeriodData, rewound: Sequence[Rewound]) -> Iterator[Row]:
    """The cells of report_period_sheets.LINE_HEAD, by dispatch, task and unit; rewound: what changed since the cut-off, as it stood then.

    Read it in the transaction (of one moment) that gathered the data, so that the list and the counts agree. Of what has not changed since,
    each row is what stands in the table; nothing of it is kept.
    """
    tasks, units = _tasks(data), _units(data)
    later = sorted((dispatch_id, task_id, unit_id, n) for n, (dispatch_id, task_id, unit_id, _) in enumerate(rewound))
    pending: list[tuple[Key, Row]] = [
        ((dispatch_id, task_id, unit_id), (units[unit_id], tasks[task_id][0], *line_cells(rewound[n][3], data.as_of), tasks[task_id][1]))
        for dispatch_id, task_id, unit_id, n in reversed(later)
    ]
    for key, cells in _standing_rows(wanted, data.as_of):
        while pending and pending[-1][0] < key:
            yield pending.pop()[1]
        task, text = tasks[key[1]]
        yield (units[key[2]], task, *cells, text)
    while pending:
        yield pending.pop()[1]


def _tasks(data: PeriodData) -> dict[int, tuple[Span, str]]:
    """What a row says of its dispatch and task, and the task's full text, by the task's id."""
    dispatches = {one.id: (one.number, one.issued_on, one.field) for one in data.dispatches}
    said = report_past.words(dispatches, data.as_of)
    wanted = select(Task.id, Task.dispatch_id, Task.kind, Task.position, Task.title, Task.text).where(Task.dispatch_id.in_(dispatches))
    found = {}
    for row in db.session.execute(wanted):
        title, text = said.get(row.id, (row.title, row.text))
        found[row.id] = Span((*dispatches[row.dispatch_id], kind_words(row.kind), row.position, title)), text
    return found


def _units(data: PeriodData) -> dict[int, Span]:
    named = {unit.code: unit.name for unit in data.units}
    return {row.id: Span((row.code, named[row.code])) for row in db.session.execute(select(Unit.id, Unit.code).where(Unit.code.in_(named)))}


def _standing_rows(wanted: Wanted, as_of: date) -> Iterator[tuple[Key, Row]]:
    """What has not changed since the cut-off: key, and the cells from the role to the reason."""
    a, then = Assignment, Conditions(wanted)
    query = then.of(select(
        a.dispatch_id, a.task_id, a.unit_id, a.role, a.state, a.held_state, a.original_due_on, a.due_on, a.review_on, a.acknowledged_at.is_not(None),
        a.submitted_on, a.accepted_on, a.fix_by, a.held_on, a.late_before, a.upheld, a.result, a.return_reason,
    )).where(*then.unchanged).order_by(a.dispatch_id, a.task_id, a.unit_id)
    told: dict[tuple[Any, ...], Span] = {}
    streamed = db.session.connection().execute(query, execution_options={"stream_results": True, "max_row_buffer": _HEAP})
    for (dispatch_id, task_id, unit_id, role, state, held_state, original, due_on, review_on, acknowledged, submitted_on, accepted_on, fix_by, held_on,
         late_before, upheld, result, reason) in streamed:
        known = state, due_on, submitted_on, held_on, late_before, upheld, fix_by
        standing = told.get(known) or told.setdefault(known, _told(*known, as_of))
        returned = state == "returned" or held_state == "returned"
        yield (dispatch_id, task_id, unit_id), (
            words.ROLES[role], original, due_on, review_on, "có" if acknowledged or submitted_on else "chưa", standing, submitted_on, accepted_on,
            fix_by if returned else None, result or "", reason or "" if returned else "",
        )


def _told(
    state: str, due_on: date | None, submitted_on: date | None, held_on: date | None, late_before: int, upheld: bool, fix_by: date | None, as_of: date,
) -> Span:
    """Where such an assignment stands, in words, and its days late."""
    done = state == State.ACCEPTED
    line = Line(
        "", "", 0, "", "", State(state), due_on=due_on, submitted_on=submitted_on, accepted_submitted_on=submitted_on if done else None,
        accepted_due_on=due_on if done else None, fix_by=fix_by if state == State.RETURNED else None, paused_on=held_on, late_before=late_before,
        objection_upheld=upheld and state == State.CANCELLED,
    )
    return Span((words.standing(line, as_of), timeliness(line, as_of).days_late or None))
