"""The province's view of a period: units × indicators with totals, who is missing, doubts with their words; the list of all forms."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, exists, func, select

from tracker import clock
from tracker.adapters import figure_xlsx
from tracker.db import db
from tracker.domain import amounts, status
from tracker.domain import figure_assembly as assembly
from tracker.domain.access import Actor, Right
from tracker.domain.errors import NotFound
from tracker.domain.figure_assembly import period_words
from tracker.domain.figure_data import PeriodFigures
from tracker.domain.indicators import COLUMN_WORDS, Column, Indicator
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.figures import FigureChange, FigureForm, FigureHandIn, FigureRequest, FormPeriod
from tracker.services import figure_corrections, figure_facts, figure_place
from tracker.services.figure_corrections import Asked


@dataclass(frozen=True)
class Table:
    """One period of a form. others: (id, words) of the form's periods, the newest first."""

    form: FigureForm
    period: FormPeriod
    dispatch: Dispatch
    indicators: Sequence[Indicator]
    columns: Sequence[tuple[Column, str]]
    figures: PeriodFigures
    requests: list[Asked]
    others: list[tuple[int, str]]

    @property
    def doubts(self) -> list[tuple[str, str, str, str]]:
        """(unit, indicator, sentence, word of explanation) of every doubt."""
        names = {one.code: one.name for one in self.indicators}
        return [
            (unit.name, names[code], warned.words, cell.explanation)
            for unit in self.figures.units for code, cell in unit.cells.items() for warned in cell.warnings
        ]

    @property
    def corrected(self) -> list[tuple[str, Indicator, Any]]:
        """(unit, indicator, correction) of every correction after the cut-off, the newest first."""
        by_code = {one.code: one for one in self.indicators}
        found = [(u.name, by_code[code], told) for u in self.figures.units for code, cell in u.cells.items() for told in cell.corrections]
        return sorted(found, key=lambda told: told[2].on, reverse=True)

    @property
    def waiting(self) -> list[Asked]:
        """The requests that wait for an answer."""
        return [one for one in self.requests if one.state == "asked"]


def table(actor: Actor, period_id: int) -> Table:
    """One period with every unit's figures as they stand now. Raises Forbidden; NotFound, of a draft too for who drafts none."""
    actor.need(Right.UNIT_READ_ALL)
    form, period, dispatch = figure_place.period_of(period_id)
    if dispatch.state == "draft" and not actor.can(Right.DISPATCH_DRAFT):
        raise NotFound()
    given = figure_facts.load([form], figure_facts.end_of(clock.today()), only=period)[form.id]
    shown = next(one for one in given.periods if one.id == period_id)
    units = figure_facts.asked_of([form])[form.id]
    figures = assembly.period_figures(given, shown, units, clock.today())
    others = [(one.id, one.words) for one in reversed(given.periods)]
    requests = figure_corrections.of_period(period_id, given)
    return Table(form, period, dispatch, given.indicators, [(c, COLUMN_WORDS[c]) for c in given.columns], figures, requests, others)


def as_xlsx(actor: Actor, period_id: int) -> tuple[bytes, str]:
    """The table as .xlsx: one row a unit, typed numbers in the shown unit, the total last; and the file's name. Raises Forbidden, NotFound."""
    found = table(actor, period_id)
    single = len(found.columns) == 1
    heads = [tr("Mã"), tr("Đơn vị"), tr("Ngày nộp")]
    heads += [f"{one.name} ({one.unit_words}){'' if single else ', ' + words.lower()}" for one in found.indicators for _, words in found.columns]
    rows: list[list[Decimal | str | None]] = []
    for unit in found.figures.units:
        row: list[Decimal | str | None] = [unit.code, unit.name, f"{unit.handed_in_on:%d/%m/%Y}" if unit.handed_in_on else tr("chưa nộp")]
        rows.append(row + [_scaled(one, unit.cell(one.code).of(column)) for one in found.indicators for column, _ in found.columns])
    rows.append(["", tr("Tổng cộng"), "", *(_scaled(one, found.figures.total(one.code).of(column)) for one in found.indicators for column, _ in found.columns)])
    note = tr("Kỳ: {words}. Số liệu đến {today}; {missing} đơn vị chưa nộp.", words=found.figures.words, today=f'{clock.today():%d/%m/%Y}',
        missing=len(found.figures.missing))
    return figure_xlsx.table(found.form.title, note, heads, rows), f"so-lieu-{found.form.id}-{found.period.key}.xlsx"


def _scaled(one: Indicator, amount: Decimal | None) -> Decimal | None:
    if amount is None:
        return None
    figure = amount / amounts.factor(one.scale) if one.measure == "money" else amount
    return round(figure, max(one.decimals, 2) if one.formula else 9)


@dataclass(frozen=True, slots=True)
class Listed:
    """One period in the list of forms: handed in of asked, and requests that wait."""

    form_id: int
    period_id: int
    dispatch_id: int
    number: str
    title: str
    period: str
    due_on: date
    cut_off_on: date
    handed: int
    asked: int
    requests: int
    closed: bool


def listed(actor: Actor, dispatch_id: int | None = None, limit: int = 100) -> list[Listed]:
    """The latest period of each form, those with requests first, then by due date; of one dispatch, or of all; of drafts for who drafts. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    last = select(func.max(FormPeriod.key)).where(FormPeriod.form_id == FigureForm.id).correlate(FigureForm).scalar_subquery()
    charged = select(func.count(Assignment.unit_id.distinct())).where(
        Assignment.task_id == FigureForm.task_id, Assignment.state != status.State.CANCELLED).correlate(FigureForm).scalar_subquery()
    named = select(func.count(DispatchRecipient.unit_id)).where(DispatchRecipient.dispatch_id == FigureForm.dispatch_id).correlate(FigureForm).scalar_subquery()
    asked_units = _asked_units()
    handed = select(func.count(FigureHandIn.unit_id.distinct())).where(FigureHandIn.period_id == FormPeriod.id, asked_units).correlate(
        FormPeriod, FigureForm).scalar_subquery()
    waiting = select(func.count(FigureRequest.id)).join(FormPeriod, FormPeriod.id == FigureRequest.period_id).where(
        FormPeriod.form_id == FigureForm.id, FigureRequest.state == "asked").correlate(FigureForm).scalar_subquery()
    wanted = (
        select(FigureForm.id, FormPeriod.id, Dispatch.id, Dispatch.number, FigureForm.title, FormPeriod.key, FormPeriod.due_on, FormPeriod.cut_off_on,
               handed, case((FigureForm.task_id.is_not(None), charged), else_=named), waiting.label("waiting"), FigureForm.closed_at.is_not(None))
        .join(FormPeriod, and_(FormPeriod.form_id == FigureForm.id, FormPeriod.key == last)).join(Dispatch, Dispatch.id == FigureForm.dispatch_id)
        .order_by(FigureForm.closed_at.is_not(None), waiting.desc(), FormPeriod.due_on.desc(), FigureForm.id.desc()).limit(limit)
    )
    if not actor.can(Right.DISPATCH_DRAFT):
        wanted = wanted.where(Dispatch.state != "draft")
    rows = db.session.execute(wanted.where(Dispatch.id == dispatch_id) if dispatch_id is not None else wanted)
    return [Listed(r[0], r[1], r[2], r[3] or tr("chưa có số"), r[4], period_words(r[5]), r[6], r[7], r[8], r[9], r[10], bool(r[11])) for r in rows]


def _asked_units() -> Any:
    """A commune's hand-in goes to its district and counts nothing here."""
    charged = exists().where(Assignment.task_id == FigureForm.task_id, Assignment.unit_id == FigureHandIn.unit_id, Assignment.state != status.State.CANCELLED)
    named = exists().where(DispatchRecipient.dispatch_id == FigureForm.dispatch_id, DispatchRecipient.unit_id == FigureHandIn.unit_id)
    return case((FigureForm.task_id.is_not(None), charged), else_=named)


def history(actor: Actor, period_id: int, unit_id: int) -> list[tuple[FigureChange, Indicator]]:
    """Every change of a unit's figures in a period, the newest first. Raises NotFound, for a foreign unit too."""
    place = figure_place.find(actor, period_id, unit_id)
    known = {one.id: one for one in figure_facts.indicators_of([place.form.id], figure_facts.end_of(clock.today()))[place.form.id]}
    wanted = select(FigureChange).where(FigureChange.period_id == period_id, FigureChange.unit_id == place.unit.id).order_by(FigureChange.id.desc()).limit(500)
    return [(row, known[row.indicator_id]) for row in db.session.scalars(wanted) if row.indicator_id in known]


def latest_period(actor: Actor, form_id: int) -> int:
    """The id of a form's latest period. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    found = db.session.scalar(select(FormPeriod.id).where(FormPeriod.form_id == form_id).order_by(FormPeriod.key.desc()).limit(1))
    if found is None:
        raise NotFound()
    return found
