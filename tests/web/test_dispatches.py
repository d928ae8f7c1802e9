"""Pages of dispatches: who sees what, and the way from a file to an issued dispatch over HTTP."""
import re
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from tests.adapters.test_documents_mail import mail
from tests.factories import Factory
from tests.samples import HEIC, JPG
from tests.services.test_intake import TEXT
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.services import late_reading


@pytest.fixture
def make(client: FlaskClient) -> Factory:
    client.application.config["WTF_CSRF_ENABLED"] = False
    return Factory()


def sign_in(client: FlaskClient, person: Person) -> None:
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0


def clerk(client: FlaskClient, make: Factory) -> Person:
    person = make.person()
    sign_in(client, person)
    return person


def text(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def rows(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def upload(client: FlaskClient, content: bytes = TEXT.encode(), name: str = "cv.txt") -> TestResponse:
    answer = client.post("/dispatches/new", data={"file": (BytesIO(content), name)})
    answer.request.environ["wsgi.input"].close()  # a large body lies in a temporary file of the test client
    return answer


def open_draft(client: FlaskClient) -> tuple[int, list[Task]]:
    location = upload(client).headers["Location"]
    number = int(re.findall(r"\d+", location)[0])
    return number, tasks(number)


def tasks(dispatch_id: int) -> list[Task]:
    db.session.rollback()
    wanted = select(Task).filter_by(dispatch_id=dispatch_id, cancelled=False).order_by(Task.position)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def version(dispatch_id: int) -> int:
    db.session.rollback()
    return db.session.scalar(select(Dispatch.version).where(Dispatch.id == dispatch_id)) or 0


def task_form(task: Task, dispatch_id: int, **more: object) -> dict[str, object]:
    return {
        "version": version(dispatch_id), "title": task.title, "text": task.text, "precision": task.precision, "due_on": "", "review_on": "", "to": "all",
        **more,
    }


def test_the_way_from_a_file_to_an_issued_dispatch(client: FlaskClient, make: Factory) -> None:
    for _ in range(3):
        make.unit()
    clerk(client, make)
    assert client.get("/dispatches/new").status_code == 200
    number, (_, second) = open_draft(client)
    page = client.get(f"/dispatches/{number}/draft")
    assert page.status_code == 200 and 'id="s1"' in page.text and 'href="#t1"' in page.text and 'href="#s1"' in page.text
    assert "1 mục chưa có hạn" in text(page)
    assert "Chưa ban hành" not in text(client.get(f"/dispatches/{number}/issue"))
    refused = client.post(f"/dispatches/{number}/issue", data={"version": version(number)})
    assert refused.status_code == 422 and "Chưa ban hành được" in text(refused) and rows(Assignment) == 0
    done = client.post(f"/dispatches/{number}/draft/tasks/{second.id}", data=task_form(second, number, due_on="15/10/2026"))
    assert done.status_code == 303 and done.headers["Location"].endswith(f"/draft#task-{second.id}")
    assert [t.due_on.isoformat() for t in tasks(number) if t.due_on] == ["2026-09-30", "2026-10-15"]
    assert "6 nhiệm vụ giao" in text(client.get(f"/dispatches/{number}/issue"))
    pressed = version(number)
    done = client.post(f"/dispatches/{number}/issue", data={"version": pressed})
    assert done.status_code == 303 and (rows(Assignment), rows(Mail)) == (6, 3)
    again = client.post(f"/dispatches/{number}/issue", data={"version": pressed})
    assert again.status_code == 409 and "đã được ban hành" in text(again) and (rows(Assignment), rows(Mail)) == (6, 3)
    assert client.get(f"/dispatches/{number}/draft").status_code == 302
    assert "ban hành công văn" in text(client.get(f"/dispatches/{number}"))


@pytest.mark.parametrize(
    ("content", "name", "status", "said"),
    [
        (b"", "cv.pdf", 422, "không có nội dung"),
        (b"MZ\x90\x00\x03", "cv.docx", 422, "Không đọc được loại tệp"),
        (b"x" * (25 * 1024 * 1024 + 1), "cv.txt", 413, "vượt quá 25 MB"),
        (TEXT.replace("Số: 12-CV", "MẬT\nSố: 12-CV").encode(), "cv.txt", 422, "dấu mật"),
    ],
)
def test_refused_uploads_say_what_to_do_and_leave_nothing(client: FlaskClient, make: Factory, content: bytes, name: str, status: int, said: str) -> None:
    clerk(client, make)
    answer = upload(client, content, name)
    assert answer.status_code == status and said in text(answer)
    assert (rows(Dispatch), rows(StoredFile)) == (0, 0)


def test_documents_that_a_dispatch_names_stand_on_its_draft(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    wording = TEXT.replace("Hội Nông dân tỉnh yêu cầu", "Thực hiện Kế hoạch số 15-KH/HNDT ngày 02/4/2026, Hội Nông dân tỉnh yêu cầu")
    page = client.get(client.post("/dispatches/new", data={"text": wording}).headers["Location"])
    assert "kế hoạch 15-KH/HNDT ngày 02/04/2026" in " ".join(text(page).split())


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_number_that_no_database_knows_is_no_page(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client, make = app.test_client(), Factory()
    clerk(client, make)
    number, _ = open_draft(client)
    assert client.get(f"/dispatches/{10**30}/draft").status_code == 404
    form = {"version": version(number), "field": "due_on", "start": "0", "end": "20", "task": str(10**30)}
    assert client.post(f"/dispatches/{number}/draft/pick", data=form).status_code == 404
    assert client.get(f"/dispatches/{number}/draft").status_code == 200


def test_pasting_and_forgetting_to_choose(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    assert "Chưa có nội dung" in text(client.post("/dispatches/new", data={"text": "  "}))
    both = client.post("/dispatches/new", data={"text": "dán", "file": (BytesIO(b"x"), "cv.txt")})
    assert both.status_code == 422 and "dán" in both.text
    assert client.post("/dispatches/new", data={"text": TEXT}).status_code == 303


def test_a_file_that_cannot_be_read_opens_a_draft_to_type(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    location = upload(client, b"%PDF-1.4\ntrailer", "cv.pdf").headers["Location"]
    page = client.get(location)
    assert "Bản gốc vẫn được giữ" in text(page)
    number = int(re.findall(r"\d+", location)[0])
    typed = client.post(f"{location}/text", data={"version": version(number), "text": TEXT})
    assert typed.status_code == 303 and len(tasks(number)) == 2


def test_a_scan_shows_its_pages_while_a_worker_reads_it(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    answer = upload(client, JPG, "cv.jpg")
    number = int(re.findall(r"\d+", answer.headers["Location"])[0])
    page, line = f"/dispatches/{number}/draft", f"/dispatches/{number}/draft/progress"
    assert "Đang chờ đến lượt" in text(client.get(page)) and "HX-Refresh" not in client.get(line).headers
    with transaction():
        late_reading.claim(number)
    assert "Đang đọc trang đầu" in text(client.get(line))
    with transaction():
        late_reading.progress(number, 3, 7)
    assert "Đã đọc 3 / 7 trang." in text(client.get(line)) and "Đã đọc 3 / 7 trang." in text(client.get(page))
    with transaction():
        late_reading.fail(number, BadInput("document.no_text", name="cv.jpg"))
    assert client.get(line).headers["HX-Refresh"] == "true" and "quét lại rõ hơn" in text(client.get(page))


def test_the_page_offers_what_the_reader_reads(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    offered = re.findall(r'accept="([^"]+)"', client.get("/dispatches/new").get_data(as_text=True))[0].split(",")
    assert {".docx", ".doc", ".odt", ".rtf", ".pdf", ".html", ".eml", ".txt", ".jpg", ".png", ".heic"} <= set(offered)
    page = f"<html><body>{''.join(f'<p>{one}</p>' for one in TEXT.splitlines())}</body></html>".encode()
    for content, name in ((page, "cv.html"), (mail(TEXT), "cv.eml"), (HEIC, "cv.heic")):
        assert upload(client, content, name).status_code == 303


def test_saving_by_itself_answers_the_new_version_and_refuses_a_stale_one(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    number, (first, _) = open_draft(client)
    form = task_form(first, number, title="Tên mới", due_on="15/10/2026")
    saved = client.post(f"/dispatches/{number}/draft/tasks/{first.id}", data=form, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved.headers["X-Version"]) == (204, str(version(number)))
    stale = client.post(f"/dispatches/{number}/draft/tasks/{first.id}", data={**form, "title": "Tên cũ"}, headers={"X-Autosave": "1"})
    assert stale.status_code == 409 and "Trang này đã cũ" in text(stale) and tasks(number)[0].title == "Tên mới"
    wrong = client.post(f"/dispatches/{number}/draft/tasks/{first.id}", data=task_form(first, number, title="Gõ dở", due_on="31/02/2026"))
    assert wrong.status_code == 422 and "Gõ dở" in wrong.text and "31/02/2026" in text(wrong)


def test_annexes_are_added_and_taken_away_on_the_draft_page(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    number, _ = open_draft(client)
    base = f"/dispatches/{number}/draft"
    added = client.post(f"{base}/annexes", data={"annexes": [(BytesIO(b"Mau 1"), "mau1.txt"), (BytesIO(b"Mau 2"), "mau2.txt")]})
    assert added.status_code == 303 and added.headers["Location"].endswith("/draft#h-files")
    page = client.get(base)
    assert "2 phụ lục, biểu mẫu" in text(page) and "mau1.txt" in text(page)
    wrong = client.post(f"{base}/annexes", data={"annexes": [(BytesIO(b"MZ" + bytes(200)), "mau.exe")]})
    assert wrong.status_code == 422 and "mau.exe" in text(wrong) and rows(StoredFile) == 3
    assert client.post(f"{base}/annexes").status_code == 422
    gone = re.findall(r"/annexes/(\d+)/remove", page.text)[0]
    assert "Gỡ tệp “mau1.txt” khỏi công văn này?" in text(client.post(f"{base}/annexes/{gone}/remove")) and rows(StoredFile) == 3
    assert client.post(f"{base}/annexes/{gone}/remove", data={"confirmed": "1"}).status_code == 303
    assert "Đã gỡ tệp kèm theo “mau1.txt”" in text(client.get(base))
    assert "mau1.txt" not in text(client.get(base)) and rows(StoredFile) == 2


def test_every_small_form_of_the_draft(client: FlaskClient, make: Factory) -> None:
    unit = make.unit()
    clerk(client, make)
    number, (first, second) = open_draft(client)
    base = f"/dispatches/{number}/draft"
    for edit in ("head", "to", str(first.id)):
        assert client.get(f"{base}?edit={edit}").status_code == 200
    head = {"version": version(number), "number": "99-CV/HNDT", "issued_on": "01/09/2026", "subject": "Việc khác", "kind": "công văn"}
    assert client.post(f"{base}/head", data=head).status_code == 303
    assert client.post(f"{base}/recipients", data={"version": version(number), "to": "some", "unit": str(unit.id)}).status_code == 303
    assert client.post(f"{base}/recipients", data={"version": version(number), "to": "some"}).status_code == 422
    assert client.post(f"{base}/tasks/{first.id}", data=task_form(first, number, do="down")).status_code == 303
    assert [t.id for t in tasks(number)] == [second.id, first.id]
    parts = task_form(first, number, do="split", text="Việc một.\r\n\r\nViệc hai.")
    assert client.post(f"{base}/tasks/{first.id}", data=parts).status_code == 303
    assert client.post(f"{base}/tasks/{first.id}", data=task_form(first, number, do="merge", text="Việc một.")).status_code == 303
    assert tasks(number)[1].text == "Việc một.\nViệc hai."
    assert client.post(f"{base}/tasks", data={"kind": "finding"}).status_code == 303 and len(tasks(number)) == 3
    assert client.post(f"{base}/tasks/{second.id}", data={"do": "delete"}).status_code == 303 and len(tasks(number)) == 2
    assert "Lấy lại" in text(client.get(base))
    assert client.post(f"{base}/tasks/{second.id}/restore").status_code == 303 and len(tasks(number)) == 3
    assert client.post(f"{base}/dates", data={"what": "review", "day": "20/10/2026"}).status_code == 303
    assert {t.review_on.isoformat() for t in tasks(number) if t.review_on} == {"2026-10-20"}
    assert client.post(f"{base}/dates", data={"what": "due", "day": ""}).status_code == 422
    assert "Bỏ dự thảo" in text(client.post(f"{base}/discard")) and rows(Dispatch) == 1
    assert client.post(f"{base}/discard", data={"confirmed": "1"}).status_code == 303 and rows(Dispatch) == 0


def test_the_same_dispatch_again_is_told_and_may_go_on(client: FlaskClient, make: Factory) -> None:
    clerk(client, make)
    first, _ = open_draft(client)
    second, _ = open_draft(client)
    page = client.get(f"/dispatches/{second}/draft")
    assert "Tệp này đã nhập trước đây" in text(page) and f'href="/dispatches/{first}/draft"' in page.text


def test_a_unit_sees_its_own_tasks_only_and_a_foreign_dispatch_not_at_all(client: FlaskClient, make: Factory) -> None:
    ours, theirs = make.unit(), make.unit()
    shared, foreign = make.issued([ours, theirs]), make.issued([theirs])
    with transaction() as session:
        session.get_one(Task, make.assignments(shared, theirs)[1].task_id).title = "Việc chỉ của họ"
        session.delete(session.get_one(Assignment, make.assignments(shared, ours)[1].id))
    sign_in(client, make.person(Role.OFFICER, ours))
    listed = client.get("/dispatches")
    assert shared.number in text(listed) and foreign.number not in text(listed) and "chưa đọc" in text(listed)
    page = client.get(f"/dispatches/{shared.id}")
    assert page.status_code == 200 and "Tiếp nhận" in text(page) and "Việc chỉ của họ" not in text(page) and "Lịch sử" not in text(page)
    assert client.get(f"/dispatches/{foreign.id}").status_code == 404
    assert "chưa đọc" not in text(client.get("/dispatches"))
    seen = dict(db.session.execute(select(DispatchRecipient.unit_id, DispatchRecipient.seen_at).where(DispatchRecipient.dispatch_id == shared.id)).all())
    assert seen[ours.id] is not None and seen[theirs.id] is None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.AUDITOR, Role.ADMIN])
def test_drafts_and_acts_are_the_clerks(client: FlaskClient, make: Factory, role: Role) -> None:
    unit = make.unit()
    clerk(client, make)
    number, _ = open_draft(client)
    issued = make.issued([unit])
    sign_in(client, make.person(role, unit if role == Role.OFFICER else None))
    for path in ("/dispatches/new", f"/dispatches/{number}/draft", f"/dispatches/{number}/issue", f"/dispatches/{issued.id}/amend"):
        assert client.get(path).status_code == 403, path
    for path in (f"/dispatches/{number}/issue", f"/dispatches/{issued.id}/withdraw", f"/dispatches/{issued.id}/close", f"/dispatches/{number}/draft/discard"):
        assert client.post(path, data={"version": 1, "confirmed": "1", "reason": "x"}).status_code == 403, path
    assert client.get(f"/dispatches/{number}").status_code == 404
    assert "12-CV/HNDT" not in text(client.get("/dispatches"))


def test_amending_shows_what_changes_first(client: FlaskClient, make: Factory) -> None:
    dispatch = make.issued([make.unit()])
    clerk(client, make)
    first, second = tasks(dispatch.id)
    assert client.get(f"/dispatches/{dispatch.id}/amend").status_code == 200
    form = {
        "version": "1", "reason": "Lùi hạn", f"title-{first.id}": first.title, f"text-{first.id}": first.text, f"due-{first.id}": "20/10/2026",
        f"title-{second.id}": second.title, f"text-{second.id}": second.text, f"review-{second.id}": "15/10/2026",
    }
    asked = client.post(f"/dispatches/{dispatch.id}/amend", data=form)
    assert asked.status_code == 200 and "1 thay đổi" in text(asked) and "hạn 20/10/2026" in text(asked) and rows(Mail) == 0
    back = client.post(f"/dispatches/{dispatch.id}/amend", data={**form, "confirmed": "1", "do": "edit"})
    assert back.status_code == 200 and 'value="20/10/2026"' in back.text and "Lùi hạn" in text(back) and rows(Mail) == 0
    assert client.post(f"/dispatches/{dispatch.id}/amend", data={**form, "reason": ""}).status_code == 422
    done = client.post(f"/dispatches/{dispatch.id}/amend", data={**form, "confirmed": "1"})
    assert done.status_code == 303 and rows(Mail) == 1
    assert client.post(f"/dispatches/{dispatch.id}/amend", data={**form, f"due-{first.id}": "21/10/2026", "confirmed": "1"}).status_code == 409


def test_closing_reopening_and_withdrawing_ask_first(client: FlaskClient, make: Factory) -> None:
    dispatch = make.issued([make.unit()])
    clerk(client, make)
    base = f"/dispatches/{dispatch.id}"
    assert "Kết thúc theo dõi" in text(client.post(f"{base}/close", data={"version": 1}))
    assert client.post(f"{base}/close", data={"version": 1, "confirmed": 1}).status_code == 303
    assert "đã kết thúc" in text(client.get(base)).lower()
    assert client.post(f"{base}/reopen", data={"version": 2}).status_code == 303
    assert client.post(f"{base}/withdraw", data={"version": 3, "reason": " "}).status_code == 422
    assert "không lấy lại được" in text(client.post(f"{base}/withdraw", data={"version": 3, "reason": "Nhầm"}))
    assert client.post(f"{base}/withdraw", data={"version": 3, "reason": "Nhầm", "confirmed": 1}).status_code == 303
    assert "Nhầm" in text(client.get(base))


def test_the_list_filters_folds_and_pages_with_few_queries(client: FlaskClient, make: Factory) -> None:
    units = [make.unit(), make.unit()]
    for n in range(30):
        make.issued(units, number=f"{n:03}-CV/HNDT")
    clerk(client, make)
    queries: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    page = client.get("/dispatches")
    assert len(queries) <= 12, queries
    assert "029-CV/HNDT" in text(page) and "004-CV/HNDT" not in text(page)
    older = re.findall(r'rel="next" href="([^"]+)"', page.text)[0]
    assert "004-CV/HNDT" in text(client.get(unescape(older)))
    with transaction() as session:
        session.execute(Dispatch.__table__.update().where(Dispatch.number == "003-CV/HNDT").values(folded="uy thac ngan hang"))
    found = text(client.get("/dispatches?q=Uỷ+thác"))
    assert "003-CV/HNDT" in found and "029-CV/HNDT" not in found
    assert "Không có công văn nào khớp" in text(client.get("/dispatches?state=withdrawn&year=2020"))
    queries.clear()
    assert client.get("/dispatches/1").status_code == 200
    assert len(queries) <= 12, queries
