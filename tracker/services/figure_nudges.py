"""Nhắc nộp biểu: a word by hand to units that have not handed in, and the line of the digest that tells of forms due or late."""
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.figure_assembly import period_words
from tracker.domain.wording import tr
from tracker.models.figures import FigureReminder
from tracker.models.mails import Mail
from tracker.services import addressees, figure_due, figure_table, history, links, outbox
from tracker.services.addressees import Addressee
from tracker.services.figure_due import Owed

KIND, LONGEST, PAUSE = "figures", 1000, timedelta(minutes=1)
#: A digest goes for a form's sake on these days: once so many days before it is due, once when it is late, once when it is late by a week.
SOON, VERY_LATE = 3, 7
AHEAD = timedelta(days=SOON)


def nudge(actor: Actor, period_id: int, unit_ids: Collection[int], message: str = "") -> tuple[int, list[str]]:
    """Queues one mail to each of these units' officers, else the duty mailbox, if it has not handed in; gives how many units were written to, and by
    name those without an address.

    Raises Forbidden, NotFound, BadInput("form.no_unit", "nudge.long"), Conflict("dispatch.state", "form.closed"), Conflict("form.nudged") within a minute.
    """
    actor.need(Right.REMINDER_SEND)
    found = figure_table.table(actor, period_id)
    if found.dispatch.state != "issued":
        raise Conflict("dispatch.state")
    if found.form.closed_at is not None:
        raise Conflict("form.closed")
    wanted = {unit.unit_id: unit.name for unit in found.figures.missing if unit.unit_id in set(unit_ids)}
    if not wanted:
        raise BadInput("form.no_unit")
    if len(message) > LONGEST:
        raise BadInput("nudge.long", limit=LONGEST)
    recent = select(Mail.id).where(Mail.kind == KIND, Mail.dispatch_id == found.dispatch.id, Mail.unit_id.in_(wanted), Mail.created_at > clock.now() - PAUSE)
    if db.session.scalar(recent.limit(1)) is not None:
        raise Conflict("form.nudged")
    people, no_address, told = addressees.of_units(wanted), [], 0
    for unit_id, name in wanted.items():
        to = [one for one in people[unit_id] if not one.leader] or [Addressee(f"u{unit_id}", unit_id, name, "", name)]
        states = [_tell(actor, found, one, message.strip()) for one in to]
        told += "queued" in states
        no_address += [] if "queued" in states else [name]
    words = period_words(found.period.key)
    history.record(actor, "figures.nudge", dispatch_id=found.dispatch.id, title=found.form.title, period=words, count=told, reason=message)
    return told, no_address


def _tell(actor: Actor, found: figure_table.Table, who: Addressee, message: str) -> str:
    late = (clock.today() - found.period.due_on).days
    return outbox.queue(
        KIND, address=who.address, name=who.name, person_id=who.person_id, unit_id=who.unit_id, dispatch_id=found.dispatch.id,
        context={
            "number": found.dispatch.number or tr("chưa có số"), "title": found.form.title, "period": period_words(found.period.key),
            "unit_name": who.unit_name,
            "message": message, "by_name": actor.name, "due": f"{found.period.due_on:%d/%m/%Y}", "late": max(0, late),
            "cut_off": f"{found.period.cut_off_on:%d/%m/%Y}", "url": links.absolute("figures", id=found.period.id),
        },
    ).state


def step(owed: Owed, today: date) -> str:
    """At which step a form stands: soon, late, very_late; empty while there is time."""
    left = (owed.due_on - today).days
    return "very_late" if left <= -VERY_LATE else "late" if left < 0 else "soon" if left <= SOON else ""


def standing(unit_ids: Collection[int], today: date) -> dict[int, list[Owed]]:
    """The forms of units that stand at a step today, by unit."""
    found: dict[int, list[Owed]] = defaultdict(list)
    for owed in figure_due.of_units(unit_ids, today + AHEAD):
        found[owed.unit_id].append(owed)
    return found


def _officer(who: Addressee) -> bool:
    """Forms are told to who fills them in: no leader, nobody of the province."""
    return not who.leader and not who.of_province


def fresh(who: Addressee, owed: Sequence[Owed], today: date) -> list[Owed]:
    """Those of a unit's forms whose step this recipient has not been told of."""
    if not owed or not _officer(who):
        return []
    rows = db.session.execute(
        select(FigureReminder.period_id, FigureReminder.step).where(
            FigureReminder.period_id.in_([one.period_id for one in owed]), FigureReminder.unit_id == who.unit_id, FigureReminder.recipient == who.key))
    told = {(row.period_id, row.step) for row in rows}
    return [one for one in owed if (one.period_id, step(one, today)) not in told]


def line(who: Addressee, owed: Sequence[Owed], tasks: int) -> dict[str, str]:
    """What a digest says of the forms that are due or late: one sentence; where no task stands beside, the heading too."""
    if not owed or not _officer(who):
        return {}
    said = {"figures": figure_due.summary(owed)}
    return said if tasks else said | {"summary": tr("{owed} biểu số liệu chưa nộp", owed=len(owed))}


def note(who: Addressee, owed: Sequence[Owed], today: date, mail_id: int) -> None:
    """Writes down that a digest told somebody of these forms."""
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    common = {"recipient": who.key, "on_day": today, "mail_id": mail_id}
    rows = [{**common, "period_id": one.period_id, "unit_id": one.unit_id, "step": step(one, today)} for one in owed]
    if rows and _officer(who):
        db.session.execute(insert(FigureReminder).values(rows).on_conflict_do_nothing())
