"""The catalogue of indicators: listed in groups, entered, changed, retired; what a form has asked keeps its own definition."""
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import exists, func, select

from tracker import clock
from tracker.db import db
from tracker.domain import formulas
from tracker.domain.access import Actor, Right
from tracker.domain.amounts import SCALES
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.indicators import Direction, Indicator, Measure
from tracker.domain.rhythm import Every
from tracker.models.figures import FormIndicator
from tracker.models.indicators import IndicatorGroup, IndicatorRow
from tracker.reading.folding import fold
from tracker.services import history

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
PERIODS = ("once", *(str(every) for every in Every))
MOST_DECIMALS = 6


@dataclass(frozen=True)
class Wanted:
    """An indicator as the form says it; group: its heading, made where there is none."""

    code: str = ""
    name: str = ""
    group: str = ""
    measure: str = "count"
    unit: str = ""
    scale: str = "one"
    period: str = "month"
    direction: str = "neutral"
    decimals: int = 0
    formula: str = ""
    equals: str = ""
    summed: bool = True
    flows: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the list; used: whether any form asks it; group_id 0: without a group."""

    id: int
    one: Indicator
    group_id: int
    period: str
    retired: bool
    used: bool
    version: int


def catalogue(actor: Actor) -> list[Line]:
    """Every indicator in the order of groups, retired ones last in theirs. Raises Forbidden."""
    actor.need(Right.UNIT_READ_ALL)
    used = exists(select(FormIndicator.form_id).where(FormIndicator.indicator_id == IndicatorRow.id))
    rows = db.session.execute(
        select(IndicatorRow, func.coalesce(IndicatorGroup.name, ""), used).outerjoin(IndicatorGroup, IndicatorGroup.id == IndicatorRow.group_id)
        .order_by(IndicatorGroup.position.is_(None), IndicatorGroup.position, IndicatorGroup.id, IndicatorRow.retired_at.is_not(None), IndicatorRow.position,
                  IndicatorRow.id)
    )
    return [
        Line(row.id, Indicator(**definition(row, group)), row.group_id or 0, row.period, row.retired_at is not None, bool(in_form), row.version)
        for row, group, in_form in rows
    ]


def definition(row: IndicatorRow, group: str = "") -> dict[str, Any]:
    """What a form keeps of an indicator: the values of domain.indicators.Indicator."""
    return asdict(Indicator(
        row.id, row.code, row.name, row.measure, row.unit, row.scale, row.direction, row.decimals, row.formula, row.equals, row.summed, row.flows, group,
    ))


def choices() -> list[tuple[str, list[Indicator]]]:
    """What a form may ask: (group, its indicators), without the retired."""
    rows = db.session.execute(
        select(IndicatorRow, func.coalesce(IndicatorGroup.name, "")).outerjoin(IndicatorGroup, IndicatorGroup.id == IndicatorRow.group_id)
        .where(IndicatorRow.retired_at.is_(None))
        .order_by(IndicatorGroup.position.is_(None), IndicatorGroup.position, IndicatorGroup.id, IndicatorRow.position, IndicatorRow.id)
    )
    found: dict[str, list[Indicator]] = {}
    for row, group in rows:
        found.setdefault(group, []).append(Indicator(**definition(row, group)))
    return list(found.items())


def get(actor: Actor, indicator_id: int) -> tuple[IndicatorRow, Wanted]:
    """One entry, as its form shows it. Raises Forbidden, NotFound."""
    actor.need(Right.UNIT_READ_ALL)
    row = db.session.get(IndicatorRow, indicator_id)
    if row is None:
        raise NotFound()
    group = db.session.get(IndicatorGroup, row.group_id) if row.group_id else None
    said = {name: getattr(row, name) for name in ("code", "name", "measure", "unit", "scale", "period", "direction", "decimals", "summed", "flows")}
    return row, Wanted(**said, group=group.name if group else "", formula=row.formula or "", equals=row.equals or "")


def save(actor: Actor, indicator_id: int | None, wanted: Wanted, version: int = 0, *, sample: bool = False) -> IndicatorRow:
    """Enters or changes an indicator; forms that ask it already keep what they asked.

    Raises Forbidden, NotFound, BadInput (with the field; "indicator.…", "formula.…"), Conflict("stale").
    """
    actor.need(Right.DISPATCH_ISSUE)
    row = get(actor, indicator_id)[0] if indicator_id else None
    if row is not None and row.version != version:
        raise Conflict("stale")
    wanted = _clean(wanted)
    others = {code: (formula, equals) for code, formula, equals in db.session.execute(
        select(IndicatorRow.code, IndicatorRow.formula, IndicatorRow.equals).where(IndicatorRow.id != (indicator_id or 0)))}
    _check(wanted, others, row)
    before = asdict(get(actor, row.id)[1]) if row is not None else None
    if row is None:
        last = db.session.scalar(select(func.max(IndicatorRow.position))) or 0
        row = IndicatorRow(created_at=clock.now(), position=last + 1, version=0, sample=sample)
        db.session.add(row)
    for name in ("code", "name", "measure", "unit", "scale", "period", "direction", "decimals", "summed", "flows"):
        setattr(row, name, getattr(wanted, name))
    row.formula, row.equals, row.folded = wanted.formula or None, wanted.equals or None, fold(wanted.name)[:250]
    row.group_id, row.version = _group(wanted.group, sample), row.version + 1
    db.session.flush()
    history.record(actor, "indicator.change" if before else "indicator.add", target_id=row.id, before=before, after=asdict(wanted), name=row.name)
    return row


def _clean(w: Wanted) -> Wanted:
    return replace(
        w, code=w.code.strip().lower(), name=" ".join(w.name.split()), group=" ".join(w.group.split())[:120], unit=w.unit.strip()[:40],
        formula=w.formula.strip().lower(), equals=w.equals.strip().lower(), scale=w.scale if w.measure == Measure.MONEY else "one",
        # Percentages never add up, typed or derived.
        summed=w.summed and w.measure != Measure.PERCENT,
    )


def _check(w: Wanted, others: Mapping[str, tuple[str | None, str | None]], row: IndicatorRow | None) -> None:
    if not CODE.fullmatch(w.code):
        raise BadInput("indicator.code", field="code")
    if w.code in others:
        raise BadInput("indicator.taken", field="code", named=w.code)
    if row is not None and row.code != w.code and (_asked(row.id) or any(row.code in _named(*pair) for pair in others.values())):
        raise BadInput("indicator.code_used", field="code", named=row.code)
    if not w.name or len(w.name) > 200:
        raise BadInput("indicator.name", field="name")
    if w.measure not in set(Measure) or w.scale not in SCALES or w.direction not in set(Direction) or w.period not in PERIODS:
        raise BadInput("indicator.choice", field="measure")
    if not 0 <= w.decimals <= MOST_DECIMALS:
        raise BadInput("indicator.decimals", field="decimals", most=MOST_DECIMALS)
    if w.formula and w.equals:
        raise BadInput("indicator.both", field="equals")
    for field, text in (("formula", w.formula), ("equals", w.equals)):
        if unknown := (formulas.codes(text) if text else frozenset()) - set(others) - {w.code}:
            raise BadInput("indicator.unknown", field=field, codes=", ".join(sorted(unknown)))
    formulas.in_order({code: formula for code, (formula, _) in others.items() if formula} | ({w.code: w.formula} if w.formula else {}))


def _named(*texts: str | None) -> set[str]:
    return set().union(*(formulas.codes(text) for text in texts if text))


def _asked(indicator_id: int) -> bool:
    return db.session.scalar(select(FormIndicator.form_id).where(FormIndicator.indicator_id == indicator_id).limit(1)) is not None


def _group(name: str, sample: bool) -> int | None:
    if not name:
        return None
    row = db.session.scalar(select(IndicatorGroup).where(IndicatorGroup.name == name))
    if row is None:
        row = IndicatorGroup(name=name, position=(db.session.scalar(select(func.max(IndicatorGroup.position))) or 0) + 1, sample=sample)
        db.session.add(row)
        db.session.flush()
    return row.id


def groups() -> list[tuple[int, str]]:
    """The groups in their order."""
    wanted = select(IndicatorGroup.id, IndicatorGroup.name).order_by(IndicatorGroup.position, IndicatorGroup.id)
    return [(row.id, row.name) for row in db.session.execute(wanted)]


def retire(actor: Actor, indicator_id: int, retired: bool = True) -> IndicatorRow:
    """Takes an indicator out of what new forms may ask, or back in; none is ever deleted.

    Raises Forbidden, NotFound, Conflict("indicator.in_formula") for one that others are derived from.
    """
    actor.need(Right.DISPATCH_ISSUE)
    row, _ = get(actor, indicator_id)
    living = select(IndicatorRow.formula, IndicatorRow.equals).where(IndicatorRow.id != row.id, IndicatorRow.retired_at.is_(None))
    if retired and any(row.code in _named(*pair) for pair in db.session.execute(living)):
        raise Conflict("indicator.in_formula", named=row.code)
    row.retired_at = clock.now() if retired else None
    row.version += 1
    history.record(actor, "indicator.retire" if retired else "indicator.return", target_id=row.id, name=row.name)
    return row


def move_group(actor: Actor, group_id: int, up: bool) -> None:
    """Puts a group one place up or down. Raises Forbidden, NotFound."""
    actor.need(Right.DISPATCH_ISSUE)
    rows = list(db.session.scalars(select(IndicatorGroup).order_by(IndicatorGroup.position, IndicatorGroup.id)))
    at = next((n for n, row in enumerate(rows) if row.id == group_id), None)
    if at is None:
        raise NotFound()
    other = at - 1 if up else at + 1
    if 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    for n, row in enumerate(rows):
        row.position = n
