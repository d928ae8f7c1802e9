"""Correcting a draft: every change counts its version, and nothing is lost before it is issued."""
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tests.services.test_intake import TEXT
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.files import StoredFile
from tracker.models.tasks import Task, TaskUnit
from tracker.services import draft_tasks, drafts, figure_forms, indicators, intake, issuing, recipients
from tracker.services.draft_tasks import TaskForm

HEAD = drafts.Head(
    "công văn", "14-CV/HNDT", date(2026, 9, 2), "Hội Nông dân tỉnh", "Việc mới", "Lê Thị Minh Hà", "PHÓ CHỦ TỊCH", "Ban KT-XH", "ban@tinh.example",
)


@pytest.fixture
def clerk(make: Factory) -> Actor:
    return make.actor()


@pytest.fixture
def draft(app: Flask, clerk: Actor) -> Dispatch:
    taken = intake.take((BytesIO(TEXT.encode()), "cv.txt"), [(BytesIO(b"Phu luc"), "phu-luc.txt")])
    with transaction():
        return intake.create(clerk, taken)


def form(**more: object) -> TaskForm:
    values: dict[str, object] = {
        "title": "Kiểm tra tổ", "text": "Kiểm tra.", "precision": "day", "due_on": date(2026, 10, 1), "review_on": None, "evidence": ("report", "photo"),
        "to_all": True, "units": {}, **more,
    }
    return TaskForm(**values)  # type: ignore[arg-type]


def titles(draft: Dispatch, deleted: bool = False) -> list[str]:
    db.session.expire_all()
    return [task.title for task in draft_tasks.tasks_of(draft.id, deleted)]


def positions(draft: Dispatch) -> list[int]:
    return [task.position for task in draft_tasks.tasks_of(draft.id)]


def test_the_head_is_written_and_searchable_without_accents(draft: Dispatch, clerk: Actor) -> None:
    with transaction():
        drafts.save_head(clerk, draft.id, 1, HEAD)
    found = db.session.get_one(Dispatch, draft.id, populate_existing=True)
    assert (found.number, found.issued_on, found.report_to_email, found.version) == ("14-CV/HNDT", date(2026, 9, 2), "ban@tinh.example", 2)
    assert "viec moi" in found.folded and found.short_subject == "Việc mới"


def test_a_stale_page_writes_nothing(draft: Dispatch, clerk: Actor) -> None:
    with transaction():
        drafts.save_head(clerk, draft.id, 1, HEAD)
    task = draft_tasks.tasks_of(draft.id)[0]
    with pytest.raises(Conflict, match="stale"), transaction():
        draft_tasks.save(clerk, draft.id, 1, task.id, form())
    assert titles(draft)[0] != "Kiểm tra tổ"


def test_a_task_is_edited_whole(draft: Dispatch, clerk: Actor, make: Factory) -> None:
    unit, other = make.unit(), make.unit()
    task = draft_tasks.tasks_of(draft.id)[0]
    with transaction():
        draft_tasks.save(clerk, draft.id, 1, task.id, form(to_all=False, units={unit.id: "lead", other.id: "coordinate"}))
    found = db.session.get_one(Task, task.id, populate_existing=True)
    assert (found.title, found.due_on, found.evidence, found.to_all) == ("Kiểm tra tổ", date(2026, 10, 1), ["report", "photo"], False)
    assert found.why == "chuyên viên ghi"
    assert {row.unit_id: row.role for row in db.session.scalars(select(TaskUnit))} == {unit.id: "lead", other.id: "coordinate"}
    with transaction():
        draft_tasks.save(clerk, draft.id, 2, task.id, form(precision="none", due_on=date(2026, 10, 1), review_on=date(2026, 10, 9)))
    found = db.session.get_one(Task, task.id, populate_existing=True)
    assert (found.due_on, found.review_on, found.why) == (None, date(2026, 10, 9), "")
    assert db.session.scalar(select(func.count()).select_from(TaskUnit)) == 0


@pytest.mark.parametrize(("more", "code"), [({"title": " "}, "task.no_title"), ({"title": "x" * 161}, "task.too_long"), ({"precision": "x"}, "task.precision")])
def test_what_cannot_be_a_task_is_refused(draft: Dispatch, clerk: Actor, more: dict[str, object], code: str) -> None:
    task = draft_tasks.tasks_of(draft.id)[0]
    with pytest.raises(BadInput, match=code), transaction():
        draft_tasks.save(clerk, draft.id, 1, task.id, form(**more))


def test_merging_keeps_text_place_and_the_earlier_date(draft: Dispatch, clerk: Actor) -> None:
    first, second = draft_tasks.tasks_of(draft.id)
    end, words = second.span_end, second.text
    with transaction():
        draft_tasks.merge_next(clerk, draft.id, 1, first.id)
    (left,) = draft_tasks.tasks_of(draft.id)
    assert (left.id, left.span_end, left.due_on) == (first.id, end, date(2026, 9, 30)) and words in left.text
    with pytest.raises(BadInput, match="task.no_next"), transaction():
        draft_tasks.merge_next(clerk, draft.id, 2, first.id)


def test_merging_charges_whoever_had_either(draft: Dispatch, clerk: Actor, make: Factory) -> None:
    a, b, c = make.unit(), make.unit(), make.unit()
    first, second = draft_tasks.tasks_of(draft.id)
    with transaction():
        draft_tasks.save(clerk, draft.id, 1, first.id, form(to_all=False, units={a.id: "lead", c.id: "coordinate"}))
    with transaction():
        draft_tasks.save(clerk, draft.id, 2, second.id, form(to_all=False, units={b.id: "lead", a.id: "coordinate", c.id: "coordinate"}))
    with transaction():
        draft_tasks.merge_next(clerk, draft.id, 3, first.id)
    (left,) = draft_tasks.tasks_of(draft.id)
    assert not left.to_all and {row.unit_id: row.role for row in left.units} == {a.id: "lead", b.id: "lead", c.id: "coordinate"}


def test_a_task_for_all_merged_with_one_for_some_stays_for_all(draft: Dispatch, clerk: Actor, make: Factory) -> None:
    a, b = make.unit(), make.unit()
    first, second = draft_tasks.tasks_of(draft.id)
    with transaction():
        draft_tasks.save(clerk, draft.id, 1, first.id, form(units={b.id: "coordinate"}))
    with transaction():
        draft_tasks.save(clerk, draft.id, 2, second.id, form(to_all=False, units={a.id: "lead", b.id: "coordinate"}))
    with transaction():
        draft_tasks.merge_next(clerk, draft.id, 3, first.id)
    (left,) = draft_tasks.tasks_of(draft.id)
    assert left.to_all and {row.unit_id: row.role for row in left.units} == {b.id: "coordinate"}


def test_findings_of_two_units_are_not_merged(draft: Dispatch, clerk: Actor, make: Factory) -> None:
    made = []
    for unit in (make.unit(), make.unit()):
        with transaction():
            made.append(draft_tasks.add(clerk, draft.id, "finding"))
        with transaction():
            draft_tasks.save(clerk, draft.id, 1 + 2 * len(made) - 1, made[-1].id, form(to_all=False, units={unit.id: "lead"}))
    with pytest.raises(BadInput, match="finding.other_unit"), transaction():
        draft_tasks.merge_next(clerk, draft.id, None, made[0].id)


def test_choosing_units_ends_the_doubt_about_them(draft: Dispatch, clerk: Actor, make: Factory) -> None:
    task, unit = draft_tasks.tasks_of(draft.id)[0], make.unit()
    with transaction() as session:
        session.get_one(Task, task.id).doubts = [{"code": "units", "text": "x"}, {"code": "item", "text": "y"}]
    with transaction():
        draft_tasks.save(clerk, draft.id, 1, task.id, form(text=task.text, to_all=False, units={unit.id: "lead"}))
    assert [doubt["code"] for doubt in db.session.get_one(Task, task.id, populate_existing=True).doubts] == ["item"]


def test_splitting_at_a_blank_line_keeps_places_in_the_text(draft: Dispatch, clerk: Actor) -> None:
    second = draft_tasks.tasks_of(draft.id)[1]
    text = second.text.replace("yếu kém, ", "yếu kém,\r\n\r\n")
    with transaction():
        made = draft_tasks.split(clerk, draft.id, 1, second.id, text)
    assert len(made) == 2 and positions(draft) == [1, 2, 3]
    found = draft_tasks.tasks_of(draft.id)
    assert draft.text[found[2].span_start : found[2].span_end] == "phân công người theo dõi từng tổ."
    with pytest.raises(BadInput, match="task.split_nowhere"), transaction():
        draft_tasks.split(clerk, draft.id, 2, second.id, "một đoạn")


def test_reordering_deleting_and_having_back(draft: Dispatch, clerk: Actor) -> None:
    before = titles(draft)
    first, second = draft_tasks.tasks_of(draft.id)
    with transaction():
        draft_tasks.move(clerk, draft.id, 1, second.id, -1)
    assert titles(draft) == before[::-1]
    with transaction():
        draft_tasks.remove(clerk, draft.id, 2, second.id)
    assert titles(draft) == [before[0]] and titles(draft, deleted=True) == [before[1]]
    with transaction():
        draft_tasks.restore(clerk, draft.id, second.id)
    assert titles(draft) == before[::-1] and positions(draft) == [1, 2]
    with pytest.raises(NotFound), transaction():
        draft_tasks.remove(clerk, draft.id + 1, None, first.id)


def test_one_date_for_all_leaves_out_what_is_deleted_and_a_deleted_task_is_not_issued(draft: Dispatch, clerk: Actor, make: Factory) -> None:
    make.unit()
    with transaction():
        added_id = draft_tasks.add(clerk, draft.id).id
    assert titles(draft)[-1] == "Nhiệm vụ mới"
    with transaction():
        draft_tasks.remove(clerk, draft.id, None, added_id)
    with transaction():
        assert draft_tasks.date_all(clerk, draft.id, None, date(2026, 10, 20), only_undated=True) == 1
    assert [(t.due_on, t.review_on) for t in draft_tasks.tasks_of(draft.id)] == [(date(2026, 9, 30), None), (None, date(2026, 10, 20))]
    with transaction():
        assert draft_tasks.date_all(clerk, draft.id, date(2026, 10, 5), None) == 2
    version = db.session.get_one(Dispatch, draft.id, populate_existing=True).version
    with transaction():
        assert issuing.issue(clerk, draft.id, version).assignments == 2
    assert db.session.scalar(select(func.count()).where(Task.id == added_id)) == 0


def test_recipients_are_all_a_group_or_ticks(draft: Dispatch, clerk: Actor, make: Factory) -> None:
    units = [make.unit() for _ in range(3)]
    gone = make.unit()
    with transaction() as session:
        session.merge(gone).valid_to = date(2025, 6, 30)
    assert [unit.id for unit in recipients.of_draft(draft)] == [unit.id for unit in units]
    with transaction():
        drafts.to_units(clerk, draft.id, 1, [units[1].id])
    assert [unit.id for unit in recipients.of_draft(draft)] == [units[1].id]
    with pytest.raises(BadInput, match="recipients.none"), transaction():
        drafts.to_units(clerk, draft.id, 2, [])
    with transaction():
        drafts.to_everyone(clerk, draft.id, 2)
    assert len(recipients.of_draft(draft)) == 3


def test_text_typed_by_hand_is_read(draft: Dispatch, clerk: Actor) -> None:
    with transaction():
        drafts.type_text(clerk, draft.id, 1, TEXT.replace("12-CV", "15-CV").replace("1. Kiểm tra các tổ", "1. Thăm các tổ"))
    found = db.session.get_one(Dispatch, draft.id, populate_existing=True)
    assert found.number == "15-CV/HNDT" and titles(found)[0].startswith("Thăm các tổ")
    with pytest.raises(BadInput, match="intake.secret"), transaction():
        drafts.type_text(clerk, draft.id, 2, TEXT.replace("Số: 12-CV/HNDT", "TỐI MẬT\nSố: 12-CV/HNDT"))


def test_what_the_reader_doubts_is_kept_beside_the_value_and_on_its_task(app: Flask, clerk: Actor) -> None:
    text = TEXT.replace("12-CV/HNDT", "12-CV/SYT").replace("2. Củng cố", "3. Củng cố").replace("trước ngày 01/10/2026", "trước ngày 01/7")
    taken = intake.take((BytesIO(text.encode()), "cv.txt"), [])
    with transaction():
        made = intake.create(clerk, taken)
    found = db.session.get_one(Dispatch, made.id, populate_existing=True)
    assert "SYT" in found.reading["doubts"]["issuer"] and found.reading["spans"]["recipients"]
    first, second = draft_tasks.tasks_of(made.id)
    assert [doubt["code"] for doubt in second.doubts] == ["item"] and "từ 1 sang 3" in second.doubts[0]["text"]
    assert "deadline.year" in [doubt["code"] for doubt in first.doubts]


def test_a_discarded_draft_leaves_no_row_and_no_byte_but_an_event(draft: Dispatch, clerk: Actor) -> None:
    with transaction():
        drafts.discard(clerk, draft.id)
    assert db.session.get(Dispatch, draft.id) is None
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0 and not list(store().contents())
    assert list(db.session.scalars(select(Event.kind))) == ["dispatch.discard"]


def test_an_issued_dispatch_is_no_draft_any_more(app: Flask, make: Factory, clerk: Actor) -> None:
    dispatch = make.issued([make.unit()])
    for call in (lambda: drafts.get(clerk, dispatch.id), lambda: drafts.discard(clerk, dispatch.id), lambda: draft_tasks.add(clerk, dispatch.id)):
        with pytest.raises(Conflict, match="dispatch.issued"), transaction():
            call()


def test_only_clerks_see_drafts(draft: Dispatch, make: Factory) -> None:
    for role in (Role.LEADER, Role.AUDITOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            drafts.get(make.actor(role), draft.id)


def test_the_form_of_a_merged_task_is_asked_with_what_both_became(draft: Dispatch, clerk: Actor) -> None:
    first, second = draft_tasks.tasks_of(draft.id)
    with transaction():
        indicator = indicators.save(clerk, None, indicators.Wanted("so_to", "Số tổ", unit="tổ")).id
        wanted = figure_forms.Wanted("Tổ yếu kém", [indicator], ("actual",), due_on=date(2026, 10, 1), task_id=second.id)
        form_id = figure_forms.save(clerk, draft.id, None, wanted).id
    with transaction():
        draft_tasks.merge_next(clerk, draft.id, None, first.id)
    db.session.expire_all()
    assert figure_forms.get(clerk, form_id)[0].task_id == first.id
