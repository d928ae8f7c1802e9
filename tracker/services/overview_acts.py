"""The numbered acts of the province's first page: chase, review, mend addresses, finish drafts; each bounded, most urgent first."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Date, and_, bindparam, exists, func, select, text

from tracker import clock
from tracker.db import UtcDateTime, read
from tracker.domain.access import Actor, Right
from tracker.domain.calendar import Calendar
from tracker.domain.status import OWED, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder
from tracker.models.tasks import Task
from tracker.services import contests, letter_lines, requests

#: The most overdue assignments looked at to find the dispatches that need a reminder first, and how many of those are named.
WINDOW = 400
NAMED = 5
#: Waiting results looked at to count how many submissions they come from.
WAITING_WINDOW = 200
#: The steps at which the plan lists a unit for a formal letter, and for criticism.
FORMAL = ("letter", "criticism")
#: A failed mail asks for an act for so long; the sent-mail page keeps it for ever.
RECENT = timedelta(days=14)
TODAY, SINCE = bindparam("today", type_=Date), bindparam("since", type_=UtcDateTime)


class Unitlike(Protocol):
    """What an act needs to know of a unit's standing."""

    @property
    def name(self) -> str: ...
    @property
    def mailbox(self) -> str | None: ...
    @property
    def over(self) -> int: ...
    @property
    def waiting(self) -> int: ...


@dataclass(frozen=True)
class Act:
    """One numbered line. kind: chase, chase_more, review, request, contest, question,
    incoming, mail, mailbox, draft; the template puts it into words from the values."""

    kind: str
    id: int = 0
    number: str = ""
    count: int = 0
    days: int = 0
    names: list[str] = field(default_factory=list)
    more: int = 0
    at: datetime | None = None
    on: date | None = None


def acts(
    actor: Actor, today: date, calendar: Calendar, units: Mapping[int, Unitlike], asked: tuple[int, int] = (0, 0), formal: tuple[int, ...] = (0, 0),
    mails: int = 0, contested: contests.Waiting | None = None, questions: tuple[int, datetime | None] = (0, None),
) -> list[Act]:
    """What the actor's role can do today, most urgent first; asked: how many extensions and objections wait; formal: how many units have
    come to each step of FORMAL and still owe; mails: how many messages wait for the clerk (up to a hundred); contested: what units say against reports;
    questions: how many wait, and since when."""
    found: list[Act] = []
    if actor.can(Right.REMINDER_SEND):
        found += _chase(today, units)
        found += [Act(kind, count=count) for kind, count in zip(FORMAL, formal, strict=True) if count]
    if actor.can(Right.ASSIGNMENT_REVIEW):
        found += _review(calendar, today, units)
    if actor.can(Right.REQUEST_DECIDE):
        found += _requests(calendar, today, *asked)
    if actor.can(Right.REQUEST_DECIDE) and contested and contested.first:
        found.append(Act("contest", count=contested.count, days=max((today - contested.first).days, 0), on=contested.first))
    if actor.can(Right.REQUEST_DECIDE) and questions[1] is not None:
        waited = max(calendar.between(clock.local(questions[1]).date(), today), 0)
        found.append(Act("question", count=questions[0], days=waited, at=questions[1]))
    if actor.can(Right.MAIL_TRIAGE) and mails:
        found.append(Act("incoming", count=mails))
    if actor.can(Right.UNIT_MANAGE):
        found += _failed(units)
        found += _unreachable(units)
    if actor.can(Right.DISPATCH_DRAFT):
        found += _drafts()
    return found


def followed() -> Any:
    """Whether an assignment's dispatch is followed; a question of its own, so that the planner begins with an index of assignments, not with the dispatches."""
    return exists().where(Dispatch.id == Assignment.dispatch_id, Dispatch.state == "issued").correlate(Assignment)


def _oldest() -> Any:
    window = (
        select(Assignment.dispatch_id, Assignment.due_on)
        .where(Assignment.chase_on < TODAY, Assignment.due_on < TODAY, followed()).order_by(Assignment.chase_on).limit(WINDOW).subquery()
    )
    first = func.min(window.c.due_on)
    named = select(window.c.dispatch_id, first.label("first")).group_by(window.c.dispatch_id).order_by(first).limit(NAMED).subquery()
    # The number in a subquery of its own: a join would read every dispatch there ever was.
    number = select(Dispatch.number).where(Dispatch.id == named.c.dispatch_id).correlate(named).scalar_subquery()
    return select(named.c.dispatch_id, func.coalesce(number, "")).order_by(named.c.first)


def _late_units() -> Any:
    """Grouped as the index of dispatches and units is ordered."""
    late = and_(Assignment.due_on < TODAY, Assignment.state.in_(OWED))
    return (
        select(
            Assignment.dispatch_id, Assignment.unit_id, func.count().filter(late).label("late"), func.min(Assignment.due_on).filter(late).label("oldest"),
            func.count().filter(Assignment.state != State.ASSIGNED).label("seen"),
        )
        .where(Assignment.dispatch_id.in_(bindparam("ids", expanding=True)), Assignment.state != State.CANCELLED)
        .group_by(Assignment.dispatch_id, Assignment.unit_id)
    )


def _chase(today: date, units: Mapping[int, Unitlike]) -> list[Act]:
    overdue = sum(unit.over for unit in units.values())
    if not overdue:
        return []
    by_dispatch: dict[int, list[Any]] = {}
    numbers = dict(read(_OLDEST, {"today": today}).all())
    for row in read(_LATE_UNITS, {"today": today, "ids": list(numbers)}).all():
        if row.late:
            by_dispatch.setdefault(row.dispatch_id, []).append(row)
    acts = [_chase_one(today, units, dispatch_id, numbers[dispatch_id], rows) for dispatch_id, rows in by_dispatch.items()]
    acts.sort(key=lambda act: (-act.days, -act.count))
    rest = overdue - sum(row.late for rows in by_dispatch.values() for row in rows)
    return [*acts, Act("chase_more", count=rest)] if rest > 0 else acts


def _chase_one(today: date, units: Mapping[int, Unitlike], dispatch_id: int, number: str, rows: list[Any]) -> Act:
    silent = sorted(units[row.unit_id].name for row in rows if not row.seen and row.unit_id in units)
    longest = max((today - row.oldest).days for row in rows)
    return Act("chase", dispatch_id, number, len(rows), longest, silent[:4], max(len(silent) - 4, 0))


def _review(calendar: Calendar, today: date, units: Mapping[int, Unitlike]) -> list[Act]:
    waiting = sum(unit.waiting for unit in units.values())
    if not waiting:
        return []
    # Where there are too many to count their papers, the oldest one is all that is shown.
    rows = read(_OLDEST_WAITING, {"most": WAITING_WINDOW if waiting < WAITING_WINDOW else 1}).all()
    if not rows:
        return []
    oldest = rows[0]
    papers = len({tuple(row) for row in rows}) if waiting < WAITING_WINDOW else 0
    name = units[oldest.unit_id].name if oldest.unit_id in units else ""
    waited = calendar.between(clock.local(oldest.submitted_at).date(), today)
    return [Act("review", count=waiting, more=papers, names=[name], days=waited, at=oldest.submitted_at)]


def _requests(calendar: Calendar, today: date, extensions: int, objections: int) -> list[Act]:
    """count: requests for more time; more: objections; the oldest tells since when somebody waits for the province."""
    found = requests.waiting(extensions, objections)
    if found.oldest is None:
        return []
    name, at = found.oldest
    waited = calendar.between(clock.local(at).date(), today)
    return [Act("request", count=found.extensions, more=found.objections, names=[name], days=waited, at=at)]


def failed_recently(*columns: Any) -> Any:
    """Mails that did not arrive, written after the parameter `since` (the index holds failed ones only)."""
    return select(*columns).select_from(Mail).where(Mail.state == "failed", Mail.created_at >= SINCE)


def _failed(units: Mapping[int, Unitlike]) -> list[Act]:
    rows = read(_FAILED, {"since": clock.now() - RECENT})
    acts: dict[int, Act] = {}
    for unit_id, count, at, address in rows:
        if unit_id in units and units[unit_id].mailbox in (address, None):
            acts.setdefault(unit_id, Act("mail", unit_id, address, count, names=[units[unit_id].name], at=at))
    return list(acts.values())[:NAMED]


def _unreachable(units: Mapping[int, Unitlike]) -> list[Act]:
    missing = [(unit_id, unit.name) for unit_id, unit in units.items() if not unit.mailbox]
    if not missing:
        return []
    names = [name for _, name in missing[:4]]
    return [Act("mailbox", missing[0][0] if len(missing) == 1 else 0, count=len(missing), names=names, more=max(len(missing) - 4, 0))]


def listed(kind: str) -> Any:
    """How many units have come to this step and still owe, as a part of a question; over the partial index that holds these steps alone."""
    still = and_(Assignment.id == Reminder.assignment_id, Assignment.deadline_version == Reminder.deadline_version)
    return (
        select(func.count(Reminder.unit_id.distinct()))
        .join(Assignment, still).join(Dispatch, Dispatch.id == Reminder.dispatch_id)
        .where(text("reminders.recipient in ('letter', 'criticism')"), Reminder.recipient == kind, Reminder.by_person_id.is_(None),
               Assignment.chase_on.is_not(None),
               Dispatch.state == "issued", ~letter_lines.lettered())
        .scalar_subquery()
    )


def _drafts() -> list[Act]:
    return [Act("draft", row.id, row.number or row.short_subject, row.tasks, at=row.updated_at) for row in read(_DRAFTS)]


def _begun() -> Any:
    tasks = select(func.count()).where(Task.dispatch_id == Dispatch.id, Task.cancelled.is_(False)).correlate(Dispatch).scalar_subquery()
    return (
        select(Dispatch.id, Dispatch.number, Dispatch.short_subject, tasks.label("tasks"), Dispatch.updated_at)
        .where(Dispatch.state == "draft").order_by(Dispatch.updated_at.desc()).limit(NAMED)
    )


#: Built once: see services.overview.
_OLDEST, _LATE_UNITS, _DRAFTS = _oldest(), _late_units(), _begun()
#: The word stands in the statement, not beside it: only so a database sees that the index of waiting ones is meant.
_OLDEST_WAITING = (
    select(Assignment.dispatch_id, Assignment.unit_id, Assignment.submitted_at)
    .where(Assignment.state == text("'submitted'"), followed())
    .order_by(Assignment.submitted_at, Assignment.id).limit(bindparam("most"))
)
_FAILED = (
    failed_recently(Mail.unit_id, func.count(), func.max(Mail.created_at), Mail.address).group_by(Mail.unit_id, Mail.address)
    .order_by(func.max(Mail.created_at).desc(), Mail.unit_id).limit(50)
)
