"""What a day's plan goes by: the ladders in force, the step at which each date stands, and which dispatch follows which ladder."""
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, bindparam, select, text

from tracker.db import db
from tracker.domain.calendar import Calendar
from tracker.domain.policies import DEFAULT, Ladder, PolicyStep, Rank, Rule, Urgency, distance, from_json, furthest_before, in_order, step_at
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.policies import PlanHold, Policy
from tracker.services.calendar import working_calendar

DEFAULT_NAME = tr("lịch nhắc chung")
#: Each step from one date to the next is one look into the index, however many assignments share a date.
_DAYS = text("""
WITH RECURSIVE days(day) AS (
    SELECT min(chase_on) FROM assignments WHERE chase_on IS NOT NULL
    UNION ALL SELECT (SELECT min(a.chase_on) FROM assignments AS a WHERE a.chase_on > days.day) FROM days WHERE days.day <= :last
) SELECT day FROM days WHERE day <= :last
""").bindparams(bindparam("last", type_=Date)).columns(day=Date)


@dataclass(frozen=True)
class Agenda:
    """A day's plan before anybody is looked at.

    ladder: SQL over `dispatches AS d` for the name of the ladder that a dispatch follows, with its values in params; steps: for each rank the
    dates at a step for it, as JSON for the ledger's statements; found: the step behind (ladder, key); policies: the name of each ladder's
    policy; last: the last day that can stand at a step (a day off behind the last working day too); flash: only dispatches marked hoả tốc;
    held: whether a clerk has held anything of this day back; openings: whether any step has a sentence of its own.
    """

    day: date
    ladder: str
    params: dict[str, Any]
    steps: dict[Rank, str]
    found: dict[tuple[str, str], PolicyStep]
    policies: dict[str, str]
    last: date
    flash: bool = False
    held: bool = False
    openings: bool = field(default=False)


def of(day: date, flash: bool = False) -> Agenda:
    """The agenda of a day."""
    ladders, names, sql, params = _ladders()
    calendar = working_calendar(day)
    last = calendar.add(day, furthest_before(ladders) + 1) - timedelta(days=1)
    steps, found = _steps(_days(last), day, calendar, ladders)
    held = db.session.scalar(select(PlanHold.id).where(PlanHold.day == day).limit(1)) is not None
    return Agenda(
        day, sql, params, {rank: json.dumps(rows) for rank, rows in steps.items()}, found, names, last, flash, held,
        any(step.opening for step in found.values()),
    )


def of_flash(day: date) -> Agenda | None:
    """The agenda of what is marked hoả tốc, None where nothing in force is."""
    marked = select(Dispatch.id).where(Dispatch.state == "issued", Dispatch.urgency == Urgency.FLASH).limit(1)
    return None if db.session.scalar(marked) is None else of(day, flash=True)


def _days(last: date) -> list[date]:
    """The days on which something owed is counted, up to the last that can stand at a step."""
    return [day for day in db.session.scalars(_DAYS, {"last": last}) if day]


def _steps(
    days: Sequence[date], today: date, calendar: Calendar, ladders: Sequence[Ladder],
) -> tuple[dict[Rank, list[dict[str, Any]]], dict[tuple[str, str], PolicyStep]]:
    rows: dict[Rank, dict[date, dict[str, str]]] = defaultdict(dict)
    found: dict[tuple[str, str], PolicyStep] = {}
    for chase_on in days:
        how_far = distance(chase_on, today, calendar)
        for n, ladder in enumerate(ladders):
            step = step_at(ladder, *how_far)
            for rank in step.ranks if step else ():
                rows[rank].setdefault(chase_on, {})[str(n)] = step.key if step else ""
            if step:
                found[str(n), step.key] = step
    shaped = {rank: [{"chase_on": day.isoformat(), "steps": steps} for day, steps in of_rank.items()] for rank, of_rank in rows.items()}
    return shaped, found


def _ladders() -> tuple[list[Ladder], dict[str, str], str, dict[str, Any]]:
    """Every ladder that some dispatch in force can follow, equal ones once; their policies' names; and the SQL that tells them apart.

    The built-in one is number 0.
    """
    own = select(Dispatch.policy_id).where(Dispatch.state == "issued", Dispatch.policy_id.is_not(None)).distinct()
    columns = select(Policy.id, Policy.name, Policy.kind, Policy.urgency, Policy.own, Policy.steps)
    policies = db.session.execute(columns.where((Policy.own.is_(False)) | Policy.id.in_(own)).order_by(Policy.id)).all()
    ladders, names, number = [DEFAULT], {"0": DEFAULT_NAME}, {}
    for row in policies:
        ladder = from_json(row.steps)
        if ladder not in ladders:
            ladders.append(ladder)
            names[str(len(ladders) - 1)] = row.name
        number[row.id] = str(ladders.index(ladder))
    rules = in_order(Rule(row.id, row.kind, row.urgency) for row in policies if not row.own)
    return ladders, names, *_told_apart(number, rules)


def _told_apart(number: dict[int, str], rules: list[Rule]) -> tuple[str, dict[str, Any]]:
    """A CASE in the order of domain.policies.chosen."""
    params: dict[str, Any] = {}
    whens = [f"WHEN d.policy_id = {id} THEN '{n}'" for id, n in number.items()]
    for rule in rules:
        wanted = []
        for name, value in (("urgency", rule.urgency), ("kind", rule.kind)):
            if value is not None:
                params[f"{name}_{rule.id}"] = value
                wanted.append(f"d.{name} = :{name}_{rule.id}")
        whens.append(f"WHEN {' AND '.join(wanted) or '1 = 1'} THEN '{number[rule.id]}'")
    return (f"CASE {' '.join(whens)} ELSE '0' END" if whens else "'0'"), params
