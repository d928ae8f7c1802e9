"""What is not there, was not issued, or is over: refused as not found, or passed over, wherever it is asked for; and lists of nothing."""
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.factories import Factory
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.reports import Report
from tracker.services import (
    assignments,
    mail_submissions,
    objection_decisions,
    objections,
    pauses,
    people,
    plan_holds,
    plan_page,
    policies,
    question_list,
    questions,
    recurring,
    report_facts,
    report_orders,
    reports,
    reports_schedule,
    reviewing,
    search_files,
    search_index,
    secret_mail,
    standing,
    submission_document,
    submitted,
    tally,
    triage,
    units,
    why,
    withdrawing,
    worklist,
)

TODAY = date(2026, 9, 8)
NONE = 999


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.mark.parametrize("call", [
    lambda who: assignments.get(who, NONE), lambda who: assignments.get_many(who, [NONE]), lambda who: pauses.get(who, NONE),
    lambda who: plan_holds.undo(who, NONE), lambda who: plan_page.unit(who, NONE), lambda who: policies.of_dispatch(who, NONE),
    lambda who: question_list.need_dispatch(who, NONE), lambda who: questions.withdraw(who, NONE, 1), lambda who: report_facts.gather(NONE, TODAY),
    lambda who: reports.request_report(who, NONE, TODAY), lambda who: reports.get(who, NONE), lambda who: reports.dispatch(who, NONE),
    lambda who: reports.stored_data(Report()), lambda who: report_orders.wanted_of(Report()), lambda who: reports_schedule.choose(who, NONE, "weekly"),
    lambda who: reviewing.undo(who, NONE), lambda who: reviewing.accept(who, NONE, [1]), lambda who: secret_mail.release(who, NONE),
    lambda who: standing.tell(who, NONE), lambda who: submission_document.correct(who, NONE, "1", None, ""), lambda who: submitted.detail(who, NONE),
    lambda who: triage.set_aside(who, NONE), lambda who: units.get(who, NONE), lambda who: withdrawing.take_back(who, NONE),
])
def test_for_the_province(make: Factory, call: Callable[[Actor], object]) -> None:
    clerk = make.actor()
    with pytest.raises(NotFound), transaction():
        call(clerk)


@pytest.mark.parametrize("call", [lambda who: objections.take_back(who, NONE), lambda who: questions.take_back(who, NONE)])
def test_for_a_unit(make: Factory, call: Callable[[Actor], object]) -> None:
    officer = make.actor(Role.OFFICER, make.unit())
    with pytest.raises(NotFound), transaction():
        call(officer)


def test_for_the_administrator_and_for_somebody_without_a_unit(make: Factory) -> None:
    with pytest.raises(NotFound):
        people.get(make.actor(Role.ADMIN), NONE)
    with pytest.raises(NotFound):
        worklist.worklist(Actor(1, "Không đơn vị", Role.OFFICER, None))


def test_a_draft_is_no_dispatch_to_follow(make: Factory) -> None:
    clerk, now = make.actor(), clock.now()
    with transaction() as session:
        draft = Dispatch(created_at=now, updated_at=now)
        session.add(draft)
    for call in (
        lambda: reports.dispatch(clerk, draft.id), lambda: report_facts.gather(draft.id, TODAY), lambda: policies.of_dispatch(clerk, draft.id),
        lambda: question_list.need_dispatch(clerk, draft.id), lambda: reports_schedule.choose(clerk, draft.id, "weekly"),
    ):
        with pytest.raises(NotFound), transaction():
            call()


def test_what_has_nothing_to_do_does_nothing(make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    with transaction():
        assert recurring.open_due(NONE) == [] and objection_decisions.undo(clerk, NONE) == 0
        mail_submissions.hand_in([])
        tally.rebuild()
    assert search_index.run(transaction, 0) == search_files.run(transaction, 0) == 0
    found = worklist.worklist(make.actor(Role.OFFICER, unit))
    assert (found.groups, found.before, found.after, found.first, found.counts) == ([], None, None, None, worklist.Counts())
    assert why.rule_of("", None) == "" and plan_page.unit(clerk, unit.id).lines == []
