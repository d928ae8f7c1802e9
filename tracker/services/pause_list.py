"""Pauses to read: those that run, that are planned and that are over, the units of one, and what stands still for a unit or a task."""
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, case, exists, func, or_, select

from tracker import clock
from tracker.db import db, read
from tracker.domain.access import Actor, Right
from tracker.domain.wording import tr
from tracker.i18n import PAUSE_REASONS
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.pauses import Pause, PausedAssignment
from tracker.models.people import Person
from tracker.models.units import Unit

#: The latest ones of each list; older ones that are over are not listed.
MOST, SHOWN, NAMED = 100, 30, 4


@dataclass(frozen=True, slots=True)
class Line:
    """One pause in words. unit and dispatch are empty where it is for all; assignments and units: what it stopped when it began."""

    id: int
    unit_id: int | None
    unit: str
    dispatch_id: int | None
    dispatch: str
    category: str
    reason: str
    from_on: date
    until_on: date
    begun_at: datetime | None
    ended_on: date | None
    assignments: int
    units: int
    by: str
    created_at: datetime
    version: int

    @property
    def scope(self) -> str:
        """Whom and what it is for."""
        whom = self.unit or tr("Mọi đơn vị")
        return f"{whom}, {self.dispatch}" if self.dispatch_id else tr("{whom}, mọi công văn", whom=whom)

    @property
    def state(self) -> str:
        """running, beginning (its day has come, the machine is at it), planned, dropped or ended."""
        if self.ended_on is not None:
            return "ended" if self.begun_at else "dropped"
        if self.begun_at:
            return "running"
        return "planned" if self.from_on > clock.today() else "beginning"


@dataclass(frozen=True)
class Lists:
    """The page: what runs, what will, what is over."""

    running: list[Line]
    planned: list[Line]
    ended: list[Line]


def _lines() -> Any:
    return (
        select(
            Pause.id, Pause.unit_id, func.coalesce(Unit.name, ""), Pause.dispatch_id, func.coalesce(Dispatch.number, Dispatch.short_subject, ""),
            Pause.category, Pause.reason, Pause.from_on, Pause.until_on, Pause.begun_at, Pause.ended_on, Pause.assignments, Pause.units,
            func.coalesce(Person.name, tr("Đôn Đốc")), Pause.created_at, Pause.version,
        )
        .select_from(Pause).outerjoin(Unit, Unit.id == Pause.unit_id).outerjoin(Dispatch, Dispatch.id == Pause.dispatch_id)
        .outerjoin(Person, Person.id == Pause.created_by_id)
    )


_LINES = _lines()
_OPEN = _LINES.where(Pause.ended_on.is_(None)).order_by(Pause.until_on, Pause.id).limit(MOST)
_NEXT = _LINES.where(Pause.ended_on.is_(None), Pause.begun_at.is_not(None)).order_by(Pause.until_on, Pause.id).limit(NAMED)
_ENDED = _LINES.where(Pause.ended_on.is_not(None)).order_by(Pause.ended_on.desc(), Pause.id.desc()).limit(SHOWN)
_ONE = _LINES.where(Pause.id == bindparam("id", type_=Integer))
_UNIT_ID, _ID = bindparam("unit_id", type_=Integer), bindparam("id", type_=Integer)


def lists(actor: Actor) -> Lists:
    """All pauses that run or are planned, and the latest that are over. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    found = [_line(row) for row in read(_OPEN)]
    running = [line for line in found if line.state != "planned"]
    return Lists(running, [line for line in found if line.state == "planned"], [_line(row) for row in read(_ENDED)])


def running() -> list[Line]:
    """The few that end next, for the province's first page, which is closed to others."""
    return [line for row in read(_NEXT) if (line := _line(row)).state == "running"]


def one(pause_id: int) -> Line | None:
    """One pause in words; the caller has looked whether the actor may see it."""
    row = read(_ONE, {"id": pause_id}).first()
    return _line(row) if row else None


def _line(row: Any) -> Line:
    values = list(row)
    values[5] = PAUSE_REASONS[values[5]]
    return Line(*values)


def units(pause_id: int) -> list[Any]:
    """Its units: id, name, how many assignments it stopped, how many of them it still holds."""
    counts = (
        select(
            Unit.id, Unit.name, func.count(PausedAssignment.assignment_id.distinct()).label("all"),
            func.sum(case((PausedAssignment.resumed_on.is_(None), 1), else_=0)).label("held"),
        )
        .join(Assignment, Assignment.id == PausedAssignment.assignment_id).join(Unit, Unit.id == Assignment.unit_id)
        .where(PausedAssignment.pause_id == pause_id).group_by(Unit.id, Unit.name).order_by(Unit.name)
    )
    return list(db.session.execute(counts))


@dataclass(frozen=True, slots=True)
class Standing:
    """A pause as a unit sees it: how many of its tasks stand still (0: it has yet to begin), until when and why."""

    count: int
    category: str
    reason: str
    from_on: date
    until_on: date
    number: str
    begun: bool


def _of_unit() -> Any:
    held = (
        select(func.count()).select_from(PausedAssignment).join(Assignment, Assignment.id == PausedAssignment.assignment_id)
        .where(PausedAssignment.pause_id == Pause.id, PausedAssignment.resumed_on.is_(None), Assignment.unit_id == _UNIT_ID)
        .correlate(Pause).scalar_subquery()
    )
    received = exists().where(DispatchRecipient.dispatch_id == Pause.dispatch_id, DispatchRecipient.unit_id == _UNIT_ID).correlate(Pause)
    return (
        select(held, Pause.category, Pause.reason, Pause.from_on, Pause.until_on, func.coalesce(Dispatch.number, ""), Pause.begun_at.is_not(None))
        .outerjoin(Dispatch, Dispatch.id == Pause.dispatch_id)
        .where(Pause.ended_on.is_(None), or_(Pause.unit_id.is_(None), Pause.unit_id == _UNIT_ID), or_(Pause.dispatch_id.is_(None), received))
        .order_by(Pause.from_on, Pause.id).limit(MOST)
    )


_OF_UNIT = _of_unit()
_OF_ASSIGNMENT = (
    select(Pause.category, Pause.reason, Pause.from_on, Pause.until_on, PausedAssignment.from_on.label("held_on"))
    .join(PausedAssignment, PausedAssignment.pause_id == Pause.id)
    .where(PausedAssignment.assignment_id == _ID, PausedAssignment.resumed_on.is_(None))
)


def of_unit(unit_id: int) -> list[Standing]:
    """What stands still for a unit now, and what will; the caller has looked whether the actor may see the unit."""
    found = [Standing(row[0], PAUSE_REASONS[row[1]], *row[2:]) for row in read(_OF_UNIT, {"unit_id": unit_id})]
    return [standing for standing in found if standing.count or not standing.begun]


@dataclass(frozen=True, slots=True)
class Held:
    """The pause that holds an assignment now."""

    category: str
    reason: str
    from_on: date
    until_on: date
    held_on: date


def of_assignment(assignment_id: int) -> Held | None:
    """The pause that holds it, None where none does."""
    row = read(_OF_ASSIGNMENT, {"id": assignment_id}).first()
    return Held(PAUSE_REASONS[row[0]], *row[1:]) if row else None


def followed(actor: Actor) -> list[tuple[int, str]]:
    """The dispatches that are followed, the latest first, to choose from. Raises Forbidden."""
    actor.need(Right.DISPATCH_ISSUE)
    return [(id, f"{number or 'chưa có số'}: {subject}"[:90]) for id, number, subject in read(_FOLLOWED)]


_FOLLOWED = (
    select(Dispatch.id, Dispatch.number, Dispatch.short_subject).where(Dispatch.state == "issued")
    .order_by(Dispatch.issued_on.desc(), Dispatch.id.desc()).limit(MOST)
)
