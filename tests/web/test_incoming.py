"""The clerk's pages of incoming mail and the unit's page of confirmation."""
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests import letters_in
from tests.factories import Factory
from tests.services.test_incoming import BOX, OFFICER, Post
from tests.web.test_reminders import enter
from tracker.db import db
from tracker.domain.access import Role


@pytest.fixture
def post(sqlite_app: Flask, client: FlaskClient) -> Post:
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    post = Post(sqlite_app, Factory())
    enter(client, post.make.person(Role.CLERK))
    return post


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def test_the_list_says_what_waits_and_why(client: FlaskClient, post: Post) -> None:
    assert "Không có thư nào chờ xử lý." in text(client, "/mail")
    row = post.take(letters_in.gmail(BOX, sender="la@nguoi.example", subject="<b>xin</b> chào"))
    page = text(client, "/mail")
    assert "&lt;b&gt;xin&lt;/b&gt; chào" in page and "Chưa biết thư này của đơn vị nào." in page and f"/mail/{row.id}" in page
    assert "Không có thư nào ở mục này." in text(client, "/mail?state=filed") and "Thư đến" in page


def test_a_clerk_chooses_unit_dispatch_and_tasks_without_a_script(client: FlaskClient, post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender="la@nguoi.example", subject="gửi báo cáo"))
    assert "Hiện công văn của đơn vị" in text(client, f"/mail/{row.id}")
    assert "931-CV/HNDT" in text(client, f"/mail/{row.id}?unit_id={post.unit.id}")
    page = text(client, f"/mail/{row.id}?unit_id={post.unit.id}")
    ids = re.findall(r'name="assignment_id" value="(\d+)"', page)
    assert len(ids) == 2 and "Huyện gửi văn bản chỉ đạo số 47-CV/HNDH kèm theo." in page and "47-CV.pdf" in page
    form = {"unit_id": post.unit.id, "remember": "1"}
    refused = client.post(f"/mail/{row.id}/file", data=form)
    assert refused.status_code == 422 and 'role="alert"' in refused.get_data(as_text=True)
    done = client.post(f"/mail/{row.id}/file", data={**form, "assignment_id": ids[:1]})
    assert done.status_code == 302 and post.states() == ["submitted", "assigned"]
    again = client.post(f"/mail/{row.id}/file", data={**form, "assignment_id": ids[1:]})
    assert again.status_code == 409 and "Thư này đã được xử lý rồi" in again.get_data(as_text=True)
    assert "báo cáo kết quả theo 931-CV/HNDT" in text(client, f"/mail/{row.id}")


def test_what_needs_nothing_is_set_aside_and_taken_up_again(client: FlaskClient, post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender="la@nguoi.example"))
    assert client.post(f"/mail/{row.id}/aside").status_code == 302
    assert "Đưa lại vào thư chờ xử lý" in text(client, f"/mail/{row.id}")
    assert client.post(f"/mail/{row.id}/again").headers["Location"].endswith(f"/mail/{row.id}")
    assert "Xếp thư" in text(client, f"/mail/{row.id}")


def test_a_unit_confirms_by_its_link_and_looking_changes_nothing(sqlite_app: Flask, client: FlaskClient, post: Post) -> None:
    post.take(letters_in.gmail(BOX, answers=post.mail.message_id or ""))
    guest = sqlite_app.test_client()
    path = "/mail/confirm/" + post.receipts()[0].body_text.partition("/mail/confirm/")[2].split()[0]
    for _ in range(2):
        page = guest.get(path).get_data(as_text=True)
    assert "Nộp báo cáo kết quả" in page and "Việc thứ 2" in page and "/files/" not in page and post.states() == ["assigned", "assigned"]
    assert guest.post(path).status_code == 422
    ids = re.findall(r'name="assignment_id" value="(\d+)"', page)
    assert guest.post(path, data={"assignment_id": ids}).status_code == 302 and post.states() == ["submitted", "submitted"]
    assert "Đã nộp. Tỉnh sẽ duyệt" in guest.get(path).get_data(as_text=True)
    assert guest.post(path, data={"assignment_id": ids}).status_code == 409
    gone = guest.get(path[:-3] + "abc")
    assert gone.status_code == 404 and "Liên kết không còn dùng được" in gone.get_data(as_text=True)


def test_nobody_else_reads_the_mail(client: FlaskClient, post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender="la@nguoi.example"))
    enter(client, post.officer)
    assert client.get(f"/mail/{row.id}").status_code == client.get("/mail").status_code == 403
    assert OFFICER == post.officer.email


def test_a_page_costs_the_same_however_many_came(client: FlaskClient, post: Post) -> None:
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *values: seen.append(values[2]))
    counts = []
    for wave in range(2):
        for n in range(3 + 20 * wave):
            raw = letters_in.gmail(BOX, sender="la@nguoi.example", subject=f"{wave} {n}")
            post.take(raw.replace(b"<gmail-1@", f"<gmail-{wave}-{n}@".encode()))
        seen.clear()
        text(client, "/mail")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
