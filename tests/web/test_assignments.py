"""An assignment's page: what is asked, why then, what can be done now; and acknowledging from it."""
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.factories import Factory
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.status import Act
from tracker.models.assignments import Assignment
from tracker.models.people import Person
from tracker.models.tasks import Task
from tracker.services import assignments

TODAY = date(2026, 9, 8)


class Stage:
    """One unit's dispatch with a dated and an undated task, and its people."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.client, self.make = client, Factory()
        self.unit = self.make.unit("Huyện Thọ Xuân")
        self.dispatch = self.make.issued([self.unit], [(TODAY + timedelta(3), None), (None, TODAY + timedelta(30))], "931-CV/HNDT")
        self.ids = [row.id for row in self.make.assignments(self.dispatch, self.unit)]
        self.officer, self.clerk = self.make.person(Role.OFFICER, self.unit), self.make.person(Role.CLERK)
        self.sign_in(self.officer)

    def sign_in(self, person: Person) -> None:
        with self.client.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(person.id), 0

    def text(self, id: int) -> str:
        answer = self.client.get(f"/assignments/{id}")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@pytest.fixture
def stage(sqlite_app: Flask, client: FlaskClient) -> Stage:
    return Stage(sqlite_app, client)


def test_the_page_says_what_when_why_and_what_to_do(stage: Stage) -> None:
    with transaction() as session:
        task = session.scalars(select(Task).order_by(Task.id)).first()
        assert task is not None
        task.why, task.span_start, task.span_end = "Công văn ghi “trước ngày 12/9”.", 0, 12
        task.evidence = ["minutes"]
    text = stage.text(stage.ids[0])
    for words in ("Nội dung việc thứ 1.", "hạn 11/09/2026", "trước ngày 12/9", "1. Việc thử.", "Biên bản", "Tiếp nhận việc này", "Nộp kết quả"):
        assert words in text
    undated = stage.text(stage.ids[1])
    assert "không hạn, xem lại 08/10/2026" in undated and "không ghi hạn" in undated


def test_acknowledging_takes_one_or_all_and_comes_back(stage: Stage) -> None:
    first = stage.client.post(f"/assignments/{stage.ids[0]}/acknowledge")
    assert first.headers["Location"] == f"/assignments/{stage.ids[0]}"
    assert "tiếp nhận nhiệm vụ" in stage.text(stage.ids[0]) and "Tiếp nhận việc này" not in stage.text(stage.ids[0])
    everything = stage.client.post(f"/dispatches/{stage.dispatch.id}/acknowledge", data={"back": "/"})
    assert everything.headers["Location"] == "/" and "Đã tiếp nhận 1 việc" in stage.client.get("/").get_data(as_text=True)
    elsewhere = stage.client.post(f"/dispatches/{stage.dispatch.id}/acknowledge", data={"back": "https://xau.example/"})
    assert elsewhere.headers["Location"] == f"/dispatches/{stage.dispatch.id}"
    db.session.rollback()
    assert set(db.session.scalars(select(Assignment.state))) == {"acknowledged"}


def test_the_province_reads_but_does_not_answer(stage: Stage) -> None:
    stage.sign_in(stage.clerk)
    text = stage.text(stage.ids[0])
    assert "Huyện Thọ Xuân" in text and "Nộp kết quả" not in text and "Tiếp nhận việc này" not in text
    assert stage.client.post(f"/assignments/{stage.ids[0]}/acknowledge").status_code == 403


def test_a_return_stands_on_top_with_its_reason(stage: Stage) -> None:
    officer, clerk = stage.make.as_actor(stage.officer), stage.make.as_actor(stage.clerk)
    with transaction():
        row = assignments.get(clerk, stage.ids[0])
        assignments.advance(officer, row, Act.SUBMIT, submitted_on=TODAY, round=1)
        assignments.advance(clerk, row, Act.RETURN, fix_by=TODAY + timedelta(2), return_reason="Thiếu <biên bản>")
    text = stage.text(stage.ids[0])
    assert "Tỉnh trả lại, sửa chậm nhất 10/09/2026" in text and "Thiếu &lt;biên bản&gt;" in text and "Sửa và nộp lại" in text


@pytest.mark.parametrize("path", ["/", "/assignments/{id}", "/dispatches/{dispatch}/answer", "/submissions"])
def test_no_page_asks_the_database_more_than_twelve_times(stage: Stage, path: str) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    answer = stage.client.get(path.format(id=stage.ids[0], dispatch=stage.dispatch.id))
    assert answer.status_code == 200
    assert len([statement for statement in asked if not statement.startswith("BEGIN")]) <= 12
