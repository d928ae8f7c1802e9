"""Forms of figures (biểu số liệu): what a dispatch or a task asks, how often, until when; their periods are opened here."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.db import db
from tracker.domain import formulas, rhythm
from tracker.domain.access import MACHINE, Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.figure_assembly import ONCE, period_words
from tracker.domain.indicators import Column
from tracker.domain.rhythm import Every, Period, Rhythm
from tracker.models.dispatches import Dispatch
from tracker.models.figures import FigureChange, FigureForm, FigureReminder, FigureSheet, FormIndicator, FormPeriod
from tracker.models.indicators import IndicatorGroup, IndicatorRow
from tracker.models.tasks import Task
from tracker.services import history, indicators

LONGEST_TITLE, MOST_INDICATORS = 200, 60
#: A form that was forgotten is asked for so many past periods at most when the machine wakes again.
MOST_AT_ONCE = 12


@dataclass(frozen=True)
class Wanted:
    """A form as it is asked for; every: "once" or how often; month, day: as domain.rhythm.Rhythm; due_on: for once."""

    title: str
    indicator_ids: Sequence[int]
    columns: Sequence[str]
    every: str = ONCE
    month: int = 0
    day: int = 5
    due_on: date | None = None
    lock_days: int = 5
    jump: int = 50
    sign: str = "officer"
    task_id: int | None = None


def get(actor: Actor, form_id: int, *, lock: bool = False) -> tuple[FigureForm, Dispatch]:
    """A form and its dispatch, for the province. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    form = db.session.get(FigureForm, form_id, with_for_update={"of": FigureForm} if lock else None, populate_existing=lock)
    if form is None:
        raise NotFound()
    return form, db.session.get_one(Dispatch, form.dispatch_id)


@dataclass(frozen=True)
class Head:
    """What a form's page names of its dispatch: the dispatch, and the tasks that a form can be asked for."""

    dispatch: Dispatch
    tasks: list[tuple[int, str]]


def head(actor: Actor, dispatch_id: int) -> Head:
    """A dispatch and its tasks. Raises Forbidden; NotFound, for a draft too where the actor drafts none."""
    actor.need(Right.UNIT_READ_ALL)
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or (dispatch.state == "draft" and not actor.can(Right.DISPATCH_DRAFT)):
        raise NotFound()
    tasks = select(Task.id, Task.position, Task.title).where(Task.dispatch_id == dispatch_id, Task.kind == "task", Task.cancelled.is_(False))
    return Head(dispatch, [(row.id, f"{row.position}. {row.title}") for row in db.session.execute(tasks.order_by(Task.position, Task.id))])


def wanted_of(form: FigureForm) -> Wanted:
    """The form as its page shows it."""
    ids = db.session.scalars(select(FormIndicator.indicator_id).where(FormIndicator.form_id == form.id).order_by(FormIndicator.position)).all()
    turn = rhythm.from_json(form.rhythm) if form.rhythm else None
    due = db.session.scalar(select(FormPeriod.due_on).where(FormPeriod.form_id == form.id, FormPeriod.key == ONCE))
    return Wanted(
        form.title, ids, form.columns, str(turn.every) if turn else ONCE, turn.month if turn else 0, turn.day if turn else 5, due, form.lock_days,
        form.jump, form.sign, form.task_id,
    )


def begun(form_id: int) -> bool:
    """Whether any figure has been handed in: then what the form asks is fixed."""
    return db.session.scalar(select(FigureChange.id).where(FigureChange.form_id == form_id, FigureChange.kind != "given").limit(1)) is not None


def save(actor: Actor, dispatch_id: int, form_id: int | None, wanted: Wanted, version: int = 0) -> FigureForm:
    """Makes a form of a dispatch, or changes it; once figures were handed in only the signature can still change, and indicators can be added.

    Raises Forbidden, NotFound, BadInput ("form.…", with the field), Conflict("stale", "form.begun", "form.typed", "dispatch.state").
    """
    actor.need(Right.DISPATCH_ISSUE)
    dispatch = db.session.get(Dispatch, dispatch_id, with_for_update={"of": Dispatch}, populate_existing=True)
    if dispatch is None:
        raise NotFound()
    if dispatch.state not in ("draft", "issued"):
        raise Conflict("dispatch.state")
    _check(dispatch_id, wanted)
    form = get(actor, form_id, lock=True)[0] if form_id else None
    if form is not None and (form.dispatch_id != dispatch_id or form.version != version):
        raise NotFound() if form.dispatch_id != dispatch_id else Conflict("stale")
    before = wanted_of(form) if form is not None else None
    if form is not None and before is not None and begun(form.id):
        _need_same(before, wanted)
    new = form is None
    if form is None:
        form = FigureForm(dispatch_id=dispatch_id, created_by_id=actor.id, created_at=clock.now(), version=0)
        db.session.add(form)
    _write(form, wanted)
    db.session.flush()
    _ask(form, wanted.indicator_ids)
    if before is not None and (dispatch.state == "draft" or _days(before) != _days(wanted)):
        _redate(form, wanted, kept=dispatch.state != "draft")
    _open_first(form, wanted)
    history.record(actor, "figures.form" if new else "figures.form_change", dispatch_id=dispatch_id, title=form.title, form_id=form.id)
    return form


def _check(dispatch_id: int, w: Wanted) -> None:
    if not w.title.strip() or len(w.title) > LONGEST_TITLE:
        raise BadInput("form.title", field="title")
    if not 1 <= len(set(w.indicator_ids)) <= MOST_INDICATORS:
        raise BadInput("form.indicators", field="indicators", most=MOST_INDICATORS)
    if Column.ACTUAL not in w.columns or set(w.columns) - set(Column):
        raise BadInput("form.columns", field="columns")
    if not 1 <= w.jump <= 1000 or not 0 <= w.lock_days <= 90 or w.sign not in ("officer", "leader"):
        raise BadInput("form.numbers", field="jump")
    if w.every == ONCE and w.due_on is None:
        raise BadInput("form.due", field="due_on")
    if w.every != ONCE and w.every not in set(Every):
        raise BadInput("form.every", field="every")
    if w.task_id is not None and db.session.scalar(select(Task.id).where(Task.id == w.task_id, Task.dispatch_id == dispatch_id)) is None:
        raise NotFound()


def _days(w: Wanted) -> tuple[Any, ...]:
    """What the dates of a form follow from."""
    return (w.every, w.lock_days, w.due_on) if w.every == ONCE else (w.every, w.lock_days, w.month, w.day)


def _need_same(before: Wanted, after: Wanted) -> None:
    fixed = any(getattr(before, name) != getattr(after, name) for name in ("title", "jump", "task_id"))
    if fixed or _days(before) != _days(after) or list(before.columns) != list(after.columns) or set(before.indicator_ids) - set(after.indicator_ids):
        raise Conflict("form.begun")


def _write(form: FigureForm, w: Wanted) -> None:
    form.title, form.task_id, form.sign = " ".join(w.title.split()), w.task_id, w.sign
    form.columns = [str(column) for column in Column if column in w.columns]
    form.rhythm = None if w.every == ONCE else rhythm.to_json(Rhythm(Every(w.every), w.month, w.day))
    form.lock_days, form.jump, form.version = w.lock_days, w.jump, form.version + 1


def _ask(form: FigureForm, ids: Sequence[int]) -> None:
    """Puts the indicators in their order, with those that the derived ones are made from; one that stands already keeps its definition."""
    rows = {row.id: (row, group) for row, group in db.session.execute(
        select(IndicatorRow, func.coalesce(IndicatorGroup.name, "")).outerjoin(IndicatorGroup, IndicatorGroup.id == IndicatorRow.group_id))}
    kept = {row.indicator_id: row for row in db.session.scalars(select(FormIndicator).where(FormIndicator.form_id == form.id))}
    wanted = _with_parts(list(dict.fromkeys(ids)), {row.code: row for row, _ in rows.values()}, {id: row for id, (row, _) in rows.items()})
    if any(id not in rows or (rows[id][0].retired_at and id not in kept) for id in wanted):
        raise BadInput("form.retired", field="indicators")
    for id in set(kept) - set(wanted):
        db.session.delete(kept[id])
    for position, id in enumerate(wanted):
        if id in kept:
            kept[id].position = position
        else:
            row, group = rows[id]
            db.session.add(FormIndicator(
                form_id=form.id, indicator_id=id, position=position, definition=indicators.definition(row, group), added_at=clock.now()))


def _with_parts(ids: list[int], by_code: dict[str, IndicatorRow], by_id: dict[int, IndicatorRow]) -> list[int]:
    found: list[int] = []
    for id in ids:
        row = by_id.get(id)
        parts = sorted(formulas.codes(row.formula)) if row is not None and row.formula else []
        found += [*_with_parts([by_code[code].id for code in parts if code in by_code], by_code, by_id), id]
    return list(dict.fromkeys(found))


def _redate(form: FigureForm, w: Wanted, kept: bool) -> None:
    """The periods that were opened follow the form's new dates and keep their addresses, which mails name; those of another rhythm go.

    kept: units may have been told of them; those of a draft nobody knows. Raises Conflict("form.typed") where somebody has worked in one of another rhythm.
    """
    used = set(db.session.scalars(select(FigureSheet.period_id).union(select(FigureChange.period_id).where(FigureChange.form_id == form.id))))
    for period in db.session.scalars(select(FormPeriod).where(FormPeriod.form_id == form.id)):
        fits = _fits(period.key, w.every)
        if period.id not in used and not (fits and kept):
            db.session.delete(period)
        elif not fits:
            raise Conflict("form.typed")
        else:
            _move(form, period, w)
    db.session.flush()


def _fits(key: str, every: str) -> bool:
    """Whether a period is one of this rhythm."""
    return key == every if ONCE in (key, every) else rhythm.period_of(Every(every), rhythm.period_named(key).start).key == key


def _move(form: FigureForm, period: FormPeriod, w: Wanted) -> None:
    due_on = rhythm.due_on(rhythm.from_json(form.rhythm), rhythm.period_named(period.key)) if form.rhythm else w.due_on or period.due_on
    if due_on != period.due_on:
        # A new date is told of anew.
        db.session.execute(delete(FigureReminder).where(FigureReminder.period_id == period.id))
    period.due_on, period.cut_off_on = due_on, due_on + timedelta(days=w.lock_days)


def _open_first(form: FigureForm, w: Wanted) -> None:
    """Opens the first period of a form that has none, and of one that repeats what else has come."""
    if db.session.scalar(select(FormPeriod.id).where(FormPeriod.form_id == form.id).limit(1)) is not None:
        open_due(form.id)
    elif form.rhythm is None:
        _open(form, ONCE, w.due_on or clock.today())
    else:
        turn = rhythm.from_json(form.rhythm)
        first = rhythm.first(turn, clock.today())
        _open(form, first.key, rhythm.due_on(turn, first))


def _open(form: FigureForm, key: str, due_on: date) -> None:
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    values = {"form_id": form.id, "key": key, "due_on": due_on, "cut_off_on": due_on + timedelta(days=form.lock_days), "opened_at": clock.now(), "moved": []}
    db.session.execute(insert(FormPeriod).values(values).on_conflict_do_nothing(index_elements=["form_id", "key"]))


def _waiting(form: FigureForm, last: str) -> list[Period]:
    return rhythm.to_open(rhythm.from_json(form.rhythm or {}), rhythm.period_named(last), clock.today())[-MOST_AT_ONCE:] if form.rhythm else []


def due() -> list[int]:
    """Ids of the forms with a rhythm that have a period to open today."""
    last = select(FormPeriod.form_id, func.max(FormPeriod.key).label("key")).group_by(FormPeriod.form_id).subquery()
    rows = db.session.execute(
        select(FigureForm, last.c.key).join(last, last.c.form_id == FigureForm.id).join(Dispatch, Dispatch.id == FigureForm.dispatch_id)
        .where(FigureForm.rhythm.is_not(None), FigureForm.closed_at.is_(None), Dispatch.state == "issued")
    )
    return [form.id for form, key in rows if _waiting(form, key)]


def open_due(form_id: int) -> int:
    """Opens the periods whose first day has come; gives how many. A second run finds them opened: a form's period is unique."""
    form = db.session.get(FigureForm, form_id)
    last = db.session.scalar(select(func.max(FormPeriod.key)).where(FormPeriod.form_id == form_id))
    if form is None or form.rhythm is None or form.closed_at or last is None:
        return 0
    turn, waiting = rhythm.from_json(form.rhythm), _waiting(form, last)
    for period in waiting:
        _open(form, period.key, rhythm.due_on(turn, period))
        history.record(MACHINE, "figures.period", dispatch_id=form.dispatch_id, title=form.title, period=period.words)
    return len(waiting)


def put_off(actor: Actor, period_id: int, day: date | None) -> FormPeriod:
    """Moves a cut-off that has not passed to another day, today at the earliest. Raises Forbidden, NotFound, BadInput("form.cut_off"),
    Conflict("form.locked") for one that has passed: from there on figures are corrected, each with its reason."""
    actor.need(Right.DISPATCH_ISSUE)
    period = db.session.get(FormPeriod, period_id, with_for_update=True, populate_existing=True)
    if period is None:
        raise NotFound()
    if clock.today() > period.cut_off_on:
        raise Conflict("form.locked", day=f"{period.cut_off_on:%d/%m/%Y}")
    if day is None or day < clock.today() or day < period.due_on:
        raise BadInput("form.cut_off", field="cut_off_on", due_on=f"{period.due_on:%d/%m/%Y}")
    form = db.session.get_one(FigureForm, period.form_id)
    period.moved = [*period.moved, {"at": clock.now().isoformat(), "was": period.cut_off_on.isoformat()}]
    history.record(
        actor, "figures.cut_off", dispatch_id=form.dispatch_id, title=form.title, period=period_words(period.key),
        before=f"{period.cut_off_on:%d/%m/%Y}", after=f"{day:%d/%m/%Y}",
    )
    period.cut_off_on = day
    return period


def close(actor: Actor, form_id: int, closed: bool = True) -> FigureForm:
    """No further period opens and nothing more is asked; what was handed in stays. Raises Forbidden, NotFound."""
    actor.need(Right.DISPATCH_ISSUE)
    form, _ = get(actor, form_id, lock=True)
    form.closed_at, form.version = clock.now() if closed else None, form.version + 1
    history.record(actor, "figures.close" if closed else "figures.reopen", dispatch_id=form.dispatch_id, title=form.title)
    return form
