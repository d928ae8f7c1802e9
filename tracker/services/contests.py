"""Ý kiến về số liệu báo cáo: a unit says in time that figures of its line are wrong, and a named person of the province answers."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import db
from tracker.domain import report_words as words
from tracker.domain import standing as rules
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.models.contests import Contest, ReportNotice, UnitNotice
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.models.reports import Report
from tracker.models.units import Unit
from tracker.services import history, issue_plan, links, objections, office, outbox, standing
from tracker.services.calendar import working_calendar
from tracker.services.recipients import Recipient

LONGEST = 2000
#: Answered ones that the province's page lists, the latest first.
SHOWN = 50
_OPEN = Contest.state == text("'open'")
#: How many wait for an answer, and by when the first was meant to have one: parts of a query that asks other things too.
WAITING = select(func.count()).select_from(Contest).where(_OPEN).scalar_subquery()
FIRST_TARGET = select(func.min(Contest.target_on)).where(_OPEN).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for an answer, and by when the first was meant to have one."""

    count: int
    first: date | None


def waiting() -> Waiting:
    """What waits for the province."""
    row = db.session.execute(select(WAITING, FIRST_TARGET)).one()
    return Waiting(row[0], row[1])


def is_told(actor: Actor, report_id: int) -> bool:
    """Whether the actor's unit (for the province: the units) was told its line of a report."""
    wanted = select(UnitNotice.unit_id).where(UnitNotice.report_id == report_id)
    return db.session.scalar((wanted if actor.sees_all_units else wanted.where(UnitNotice.unit_id == actor.unit_id)).limit(1)) is not None


def still_open(unit_id: int) -> list[Row[Any]]:
    """Reports whose figures the unit may still contest, the latest first: (report_id, as_of, contest_until, number of the dispatch)."""
    wanted = (
        select(UnitNotice.report_id, Report.as_of, ReportNotice.contest_until, Dispatch.number)
        .join(ReportNotice, ReportNotice.report_id == UnitNotice.report_id).join(Report, Report.id == UnitNotice.report_id)
        .outerjoin(Dispatch, Dispatch.id == Report.dispatch_id)
        .where(UnitNotice.unit_id == unit_id, ReportNotice.contest_until >= clock.today()).order_by(UnitNotice.report_id.desc()).limit(3)
    )
    return list(db.session.execute(wanted))


@dataclass(frozen=True, slots=True)
class Own:
    """What a unit's page of a report shows: its line, until when it may be contested, who answers, and what was said so far."""

    report: Report
    notice: ReportNotice
    line: UnitNotice
    answerer: str
    contests: list[Row[Any]]

    @property
    def may_contest(self) -> bool:
        """Whether the time is not over and nothing waits already."""
        return clock.today() <= self.notice.contest_until and not any(one.state == "open" for one in self.contests)


@dataclass(frozen=True, slots=True)
class Told:
    """What the province's page of the same report shows; notice is None where the units have not been told."""

    report: Report
    notice: ReportNotice | None
    answerer: str
    lines: list[Row[Any]]
    contests: list[Row[Any]]


def own(actor: Actor, report_id: int) -> Own:
    """The actor's unit's line of a report. Raises Forbidden, NotFound where it was not told."""
    actor.need(Right.REPORT_READ)
    line = db.session.get(UnitNotice, (report_id, actor.unit_id)) if actor.unit_id else None
    if line is None:
        raise NotFound()
    notice = db.session.get_one(ReportNotice, report_id)
    rows = db.session.execute(_ROWS.where(Contest.report_id == report_id, Contest.unit_id == actor.unit_id).order_by(Contest.id.desc()))
    return Own(db.session.get_one(Report, report_id), notice, line, _name(notice.answerer_id), list(rows))


def told(actor: Actor, report_id: int) -> Told:
    """Every unit's line of a report, by place. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    report, notice = db.session.get(Report, report_id), db.session.get(ReportNotice, report_id)
    if report is None:
        raise NotFound()
    lines = (
        select(Unit.id, Unit.name, UnitNotice.rank, UnitNotice.of_units, UnitNotice.counts, UnitNotice.remarks)
        .join(Unit, Unit.id == UnitNotice.unit_id).where(UnitNotice.report_id == report_id).order_by(UnitNotice.rank.is_(None), UnitNotice.rank, Unit.code)
    )
    contests = db.session.execute(_ROWS.where(Contest.report_id == report_id).order_by(Contest.id.desc()))
    return Told(report, notice, _name(notice.answerer_id) if notice else "", list(db.session.execute(lines)), list(contests))


_BY, _ANSWERER, _ANSWERED_BY = aliased(Person), aliased(Person), aliased(Person)
_ROWS: Any = (
    select(
        Contest.id, Contest.report_id, Contest.state, Contest.figures, Contest.reason, Contest.raised_at, Contest.target_on, Contest.answer,
        Contest.answered_at, Contest.answerer_id, Contest.dispatch_id, Contest.unit_id, Unit.name.label("unit"), Unit.phone, Report.as_of,
        Report.period_from, Report.period_to, _BY.name.label("by"), _ANSWERER.name.label("answerer"), _ANSWERED_BY.name.label("answered_by"),
    )
    .join(Unit, Unit.id == Contest.unit_id).join(Report, Report.id == Contest.report_id)
    .outerjoin(_BY, _BY.id == Contest.raised_by_id).outerjoin(_ANSWERER, _ANSWERER.id == Contest.answerer_id)
    .outerjoin(_ANSWERED_BY, _ANSWERED_BY.id == Contest.answered_by_id)
)


def _name(person_id: int | None) -> str:
    return (db.session.scalar(select(Person.name).where(Person.id == person_id)) or "") if person_id else ""


def listed(actor: Actor) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Those that wait, the nearest target first, and the latest that were answered. Raises Forbidden."""
    actor.need(Right.REQUEST_DECIDE)
    waiting = db.session.execute(_ROWS.where(_OPEN).order_by(Contest.target_on, Contest.id))
    answered = db.session.execute(_ROWS.where(Contest.answered_at.is_not(None)).order_by(Contest.answered_at.desc()).limit(SHOWN))
    return list(waiting), list(answered)


def contest(actor: Actor, report_id: int, figures: Sequence[str], reason: str) -> int:
    """Says that figures of the unit's line are wrong; gives the contest's id.

    Raises Forbidden, NotFound, BadInput("contest.figures", "contest.reason"), Conflict("contest.over", "contest.twice").
    """
    actor.need(Right.ASSIGNMENT_ANSWER)
    # Of two presses at once the second waits here, and then finds the first.
    db.session.get(UnitNotice, (report_id, actor.unit_id or 0), with_for_update=True)
    found, reason = own(actor, report_id), reason.strip()
    if clock.today() > found.notice.contest_until:
        raise Conflict("contest.over", day=found.notice.contest_until)
    if not found.may_contest:
        raise Conflict("contest.twice")
    chosen = [key for key in rules.CONTESTABLE if key in set(figures)]
    if not chosen:
        raise BadInput("contest.figures", field="figures")
    if not reason or len(reason) > LONGEST:
        raise BadInput("contest.reason", limit=LONGEST, field="reason")
    made = Contest(
        report_id=report_id, dispatch_id=found.report.dispatch_id, unit_id=actor.unit_id, figures=chosen, reason=reason, raised_by_id=actor.id,
        raised_at=clock.now(), target_on=working_calendar().add(clock.today(), office.review_days()), answerer_id=found.notice.answerer_id,
    )
    db.session.add(made)
    db.session.flush()
    _record(actor, made, "raise", reason=reason, figures=", ".join(rules.CONTESTABLE[key].lower() for key in chosen))
    _tell_answerer(made, found)
    return made.id


def report_of(actor: Actor, contest_id: int) -> int:
    """The report that a contest of the actor's unit is about. Raises Forbidden, NotFound."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    found = db.session.get(Contest, contest_id)
    if found is None or found.unit_id != actor.unit_id:
        raise NotFound()
    return found.report_id


def withdraw(actor: Actor, contest_id: int) -> None:
    """The unit takes its contest back while nobody has answered it; what it said stays in the history.

    While there is time it may contest anew. Raises Forbidden, NotFound, Conflict("contest.answered").
    """
    report_of(actor, contest_id)
    found = db.session.get_one(Contest, contest_id, with_for_update=True, populate_existing=True)
    if found.state != "open":
        raise Conflict("contest.answered")
    _record(actor, found, "withdraw", reason=found.reason, figures=", ".join(rules.CONTESTABLE[key].lower() for key in found.figures))
    db.session.delete(found)


def _tell_answerer(made: Contest, found: Own) -> None:
    """One mail to the person who answers."""
    person = db.session.get(Person, made.answerer_id) if made.answerer_id else None
    if person is not None and person.left_at is None:
        outbox.queue(
            "contest", address=person.email, name=person.name, person_id=person.id, dispatch_id=made.dispatch_id,
            context=_context(made, found.report) | {"outcome": "", "words": made.reason, "by_name": "", "url": links.absolute("contests")},
        )


def _context(made: Contest, report: Report) -> dict[str, Any]:
    return {
        "number": standing.title_of(report), "as_of": report.as_of, "unit": db.session.get_one(Unit, made.unit_id).name, "target_on": made.target_on,
        "figures": [rules.CONTESTABLE[key] for key in made.figures],
    }


def locked(actor: Actor, contest_id: int) -> Contest:
    """An open contest for its answer. Raises Forbidden, NotFound, Conflict("contest.answered")."""
    actor.need(Right.REQUEST_DECIDE)
    found = db.session.get(Contest, contest_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound()
    if found.state != "open":
        raise Conflict("contest.answered")
    return found


def answer(actor: Actor, contest_id: int, upheld: bool, said: str) -> Contest:
    """Answers: upheld with what is corrected, or dismissed with the reason; the unit gets it by mail.

    Raises Forbidden("contest.others") where somebody else is named, BadInput("contest.words") and as locked does.
    """
    found, said = locked(actor, contest_id), said.strip()
    if not objections.may_decide(actor, found.answerer_id):
        raise Forbidden("contest.others", name=_name(found.answerer_id))
    if not said or len(said) > LONGEST:
        raise BadInput("contest.words", limit=LONGEST, field=f"words-{contest_id}")
    found.state, found.answer, found.answered_at, found.answered_by_id = "upheld" if upheld else "dismissed", said, clock.now(), actor.id
    _record(actor, found, "uphold" if upheld else "dismiss", reason=said)
    unit = db.session.get_one(Unit, found.unit_id)
    to = next(iter(issue_plan.addresses([Recipient(unit.id, unit.code, unit.name, unit.short_name, unit.mailbox)])[unit.id]), None)
    context = _context(found, db.session.get_one(Report, found.report_id)) | {
        "outcome": found.state, "words": said, "by_name": actor.name, "url": links.absolute("report_own", id=found.report_id)}
    found.mail_id = outbox.queue(
        "contest", address=to.email if to else "", name=to.name if to else unit.name, person_id=to.person_id if to else None, unit_id=unit.id,
        dispatch_id=found.dispatch_id, context=context,
    ).id
    return found


def name_answerer(actor: Actor, contest_id: int, person_id: int) -> str:
    """Chooses who answers; gives the name. Raises BadInput("contest.answerer") and as locked does."""
    found, person = locked(actor, contest_id), db.session.get(Person, person_id)
    if person is None or person.left_at is not None or person.role not in objections.DECIDERS:
        raise BadInput("contest.answerer")
    found.answerer_id = person.id
    _record(actor, found, "answerer", name=person.name)
    return person.name


def pass_on(person_id: int, successor: Person | None) -> None:
    """Gives what somebody who leaves would have answered to the successor, or to anybody with the right where that one has none."""
    heir = successor.id if successor and successor.role in objections.DECIDERS else None
    db.session.execute(update(Contest).where(Contest.answerer_id == person_id, Contest.state == "open").values(answerer_id=heir))


def _record(actor: Actor, made: Contest, act: str, **told: Any) -> None:
    as_of: date = db.session.get_one(Report, made.report_id).as_of
    history.record(
        actor, f"contest.{act}", dispatch_id=made.dispatch_id, unit_id=made.unit_id, contest_id=made.id, report_id=made.report_id,
        unit=db.session.get_one(Unit, made.unit_id).name, as_of=words.day(as_of), **told,
    )
