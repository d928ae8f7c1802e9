"""Tạm dừng: the province stops the clock for one unit or all, for one dispatch or every one, with a reason and an end."""
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from tracker import clock
from tracker.adapters import jobs
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import OWED, DispatchState
from tracker.models.assignments import Assignment, Tally
from tracker.models.dispatches import Dispatch
from tracker.models.pauses import PAUSE_REASONS, Pause
from tracker.models.units import Unit
from tracker.services import history

LONGEST_REASON = 1000
#: How far back a pause may begin, and how long one may last; a longer one is put off as it goes on.
MOST_BACK, LONGEST = timedelta(days=30), timedelta(days=366)
TURN = "pauses.turn"


@dataclass(frozen=True)
class Wanted:
    """A pause as it is asked for; unit_id None: all units, dispatch_id None: every dispatch; both days are included."""

    from_on: date | None
    until_on: date | None
    category: str
    reason: str
    unit_id: int | None = None
    dispatch_id: int | None = None


@dataclass(frozen=True)
class Preview:
    """What a pause would stop as things stand: assignments, of them overdue, and of how many units."""

    assignments: int
    late: int
    units: int
    back: bool
    later: bool


def preview(actor: Actor, wanted: Wanted) -> Preview:
    """What it would stop. Raises Forbidden, NotFound for a unit or dispatch that is none, BadInput for what the form lacks."""
    actor.need(Right.DISPATCH_ISSUE)
    from_on, _ = _check(wanted)
    total, late, units = _owed(wanted)
    return Preview(total, late, units, from_on < clock.today(), from_on > clock.today())


def _owed(wanted: Wanted) -> tuple[int, int, int]:
    """From the running counts where no dispatch is named: those never scan the assignments."""
    source: Any = Assignment if wanted.dispatch_id else Tally
    number: Any = func.count() if wanted.dispatch_id else func.sum(Tally.count)
    which = [source.state.in_(sorted(OWED)), Assignment.dispatch_id == wanted.dispatch_id if wanted.dispatch_id else Tally.count > 0]
    if wanted.unit_id:
        which.append(source.unit_id == wanted.unit_id)
    late = number.filter(source.due_on < clock.today())
    row = db.session.execute(select(func.coalesce(number, 0), func.coalesce(late, 0), func.count(source.unit_id.distinct())).where(*which)).one()
    return row[0], row[1], row[2]


def plan(actor: Actor, wanted: Wanted) -> Pause:
    """Writes the pause down; `pause_work.turn` (at once by the page, else by a worker) makes it take effect when its day has come.

    Raises what `preview` raises, Conflict("pause.twice") where the same pause is running or planned already.
    """
    actor.need(Right.DISPATCH_ISSUE)
    from_on, until_on = _check(wanted)
    scope = (Pause.unit_id.is_not_distinct_from(wanted.unit_id), Pause.dispatch_id.is_not_distinct_from(wanted.dispatch_id))
    same = select(Pause.id).where(*scope, Pause.from_on == from_on, Pause.until_on == until_on, Pause.ended_on.is_(None))
    if db.session.scalar(same.limit(1)):
        raise Conflict("pause.twice")
    pause = Pause(
        unit_id=wanted.unit_id, dispatch_id=wanted.dispatch_id, category=wanted.category, reason=wanted.reason.strip(), from_on=from_on, until_on=until_on,
        created_by_id=actor.id, created_at=clock.now(),
    )
    db.session.add(pause)
    db.session.flush()
    _tell(actor, pause, "plan", until=until_on.isoformat(), **{"from": from_on.isoformat(), "reason": pause.reason})
    jobs.enqueue(TURN)
    return pause


def _check(wanted: Wanted) -> tuple[date, date]:
    today = clock.today()
    if wanted.from_on is None:
        raise BadInput("pause.no_day", field="from_on")
    if wanted.until_on is None:
        raise BadInput("pause.no_day", field="until_on")
    if wanted.from_on < today - MOST_BACK:
        raise BadInput("pause.back", field="from_on", most=MOST_BACK.days)
    if wanted.from_on > today + LONGEST:
        raise BadInput("pause.long", field="from_on", most=LONGEST.days)
    _check_until(wanted.from_on, wanted.until_on)
    if wanted.category not in PAUSE_REASONS:
        raise BadInput("pause.category", field="category")
    if not wanted.reason.strip() or len(wanted.reason.strip()) > LONGEST_REASON:
        raise BadInput("pause.reason", field="reason", limit=LONGEST_REASON)
    unit = db.session.get(Unit, wanted.unit_id) if wanted.unit_id else None
    dispatch = db.session.get(Dispatch, wanted.dispatch_id) if wanted.dispatch_id else None
    if (wanted.unit_id and unit is None) or (wanted.dispatch_id and (dispatch is None or dispatch.state == DispatchState.DRAFT)):
        raise NotFound()
    if dispatch is not None and dispatch.state != DispatchState.ISSUED:
        raise Conflict("dispatch.state")
    return wanted.from_on, wanted.until_on


def _check_until(from_on: date, until_on: date) -> None:
    if until_on < from_on:
        raise BadInput("pause.order", field="until_on")
    if until_on - from_on > LONGEST:
        raise BadInput("pause.long", field="until_on", most=LONGEST.days)


def get(actor: Actor, pause_id: int) -> Pause:
    """One pause, for the province. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    found = db.session.get(Pause, pause_id)
    if found is None:
        raise NotFound()
    return found


def _locked(actor: Actor, pause_id: int, version: int) -> Pause:
    actor.need(Right.DISPATCH_ISSUE)
    pause = db.session.get(Pause, pause_id, with_for_update=True, populate_existing=True)
    if pause is None:
        raise NotFound()
    if pause.ended_on is not None:
        raise Conflict("pause.ended")
    if pause.version != version:
        raise Conflict("stale")
    pause.version += 1
    return pause


def put_off(actor: Actor, pause_id: int, version: int, until_on: date | None) -> Pause:
    """Another last day, later or earlier, today at the earliest. Raises Forbidden, NotFound, BadInput, Conflict("pause.ended", "stale")."""
    pause = _locked(actor, pause_id, version)
    if until_on is None:
        raise BadInput("pause.no_day", field="until_on")
    if until_on < clock.today():
        raise BadInput("pause.until_past", field="until_on")
    _check_until(pause.from_on, until_on)
    before, pause.until_on = pause.until_on, until_on
    _tell(actor, pause, "until", before=before.isoformat(), after=until_on.isoformat())
    return pause


def end(actor: Actor, pause_id: int, version: int) -> Pause:
    """The clock runs again from today; one that was only planned never begins. Raises Forbidden, NotFound, Conflict("pause.ended", "stale").

    `pause_work.turn` then gives the assignments back.
    """
    pause = _locked(actor, pause_id, version)
    pause.ended_on, pause.ended_by_id = max(clock.today(), pause.from_on), actor.id
    _tell(actor, pause, "end", after=pause.ended_on.isoformat())
    jobs.enqueue(TURN)
    return pause


def _tell(actor: Actor, pause: Pause, kind: str, **told: Any) -> None:
    history.record(actor, f"pause.{kind}", dispatch_id=pause.dispatch_id, unit_id=pause.unit_id, pause_id=pause.id, **told)
