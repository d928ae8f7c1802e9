"""The set-wise statements of the reminder plan.

The ledger's unique key (assignment, recipient, step, deadline version, sequence) is what keeps the same from being told twice.
"""
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, TextClause, bindparam, select, text

from tracker.db import db
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch

# The few dates with their steps come as one value and lead the join: SQLite keeps the order of a CROSS JOIN, and by any other
# order it reads every date for every assignment (a hundred times slower).
_RECORD = """
INSERT INTO reminders (assignment_id, unit_id, dispatch_id, recipient, step, deadline_version, sequence, on_day, mail_id)
SELECT a.id, a.unit_id, a.dispatch_id, :recipient, STEP, a.deadline_version, 0, :day, :mail_id
FROM STEPS CROSS JOIN assignments AS a CROSS JOIN dispatches AS d
WHERE a.unit_id = :unit_id AND a.chase_on = CHASE_ON AND a.chase_on IS NOT NULL AND d.id = a.dispatch_id AND d.state = 'issued'
ON CONFLICT DO NOTHING
"""
_SOURCES = {
    "sqlite": {"STEPS": "json_each(:steps) AS s", "STEP": "json_extract(s.value, '$.step')", "CHASE_ON": "json_extract(s.value, '$.chase_on')"},
    "postgresql": {"STEPS": "json_to_recordset(CAST(:steps AS json)) AS s(chase_on date, step text)", "STEP": "s.step", "CHASE_ON": "s.chase_on"},
}


def _statement(words: dict[str, str]) -> TextClause:
    statement = _RECORD
    for name in ("STEPS", "STEP", "CHASE_ON"):
        statement = statement.replace(name, words[name])
    return text(statement).bindparams(bindparam("day", type_=Date), bindparam("mail_id", type_=Integer), bindparam("recipient", type_=String))


RECORD = {dialect: _statement(words) for dialect, words in _SOURCES.items()}


def record(unit_id: int, recipient: str, day: date, steps: Sequence[dict[str, Any]], mail_id: int) -> None:
    """Adds what the unit owes at these steps and the ledger does not have for this recipient, by one statement.

    steps: rows of chase_on (ISO date) and step.
    """
    statement = RECORD[db.session.connection().dialect.name]
    values = {"unit_id": unit_id, "recipient": recipient, "day": day, "steps": json.dumps(steps), "mail_id": mail_id}
    db.session.execute(statement, values)


def units_owing(days: Sequence[str]) -> list[int]:
    """The units that owe something counted towards one of these days (ISO dates), in order."""
    if not days:
        return []
    query = (
        select(Assignment.unit_id).distinct().join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.chase_on.in_([date.fromisoformat(day) for day in days]), Dispatch.state == "issued").order_by(Assignment.unit_id)
    )
    return list(db.session.scalars(query))
