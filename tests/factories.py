"""Factories: plain rows for tests, with the running counts kept right."""
from datetime import date
from itertools import count

from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.deadlines import chase_day
from tracker.domain.status import OWED, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import tally

DUE = date(2026, 9, 30)
REVIEW = date(2026, 10, 15)


class Factory:
    """Makes units, people and issued dispatches; every call commits."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._province: Unit | None = None

    def _add(self, *rows: object) -> None:
        with transaction() as session:
            session.add_all(rows)

    @property
    def province(self) -> Unit:
        """The one province."""
        if self._province is None:
            self._province = Unit(code="38", level="province", name="Tỉnh Thanh Hóa", short_name="Tỉnh", folded="tinh thanh hoa")
            self._add(self._province)
        return self._province

    def unit(self, name: str | None = None, mailbox: str | None = "auto") -> Unit:
        """A district with a duty mailbox (None for one without)."""
        n = next(self._numbers)
        unit = Unit(
            code=str(400 + n), level="district", name=name or f"Huyện Số {n}", short_name=name or f"Số {n}", folded=fold(name or f"Huyện Số {n}"),
            parent_id=self.province.id, mailbox=f"u{n}@huyen.example" if mailbox == "auto" else mailbox,
        )
        self._add(unit)
        return unit

    def person(self, role: Role = Role.CLERK, unit: Unit | None = None, **more: object) -> Person:
        """Somebody with a role; province roles belong to the province."""
        n = next(self._numbers)
        values = {
            "email": f"nguoi{n}@tinh.example", "name": f"Nguyễn Văn {n}", "role": str(role), "unit_id": (unit or self.province).id,
            "created_at": clock.now(), **({"totp_secret": "A" * 32, "totp_confirmed_at": clock.now()} if role == Role.ADMIN else {}), **more,
        }
        person = Person(**values)
        self._add(person)
        return person

    def actor(self, role: Role = Role.CLERK, unit: Unit | None = None) -> Actor:
        """A new person of that role, as services want them."""
        return self.as_actor(self.person(role, unit))

    @staticmethod
    def as_actor(person: Person) -> Actor:
        return Actor(person.id, person.name, Role(person.role), person.unit_id, person.email)

    def issued(
        self, units: list[Unit], dates: list[tuple[date | None, date | None]] | None = None, number: str | None = None, state: State = State.ASSIGNED,
    ) -> Dispatch:
        """An issued dispatch with one task per (due_on, review_on) pair, assigned to all units in one state (assigned or acknowledged)."""
        now, pairs = clock.now(), dates or [(DUE, None), (None, REVIEW)]
        dispatch = Dispatch(
            state="issued", number=number or f"{next(self._numbers)}-CV/HNDT", kind="công văn", issued_on=clock.today(), issuer="Hội Nông dân tỉnh",
            subject="Về việc thử", short_subject="Việc thử", folded="viec thu", text="1. Việc thử.", created_at=now, updated_at=now, issued_at=now, revision=1,
        )
        self._add(dispatch)
        tasks = [
            Task(dispatch_id=dispatch.id, position=n, label=str(n), title=f"Việc thứ {n}", text=f"Nội dung việc thứ {n}.", due_on=due,
                 review_on=review, precision="day" if due else "none")
            for n, (due, review) in enumerate(pairs, 1)
        ]
        self._add(*tasks)
        with transaction() as session:
            session.add_all(DispatchRecipient(dispatch_id=dispatch.id, unit_id=unit.id, unit_name=unit.name, added_at=now) for unit in units)
            session.add_all(self._assignment(task, unit, state) for task in tasks for unit in units)
            session.flush()
            tally.rebuild()
        return dispatch

    @staticmethod
    def _assignment(task: Task, unit: Unit, state: State) -> Assignment:
        return Assignment(
            dispatch_id=task.dispatch_id, task_id=task.id, unit_id=unit.id, state=state, due_on=task.due_on, original_due_on=task.due_on,
            review_on=task.review_on, chase_on=chase_day(state in OWED, task.due_on, task.review_on, None), updated_at=clock.now(),
        )

    @staticmethod
    def assignments(dispatch: Dispatch, unit: Unit | None = None) -> list[Assignment]:
        """The dispatch's assignments, of one unit or of all, in order."""
        wanted = db.select(Assignment).filter_by(dispatch_id=dispatch.id, **({"unit_id": unit.id} if unit else {})).order_by(Assignment.id)
        return list(db.session.scalars(wanted))
