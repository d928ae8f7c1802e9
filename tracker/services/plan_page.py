"""The plan as a page: what today's or the next plan will tell whom and why, and what is held back and why. Reads only; bounded by a page of units."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, func, select, text

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.domain.policies import Rank
from tracker.domain.status import HELD, OWED
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment, Tally
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.models.units import Unit
from tracker.services import addressees, agenda, ledger, letter_lines, mail_lines, office_hours, plan_holds, reminders
from tracker.services.addressees import Addressee
from tracker.services.agenda import Agenda
from tracker.services.ledger import Key

PER_PAGE = 20
LINES = 100
#: Up to so many owed tasks the whole plan is counted; beyond, the page's units alone.
COUNTED = 20_000
LISTS = 50
#: In the words of the partial index.
QUEUED = text("mails.state in ('queued', 'sending')")


@dataclass(frozen=True)
class Person:
    """One addressee in the plan: how many tasks; told: has the mail of the day already, what is new waits for the next plan."""

    who: Addressee
    tasks: int
    told: bool = False


@dataclass(frozen=True)
class UnitLine:
    """One unit of the plan. unmanned: people away without a stand-in; paused, objected: tasks whose clock stands, which are not reminded."""

    unit_id: int
    name: str
    people: list[Person]
    unmanned: list[str]
    paused: int = 0
    objected: int = 0
    no_address: bool = False


@dataclass(frozen=True)
class PlanPage:
    """One page of the plan. whole: mails and tasks of the whole plan, None where it is too large to be counted for a page."""

    day: date
    today: date
    at: datetime
    units: list[UnitLine]
    more: int
    holds: list[Any]
    whole: tuple[int, int] | None
    waiting: int
    lists: dict[str, list[Any]] = field(default_factory=dict)


def next_plan() -> datetime:
    """When the next plan is made: now, if it is due, else at the beginning of office hours of its day."""
    at = office_hours.opens_at()
    if db.session.get(ReminderPlan, at.date()) is None:
        return at
    return office_hours.opens_at(datetime.combine(at.date(), time.max, clock.LOCAL))


def day() -> date:
    """The day of the next plan: today's while it is to come, else the next working day's."""
    return next_plan().date()


def page(actor: Actor, start: int = 0) -> PlanPage:
    """A page of units of the next plan, from the start-th on. Raises Forbidden."""
    actor.need(Right.REMINDER_READ)
    at = next_plan()
    wanted = agenda.of(at.date())
    owing = ledger.units_owing(wanted)
    shown, owed, held = owing[start : start + PER_PAGE], *_standing(owing)
    counting = owing if owed <= COUNTED else shown
    everybody = addressees.with_unmanned(counting, wanted.day)
    people = [one for unit_id in counting for one in everybody[unit_id][0]]
    counts = _counts(wanted, people)
    already = reminders.written_to(people, wanted) if wanted.day == clock.today() else set()
    lines = [_line(unit_id, everybody[unit_id], counts, already, held) for unit_id in shown]
    going = [counts[one.key] for one in people if counts[one.key] and one.key not in already]
    return PlanPage(
        wanted.day, clock.today(), at, [_named(line, wanted) for line in lines if _worth(line)],
        max(len(owing) - start - PER_PAGE, 0), plan_holds.of_day(wanted.day), (len(going), sum(going)) if counting is owing else None,
        _waiting(), formal(),
    )


def _standing(unit_ids: Sequence[int]) -> tuple[int, dict[tuple[int, str], int]]:
    """From the running counts: how much is owed in all, and how much of each unit's stands still."""
    states = [*OWED, *HELD]
    query = select(Tally.unit_id, Tally.state, func.sum(Tally.count)).where(Tally.state.in_(states), Tally.unit_id.in_(unit_ids))
    rows = db.session.execute(query.group_by(Tally.unit_id, Tally.state)).all()
    return sum(n for _, state, n in rows if state in OWED), {(unit_id, state): n for unit_id, state, n in rows if state in HELD}


def _counts(wanted: Agenda, people: Sequence[Addressee]) -> "Counter[str]":
    """How many tasks each is to be told of, by one statement a rank; a stand-in's are those of all they are addressed for."""
    names = {(key.recipient, key.rank): one.key for one in people for key in one.keys}
    found: Counter[str] = Counter()
    for rank in (Rank.OFFICER, Rank.DISTRICT_LEADER):
        keys = [(one.unit_id, key.recipient) for one in people for key in one.keys if key.rank == rank]
        for recipient, count in ledger.counts(wanted, rank, keys):
            found[names[recipient, rank]] = max(count, found[names[recipient, rank]])
    return found


def _line(
    unit_id: int, everybody: tuple[list[Addressee], addressees.Unmanned], counts: "Counter[str]", already: set[str], held: dict[tuple[int, str], int],
) -> UnitLine:
    people, unmanned = everybody
    shown = [Person(one, counts[one.key], one.key in already) for one in people if counts[one.key]]
    nobody = all(one.leader for one in people)
    return UnitLine(
        unit_id, people[0].unit_name if people else "", shown, unmanned.names, held.get((unit_id, "paused"), 0), held.get((unit_id, "objected"), 0), nobody,
    )


def _worth(line: UnitLine) -> bool:
    return bool(line.people or line.unmanned or line.paused or line.objected or line.no_address)


def _named(line: UnitLine, wanted: Agenda) -> UnitLine:
    if line.name and not line.no_address:
        return line
    name = line.name or db.session.get_one(Unit, line.unit_id).name
    return UnitLine(line.unit_id, name, line.people, line.unmanned, line.paused, line.objected, line.no_address and ledger.owes(wanted, line.unit_id))


def _waiting() -> int:
    """Reminders that are written and wait for office hours or for another try."""
    return db.session.scalar(select(func.count()).select_from(Mail).where(QUEUED, Mail.kind.in_(office_hours.KINDS))) or 0


@dataclass(frozen=True)
class UnitPlan:
    """One unit's part of the plan: lines with step, ladder and who is told; closed: tasks left open in dispatches that are followed no more."""

    unit: Unit
    day: date
    people: list[Addressee]
    unmanned: list[str]
    lines: list[tuple[Any, str, list[str]]]
    total: int
    held: list[Any]
    closed: int


def unit(actor: Actor, unit_id: int) -> UnitPlan:
    """What the next plan tells one unit, line by line. Raises Forbidden, NotFound."""
    actor.need(Right.REMINDER_READ)
    found = db.session.get(Unit, unit_id)
    if found is None:
        raise NotFound()
    wanted = agenda.of(day())
    people, unmanned = addressees.with_unmanned([unit_id], wanted.day)[unit_id]
    keys = [key for one in people for key in one.keys] or [Key("nobody", Rank.OFFICER)]
    names = {rank: [_who(one) for one in people if any(key.rank == rank for key in one.keys)] for rank in Rank}
    rows, total = _rows(wanted, keys, unit_id)
    lines = [(row, wanted.policies[row.ladder], _told(wanted, row, names)) for row in rows]
    held = _rows(wanted, keys, unit_id, held=True)[0] if wanted.held else []
    return UnitPlan(found, wanted.day, people, unmanned.names, lines, total, held, _closed(unit_id, wanted.last))


def _who(one: Addressee) -> str:
    instead = tr(", thay đồng chí {names}", names=', '.join(one.instead_of)) if one.instead_of else ""
    return f"{one.name}{instead}"


def _told(wanted: Agenda, row: Any, names: dict[Rank, list[str]]) -> list[str]:
    return [name for rank in wanted.found[row.ladder, row.step].ranks for name in names[rank]]


def _rows(wanted: Agenda, keys: Sequence[Key], unit_id: int, held: bool = False) -> tuple[list[Any], int]:
    source = ledger.pending(wanted, keys, unit_id, held)
    if source is None:
        return [], 0
    columns = mail_lines.owed_columns().add_columns(source.c.step, source.c.ladder, func.count().over().label("total"))
    rows = list(db.session.execute(columns.join(source, source.c.id == Assignment.id).limit(LINES)))
    return rows, rows[0].total if rows else 0


def _closed(unit_id: int, last: date) -> int:
    some = (
        select(Assignment.id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.unit_id == unit_id, Assignment.chase_on <= last, Dispatch.state == "closed").limit(LINES).subquery()
    )
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def formal() -> dict[str, list[Any]]:
    """The units that have come to the step of a formal letter, and of criticism, and still owe: dispatch, unit, how many tasks, since when.

    One that owes its task under a new date is off the list.
    """
    listed = (
        select(
            Reminder.recipient, Reminder.dispatch_id, Reminder.unit_id, Dispatch.number, Unit.name,
            func.count(Reminder.assignment_id.distinct()).label("tasks"), func.min(Reminder.on_day).label("since"),
        )
        .join(Assignment, and_(Assignment.id == Reminder.assignment_id, Assignment.deadline_version == Reminder.deadline_version))
        .join(Dispatch, Dispatch.id == Reminder.dispatch_id).join(Unit, Unit.id == Reminder.unit_id)
        .where(text("reminders.recipient in ('letter', 'criticism')"), Reminder.by_person_id.is_(None), Assignment.chase_on.is_not(None),
               Dispatch.state == "issued", ~letter_lines.lettered())
        .group_by(Reminder.recipient, Reminder.dispatch_id, Reminder.unit_id, Dispatch.number, Unit.name)
        .order_by(func.max(Reminder.on_day).desc(), Reminder.unit_id).limit(LISTS)
    )
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(listed):
        found.setdefault(row.recipient, []).append(row)
    return found
