"""The reminder plan of a day: who is told of what at which step, once, in one digest mail for each person.

Level-triggered: whatever stands at a step of the ladder and is not in the ledger is told. The ledger's unique key (assignment, recipient,
step, deadline version, sequence) and the mail's key (recipient, day) make a second plan of the day, or two at once, say nothing twice.
"""
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import db
from tracker.domain.deadlines import step_on
from tracker.domain.status import OWED
from tracker.models.assignments import Assignment, Tally
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.services import addressees, heartbeats, ledger, links, mail_lines, outbox, tally
from tracker.services.addressees import Addressee
from tracker.services.calendar import working_calendar

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

FROM_TIME = time(7, 30)
#: Five working days never span more calendar days than this, Tết included.
HORIZON = timedelta(days=30)
PLAN = "plan"
#: Recipients of one commit: so many that the commits cost little, so few that other writers wait for moments only.
BATCH = 25


@dataclass(frozen=True)
class Digest:
    """One mail of the plan: to whom, and of what (the lines that stand in it, and how many more)."""

    addressee: Addressee
    subject: str
    lines: list[Any]
    total: int


@dataclass
class Plan:
    """What a plan did, or in a dry run would do. no_address: units that owe something and cannot be written to."""

    day: date
    working: bool
    digests: list[Digest] = field(default_factory=list)
    no_address: list[int] = field(default_factory=list)
    failed: int = 0

    @property
    def counts(self) -> dict[str, Any]:
        """As kept in the plan's row."""
        units = {digest.addressee.unit_id for digest in self.digests}
        told = sum(digest.total for digest in self.digests)
        return {"mails": len(self.digests), "reminders": told, "units": len(units), "no_address": self.no_address, "failed": self.failed}


class _Undone(Exception):
    """Takes one recipient's part back: nothing is new for them, they have their mail of the day, or it is a dry run."""


def day_to_plan(moment: datetime | None = None) -> date | None:
    """Today, when it is a working day, 07:30 has passed and its plan is not made; None otherwise."""
    local = clock.local(moment or clock.now())
    if local.time() < FROM_TIME or not working_calendar(local.date()).is_working(local.date()):
        return None
    made = db.session.scalar(select(ReminderPlan.day).where(ReminderPlan.day == local.date()))
    return None if made else local.date()


def plan(transaction: Opener, day: date, dry_run: bool = False) -> Plan:
    """Plans a day: a savepoint for each recipient, so that one that fails takes nothing from the others, and a commit for a few of them.

    A crash half-way leaves no plan row: the next ask goes on where it stopped. A dry run does the same and takes each part back.
    Raises the error of the last recipient where not one could be planned.
    """
    steps = due_steps(day)
    made = Plan(day, working_calendar(day).is_working(day))
    if made.working:
        with transaction():
            units = ledger.units_owing([step["chase_on"] for step in steps])
            everybody, standing = addressees.of_units(units), standings(day)
        made.no_address = [unit for unit in units if all(one.leader for one in everybody[unit])]
        _plan_all(transaction, made, steps, [one for unit in units for one in everybody[unit]], standing, dry_run)
    if made.working and not dry_run:
        with transaction():
            _note(made)
    return made


def _note(made: Plan) -> None:
    """Notes that the day is planned, and tidies up once a day; of two planners the one that told more counts, for the other found it told."""
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    row = {"day": made.day, "made_at": clock.now(), "counts": made.counts}
    new = db.session.scalar(insert(ReminderPlan).values(row).on_conflict_do_nothing().returning(ReminderPlan.day))
    if new is None and made.digests:
        db.session.execute(update(ReminderPlan).where(ReminderPlan.day == made.day).values(row))
    heartbeats.beat(PLAN)
    tally.tidy()


def _plan_all(transaction: Opener, made: Plan, steps: list[dict[str, Any]], people: list[Addressee], standing: dict[int, str], dry_run: bool) -> None:
    problem: Exception | None = None
    for start in range(0, len(people), BATCH):
        digests: list[Digest] = []
        with suppress(_Undone), transaction() as session:
            for who in people[start : start + BATCH]:
                try:
                    with session.begin_nested():
                        digests.append(_tell(who, made.day, steps, standing.get(who.unit_id, "")))
                except _Undone:
                    continue
                except Exception as error:  # one bad row never stops the rest
                    log.exception("the reminders of %s on %s could not be planned", who.key, made.day)
                    made.failed, problem = made.failed + 1, error
            if dry_run:
                raise _Undone
        made.digests += digests
    if problem is not None and made.failed == len(people):
        raise problem


def due_steps(day: date) -> list[dict[str, Any]]:
    """The days on which something owed is counted and that stand at a step on this day: few, however many assignments share them."""
    calendar = working_calendar(day)
    days = db.session.scalars(select(Assignment.chase_on).distinct().where(Assignment.chase_on.is_not(None), Assignment.chase_on <= day + HORIZON))
    found = ((chase_on, step_on(chase_on, day, calendar)) for chase_on in days if chase_on)
    return [{"chase_on": chase_on.isoformat(), "step": step.key, "leader": step.copies_leader} for chase_on, step in found if step]


def _tell(who: Addressee, day: date, steps: list[dict[str, Any]], standing: str) -> Digest:
    """Writes the ledger and the digest of one recipient. Raises _Undone where there is nothing new or the mail of the day exists."""
    kind = "leader_digest" if who.leader else "digest"
    # The row comes first: its key stops a second planner, and the ledger can name it at once.
    mail_id = db.session.scalar(outbox.insert_new().values(_reserved(kind, who, day)).returning(Mail.id))
    if mail_id is None:
        raise _Undone
    ledger.record(who.unit_id, who.key, day, [step for step in steps if step["leader"] or not who.leader], mail_id)
    rows, counts = _new_in(mail_id, day)
    if not rows:
        raise _Undone
    total = counts.total()
    context = {
        "summary": mail_lines.summary(counts), "unit_name": who.unit_name, "tasks": mail_lines.lines(rows, day), "more": total - len(rows),
        "standing": standing, "url": links.absolute("home"), "today": day,
    }
    values = outbox.worded(kind, address=who.address, name=who.name, context=context)
    db.session.execute(update(Mail).where(Mail.id == mail_id).values(values))
    if values["state"] == "queued":
        outbox.wake(mail_id)
    return Digest(who, values["subject"], list(rows), total)


def _new_in(mail_id: int, day: date) -> tuple[list[Any], "Counter[str]"]:
    """What the ledger has for this mail: the most urgent rows, and how many of each kind in all."""
    columns, mine = mail_lines.owed_columns().add_columns(Reminder.step), Reminder.mail_id == mail_id
    rows = db.session.execute(columns.join(Reminder, Reminder.assignment_id == Assignment.id).where(mine).limit(mail_lines.SHOWN)).all()
    kind = mail_lines.kind_column(day).label("kind")
    counted = select(kind, func.count()).select_from(Reminder).join(Assignment, Assignment.id == Reminder.assignment_id).where(mine).group_by(kind)
    return list(rows), Counter({name: count for name, count in db.session.execute(counted)})


def _reserved(kind: str, who: Addressee, day: date) -> dict[str, Any]:
    return outbox.bare(kind, person_id=who.person_id, unit_id=who.unit_id, dedupe_key=f"{kind}:{who.key}:{day}")


def standings(day: date) -> dict[int, str]:
    """One line a unit: what it owes in all, from the running counts."""
    owed, late, waiting = Counter[int](), Counter[int](), Counter[int]()
    for unit_id, state, due_on, count in db.session.execute(select(Tally.unit_id, Tally.state, Tally.due_on, Tally.count)):
        if state in OWED:
            owed[unit_id] += count
            late[unit_id] += count if due_on < day else 0
        elif state.startswith("submitted"):
            waiting[unit_id] += count
    return {unit_id: _standing(n, late[unit_id], waiting[unit_id]) for unit_id, n in owed.items()}


def _standing(owed: int, late: int, waiting: int) -> str:
    words = f"Toàn đơn vị còn {owed} việc chưa xong, trong đó {late} việc quá hạn."
    return f"{words} {waiting} việc đang chờ tỉnh duyệt, không cần gửi lại." if waiting else words
