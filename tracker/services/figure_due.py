"""The forms that units owe: on the work list, on the dispatch's page, and as lines of the digest."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.figure_assembly import ONCE, period_words
from tracker.domain.status import State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.figures import FigureForm, FigureHandIn, FigureSheet, FormPeriod
from tracker.models.units import Unit


@dataclass(frozen=True, slots=True)
class Owed:
    """One sheet that a unit has not handed in. period: empty for a form that is asked once; state: new, draft or to_sign."""

    period_id: int
    dispatch_id: int
    number: str
    title: str
    period: str
    due_on: date
    cut_off_on: date
    state: str
    unit_id: int

    def late(self, today: date) -> int:
        """Days late, 0 in time."""
        return max(0, (today - self.due_on).days)


def _asked(unit: Any) -> Any:
    """Whether a form asks a unit: through its task's assignments, or as a recipient of the dispatch."""
    charged = exists().where(Assignment.task_id == FigureForm.task_id, Assignment.unit_id == unit, Assignment.state != State.CANCELLED)
    named = exists().where(DispatchRecipient.dispatch_id == FigureForm.dispatch_id, DispatchRecipient.unit_id == unit)
    return or_(and_(FigureForm.task_id.is_not(None), charged), and_(FigureForm.task_id.is_(None), named))


def _owed() -> Any:
    """Open periods of units that have not handed in; a commune owes what its district has opened."""
    above = aliased(FigureSheet)
    handed = exists().where(FigureHandIn.period_id == FormPeriod.id, FigureHandIn.unit_id == Unit.id)
    opened = exists().where(above.period_id == FormPeriod.id, above.unit_id == Unit.parent_id, above.communes_at.is_not(None))
    return (
        select(FormPeriod.id, FormPeriod.key, FormPeriod.due_on, FormPeriod.cut_off_on, FigureForm.title, Dispatch.id, Dispatch.number, Unit.id,
               FigureSheet.draft.is_not(None), FigureSheet.to_sign_at)
        .join(FigureForm, FigureForm.id == FormPeriod.form_id).join(Dispatch, Dispatch.id == FigureForm.dispatch_id)
        .join(Unit, or_(_asked(Unit.id), and_(Unit.level == "commune", opened)))
        .outerjoin(FigureSheet, and_(FigureSheet.period_id == FormPeriod.id, FigureSheet.unit_id == Unit.id))
        .where(Dispatch.state == "issued", FigureForm.closed_at.is_(None), ~handed)
        .order_by(FormPeriod.due_on, FormPeriod.id)
    )


def of_unit(unit_id: int, dispatch_id: int | None = None) -> list[Owed]:
    """What a unit still owes, the most urgent first; of one dispatch, or of all."""
    wanted = _owed().where(Unit.id == unit_id)
    return _read(wanted.where(Dispatch.id == dispatch_id) if dispatch_id is not None else wanted)


def mine(actor: Actor, dispatch_id: int | None = None) -> list[Owed]:
    """What the actor's own unit owes; nothing for the province."""
    return of_unit(actor.unit_id, dispatch_id) if actor.unit_id is not None and not actor.sees_all_units else []


@dataclass(frozen=True, slots=True)
class Done:
    """A sheet that a unit has handed in, for its list."""

    period_id: int
    number: str
    title: str
    period: str
    on: datetime
    cut_off_on: date


def handed_in(actor: Actor, limit: int = 50) -> list[Done]:
    """What the actor's unit has handed in, the newest first."""
    rows = db.session.execute(
        select(FormPeriod.id, Dispatch.number, FigureForm.title, FormPeriod.key, func.max(FigureHandIn.at), FormPeriod.cut_off_on)
        .join(FormPeriod, FormPeriod.id == FigureHandIn.period_id).join(FigureForm, FigureForm.id == FormPeriod.form_id)
        .join(Dispatch, Dispatch.id == FigureForm.dispatch_id).where(FigureHandIn.unit_id == actor.unit_id)
        .group_by(FormPeriod.id, Dispatch.number, FigureForm.title, FormPeriod.key, FormPeriod.cut_off_on)
        .order_by(func.max(FigureHandIn.at).desc()).limit(limit)
    )
    return [Done(row[0], row[1] or tr("công văn"), row[2], "" if row[3] == ONCE else period_words(row[3]), row[4], row[5]) for row in rows]


def of_units(unit_ids: Collection[int], until: date) -> list[Owed]:
    """What several units owe with a due date up to a day."""
    return _read(_owed().where(Unit.id.in_(unit_ids), FormPeriod.due_on <= until)) if unit_ids else []


def owing(until: date) -> list[int]:
    """The units that owe a form with a due date up to a day, in order."""
    return sorted(set(row[7] for row in db.session.execute(_owed().where(FormPeriod.due_on <= until))))


def _read(wanted: Any) -> list[Owed]:
    found = []
    for id, key, due_on, cut_off_on, title, dispatch_id, number, unit_id, draft, to_sign in db.session.execute(wanted):
        state = "to_sign" if to_sign else "draft" if draft else "new"
        found.append(Owed(id, dispatch_id, number or tr("công văn"), title, "" if key == ONCE else period_words(key), due_on, cut_off_on, state, unit_id))
    return found


def summary(owed: Sequence[Owed]) -> str:
    """One line for a mail: how many, the most urgent named."""
    first, today = owed[0], clock.today()
    late = first.late(today)
    when = tr("quá hạn {late} ngày", late=late) if late else tr("hạn {due_on}", due_on=f'{first.due_on:%d/%m/%Y}')
    more = tr(", và {owed} biểu khác", owed=len(owed) - 1) if len(owed) > 1 else ""
    period = f", {first.period}" if first.period else ""
    return tr("Biểu số liệu chưa nộp: {title}{period} ({number}), {when}{more}.", title=first.title, period=period, number=first.number, when=when, more=more)
