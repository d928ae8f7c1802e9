"""The live sample: every state stands in it, every address ends in .example, and one step takes it out again."""
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from tracker import clock
from tracker.db import Base, db, transaction
from tracker.domain.errors import Conflict
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.contests import Contest
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport, DistrictReportScan
from tracker.models.extensions import Extension
from tracker.models.letters import Letter
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Absence, Person
from tracker.models.policies import Policy
from tracker.models.questions import Question
from tracker.models.reports import Report, ReportSchedule
from tracker.models.submissions import Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import sample, tally, units

#: A plain Tuesday, a Sunday, and the first working day after Tết: the story's days are counted from whichever it is.
DAYS = (date(2026, 9, 8), date(2026, 11, 22), date(2026, 2, 23))


def counts() -> dict[str, int]:
    """Rows of every table but the machine's signs of life."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in ("heartbeats", "search_changes", "search_entries")]
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def load() -> None:
    prepared = sample.prepare()
    with transaction():
        sample.load(prepared)


def every_address_ends_in_example() -> None:
    found = [*db.session.scalars(select(Mail.address)), *db.session.scalars(select(Person.email))]
    found += db.session.scalars(select(Unit.mailbox).where(Unit.mailbox.is_not(None)))
    assert len(found) > 60
    assert {address.rpartition(".")[2] for address in found} == {"example"}
    assert sample.logins()[0].email == "nguyen.thu.van@hnd-thanhhoa.example"


def test_the_sample_goes_in_and_out_on_either_database(app: Flask) -> None:
    with transaction():
        units.load_units()
    before = counts()
    load()
    assert tally.stored() == tally.counted()
    every_address_ends_in_example()
    with pytest.raises(Conflict):
        sample.prepare()
    with transaction():
        sample.remove()
    assert counts() == before


def test_the_sample_stays_out_of_a_real_installation(sqlite_app: Flask) -> None:
    with transaction() as session:
        units.load_units()
        session.scalars(select(Unit).where(Unit.code == "392")).one().mailbox = "hatrung@tinh.gov.vn"
    with pytest.raises(Conflict, match="sample.real"):
        sample.prepare()


@pytest.mark.parametrize("day", DAYS)
def test_the_sample_holds_every_state_on_whatever_day(sqlite_app: Flask, day: date) -> None:
    with transaction():
        units.load_units()
    with clock.frozen(day):
        load()
        states = dict(db.session.execute(select(Assignment.state, func.count()).group_by(Assignment.state)).all())
        late = select(func.count()).where(Assignment.state == State.ACCEPTED, Assignment.submitted_on > Assignment.due_on)
        overdue = select(func.count()).where(Assignment.chase_on.is_not(None), Assignment.due_on < clock.today())
        assert {State.ASSIGNED, State.ACKNOWLEDGED, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.OBJECTED} <= set(states)
        asked = dict(db.session.execute(select(Extension.state, func.max(Extension.late_before)).group_by(Extension.state)).all())
        assert asked["asked"] == 0 and asked["granted"] > 0
        assert db.session.scalar(late) and db.session.scalar(overdue)
        assert db.session.scalar(select(func.count()).where(Submission.state == "draft")) == 1
        main, monthly = db.session.scalars(select(Dispatch).order_by(Dispatch.number.desc()))
        dated = db.session.execute(select(Task.due_on, Task.review_on).where(Task.kind == "task", Task.dispatch_id == main.id)).all()
        assert (len(dated), sum(row.due_on is not None for row in dated), sum(row.review_on is not None for row in dated)) == (8, 5, 3)
        periods = list(db.session.scalars(select(Task.period).where(Task.dispatch_id == monthly.id).order_by(Task.position)))
        assert 2 <= len(periods) <= 3 and periods == sorted(set(periods)) and None not in periods
        away = db.session.scalars(select(Absence)).one()
        assert away.from_on > clock.today() and db.session.scalar(select(Policy.kind)) == "kế hoạch"
        letter = db.session.scalars(select(Letter)).one()
        assert (letter.state, letter.number, letter.dispatch_id) == ("issued", "958-CV/HNDT", main.id)
        assert db.session.scalar(select(func.count()).where(Reminder.step == "letter")) == len(letter.lines) > 0
        assert sorted(db.session.scalars(select(DistrictReport.state))) == ["sent", "waiting"] and db.session.scalar(select(DistrictReportScan.id))
        assert sorted(db.session.scalars(select(Contest.state))) == ["dismissed", "open"]
        assert sorted(map(tuple, db.session.execute(select(Report.kind, Report.state)))) == [("briefing", "ready"), ("report", "ready")]
        assert db.session.scalars(select(ReportSchedule.kind)).one() == "briefing"
        assert sorted(db.session.scalars(select(Question.state))) == ["answered", "open"]
