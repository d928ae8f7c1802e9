"""The province's first page: acts by role, days ahead, counts that agree with the running counts, and a bounded number of queries."""
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from tests.factories import Factory
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden
from tracker.models.contests import Contest, ReportNotice
from tracker.models.dispatches import Dispatch
from tracker.models.incoming import IncomingMail
from tracker.models.mails import Mail, ReminderPlan
from tracker.models.office import Heartbeat
from tracker.models.reports import Report
from tracker.models.units import Unit
from tracker.services import extensions, outbox, overview, reviewing, tally

LATE, SOON, MEND = date(2026, 8, 31), date(2026, 9, 11), date(2026, 9, 14)


def queries(run: Callable[[], object]) -> int:
    """How many statements a call sends, but for the opening of transactions."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if not one.startswith("BEGIN")])


def fail_a_mail(unit: Unit) -> None:
    """A mail to the unit's mailbox that its server refused for good."""
    words = {"number": "931", "subject": "", "total": 1, "unit_name": unit.name, "message": "", "by_name": "V", "tasks": [], "more": 0, "url": "/"}
    with transaction():
        mail = outbox.queue("nudge", address=unit.mailbox, name=unit.name, unit_id=unit.id, context=words)
        mail.state, mail.last_error = "failed", "550 no such user"


def test_an_office_without_work_has_nothing_to_do(app: Flask, make: Factory) -> None:
    found = overview.overview(make.actor())
    assert (found.acts, found.days, found.dispatches, found.units) == ([], [], [], [])


def test_acts_name_who_is_late_what_waits_and_what_cannot_be_sent(app: Flask, make: Factory) -> None:
    late, quiet, good = make.unit("Hà Trung"), make.unit("Quan Sơn"), make.unit("Yên Định", mailbox=None)
    dispatch = make.issued([late, quiet, good], [(LATE, None), (SOON, None)], number="931-CV/HNDT")
    clerk = make.actor()
    hand_in(good, make.assignments(dispatch, good)[:1], LATE)
    done = make.assignments(dispatch, late)[1]
    submission_id = hand_in(late, [done], clock.today())
    with transaction():
        reviewing.accept(clerk, submission_id, [done.id])
    fail_a_mail(late)
    acts = overview.overview(clerk).acts
    assert [act.kind for act in acts] == ["chase", "review", "mail", "mailbox"]
    chase, review, failed, mailbox = acts
    assert (chase.id, chase.count, chase.days, chase.names) == (dispatch.id, 2, 8, ["Quan Sơn"])
    assert (review.count, review.more, review.names) == (1, 1, ["Yên Định"])
    assert (failed.id, failed.number, failed.names) == (late.id, late.mailbox, ["Hà Trung"])
    assert (mailbox.id, mailbox.names) == (good.id, ["Yên Định"])
    assert [act.kind for act in overview.overview(make.actor(Role.LEADER)).acts] == ["chase", "review"]
    assert overview.overview(make.actor(Role.AUDITOR)).acts == []
    with pytest.raises(Forbidden):
        overview.overview(make.actor(Role.OFFICER, late))


def test_a_mended_address_asks_for_nothing(app: Flask, make: Factory) -> None:
    unit = make.unit("Hà Trung")
    fail_a_mail(unit)
    with transaction() as session:
        session.get_one(Unit, unit.id).mailbox = "moi@huyen.example"
    assert overview.overview(make.actor()).acts == []


def test_drafts_are_the_clerks(app: Flask, make: Factory) -> None:
    now = clock.now()
    with transaction() as session:
        session.add(Dispatch(number="961-CV/HNDT", short_subject="Thi đua", created_at=now, updated_at=now))
    assert [(act.kind, act.number, act.count) for act in overview.overview(make.actor()).acts] == [("draft", "961-CV/HNDT", 0)]
    assert overview.overview(make.actor(Role.LEADER)).acts == []


def test_days_ahead_count_who_has_not_answered(app: Flask, make: Factory) -> None:
    one, two, clerk = make.unit(), make.unit(), make.actor()
    far = clock.today() + timedelta(days=8)
    dispatch = make.issued([one, two], [(SOON, None), (None, MEND), (far, None)], number="957-CV")
    first, second, third = make.assignments(dispatch, one)
    submission_id = hand_in(one, [first, third], clock.today())
    with transaction():
        reviewing.send_back(clerk, submission_id, [third.id], "Thiếu biên bản", MEND)
    days = overview.overview(clerk).days
    assert [(day.on, day.kind, day.number, day.owed, day.total) for day in days] == [
        (SOON, "due", "957-CV", 1, 2), (MEND, "fix", "957-CV", 1, None), (MEND, "review", "957-CV", 2, 2),
    ]
    assert second.state == "assigned"


def test_tables_agree_with_the_running_counts(app: Flask, make: Factory) -> None:
    units, clerk = [make.unit() for _ in range(3)], make.actor()
    first = make.issued(units, [(LATE, None), (SOON, None), (None, MEND)])
    make.issued(units[:1], [(LATE, None)])
    rows = make.assignments(first, units[0])
    submission_id = hand_in(units[0], rows[:2], clock.today())
    with transaction():
        reviewing.accept(clerk, submission_id, [rows[0].id])
    found = overview.overview(clerk)
    assert [(unit.name, unit.open, unit.over, unit.waiting, unit.done) for unit in overview.standings(clock.today())] == [
        (units[0].short_name, 3, 1, 1, 1), (units[1].short_name, 3, 1, 0, 0), (units[2].short_name, 3, 1, 0, 0),
    ]
    assert sum(unit.total for unit in found.units) == sum(line.total for line in found.dispatches) == sum(tally.counted().values()) == 10
    assert {line.id: (line.done, line.waiting, line.over, line.next_on) for line in found.dispatches}[first.id] == (1, 1, 2, SOON)
    assert overview.overview(clerk, "done").units[0].name == units[0].short_name


def test_health_tells_what_stands_still(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    assert (overview.overview(clerk).health.worker, overview.overview(clerk).health.plan_at) == (False, None)
    with transaction() as session:
        session.add(Heartbeat(name="worker", at=clock.now()))
        session.add(Heartbeat(name="beat", at=clock.now() - timedelta(minutes=6)))
        session.add(ReminderPlan(day=clock.today(), made_at=clock.now(), counts={"mails": 41}))
    health = overview.overview(clerk).health
    assert (health.worker, health.beat, health.plan["mails"], health.failed) == (True, False, 41, 0)


def test_the_page_costs_ten_queries_however_much_there_is(app: Flask, make: Factory) -> None:
    units, clerk = [make.unit() for _ in range(4)], make.actor()
    for _ in range(6):
        hand_in(units[0], make.assignments(make.issued(units, [(LATE, None), (SOON, None)]), units[0])[:1], clock.today())
    assert queries(lambda: overview.overview(clerk)) <= 10


def test_a_mailbox_that_refuses_is_named_beside_a_person_whose_address_does(app: Flask, make: Factory) -> None:
    unit, now = make.unit("Hà Trung", mailbox="a@huyen.example"), clock.now()
    fail_a_mail(unit)
    with transaction() as session:
        session.add(Mail(kind="digest", state="failed", address="z@huyen.example", unit_id=unit.id, subject="", body_text="", body_html="", created_at=now,
                         not_before=now, next_attempt_at=now))
    assert [(act.kind, act.number, act.count) for act in overview.overview(make.actor()).acts] == [("mail", "a@huyen.example", 1)]
    with transaction() as session:
        session.get_one(Unit, unit.id).mailbox = None
    assert [act.kind for act in overview.overview(make.actor()).acts] == ["mail", "mailbox"]


def test_what_units_ask_and_send_and_say_against_a_report_waits_on_the_page(app: Flask, make: Factory) -> None:
    unit, clerk, now, day = make.unit("Hà Trung"), make.actor(), clock.now(), clock.today()
    dispatch, leader, officer = make.issued([unit], [(SOON, None)]), make.actor(Role.LEADER), make.actor(Role.OFFICER, unit)
    with transaction() as session:
        extensions.ask(officer, [make.assignments(dispatch, unit)[0].id], MEND, "weather", "Bão")
        session.add(IncomingMail(sha256="0" * 64, size=1, source="hand", received_at=now, state="triage"))
        report = Report(scope="dispatch", dispatch_id=dispatch.id, as_of=day, created_at=now)
        session.add(report)
        session.flush()
        session.add(ReportNotice(report_id=report.id, told_at=now, contest_until=day))
        session.flush()
        session.add(Contest(report_id=report.id, unit_id=unit.id, figures=[], reason="Thiếu", raised_at=now, target_on=day - timedelta(days=2)))
    acts = {act.kind: act for act in overview.overview(clerk).acts}
    assert (acts["request"].count, acts["request"].names) == (1, ["Hà Trung"])
    assert (acts["incoming"].count, acts["contest"].count, acts["contest"].days) == (1, 1, 2)
    assert {"request", "contest"} <= {act.kind for act in overview.overview(leader).acts} and "incoming" not in {
        act.kind for act in overview.overview(leader).acts}
    assert [unit.name for unit in overview.overview(clerk, "name").units] == ["Hà Trung"]
