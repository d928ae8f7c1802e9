"""Recurring tasks before and on the day of issue: what the reader's rhythm gives a draft, and the first period of each series."""
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain import rhythm as rhythms
from tracker.domain.deadlines import Precision
from tracker.domain.rhythm import MONTHS, Every, Rhythm
from tracker.domain.wording import tr
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading import Deadline
from tracker.reading.turns import Turn, turn

_EVERY = {months: every for every, months in MONTHS.items()}


def rhythm_of(task: Any) -> Rhythm | None:
    """How a task repeats, None for one that does not."""
    return rhythms.from_json(task.rhythm) if task.rhythm else None


def read(found: Deadline, text: str) -> tuple[Rhythm, bool] | None:
    """The rhythm of a term that was read in an item's text, and whether its day was written; None where it is not one of ours."""
    turned = turn(found.every, found.text, text) if found.precision == Precision.RECURRING else None
    return (_made(turned), turned.sure) if turned else None


def _made(turned: Turn) -> Rhythm:
    return Rhythm(_EVERY[turned.months], turned.month, turned.day, cut_off=turned.cut_off)


def dates_of(found: Deadline | None, text: str) -> dict[str, Any]:
    """The columns of a draft's task that follow from its term: a recurring one is due by its first period that can still be met."""
    if found is None:
        return {}
    dates: dict[str, Any] = {"precision": found.precision, "due_on": found.date, "why": found.why, "rhythm": None}
    turned = read(found, text)
    return dates if turned is None else dates | recurring(turned[0])


def recurring(rhythm: Rhythm) -> dict[str, Any]:
    """The columns of a task that repeats, its first period the earliest that is not due yet."""
    period = rhythms.first(rhythm, clock.today())
    return {
        "precision": Precision.RECURRING, "due_on": rhythms.due_on(rhythm, period), "why": why(rhythm, period), "rhythm": rhythms.to_json(rhythm),
    }


def why(rhythm: Rhythm, period: rhythms.Period) -> str:
    """Why a period's task is due on its day."""
    cut_off = rhythms.cut_off_on(rhythm, period)
    return tr("Định kỳ {words}; kỳ {words2}", words=rhythm.words, words2=period.words) + (tr(", số liệu đến hết {cut_off}",
        cut_off=f'{cut_off:%d/%m/%Y}') if cut_off else "")


def chosen(
    every: str, month: str, day: int | None, commune_day: int | None, cut_off: int | None, until: date | None,
) -> Rhythm | None:
    """The rhythm that a form says; month: a number, or "last", "next", "after". None without `every`. Raises BadInput for what fits no calendar."""
    if every not in set(Every):
        return None
    months = MONTHS[Every(every)]
    named = {"last": months, "next": months + 1, "after": 0}
    return Rhythm(Every(every), named.get(month, int(month) if month.isdecimal() and len(month) < 10 else months), day or 31, commune_day, cut_off, until)


def begin(tasks: Iterable[Task]) -> None:
    """On the day of issue: each recurring task is its series' first period, and says so in its title."""
    for task in tasks:
        if task.rhythm and task.due_on:
            period = rhythms.nearest(rhythms.from_json(task.rhythm), task.due_on)
            task.period, task.title = period.key, rhythms.titled(task.title, period)


def by_level(rows: list[dict[str, Any]], tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """The rows of new assignments, communes' of recurring tasks with the due date that the rhythm has for communes."""
    own = {
        task.id: rhythms.due_on(rhythm, rhythms.period_named(task.period), "commune")
        for task in tasks if task.period and (rhythm := rhythm_of(task)) and rhythm.commune_day
    }
    return dated(rows, own)


def dated(rows: list[dict[str, Any]], own: dict[int, date]) -> list[dict[str, Any]]:
    """Gives communes the due date that stands for a task in own (task id → day)."""
    if not own:
        return rows
    communes = set(db.session.scalars(select(Unit.id).where(Unit.level == "commune", Unit.id.in_({row["unit_id"] for row in rows}))))
    for row in rows:
        if row["unit_id"] in communes and (day := own.get(row["task_id"])):
            row["due_on"] = row["original_due_on"] = row["chase_on"] = day
    return rows
