"""What the province gives a form: the baseline that the dispatch itself says, the plan of each unit, and the bank's totals."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.figure_assembly import Asked, Given, Period
from tracker.domain.indicators import Column, Indicator
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.figures import FigureChange, FigureForm, FormPeriod
from tracker.models.units import Unit
from tracker.reading import read
from tracker.reading.folding import fold
from tracker.reading.units import gazetteer
from tracker.services import figure_facts, figure_forms, figure_place, history
from tracker.services.reading_units import unit_rows

_MEASURES = {"đồng": "money", "%": "percent"}
_AROUND, MOST_LINES = 90, 1000
#: Words that say nothing of what is counted.
_EMPTY_WORDS = frozenset("so tong cua cac la ty le tren va".split())


@dataclass(frozen=True, slots=True)
class Found:
    """A figure of the dispatch's text that may become a baseline. unit_id None: the whole province's; suggested: the indicator that fits best, or 0."""

    start: int
    end: int
    before: str
    words: str
    after: str
    unit_id: int | None
    unit: str
    measure: str
    amount: Decimal
    suggested: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One baseline that stands: before, words, after are the place in the dispatch's text that it came from."""

    one: Indicator
    unit_id: int | None
    unit: str
    shown: str
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Baseline:
    """The page of a form's baseline: what the reader found, and what stands."""

    form: FigureForm
    dispatch: Dispatch
    indicators: Sequence[Indicator]
    found: list[Found]
    standing: list["Standing"]


def baseline(actor: Actor, form_id: int) -> Baseline:
    """Figures found in the dispatch beside the form's indicators. Raises Forbidden, NotFound."""
    form, dispatch = figure_forms.get(actor, form_id)
    given = figure_facts.load([form], figure_facts.end_of(clock.today()))[form.id]
    asked = figure_facts.asked_of([form])[form.id]
    names = {one.id: one.name for one in asked}
    rows = _standing(form.id)
    by_id = {one.id: one for one in given.indicators}
    standing = [
        Standing(by_id[row.indicator_id], row.unit_id, names.get(row.unit_id or 0, tr("Toàn tỉnh")), by_id[row.indicator_id].shown(row.after),
                 *_quoted(dispatch.text, row.span_start or 0, row.span_end or 0))
        for row in rows if row.indicator_id in by_id and row.after is not None
    ]
    taken = {(row.span_start, row.span_end) for row in rows if row.after is not None}
    return Baseline(form, dispatch, given.indicators, _candidates(dispatch, given.indicators, asked, taken), standing)


def _standing(form_id: int) -> list[FigureChange]:
    """The baselines as they stand, by cell."""
    rows = db.session.scalars(select(FigureChange).where(FigureChange.form_id == form_id, FigureChange.field == "baseline").order_by(FigureChange.id))
    return list({(row.unit_id, row.indicator_id): row for row in rows}.values())


def _candidates(dispatch: Dispatch, indicators: Sequence[Indicator], asked: Sequence[Asked], taken: set[tuple[int | None, int | None]]) -> list[Found]:
    rows, text = unit_rows(), dispatch.text
    known, by_code = gazetteer(tuple(rows), dispatch.issued_on), {one.code: one for one in asked}
    found = []
    for figure in read(text, rows).figures:
        if figure.role in ("up", "down"):
            continue
        start, end = figure.span
        clause = text[max(text.rfind(mark, 0, start) for mark in ".;\n") + 1 : end]
        named = known.resolve(clause).unit if known else None
        unit = by_code.get(named.code) if named else None
        measure = _MEASURES.get(figure.base, "count")
        found.append(Found(
            start, end, *_quoted(text, start, end), unit.id if unit else None,
            unit.name if unit else tr("Toàn tỉnh"), measure, figure.amount, _suggested(measure, f"{figure.counts or clause} {figure.unit}", indicators),
            (start, end) in taken,
        ))
    return found


def _quoted(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The words before, the figure, and the words behind it, cut between words."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND // 2]
    return before.partition(" ")[2] if start > _AROUND else before, text[start:end], after.rpartition(" ")[0] or after


def _suggested(measure: str, words: str, indicators: Sequence[Indicator]) -> int:
    said, best, chosen = set(fold(words).split()), (0.0, 0.0), 0
    for one in indicators:
        named = set(fold(one.name).split()) - _EMPTY_WORDS
        if one.measure == measure and named:
            # How much of the indicator's name is said comes first, then how little else.
            fit = len(said & named) / len(named), len(said & named) / len(said | named)
            if fit[0] >= 0.6 and fit > best:
                best, chosen = fit, one.id
    return chosen


def take_baseline(actor: Actor, form_id: int, chosen: Mapping[tuple[int, int], int]) -> int:
    """Makes figures of the text (by span) the baseline of indicators (by id); gives how many. Raises Forbidden, NotFound, Conflict("baseline.moved")."""
    actor.need(Right.DISPATCH_ISSUE)
    shown = baseline(actor, form_id)
    by_span, by_id = {(one.start, one.end): one for one in shown.found}, {one.id: one for one in shown.indicators}
    before = {(row.unit_id, row.indicator_id): row.after for row in _standing(form_id)}
    for span, indicator_id in chosen.items():
        one, indicator = by_span.get(span), by_id.get(indicator_id)
        if one is None or indicator is None:
            raise Conflict("baseline.moved")
        _add(actor, shown.form, None, one.unit_id, indicator_id, "baseline", before.get((one.unit_id, indicator_id)), one.amount, span=span, reason=one.words)
    _record(actor, shown.form, len(chosen))
    return len(chosen)


def drop_baseline(actor: Actor, form_id: int, indicator_id: int, unit_id: int | None) -> None:
    """Takes a baseline away; that it stood stays on record. Raises Forbidden, NotFound."""
    actor.need(Right.DISPATCH_ISSUE)
    form, _ = figure_forms.get(actor, form_id)
    for row in _standing(form.id):
        if (row.indicator_id, row.unit_id) == (indicator_id, unit_id) and row.after is not None:
            _add(actor, form, None, unit_id, indicator_id, "baseline", row.after, None)


def _add(
    actor: Actor, form: FigureForm, period_id: int | None, unit_id: int | None, indicator_id: int, field: str, before: Decimal | None, after: Decimal | None,
    *, span: tuple[int, int] | None = None, reason: str = "", explanation: str = "",
) -> None:
    db.session.add(FigureChange(
        form_id=form.id, period_id=period_id, unit_id=unit_id, indicator_id=indicator_id, field=field, kind="given", before=before, after=after,
        explanation=explanation, reason=reason[:300], span_start=span[0] if span else None, span_end=span[1] if span else None, by_person_id=actor.id,
        by_name=actor.name, at=clock.now(),
    ))


def _record(actor: Actor, form: FigureForm, count: int) -> None:
    if count:
        history.record(actor, "figures.given", dispatch_id=form.dispatch_id, title=form.title, count=count)


@dataclass(frozen=True)
class Plans:
    """The page of what the province gives for a period: each unit's plan and the bank's totals, as texts for the fields."""

    form: FigureForm
    period: FormPeriod
    words: str
    indicators: Sequence[Indicator]
    units: Sequence[Asked]
    given: Given
    wants_plan: bool

    @property
    def shown(self) -> Period:
        """The period among those of the form."""
        return next(one for one in self.given.periods if one.id == self.period.id)

    def plan(self, unit_id: int, one: Indicator) -> str:
        """A unit's plan."""
        return one.exact(self.given.typed(self.shown, unit_id, Column.PLAN).get(one.code))

    def bank(self, one: Indicator) -> str:
        """The bank's total."""
        return one.exact(self.given.bank(self.shown).get(one.code))

    def note(self, one: Indicator) -> str:
        """The word on why the units' total differs."""
        return self.given.note(self.shown, None, one.code)


def plans(actor: Actor, period_id: int) -> Plans:
    """What is given for a period so far. Raises Forbidden, NotFound."""
    actor.need(Right.DISPATCH_ISSUE)
    form, period, _ = figure_place.period_of(period_id)
    given = figure_facts.load([form], figure_facts.end_of(clock.today()), only=period)[form.id]
    typed = [one for one in given.indicators if not one.formula]
    words = next(one for one in given.periods if one.id == period_id).words
    return Plans(form, period, words, typed, figure_facts.asked_of([form])[form.id], given, Column.PLAN in given.columns)


def give(actor: Actor, period_id: int, bank: Mapping[int, str], notes: Mapping[int, str], pasted: str) -> tuple[int, list[str]]:
    """Sets the bank's totals (by indicator's id) with a word on differences, and plans from a pasted table: a unit a line, then its figures in the order
    of the indicators. Gives how many figures changed, and the lines that name no unit of the form.

    Raises Forbidden, NotFound, BadInput("figure.…") with the words of the field.
    """
    shown = plans(actor, period_id)
    period, count = shown.shown, 0
    stood = shown.given.bank(period)
    for one in shown.indicators:
        amount, note = one.typed(bank.get(one.id, "")), notes.get(one.id, "").strip()[:1000]
        if amount != stood.get(one.code) or note != shown.note(one):
            _add(actor, shown.form, period_id, None, one.id, "bank", stood.get(one.code), amount, explanation=note)
            count += 1
    planned, unknown = _planned(shown, pasted)
    for (unit_id, one), amount in planned.items():
        before = shown.given.typed(period, unit_id, Column.PLAN).get(one.code)
        if amount != before or not shown.given.planned(period, unit_id, one.code):
            _add(actor, shown.form, period_id, unit_id, one.id, "plan", before, amount)
            count += 1
    _record(actor, shown.form, count)
    return count, unknown


def _planned(shown: Plans, pasted: str) -> tuple[dict[tuple[int, Indicator], Decimal | None], list[str]]:
    by_name = {key: one.id for one in shown.units for key in (fold(one.name), one.code)}
    short = {fold(name): id for id, name in db.session.execute(select(Unit.id, Unit.short_name).where(Unit.id.in_([one.id for one in shown.units])))}
    found: dict[tuple[int, Indicator], Decimal | None] = {}
    unknown = []
    for line in [line for line in pasted.splitlines()[:MOST_LINES] if line.strip()]:
        cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ";")]
        at = next((n for n, cell in enumerate(cells) if (by_name | short).get(fold(cell))), None)
        if at is None:
            unknown.append(cells[0][:60])
            continue
        unit_id = (by_name | short)[fold(cells[at])]
        for one, cell in zip(shown.indicators, cells[at + 1 :], strict=False):
            try:
                found[unit_id, one] = one.typed(cell)
            except BadInput as error:
                raise BadInput("figure.number", text=f"{cells[at]}: {cell[:30]}") from error
    return found, unknown

