"""Words picked in the text become values of the draft; structural steps can be taken back."""
from datetime import date

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.test_intake import TEXT, bring, tasks
from tracker.db import transaction
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.services import draft_pick, draft_tasks, draft_undo


@pytest.fixture
def clerk(app: Flask, make: Factory) -> Actor:
    return make.actor()


@pytest.fixture
def draft(clerk: Actor) -> Dispatch:
    return bring(clerk, TEXT.encode(), "cv.txt")


def pick(clerk: Actor, draft: Dispatch, field: str, words: str, task: Task | None = None) -> Dispatch:
    start = draft.text.index(words)
    with transaction():
        found, _ = draft_pick.pick(clerk, draft.id, draft.version, field, start, start + len(words), task.id if task else 0)
    return found


@pytest.mark.parametrize(("field", "words", "value"), [
    ("number", "12-CV/HNDT", "12-CV/HNDT"), ("issued_on", "ngày 01 tháng 9 năm 2026", date(2026, 9, 1)), ("issuer", "BCH HND TỈNH THANH HOÁ", None),
    ("subject", "kiểm tra uỷ thác", None), ("signatory_name", "Lê Thị Minh Hà", None), ("signatory_title", "PHÓ CHỦ TỊCH", None),
])
def test_words_become_a_value_of_the_head_with_their_place(clerk: Actor, draft: Dispatch, field: str, words: str, value: object) -> None:
    with transaction() as session:
        setattr(session.merge(draft), field, "" if field == "subject" else None)
    found = pick(clerk, draft, field, words)
    assert getattr(found, field) == (value or words)
    start, end = found.reading["spans"][draft_pick.HEAD[field]]
    assert found.text[start:end] == words


def test_words_become_a_term_a_text_or_a_task(clerk: Actor, draft: Dispatch) -> None:
    first, second = tasks(draft)
    found = pick(clerk, draft, "due_on", "trước ngày 01/10/2026", second)
    assert (tasks(found)[1].due_on, tasks(found)[1].precision) == (date(2026, 9, 30), "day") and tasks(found)[1].why
    found = pick(clerk, found, "text", "phân công người theo dõi từng tổ", second)
    assert tasks(found)[1].text == "phân công người theo dõi từng tổ"
    found = pick(clerk, found, "task", "Kiểm tra các tổ vay vốn", first)
    assert [task.text for task in tasks(found)][:2] == [first.text, "Kiểm tra các tổ vay vốn"] and [t.position for t in tasks(found)] == [1, 2, 3]


@pytest.mark.parametrize(("field", "words", "code"), [
    ("issued_on", "Kính gửi", "pick.day"), ("due_on", "Củng cố", "pick.deadline"), ("report_to_email", "Kính gửi", "draft.email"),
])
def test_words_that_are_no_such_value_are_refused(clerk: Actor, draft: Dispatch, field: str, words: str, code: str) -> None:
    before = draft.version
    with pytest.raises(BadInput, match=code):
        pick(clerk, draft, field, words, tasks(draft)[0])
    assert draft.version == before


def test_a_pick_from_a_stale_page_or_of_a_foreign_task_is_refused(clerk: Actor, draft: Dispatch, make: Factory) -> None:
    with pytest.raises(Conflict), transaction():
        draft_pick.pick(clerk, draft.id, draft.version - 1, "number", 0, 5)
    foreign = tasks(make.issued([make.unit()]))[0]
    for field, task_id in (("due_on", foreign.id), ("colour", 0)):
        with pytest.raises(NotFound), transaction():
            draft_pick.pick(clerk, draft.id, draft.version, field, 0, 50, task_id)


def test_steps_are_taken_back_one_by_one(clerk: Actor, draft: Dispatch, make: Factory) -> None:
    unit = make.unit()

    def picture() -> list[tuple[object, ...]]:
        return [(t.position, t.text, t.due_on, t.cancelled, sorted((u.unit_id, u.role) for u in t.units)) for t in tasks(draft)]

    with transaction():
        form = draft_tasks.TaskForm("Kiểm tra", tasks(draft)[0].text, "day", date(2026, 9, 30), None, ("report",), False, {unit.id: "lead"})
        draft_tasks.save(clerk, draft.id, draft.version, tasks(draft)[0].id, form)
    pictures = [picture()]
    steps = (
        lambda: draft_tasks.merge_next(clerk, draft.id, None, tasks(draft)[0].id),
        lambda: draft_tasks.split(clerk, draft.id, None, tasks(draft)[0].id, "Một.\n\nHai.\n\nBa."),
        lambda: draft_tasks.remove(clerk, draft.id, None, tasks(draft)[1].id),
        lambda: draft_tasks.date_all(clerk, draft.id, date(2026, 12, 1), None),
    )
    for step in steps:
        with transaction():
            step()
        pictures.append(picture())
    for before in reversed(pictures[:-1]):
        with transaction():
            assert draft_undo.undo(clerk, draft.id, draft.version)
        assert picture() == before
    assert draft_undo.last(draft) == "sửa mục 1"
    with transaction():
        draft_undo.undo(clerk, draft.id, draft.version)
    assert draft_undo.last(draft) == ""
    with pytest.raises(BadInput, match="draft.no_undo"), transaction():
        draft_undo.undo(clerk, draft.id, draft.version)


def test_undo_takes_back_the_last_change_only_however_small(clerk: Actor, draft: Dispatch) -> None:
    first, second = tasks(draft)

    def saved(task: Task, title: str) -> None:
        form = draft_tasks.TaskForm(title, task.text, "day", date(2026, 9, 30), None, ("report",), True, {})
        draft_tasks.save(clerk, draft.id, draft.version, task.id, form)

    with transaction():
        draft_tasks.remove(clerk, draft.id, None, second.id)
    for title in ("Gõ d", "Gõ dở", "Gõ xong", "Gõ xong"):
        with transaction():
            saved(first, title)
    with transaction():
        added = draft_tasks.add(clerk, draft.id)
    with transaction():
        saved(added, "Gõ tay")
    pick(clerk, draft, "due_on", "trước ngày 01/10/2026", added)
    with transaction():
        draft_tasks.restore(clerk, draft.id, second.id)
    seen = []
    while draft_undo.last(draft):
        with transaction():
            seen.append((draft_undo.undo(clerk, draft.id, draft.version), [task.title for task in draft_tasks.tasks_of(draft.id)][:2]))
    assert seen == [
        ("lấy lại một mục đã xoá", ["Gõ xong", "Gõ tay"]), ("đổi hạn mục 2", ["Gõ xong", "Gõ tay"]), ("sửa mục 2", ["Gõ xong", "Nhiệm vụ mới"]),
        ("thêm một mục", ["Gõ xong"]), ("sửa mục 1", [first.title]), ("xoá mục 2", [first.title, second.title]),
    ]


def test_an_address_is_found_among_the_words_picked_with_it(clerk: Actor, draft: Dispatch) -> None:
    words = "Hộp thư: Ban @tinh.example, điện thoại 0237"
    with transaction() as session:
        session.merge(draft).text = words
    assert pick(clerk, draft, "report_to_email", words).report_to_email == "ban@tinh.example"


def test_a_task_is_not_made_longer_than_its_form_takes(clerk: Actor, draft: Dispatch) -> None:
    words = "việc " * 4001
    with transaction() as session:
        session.merge(draft).text = words
    for field in ("task", "text"):
        with pytest.raises(BadInput, match="task.too_long"):
            pick(clerk, draft, field, words, tasks(draft)[0])


def test_one_date_for_all_ends_the_doubts_about_terms(clerk: Actor, draft: Dispatch) -> None:
    with transaction() as session:
        session.merge(tasks(draft)[0]).doubts = [{"code": "deadline.year", "text": "x"}, {"code": "item", "text": "y"}]
    with transaction():
        draft_tasks.date_all(clerk, draft.id, date(2026, 12, 1), None)
    assert [doubt["code"] for doubt in tasks(draft)[0].doubts] == ["item"]
