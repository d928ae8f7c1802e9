"""The province's pages over HTTP: what they show, what each role may do, and what a stale or wrong form answers."""
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import Factory
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Person
from tracker.services import reviewing

LATE, SOON = date(2026, 8, 31), date(2026, 9, 11)


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


@pytest.fixture
def issued(here: Factory) -> Dispatch:
    """A dispatch to two districts, one task overdue and one due soon."""
    return here.issued([here.unit("Huyện Hà Trung"), here.unit("Huyện Yên Định")], [(LATE, None), (SOON, None)], number="931-CV/HNDT")


def enter(client: FlaskClient, person: Person) -> None:
    """Signs the person in."""
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0


def post(client: FlaskClient, page: str, to: str, **fields: object) -> TestResponse:
    """Takes the token of a page and posts as its form does."""
    token = re.search(r'name="csrf(?:-|_)token" (?:content|value)="([^"]+)"', client.get(page).text)
    assert token
    return client.post(to, data={"csrf_token": token[1], **fields})


def handed(dispatch: Dispatch, here: Factory) -> tuple[int, list[Assignment]]:
    """A submission of the second district for both tasks, and its assignments."""
    rows = here.assignments(dispatch)
    unit = max(row.unit_id for row in rows)
    mine = [row for row in rows if row.unit_id == unit]
    return hand_in(mine[0].unit, mine, clock.today()), mine


def test_the_first_page_says_what_to_do_and_offers_only_what_the_role_may(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    handed(issued, here)
    enter(client, here.person(Role.CLERK))
    shown = client.get("/").text
    assert "Hôm nay cần làm 2 việc" in shown and "Đôn đốc 1 đơn vị quá hạn" in shown and "Duyệt 1 báo cáo kết quả" in shown
    assert f'href="/dispatches/{issued.id}/matrix"' in shown and "/dispatches/new" in shown
    assert re.search(r'href="/reviews"[^>]*>Duyệt <b>2</b>', shown)
    enter(client, here.person(Role.AUDITOR))
    shown = client.get("/").text
    assert "Hôm nay không có việc gấp" in shown and "/dispatches/new" not in shown and "Công văn đang theo dõi" in shown


def test_who_has_nothing_to_do_is_not_told_that_nothing_is_late(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    handed(issued, here)
    enter(client, here.person(Role.AUDITOR))
    page = client.get("/").text
    assert "đang theo dõi 1 việc quá hạn và 2 việc chờ duyệt" in page and "Không có đơn vị nào quá hạn" not in page


def test_units_are_sorted_as_asked(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    handed(issued, here)
    enter(client, here.person(Role.CLERK))
    for sort, first in (("over", "Hà Trung"), ("waiting", "Yên Định"), ("nonsense", "Hà Trung")):
        table = client.get(f"/?sort={sort}").text.split('id="units"')[1]
        assert first in table.split("</tr>")[1], sort


def test_the_matrix_can_be_narrowed_printed_and_nudged_from(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    enter(client, here.person(Role.CLERK))
    page = f"/dispatches/{issued.id}/matrix"
    shown = client.get(page).text
    assert shown.count('class="st over"') >= 3 and "Đôn đốc 2 đơn vị" in shown and "data-print" in shown
    assert client.get(f"{page}?name=ha+trung").text.count("<tr><th scope=\"row\"><label>") == 1
    assert "Không có đơn vị nào khớp" in client.get(f"{page}?name=khong+co").text
    unit_id = here.assignments(issued)[0].unit_id
    answer = post(client, page, "/reminders/nudge", dispatch_id=issued.id, only=unit_id, message="Gửi ngay")
    assert answer.status_code == 302
    db.session.rollback()
    assert set(db.session.scalars(select(Reminder.unit_id))) == {unit_id}
    assert "nhắc 08/09" in client.get(page).text


def test_readers_see_no_act_and_districts_no_page(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    submission_id, mine = handed(issued, here)
    enter(client, here.person(Role.AUDITOR))
    for page in (f"/dispatches/{issued.id}/matrix", f"/dispatches/{issued.id}/silent"):
        assert "Đôn đốc" not in client.get(page).text.split("<main")[1]
    assert client.get("/reviews").status_code == 403
    enter(client, here.person(Role.OFFICER, mine[0].unit))
    for page in (f"/dispatches/{issued.id}/matrix", f"/dispatches/{issued.id}/silent", "/reviews", f"/reviews/{submission_id}", f"/units/{mine[0].unit_id}"):
        assert client.get(page).status_code in (403, 404), page
    assert client.get("/unit").status_code == 200


def test_silent_units_are_ticked_for_one_press(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    enter(client, here.person(Role.CLERK))
    page = f"/dispatches/{issued.id}/silent"
    shown = client.get(page).text
    ids = re.findall(r'name="unit_id" value="(\d+)" data-row checked', shown)
    assert len(ids) == 2 and "chưa nhắc" in shown
    answer = post(client, page, "/reminders/nudge", dispatch_id=issued.id, unit_id=ids, back=page)
    assert answer.headers["Location"] == page
    assert "1 lần, gần nhất 08/09" in client.get(page).text


def test_accepting_some_leaves_the_rest_and_can_be_undone(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    submission_id, (first, second) = handed(issued, here)
    enter(client, here.person(Role.CLERK))
    page = f"/reviews/{submission_id}"
    assert client.get("/reviews").headers["Location"] == page
    assert post(client, page, page, verdict="accepted", assignment_id=[first.id]).status_code == 302
    shown = client.get(page).text
    assert "Đã chấp nhận 1 nhiệm vụ" in shown and "Hoàn tác kết luận vừa rồi" in shown and "Chấp nhận 1 nhiệm vụ" in shown
    mail_id = re.search(r'name="mail_id" value="(\d+)"', shown)
    assert mail_id
    assert post(client, page, "/reviews/undo", mail_id=mail_id[1]).headers["Location"] == page
    db.session.rollback()
    assert [db.session.get_one(Assignment, row.id).state for row in (first, second)] == ["submitted", "submitted"]
    assert db.session.get_one(Mail, int(mail_id[1])).state == "cancelled"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "", "fix_by": "15/09/2026"}, "Chưa ghi lý do trả lại"),
        ({"reason": "Thiếu biên bản", "fix_by": ""}, "Hãy chọn ngày sửa chậm nhất"),
        ({"reason": "Thiếu biên bản", "fix_by": "07/09/2026"}, "Hãy chọn ngày sửa chậm nhất"),
        ({"reason": "Thiếu biên bản", "fix_by": "31/02/2026"}, "Không hiểu ngày"),
        ({"reason": "Thiếu biên bản", "fix_by": "15/09/2026", "assignment_id": []}, "Chưa chọn nhiệm vụ nào"),
    ],
)
def test_a_return_that_lacks_something_keeps_what_was_typed(
    client: FlaskClient, here: Factory, issued: Dispatch, fields: dict[str, object], words: str
) -> None:
    submission_id, (first, _) = handed(issued, here)
    enter(client, here.person(Role.CLERK))
    page = f"/reviews/{submission_id}"
    answer = post(client, page, page, verdict="returned", **{"assignment_id": [first.id], **fields})
    assert answer.status_code == 422 and words in answer.text and str(fields["reason"]) in answer.text
    db.session.rollback()
    assert db.session.get_one(Assignment, first.id).state == "submitted"


def test_what_another_clerk_decided_meanwhile_is_said_on_the_page(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    submission_id, (first, second) = handed(issued, here)
    enter(client, here.person(Role.CLERK))
    page, other = f"/reviews/{submission_id}", here.actor()
    with transaction():
        reviewing.accept(other, submission_id, [first.id, second.id])
    answer = post(client, page, page, verdict="returned", assignment_id=[first.id], reason="Thiếu", fix_by="15/09/2026")
    assert answer.status_code == 409 and "đã chuyển sang bước khác" in answer.text
    db.session.rollback()
    assert db.session.get_one(Assignment, first.id).state == "accepted"


def test_a_verdict_that_was_told_cannot_be_undone(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    submission_id, (first, _) = handed(issued, here)
    clerk = here.person(Role.CLERK)
    enter(client, clerk)
    with transaction():
        told = reviewing.accept(here.as_actor(clerk), submission_id, [first.id])
    with transaction() as session:
        session.get_one(Mail, told.mail_id).state, session.get_one(Mail, told.mail_id).attempts = "sending", 1
    answer = post(client, "/", "/reviews/undo", mail_id=told.mail_id)
    assert answer.status_code == 409 and "không hoàn tác được nữa" in answer.text


def test_an_empty_queue_says_what_comes_next(client: FlaskClient, here: Factory) -> None:
    enter(client, here.person(Role.CLERK))
    assert "Không có kết quả nào chờ duyệt" in client.get("/reviews").text


def test_a_units_page_shows_its_work(client: FlaskClient, here: Factory, issued: Dispatch) -> None:
    (submission_id, mine), other = handed(issued, here), here.actor()
    with transaction():
        reviewing.send_back(other, submission_id, [mine[0].id], "Thiếu", clock.today() + timedelta(days=3))
    enter(client, here.person(Role.CLERK))
    shown = client.get(f"/units/{mine[0].unit_id}").text
    assert "Việc còn mở" in shown and f'href="/reviews/{submission_id}"' in shown and "1 chờ duyệt, 1 trả lại" in shown
    enter(client, here.person(Role.DISTRICT_LEADER, mine[0].unit))
    shown = client.get("/unit").text
    assert f'href="/submissions/{submission_id}"' in shown and "Đã nhắc" not in shown
