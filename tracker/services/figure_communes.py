"""One level down: a district opens its form to its communes, sees their sum and who is missing, and hands in its own figures."""
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain import figure_assembly as assembly
from tracker.domain import indicators as rules
from tracker.domain.access import Actor
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.figure_assembly import Asked, Given
from tracker.domain.figure_data import PeriodFigures
from tracker.domain.indicators import Column, Indicator
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import figure_facts, figure_place, figure_writing, history, units
from tracker.services.figure_place import Place


@dataclass(frozen=True)
class Below:
    """The communes of a district's period: who is asked, their figures, and the indicators."""

    place: Place
    opened: bool
    manned: int
    indicators: Sequence[Indicator]
    figures: PeriodFigures


def manned(unit_id: int) -> list[Asked]:
    """The communes of a district that somebody can sign in for, by code."""
    working = select(Person.unit_id).where(Person.left_at.is_(None), Person.unit_id.is_not(None))
    wanted = select(Unit.id, Unit.code, Unit.name).where(Unit.parent_id == unit_id, Unit.level == "commune", Unit.id.in_(working))
    return [Asked(*row) for row in db.session.execute(wanted.where(*units.on_day(clock.today())).order_by(Unit.code))]


def below(actor: Actor, period_id: int, unit_id: int) -> Below:
    """What the communes of a district have handed in. Raises NotFound, for a commune's own people too."""
    place = figure_place.find(actor, period_id, unit_id)
    if place.commune or place.unit.level != "district":
        raise NotFound()
    opened = figure_place.communes_opened(period_id, place.unit.id)
    asked = manned(place.unit.id)
    given = _given(place, asked)
    period = figure_writing.period_in(given, place)
    figures = assembly.period_figures(given, period, asked if opened else [], clock.today())
    return Below(place, opened, len(asked), given.indicators, figures)


def open_to(actor: Actor, period_id: int) -> int:
    """Opens a period to the district's communes; gives how many. Raises NotFound, Forbidden, Conflict("sheet.closed", "sheet.locked", "sheet.no_commune")."""
    place = figure_place.to_type(actor, period_id)
    if place.commune:
        raise NotFound()
    if place.locked:
        raise Conflict("sheet.locked", day=f"{place.period.cut_off_on:%d/%m/%Y}")
    found = manned(place.unit.id)
    if not found:
        raise Conflict("sheet.no_commune")
    sheet = figure_place.locked_sheet(actor, place)
    if sheet.communes_at is None:
        sheet.communes_at = clock.now()
        history.record(actor, "figures.communes", dispatch_id=place.dispatch.id, unit_id=place.unit.id, title=place.form.title, period=place.words,
                       count=len(found))
    return len(found)


def sums(place: Place) -> tuple[dict[str, Decimal | None], int, int]:
    """The sum of what the communes have handed in, how many of them have, and how many are asked."""
    asked = manned(place.unit.id)
    given = _given(place, asked)
    period = figure_writing.period_in(given, place)
    handed = [one for one in asked if (period.id, one.id) in given.handed_in]
    return rules.totals(given.indicators, [given.typed(period, one.id, Column.ACTUAL) for one in handed]), len(handed), len(asked)


def complete_sums(place: Place, given: Given) -> dict[str, Decimal | None]:
    """The sum to compare the district's own figures with: only once every commune that is asked has handed in."""
    if place.commune or place.unit.level != "district" or not given.indicators or not figure_place.communes_opened(place.period.id, place.unit.id):
        return {}
    found, handed, asked = sums(place)
    return found if handed == asked else {}


def _given(place: Place, asked: Sequence[Asked]) -> Given:
    form = place.form
    return figure_facts.load([form], figure_facts.end_of(clock.today()), only=place.period, units=[one.id for one in asked])[form.id]
