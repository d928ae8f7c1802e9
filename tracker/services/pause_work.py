"""Making pauses take effect and end: some hundred assignments to a transaction, so that a crash half-way only leaves the rest to do.

The rows say what is left: a pause that has not begun on its day, one past its end, one that ended while assignments still hang on it.
"""
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import db
from tracker.domain.access import MACHINE, Actor
from tracker.domain.holds import held_days
from tracker.domain.status import Act, DispatchState, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.pauses import Pause, PausedAssignment
from tracker.services import history, pause_mails, pause_starts
from tracker.services.batches import Batch
from tracker.services.holding import released

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

#: Assignments of one transaction: other writers wait for moments only.
CHUNK = 300


@dataclass
class Turned:
    """What a turn did; more: it stopped at its limit, another turn goes on."""

    paused: int = 0
    resumed: int = 0
    failed: int = 0
    more: bool = False


def turn(transaction: Opener, actor: Actor = MACHINE, pause_id: int | None = None, most: int | None = None) -> Turned:
    """Begins the pauses whose day has come, ends those past their last day, and gives back what still hangs on an ended one.

    pause_id: that one alone; most: no more chunks are begun after so many assignments. Harmless twice: every step looks at the rows again.
    One pause that fails is logged and left to the next turn.
    """
    done = Turned()
    with transaction():
        found = [one for one in _at_work() if pause_id is None or one == pause_id]
    for one in found:
        try:
            _turn_one(transaction, actor, one, done, most)
        except Exception:  # one bad one never stops the rest
            log.exception("pause %s could not be turned", one)
            done.failed += 1
    return done


def _at_work() -> list[int]:
    """Those with something to do, the first to end first: what a later one takes over then is there when its own turn comes."""
    today = clock.today()
    hanging = (
        select(PausedAssignment.id).join(Assignment, Assignment.id == PausedAssignment.assignment_id)
        .join(Dispatch, Dispatch.id == Assignment.dispatch_id).where(PausedAssignment.pause_id == Pause.id, *_RETURNABLE).exists()
    )
    wanted = or_(
        and_(Pause.ended_on.is_(None), or_(and_(Pause.begun_at.is_(None), Pause.from_on <= today), Pause.until_on < today)),
        and_(Pause.ended_on.is_not(None), Pause.ended_on <= today, hanging),
        and_(Pause.ended_on.is_(None), Pause.begun_at.is_not(None), or_(*(some.exists() for some in pause_starts.late_comers(Pause)))),
    )
    return list(db.session.scalars(select(Pause.id).where(wanted).order_by(func.coalesce(Pause.ended_on, Pause.until_on), Pause.id)))


def _turn_one(transaction: Opener, actor: Actor, pause_id: int, done: Turned, most: int | None) -> None:
    after: int | None = 0
    while after is not None and not _enough(done, most):
        with transaction() as session:
            n, after = _begin_some(session, actor, pause_id, after)
        done.paused += n
    if after is not None:
        return
    with transaction() as session:
        _end_if_past(session, actor, pause_id)
    n = CHUNK
    while n == CHUNK and not _enough(done, most):
        with transaction() as session:
            n = _give_back_some(session, actor, pause_id)
        done.resumed += n


def _enough(done: Turned, most: int | None) -> bool:
    done.more = most is not None and done.paused + done.resumed >= most
    return done.more


def _lock(session: Session, pause_id: int) -> Pause:
    """Two at once take their turns by this row."""
    return session.get_one(Pause, pause_id, with_for_update=True, populate_existing=True)


def covers(pause: Pause) -> list[ColumnElement[bool]]:
    """Conditions on assignments and their dispatches: what the pause is for."""
    found = [Dispatch.state == DispatchState.ISSUED]
    if pause.unit_id is not None:
        found.append(Assignment.unit_id == pause.unit_id)
    if pause.dispatch_id is not None:
        found.append(Assignment.dispatch_id == pause.dispatch_id)
    return found


def _begin_some(session: Session, actor: Actor, pause_id: int, after: int) -> tuple[int, int | None]:
    """Pauses the next chunk; gives how many, and the last id looked at, None when there is no more."""
    pause = _lock(session, pause_id)
    if pause.ended_on is not None or pause.from_on > clock.today():
        return 0, None
    wanted: ColumnElement[bool] = Assignment.chase_on.is_not(None)
    if pause.begun_at is not None:
        wanted = or_(*(Assignment.id.in_(some) for some in pause_starts.late_comers(pause)))
    elif pause.from_on < clock.today():
        # Another pause may hold it from a later day on: this one reaches further back.
        wanted = or_(wanted, and_(Assignment.state == State.PAUSED, Assignment.held_on > pause.from_on))
    rows = list(session.scalars(
        select(Assignment).join(Dispatch, Dispatch.id == Assignment.dispatch_id).where(*covers(pause), wanted, Assignment.id > after)
        .order_by(Assignment.id).limit(CHUNK).with_for_update(of=Assignment).execution_options(populate_existing=True)
    ))
    n = _pause(session, actor, pause, rows)
    if len(rows) == CHUNK:
        return n, rows[-1].id
    if pause.begun_at is None:
        _begun(session, actor, pause)
    return n, None


def _pause(session: Session, actor: Actor, pause: Pause, rows: Sequence[Assignment]) -> int:
    """Stops the clock of these from the day that is right for each; those whose date was set anew after the pause was over are left."""
    since = pause_starts.starts(pause, rows)
    batch, new = Batch(actor), []
    for assignment in rows:
        start = since[assignment.id]
        if start > pause.until_on or (assignment.held_on is not None and start >= assignment.held_on):
            continue
        told = _told(pause) | {"held_on": start.isoformat()}
        if assignment.state == State.PAUSED:
            _close(session, assignment.id)
            batch.amend(assignment, "assignment.pause", {"before": State.PAUSED, "after": State.PAUSED, **told}, held_on=start)
        else:
            batch.act(assignment, Act.PAUSE, {"held_on": start}, **told)
        new.append(PausedAssignment(pause_id=pause.id, assignment_id=assignment.id, from_on=start))
    batch.finish()
    # First the rows of other pauses are closed: no assignment may have two open ones, and the session writes new rows before changed ones.
    session.flush()
    session.add_all(new)
    return len(new)


def _close(session: Session, assignment_id: int) -> None:
    wanted = select(PausedAssignment).where(PausedAssignment.assignment_id == assignment_id, PausedAssignment.resumed_on.is_(None))
    for row in session.scalars(wanted):
        row.resumed_on = row.from_on


def _told(pause: Pause) -> dict[str, Any]:
    return {"pause_id": pause.id, "until": pause.until_on.isoformat(), "category": pause.category, "reason": pause.reason}


def _begun(session: Session, actor: Actor, pause: Pause) -> None:
    session.flush()
    pause.begun_at = clock.now()
    units = pause_mails.units_of(pause.id)
    pause.assignments, pause.units = sum(units.values()), len(units)
    history.record(
        actor, "pause.begin", dispatch_id=pause.dispatch_id, unit_id=pause.unit_id, pause_id=pause.id, count=pause.assignments, units=pause.units,
        reason=pause.reason,
    )
    pause_mails.tell(pause, units)


def _end_if_past(session: Session, actor: Actor, pause_id: int) -> None:
    pause = _lock(session, pause_id)
    if pause.ended_on is None and pause.until_on < clock.today():
        pause.ended_on, pause.version = date.fromordinal(pause.until_on.toordinal() + 1), pause.version + 1
        history.record(
            actor, "pause.end", dispatch_id=pause.dispatch_id, unit_id=pause.unit_id, pause_id=pause.id, after=pause.ended_on.isoformat(),
        )


#: Of the open rows those that can be given back: a closed dispatch's wait until it is followed again, what was cancelled is only closed.
_RETURNABLE = (PausedAssignment.resumed_on.is_(None), or_(Assignment.state != State.PAUSED, Dispatch.state == DispatchState.ISSUED))


def _give_back_some(session: Session, actor: Actor, pause_id: int) -> int:
    """Lets the clock of the next chunk run again, or hands it to another pause that still covers it; gives how many."""
    pause = _lock(session, pause_id)
    if pause.ended_on is None or pause.ended_on > clock.today():
        return 0
    rows = session.execute(
        select(PausedAssignment, Assignment).join(Assignment, Assignment.id == PausedAssignment.assignment_id)
        .join(Dispatch, Dispatch.id == Assignment.dispatch_id).where(PausedAssignment.pause_id == pause_id, *_RETURNABLE)
        .order_by(PausedAssignment.id).limit(CHUNK).with_for_update(of=Assignment).execution_options(populate_existing=True)
    ).all()
    heirs, batch, taken = _heirs(session, pause), Batch(actor), []
    for row, assignment in rows:
        resumed = max(pause.ended_on, row.from_on)
        if assignment.state != State.PAUSED:
            row.resumed_on = resumed
            continue
        days = held_days(row.from_on, resumed)
        batch.act(assignment, Act.RESUME, released(assignment, resumed), pause_id=pause.id, resumed_on=resumed.isoformat(), days=days)
        row.resumed_on, row.shifted_days = resumed, days
        heir = next((one for one in heirs if _reaches(one, assignment, resumed)), None)
        if heir is not None:
            batch.act(assignment, Act.PAUSE, {"held_on": resumed}, **_told(heir), held_on=resumed.isoformat())
            taken.append(PausedAssignment(pause_id=heir.id, assignment_id=assignment.id, from_on=resumed))
    batch.finish()
    session.flush()
    session.add_all(taken)
    return len(rows)


def _heirs(session: Session, pause: Pause) -> list[Pause]:
    """Other pauses that took effect and last longer, the longest first; ended ones too, where their own turn has yet to come."""
    end = func.coalesce(Pause.ended_on, Pause.until_on)
    wanted = select(Pause).where(Pause.id != pause.id, Pause.begun_at.is_not(None), Pause.from_on <= pause.ended_on, end >= pause.ended_on)
    return list(session.scalars(wanted.order_by(end.desc(), Pause.id)))


def _reaches(pause: Pause, assignment: Assignment, day: date) -> bool:
    return (
        pause.unit_id in (None, assignment.unit_id) and pause.dispatch_id in (None, assignment.dispatch_id) and pause.from_on <= day
        and (pause.until_on >= day if pause.ended_on is None else pause.ended_on > day)
    )
