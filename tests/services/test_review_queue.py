"""The review queue: oldest first, one submission with all that is needed, what can be undone, and a count for the menu."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.factories import Factory
from tests.services.test_overview import queries
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden, NotFound
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Submission, evidence_items
from tracker.services import menu, review_queue, reviewing


def test_the_queue_is_oldest_first_and_counts_tasks_files_and_working_days(app: Flask, make: Factory) -> None:
    slow, quick = make.unit("Yên Định"), make.unit("Hà Trung")
    dispatch = make.issued([slow, quick], number="931-CV/HNDT")
    with clock.frozen(date(2026, 9, 4)):
        first = hand_in(slow, make.assignments(dispatch, slow), clock.today())
    second = hand_in(quick, make.assignments(dispatch, quick)[:1], clock.today())
    attach(first, [row.id for row in make.assignments(dispatch, slow)][:1])
    waiting = review_queue.queue()
    assert [(line.submission_id, line.unit, line.number, line.tasks, line.files, line.working_days) for line in waiting] == [
        (first, "Yên Định", "931-CV/HNDT", 2, 1, 2), (second, "Hà Trung", "931-CV/HNDT", 1, 0, 0),
    ]
    assert menu.waiting()["reviews"] == 3
    with clock.frozen(date(2026, 9, 15)):
        assert [(line.working_days, line.over) for line in review_queue.queue()] == [(7, 2), (5, 0)]
    assert queries(review_queue.queue) <= 4


def attach(submission_id: int, assignment_ids: list[int]) -> int:
    """One file that answers these assignments; gives its id."""
    with transaction() as session:
        file = StoredFile(sha256="a" * 64, size=3, media_type="application/pdf", name="112-CV.pdf", created_at=clock.now())
        session.add(file)
        session.flush()
        evidence = Evidence(submission_id=submission_id, file_id=file.id, created_at=clock.now())
        session.add(evidence)
        session.flush()
        session.execute(insert(evidence_items), [{"evidence_id": evidence.id, "assignment_id": one} for one in assignment_ids])
        return file.id


def test_an_opened_submission_shows_each_answer_with_its_files_and_lateness(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit("Yên Định"), make.actor()
    dispatch = make.issued([unit], [(date(2026, 9, 4), None), (date(2026, 9, 30), None), (None, date(2026, 10, 15))])
    rows = make.assignments(dispatch, unit)
    submission_id = hand_in(unit, rows, clock.today())
    attach(submission_id, [rows[1].id])
    opened = review_queue.opened(clerk, submission_id)
    assert [(one.position, one.days_early, one.files, one.open, one.words) for one in opened.answers] == [
        (1, -4, [], True, "chờ duyệt"), (2, 22, ["112-CV.pdf"], True, "chờ duyệt"), (3, None, [], True, "chờ duyệt"),
    ]
    assert (opened.submission.unit, len(opened.files), opened.undo_mail_id) == ("Yên Định", 1, None)


def test_a_verdict_can_be_undone_from_its_page_until_the_mail_leaves(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    rows = make.assignments(make.issued([unit]), unit)
    submission_id = hand_in(unit, rows, clock.today())
    with transaction():
        told = reviewing.accept(clerk, submission_id, [rows[0].id])
    opened = review_queue.opened(clerk, submission_id)
    assert (opened.undo_mail_id, [one.open for one in opened.answers]) == (told.mail_id, [False, True])
    with transaction():
        reviewing.undo(clerk, told.mail_id)
    opened = review_queue.opened(clerk, submission_id)
    assert (opened.undo_mail_id, len(opened.open_answers)) == (None, 2)


def test_a_later_round_takes_the_place_of_the_earlier_one(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    row = make.assignments(make.issued([unit]), unit)[0]
    first = hand_in(unit, [row], clock.today())
    with transaction():
        reviewing.send_back(clerk, first, [row.id], "Thiếu biên bản", clock.today() + timedelta(days=3))
    second = hand_in(unit, [row], clock.today())
    assert [line.submission_id for line in review_queue.queue()] == [second]
    assert [one.open for one in review_queue.opened(clerk, first).answers] == [False]


def test_drafts_and_districts_stay_outside(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch, now = make.issued([unit]), clock.now()
    with transaction() as session:
        draft = Submission(dispatch_id=dispatch.id, unit_id=unit.id, created_at=now, updated_at=now)
        session.add(draft)
    for submission_id in (draft.id, 999):
        with pytest.raises(NotFound):
            review_queue.opened(clerk, submission_id)
    handed = hand_in(unit, make.assignments(dispatch, unit)[:1], clock.today())
    with pytest.raises(Forbidden):
        review_queue.opened(make.actor(Role.OFFICER, unit), handed)


def test_the_queue_ends_where_it_says(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    units = [make.unit(), make.unit()]
    dispatch = make.issued(units)
    first = hand_in(units[0], make.assignments(dispatch, units[0]), clock.today())
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        hand_in(units[1], make.assignments(dispatch, units[1]), clock.today())
    monkeypatch.setattr(review_queue, "LONGEST_QUEUE", 1)
    assert [(line.submission_id, line.tasks) for line in review_queue.queue()] == [(first, 2)]
