"""The two registers that an office keeps: what came in and what went out, by year and number (Nghị định 30/2020/NĐ-CP, Phụ lục IV)."""
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, func, literal, select, tuple_

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import Forbidden
from tracker.domain.wording import tr
from tracker.models.arrivals import Arrival
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.letters import Letter, LetterUnit
from tracker.models.submissions import EVIDENCE_KINDS, Submission
from tracker.models.units import Unit
from tracker.services.arrivals import NO_FILE

PAGE = 50
#: Of a whole year at once: for paper (the page says where there are more), and for a table.
MOST, EVERY = 5000, 200_000
LETTER = "letter"
#: What a document that came in can be, by its first file.
IN_KINDS = (*EVIDENCE_KINDS, NO_FILE)
#: Up to so many recipients are named.
NAMED = 3
ISSUED = ("issued", "closed", "withdrawn")
Line = TypeVar("Line", "In", "Out")


@dataclass(frozen=True, slots=True)
class In:
    """One line of what came in; gone: the unit or the clerk took it back, its number stays."""

    number: int
    at: datetime
    unit: str
    document: str
    dated_on: date | None
    kind: str
    subject: str
    signatory: str
    recipient: str
    channel: str
    submission_id: int | None

    @property
    def gone(self) -> bool:
        """Whether the submission was taken back."""
        return self.submission_id is None


@dataclass(frozen=True, slots=True)
class Out:
    """One line of what went out; kind: the dispatch's own, or "letter" for one that follows it up. author, came_at: for the register of who got it."""

    number: str
    dated_on: date
    kind: str
    subject: str
    signatory: str
    recipients: str
    note: str
    path: str
    author: str = ""
    came_at: datetime | None = None


@dataclass(frozen=True)
class Page(Generic[Line]):
    """Lines, newest first; before: the cursor of the next page, empty at the end; years and kinds that can be chosen; cut: a whole year has more."""

    lines: list[Line]
    before: str
    year: int
    years: list[int]
    kinds: list[str]
    cut: bool = False


def incoming(actor: Actor, year: int | None, unit_id: int | None, kind: str, before: str = "", whole: int = 0) -> Page[In]:
    """What came in during a year (the last by default), newest first; whole: so many of the year in order, from its first.

    For a unit's own people it is what their unit sent, whatever unit_id says. Raises Forbidden.
    """
    unit_id, span = _scope(actor, unit_id), select(func.min(Arrival.year), func.max(Arrival.year))
    years = _span(span if actor.sees_all_units else span.where(Arrival.unit_id == unit_id))
    chosen = year if year in years else years[0]
    wanted = _arrivals().where(Arrival.year == chosen)
    if unit_id:
        wanted = wanted.where(Arrival.unit_id == unit_id)
    if kind in IN_KINDS:
        wanted = wanted.where(Arrival.kind == kind)
    if before.isdecimal() and len(before) < 10:
        wanted = wanted.where(Arrival.number < int(before))
    shown = whole or PAGE
    rows = db.session.execute(wanted.order_by(Arrival.number if whole else Arrival.number.desc()).limit(shown + 1)).all()
    more, rows = len(rows) > shown, rows[:shown]
    lines = [
        In(row.number, row.arrived_at, row.unit_name, row.document or "", row.dated, row.kind, row.subject, row.signed or "", row.recipient, row.channel,
           row.submission_id)
        for row in rows
    ]
    return Page(lines, str(lines[-1].number) if more and not whole else "", chosen, years, list(IN_KINDS), more and bool(whole))


def _scope(actor: Actor, unit_id: int | None) -> int | None:
    """The unit whose lines are shown: the chosen one, or none for all of them; a unit's people see their own unit's."""
    if actor.sees_all_units:
        return unit_id
    actor.need(Right.WORK_READ)
    if actor.unit_id is None:
        raise Forbidden("forbidden", right=str(Right.UNIT_READ_ALL))
    return actor.unit_id


def _arrivals() -> Any:
    """What stands on the document is the submission's, as long as there is one: a clerk may have mended it since."""
    return select(
        Arrival.number, Arrival.arrived_at, Arrival.unit_name, func.coalesce(Submission.number, Arrival.document_number).label("document"),
        func.coalesce(Submission.dated_on, Arrival.document_date).label("dated"), Arrival.kind, Arrival.subject,
        func.coalesce(Submission.signatory, Arrival.signatory).label("signed"), Arrival.recipient, Arrival.channel, Arrival.submission_id,
    ).outerjoin(Submission, Submission.id == Arrival.submission_id)


def _span(*wanted: Any) -> list[int]:
    """Years from the last to the first of all these; this year where there is nothing yet."""
    ends = [value for one in wanted for value in db.session.execute(one).one() if value is not None]
    years = [value.year if isinstance(value, date) else value for value in ends] or [clock.today().year]
    return list(range(max(years), min(years) - 1, -1))


def outgoing(actor: Actor, year: int | None, unit_id: int | None, kind: str, before: str = "", whole: int = 0) -> Page[Out]:
    """Dispatches and follow-up letters that went out in a year, newest first; whole: so many of the year in order, from its first.

    For a unit's own people it is what their unit received, whatever unit_id says. Raises Forbidden.
    """
    unit_id, span = _scope(actor, unit_id), select(func.min(Dispatch.issued_on), func.max(Dispatch.issued_on)).where(Dispatch.state.in_(ISSUED))
    letters = select(func.min(Letter.dated_on), func.max(Letter.dated_on)).where(Letter.state == "issued")
    if not actor.sees_all_units:
        span = span.join(DispatchRecipient, and_(DispatchRecipient.dispatch_id == Dispatch.id, DispatchRecipient.unit_id == unit_id))
        letters = letters.join(LetterUnit, and_(LetterUnit.letter_id == Letter.id, LetterUnit.unit_id == unit_id))
    years = _span(span, letters)
    chosen = year if year in years else years[0]
    kinds = sorted(filter(None, db.session.scalars(_dispatches(chosen, unit_id).with_only_columns(Dispatch.kind).distinct())))
    rows = []
    if kind != LETTER:
        rows += _rows(_dispatches(chosen, unit_id, kind if kind in kinds else ""), Dispatch.issued_on, Dispatch.id, 1, before, whole)
    if kind not in kinds:
        rows += _rows(_letters(chosen, unit_id), Letter.dated_on, Letter.id, 0, before, whole)
    rows.sort(key=lambda row: (row.on, row.rank, row.id), reverse=not whole)
    more, rows = len(rows) > (whole or PAGE), rows[: whole or PAGE]
    cursor = f"{rows[-1].on.isoformat()}.{rows[-1].rank}.{rows[-1].id}" if more and not whole else ""
    return Page(_outs(rows), cursor, chosen, years, [*kinds, LETTER], more and bool(whole))


def _dispatches(year: int, unit_id: int | None, kind: str = "") -> Any:
    wanted = select(
        Dispatch.id, literal(1).label("rank"), Dispatch.number, Dispatch.issued_on.label("on"), Dispatch.kind, Dispatch.subject,
        Dispatch.signatory_name.label("signed"), Dispatch.state, Dispatch.id.label("dispatch_id"), Dispatch.issuer.label("author"), Dispatch.issued_at,
    ).where(Dispatch.state.in_(ISSUED), Dispatch.issued_on.between(date(year, 1, 1), date(year, 12, 31)))
    if unit_id:
        wanted = wanted.join(DispatchRecipient, and_(DispatchRecipient.dispatch_id == Dispatch.id, DispatchRecipient.unit_id == unit_id))
    return wanted.where(Dispatch.kind == kind) if kind else wanted


def _letters(year: int, unit_id: int | None) -> Any:
    wanted = select(
        Letter.id, literal(0).label("rank"), Letter.number, Letter.dated_on.label("on"), literal(LETTER).label("kind"), Letter.subject,
        Letter.signer_name.label("signed"), Letter.state, Letter.dispatch_id, literal("").label("author"), Letter.issued_at,
    ).where(Letter.state == "issued", Letter.dated_on.between(date(year, 1, 1), date(year, 12, 31)))
    return wanted.join(LetterUnit, and_(LetterUnit.letter_id == Letter.id, LetterUnit.unit_id == unit_id)) if unit_id else wanted


def _rows(wanted: Any, day: Any, key: Any, rank: int, before: str, whole: int) -> list[Any]:
    """One stream of the two, after the cursor (day, rank, id) of both, and one more than is shown."""
    if (cursor := _cursor(before)) is not None:
        at, its, last = cursor
        beside = day <= at if rank < its else day < at
        wanted = wanted.where(tuple_(day, key) < tuple_(at, last) if rank == its else beside)
    order = (day, key) if whole else (day.desc(), key.desc())
    return list(db.session.execute(wanted.order_by(*order).limit((whole or PAGE) + 1)))


def _cursor(before: str) -> tuple[date, int, int] | None:
    try:
        day, rank, key = before.split(".")
        return date.fromisoformat(day), int(rank), min(int(key), 2**31 - 1)
    except ValueError:
        return None


def _outs(rows: list[Any]) -> list[Out]:
    sent = _recipients(DispatchRecipient.dispatch_id, DispatchRecipient.unit_id, [row.id for row in rows if row.rank])
    told = _recipients(LetterUnit.letter_id, LetterUnit.unit_id, [row.id for row in rows if not row.rank])
    return [
        Out(
            row.number or "", row.on, row.kind or "", row.subject, row.signed or "", (sent if row.rank else told).get(row.id, ""),
            tr("đã thu hồi") if row.state == "withdrawn" else "", f"/dispatches/{row.id}" if row.rank else f"/letters/{row.id}",
            row.author or "", row.issued_at,
        )
        for row in rows
    ]


def _recipients(of: Any, unit_id: Any, ids: list[int]) -> dict[int, str]:
    """Who got each: named where they are few, else how many."""
    if not ids:
        return {}
    counts = {row[0]: row[1] for row in db.session.execute(select(of, func.count()).where(of.in_(ids)).group_by(of))}
    few = [key for key, n in counts.items() if n <= NAMED]
    names: dict[int, list[str]] = {}
    for key, name in db.session.execute(select(of, Unit.short_name).join(Unit, Unit.id == unit_id).where(of.in_(few)).order_by(of, Unit.id)):
        names.setdefault(key, []).append(name)
    return {key: ", ".join(names[key]) if key in names else tr("{n} đơn vị", n=n) for key, n in counts.items()}
