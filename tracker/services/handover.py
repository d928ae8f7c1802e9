"""Somebody leaves: in one step the account closes and the open work goes to a successor."""
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from tracker import clock
from tracker.db import db
from tracker.domain.access import DISTRICT_ROLES, Actor, Role
from tracker.domain.errors import BadInput, Conflict
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.people import AccessLink, Person
from tracker.models.reports import ReportSchedule
from tracker.models.submissions import Submission
from tracker.services import contests, feeds, history, objections, people, sign_in


@dataclass(frozen=True, slots=True)
class Open:
    """What of a person's work is still open and would change hands."""

    submissions: int
    dispatches: int
    schedules: int

    @property
    def total(self) -> int:
        """All together."""
        return self.submissions + self.dispatches + self.schedules


_OPEN: tuple[tuple[type, InstrumentedAttribute[int | None], ColumnElement[bool]], ...] = (
    (Submission, Submission.created_by_id, Submission.state == "draft"),
    (Dispatch, Dispatch.created_by_id, Dispatch.state == "draft"),
    (ReportSchedule, ReportSchedule.created_by_id, ReportSchedule.next_on.is_not(None)),
)


def open_work(person_id: int) -> Open:
    """Counts the person's open work. What is handed in, issued or decided stays under the name of who did it."""
    counts = (db.session.scalar(select(func.count()).select_from(noun).where(owner == person_id, still)) for noun, owner, still in _OPEN)
    return Open(*(n or 0 for n in counts))


def successors(person: Person) -> list[Person]:
    """Who can take over: active people of the same unit, for province roles of the province, same role first."""
    wanted = select(Person).where(Person.left_at.is_(None), Person.id != person.id)
    found = [p for p in db.session.scalars(wanted) if _fits(person, p)]
    return sorted(found, key=lambda p: (p.role != person.role, p.name))


def _fits(person: Person, other: Person) -> bool:
    same_side = (Role(other.role) in DISTRICT_ROLES) == (Role(person.role) in DISTRICT_ROLES)
    return same_side and other.unit_id == person.unit_id


def leave(actor: Actor, person_id: int, successor_id: int | None) -> Open:
    """Closes an account, ends its sessions, links and calendar addresses, and gives its open work to the successor; tells what moved.

    Raises Forbidden, NotFound; Conflict for who has left already; BadInput for a successor that does not fit, for none where work
    is open, for oneself, and for the last administrator.
    """
    person = people.get(actor, person_id)
    if person.left_at:
        raise Conflict("person.left")
    if person.id == actor.id:
        raise BadInput("person.self", field="successor")
    if person.role == Role.ADMIN:
        people.need_another_admin(person)
    work = open_work(person.id)
    successor = _successor(person, successor_id, work)
    _close(person)
    if successor:
        person.successor_id = successor.id
        for noun, owner, still in _OPEN:
            db.session.execute(update(noun).where(owner == person.id, still).values(created_by_id=successor.id))
    objections.pass_on(person.id, successor)
    contests.pass_on(person.id, successor)
    feeds.revoke_made_by(actor, person.id)
    history.record(
        actor, "person.leave", unit_id=person.unit_id, target_id=person.id, name=person.name,
        successor=successor.name if successor else "chưa có", successor_id=successor.id if successor else None,
        submissions=work.submissions, dispatches=work.dispatches, schedules=work.schedules,
    )
    return work


def _successor(person: Person, successor_id: int | None, work: Open) -> Person | None:
    if successor_id is None:
        if work.total:
            raise BadInput("person.successor_needed", field="successor", total=work.total)
        return None
    found = db.session.get(Person, successor_id)
    if found is None or found.left_at or found.id == person.id or not _fits(person, found):
        raise BadInput("person.successor", field="successor")
    return found


def _close(person: Person) -> None:
    now = clock.now()
    person.left_at = now
    sign_in.end_all_sessions(person)
    db.session.execute(update(AccessLink).where(AccessLink.person_id == person.id, AccessLink.used_at.is_(None)).values(used_at=now))
    db.session.execute(update(Mail).where(Mail.person_id == person.id, Mail.state == "queued").values(state="cancelled"))


def come_back(actor: Actor, person_id: int) -> None:
    """Opens a closed account again, without a password: an invitation must follow. Raises Forbidden, NotFound, Conflict."""
    person = people.get(actor, person_id)
    if not person.left_at:
        raise Conflict("person.not_left")
    person.left_at = person.successor_id = person.password_hash = None
    history.record(actor, "person.come_back", unit_id=person.unit_id, target_id=person.id)
