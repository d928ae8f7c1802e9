"""The figures of dispatches as they stood at the end of a day, from the append-only records of every change."""
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from tracker import clock
from tracker.db import db
from tracker.domain import figure_assembly as assembly
from tracker.domain import rhythm
from tracker.domain.figure_assembly import Asked, Figure, Given, HandedIn, Period
from tracker.domain.figure_data import Correction, FormFigures
from tracker.domain.indicators import Column, Indicator
from tracker.domain.status import State
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.events import Event
from tracker.models.figures import FigureChange, FigureForm, FigureHandIn, FigureRequest, FormIndicator, FormPeriod
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import report_holds


def gather(dispatch_ids: Sequence[int], as_of: date) -> tuple[FormFigures, ...]:
    """Every form of these dispatches as it stood at the end of as_of, the oldest first; periods that had opened by then.

    Later changes count nothing, so that the same day gives the same figures for ever. Units are those that the form was asked of on that day.
    """
    until = end_of(as_of)
    wanted = select(FigureForm).join(Dispatch, Dispatch.id == FigureForm.dispatch_id)
    forms = list(db.session.scalars(
        wanted.where(FigureForm.dispatch_id.in_(dispatch_ids), Dispatch.state != "draft", FigureForm.created_at < until)
        .order_by(FigureForm.dispatch_id, FigureForm.id)
    ))
    if not forms:
        return ()
    units, given = asked_of(forms, as_of), load(forms, until)
    return tuple(
        FormFigures(
            form.id, form.dispatch_id, form.task_id, form.title, rhythm_words(form), tuple(given[form.id].columns), tuple(given[form.id].indicators),
            tuple(assembly.period_figures(given[form.id], period, units[form.id], as_of) for period in given[form.id].periods),
        )
        for form in forms
    )


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return clock.start_of(day + timedelta(days=1))


def rhythm_words(form: FigureForm) -> str:
    """một lần, or how often."""
    return rhythm.WORDS[rhythm.from_json(form.rhythm).every] if form.rhythm else tr("một lần")


def asked_of(forms: Iterable[FigureForm], as_of: date | None = None) -> dict[int, list[Asked]]:
    """The units that each form is asked of: those charged with its task, else the dispatch's recipients; by code. As of the end of a day, or now."""
    kept, until = list(forms), end_of(as_of or clock.today())
    tasks, dispatches = [form.task_id for form in kept if form.task_id], [form.dispatch_id for form in kept if not form.task_id]
    found: dict[tuple[str, int], list[Asked]] = defaultdict(list)
    if tasks:
        for task_id, *unit in _charged(tasks, until):
            found["task", task_id].append(Asked(*unit))
    if dispatches:
        named = select(DispatchRecipient.dispatch_id, Unit.id, Unit.code, DispatchRecipient.unit_name).join(Unit, Unit.id == DispatchRecipient.unit_id)
        wanted = named.where(DispatchRecipient.dispatch_id.in_(dispatches), DispatchRecipient.added_at < until)
        for row in db.session.execute(wanted.order_by(Unit.code)):
            found["dispatch", row[0]].append(Asked(*row[1:]))
    return {form.id: found[("task", form.task_id) if form.task_id else ("dispatch", form.dispatch_id)] for form in kept}


def _charged(tasks: list[int], until: datetime) -> list[tuple[Any, ...]]:
    """Who was charged with these tasks before a moment: task id, unit id, code, name. Of what changed since, the events tell whether it was cancelled
    by then."""
    a, r = Assignment, DispatchRecipient
    wanted = (
        select(a.task_id, Unit.id, Unit.code, r.unit_name, a.id.label("given"), a.state, a.updated_at)
        .join(Unit, Unit.id == a.unit_id).join(Task, Task.id == a.task_id).join(r, and_(r.dispatch_id == a.dispatch_id, r.unit_id == a.unit_id))
        .where(a.task_id.in_(tasks), r.added_at < until, or_(Task.given_on.is_(None), Task.given_on < clock.local(until).date())).order_by(Unit.code)
    )
    rows: list[Row[Any]] = list(db.session.execute(wanted))
    later = [row.given for row in rows if row.updated_at >= until]
    gone = report_holds.course(Event.assignment_id.in_(later)).cancelled if later else {}
    last = clock.local(until).date()

    def cancelled(row: Row[Any]) -> bool:
        on = gone.get(row.given)
        return (on is not None and on < last) if row.updated_at >= until else row.state == State.CANCELLED

    return [tuple(row[:4]) for row in rows if not cancelled(row)]


def indicators_of(form_ids: Collection[int], until: datetime) -> dict[int, list[Indicator]]:
    """The indicators of forms in their order, as the catalogue said when each was added."""
    columns = select(FormIndicator.form_id, FormIndicator.definition)
    wanted = columns.where(FormIndicator.form_id.in_(form_ids), FormIndicator.added_at < until)
    found: dict[int, list[Indicator]] = {form_id: [] for form_id in form_ids}
    for form_id, definition in db.session.execute(wanted.order_by(FormIndicator.form_id, FormIndicator.position, FormIndicator.indicator_id)):
        found[form_id].append(Indicator(**definition))
    return found


def load(forms: Sequence[FigureForm], until: datetime, *, only: FormPeriod | None = None, units: Collection[int] | None = None) -> dict[int, Given]:
    """What is known of forms before a moment. only: as much as one period's page needs; units: of these and the province alone."""
    ids = [form.id for form in forms]
    indicators, periods = indicators_of(ids, until), _periods(ids, until)
    wanted = _needed(only, periods[only.form_id], _runs(forms, indicators)) if only else None
    codes = {one.id: one.code for of_form in indicators.values() for one in of_form}
    figures, corrections = _figures(ids, until, wanted, units, codes, only), _corrections(ids, until, wanted, units, codes)
    handed_in = _handed_in([period.id for of_form in periods.values() for period in of_form] if wanted is None else wanted, until)
    return {
        form.id: Given(
            indicators[form.id], [Column(name) for name in form.columns], periods[form.id], form.jump, figures.get(form.id, ()), corrections, handed_in,
        )
        for form in forms
    }


def _runs(forms: Sequence[FigureForm], indicators: dict[int, list[Indicator]]) -> bool:
    """Whether luỹ kế is asked of anything that adds up over periods: then the whole year is needed."""
    return any(Column.CUMULATIVE in form.columns and any(one.flows for one in indicators[form.id]) for form in forms)


def _needed(one: FormPeriod, periods: list[Period], whole_year: bool) -> list[int]:
    """The period itself, the one before and the same a year before, and where luỹ kế runs those of its year."""
    year, _, part = one.key.partition("-")
    at = next(n for n, period in enumerate(periods) if period.id == one.id)
    past = f"{int(year) - 1:04}-{part}" if part and year.isdigit() else f"{int(year) - 1:04}" if year.isdigit() else ""
    return [p.id for n, p in enumerate(periods) if n in (at, at - 1) or p.key == past or (whole_year and p.key[:4] == one.key[:4] and n <= at)]


def _periods(form_ids: Sequence[int], until: datetime) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = {id: [] for id in form_ids}
    columns = select(FormPeriod.form_id, FormPeriod.id, FormPeriod.key, FormPeriod.due_on, FormPeriod.cut_off_on, FormPeriod.moved)
    for row in db.session.execute(columns.where(FormPeriod.form_id.in_(form_ids), FormPeriod.opened_at < until).order_by(FormPeriod.key, FormPeriod.id)):
        # The first move after the moment tells the day that stood then.
        later = [date.fromisoformat(move["was"]) for move in row.moved if datetime.fromisoformat(move["at"]) >= until]
        found[row.form_id].append(Period(row.id, row.key, row.due_on, later[0] if later else row.cut_off_on))
    return found


def _figures(
    form_ids: Sequence[int], until: datetime, periods: list[int] | None, units: Collection[int] | None, codes: dict[int, str], only: FormPeriod | None,
) -> dict[int, list[Figure]]:
    """The last record of every cell before the moment. only: of the other periods no more than what was done."""
    c = FigureChange
    done = [or_(c.period_id.is_(None), c.period_id == only.id, c.field.in_((Column.ACTUAL, Column.CUMULATIVE)))] if only else []
    last = select(func.max(c.id)).where(c.form_id.in_(form_ids), c.at < until, *_scope(periods, units), *done)
    rows = db.session.execute(
        select(c.form_id, c.period_id, c.unit_id, c.indicator_id, c.field, c.after, c.explanation, c.kind)
        .where(c.id.in_(last.group_by(c.form_id, c.period_id, c.unit_id, c.indicator_id, c.field)))
    )
    found: dict[int, list[Figure]] = defaultdict(list)
    for row in rows:
        if row.indicator_id in codes:
            found[row.form_id].append(Figure(row.period_id, row.unit_id, codes[row.indicator_id], row.field, row.after, row.explanation, row.kind == "given"))
    return found


def _scope(periods: list[int] | None, units: Collection[int] | None) -> list[Any]:
    kept: list[Any] = []
    if periods is not None:
        kept.append(or_(FigureChange.period_id.is_(None), FigureChange.period_id.in_(periods)))
    if units is not None:
        kept.append(or_(FigureChange.unit_id.is_(None), FigureChange.unit_id.in_(units)))
    return kept


def _corrections(
    form_ids: Sequence[int], until: datetime, periods: list[int] | None, units: Collection[int] | None, codes: dict[int, str],
) -> dict[tuple[int, int, str], list[Correction]]:
    c, found = FigureChange, defaultdict(list)
    rows: Iterable[Row[Any]] = db.session.execute(
        select(c.period_id, c.unit_id, c.indicator_id, c.at, c.by_name, FigureRequest.decided_by_name, c.reason, c.field, c.before, c.after)
        .outerjoin(FigureRequest, FigureRequest.id == c.request_id)
        .where(c.form_id.in_(form_ids), c.kind == "correction", c.at < until, *_scope(periods, units)).order_by(c.id)
    )
    for row in rows:
        told = Correction(clock.local(row.at).date(), row.by_name, row.decided_by_name or "", row.reason, row.field, row.before, row.after)
        found[row.period_id, row.unit_id, codes.get(row.indicator_id, "")].append(told)
    return found


def _handed_in(period_ids: Sequence[int], until: datetime) -> dict[tuple[int, int], HandedIn]:
    h = FigureHandIn
    last = select(func.max(h.id)).where(h.period_id.in_(period_ids), h.at < until).group_by(h.period_id, h.unit_id)
    rows = db.session.execute(select(h.period_id, h.unit_id, h.at, h.by_name, h.signed_by_name).where(h.id.in_(last)))
    return {(row.period_id, row.unit_id): HandedIn(clock.local(row.at).date(), row.by_name, row.signed_by_name) for row in rows}
