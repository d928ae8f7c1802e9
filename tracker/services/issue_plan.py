"""What issuing a draft will do, worked out before anything is written: who gets which task, and what stands in the way."""
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import DISTRICT_ROLES
from tracker.domain.deadlines import check_dates
from tracker.domain.errors import DomainError
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.models.tasks import Task, TaskUnit
from tracker.services import recipients
from tracker.services.recipients import Recipient


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that must be mended before issuing; task_id is None where it concerns the whole draft."""

    error: DomainError
    task_id: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the mail for one unit goes."""

    email: str
    name: str
    person_id: int | None = None


@dataclass(slots=True)
class Plan:
    """charges: per task the units with their role. Warnings, never obstacles: unreachable, the units that no mail can reach, and
    left_out, the findings that name only units to which the dispatch does not go. deleted: tasks kept for undo; chosen: the units
    ticked per task, before to_all and the recipients are taken into account.
    """

    recipients: list[Recipient]
    tasks: list[Task]
    charges: dict[int, dict[int, str]]
    addresses: dict[int, list[Address]]
    left_out: list[Task] = field(default_factory=list)
    deleted: list[Task] = field(default_factory=list)
    chosen: dict[int, dict[int, str]] = field(default_factory=dict)
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def directives(self) -> list[Task]:
        """Tasks for units in general."""
        return [task for task in self.tasks if task.kind == "task"]

    @property
    def findings(self) -> list[Task]:
        """Shortcomings that name one unit."""
        return [task for task in self.tasks if task.kind == "finding"]

    @property
    def assignments(self) -> int:
        """How many assignments the directives make."""
        return sum(len(self.charges[task.id]) for task in self.directives)

    @property
    def finding_assignments(self) -> int:
        """How many assignments the findings make."""
        return sum(len(self.charges[task.id]) for task in self.findings)

    @property
    def mails(self) -> int:
        """How many mails will be queued."""
        return sum(len(found) for found in self.addresses.values())

    @property
    def unreachable(self) -> list[Recipient]:
        """Units without a mailbox and without an active officer."""
        return [unit for unit in self.recipients if not self.addresses[unit.id]]


def plan(dispatch: Dispatch) -> Plan:
    """The plan of a draft as it stands today."""
    units = recipients.of_draft(dispatch)
    wanted = select(Task).where(Task.dispatch_id == dispatch.id).order_by(Task.kind.desc(), Task.position, Task.id)
    every = list(db.session.scalars(wanted))
    found = [task for task in every if not task.cancelled]
    among, roles = {unit.id for unit in units}, _chosen([task.id for task in found])
    left_out = [task for task in found if task.kind == "finding" and roles[task.id] and not among & set(roles[task.id])]
    tasks = [task for task in found if task not in left_out]
    charged = {task.id: _charged(task, roles[task.id], among) for task in tasks}
    made = Plan(units, tasks, charged, addresses(units), left_out, [task for task in every if task.cancelled], roles)
    made.obstacles = _obstacles(dispatch, made)
    return made


def _charged(task: Task, roles: dict[int, str], among: set[int]) -> dict[int, str]:
    base = dict.fromkeys(among, "lead") if task.to_all else {}
    return {unit: role for unit, role in (base | roles).items() if unit in among}


def _chosen(task_ids: list[int]) -> dict[int, dict[int, str]]:
    roles: dict[int, dict[int, str]] = {task_id: {} for task_id in task_ids}
    wanted = select(TaskUnit.task_id, TaskUnit.unit_id, TaskUnit.role).where(TaskUnit.task_id.in_(task_ids))
    for task_id, unit_id, role in db.session.execute(wanted):
        roles[task_id][unit_id] = role
    return roles


def addresses(units: list[Recipient]) -> dict[int, list[Address]]:
    """Per unit: its duty mailbox, or without one its active officers' own addresses, or nothing."""
    found = {unit.id: [Address(unit.mailbox, unit.name)] if unit.mailbox else [] for unit in units}
    missing = [unit_id for unit_id, known in found.items() if not known]
    if missing:
        people = select(Person.unit_id, Person.id, Person.email, Person.name).where(
            Person.unit_id.in_(missing), Person.left_at.is_(None), Person.role.in_(sorted(DISTRICT_ROLES))
        ).order_by(Person.id)
        for unit_id, person_id, email, name in db.session.execute(people):
            assert unit_id is not None  # the query asks for these units only
            found[unit_id].append(Address(email, name, person_id))
    return found


def _obstacles(dispatch: Dispatch, made: Plan) -> list[Obstacle]:
    found: list[Obstacle] = []
    if not dispatch.number:
        found.append(Obstacle(DomainError("issue.no_number")))
    if not dispatch.subject.strip():
        found.append(Obstacle(DomainError("issue.no_subject")))
    if not made.tasks:
        found.append(Obstacle(DomainError("issue.no_tasks")))
    if not made.recipients:
        found.append(Obstacle(DomainError("recipients.none")))
    today = clock.today()
    for task in made.tasks:
        found.extend(_task_obstacles(task, made.charges[task.id], today))
    return found


def _task_obstacles(task: Task, units: dict[int, str], today: date) -> list[Obstacle]:
    label = task.title if task.kind == "finding" else f"{task.position}. {task.title}"
    found = []
    try:
        check_dates(task.due_on, task.review_on, today)
    except DomainError as error:
        found.append(Obstacle(error, task.id, label))
    if not units:
        code = "finding.no_unit" if task.kind == "finding" else "task.no_units"
        found.append(Obstacle(DomainError(code), task.id, label))
    elif "lead" not in units.values():
        found.append(Obstacle(DomainError("task.no_lead"), task.id, label))
    return found
