"""The acts of the sample's story: each is one call of a real service, at its own moment."""
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.adapters.files import Blob
from tracker.db import db
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotFound
from tracker.domain.policies import PolicyStep, Rank
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.people import Person
from tracker.models.submissions import SubmissionItem
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import (
    absences,
    answering,
    assignments,
    draft_tasks,
    evidence,
    intake,
    issuing,
    pause_work,
    pauses,
    policies,
    reminders,
    reviewing,
    sample_mail,
    sample_more,
    submissions,
)
from tracker.services.intake import Intake
from tracker.services.sample_figures import Figures
from tracker.services.sample_reports import Reports
from tracker.services.sample_requests import Requests
from tracker.services.sample_story import (
    AWAY,
    EVIDENCE,
    FINDINGS_REVIEW,
    LETTER_ON,
    POLICY,
    POLICY_STEPS,
    RESULTS,
    RETURNED,
    SHORT_SUBJECT,
    STORM,
    STORM_DAYS,
    STORM_FROM,
    STORM_REASON,
    STORY,
    TITLES,
    Days,
    Handed,
)

REMINDED = (-8, -4, -1)


@dataclass
class Prepared:
    """The sample's files on disk, ready for the transaction that makes the rows."""

    days: Days
    dispatch: Intake
    monthly: Intake
    evidence: dict[tuple[str, date], list[tuple[Blob, str]]] = field(default_factory=dict)
    draft: dict[str, tuple[Blob, str]] = field(default_factory=dict)
    mail: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class Story:
    """The acts of the story with their moments; each is one call of a real service."""

    def __init__(self, prepared: Prepared, units: dict[str, Unit]) -> None:
        self.prepared, self.days, self.units = prepared, prepared.days, units
        people = list(db.session.scalars(select(Person).where(Person.sample)))
        self.officers = {p.unit_id: _as_actor(p) for p in people if p.role == Role.OFFICER}
        self.clerk = next(_as_actor(p) for p in people if p.role == Role.CLERK)
        self.dispatch_id = self.policy_id = 0

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Every act with its moment, in no order."""
        clerk, names = self.clerk, {name: unit.id for name, unit in self.units.items()}
        monthly = sample_more.Monthly(self.prepared.monthly, self.days, clerk, self._actor, names)
        yield from monthly.acts()
        yield _at(self.days.back(LETTER_ON), 11), lambda: sample_more.letter(clerk, self.dispatch_id)
        yield _at(self.days.issued, 9), self._issue
        for n, (name, letters) in enumerate(STORY.items()):
            if set(letters) != {"n"}:
                yield _at(self.days.back(-27 + n % 3), 10, n), partial(self._acknowledge, name)
        for n, handed in enumerate(self.days.handed()):
            yield _at(handed.on, 14, n), partial(self._hand_in, handed)
            if handed.verdict_on:
                yield _at(handed.verdict_on, 16, n), partial(self._review, handed)
        for name, letters in STORY.items():
            if "d" in letters:
                yield _at(self.days.back(-1), 15), partial(self._begin, name)
        storm = self.days.back(STORM_FROM)
        yield _at(storm, 17), partial(self._storm, storm)
        yield _at(storm + timedelta(days=STORM_DAYS), 6), self._turn
        yield from Requests(self.days, self.clerk, self._actor, self._ids, []).acts()
        yield from Reports(self.days, clerk, self._actor, lambda: self.dispatch_id).acts()
        yield from Figures(self.days, clerk, self._actor, lambda: self.dispatch_id, list(STORY), lambda: monthly.dispatch_id).acts()
        yield from sample_mail.acts(self.days, self.units, self.prepared.mail, _inside)
        yield _at(self.days.back(-5), 9), self._policy
        yield _at(self.days.back(-1), 16), self._absence
        for day in sorted({self.days.back(days) for days in REMINDED}):
            yield _at(day, 8), partial(self._remind, day)

    def _actor(self, name: str) -> Actor:
        unit = self.units[name]
        return self.officers.get(unit.id) or Actor(None, f"Hội Nông dân {lower(unit.name)}", Role.OFFICER, unit.id)

    def _issue(self) -> None:
        dispatch = intake.create(self.clerk, self.prepared.dispatch)
        dispatch.sample, self.dispatch_id = True, dispatch.id
        dispatch.short_subject = SHORT_SUBJECT
        for task in draft_tasks.tasks_of(dispatch.id):
            if task.kind == "finding":
                task.review_on = self.days.back(FINDINGS_REVIEW)
                continue
            task.title, task.evidence = TITLES[task.position - 1], EVIDENCE[task.position]
            task.due_on, task.review_on = self.days.due(task.position), self.days.review(task.position)
            task.precision, task.why = ("day", "chuyên viên ghi") if task.due_on else ("none", "")
        db.session.flush()
        issuing.issue(self.clerk, dispatch.id, dispatch.version)

    def _acknowledge(self, name: str) -> None:
        assignments.acknowledge_all(self._actor(name), self.dispatch_id)

    def _hand_in(self, handed: Handed) -> None:
        actor = self._actor(handed.unit)
        answers = self._answers(actor, handed.tasks, handed.on, self.prepared.evidence[handed.unit, handed.on])
        submissions.submit(actor, self.dispatch_id, answers.token, confirmed=True)

    def _begin(self, name: str) -> None:
        positions = tuple(n for n, letter in enumerate(STORY[name], 1) if letter == "d")
        self._answers(self._actor(name), positions, self.days.back(-1), [self.prepared.draft[name]])

    def _answers(self, actor: Actor, positions: tuple[int, ...], on: date, uploads: list[tuple[Blob, str]]) -> answering.Answers:
        ids = self._ids(actor, positions)
        answering.attach(actor, self.dispatch_id, uploads, ids)
        draft = answering.draft_of(actor, self.dispatch_id)
        if draft is None:
            raise NotFound()
        files = evidence.of([draft.id])
        answers = answering.Answers(
            token=secrets.token_hex(8), version=draft.version, number=uploads[0][1].removesuffix(".pdf").replace("-CV-", "-CV/"), dated_on=on,
            signatory=signatory(str(actor.unit_id)), results=dict(zip(ids, (RESULTS[n] for n in positions), strict=True)),
            chosen=frozenset(ids), kinds={row.id: row.kind for row in files}, ticks={row.id: frozenset(ids) for row in files},
        )
        answering.save(actor, self.dispatch_id, answers)
        db.session.flush()
        return answers

    def _ids(self, actor: Actor, positions: tuple[int, ...]) -> list[int]:
        wanted = (
            select(Assignment.id).join(Task, Task.id == Assignment.task_id)
            .where(Assignment.dispatch_id == self.dispatch_id, Assignment.unit_id == actor.unit_id, Task.kind == "task", Task.position.in_(positions))
            .order_by(Task.position)
        )
        return list(db.session.scalars(wanted))

    def _review(self, handed: Handed) -> None:
        ids = self._ids(self._actor(handed.unit), handed.tasks)
        waiting = (
            select(SubmissionItem.submission_id, SubmissionItem.assignment_id).join(Assignment, Assignment.id == SubmissionItem.assignment_id)
            .where(SubmissionItem.assignment_id.in_(ids), Assignment.state == State.SUBMITTED, SubmissionItem.round == Assignment.round)
        )
        found: dict[int, list[int]] = {}
        for row in db.session.execute(waiting):
            found.setdefault(row.submission_id, []).append(row.assignment_id)
        for submission_id, answered in found.items():
            if handed.verdict == "accepted":
                reviewing.accept(self.clerk, submission_id, answered)
            else:
                reviewing.send_back(self.clerk, submission_id, answered, RETURNED[handed.tasks[0]], self.days.today + timedelta(days=3))

    def _storm(self, day: date) -> None:
        until = day + timedelta(days=STORM_DAYS - 1)
        pauses.plan(self.clerk, pauses.Wanted(day, until, "storm", STORM_REASON, self.units[STORM].id))
        self._turn()

    def _turn(self) -> None:
        pause_work.turn(_inside, self.clerk)

    def _policy(self) -> None:
        self.policy_id = policies.save(
            self.clerk, None, name=POLICY, kind="kế hoạch", urgency=None,
            steps=[PolicyStep(days, tuple(Rank(rank) for rank in ranks), opening, every) for days, ranks, opening, every in POLICY_STEPS],
        ).id

    def _absence(self) -> None:
        """An officer is away next week; the unit's leader gets the reminders meanwhile."""
        officer = self.officers[self.units[AWAY].id]
        stand_in = absences.candidates(db.session.get_one(Person, officer.id))[0]
        begin, end = (self.days.calendar.add(self.days.today, days) for days in (4, 6))
        absences.add(officer, officer.id or 0, begin, end, stand_in.id, "Đi tập huấn")

    def _remind(self, day: date) -> None:
        reminders.plan(_inside, day)


@contextmanager
def _inside() -> Iterator[Session]:
    """A part of the sample's one transaction, for services that open their own."""
    with db.session.begin_nested():
        yield db.session()


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute % 60), clock.LOCAL)


def _as_actor(person: Person) -> Actor:
    return Actor(person.id, person.name, Role(person.role), person.unit_id, person.email)


def lower(name: str) -> str:
    """Huyện Yên Định → huyện Yên Định: a name inside a sentence."""
    return name[0].lower() + name[1:]


def signatory(seed: str) -> str:
    """An invented name that stays the same for the same seed."""
    names = ("Trịnh Văn Khải", "Hoàng Thị Mận", "Lương Văn Đức", "Bùi Thị Lan", "Cao Văn Mạnh")
    return names[sum(map(ord, seed)) % len(names)]
