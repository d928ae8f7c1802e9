"""Gathers what the report on one dispatch is made from: one query a table for the whole dispatch, put together as plain data."""
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select

from tracker import clock
from tracker.db import db
from tracker.domain import letterheads
from tracker.domain.errors import NotFound
from tracker.domain.masking import masked
from tracker.domain.progress import Line
from tracker.domain.report import DispatchFacts, Kind, ReportData, UnitFacts
from tracker.domain.report_counts import IndicatorTable, table_of
from tracker.domain.rewind import Then, rewind
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import figure_facts, office_head, report_past
from tracker.services.report_past import Past, day_of


def gather(dispatch_id: int, as_of: date) -> ReportData:
    """The facts of an issued dispatch at the end of as_of, as the province's report. Raises NotFound for a draft or none.

    Rows that have not changed since as_of are taken as they are; the others are rewound from their rounds, reviews, pauses, objections
    and changed dates, so that what came later does not count. Tasks that came in later are left out, reworded ones speak as they did then;
    the letterhead is that of the day.
    """
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.issued_at is None:
        raise NotFound()
    units = _units(dispatch, as_of)
    lines = _lines(dispatch_id, units, as_of)
    order = {unit.code: n for n, unit in enumerate(units.values())}
    above = office_head.above(dispatch, report_past.names(as_of))
    return ReportData(
        kind=Kind.PROVINCE,
        dispatch=facts_of(dispatch, above.speaker),
        letterhead=above,
        as_of=as_of,
        units=tuple(
            UnitFacts(u.code, u.unit_name, letterheads.of_district(above, u.unit_name, dispatch.number, dispatch.report_to_office or ""))
            for u in units.values()
        ),
        lines=tuple(sorted(lines, key=lambda line: (order[line.unit_code], line.task_kind != "task", line.task_position))),
        indicators=tables([dispatch_id], as_of, as_of),
    )


def facts_of(dispatch: Dispatch, issuer: str) -> DispatchFacts:
    """How a report names an issued dispatch."""
    issued_on = dispatch.issued_on or clock.local(dispatch.issued_at or dispatch.created_at).date()
    return DispatchFacts((dispatch.kind or "công văn").lower(), dispatch.number or "……", issued_on, issuer, dispatch.subject, dispatch.id)


def tables(dispatch_ids: list[int], as_of: date, until: date, since: date | None = None) -> tuple[IndicatorTable, ...]:
    """For each form of these dispatches the last period that was due by until (and since), else the one that runs; as it stood on as_of."""
    found = []
    for form in figure_facts.gather(dispatch_ids, as_of):
        due = [one for one in form.periods if one.due_on <= until and (since is None or one.due_on >= since)]
        running = [one for one in form.periods if one.due_on > until][:1]
        if chosen := due[-1:] or running:
            found.append(table_of(form, chosen[0]))
    return tuple(found)


def _units(dispatch: Dispatch, as_of: date) -> dict[int, Row[Any]]:
    rows: list[Row[Any]] = list(db.session.execute(
        select(DispatchRecipient.unit_id, DispatchRecipient.unit_name, DispatchRecipient.added_at, Unit.code)
        .join(Unit, Unit.id == DispatchRecipient.unit_id)
        .where(DispatchRecipient.dispatch_id == dispatch.id).order_by(Unit.code)
    ))
    return {row.unit_id: row for row in rows if clock.local(row.added_at).date() <= as_of or row.added_at == dispatch.issued_at}


def _lines(dispatch_id: int, units: dict[int, Row[Any]], as_of: date) -> list[Line]:
    past = report_past.read(select(Assignment.id).where(Assignment.dispatch_id == dispatch_id), as_of)
    rows = [
        row for row in db.session.execute(columns().where(Assignment.dispatch_id == dispatch_id))
        if row.unit_id in units and (row.given_on is None or row.given_on <= as_of)
    ]
    return lines_of(rows, {unit_id: (unit.code, unit.unit_name) for unit_id, unit in units.items()}, past, as_of)


def columns() -> Select[*tuple[Any, ...]]:
    """What is read of every assignment and its task."""
    return select(
        Assignment.id, Assignment.dispatch_id, Assignment.task_id, Assignment.unit_id, Assignment.role, Assignment.state, Assignment.due_on,
        Assignment.original_due_on, Assignment.review_on, Assignment.fix_by, Assignment.acknowledged_at, Assignment.submitted_on,
        Assignment.accepted_on, Assignment.return_reason, Assignment.round, Assignment.updated_at, Assignment.held_on, Assignment.held_state,
        Assignment.upheld, Assignment.late_before, Task.kind, Task.position, Task.title, Task.text, Task.given_on,
    ).join(Task, Task.id == Assignment.task_id)


def lines_of(rows: Iterable[Row[Any]], units: dict[int, tuple[str, str]], past: Past, as_of: date) -> list[Line]:
    """The rows as they stood at the end of as_of, in the same order; units: code and name by id."""
    kept = list(rows)
    words = report_past.words({row.dispatch_id for row in kept}, as_of)
    return [_line(row, units[row.unit_id], words.get(row.task_id, (row.title, row.text)), past, as_of) for row in kept]


def _line(row: Row[Any], unit: tuple[str, str], words: tuple[str, str], past: Past, as_of: date) -> Line:
    then = _stored(row, past) if clock.local(row.updated_at).date() <= as_of else _rewound(row, past, as_of)
    accepted = then.state == State.ACCEPTED
    acknowledged_on, asked = day_of(row.acknowledged_at), past.extensions[row.id]
    return Line(
        id=row.id, unit_code=unit[0], unit_name=unit[1], task_kind=row.kind, task_position=row.position, task_title=words[0],
        task_text=words[1], role=row.role, state=then.state, due_on=then.due_on, original_due_on=row.original_due_on,
        review_on=past.course.review_on(row.id, row.review_on, as_of),
        submitted_on=then.submitted_on, accepted_on=then.accepted_on, accepted_submitted_on=then.submitted_on if accepted else None,
        accepted_due_on=then.accepted_due_on, return_reason=then.return_reason, result=masked(then.result),
        acknowledged=then.submitted_on is not None or (acknowledged_on is not None and acknowledged_on <= as_of),
        evidence=past.documents(row.id, then.submissions),
        reminded=past.reminded.get(row.id, 0), paused_on=then.held_on,
        fix_by=then.fix_by and (past.course.fix_by(row.id, row.fix_by, as_of) or then.fix_by),
        late_before=past.course.late_before(row.id, row.late_before, as_of), objection_upheld=row.upheld and then.state == State.CANCELLED,
        returns=past.returns(row.id, as_of), extension_asked=asked.asked, extension_granted=asked.granted, extension_refused=asked.refused,
        extension_days=asked.days,
    )


def _stored(row: Row[Any], past: Past) -> Then:
    rounds = [r for r in past.rounds[row.id] if r.undone_on is None]
    returned = State.RETURNED in (row.state, row.held_state)
    return Then(
        state=State(row.state), due_on=row.due_on, submitted_on=row.submitted_on, accepted_on=row.accepted_on,
        accepted_due_on=row.due_on if row.state == State.ACCEPTED else None, fix_by=row.fix_by if returned else None,
        return_reason=row.return_reason or "" if returned else "", result=rounds[-1].result if rounds else "",
        submissions=frozenset(r.submission_id for r in rounds), held_on=row.held_on,
    )


def _rewound(row: Row[Any], past: Past, as_of: date) -> Then:
    return rewind(
        as_of, due_on=row.due_on, acknowledged_on=day_of(row.acknowledged_at), cancelled_on=past.course.cancelled.get(row.id),
        rounds=past.rounds[row.id], verdicts=past.verdicts[row.id], holds=past.course.holds[row.id], redated=past.course.redated[row.id],
    )
