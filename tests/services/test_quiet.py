"""The silent list: who gives no sign on tasks without a deadline, for how long, over all dispatches."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden
from tracker.domain.status import Act
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.services import assignments, ending, nudges, quiet

TODAY = date(2026, 9, 8)
UNDATED = (None, date(2026, 12, 1))


def issued(make: Factory, days_ago: int, units: list, pairs: list) -> Dispatch:  # type: ignore[type-arg]
    with clock.frozen(TODAY - timedelta(days=days_ago)):
        return make.issued(units, pairs)


@pytest.mark.parametrize(("days", "band"), [(29, None), (30, 30), (59, 30), (60, 60), (89, 60), (90, 90), (200, 90)])
def test_bands(app: Flask, make: Factory, days: int, band: int | None) -> None:
    issued(make, days, [make.unit()], [UNDATED])
    found = quiet.quiet(make.actor())
    assert list(found.bands) == ([band] if band else [])
    assert [line.days for lines in found.bands.values() for line in lines] == ([days] if band else [])


def test_only_what_is_owed_without_a_deadline_counts(app: Flask, make: Factory) -> None:
    silent, busy, dated = make.unit(), make.unit(), make.unit()
    issued(make, 40, [dated], [(date(2026, 12, 1), None)])
    dispatch = issued(make, 40, [silent, busy], [UNDATED, UNDATED, (date(2026, 12, 1), None)])
    clerk = make.actor()
    with transaction() as session:
        for one in session.scalars(select(Assignment).where(Assignment.unit_id == busy.id)):
            assignments.advance(clerk, one, Act.SUBMIT, submitted_on=TODAY, submitted_at=clock.now(), round=1)
    (line,) = quiet.quiet(clerk).bands[30]
    assert (line.unit_id, line.tasks, line.days, line.dispatch_id, line.reminded) == (silent.id, 2, 40, dispatch.id, 0)


def test_silence_counts_from_the_last_round(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    issued(make, 100, [unit], [UNDATED])
    for days_ago, act, fields in ((65, Act.SUBMIT, {"round": 1}), (60, Act.RETURN, {"fix_by": date(2026, 7, 20), "return_reason": "Thiếu"})):
        with clock.frozen(TODAY - timedelta(days=days_ago)), transaction() as session:
            one = session.scalars(select(Assignment)).one()
            more = {"submitted_on": clock.today(), "submitted_at": clock.now()} if act == Act.SUBMIT else {}
            assignments.advance(clerk, one, act, **fields, **more)
    found = quiet.quiet(clerk)
    assert list(found.bands) == [60] and found.bands[60][0].days == 65 and found.bands[60][0].since == TODAY - timedelta(days=65)


def test_longest_first_with_what_is_needed_to_move_them(app: Flask, make: Factory) -> None:
    first, second = make.unit("Huyện Một"), make.unit("Huyện Hai", mailbox=None)
    make.person(Role.OFFICER, second, name="Lê Thị Xa", phone="0912 000 111")
    dispatch = issued(make, 95, [first], [UNDATED])
    issued(make, 120, [second], [UNDATED])
    clerk = make.actor()
    with transaction():
        nudges.nudge(clerk, dispatch.id, [first.id])
    lines = quiet.quiet(clerk).bands[90]
    assert [(line.unit, line.days, line.reminded, line.reminded_on, line.contacts) for line in lines] == [
        ("Huyện Hai", 120, 0, None, [("Lê Thị Xa", "0912 000 111")]), ("Huyện Một", 95, 1, TODAY, [])]


def test_an_old_dispatch_that_was_entered_late_counts_from_its_issue(app: Flask, make: Factory) -> None:
    dispatch = issued(make, 45, [make.unit()], [UNDATED])
    with transaction() as session:
        session.get_one(Dispatch, dispatch.id).issued_on = date(2025, 1, 2)
    (line,) = quiet.quiet(make.actor()).bands[30]
    assert (line.days, line.since) == (45, TODAY - timedelta(days=45))


def test_ended_dispatches_and_other_people_stay_out(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch = issued(make, 40, [unit], [UNDATED])
    with transaction() as session:
        ending.close(clerk, dispatch.id, session.get_one(Dispatch, dispatch.id).version)
    assert quiet.quiet(clerk).total == 0
    with pytest.raises(Forbidden):
        quiet.quiet(make.actor(Role.OFFICER, unit))


def test_the_list_ends_where_it_says(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    units = [make.unit() for _ in range(4)]
    issued(make, 40, units, [UNDATED])
    issued(make, 50, units[:1], [UNDATED])
    monkeypatch.setattr(quiet, "SHOWN", 3)
    found = quiet.quiet(make.actor())
    assert found.more and found.total == 3 and found.bands[30][0].days == 50


def test_it_is_read_from_the_index_of_what_has_no_deadline(sqlite_app: Flask) -> None:
    statement = quiet._silences(TODAY).compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(str(row[3]) for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))
    assert "ix_assignments_undated" in plan and "ix_dispatches_state_issued_on" in plan
    assert "SCAN assignments" not in plan and "SCAN dispatches" not in plan
