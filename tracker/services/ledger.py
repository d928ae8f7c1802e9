"""The set-wise statements of the reminder plan: what stands at a step and was not told, for showing it and for writing it down.

The ledger's unique key (assignment, recipient, step, deadline version, sequence) is what keeps the same from being told twice.
"""
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Integer, String, TextClause, bindparam, select, text

from tracker.db import db
from tracker.domain.policies import Rank, Urgency
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.units import Unit
from tracker.services.agenda import Agenda

_STEPS = {
    "sqlite": {
        "steps": "json_each(:steps_{n}) AS s", "step": "json_extract(s.value, '$.steps.' || {ladder})", "chase_on": "json_extract(s.value, '$.chase_on')",
    },
    "postgresql": {
        "steps": "jsonb_to_recordset(CAST(:steps_{n} AS jsonb)) AS s(chase_on date, steps jsonb)", "step": "(s.steps ->> {ladder})", "chase_on": "s.chase_on",
    },
}
# The few dates with their steps come as one value and lead the join: SQLite keeps the order of a CROSS JOIN, and by any other
# order it reads every date for every assignment (a hundred times slower). Of hoả tốc there is little: there the dispatches lead.
_FROM = {
    False: "FROM {steps} CROSS JOIN assignments AS a CROSS JOIN dispatches AS d {holds}",
    True: "FROM dispatches AS d CROSS JOIN assignments AS a CROSS JOIN {steps} {holds}",
}
# The last day bounds what PostgreSQL reads where it begins with a unit's assignments rather than with the dates.
_WHERE = (
    "WHERE {scope} a.chase_on = {chase_on} AND a.chase_on IS NOT NULL AND a.chase_on <= :last AND d.id = a.dispatch_id AND d.state = 'issued' "
    "AND {step} IS NOT NULL"
)
_PEOPLE = {
    "sqlite": {
        "people": "json_each(:people) AS p", "recipient": "json_extract(p.value, '$.recipient')", "unit_id": "json_extract(p.value, '$.unit_id')",
    },
    "postgresql": {
        "people": "jsonb_to_recordset(CAST(:people AS jsonb)) AS p(unit_id int, recipient text)", "recipient": "p.recipient", "unit_id": "p.unit_id",
    },
}
_MATCH = (
    "h.day = :day AND (h.unit_id IS NULL OR h.unit_id = a.unit_id) AND (h.dispatch_id IS NULL OR h.dispatch_id = a.dispatch_id) "
    "AND (h.assignment_id IS NULL OR h.assignment_id = a.id)"
)
_HELD = f"EXISTS (SELECT 1 FROM plan_holds AS h WHERE {_MATCH})"  # noqa: S608  # both are constants of this module
_TOLD = (
    "EXISTS (SELECT 1 FROM reminders AS r WHERE r.assignment_id = a.id AND r.recipient = :recipient_{n} AND r.step = {step} "
    "AND r.deadline_version = a.deadline_version AND r.sequence = 0)"
)
_INTO = (
    "INSERT INTO reminders (assignment_id, unit_id, dispatch_id, recipient, step, deadline_version, sequence, on_day, {more}) "
    "SELECT a.id, a.unit_id, a.dispatch_id, :recipient_{n}, {step}, a.deadline_version, 0, :day, {told}"
)


@dataclass(frozen=True, slots=True)
class Key:
    """In whose name the ledger notes a step, and which steps are theirs."""

    recipient: str
    rank: Rank


def record(agenda: Agenda, key: Key, unit_id: int | None, mail_id: int | None) -> None:
    """Adds what stands at a step for this recipient and is not in the ledger, by one statement; unit_id None: every unit's."""
    if key.rank not in agenda.steps:
        return
    words = f"{_INTO} {_FROM[agenda.flash]} {_WHERE} {_unheld(agenda)} ON CONFLICT DO NOTHING"
    db.session.execute(_bound(words, agenda, [key], unit_id, more="mail_id", told=":mail_id").bindparams(bindparam("mail_id", mail_id, type_=Integer)))


def record_dropped(agenda: Agenda, key: Key, unit_id: int | None) -> None:
    """Notes the steps that a clerk has dropped from this day's plan, without a mail, with the clerk and the reason."""
    if not agenda.held or key.rank not in agenda.steps:
        return
    words = f'{_INTO} {_FROM[agenda.flash]} {_WHERE} AND {_MATCH} AND h."drop" ON CONFLICT DO NOTHING'
    db.session.execute(_bound(words, agenda, [key], unit_id, more="by_person_id, message", told="h.person_id, h.reason", holds="CROSS JOIN plan_holds AS h"))


def pending(agenda: Agenda, keys: Iterable[Key], unit_id: int | None, held: bool = False) -> CTE | None:
    """What would be told to somebody who is addressed under these keys: id, step, ladder. None where no step is for them.

    held: instead what a clerk has taken out of this day's plan.
    """
    known = [key for key in keys if key.rank in agenda.steps]
    if not known:
        return None
    kept = f"AND {_HELD}" if held else _unheld(agenda)
    one = f"SELECT a.id AS id, {{step}} AS step, {{ladder}} AS ladder {_FROM[agenda.flash]} {_WHERE} {kept} AND NOT {_TOLD}"
    return _told(_bound(one, agenda, known, unit_id))


def counts(agenda: Agenda, rank: Rank, people: Sequence[tuple[int, str]]) -> list[tuple[str, int]]:
    """How many tasks each of several recipients (unit, key) of one rank would be told of, by one statement."""
    if rank not in agenda.steps or not people:
        return []
    source = _PEOPLE[db.session.connection().dialect.name]
    columns, scope = f"SELECT {source['recipient']} AS recipient, count(*)", f"a.unit_id = {source['unit_id']} AND"
    joined = f"FROM {source['people']} CROSS JOIN {{steps}} CROSS JOIN assignments AS a CROSS JOIN dispatches AS d"
    told = _TOLD.replace(":recipient_{n}", source["recipient"])
    words = f"{columns} {joined} {_WHERE.replace('{scope}', scope)} {_unheld(agenda)} AND NOT {told} GROUP BY 1"
    given = json.dumps([{"unit_id": unit_id, "recipient": recipient} for unit_id, recipient in people])
    statement = _bound(words, agenda, [Key("", rank)], None).bindparams(people=given)
    return [(recipient, count) for recipient, count in db.session.execute(statement)]


def noted(agenda: Agenda, mail_id: int, names: int) -> CTE:
    """What the ledger has for a mail: id, step, ladder; once where it was noted in several names."""
    columns = f"SELECT {'DISTINCT ' if names > 1 else ''}r.assignment_id AS id, r.step AS step, {agenda.ladder} AS ladder"
    words = f"{columns} FROM reminders AS r CROSS JOIN dispatches AS d WHERE r.mail_id = :mail_id AND d.id = r.dispatch_id"
    return _told(text(words).bindparams(mail_id=mail_id, **agenda.params))


def units_owing(agenda: Agenda) -> list[int]:
    """The units that owe something counted towards a day that can stand at a step, in order: one look into the index for each unit."""
    owed = select(Assignment.id).where(Assignment.unit_id == Unit.id, Assignment.chase_on <= agenda.last).correlate(Unit).exists()
    return list(db.session.scalars(select(Unit.id).where(owed).order_by(Unit.id)))


def units_owing_flash(agenda: Agenda) -> list[int]:
    """The same for what is marked hoả tốc."""
    query = (
        select(Assignment.unit_id).distinct().join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Dispatch.urgency == Urgency.FLASH, Dispatch.state == "issued", Assignment.chase_on <= agenda.last).order_by(Assignment.unit_id)
    )
    return list(db.session.scalars(query))


def owes(agenda: Agenda, unit_id: int) -> bool:
    """Whether a unit owes anything at a step for its officers, told or not."""
    source = pending(agenda, [Key("nobody", Rank.OFFICER)], unit_id)
    return source is not None and db.session.scalar(select(source.c.id).limit(1)) is not None


def _told(statement: TextClause) -> CTE:
    return statement.columns(id=Integer, step=String, ladder=String).cte("told").prefix_with("MATERIALIZED")


def _unheld(agenda: Agenda) -> str:
    return f"AND NOT {_HELD}" if agenda.held else ""


def _bound(words: str, agenda: Agenda, keys: list[Key], unit_id: int | None, holds: str = "", **parts: str) -> TextClause:
    """The statement for each key, joined, with its values."""
    values: dict[str, Any] = {"day": agenda.day, "last": agenda.last, **agenda.params, **({} if unit_id is None else {"unit_id": unit_id})}
    scope, shapes, each = "" if unit_id is None else "a.unit_id = :unit_id AND", _STEPS[db.session.connection().dialect.name], []
    for n, key in enumerate(keys):
        values |= {f"recipient_{n}": key.recipient, f"steps_{n}": agenda.steps[key.rank]}
        shaped = {name: shape.format(n=n, ladder=agenda.ladder) for name, shape in shapes.items()}
        each.append(words.format(n=n, ladder=agenda.ladder, scope=scope, holds=holds, **shaped, **parts))
    whole = " UNION ".join(each)
    return text(whole).bindparams(**{name: value for name, value in values.items() if f":{name}" in whole})
