"""A draft that somebody else has changed, issued or thrown away, and what no draft, amendment or letter can say."""
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import Factory
from tests.services.test_amending import change
from tests.services.test_amending import tasks as issued_tasks
from tests.services.test_drafts import HEAD, form, titles
from tests.services.test_intake import TEXT, bring, scan
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.services import (
    amending,
    annexes,
    briefings,
    draft_making,
    draft_page,
    draft_pick,
    draft_tasks,
    drafts,
    ending,
    files,
    intake,
    issuing,
    late_reading,
    letters,
    reports,
)
from tracker.services.amending import NewTask

TERMS = TEXT.replace("2. Củng cố các tổ yếu kém, phân công người theo dõi từng tổ.", """2. Báo cáo kết quả hằng tháng về Hội Nông dân tỉnh.
3. Rà soát hộ vay trước ngày 05/10/2026, gửi danh sách chậm nhất ngày 15/10/2026.
4. Xử lý các khoản nợ quá hạn trong thời gian sớm nhất.
Báo cáo gửi về Ban Kinh tế - Xã hội Hội Nông dân tỉnh, hộp thư kinhte@hnd.example để tổng hợp.""")


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def clerk(make: Factory) -> Actor:
    return make.actor()


@pytest.fixture
def draft(clerk: Actor) -> Dispatch:
    return bring(clerk, TEXT.encode(), "cv.txt")


def test_terms_that_are_no_plain_day_are_told(clerk: Actor) -> None:
    dispatch = bring(clerk, TERMS.encode(), "cv.txt")
    codes = {task.position: [doubt["code"] for doubt in task.doubts] for task in draft_tasks.tasks_of(dispatch.id)}
    assert codes[1] == [] and "deadline.rhythm" in codes[2] and "deadline.several" in codes[3] and "deadline.vague" in codes[4]
    assert dispatch.report_to_email == "kinhte@hnd.example" and "email" in dispatch.reading["spans"]
    page = draft_page.page(clerk, dispatch.id)
    assert len(page.task_doubts) == sum(len(found) for found in codes.values())
    words = [str(draft_page.units_words(task, page.chosen[task.id], page.plan, page.everyone)) for task in page.tasks]
    assert set(words) == {"chưa chọn đơn vị"} and str(draft_page.evidence_words([])) == "không yêu cầu minh chứng"
    assert draft_making.shorten("một hai ba bốn năm", 12) == "một hai ba…"


def test_the_day_off_of_a_slip_of_the_hand_costs_nothing(make: Factory, clerk: Actor, draft: Dispatch) -> None:
    make.unit()
    first, second = draft_tasks.tasks_of(draft.id)
    for task, day in ((first, date(2026, 9, 2)), (second, date(9026, 9, 3))):
        with transaction():
            draft_tasks.save(clerk, draft.id, draft.version, task.id, form(due_on=day))
    page = draft_page.page(clerk, draft.id)
    assert first.id in page.off and str(draft_page.units_words(page.tasks[0], {}, page.plan, page.everyone)) == "1 đơn vị"


def test_tasks_written_by_hand_have_no_place_in_the_text(clerk: Actor, draft: Dispatch) -> None:
    first, second = draft_tasks.tasks_of(draft.id)
    with transaction():
        third = draft_tasks.add(clerk, draft.id)
    with transaction():
        draft_tasks.save(clerk, draft.id, draft.version, third.id, form(title="Thêm", text="Một.\n\nHai.", due_on=date(2026, 9, 20)))
    with transaction():
        draft_tasks.move(clerk, draft.id, None, third.id, 1)
        parts = draft_tasks.split(clerk, draft.id, None, third.id, "Một.\n\nHai.")
    assert [(task.position, task.span_start) for task in parts] == [(3, None), (4, None)]
    with transaction():
        draft_tasks.merge_next(clerk, draft.id, None, second.id)
    merged = draft_tasks.tasks_of(draft.id)[1]
    assert (merged.due_on, merged.span_start) == (date(2026, 9, 20), second.span_start) and len(titles(draft)) == 3
    with transaction():
        made = draft_tasks.split(clerk, draft.id, None, first.id, "Một.\n\nHai.\n\nBa.")
    assert [task.position for task in draft_tasks.tasks_of(draft.id)] == [1, 2, 3, 4, 5] and len({(task.span_start, task.span_end) for task in made}) == 1


def test_what_is_no_draft_or_no_task_of_it(make: Factory, clerk: Actor, draft: Dispatch) -> None:
    other = make.issued([make.unit()])
    foreign = issued_tasks(other)[0]
    with pytest.raises(NotFound), transaction():
        draft_tasks.remove(clerk, draft.id, None, foreign.id)
    for due, review in ((None, None), (date(2026, 10, 1), date(2026, 10, 1))):
        with pytest.raises(BadInput, match=r"^task\.no_date"), transaction():
            draft_tasks.date_all(clerk, draft.id, due, review)
    for wrong, code in (
            ({"number": "1" * 61}, "draft.too_long"), ({"report_to_email": "ban.example"}, "draft.email"), ({"report_to_email": "ban @tinh"}, "draft.email")):
        with pytest.raises(BadInput, match=f"^{code}"), transaction():
            drafts.save_head(clerk, draft.id, draft.version, replace(HEAD, **wrong))
    with pytest.raises(BadInput, match=r"^intake\.no_text"), transaction():
        drafts.type_text(clerk, draft.id, draft.version, " \n")
    with pytest.raises(BadInput, match=r"^annexes\.none"), transaction():
        annexes.add(clerk, draft.id, [])
    with pytest.raises(BadInput, match=r"^pick\.empty"), transaction():
        draft_pick.pick(clerk, draft.id, draft.version, "number", 5, 5)
    with pytest.raises(BadInput, match=r"^pick\.day"), transaction():
        draft_pick.pick(clerk, draft.id, draft.version, "issued_on", 0, 20)
    with pytest.raises(NotFound), transaction():
        draft_pick.pick(clerk, draft.id, draft.version, "colour", 0, 20)
    for dispatch_id, refusal in ((999, NotFound), (other.id, Conflict)):
        with pytest.raises(refusal):
            issuing.preview(clerk, dispatch_id)
        with pytest.raises(refusal), transaction():
            issuing.issue(clerk, dispatch_id, 1)
        with pytest.raises(refusal):
            drafts.get(clerk, dispatch_id)


def test_two_drafts_without_a_number_are_not_the_same(clerk: Actor) -> None:
    with pytest.raises(BadInput, match=r"^intake\.no_text"):
        intake.take_text(" \n ")
    with transaction():
        made = [intake.create(clerk, one) for one in map(intake.take_text, ("Nội dung thứ nhất.", "Nội dung thứ hai."))]
    assert [intake.earlier(one) for one in made] == [[], []]
    with transaction() as session:
        session.execute(update(Dispatch).values(source_sha256=""))
    db.session.expire_all()
    assert intake.earlier(made[0]) == []


def test_an_annex_that_nobody_can_read_is_kept_as_it_is(clerk: Actor) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<w:document")
    picture = scan("UY BAN NHAN DAN")
    dispatch = bring(clerk, TEXT.encode(), "cv.txt", [(BytesIO(content.getvalue()), "hong.docx"), (BytesIO(picture), "anh.png")])
    kept = [row.name for row in draft_page.page(clerk, dispatch.id).files]
    assert kept == ["cv.txt", "hong.docx", "anh.png"]


def test_a_scan_is_read_while_its_draft_still_waits(clerk: Actor) -> None:
    dispatch = bring(clerk, scan("UY BAN NHAN DAN"), "scan.png")
    with transaction():
        assert late_reading.claim(999) is None
        late_reading.progress(dispatch.id, 1, 2)
        assert late_reading.claim(dispatch.id) is not None
        assert late_reading.claim(dispatch.id) is None
        late_reading.progress(dispatch.id, 1, 2)
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert found.reading["state"] == "reading" and (found.reading["done"], found.reading["total"]) == (1, 2)
    # Somebody types the text meanwhile: what the worker brings is too late.
    reading = intake.read_text(TEXT.replace("12-CV/HNDT", "99-CV/HNDT"))
    with transaction():
        drafts.type_text(clerk, dispatch.id, found.version, TEXT)
    with transaction():
        late_reading.record(dispatch.id, reading, "")
        late_reading.fail(dispatch.id, BadInput("document.unreadable"))
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert (found.number, found.reading["state"]) == ("12-CV/HNDT", "ready")
    with transaction():
        late_reading.remove_original(found)
        late_reading.remove_original(found)
    assert found.file_id is None and db.session.scalars(select(StoredFile.id)).all() == [] and list(store().contents()) == []


def test_what_no_amendment_can_say(make: Factory, clerk: Actor) -> None:
    dispatch, other = make.issued([make.unit()]), make.issued([make.unit()])
    (first, *_), (foreign, *_) = issued_tasks(dispatch), issued_tasks(other)
    with pytest.raises(NotFound):
        amending.get(clerk, 999)
    assert amending.get(clerk, dispatch.id)[1][0].id == first.id
    for changes, added, refusal in (([change(foreign)], [], NotFound), ([], [NewTask("x" * 161, "", date(2026, 10, 1), None)], BadInput)):
        with pytest.raises(refusal), transaction():
            amending.amend(clerk, dispatch.id, 1, changes, added, "Sửa")
    with pytest.raises(NotFound), transaction():
        amending.amend(clerk, 999, 1, [], [], "Sửa")
    with pytest.raises(NotFound), transaction():
        ending.reopen(clerk, 999, 1)


def test_letters_about_nothing_and_letters_that_nobody_needs_any_more(make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    with clock.frozen(clock.now() - timedelta(days=20)):
        dispatch = make.issued([unit], [(date(2026, 9, 1), None)], number="931-CV/HNDT")
    with pytest.raises(NotFound):
        letters.late(clerk, 999)
    with pytest.raises(NotFound):
        letters.get(clerk, 999)
    with transaction():
        (letter,) = letters.draft(clerk, dispatch.id, "urge", each=False)
    with transaction():
        said = letters.LetterForm("V/v của tôi", letter.body, "PHÓ CHỦ TỊCH", "Lê Thị Minh Hà", letter.reply_by, (unit.id,))
        letters.save(clerk, letter.id, letter.version, said)
    with transaction():
        kept, own = letters.refresh(clerk, letter.id, letter.version)
    assert kept.subject == "V/v của tôi" and not own
    with transaction() as session:
        for row in make.assignments(dispatch):
            session.merge(row).due_on = date(2026, 12, 1)
            session.merge(row).chase_on = date(2026, 12, 1)
    with pytest.raises(BadInput, match=r"^letter\.nobody_left"), transaction():
        letters.refresh(clerk, letter.id, letter.version)


def test_a_pack_is_for_a_meeting_that_is_still_to_come(make: Factory, clerk: Actor) -> None:
    dispatch = make.issued([make.unit()])
    with pytest.raises(BadInput, match=r"^report\.met"), transaction():
        briefings.order(clerk, clock.now() - timedelta(minutes=1))
    with transaction():
        pack, report = briefings.order(clerk, clock.now() + timedelta(hours=2)), reports.request_report(clerk, dispatch.id, clock.today())
    found = briefings.meeting(pack)
    assert found is not None and briefings.meeting(report) is None and briefings.before(pack) is None


def test_a_file_without_an_ending_gets_one_and_an_empty_one_is_refused(clerk: Actor) -> None:
    blob = files.take(BytesIO(b"%PDF-1.4\n%%EOF\n"), "quyet dinh")
    assert files.described(clerk, blob, "quyet dinh").name == "quyet dinh.pdf"
    with pytest.raises(BadInput, match=r"^files\.empty"):
        files.take(BytesIO(b""), "a.pdf")
