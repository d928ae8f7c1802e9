"""After the cut-off (chốt số liệu): a unit asks to correct with a reason, the province grants or not, or corrects itself; before and after stay on record."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.figure_assembly import Given
from tracker.domain.indicators import COLUMN_WORDS, Column
from tracker.domain.wording import tr
from tracker.models.figures import FigureChange, FigureRequest
from tracker.models.units import Unit
from tracker.services import addressees, figure_place, figure_sheets, figure_writing, history, links, outbox
from tracker.services.addressees import Addressee
from tracker.services.figure_place import Place
from tracker.services.figure_writing import Typed

LONGEST_REASON = 1000
#: How many requests wait for the province, for its menu.
WAITING = select(func.count(FigureRequest.id)).where(FigureRequest.state == "asked").scalar_subquery()


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of a request or a correction in words."""

    name: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Asked:
    """A request to correct, for the page."""

    id: int
    unit_id: int
    unit: str
    state: str
    reason: str
    by: str
    at: datetime
    answer: str
    decided_by: str
    decided_at: datetime | None
    lines: list[Line]


def ask(actor: Actor, period_id: int, token: str, reason: str) -> FigureRequest:
    """Asks the province to take over what this opened page saved last, in place of what was handed in.

    Raises NotFound, Forbidden, BadInput("correction.reason", "correction.same", "correction.unread"), Conflict("sheet.closed", "sheet.stale",
    "correction.early" before the cut-off, "correction.waiting").
    """
    place = figure_place.to_type(actor, period_id)
    if place.commune:
        raise NotFound()
    if not place.locked:
        raise Conflict("correction.early")
    sheet = figure_place.locked_sheet(actor, place)
    if sheet.editor != token:
        raise Conflict("sheet.stale")
    reason = _reason(reason)
    if db.session.scalar(select(FigureRequest.id).where(*_waiting(place)).limit(1)) is not None:
        raise Conflict("correction.waiting")
    given = figure_writing.known(place)
    seen = figure_sheets.look(place, sheet, given)
    cells = _changed(place, given, seen.typed)
    row = FigureRequest(
        period_id=place.period.id, unit_id=place.unit.id, cells={name: None if amount is None else f"{amount:f}" for name, amount in cells.items()},
        reason=reason, asked_by_id=actor.id, asked_by_name=actor.name, asked_at=clock.now(),
    )
    db.session.add(row)
    sheet.draft, sheet.version = None, sheet.version + 1
    _record(actor, "figures.ask", place, reason, len(cells))
    db.session.flush()
    return row


def _waiting(place: Place) -> tuple[Any, ...]:
    return FigureRequest.period_id == place.period.id, FigureRequest.unit_id == place.unit.id, FigureRequest.state == "asked"


def _reason(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_REASON:
        raise BadInput("correction.reason", field="reason", limit=LONGEST_REASON)
    return text


def _changed(place: Place, given: Given, typed: Typed) -> dict[str, Decimal | None]:
    if typed.errors:
        raise BadInput("correction.unread")
    period = figure_writing.period_in(given, place)
    found = {
        figure_writing.name_of(one.id, column): values[one.code]
        for column, values in typed.amounts.items() for one in given.indicators
        if one.code in values and values[one.code] != given.typed(period, place.unit.id, column).get(one.code)
    }
    if not found:
        raise BadInput("correction.same")
    return found


def waiting(period_id: int) -> list[FigureRequest]:
    """The requests of a period that wait for an answer."""
    wanted = select(FigureRequest).where(FigureRequest.period_id == period_id, FigureRequest.state == "asked")
    return list(db.session.scalars(wanted.order_by(FigureRequest.id)))


def withdraw(actor: Actor, request_id: int) -> FigureRequest:
    """The unit takes its request back. Raises NotFound, Forbidden, Conflict("correction.decided")."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    row = _locked(request_id)
    if row.unit_id != actor.unit_id:
        raise NotFound()
    _decide(actor, row, "withdrawn", "")
    return row


def decide(actor: Actor, request_id: int, grant: bool, answer: str) -> FigureRequest:
    """Grants a request, which writes the correction, or refuses it with a word. Raises Forbidden, NotFound, BadInput("correction.answer"),
    Conflict("correction.decided")."""
    actor.need(Right.REQUEST_DECIDE)
    row, answer = _locked(request_id), answer.strip()
    if len(answer) > LONGEST_REASON or not (grant or answer):
        raise BadInput("correction.answer", field="answer", limit=LONGEST_REASON)
    _decide(actor, row, "granted" if grant else "refused", answer)
    place = figure_place.find(actor, row.period_id, row.unit_id)
    if grant:
        given = figure_writing.known(place)
        asker = (row.asked_by_id, row.asked_by_name)
        figure_writing.write(actor, place, given, _amounts(given, row.cells), kind="correction", reason=row.reason, request_id=row.id, by=asker)
        if (place.period.id, place.unit.id) not in given.handed_in:
            figure_writing.note_hand_in(Actor(row.asked_by_id, row.asked_by_name, actor.role, row.unit_id), place)
    _record(actor, "figures.grant" if grant else "figures.refuse", place, answer or row.reason, len(row.cells))
    _tell(actor, place, grant, answer)
    return row


def _tell(actor: Actor, place: Place, granted: bool, answer: str) -> None:
    """One mail to each officer of the unit, else to its duty mailbox."""
    unit, number = place.unit, place.dispatch.number or tr("chưa có số")
    people = [one for one in addressees.of_units([unit.id])[unit.id] if not one.leader] or [Addressee(f"u{unit.id}", unit.id, unit.name, "", unit.name)]
    for who in people:
        outbox.queue(
            "figures_decided", address=who.address, name=who.name, person_id=who.person_id, unit_id=unit.id, dispatch_id=place.dispatch.id,
            context={"number": number, "title": place.form.title, "period": place.words, "unit_name": unit.name, "by_name": actor.name, "granted": granted,
                     "answer": answer, "url": links.absolute("figures", id=place.period.id)},
        )


def _locked(request_id: int) -> FigureRequest:
    row = db.session.get(FigureRequest, request_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


def _decide(actor: Actor, row: FigureRequest, state: str, answer: str) -> None:
    if row.state != "asked":
        raise Conflict("correction.decided")
    row.state, row.answer, row.decided_by_id, row.decided_by_name, row.decided_at = state, answer, actor.id, actor.name, clock.now()


def _amounts(given: Given, cells: Mapping[str, str | None]) -> dict[Column, dict[str, Decimal | None]]:
    codes = {str(one.id): one.code for one in given.indicators}
    found: dict[Column, dict[str, Decimal | None]] = {}
    for name, text in cells.items():
        id, _, column = name.partition(".")
        if id in codes:
            found.setdefault(Column(column), {})[codes[id]] = None if text is None else Decimal(text)
    return found


def correct(actor: Actor, period_id: int, unit_id: int, cells: Mapping[str, str], reason: str) -> int:
    """The province corrects a unit's figures itself; gives how many cells changed. Raises Forbidden, NotFound,
    BadInput("correction.reason", "correction.same", "correction.unread"), Conflict("correction.early") for a unit that can still hand in anew."""
    actor.need(Right.DISPATCH_ISSUE)
    place = figure_place.find(actor, period_id, unit_id)
    if place.commune:
        raise NotFound()
    if not place.locked:
        raise Conflict("correction.early")
    reason, given = _reason(reason), figure_writing.known(place)
    figure_place.locked_sheet(actor, place)
    fields = figure_writing.editable(given, figure_writing.period_in(given, place), place.unit.id)
    wanted = _changed(place, given, figure_writing.typed({**figure_sheets.texts(given, place, None)["cells"], **cells}, fields))
    amounts = _amounts(given, {name: None if amount is None else f"{amount:f}" for name, amount in wanted.items()})
    made: list[FigureChange] = figure_writing.write(actor, place, given, amounts, kind="correction", reason=reason)
    if (place.period.id, place.unit.id) not in given.handed_in:
        figure_writing.note_hand_in(actor, place)
    _record(actor, "figures.correct", place, reason, len(made))
    return len(made)


def _record(actor: Actor, kind: str, place: Place, reason: str, count: int) -> None:
    history.record(
        actor, kind, dispatch_id=place.dispatch.id, unit_id=place.unit.id, title=place.form.title, period=place.words, unit=place.unit.name, reason=reason,
        count=count,
    )


def of_period(period_id: int, given: Given, unit_id: int | None = None) -> list[Asked]:
    """The requests of a period, those that wait first; unit_id: one unit's. The figures before are those that stand now for what waits."""
    wanted = select(FigureRequest, Unit.name).join(Unit, Unit.id == FigureRequest.unit_id).where(FigureRequest.period_id == period_id)
    if unit_id is not None:
        wanted = wanted.where(FigureRequest.unit_id == unit_id)
    rows = db.session.execute(wanted.order_by(FigureRequest.decided_at.is_not(None), FigureRequest.id.desc()).limit(200)).all()
    return [_asked(row, name, given) for row, name in rows]


def _asked(row: FigureRequest, unit: str, given: Given) -> Asked:
    by_id = {str(one.id): one for one in given.indicators}
    period = next(period for period in given.periods if period.id == row.period_id)
    lines = []
    for name, text in row.cells.items():
        id, _, column = name.partition(".")
        if (one := by_id.get(id)) is not None:
            before = given.typed(period, row.unit_id, column).get(one.code)
            lines.append(Line(one.name, COLUMN_WORDS[Column(column)], one.shown(before) or tr("trống"), one.shown(Decimal(text)) if text else tr("trống")))
    return Asked(
        row.id, row.unit_id, unit, row.state, row.reason, row.asked_by_name, row.asked_at, row.answer, row.decided_by_name, row.decided_at, lines,
    )
