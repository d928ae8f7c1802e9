"""The history behind a report's lines: rounds, verdicts, evidence, holds, extensions, words and names, as far as an earlier day needs them."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from tracker import clock
from tracker.db import db
from tracker.domain.progress import Evidence
from tracker.domain.rewind import Round, Verdict
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.extensions import Extension
from tracker.models.files import StoredFile
from tracker.models.mails import Reminder
from tracker.models.submissions import Evidence as EvidenceRow
from tracker.models.submissions import Review, Submission, SubmissionItem, evidence_items
from tracker.services import figure_facts, office, report_holds
from tracker.services.reminder_log import MAILED

Chosen = Select[Any]


@dataclass(slots=True)
class Asked:
    """More time asked for by the cut-off: how often, what came of it, and the days granted together."""

    asked: int = 0
    granted: int = 0
    refused: int = 0
    days: int = 0


@dataclass(slots=True)
class Past:
    """What happened to each assignment, by its id and in order."""

    rounds: dict[int, list[Round]] = field(default_factory=lambda: defaultdict(list))
    verdicts: dict[int, list[Verdict]] = field(default_factory=lambda: defaultdict(list))
    evidence: dict[int, list[tuple[int, Evidence]]] = field(default_factory=lambda: defaultdict(list))
    course: report_holds.Course = field(default_factory=report_holds.Course)
    extensions: dict[int, Asked] = field(default_factory=lambda: defaultdict(Asked))
    reminded: dict[int, int] = field(default_factory=dict)

    def documents(self, assignment_id: int, submissions: frozenset[int]) -> tuple[Evidence, ...]:
        """The evidence of these submissions, in the order of their rounds, each document once."""
        order = {r.submission_id: n for n, r in enumerate(self.rounds[assignment_id])}
        own = [(order.get(submission, len(order)), item) for submission, item in self.evidence[assignment_id] if submission in submissions]
        return tuple(dict.fromkeys(item for _, item in sorted(own, key=lambda one: one[0])))

    def returns(self, assignment_id: int, as_of: date) -> int:
        """How often it was sent back by then, without what was taken back."""
        given = [v for v in self.verdicts[assignment_id] if v.on <= as_of and (v.undone_on is None or v.undone_on > as_of)]
        return sum(not verdict.accepted for verdict in given)


def read(chosen: Chosen, as_of: date, *, details: bool = True) -> Past:
    """The past of the chosen assignments (a query of their ids); without details no evidence and no reminders."""
    past = Past()
    _read_rounds(chosen, past)
    _read_verdicts(chosen, past)
    past.course = report_holds.course(Event.assignment_id.in_(chosen))
    _read_extensions(chosen, past, as_of)
    if details:
        _read_evidence(chosen, past)
        told = select(Reminder.assignment_id, func.count(func.distinct(Reminder.on_day)).label("days"))
        told = told.where(Reminder.assignment_id.in_(chosen), Reminder.on_day <= as_of, MAILED).group_by(Reminder.assignment_id)
        past.reminded = {row.assignment_id: row.days for row in db.session.execute(told)}
    return past


def day_of(moment: datetime | None) -> date | None:
    """Its local day."""
    return clock.local(moment).date() if moment else None


def _read_rounds(chosen: Chosen, past: Past) -> None:
    rows = db.session.execute(
        select(SubmissionItem.assignment_id, SubmissionItem.submission_id, SubmissionItem.result, SubmissionItem.round, Submission.submitted_at)
        .join(Submission, Submission.id == SubmissionItem.submission_id)
        .where(SubmissionItem.assignment_id.in_(chosen), Submission.state == "submitted")
        .order_by(SubmissionItem.round, SubmissionItem.id)
    )
    for row in rows:
        past.rounds[row.assignment_id].append(Round(row.submission_id, clock.local(row.submitted_at).date(), row.result, n=row.round))
    _read_taken_back(chosen, past)


def _read_taken_back(chosen: Chosen, past: Past) -> None:
    """Rounds that were handed in by mistake and taken back later: on the days between they stood."""
    wanted = select(Event.id, Event.assignment_id, Event.at, Event.data).where(Event.assignment_id.in_(chosen), Event.kind == "assignment.undo_submit")
    for event_id, assignment_id, at, data in db.session.execute(wanted.order_by(Event.id)):
        if assignment_id is None or "submitted_on" not in data:
            continue
        # The submission is gone and its id may be another's by now.
        rounds = past.rounds[assignment_id]
        rounds.append(Round(-event_id, date.fromisoformat(data["submitted_on"]), data["result"], clock.local(at).date(), int(data["round"])))
        rounds.sort(key=lambda r: (r.on, r.n))
        past.evidence[assignment_id] += [
            (-event_id, Evidence(kind, name, number, date.fromisoformat(dated_on) if dated_on else None, signatory))
            for kind, name, number, dated_on, signatory in data["evidence"]
        ]


def _read_verdicts(chosen: Chosen, past: Past) -> None:
    rows = db.session.execute(
        select(
            Review.assignment_id, Review.submission_id, Review.verdict, Review.reason, Review.fix_by, Review.due_on_before, Review.at, Review.undone_at,
        )
        .where(Review.assignment_id.in_(chosen)).order_by(Review.at, Review.id)
    )
    for row in rows:
        past.verdicts[row.assignment_id].append(Verdict(
            row.submission_id, clock.local(row.at).date(), row.verdict == "accepted", row.reason or "", row.fix_by, row.due_on_before,
            day_of(row.undone_at),
        ))


def _read_extensions(chosen: Chosen, past: Past, as_of: date) -> None:
    for row in db.session.execute(
        select(Extension.assignment_id, Extension.state, Extension.asked_at, Extension.decided_at, Extension.granted_on, Extension.replaced_on)
        .where(Extension.assignment_id.in_(chosen))
    ):
        count_extension(past.extensions[row.assignment_id], row, as_of)


def count_extension(kept: Asked, row: Any, as_of: date) -> None:
    """Counts one request as it stood at the end of as_of; one that the unit had taken back by then does not count."""
    asked, decided = clock.local(row.asked_at).date(), day_of(row.decided_at)
    known = row.state if decided and decided <= as_of else "asked"
    if asked > as_of or known == "taken_back":
        return
    kept.asked += 1
    kept.granted += known == "granted"
    kept.refused += known == "refused"
    if known == "granted":
        kept.days += (row.granted_on - row.replaced_on).days


def _read_evidence(chosen: Chosen, past: Past) -> None:
    rows = db.session.execute(
        select(
            evidence_items.c.assignment_id, EvidenceRow.submission_id, EvidenceRow.kind, StoredFile.name,
            Submission.number, Submission.dated_on, Submission.signatory,
        )
        .join(EvidenceRow, EvidenceRow.id == evidence_items.c.evidence_id)
        .join(Submission, Submission.id == EvidenceRow.submission_id)
        .join(StoredFile, StoredFile.id == EvidenceRow.file_id)
        .where(evidence_items.c.assignment_id.in_(chosen), Submission.state == "submitted").order_by(EvidenceRow.id)
    )
    for row in rows:
        # A submission carries one number, date and signatory: those of the unit's implementing document.
        own = (row.number or "", row.dated_on, row.signatory or "") if row.kind == "implementing_document" else ()
        past.evidence[row.assignment_id].append((row.submission_id, Evidence(row.kind, row.name, *own)))


def words(dispatch_ids: Iterable[int], as_of: date) -> dict[int, tuple[str, str]]:
    """Titles and texts of tasks that an amendment changed after as_of, as they stood then, by task id."""
    found: dict[int, tuple[str, str]] = {}
    for data in _later("dispatch.amend", Event.dispatch_id.in_(list(dispatch_ids)), as_of):
        for task_id, (title, text) in data.get("reworded", {}).items():
            found.setdefault(int(task_id), (title, text))
    return found


def fields(as_of: date) -> dict[int, str]:
    """Fields (lĩnh vực) of dispatches that were set or changed after as_of, as they stood then ("" for none), by dispatch id."""
    later = select(Event.dispatch_id, Event.data).join(Dispatch, Dispatch.id == Event.dispatch_id).where(
        Dispatch.field_set_at >= figure_facts.end_of(as_of), Event.kind == "dispatch.field", Event.at >= figure_facts.end_of(as_of))
    found: dict[int, str] = {}
    for dispatch_id, data in db.session.execute(later.order_by(Event.id)):
        found.setdefault(dispatch_id or 0, data["before"])
    return found


def names(as_of: date) -> office.Names:
    """The office's names on documents as they stood at the end of as_of."""
    changed = next(iter(_later("office.names", Event.dispatch_id.is_(None), as_of)), None)
    return office.Names(**changed["before"]) if changed else office.names()


def _later(kind: str, where: ColumnElement[bool], as_of: date) -> list[dict[str, Any]]:
    """What was changed after as_of, the first change first: each tells what stood before it."""
    wanted = select(Event.data).where(where, Event.kind == kind, Event.at >= figure_facts.end_of(as_of)).order_by(Event.id)
    return list(db.session.scalars(wanted))
