"""The reminder plan of a day: who is told of what at which step, once, in one digest mail for each person.

Level-triggered: whatever stands at a step of its ladder and is not in the ledger is told. The ledger's unique key (assignment, recipient,
step, deadline version, sequence) and the mail's key (recipient, day) make a second plan of the day, or two at once, say nothing twice.
"""
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, PendingRollbackError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.adapters import jobs
from tracker.db import db
from tracker.domain.policies import LISTED, Rank
from tracker.models.mails import Mail, ReminderPlan
from tracker.services import addressees, agenda, digests, figure_due, figure_nudges, heartbeats, ledger, mail_links, office_hours, outbox, tally
from tracker.services.addressees import Addressee
from tracker.services.agenda import Agenda
from tracker.services.calendar import working_calendar
from tracker.services.figure_due import Owed
from tracker.services.ledger import Key

log = logging.getLogger(__name__)
Opener = Callable[[], AbstractContextManager[Session]]

PLAN = "plan"
#: Recipients of one commit: so many that the commits cost little, so few that other writers wait for moments only.
BATCH = 25


@dataclass(frozen=True)
class Digest:
    """One mail of the plan: to whom, and of what (the lines that stand in it, and how many in all)."""

    addressee: Addressee
    subject: str
    lines: list[Any]
    total: int


@dataclass
class Plan:
    """What a plan did, or in a dry run would do. no_address: units that owe something and cannot be written to.

    unmanned: who is away with nobody to stand in, by name and unit; policies: the name of each ladder's policy.
    """

    day: date
    working: bool
    digests: list[Digest] = field(default_factory=list)
    no_address: list[int] = field(default_factory=list)
    failed: int = 0
    unmanned: list[str] = field(default_factory=list)
    policies: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, Any]:
        """As kept in the plan's row."""
        units = {digest.addressee.unit_id for digest in self.digests if not digest.addressee.of_province}
        told = sum(digest.total for digest in self.digests)
        return {"mails": len(self.digests), "reminders": told, "units": len(units), "no_address": self.no_address, "failed": self.failed}


class _Undone(Exception):
    """Takes one recipient's part back: nothing is new for them, or they have their mail of the day."""


def day_to_plan(moment: datetime | None = None) -> date | None:
    """Today, when it is a working day within office hours and its plan is not made; None otherwise."""
    local = clock.local(moment or clock.now())
    return local.date() if office_hours.is_open(local) and comes_later(local.date(), local) else None


def comes_later(day: date, moment: datetime | None = None) -> bool:
    """Whether the plan of a day is still to come: everybody then gets one digest, with what is hoả tốc in it."""
    if office_hours.opens_at(moment).date() != day:
        return False
    return db.session.scalar(select(ReminderPlan.day).where(ReminderPlan.day == day)) is None


def plan(transaction: Opener, day: date, dry_run: bool = False) -> Plan:
    """Plans a day: a savepoint for each recipient, so that one that fails takes nothing from the others, and a commit for a few of them.

    A crash half-way leaves no plan row: the next ask goes on where it stopped. A dry run only reads. On a day off nothing is planned but
    what is marked hoả tốc. Raises the error of the last recipient where not one could be planned.
    """
    made = Plan(day, working_calendar(day).is_working(day))
    if not made.working:
        return plan_flash(transaction, day, dry_run)
    wanted, people = prepare(made)
    _run(transaction, made, wanted, people, dry_run)
    if not dry_run:
        with transaction():
            for rank in LISTED:
                ledger.record_dropped(wanted, Key(str(rank), rank), None)
                ledger.record(wanted, Key(str(rank), rank), None, None)
            _note(made)
    return made


def plan_flash(transaction: Opener, day: date | None = None, dry_run: bool = False) -> Plan:
    """Tells what is marked hoả tốc and not told yet in a mail of its own, whatever the day and the hour; at most one a person a day.

    Today (by default) it leaves to the day's own plan what that is still to tell: before office hours of a working day nothing goes.
    """
    day = day or clock.today()
    made = Plan(day, working_calendar(day).is_working(day))
    wanted = None if comes_later(day) else agenda.of_flash(day)
    if wanted:
        made.policies = wanted.policies
        units = addressees.of_units(ledger.units_owing_flash(wanted), day)
        people = [who for group in units.values() for who in group if digests.told(who, wanted).total]
        _run(transaction, made, wanted, people, dry_run)
    return made


def prepare(made: Plan) -> tuple[Agenda, list[Addressee]]:
    """What a day's plan goes by and everybody who may have to be told; notes the units for which nobody can be written to."""
    wanted = agenda.of(made.day)
    units = sorted({*ledger.units_owing(wanted), *figure_due.owing(made.day + figure_nudges.AHEAD)})
    found = addressees.with_unmanned(units, made.day)
    everybody = {unit: people for unit, (people, _) in found.items()}
    made.unmanned, made.policies = [name for _, unmanned in found.values() for name in unmanned.names], wanted.policies
    made.no_address = [unit for unit in units if all(one.leader for one in everybody[unit]) and ledger.owes(wanted, unit)]
    leaders = addressees.of_province(made.day) if Rank.PROVINCE_LEADER in wanted.steps else []
    return wanted, [one for unit in units for one in everybody[unit]] + leaders


def dedupe_key(who: Addressee, wanted: Agenda) -> str:
    """One digest a person a day, and one mail of what is hoả tốc."""
    return f"{'flash' if wanted.flash else 'digest'}:{who.key}:{wanted.day}"


def written_to(people: Sequence[Addressee], wanted: Agenda) -> set[str]:
    """Those of the people (by key) who have their mail of the day already."""
    keys = {dedupe_key(who, wanted): who.key for who in people}
    return {keys[key] for key in db.session.scalars(select(Mail.dedupe_key).where(Mail.dedupe_key.in_(keys))) if key}


def preview(who: Addressee, wanted: Agenda, standing: str = "", owed: Sequence[Owed] = ()) -> Digest | None:
    """The mail that somebody would get, None where there is nothing to tell them. Only reads. owed: the forms that their unit owes."""
    said = digests.told(who, wanted)
    if not said.total and not figure_nudges.fresh(who, owed, wanted.day):
        return None
    context = {**digests.digest_context(who, said, wanted.day, standing), **figure_nudges.line(who, owed, said.total)}
    words = outbox.worded(digests.kind_of(who, wanted.flash), address=who.address, name=who.name, context=context)
    return Digest(who, words["subject"], said.rows, said.total)


def _run(transaction: Opener, made: Plan, wanted: Agenda, people: list[Addressee], dry_run: bool) -> None:
    standing = digests.standings(made.day)
    owed = {} if wanted.flash else figure_nudges.standing({who.unit_id for who in people}, made.day)
    if not dry_run:
        return _plan_all(transaction, made, wanted, people, standing, owed)
    already = written_to(people, wanted)
    found = (preview(who, wanted, standing.get(who.unit_id, ""), owed.get(who.unit_id, [])) for who in people if who.key not in already)
    made.digests = [digest for digest in found if digest]


def _note(made: Plan) -> None:
    """Notes that the day is planned, and tidies up once a day; of two planners the one that told more counts, for the other found it told."""
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    row = {"day": made.day, "made_at": clock.now(), "counts": made.counts}
    new = db.session.scalar(insert(ReminderPlan).values(row).on_conflict_do_nothing().returning(ReminderPlan.day))
    if new is None and made.digests:
        db.session.execute(update(ReminderPlan).where(ReminderPlan.day == made.day).values(row))
    heartbeats.beat(PLAN)
    tally.tidy()


def _plan_all(
    transaction: Opener, made: Plan, wanted: Agenda, people: list[Addressee], standing: dict[int, str], owed: dict[int, list[Owed]],
) -> None:
    problem: Exception | None = None
    for start in range(0, len(people), BATCH):
        digests_made: list[Digest] = []
        with transaction() as session:
            for who in people[start : start + BATCH]:
                try:
                    with session.begin_nested():
                        _drop(who, wanted)
                    with session.begin_nested():
                        digests_made.append(_tell(who, wanted, standing.get(who.unit_id, ""), owed.get(who.unit_id, [])))
                except _Undone:
                    continue
                except (OperationalError, PendingRollbackError):  # the database is away: this batch is over, the next ask goes on
                    raise
                except Exception as error:  # one bad row never stops the rest
                    log.exception("the reminders of %s on %s could not be planned", who.key, made.day)
                    made.failed, problem = made.failed + 1, error
            if digests_made:
                # One order for them all: a worker sends them over one connection, and asks for each whether it is due but once.
                jobs.enqueue("mail.sweep")
        made.digests += digests_made
    if problem is not None and made.failed == len(people):
        raise problem


def _drop(who: Addressee, wanted: Agenda) -> None:
    """Writes the steps down that a clerk dropped, so that they are not told tomorrow."""
    for key in who.keys:
        ledger.record_dropped(wanted, key, digests.unit_of(who))


def _tell(who: Addressee, wanted: Agenda, standing: str, owed: list[Owed]) -> Digest:
    """Writes the ledger and the digest of one recipient. Raises _Undone where there is nothing new or the mail of the day exists."""
    kind = digests.kind_of(who, wanted.flash)
    # The row comes first: its key stops a second planner, and the ledger can name it at once.
    reserved = _reserved(kind, who, wanted)
    mail_id = db.session.scalar(outbox.insert_new().values(reserved).returning(Mail.id))
    if mail_id is None:
        raise _Undone
    for key in who.keys:
        ledger.record(wanted, key, digests.unit_of(who), mail_id)
    said = digests.told(who, wanted, mail_id)
    if not said.total and not figure_nudges.fresh(who, owed, wanted.day):
        raise _Undone
    offers = digests.offers(who, said)
    context = {**digests.digest_context(who, said, wanted.day, standing), **figure_nudges.line(who, owed, said.total), "offers": offers}
    figure_nudges.note(who, owed, wanted.day, mail_id)
    values = outbox.worded(kind, address=who.address, name=who.name, context=context)
    db.session.execute(update(Mail).where(Mail.id == mail_id).values(values))
    mail_links.keep([(reserved["message_id"], offers)])
    return Digest(who, values["subject"], said.rows, said.total)


def _reserved(kind: str, who: Addressee, wanted: Agenda) -> dict[str, Any]:
    return outbox.bare(kind, person_id=who.person_id, unit_id=who.unit_id, dedupe_key=dedupe_key(who, wanted))
