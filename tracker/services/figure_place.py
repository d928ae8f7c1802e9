"""Where figures are typed: one unit's sheet of one period, and who may see it."""
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.figure_assembly import period_words
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.figures import FigureForm, FigureSheet, FormPeriod
from tracker.models.units import Unit


@dataclass(frozen=True)
class Place:
    """A sheet that the actor may look at; commune: it goes to its district and not to the province. own: whose people type here."""

    form: FigureForm
    period: FormPeriod
    dispatch: Dispatch
    unit: Unit
    commune: bool
    own: bool

    @property
    def locked(self) -> bool:
        """Whether the cut-off (chốt số liệu) has passed."""
        return clock.today() > self.period.cut_off_on

    @property
    def open(self) -> bool:
        """Whether the dispatch and the form still ask."""
        return self.dispatch.state == "issued" and self.form.closed_at is None

    @property
    def words(self) -> str:
        """tháng 11/2026."""
        return period_words(self.period.key)

    def late(self, today: date) -> bool:
        """Whether the due date has passed."""
        return today > self.period.due_on


def period_of(period_id: int) -> tuple[FigureForm, FormPeriod, Dispatch]:
    """A period with its form and dispatch, whoever asks. Raises NotFound."""
    found = db.session.execute(
        select(FigureForm, FormPeriod, Dispatch).join(FormPeriod, FormPeriod.form_id == FigureForm.id)
        .join(Dispatch, Dispatch.id == FigureForm.dispatch_id).where(FormPeriod.id == period_id)
    ).first()
    if found is None:
        raise NotFound()
    return found[0], found[1], found[2]


def find(actor: Actor, period_id: int, unit_id: int | None = None) -> Place:
    """The sheet of a unit (the actor's own by default). Raises NotFound, also for a foreign one and while the dispatch is a draft.

    The province sees every unit's and every commune's; a district its own and those of its communes that it has opened the period to; a commune
    its own alone.
    """
    form, period, dispatch = period_of(period_id)
    unit = db.session.get(Unit, unit_id if unit_id is not None else actor.unit_id or 0)
    if unit is None or dispatch.state == "draft":
        raise NotFound()
    own = unit.id == actor.unit_id and not actor.sees_all_units
    above = unit.parent_id is not None and unit.parent_id == actor.unit_id
    if not (own or actor.sees_all_units or above):
        raise NotFound()
    asked = is_asked(form, unit.id)
    if not (asked and (own or actor.sees_all_units)) and not _opened_above(form, period, unit):
        raise NotFound()
    return Place(form, period, dispatch, unit, not asked, own)


def _opened_above(form: FigureForm, period: FormPeriod, unit: Unit) -> bool:
    """Whether a commune's district has opened the period to it; what the province asks of the commune itself is not the district's to see."""
    return unit.level == "commune" and unit.parent_id is not None and is_asked(form, unit.parent_id) and communes_opened(period.id, unit.parent_id)


def to_type(actor: Actor, period_id: int) -> Place:
    """The actor's own sheet, to be changed. Raises NotFound, Forbidden, Conflict("sheet.closed")."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    place = find(actor, period_id)
    if not place.open:
        raise Conflict("sheet.closed")
    return place


def is_asked(form: FigureForm, unit_id: int) -> bool:
    """Whether the form asks this unit itself."""
    if form.task_id:
        wanted = select(Assignment.id).where(Assignment.task_id == form.task_id, Assignment.unit_id == unit_id, Assignment.state != State.CANCELLED)
    else:
        wanted = select(DispatchRecipient.unit_id).where(DispatchRecipient.dispatch_id == form.dispatch_id, DispatchRecipient.unit_id == unit_id)
    return db.session.scalar(wanted.limit(1)) is not None


def communes_opened(period_id: int, unit_id: int) -> bool:
    """Whether a district has opened a period to its communes."""
    wanted = select(FigureSheet.id).where(FigureSheet.period_id == period_id, FigureSheet.unit_id == unit_id, FigureSheet.communes_at.is_not(None))
    return db.session.scalar(wanted) is not None


def sheet_of(place: Place) -> FigureSheet | None:
    """What the unit has typed so far."""
    wanted = select(FigureSheet).where(FigureSheet.period_id == place.period.id, FigureSheet.unit_id == place.unit.id)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def locked_sheet(actor: Actor, place: Place) -> FigureSheet:
    """The sheet's row, made where there is none; two writers of one unit queue here."""
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    values = {"period_id": place.period.id, "unit_id": place.unit.id, "version": 0, "updated_at": clock.now(), "updated_by_id": actor.id}
    db.session.execute(insert(FigureSheet).values(values).on_conflict_do_nothing(index_elements=["period_id", "unit_id"]))
    wanted = select(FigureSheet).where(FigureSheet.period_id == place.period.id, FigureSheet.unit_id == place.unit.id)
    return db.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()
