"""Pages of formal letters, of the silent list and of recurring tasks, as people press them."""
import io
import re
import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain import rhythm
from tracker.domain.access import Role
from tracker.domain.rhythm import Every, Rhythm
from tracker.models.dispatches import Dispatch
from tracker.models.letters import Letter
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.models.units import Unit
from workers.recurring import open_due

TODAY = date(2026, 9, 8)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def units(make: Factory) -> list[Unit]:
    return [make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn")]


@pytest.fixture
def dispatch(make: Factory, units: list[Unit]) -> int:
    with clock.frozen(TODAY - timedelta(days=40)):
        found = make.issued(units, [(date(2026, 9, 3), None), (None, date(2026, 12, 1))], number="931-CV/HNDT")
    with transaction() as session:
        row = session.get_one(Dispatch, found.id)
        row.signatory_title, row.signatory_name = "PHÓ CHỦ TỊCH", "Lê Thị Minh Hà"
    return found.id


def sign_in(client: FlaskClient, person: Person) -> None:
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"], session["epoch"] = str(person.id), 0


def token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, page
    return found[1]


def post(client: FlaskClient, page: str, to: str, **data: object):  # type: ignore[no-untyped-def]
    return client.post(to, data={"csrf_token": token(client, page), **data})


def latest() -> Letter:
    db.session.rollback()
    return db.session.scalars(select(Letter).order_by(Letter.id.desc()).execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def fields(letter: Letter, **more: object) -> dict[str, object]:
    return {
        "version": letter.version, "subject": letter.subject, "body": letter.body, "signer_title": letter.signer_title, "signer_name": letter.signer_name,
        "reply_by": "15/09/2026", "unit": [row.unit_id for row in letter.units], "number": "952", "dated_on": "08/09/2026", **more,
    }


def test_from_the_dispatch_to_an_issued_letter(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    sign_in(client, make.person(Role.CLERK))
    page = f"/dispatches/{dispatch}"
    assert "Soạn công văn đôn đốc" in client.get(page).text
    answer = post(client, page, f"{page}/letters/new", kind="urge")
    letter = latest()
    here = f"/letters/{letter.id}"
    assert answer.status_code == 303 and answer.headers["Location"] == here
    shown = client.get(here).text
    assert "còn 2 lượt nhiệm vụ của 2 đơn vị đã quá thời hạn" in shown and f"{here}/pages/2" in shown
    for path, kind in ((f"{here}/pages/1", "image/png"), (f"{here}/draft.pdf", "application/pdf"), (f"{here}/draft.docx", "application/vnd.openxml")):
        got = client.get(path)
        assert got.status_code == 200 and got.mimetype.startswith(kind)
    assert client.get(f"{here}/pages/9").status_code == 404
    assert post(client, here, here, **fields(letter, do="issue", number="")).headers["Location"] == f"{here}/issue"
    refused = client.get(f"{here}/issue")
    assert refused.status_code == 422 and "Chưa có số công văn" in refused.text
    post(client, here, here, **fields(latest(), do="issue"))
    look = client.get(f"{here}/issue").text
    assert "Ban hành công văn đôn đốc số 952-CV/HNDT?" in look and "Huyện Hà Trung, Huyện Nga Sơn" in look
    done = post(client, f"{here}/issue", f"{here}/issue", version=latest().version)
    assert done.headers["Location"] == here and latest().state == "issued"
    assert "Đã ban hành công văn số 952-CV/HNDT gửi 2 đơn vị, 2 thư đang gửi." in client.get(here).text
    again = post(client, page, f"{here}/issue", version=latest().version)
    assert again.status_code == 303 and db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "letter")) == 2
    assert "Số 952-CV/HNDT ngày 08/09/2026" in client.get(page).text


def test_one_each_from_the_matrix_and_what_is_wrong_is_said(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    sign_in(client, make.person(Role.LEADER))
    new = f"/dispatches/{dispatch}/letters/new"
    assert "Soạn công văn" in client.get(f"/dispatches/{dispatch}/matrix").text
    answer = post(client, new, new, kind="criticise", each="1", unit_id=[unit.id for unit in units])
    assert answer.status_code == 303 and db.session.scalar(select(func.count()).select_from(Letter)) == 2
    assert "Dự thảo <b>1 / 2</b>" in client.get(answer.headers["Location"]).text
    letter = latest()
    letter_id = letter.id
    stale = post(client, new, f"/letters/{letter.id}", **fields(letter, version=0))
    assert stale.status_code == 409
    wrong = post(client, new, f"/letters/{letter.id}", **fields(letter, reply_by="32/13/2026", body="Lời đang viết"))
    assert wrong.status_code == 422 and "Lời đang viết" in wrong.text and "Không hiểu ngày" in wrong.text
    nobody = post(client, new, new, kind="urge", unit_id=make.unit().id)
    assert nobody.status_code == 422 and "Không có đơn vị nào quá hạn" in nobody.text
    ask = post(client, new, f"/letters/{letter_id}/discard")
    assert "Bỏ dự thảo công văn này?" in ask.text and latest().id == letter_id
    gone = post(client, new, f"/letters/{letter_id}/discard", confirmed="1")
    assert gone.status_code == 303 and latest().id != letter_id


def test_refreshing_and_writing_anew(client: FlaskClient, make: Factory, dispatch: int) -> None:
    sign_in(client, make.person(Role.CLERK))
    new = f"/dispatches/{dispatch}/letters/new"
    post(client, new, new, kind="remind")
    here = f"/letters/{latest().id}"
    with clock.frozen(NOW + timedelta(days=3)):
        post(client, here, here, **fields(latest(), do="refresh", body="Lời riêng."))
        assert "giữ nguyên: hãy xem lại các con số" in client.get(here).text and latest().as_of == date(2026, 9, 11)
        asked = post(client, here, here, **fields(latest(), do="rewrite")).text
        assert "Lời đã sửa bằng tay sẽ mất." in asked and latest().body == "Lời riêng."
        post(client, here, here, **fields(latest(), do="rewrite", confirmed="1"))
        assert "lâu nhất 8 ngày" in latest().body


def test_a_unit_reads_its_own_part_and_others_nothing(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    clerk, ours, theirs = make.person(Role.CLERK), make.person(Role.OFFICER, units[0]), make.person(Role.OFFICER, units[1])
    sign_in(client, clerk)
    new = f"/dispatches/{dispatch}/letters/new"
    post(client, new, new, kind="urge", unit_id=units[0].id)
    here = f"/letters/{latest().id}"
    sign_in(client, ours)
    assert client.get(here).status_code == 404  # still a draft
    sign_in(client, clerk)
    post(client, here, here, **fields(latest()))
    post(client, here, f"{here}/issue", version=latest().version)
    scan = io.BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF")
    assert client.post(f"{here}/signed", data={"csrf_token": token(client, here), "file": (scan, "da-ky.pdf")}).status_code == 303
    sign_in(client, ours)
    shown = client.get(here).text
    assert "Việc của đơn vị nêu trong công văn" in shown and "da-ky.pdf" in shown and "chậm nhất ngày 15/09/2026" in shown
    assert "952-CV/HNDT" in client.get(f"/dispatches/{dispatch}").text
    with client.get(f"/files/{latest().pdf_file_id}") as kept:
        assert kept.data.startswith(b"%PDF")
    sign_in(client, theirs)
    assert [client.get(path).status_code for path in (here, f"{here}/pages/1", f"/files/{latest().pdf_file_id}")] == [404, 404, 404]
    assert "952-CV/HNDT" not in client.get(f"/dispatches/{dispatch}").text


def test_pages_of_a_draft_are_drawn_at_once_by_several(sqlite_app: Flask, client: FlaskClient, make: Factory, dispatch: int) -> None:
    clerk = make.person(Role.CLERK)
    sign_in(client, clerk)
    new = f"/dispatches/{dispatch}/letters/new"
    post(client, new, new, kind="urge")
    path, seen = f"/letters/{latest().id}/pages/1", []

    def look() -> None:
        browser = sqlite_app.test_client()
        sign_in(browser, clerk)
        seen.append(browser.get(path).status_code)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == [200] * 6


def test_the_silent_page_leads_to_a_nudge_and_to_a_letter(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    sign_in(client, make.person(Role.CLERK))
    shown = client.get("/silent").text
    assert "Im lặng từ 30 ngày" in shown and "<b>40</b> ngày" in shown and "2 dòng" in shown
    for page in ("/reminders", "/units", "/"):
        assert "/silent" in client.get(page).text
    told = post(client, "/silent", "/reminders/nudge", dispatch_id=dispatch, unit_id=units[0].id, back="/silent")
    assert told.headers["Location"] == "/silent" and "1 lần, gần nhất 08/09" in client.get("/silent").text
    post(client, "/silent", f"/dispatches/{dispatch}/letters/new", letter="urge", unit_id=units[0].id)
    assert "1 nhiệm vụ không ấn định thời hạn chưa gửi kết quả, đã 40 ngày" in latest().body
    sign_in(client, make.person(Role.AUDITOR))
    assert "Soạn công văn" not in client.get("/silent").text


def test_a_series_on_the_dispatch_page_and_its_last_day(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    with transaction() as session:
        task = session.scalars(select(Task).where(Task.dispatch_id == dispatch, Task.position == 1)).one()
        task.rhythm, task.period = rhythm.to_json(Rhythm(Every.MONTH, 1, 3)), "2026-09"
    sign_in(client, make.person(Role.CLERK))
    page = f"/dispatches/{dispatch}"
    shown = client.get(page).text
    assert "hằng tháng, hạn ngày 3" in shown and "kỳ sau: tháng 10/2026" in shown and "mở 01/10/2026, hạn 03/10/2026" in shown
    post(client, page, f"{page}/series/{task.id}", until="30/09/2026")
    assert "không mở kỳ nào nữa" in client.get(page).text
    post(client, page, f"{page}/series/{task.id}", until="x")
    assert "Không hiểu ngày" in client.get(page).text
    post(client, page, f"{page}/series/{task.id}", until="")
    with clock.frozen(date(2026, 10, 1)):
        open_due.run()
        sign_in(client, make.person(Role.OFFICER, units[0]))
        for path in (page, f"{page}/answer", "/"):
            assert "kỳ tháng 10/2026" in client.get(path).text
        sign_in(client, make.person(Role.CLERK))
        assert "kỳ tháng 10/2026, hạn 03/10" in client.get(f"{page}/matrix").text
        client.set_cookie("language", "en")
        assert "</b> Việc thứ 1 <small>period month 10/2026, due 03/10</small>" in client.get(f"{page}/matrix").text


def test_the_rhythm_of_a_draft_saves_itself_and_its_first_date_follows(client: FlaskClient, make: Factory, units: list[Unit]) -> None:
    now = clock.now()
    with transaction() as session:
        draft = Dispatch(state="draft", number="9-CV/HNDT", subject="Báo cáo", text="1. Báo cáo.", created_at=now, updated_at=now)
        session.add(draft)
        session.flush()
        task = Task(dispatch_id=draft.id, position=1, title="Báo cáo", text="Báo cáo.", precision="none")
        session.add(task)
    page, task_id = f"/dispatches/{draft.id}/draft", task.id
    sign_in(client, make.person(Role.CLERK))

    def saved(**more: object) -> tuple[object, ...]:
        """Posts the form as the page that was opened first keeps it, but for what was typed since."""
        db.session.rollback()
        version = db.session.get_one(Dispatch, draft.id, populate_existing=True).version
        form = {
            "title": "Báo cáo", "text": "Báo cáo.", "precision": "none", "due_on": "", "review_on": "", "to": "all", "version": version,
            "rhythm_was": "||||", "due_was": "", "every": "", "rhythm_month": "last", **more,
        }
        answer = client.post(f"{page}/tasks/{task_id}", data={"csrf_token": token(client, page), **form}, headers={"X-Autosave": "1"})
        assert answer.status_code == 204, answer.text
        db.session.rollback()
        found = db.session.get_one(Task, task_id, populate_existing=True)
        return found.precision, found.due_on, (found.rhythm or {}).get("every")

    assert "Lặp lại theo kỳ" in client.get(f"{page}?edit={task_id}").text
    assert saved(every="month", rhythm_day="19") == ("recurring", date(2026, 9, 19), "month")
    assert saved(every="quarter", rhythm_month="after", rhythm_day="10") == ("recurring", date(2026, 10, 10), "quarter")
    assert saved(every="quarter", rhythm_month="after", rhythm_day="10", title="Tên mới") == ("recurring", date(2026, 10, 10), "quarter")
    opened = {"rhythm_was": "quarter|after|10||", "due_was": "10/10/2026", "every": "quarter", "rhythm_month": "after", "rhythm_day": "10"}
    assert saved(**opened, due_on="12/10/2026") == ("recurring", date(2026, 10, 12), "quarter")
    assert saved(**opened | {"every": "month", "rhythm_day": "5"}, due_on="10/10/2026") == ("recurring", date(2026, 10, 5), "month")
    assert saved(**opened | {"every": "month", "rhythm_day": "5"}, due_on="10/10/2026", title="Tên khác") == ("recurring", date(2026, 10, 5), "month")
    assert 'value="month|after|5||"' in client.get(f"{page}?edit={task_id}").text
    refused = client.post(f"{page}/tasks/{task_id}", data={"csrf_token": token(client, page), "title": "Báo cáo", "every": "month", "rhythm_day": "45"})
    assert refused.status_code == 422 and "từ 1 đến 31" in refused.text


@pytest.mark.parametrize("number", ["99999999999999999999999", "-1", "0", "x"])
def test_numbers_that_are_nobodys_break_nothing(client: FlaskClient, make: Factory, dispatch: int, number: str) -> None:
    sign_in(client, make.person(Role.CLERK))
    new = f"/dispatches/{dispatch}/letters/new"
    assert post(client, new, new, kind="urge", unit_id=number).status_code in (303, 404, 422)
    assert client.get(f"{new}?unit={number}&kind={number}&each={number}").status_code == 200
    post(client, new, new, kind="urge")
    here = f"/letters/{latest().id}"
    assert post(client, here, here, **fields(latest(), unit=number)).status_code in (404, 422)
    assert client.get(f"{here}/pages/{number}").status_code == 404
