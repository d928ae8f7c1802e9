"""The unit's pages over HTTP: answer, upload, hand in once, and every refusal in words with nothing lost or left behind."""
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.conftest import NOW, settings_for
from tests.factories import Factory
from tests.samples import JPG, PDF
from tracker import clock
from tracker.adapters.files import store
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.people import Person
from tracker.models.submissions import Submission
from tracker.models.tasks import Task

TODAY = date(2026, 9, 8)
DATES = [(TODAY - timedelta(8), None), (TODAY + timedelta(3), None), (None, TODAY + timedelta(30))]
EXE = b"MZ\x90\x00" + b"\x00" * 200


class Browser:
    """An officer's browser on one dispatch of three tasks; tokens as a page's form carries them."""

    def __init__(self, app: Flask) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.make = Factory()
        self.unit = self.make.unit("Huyện Thọ Xuân")
        self.dispatch = self.make.issued([self.unit], DATES, "931-CV/HNDT")
        self.ids = [row.id for row in self.make.assignments(self.dispatch, self.unit)]
        self.url = f"/dispatches/{self.dispatch.id}/answer"
        self.client = app.test_client()
        self.sign_in(self.make.person(Role.OFFICER, self.unit))

    def sign_in(self, person: Person) -> None:
        with self.client.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(person.id), 0

    def form(self, **more: object) -> dict[str, object]:
        text = self.client.get(self.url).get_data(as_text=True)
        values = {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("page", "version")}  # type: ignore[index]
        results = {f"result-{id}": "" for id in self.ids}
        return {**values, **results, "pick": [str(id) for id in self.ids], "tick": re.findall(r'name="tick" value="(\d+-\d+)" checked', text), **more}

    def post(self, **form: object) -> TestResponse:
        return self.client.post(self.url, data=form, headers={"X-Autosave": "1"} if form.pop("quiet", None) else {})

    def upload(self, *named: tuple[str, bytes], script: bool = True) -> TestResponse:
        boundary, body = encode_multipart({"files": [FileStorage(BytesIO(content), name) for name, content in named]})
        head = {"X-Upload": "1"} if script else {}
        return self.client.post(f"{self.url}/files", data=body, content_type=f"multipart/form-data; boundary={boundary}", headers=head)


@pytest.fixture
def browser(sqlite_app: Flask) -> Browser:
    return Browser(sqlite_app)


def _counts() -> tuple[int, int, int]:
    db.session.rollback()
    rows = [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (StoredFile, Submission)]
    return rows[0], rows[1], sum(path.is_file() for path in store().root.rglob("*"))


def _states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Assignment.state).order_by(Assignment.id)))


def test_the_whole_way_from_the_work_list_to_what_was_handed_in(browser: Browser) -> None:
    home = browser.client.get("/").get_data(as_text=True)
    assert "1 quá hạn" in home and "Quá hạn 8 ngày" in home and f"{browser.url}?task={browser.ids[0]}" in home
    fragment = browser.upload(("47-CV.pdf", PDF), ("Ảnh.jpg", JPG)).get_data(as_text=True)
    assert fragment.count("<li data-file") == 2 and "<html" not in fragment
    first = browser.form(do="submit", **{f"result-{browser.ids[0]}": "Xong."})
    answer = browser.post(**first)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/submissions/")
    shown = browser.client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Đã nộp 3 việc" in shown and "Xong." in shown and "47-CV.pdf" in shown and "chờ duyệt" in shown
    again = browser.post(**first)
    assert again.headers["Location"] == answer.headers["Location"] and _states() == ["submitted"] * 3
    assert "Tỉnh đang duyệt 3 việc" in browser.client.get("/").get_data(as_text=True)
    assert "3 chờ duyệt" in browser.client.get("/submissions").get_data(as_text=True)
    assert "Không còn việc nào" in browser.client.get(browser.url).get_data(as_text=True)


def test_without_a_script_one_press_uploads_saves_and_hands_in(browser: Browser) -> None:
    form = browser.form(do="submit", files=[(BytesIO(PDF), "47-CV.pdf")])
    assert browser.post(**form).status_code == 303
    assert _states() == ["submitted"] * 3 and _counts() == (1, 1, 1)


def test_typing_is_saved_quietly_and_survives_an_answer_lost_on_the_line(browser: Browser) -> None:
    form = browser.form(**{f"result-{browser.ids[1]}": "Đang làm"})
    for version in ("1", "2"):
        saved = browser.post(quiet=True, **form)
        assert (saved.status_code, saved.headers["X-Version"], saved.headers["X-Saved-At"]) == (204, version, "09:00")
    assert "Đang làm" in browser.client.get(browser.url).get_data(as_text=True)
    other = browser.post(quiet=True, **{**form, "page": "mot-trang-khac", "version": "1"})
    assert other.status_code == 409 and "sửa ở trang khác" in other.get_data(as_text=True)


def test_missing_evidence_is_asked_about_once_and_then_accepted(browser: Browser) -> None:
    with transaction() as session:
        for task in session.scalars(select(Task)):
            task.evidence = ["minutes"]
    form = browser.form(do="submit", **{f"result-{id}": "Xong." for id in browser.ids})
    asked = browser.post(**form)
    text = asked.get_data(as_text=True)
    assert asked.status_code == 200 and "biên bản" in text and "Vẫn nộp 3 việc" in text and _states() == ["assigned"] * 3
    token = re.search(r'name="page" value="([^"]+)"', text)[1]  # type: ignore[index]
    assert browser.post(page=token, do="confirmed").status_code == 303 and _states() == ["submitted"] * 3


def test_a_task_with_nothing_to_show_is_refused_and_typing_stays(browser: Browser) -> None:
    answer = browser.post(**browser.form(do="submit", number="47-CV", **{f"result-{browser.ids[0]}": "Xong."}))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "chưa có tệp nào trả lời" in text and "Xong." in text and 'value="47-CV"' in text


def test_a_date_that_cannot_be_read_is_refused_on_the_form(browser: Browser) -> None:
    answer = browser.post(**browser.form(do="submit", dated_on="32/13/2026", **{f"result-{browser.ids[0]}": "Xong."}))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "32/13/2026" in text and "Xong." in text and "Hãy" in text and _states() == ["assigned"] * 3


def test_text_in_a_wrong_form_is_cleaned_or_refused_and_never_breaks(browser: Browser) -> None:
    head = browser.form()
    odd = f"pick=khong&tick=1-x&kind-abc=1&result-{'9' * 25}=a&result-{browser.ids[0]}=a%00b%FF%0D%0Ac"
    body = f"page={head['page']}&version=0&do=save&{odd}".encode()
    answer = browser.client.post(browser.url, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert "ab%FF\nc" in browser.client.get(browser.url).get_data(as_text=True)
    long = browser.post(**browser.form(do="save", **{f"result-{browser.ids[0]}": "x" * 4001}))
    assert long.status_code == 422 and "dài quá 4000" in long.get_data(as_text=True)


@pytest.mark.parametrize(("name", "content", "words"), [
    ("rong.pdf", b"", "không có nội dung"), ("bao cao.pdf", EXE, "Không nhận loại tệp của “bao cao.pdf”"), ("a.docx", PDF, "đuôi .docx"),
    ("goi.zip", b"PK\x05\x06" + b"\0" * 18, "Không nhận loại tệp")])
def test_a_bad_file_is_refused_in_words_and_leaves_nothing(browser: Browser, name: str, content: bytes, words: str) -> None:
    before = _counts()
    for script in (True, False):
        answer = browser.upload((name, content), script=script)
        if not script:
            assert answer.status_code == 303
            answer = browser.client.get(answer.headers["Location"])
        else:
            assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert words in text and "Hãy" in text
    assert _counts() == before


@pytest.fixture
def small(sqlite_template: Path, tmp_path: Path) -> Iterator[Browser]:
    """The same with a limit of 1 MB a file."""
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    app = create_app(settings_for(tmp_path, UPLOAD_LIMIT_MB="1"))
    with app.app_context(), clock.frozen(NOW):
        yield Browser(app)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("megabytes", [2, 9])
def test_a_file_over_the_limit_is_a_413_in_words(small: Browser, megabytes: int) -> None:
    before = _counts()
    answer = small.upload(("to.pdf", PDF + b"\0" * megabytes * 1024 * 1024))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 413 and "data-error-text" in text and ("1 MB" in text or "vượt mức" in text)
    assert _counts() == before and _states() == ["assigned"] * 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_a_503_in_words_and_the_draft_stays(browser: Browser) -> None:
    browser.post(**browser.form(do="save", **{f"result-{browser.ids[0]}": "Xong."}))
    folder = store().root
    folder.mkdir(parents=True, exist_ok=True)
    if os.system(f"mount -t tmpfs -o size=256k tmpfs {folder}"):
        pytest.skip("this machine lets nobody mount")
    try:
        before = _counts()
        answer = browser.upload(("to.pdf", PDF + os.urandom(1024 * 1024)))
        assert answer.status_code == 503 and "hết chỗ chứa tệp" in answer.get_data(as_text=True) and _counts() == before
        assert browser.upload(("nho.pdf", PDF)).status_code == 200
    finally:
        os.system(f"umount {folder}")
    assert "Xong." in browser.client.get(browser.url).get_data(as_text=True)


def test_a_file_can_be_taken_off_with_and_without_a_script(browser: Browser) -> None:
    browser.upload(("a.pdf", PDF), ("b.jpg", JPG))
    first, second = re.findall(r'data-file="(\d+)"', browser.client.get(browser.url).get_data(as_text=True))
    fragment = browser.client.post(f"{browser.url}/files/{first}/remove", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert f'data-file="{second}" data-letter="A"' in fragment
    assert browser.post(**browser.form(remove=second)).status_code == 303
    assert "Chưa có tệp nào" in browser.client.get(browser.url).get_data(as_text=True)


def test_a_withdrawn_dispatch_says_so_and_keeps_the_draft(browser: Browser) -> None:
    form = browser.form(do="submit", **{f"result-{browser.ids[0]}": "Xong."})
    with transaction() as session:
        row = session.get_one(Dispatch, browser.dispatch.id)
        row.state, row.ended_at, row.ended_reason = "withdrawn", clock.now(), "Nhầm"
    answer = browser.post(**form)
    assert answer.status_code == 409 and "Bản nháp vẫn được giữ" in answer.get_data(as_text=True)
    assert browser.upload(("a.pdf", PDF)).status_code == 409
    text = browser.client.get(browser.url).get_data(as_text=True)
    assert "đã bị thu hồi" in text and "Xong." in text and "Nộp những việc" not in text


def test_strangers_find_nothing_and_the_district_leader_may_act(browser: Browser) -> None:
    browser.post(**browser.form(do="submit", **{f"result-{id}": "Xong." for id in browser.ids}))
    done = db.session.scalars(select(Submission.id)).one()
    stranger = browser.make.person(Role.OFFICER, browser.make.unit())
    browser.sign_in(stranger)
    for url in (browser.url, f"/submissions/{done}", f"/assignments/{browser.ids[0]}"):
        assert browser.client.get(url).status_code == 404
    for url in (browser.url, f"{browser.url}/files/1/remove", f"/dispatches/{browser.dispatch.id}/acknowledge", f"/assignments/{browser.ids[0]}/acknowledge"):
        assert browser.client.post(url, data={"page": "x" * 12}).status_code == 404
    assert browser.upload(("a.pdf", PDF)).status_code == 404
    browser.sign_in(browser.make.person(Role.DISTRICT_LEADER, browser.unit))
    assert browser.client.get(browser.url).status_code == 200
    browser.sign_in(browser.make.person(Role.CLERK))
    assert browser.client.get(browser.url).status_code == 403 and browser.client.get(f"/submissions/{done}").status_code == 200
