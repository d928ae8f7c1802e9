"""Search over dispatches, tasks, evidence and mails: accents do not matter, a number is found however it is spelt, and nobody finds what they may not see.

What matches best comes first: the number itself, then the words side by side, then all words somewhere, then words that begin alike; among
those the newest. Every step asks for the newest matches only, so that a word which stands everywhere need not be read to its end.
"""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from tracker import clock
from tracker.adapters import word_index
from tracker.adapters.word_index import Wanted
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.models.units import Unit
from tracker.reading.search_words import Asked, asked
from tracker.services import search_entries as entries
from tracker.services import search_rows
from tracker.services.search_rows import Hit

LONGEST = 200
#: Of one kind on its own page; of each kind where all stand together.
PAGE, EACH = 20, 5
UNITS = 10
#: In the order shown.
KINDS = ("dispatch", "task", "evidence", "mail")
STATES = ("draft", "issued", "closed", "withdrawn")
#: How well something matches, the best first.
NUMBER, PHRASE, ALL, BEGINS = range(4)


_OPENS = {Right.DISPATCH_DRAFT: entries.DRAFT, Right.MAIL_TRIAGE: entries.TRIAGE}


@dataclass(frozen=True)
class Filters:
    """What narrows a search; empty or None where it does not. before: where the page of one kind goes on."""

    kind: str = ""
    state: str = ""
    dispatch_id: int | None = None
    unit_id: int | None = None
    field: str = ""
    year: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    before: str = ""

    @property
    def narrow(self) -> bool:
        """Whether anything but the kind narrows."""
        return bool(self.state or self.dispatch_id or self.unit_id or self.field or self.year or self.from_on or self.until_on)


@dataclass(frozen=True)
class Group:
    """What was found of one kind; more: there is more of it; before: the cursor of its next page."""

    kind: str
    hits: list[Hit]
    more: bool
    before: str


@dataclass(frozen=True)
class Found:
    """What a search gives; too_short: nothing was looked for."""

    words: str
    groups: list[Group] = field(default_factory=list)
    units: list[Row[int, str, str, str | None]] = field(default_factory=list)
    too_short: bool = False

    @property
    def total(self) -> int:
        """Everything on the page."""
        return len(self.units) + sum(len(group.hits) for group in self.groups)


def kinds(actor: Actor) -> tuple[str, ...]:
    """The kinds that the actor may look through."""
    return KINDS if actor.can(Right.MAIL_TRIAGE) else KINDS[:-1]


def search(actor: Actor, text: str, filters: Filters = Filters()) -> Found:
    """The newest best matches of all words: some of each kind, or a page of one. Raises Forbidden."""
    actor.need(Right.WORK_READ)
    text = " ".join(text.split())[:LONGEST]
    question = asked(text)
    if question.too_short:
        return Found(text, too_short=True)
    chosen = [kind for kind in kinds(actor) if filters.kind in ("", kind)]
    limit = PAGE if filters.kind in chosen else EACH
    below = cursor(filters.before) if len(chosen) == 1 else None
    ranked = _ranked(actor, question, filters, chosen, limit + 1, below)
    hits: dict[str, list[Hit]] = {kind: [] for kind in chosen}
    for hit in search_rows.load(actor, [id for kind in chosen for _, id in ranked[kind][:limit]], question):
        hits[hit.kind].append(hit)
    groups = [Group(kind, hits[kind], len(ranked[kind]) > limit, _next(ranked[kind][:limit])) for kind in chosen]
    units = [] if filters.kind or filters.narrow else _units(actor, list(question.words))
    return Found(text, [group for group in groups if group.hits], units)


def number_of(actor: Actor, dispatch_id: int) -> str:
    """The number of a dispatch, "" where the actor may not see it."""
    return next((hit.number or "" for hit in search_rows.dispatches(actor, [dispatch_id])), "")


def cursor(before: str) -> tuple[int, int] | None:
    """How well and which entry the page before ended with; None for anything else."""
    rank, _, id = before.partition(".")
    if rank.isdecimal() and id.isdecimal() and len(rank) == 1 and len(id) < 20 and int(id) < 2**63:
        return int(rank), int(id)
    return None


def _next(ranked: Sequence[tuple[int, int]]) -> str:
    return f"{ranked[-1][0]}.{ranked[-1][1]}" if ranked else ""


def _ranked(
    actor: Actor, question: Asked, filters: Filters, chosen: Sequence[str], limit: int, below: tuple[int, int] | None
) -> dict[str, list[tuple[int, int]]]:
    """(how well, entry id) of each kind, best and newest first. The weaker matches are asked for only where the better ones are too few."""
    found: dict[str, list[tuple[int, int]]] = {kind: [] for kind in chosen}
    for ranks in ((NUMBER, PHRASE), (ALL,), (BEGINS,)):
        asked_now: list[tuple[str, Wanted]] = []
        for kind in chosen:
            if len(found[kind]) < limit:
                asked_now += [
                    (f"{rank}.{kind}", wanted) for rank in ranks
                    if (below is None or rank >= below[0]) and (wanted := _wanted(actor, question, filters, kind, rank, limit, below)) is not None
                ]
        for name, ids in word_index.find(asked_now).items():
            rank, _, kind = name.partition(".")
            found[kind] = (found[kind] + [(int(rank), id) for id in ids])[:limit]
    return found


def _wanted(actor: Actor, question: Asked, filters: Filters, kind: str, rank: int, limit: int, below: tuple[int, int] | None) -> Wanted | None:
    """One question to the index; None where this way of matching does not apply."""
    words, without = question.words, list[tuple[str, ...]]([(question.number,)] if question.number else [])
    pairs = question.pairs if len(question.words) > 1 else ()
    if rank == NUMBER:
        if not question.number:
            return None
        words, without = (question.number,), []
    elif rank == PHRASE:
        if not pairs:
            return None
        words = (*question.words, *pairs)
    elif rank == ALL:
        without += [pairs] if pairs else []
    else:  # BEGINS
        if not question.start:
            return None
        words, without = (*question.words[:-1], question.start), [*without, (question.words[-1],)]
    marks, one_of = _marks(actor, filters, kind)
    first, last = _days(filters)
    above = entries.first_of(first) if first else None
    ends = [entries.first_of(last + timedelta(1))] if last else []
    if below is not None and rank == below[0]:
        ends.append(below[1])
        last = entries.day_of(below[1])
    fixed = question.fixed if rank != NUMBER else ()
    return Wanted((*words, *fixed, *marks), one_of, tuple(without), min(ends, default=None), above, limit, _windows(last or clock.today()))


def _marks(actor: Actor, filters: Filters, kind: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """What narrows to the kind, to what the actor may see, and to the filters; and sets of which one must hold."""
    marks, one_of = [entries.of_kind(kind)], []
    if not actor.sees_all_units:
        marks.append(entries.visible_to(actor.unit_id or 0))
    else:
        shut = [right for right in _OPENS if not actor.can(right)]
        if shut:  # who may see all three is asked for none
            one_of.append((entries.READ, *(mark for right, mark in _OPENS.items() if right not in shut)))
        if filters.unit_id:
            marks.append(entries.of_unit(filters.unit_id))
    marks += [entries.of_dispatch(filters.dispatch_id)] if filters.dispatch_id else []
    marks += [entries.of_state(filters.state)] if filters.state in STATES else []
    marks += [entries.of_field(filters.field)] if filters.field else []
    return tuple(marks), tuple(one_of)


def _days(filters: Filters) -> tuple[date | None, date | None]:
    """The first and the last day, of those that ids can say."""
    first, last = (None if day is None else min(max(day, entries.FIRST_DAY), entries.LAST_DAY) for day in (filters.from_on, filters.until_on))
    if filters.year:
        first = max(filter(None, (first, date(filters.year, 1, 1))))
        last = min(filter(None, (last, date(filters.year, 12, 31))))
    return first, last


def _windows(last: date) -> tuple[tuple[str, ...], ...]:
    """Two months, then two years, back from a day: most of what is looked for is there."""
    return (
        (entries.of_month(last), entries.of_month(last.replace(day=1) - timedelta(1))),
        (entries.of_year(last.year), entries.of_year(last.year - 1)),
    )


def matches(column: Any, words: list[str]) -> ColumnElement[bool]:
    """All words stand in the folded column, or all of them run together."""
    each = and_(*(column.contains(word, autoescape=True) for word in words))
    return or_(each, func.replace(column, " ", "").contains("".join(words), autoescape=True))


def _units(actor: Actor, words: list[str]) -> list[Row[int, str, str, str | None]]:
    above = select(Unit.id, Unit.short_name).subquery()
    wanted = select(Unit.id, Unit.name, Unit.level, above.c.short_name.label("parent")).outerjoin(above, above.c.id == Unit.parent_id)
    if not actor.sees_all_units:
        wanted = wanted.where(or_(Unit.id == actor.unit_id, Unit.parent_id == actor.unit_id))
    wanted = wanted.where(matches(Unit.folded, words)).order_by(Unit.level.desc(), Unit.code).limit(UNITS)
    return list(db.session.execute(wanted))
