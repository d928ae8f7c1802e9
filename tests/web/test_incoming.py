"""The clerk's pages of incoming mail and the unit's page of confirmation."""
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests import letters_in
from tests.factories import Factory
from tests.services.test_incoming import BOX, OFFICER, Post
from tests.services.test_secret_mail import SECRET
from tests.web.test_reminders import enter
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.dispatches import Dispatch
from tracker.models.incoming import Mailbox
from tracker.models.submissions import Submission
from tracker.services import ending, incoming, reviewing


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


def test_a_message_that_the_mail_server_withholds_stands_in_the_list_with_where_it_lies(client: FlaskClient, post: Post) -> None:
    with transaction() as session:
        session.add(Mailbox(id=7, name="hop@thu.example/INBOX", last_uid=0))
        session.flush()
        (id,) = incoming.add([incoming.withheld(incoming.Place(7, 1, 41), "hop@thu.example/INBOX")], "imap")
    assert "(hộp hop@thu.example/INBOX, số 41)" in text(client, "/mail")
    assert "Hãy mở hộp thư đó để xem." in text(client, f"/mail/{id}")
    assert client.post(f"/mail/{id}/aside").status_code == 302 and post.receipts() == []


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


def test_a_filed_mail_is_taken_back_and_filed_under_two_dispatches_in_one_press(client: FlaskClient, post: Post) -> None:
    second = post.make.issued([post.unit], number="940-CV/HNDT")
    row = post.take(letters_in.gmail(post.reply_to))
    assert "Bỏ xếp" in text(client, f"/mail/{row.id}")
    assert client.post(f"/mail/{row.id}/unfile").status_code == 302 and post.states() == ["assigned", "assigned"]
    page = text(client, f"/mail/{row.id}?unit_id={post.unit.id}")
    ids = re.findall(r'name="assignment_id" value="(\d+)"', page)
    assert len(ids) == 4 and page.count(" checked") == 2 and "940-CV/HNDT" in page
    assert client.post(f"/mail/{row.id}/file", data={"unit_id": post.unit.id, "assignment_id": ids}).status_code == 302
    assert post.states() + post.states(second) == ["submitted"] * 4
    page = text(client, f"/mail/{row.id}")
    assert page.count("báo cáo kết quả theo") == 2
    again = client.post(f"/mail/{row.id}/keep")
    assert again.status_code == 409


def test_what_is_reviewed_says_why_it_is_not_taken_back(client: FlaskClient, post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to))
    with transaction():
        reviewing.accept(post.clerk, row.submission_id or 0, [post.make.assignments(post.dispatch, post.unit)[0].id])
    refused = client.post(f"/mail/{row.id}/unfile")
    assert refused.status_code == 409 and "đã có nhiệm vụ được duyệt hoặc trả lại" in refused.get_data(as_text=True)


def test_senders_and_absences_stand_on_the_units_page(client: FlaskClient, post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender="la@nguoi.example"))
    assert client.post(f"/mail/{row.id}/known", data={"unit_id": ""}).status_code == 422
    assert client.post(f"/mail/{row.id}/known", data={"unit_id": post.unit.id}).status_code == 302
    post.take(letters_in.out_of_office(post.reply_to, post.mail.message_id or ""))
    page = text(client, f"/units/{post.unit.id}")
    assert "la@nguoi.example" in page and "vắng đến hết 12/09/2026" in page
    assert "vắng đến hết 12/09/2026" in text(client, f"/units/{post.unit.id}/ledger")
    sender, note = (re.search(pattern, page) for pattern in (r"/mail/senders/(\d+)/forget", r"/mail/away/(\d+)/end"))
    assert sender and note
    assert client.post(f"/mail/senders/{sender[1]}/forget").status_code == client.post(f"/mail/away/{note[1]}/end").status_code == 302
    page = text(client, f"/units/{post.unit.id}")
    assert "la@nguoi.example" not in page and "vắng đến" not in page


def test_mail_after_the_end_stands_on_the_page_of_its_dispatch(client: FlaskClient, post: Post) -> None:
    with transaction():
        ending.close(post.clerk, post.dispatch.id, db.session.get_one(Dispatch, post.dispatch.id).version)
    row = post.take(letters_in.gmail(post.reply_to))
    page = text(client, f"/dispatches/{post.dispatch.id}")
    assert "Thư đến sau khi kết thúc" in page and f"/mail/{row.id}" in page and f"/mail?dispatch_id={post.dispatch.id}" in page
    assert "muốn xếp vào đó thì mở lại công văn trước" in text(client, f"/mail/{row.id}")
    for path in (f"/mail?dispatch_id={post.dispatch.id}", f"/mail?unit_id={post.unit.id}"):
        assert f"/mail/{row.id}" in text(client, path)


def test_the_sender_corrects_without_signing_in(sqlite_app: Flask, client: FlaskClient, post: Post) -> None:
    post.take(letters_in.gmail(post.reply_to))
    guest = sqlite_app.test_client()
    path = "/mail/correct/" + post.receipts()[0].body_text.partition("/mail/correct/")[2].split()[0]
    page = guest.get(path).get_data(as_text=True)
    ids = re.findall(r'name="assignment_id" value="(\d+)"', page)
    assert len(ids) == 2 and page.count(" checked") == 2 and post.states() == ["submitted", "submitted"]
    assert guest.post(path).status_code == 422
    assert guest.post(path, data={"assignment_id": ids[1:]}).status_code == 302 and post.states() == ["assigned", "submitted"]
    assert "Đã ghi lại" in guest.get(f"{path}?done=1").get_data(as_text=True)
    asked = guest.post(path, data={"do": "withdraw", "assignment_id": ids}).get_data(as_text=True)
    assert "Rút báo cáo gửi qua thư này?" in asked and post.states() == ["assigned", "submitted"]
    assert guest.post(path, data={"do": "withdraw", "confirmed": "1"}).status_code == 302 and post.states() == ["assigned", "assigned"]
    assert "Báo cáo này đã được rút" in guest.get(path).get_data(as_text=True)
    assert guest.get(path[:-3] + "abc").status_code == 404
    assert guest.post(path[:-3] + "abc", data={"do": "withdraw"}).status_code == 404


def test_what_the_machine_read_is_put_right_on_the_submission(client: FlaskClient, post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to))
    path = f"/submissions/{row.submission_id}"
    with transaction() as session:
        session.get_one(Submission, row.submission_id).number = "4T-CV"
        session.get_one(Submission, row.submission_id).machine_read = True
    assert "do máy đọc từ tệp trong thư" in text(client, path)
    review = text(client, f"/reviews/{row.submission_id}")
    assert "do máy đọc từ tệp" in review and f"/mail/{row.id}" in review
    wrong = client.post(f"{path}/document", data={"number": "x" * 61})
    assert wrong.status_code == 422 and 'role="alert"' in wrong.get_data(as_text=True)
    assert client.post(f"{path}/document", data={"number": "47-CV/HNDH", "dated_on": "05/09/2026", "signatory": "Trịnh Văn Khải"}).status_code == 303
    page = text(client, path)
    assert "47-CV/HNDH, ngày 05/09/2026" in page and "do máy đọc" not in page


def test_the_menu_and_the_first_page_count_what_waits(client: FlaskClient, post: Post) -> None:
    post.take(letters_in.gmail(BOX, sender="la@nguoi.example"))
    page = text(client, "/")
    assert "Xếp 1 thư đến" in page and re.search(r"Thư đến\s*<[^>]*>1<", page)


def test_a_secret_message_is_shut_on_its_page_and_removed_with_two_presses(client: FlaskClient, post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to, files=(("van-ban.docx", SECRET),)))
    assert "có dấu mật" in text(client, "/mail")
    page = text(client, f"/mail/{row.id}")
    assert "Không ai mở được thư và tệp" in page and "09/09/2026 09:00" in page and "Huyện gửi văn bản" not in page and "/files/" not in page
    assert "không lấy lại được" in text(client, f"/mail/{row.id}/secret")
    done = client.post(f"/mail/{row.id}/secret", follow_redirects=True).get_data(as_text=True)
    assert "Đã xoá nội dung thư và 1 tệp" in done and row.sha256 in done and "/files/" not in done and "Bỏ xếp" not in done
    assert client.post(f"/mail/{row.id}/secret").status_code == 409
    assert "(đã xoá) van-ban.docx" in text(client, f"/submissions/{row.submission_id}")
    again = post.take(letters_in.gmail(post.reply_to, files=(("van-ban.docx", SECRET),)).replace(b"<gmail-1@", b"<gmail-2@"))
    client.post(f"/mail/{again.id}/not-secret")
    page = text(client, f"/mail/{again.id}")
    assert "Không ai mở được" not in page and "Huyện gửi văn bản" in page and "Thư có tài liệu mật?" in page
