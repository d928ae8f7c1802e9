"""A question asked, answered, mended and taken back on the pages."""
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import Factory
from tests.web.test_province_pages import enter, post
from tracker.db import db
from tracker.domain.access import Role
from tracker.models.questions import Question


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def test_from_the_units_task_to_the_answer_on_every_units_page(client: FlaskClient, make: Factory) -> None:
    ours, theirs = make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn")
    dispatch = make.issued([ours, theirs], number="931-CV/HNDT")
    mine, other = make.assignments(dispatch, ours)[0], make.assignments(dispatch, theirs)[0]
    officer, neighbour, clerk = make.person(Role.OFFICER, ours), make.person(Role.OFFICER, theirs), make.person()
    page = f"/dispatches/{dispatch.id}/questions"
    enter(client, officer)
    assert f"{page}?task={mine.task_id}" in client.get(f"/assignments/{mine.id}").text and page in client.get(f"/dispatches/{dispatch.id}").text
    refused = post(client, page, page, task=mine.task_id, text=" ")
    assert refused.status_code == 422 and "Chưa ghi câu hỏi" in refused.text and f'value="{mine.task_id}" selected' in refused.text
    asked = post(client, page, page, task=mine.task_id, text="Nộp <b>bản giấy</b> không?")
    where = asked.headers["Location"]
    assert asked.status_code == 303 and "Nộp &lt;b&gt;bản giấy" in client.get(where).text and "Rút câu hỏi" in client.get(where).text
    enter(client, neighbour)
    assert client.get(where).status_code == 404 and "Chưa có câu hỏi nào" in client.get(page).text
    enter(client, clerk)
    assert "Trả lời 1 câu hỏi của đơn vị" in client.get("/").text and where in client.get("/questions").text
    assert "Huyện Hà Trung hỏi" in client.get(where).text
    db.session.rollback()
    version = db.session.scalars(select(Question.version)).one()
    refused = post(client, where, f"{where}/answer", text="Không cần.", audience="", version=version)
    assert refused.status_code == 422 and "Không cần.</textarea>" in refused.text
    post(client, where, f"{where}/answer", text="Không cần.", audience="all", version=version)
    assert "mọi đơn vị nhận công văn thấy" in client.get(where).text and "Không có câu hỏi nào" in client.get("/questions").text
    assert post(client, where, f"{where}/answer", text="Khác.", audience="all", version=version).status_code == 409
    enter(client, neighbour)
    for shown in (where, page, f"/dispatches/{dispatch.id}", f"/assignments/{other.id}"):
        text = client.get(shown).text
        assert "Không cần." in text and "Hà Trung" not in text
    enter(client, officer)
    assert "Tỉnh trả lời câu hỏi của đơn vị" in client.get("/").text and "Không cần." in client.get(f"/assignments/{mine.id}").text
    enter(client, clerk)
    assert "Rút câu trả lời về 931-CV/HNDT?" in post(client, where, f"{where}/withdraw", version=version + 1).text
    post(client, where, f"{where}/withdraw", version=version + 1, confirmed=1)
    assert "Những câu trả lời trước" in client.get(where).text
    enter(client, neighbour)
    assert client.get(where).status_code == 404
    enter(client, officer)
    post(client, where, f"{where}/take-back", confirmed=1)
    assert "đơn vị đã rút" in client.get(page).text
    for odd in ("x", "2026-09-08.1", "2026-09-08T00:00:00+00:00.99999999999"):
        assert client.get(f"{page}?after={odd}").status_code == 200
