"""What the reader drafted and what was issued are kept side by side, and the office's own accuracy follows."""
from datetime import date

from flask import Flask

from tests.factories import Factory
from tests.services.test_intake import TEXT, bring, tasks
from tracker.db import db, transaction
from tracker.models.dispatches import Dispatch
from tracker.services import amending, draft_tasks, drafts, issuing, reader_score
from tracker.services.amending import TaskChange


def test_corrections_before_issue_count_and_amendments_after_do_not(app: Flask, make: Factory) -> None:
    make.unit()
    clerk = make.actor()
    dispatch = bring(clerk, TEXT.encode(), "cv.txt")
    first, second = tasks(dispatch)
    with transaction():
        head = drafts.Head("công văn", "13-CV/HNDT", dispatch.issued_on, dispatch.issuer or "", dispatch.subject, "Lê Thị Minh Hà", "PHÓ CHỦ TỊCH", "", "")
        drafts.save_head(clerk, dispatch.id, dispatch.version, head)
    with transaction():
        draft_tasks.split(clerk, dispatch.id, None, second.id, "Củng cố các tổ yếu kém,\n\nphân công người theo dõi từng tổ.")
    with transaction():
        draft_tasks.date_all(clerk, dispatch.id, None, date(2026, 12, 1), only_undated=True)
    with transaction():
        issuing.issue(clerk, dispatch.id, dispatch.version)
    kept = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert "undo" not in kept.reading and kept.reading["drafted"]["head"]["number"] == "12-CV/HNDT"
    with transaction():
        change = TaskChange(first.id, first.title, first.text, date(2026, 11, 1), None)
        amending.amend(clerk, dispatch.id, kept.version, [change], reason="Lùi hạn")
    found = reader_score.score()
    assert found.dispatches == 1
    assert (found.fields["number"].wrong, found.fields["subject"].right) == (1, 1)
    assert (found.fields["tasks"].right, found.fields["tasks"].wrong, found.fields["tasks"].missed) == (1, 1, 2)
    assert (found.fields["deadlines"].right, found.fields["deadlines"].wrong) == (1, 0)


def test_a_dispatch_that_is_still_a_draft_is_not_judged(app: Flask, make: Factory) -> None:
    bring(make.actor(), TEXT.encode(), "cv.txt")
    assert reader_score.score().dispatches == 0
