"""Random lives: whatever happens afterwards, a report of a day that is over keeps its hash and its words."""
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from flask import Flask
from sqlalchemy import insert, select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain import report, report_period
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.report_document import compose
from tracker.domain.report_period_sheets import LINE_HEAD
from tracker.domain.report_sheets import Cells, Row, Span
from tracker.domain.status import HELD, OWED, Act, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.figures import FormPeriod
from tracker.models.files import StoredFile
from tracker.models.objections import Objection
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.services import (
    amending,
    assignments,
    dispatch_fields,
    extension_decisions,
    extensions,
    figure_facts,
    figure_forms,
    figure_page,
    figure_sheets,
    holding,
    indicators,
    objection_decisions,
    objections,
    office,
    pause_work,
    pauses,
    report_facts,
    report_period_facts,
    report_period_list,
    reviewing,
    withdrawing,
)
from tracker.services.amending import NewTask, TaskChange
from tracker.services.figure_sheets import Form
from tracker.services.office import Names
from tracker.services.pauses import Wanted as Pause
from tracker.services.report_period_facts import Wanted

FIRST = date(2026, 9, 1)
DAYS = 30
STANDING, LATE, SENT = (next(n for n, (title, _) in enumerate(LINE_HEAD) if title == wanted) for wanted in (
    "Tình trạng", "Số ngày quá hạn", "Ngày gửi kết quả"))
Made = dict[str, tuple[str, str]]


class Life:
    """Two dispatches to four units, and one thing after another that may happen to them; the same seed lives the same life."""

    def __init__(self, make: Factory, seed: int) -> None:
        self.random, self.units = Random(seed), [make.unit() for _ in range(4)]
        self.clerk, self.admin = make.actor(), make.actor(Role.ADMIN)
        self.officers = {unit.id: make.actor(Role.OFFICER, unit) for unit in self.units}
        with clock.frozen(FIRST):
            self.dispatches = [make.issued(self.units, [(FIRST + timedelta(9), None), (None, FIRST + timedelta(14))]).id]
        with clock.frozen(FIRST + timedelta(4)):
            self.dispatches.append(make.issued(self.units[:3], [(FIRST + timedelta(7), None)]).id)
        self._ask_figures()
        self.acts: list[Callable[[], None]] = [
            self.acknowledge, self.hand_in, self.hand_in, self.hand_in, self.accept, self.accept, self.send_back, self.ask, self.decide, self.decide,
            self.object, self.settle, self.pause, self.reword, self.add, self.rename, self.set_field, self.withdraw,
            self.figures, self.figures,
        ]

    def _ask_figures(self) -> None:
        """A form asked of those charged with the first dispatch's first task, and one asked of all that received the second one."""
        with clock.frozen(FIRST + timedelta(4)):
            task_id = db.session.scalars(select(Task.id).where(Task.dispatch_id == self.dispatches[0]).order_by(Task.id)).first()
            with transaction():
                self.indicator = indicators.save(self.clerk, None, indicators.Wanted("so_ho", "Số hộ", "Hộ", unit="hộ")).id
                for dispatch_id, of in ((self.dispatches[0], task_id), (self.dispatches[1], None)):
                    wanted = figure_forms.Wanted("Biểu", [self.indicator], ("actual",), due_on=FIRST + timedelta(40), task_id=of)
                    figure_forms.save(self.clerk, dispatch_id, None, wanted)

    def figures(self) -> None:
        """A unit hands figures in; whom the form is not asked of any more cannot."""
        period_id = self.random.choice(list(db.session.scalars(select(FormPeriod.id).order_by(FormPeriod.id))))
        who, token = self.officers[self.random.choice(self.units).id], str(self.random.random())[2:20]
        version = figure_page.page(who, period_id).version
        figure_sheets.save(who, period_id, Form(token, version, {f"{self.indicator}.actual": str(self.random.randint(1, 99))}, {}))
        figure_sheets.hand_in(who, period_id, token)

    def day(self) -> None:
        """A few acts; one that is not possible just now does not happen."""
        for _ in range(self.random.randint(1, 5)):
            try:
                with transaction():
                    self.random.choice(self.acts)()
            except (Conflict, BadInput, NotFound):
                db.session.rollback()
        pause_work.turn(transaction)

    def _one(self, *states: str) -> Assignment:
        found = list(db.session.scalars(select(Assignment).where(Assignment.state.in_(states)).order_by(Assignment.id)))
        if not found:
            raise NotFound()
        return self.random.choice(found)

    def acknowledge(self) -> None:
        assignments.acknowledge(self.of_unit(one := self._one(State.ASSIGNED)), one.id)

    def of_unit(self, one: Assignment) -> Actor:
        return self.officers[one.unit_id]

    def hand_in(self) -> None:
        one = self._one(*OWED, State.PAUSED)
        now, number = clock.now(), self.random.randint(1, 99)
        row = Submission(
            dispatch_id=one.dispatch_id, unit_id=one.unit_id, state="submitted", number=f"{number}-CV/HND", dated_on=clock.today(), signatory="Lê Văn Bình",
            created_at=now, updated_at=now, submitted_at=now, items=[SubmissionItem(assignment_id=one.id, result=f"Kết quả {number}", round=one.round + 1)],
        )
        file = StoredFile(sha256="b" * 64, size=3, media_type="application/pdf", name=f"tep-{number}.pdf", created_at=now)
        db.session.add_all([row, file])
        db.session.flush()
        evidence = Evidence(submission_id=row.id, file_id=file.id, kind="implementing_document", created_at=now)
        db.session.add(evidence)
        db.session.flush()
        db.session.execute(insert(evidence_items).values(evidence_id=evidence.id, assignment_id=one.id))
        extra = holding.handed_in(one) if one.state in HELD else {}
        assignments.advance(
            self.clerk, one, Act.SUBMIT, submitted_on=clock.today(), submitted_at=now, round=one.round + 1, result=f"Kết quả {number}",
            acknowledged_at=one.acknowledged_at or now, **extra)

    def _waiting(self) -> tuple[Assignment, int]:
        one = self._one(State.SUBMITTED)
        wanted = select(SubmissionItem.submission_id).where(SubmissionItem.assignment_id == one.id).order_by(SubmissionItem.id.desc()).limit(1)
        return one, db.session.scalars(wanted).one()

    def accept(self) -> None:
        one, submission_id = self._waiting()
        verdict = reviewing.accept(self.clerk, submission_id, [one.id])
        if self.random.random() < 0.2 and verdict.mail_id:
            reviewing.undo(self.clerk, verdict.mail_id)

    def send_back(self) -> None:
        one, submission_id = self._waiting()
        reviewing.send_back(self.clerk, submission_id, [one.id], "Thiếu biên bản", clock.today() + timedelta(self.random.randint(1, 6)))

    def withdraw(self) -> None:
        withdrawing.take_back(self.clerk, self._waiting()[1], "Nộp nhầm")

    def ask(self) -> None:
        one = self._one(*OWED)
        extensions.ask(self.of_unit(one), [one.id], clock.today() + timedelta(self.random.randint(2, 12)), "weather", "Bão")

    def decide(self) -> None:
        asked = db.session.scalars(select(Extension).where(Extension.state == "asked").order_by(Extension.id)).first()
        if asked is None:
            raise NotFound()
        if self.random.random() < 0.3:
            extension_decisions.refuse(self.clerk, [asked.id], "Không đủ lý do")
        else:
            extension_decisions.grant(self.clerk, [asked.id], None, "")

    def object(self) -> None:
        one = self._one(*OWED)
        objections.object_to(self.of_unit(one), [one.id], "Không thuộc trách nhiệm")

    def settle(self) -> None:
        raised = db.session.scalars(select(Objection).where(Objection.state == "raised").order_by(Objection.id)).first()
        if raised is None:
            raise NotFound()
        if self.random.random() < 0.4:
            objection_decisions.uphold(self.clerk, [raised.id], "")
        else:
            objection_decisions.dismiss(self.clerk, [raised.id], "Vẫn là việc của đơn vị")

    def pause(self) -> None:
        unit = self.random.choice([None, *self.units])
        first = clock.today() - timedelta(self.random.randint(0, 2))
        pauses.plan(self.clerk, Pause(first, clock.today() + timedelta(self.random.randint(0, 4)), "storm", "Bão", unit.id if unit else None))

    def _amend(self, changes: list[TaskChange], added: list[NewTask]) -> None:
        row = db.session.get_one(Dispatch, self.random.choice(self.dispatches))
        own = {task.id for task in db.session.scalars(select(Task).where(Task.dispatch_id == row.id))}
        amending.amend(self.clerk, row.id, row.version, [one for one in changes if one.task_id in own], added, "Sửa")

    def reword(self) -> None:
        task = self.random.choice(list(db.session.scalars(select(Task).where(Task.cancelled.is_(False)).order_by(Task.id))))
        n, later = self.random.randint(1, 99), clock.today() + timedelta(self.random.randint(1, 20))
        dated = self.random.random() < 0.5
        due, review = (later, None) if dated and task.due_on else (task.due_on, later if dated else task.review_on)
        self._amend([TaskChange(task.id, f"Việc đổi lời {n}", f"Nội dung {n}.", due, review, drop=self.random.random() < 0.1)], [])

    def add(self) -> None:
        self._amend([], [NewTask(f"Việc thêm {self.random.randint(1, 99)}", "Nội dung thêm.", clock.today() + timedelta(5), None)])

    def rename(self) -> None:
        office.rename(self.admin, Names(name=f"Cơ quan {self.random.randint(1, 9)}", signer_name="Nguyễn Thị An"))

    def set_field(self) -> None:
        dispatch_fields.choose(self.clerk, self.random.choice(self.dispatches), self.random.choice(["Tín dụng", "Tổ chức", ""]))


def made(life: Life, as_of: date) -> Made:
    """Hash and words of every report that can be made for this day."""
    db.session.rollback()
    db.session.expire_all()
    with transaction(write=False, one_moment=True):
        return _made(life, as_of)


def _made(life: Life, as_of: date) -> Made:
    found: Made = {}
    for dispatch_id in life.dispatches if as_of >= FIRST + timedelta(4) else life.dispatches[:1]:
        data = report_facts.gather(dispatch_id, as_of)
        found[f"dispatch {dispatch_id}"] = report.sha256(report.to_json(data)), repr(compose(data))
        assert report.from_json(report.to_json(data)) == data
    begin = FIRST + timedelta(7)
    found["figures"] = "", repr(figure_facts.gather(life.dispatches, as_of))
    scopes = [Wanted("period", FIRST, max(as_of, FIRST), as_of), Wanted("unit", FIRST, as_of, as_of, unit_id=life.units[0].id)]
    scopes += [Wanted("period", begin, as_of, as_of), Wanted("field", FIRST, as_of, as_of, field="Tín dụng")] if as_of >= begin else []
    for n, wanted in enumerate(scopes):
        try:
            over, rewound = report_period_facts.gather_with_lines(wanted)
        except NotFound:
            continue
        rows = [plain(row) for row in report_period_list.rows(wanted, over, rewound)]
        found[f"{wanted.scope} {n}"] = report.sha256(report_period.to_json(over)), repr((compose(over), rows))
        _listed(over, rows)
        if n == 0:
            _agrees(life, over, as_of)
    return found


def plain(row: Row) -> Cells:
    """The cells of a row, spans taken apart."""
    return tuple(cell for one in row for cell in (one.values if isinstance(one, Span) else (one,)))


def _listed(over: report_period.PeriodData, rows: list[Cells]) -> None:
    """The list has a row for each assignment that the report counts, and says of each what the counts say."""
    counts, standing = over.total.counts, [str(row[STANDING]) for row in rows]
    assert {len(row) for row in rows} == {len(LINE_HEAD)}
    assert len(rows) == counts.total + counts.outside
    assert sum("quá hạn" in one and "hoàn thành" not in one for one in standing) == counts.open_overdue == len(over.overdue())
    assert sum(one.startswith("hoàn thành quá hạn") for one in standing) == counts.accepted_late
    assert sum(row[SENT] is not None for row, one in zip(rows, standing, strict=True) if "huỷ" not in one and "không tính" not in one) == counts.updated
    days = Counter((row[0], row[7], row[LATE]) for row, one in zip(rows, standing, strict=True) if "quá hạn" in one)
    assert days == Counter((over.units[x.unit].code, over.tasks[x.task].title, x.days) for x in over.late)


def _agrees(life: Life, over: report_period.PeriodData, as_of: date) -> None:
    """What the database counts is what the lines count: total, on the way, late, of the same day."""
    wholes = [report_facts.gather(dispatch.id, as_of) for dispatch in over.dispatches]
    tallies = [whole.tally() for whole in wholes]
    assert over.total.counts == sum(tallies[1:], tallies[0])
    happened = [whole.happened() for whole in wholes]
    assert over.total.happened == sum(happened[1:], happened[0])
    late = sorted((x.line.unit_code, x.line.task_title, x.days) for whole in wholes for x in (*whole.late(), *whole.done_late()))
    assert late == sorted((over.units[x.unit].code, over.tasks[x.task].title, x.days) for x in over.late)


def test_a_day_that_is_over_never_reads_otherwise(app: Flask, make: Factory) -> None:
    # A life of its own on each database: what is compared is a day with itself.
    life, seen = Life(make, 3 if db.engine.dialect.name == "sqlite" else 7), {}
    for n in range(DAYS):
        today = FIRST + timedelta(n)
        with clock.frozen(today):
            if n > 4:
                life.day()
            seen[today] = made(life, today)
    with clock.frozen(FIRST + timedelta(DAYS + 40)):
        again = {day: made(life, day) for day in seen}
    for day, then in seen.items():
        assert {name for name in then if again[day].get(name) != then[name]} == set(), day
    states = set(db.session.scalars(select(Assignment.state)))
    assert len(states) > 3

