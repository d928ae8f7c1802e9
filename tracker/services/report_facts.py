"""Gathers what a report is made from: one query a table for the whole dispatch, put together as plain data."""
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from tracker import clock
from tracker.db import db
from tracker.domain import letterheads
from tracker.domain.errors import NotFound
from tracker.domain.progress import Evidence, Line
from tracker.domain.report import DispatchFacts, Kind, ReportData, UnitFacts
from tracker.domain.rewind import Round, Then, Verdict, rewind
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.mails import Reminder
from tracker.models.submissions import Evidence as EvidenceRow
from tracker.models.submissions import Review, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import office_head, report_holds


@dataclass(slots=True)
class _Past:
    """What happened to each assignment of the dispatch, by assignment id and in order."""

    rounds: dict[int, list[Round]] = field(default_factory=lambda: defaultdict(list))
    verdicts: dict[int, list[Verdict]] = field(default_factory=lambda: defaultdict(list))
    evidence: dict[int, list[tuple[int, Evidence]]] = field(default_factory=lambda: defaultdict(list))
    course: report_holds.Course = field(default_factory=report_holds.Course)
    reminded: dict[int, int] = field(default_factory=dict)


def gather(dispatch_id: int, as_of: date) -> ReportData:
    """The facts of an issued dispatch at the end of as_of, as the province's report. Raises NotFound for a draft or none.

    Rows that have not changed since as_of are taken as they are; the others are rewound from their rounds, reviews, pauses, objections
    and changed dates, so that what came later does not count. Names, texts, review dates and the recipient list are those of the
    dispatch as it stands.
    """
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.issued_at is None:
        raise NotFound()
    units = _units(dispatch, as_of)
    past = _past(dispatch_id, as_of)
    lines = tuple(_line(row, units[row.unit_id], past, as_of) for row in _assignments(dispatch_id) if row.unit_id in units)
    order = {unit.code: n for n, unit in enumerate(units.values())}
    above = office_head.above(dispatch)
    return ReportData(
        kind=Kind.PROVINCE,
        dispatch=DispatchFacts(
            (dispatch.kind or "công văn").lower(), dispatch.number or "……", dispatch.issued_on or clock.local(dispatch.issued_at).date(),
            above.speaker, dispatch.subject, dispatch.id,
        ),
        letterhead=above,
        as_of=as_of,
        prepared_on=clock.today(),
        units=tuple(
            UnitFacts(u.code, u.unit_name, letterheads.of_district(above, u.unit_name, dispatch.number, dispatch.report_to_office or ""))
            for u in units.values()
        ),
        lines=tuple(sorted(lines, key=lambda line: (order[line.unit_code], line.task_kind != "task", line.task_position))),
    )


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None


def _units(dispatch: Dispatch, as_of: date) -> dict[int, Row[Any]]:
    rows: list[Row[Any]] = list(db.session.execute(
        select(DispatchRecipient.unit_id, DispatchRecipient.unit_name, DispatchRecipient.added_at, Unit.code)
        .join(Unit, Unit.id == DispatchRecipient.unit_id)
        .where(DispatchRecipient.dispatch_id == dispatch.id).order_by(Unit.code)
    ))
    return {row.unit_id: row for row in rows if clock.local(row.added_at).date() <= as_of or row.added_at == dispatch.issued_at}


def _assignments(dispatch_id: int) -> list[Row[Any]]:
    return list(db.session.execute(
        select(
            Assignment.id, Assignment.unit_id, Assignment.role, Assignment.state, Assignment.due_on, Assignment.original_due_on,
            Assignment.review_on, Assignment.fix_by, Assignment.acknowledged_at, Assignment.submitted_on, Assignment.accepted_on,
            Assignment.return_reason, Assignment.result, Assignment.round, Assignment.updated_at, Assignment.held_on, Assignment.held_state, Assignment.upheld,
            Assignment.late_before,
            Task.kind, Task.position, Task.title, Task.text,
        )
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.dispatch_id == dispatch_id)
    ))


def _past(dispatch_id: int, as_of: date) -> _Past:
    past = _Past()
    _read_rounds(dispatch_id, past)
    _read_verdicts(dispatch_id, past)
    _read_evidence(dispatch_id, past)
    past.course = report_holds.course(dispatch_id)
    told = (
        select(Reminder.assignment_id, func.count(func.distinct(Reminder.on_day)).label("days"))
        .where(Reminder.dispatch_id == dispatch_id, Reminder.on_day <= as_of).group_by(Reminder.assignment_id)
    )
    past.reminded = {row.assignment_id: row.days for row in db.session.execute(told)}
    return past


def _read_rounds(dispatch_id: int, past: _Past) -> None:
    rows = db.session.execute(
        select(SubmissionItem.assignment_id, SubmissionItem.submission_id, SubmissionItem.result, Submission.submitted_at)
        .join(Submission, Submission.id == SubmissionItem.submission_id)
        .where(Submission.dispatch_id == dispatch_id, Submission.state == "submitted")
        .order_by(SubmissionItem.round, SubmissionItem.id)
    )
    for row in rows:
        past.rounds[row.assignment_id].append(Round(row.submission_id, clock.local(row.submitted_at).date(), row.result))


def _read_verdicts(dispatch_id: int, past: _Past) -> None:
    rows = db.session.execute(
        select(
            Review.assignment_id, Review.submission_id, Review.verdict, Review.reason, Review.fix_by, Review.due_on_before, Review.at,
            Review.undone_at,
        )
        .join(Submission, Submission.id == Review.submission_id)
        .where(Submission.dispatch_id == dispatch_id).order_by(Review.at, Review.id)
    )
    for row in rows:
        past.verdicts[row.assignment_id].append(Verdict(
            row.submission_id, clock.local(row.at).date(), row.verdict == "accepted", row.reason or "", row.fix_by, row.due_on_before,
            _day(row.undone_at),
        ))


def _read_evidence(dispatch_id: int, past: _Past) -> None:
    rows = db.session.execute(
        select(
            evidence_items.c.assignment_id, EvidenceRow.submission_id, EvidenceRow.kind, StoredFile.name,
            Submission.number, Submission.dated_on, Submission.signatory,
        )
        .join(EvidenceRow, EvidenceRow.id == evidence_items.c.evidence_id)
        .join(Submission, Submission.id == EvidenceRow.submission_id)
        .join(StoredFile, StoredFile.id == EvidenceRow.file_id)
        .where(Submission.dispatch_id == dispatch_id, Submission.state == "submitted").order_by(EvidenceRow.id)
    )
    for row in rows:
        # A submission carries one number, date and signatory: those of the unit's implementing document.
        own = (row.number or "", row.dated_on, row.signatory or "") if row.kind == "implementing_document" else ()
        past.evidence[row.assignment_id].append((row.submission_id, Evidence(row.kind, row.name, *own)))


def _line(row: Row[Any], unit: Row[Any], past: _Past, as_of: date) -> Line:
    then = _stored(row, past) if clock.local(row.updated_at).date() <= as_of else _rewound(row, past, as_of)
    accepted = then.state == State.ACCEPTED
    acknowledged_on = _day(row.acknowledged_at)
    return Line(
        id=row.id, unit_code=unit.code, unit_name=unit.unit_name, task_kind=row.kind, task_position=row.position, task_title=row.title,
        task_text=row.text, role=row.role, state=then.state, due_on=then.due_on, original_due_on=row.original_due_on, review_on=row.review_on,
        submitted_on=then.submitted_on, accepted_on=then.accepted_on, accepted_submitted_on=then.submitted_on if accepted else None,
        accepted_due_on=then.accepted_due_on, return_reason=then.return_reason, result=then.result,
        acknowledged=then.submitted_on is not None or (acknowledged_on is not None and acknowledged_on <= as_of),
        evidence=tuple(dict.fromkeys(item for submission, item in past.evidence[row.id] if submission in then.submissions)),
        reminded=past.reminded.get(row.id, 0), paused_on=then.held_on,
        fix_by=then.fix_by and (past.course.fix_by(row.id, row.fix_by, as_of) or then.fix_by),
        late_before=past.course.late_before(row.id, row.late_before, as_of), objection_upheld=row.upheld and then.state == State.CANCELLED,
    )


def _stored(row: Row[Any], past: _Past) -> Then:
    rounds = past.rounds[row.id]
    returned = State.RETURNED in (row.state, row.held_state)
    return Then(
        state=State(row.state), due_on=row.due_on, submitted_on=row.submitted_on, accepted_on=row.accepted_on,
        accepted_due_on=row.due_on if row.state == State.ACCEPTED else None, fix_by=row.fix_by if returned else None,
        return_reason=row.return_reason or "" if returned else "", result=(rounds[-1].result if rounds else "") or row.result or "",
        submissions=frozenset(r.submission_id for r in rounds), held_on=row.held_on,
    )


def _rewound(row: Row[Any], past: _Past, as_of: date) -> Then:
    return rewind(
        as_of, due_on=row.due_on, acknowledged_on=_day(row.acknowledged_at), cancelled_on=past.course.cancelled.get(row.id),
        rounds=past.rounds[row.id], verdicts=past.verdicts[row.id], holds=past.course.holds[row.id], redated=past.course.redated[row.id],
    )
