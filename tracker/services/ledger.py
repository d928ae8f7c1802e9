"""The ledger of reminders as the database keeps it: its key, and the set-wise pieces that the plan is made of."""
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import JSON, ColumnElement, Date, FromClause, String, cast, column, func, literal, select

from tracker.db import db
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Reminder

#: The key that keeps the same from being told twice (design, habit 5).
UNIQUE = (Reminder.assignment_id, Reminder.recipient, Reminder.step, Reminder.deadline_version, Reminder.sequence)


def steps_table(dialect: str, steps: Sequence[dict[str, Any]]) -> FromClause:
    """The few dates with their steps as a table to join, sent as one value so that the statement is compiled once.

    steps: rows of chase_on (ISO date) and step. Columns of the result: chase_on, step.
    """
    if dialect == "sqlite":
        each = func.json_each(json.dumps(steps)).table_valued("value")
        parts = (func.json_extract(each.c.value, f"$.{name}").label(name) for name in ("chase_on", "step"))
        return select(*parts).subquery("steps")
    recordset = func.json_to_recordset(cast(literal(list(steps), JSON), JSON))
    return recordset.table_valued(column("chase_on", Date), column("step", String), name="steps").render_derived(with_types=True)


def constant(value: str | int | date) -> ColumnElement[Any]:
    """A value of a row that is the same for all."""
    return literal(value)


def units_owing(days: Sequence[str]) -> list[int]:
    """The units that owe something counted towards one of these days (ISO dates), in order."""
    if not days:
        return []
    query = (
        select(Assignment.unit_id).distinct().join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.chase_on.in_([date.fromisoformat(day) for day in days]), Dispatch.state == "issued").order_by(Assignment.unit_id)
    )
    return list(db.session.scalars(query))
