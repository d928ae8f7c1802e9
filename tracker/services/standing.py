"""Both directions: each unit is told its own line of a consolidated report, its place and the province's remarks."""
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain import report_words as words
from tracker.domain import standing as rules
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.assignments import Assignment
from tracker.models.contests import ReportNotice, UnitNotice
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.office import Setting
from tracker.models.people import Person
from tracker.models.reports import Report, ReportSchedule
from tracker.models.submissions import Review, Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import history, issue_mails, issue_plan, links, objections
from tracker.services.calendar import working_calendar
from tracker.services.recipients import Recipient

#: Within how many working days a unit may contest its line, and the most that may be chosen.
CONTEST_DAYS, MOST_CONTEST_DAYS = 5, 30
_DAYS = "contest.days"
#: Remarks that a unit is shown of one report, the latest ones.
REMARKS, MAILED = 30, 5


def contest_days() -> int:
    """Within how many working days a unit may contest its line of a report."""
    found = db.session.get(Setting, _DAYS)
    return CONTEST_DAYS if found is None else int(found.value)


def set_contest_days(actor: Actor, days: int | None) -> None:
    """Sets it, for reports told from now on. Raises Forbidden, BadInput("office.contest_days")."""
    actor.need(Right.SETTINGS_MANAGE)
    if days is None or not 1 <= days <= MOST_CONTEST_DAYS:
        raise BadInput("office.contest_days", field="contest_days", most=MOST_CONTEST_DAYS)
    before = contest_days()
    db.session.merge(Setting(key=_DAYS, value=days))
    history.record(actor, "office.contest_days", before=before, after=days)


def tell(actor: Actor, report_id: int, answerer_id: int | None = None) -> int:
    """Tells every unit of a finished report its own line, on a page of its own and in one mail; gives how many. It happens once a report.

    What a schedule sends week after week is mailed to a unit where its line says something new; its page has every one.

    answerer_id: who answers what units say against it (else who compiled it, else who tells). Raises Forbidden, NotFound,
    BadInput("contest.answerer"), Conflict("contest.not_ready", "contest.told").
    """
    actor.need(Right.REPORT_COMPILE)
    report = db.session.get(Report, report_id, with_for_update={"of": Report}, populate_existing=True)
    if report is None:
        raise NotFound()
    if report.state != "ready" or not report.data:
        raise Conflict("contest.not_ready")
    if db.session.get(ReportNotice, report_id) is not None:
        raise Conflict("contest.told")
    answerer = _answerer(actor, report, answerer_id)
    notice = ReportNotice(
        report_id=report_id, told_at=clock.now(), told_by_id=actor.id, contest_until=working_calendar().add(clock.today(), contest_days()),
        answerer_id=answerer.id if answerer else None,
    )
    db.session.add(notice)
    db.session.flush()
    told = _lines(report)
    db.session.add_all(told)
    db.session.flush()
    _mail(report, notice, _to_mail(actor, report, told), answerer.name if answerer else "")
    history.record(
        actor, "report.told", dispatch_id=report.dispatch_id, report_id=report_id, units=len(told), as_of=report.as_of.isoformat(),
        name=answerer.name if answerer else "Tỉnh",
    )
    return len(told)


def tell_once(actor: Actor, report: Report) -> int:
    """The same as the report is sent, where the units have not been told of it; gives how many. A pack for a meeting tells nobody."""
    if report.kind != "report" or report.state != "ready" or db.session.get(ReportNotice, report.id) is not None:
        return 0
    return tell(actor, report.id)


def _answerer(actor: Actor, report: Report, chosen: int | None) -> Person | None:
    if chosen is not None:
        person = db.session.get(Person, chosen)
        if person is None or not _may_answer(person):
            raise BadInput("contest.answerer")
        return person
    schedule = db.session.get(ReportSchedule, report.schedule_id) if report.schedule_id else None
    dispatch = db.session.get(Dispatch, report.dispatch_id) if report.dispatch_id else None
    ids = (report.created_by_id, actor.id, schedule.created_by_id if schedule else None, dispatch.issued_by_id if dispatch else None)
    people = (db.session.get(Person, id) for id in ids if id)
    return next((person for person in people if person is not None and _may_answer(person)), None)


def _may_answer(person: Person) -> bool:
    return person.left_at is None and person.role in objections.DECIDERS


def _lines(report: Report) -> list[UnitNotice]:
    """The line of every unit that the report has figures of."""
    counted: dict[str, dict[str, int]] = ((report.data or {}).get("figures") or {}).get("units", {})
    rates = {code: rules.rate(counts) for code, counts in counted.items()}
    places, of_units, remarks = rules.ranks(rates), rules.ranked(rates), _remarks(report)
    units = db.session.execute(select(Unit.id, Unit.code).where(Unit.code.in_(counted)).order_by(Unit.code))
    return [
        UnitNotice(
            report_id=report.id, unit_id=unit.id, counts=counted[unit.code], rank=places[unit.code] if of_units > 1 else None, of_units=of_units,
            remarks=remarks.get(unit.id, []),
        )
        for unit in units
    ]


def _to_mail(actor: Actor, report: Report, told: list[UnitNotice]) -> list[UnitNotice]:
    """Of a scheduled report that the machine sends: those whose figures, place or remarks are not as the schedule's last report told them."""
    if actor.id is not None or report.schedule_id is None:
        return told
    last = select(func.max(UnitNotice.report_id)).join(Report, Report.id == UnitNotice.report_id).where(
        Report.schedule_id == report.schedule_id, UnitNotice.report_id != report.id).scalar_subquery()
    before = {line.unit_id: line for line in db.session.scalars(select(UnitNotice).where(UnitNotice.report_id == last))}

    def same(line: UnitNotice) -> bool:
        old = before.get(line.unit_id)
        return old is not None and (old.counts, old.rank, old.of_units, old.remarks) == (line.counts, line.rank, line.of_units, line.remarks)

    return [line for line in told if not same(line)]


def _remarks(report: Report) -> dict[int, list[dict[str, Any]]]:
    """What reviewers returned with a reason, by unit, the latest first, up to the report's cut-off."""
    wanted = (
        select(Submission.unit_id, Review.reason, Review.at, Task.title, Dispatch.number)
        .join(Submission, Submission.id == Review.submission_id).join(Assignment, Assignment.id == Review.assignment_id)
        .join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Submission.dispatch_id)
        .where(Review.verdict == "returned", Review.undone_at.is_(None), Review.at < clock.start_of(report.as_of + timedelta(1)), *_about(report))
        .order_by(Review.at.desc(), Review.id.desc())
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in db.session.execute(wanted):
        if len(found[row.unit_id]) < REMARKS:
            found[row.unit_id].append({
                "number": row.number or "", "task": row.title, "reason": row.reason, "on": clock.local(row.at).date().isoformat(),
            })
    return found


def _about(report: Report) -> list[Any]:
    if report.dispatch_id is not None:
        return [Dispatch.id == report.dispatch_id]
    # What was issued before the period and carried into it stands in the report too; what was done before it began does not.
    field = [Dispatch.field == report.field] if report.scope == "field" else []
    carried = or_(Assignment.accepted_on.is_(None), Assignment.accepted_on >= report.period_from)
    return [Dispatch.issued_on <= report.period_to, carried, *field]


def title_of(report: Report) -> str:
    """What a report is about, in a few words: the number of its dispatch, or its days."""
    version = f", bản {report.version}" if report.version > 1 else ""
    if report.dispatch_id is not None:
        return f"{db.session.get_one(Dispatch, report.dispatch_id).number or 'công văn'}{version}"
    return f"từ {words.day(report.period_from)} đến {words.day(report.period_to)}{version}"


@dataclass(frozen=True, slots=True)
class Remark:
    """One result that the province returned: of which dispatch and task, why, on what day."""

    number: str
    task: str
    reason: str
    on: date


def remarks_of(line: UnitNotice) -> list[Remark]:
    """The remarks of a unit's line, the latest first."""
    return [Remark(one["number"], one["task"], one["reason"], date.fromisoformat(one["on"])) for one in line.remarks]


def told_in_words(counts: Mapping[str, int]) -> str:
    """A unit's counts in one sentence; the sums are those of the report."""
    n = {key: words.number(counts.get(key, 0)) for key in (*dict(rules.FIGURES), "accepted", "open")}
    return (
        f"Tổng số {n['total']} việc: hoàn thành {n['accepted']} (đúng hạn {n['accepted_on_time']}, quá hạn {n['accepted_late']}, "
        f"không hạn {n['accepted_no_deadline']}); còn mở {n['open']} (trong hạn {n['open_in_time']}, quá hạn {n['open_overdue']}, "
        f"không hạn {n['open_no_deadline']}); đang chờ duyệt {n['waiting']}, bị trả lại {n['returned']}."
    )


def figures(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """A unit's line as its page lists it: (key, words, number)."""
    return [(key, name, counts.get(key, 0)) for key, name in rules.FIGURES]


def _mail(report: Report, notice: ReportNotice, told: list[UnitNotice], answerer: str) -> None:
    """One mail to each unit, to its mailbox or its people."""
    by_id = {line.unit_id: line for line in told}
    rows = db.session.execute(select(Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.mailbox).where(Unit.id.in_(by_id)).order_by(Unit.folded))
    units = [Recipient(*row) for row in rows]
    addresses, mails = issue_plan.addresses(units), []
    shared = {
        "number": title_of(report), "as_of": report.as_of, "until": notice.contest_until, "answerer": answerer, "ranked_by": rules.RANKED_BY,
        "url": links.absolute("report_own", id=report.id),
    }
    for unit in units:
        line = by_id[unit.id]
        context = shared | {
            "unit": unit.name, "told": told_in_words(line.counts), "rate": rules.share(rules.rate(line.counts)),
            "place": rules.place(line.rank, line.of_units) if line.of_units > 1 else "", "more": max(len(line.remarks) - MAILED, 0),
            "remarks": [TaskLine(one.task, "ret", f"trả lại {words.day(one.on)}", f"“{one.reason}”") for one in remarks_of(line)[:MAILED]],
        }
        # Mail rows hang on a dispatch where there is one; the first address of a unit is its mailbox.
        mails += [row | {"unit_id": unit.id, "dispatch_id": report.dispatch_id} for row in issue_mails.unit_rows(
            "report_line", unit, addresses[unit.id][:1], report.dispatch_id or 0, context, [])]
    by_message = {row["message_id"]: row["unit_id"] for row in mails}
    issue_mails.send_all(mails)
    for id, message in db.session.execute(select(Mail.id, Mail.message_id).where(Mail.message_id.in_(by_message))):
        by_id[by_message[message]].mail_id = id
