"""The pages of pauses: ask, look, confirm; change the end, end it; and what a district sees of it."""
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from tests.factories import Factory
from tracker import clock, i18n
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.pauses import PAUSE_REASONS, Pause
from tracker.models.people import Person
from tracker.services import pause_work, pauses
from tracker.services.pauses import Wanted

FORM = {"unit": "", "dispatch": "", "from_on": "08/09/2026", "until_on": "14/9/2026", "category": "storm", "reason": "Bão số 5"}


class Stage:
    """A clerk, an officer and two dispatches of two units."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.client, self.make = client, Factory()
        self.storm, self.calm = self.make.unit("Huyện Tĩnh Gia"), self.make.unit("Huyện Mường Lát")
        self.dispatch = self.make.issued([self.storm, self.calm], number="931-CV/HNDT")
        self.clerk, self.officer = self.make.person(Role.CLERK), self.make.person(Role.OFFICER, self.storm)
        self.sign_in(self.clerk)

    def sign_in(self, person: Person) -> None:
        with self.client.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(person.id), 0

    def text(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)

    def post(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data=form)

    def states(self) -> set[str]:
        db.session.rollback()
        return set(db.session.scalars(select(Assignment.state)))

    def stopped(self, until: date = date(2026, 9, 14), unit: bool = True) -> int:
        with transaction():
            wanted = Wanted(clock.today(), until, "storm", "Bão số 5", self.storm.id if unit else None)
            pause_id = pauses.plan(self.make.as_actor(self.clerk), wanted).id
        pause_work.turn(transaction)
        return pause_id


@pytest.fixture
def stage(sqlite_app: Flask, client: FlaskClient) -> Stage:
    return Stage(sqlite_app, client)


def test_every_reason_has_its_words() -> None:
    assert tuple(i18n.PAUSE_REASONS) == PAUSE_REASONS


def test_a_pause_is_shown_before_anything_is_written_and_then_takes_effect(stage: Stage) -> None:
    assert "Không có đơn vị hay công văn nào đang tạm dừng" in stage.text("/pauses")
    assert "931-CV/HNDT: Việc thử" in stage.text("/pauses/new")
    form = FORM | {"unit": str(stage.storm.id), "dispatch": str(stage.dispatch.id)}
    asked = stage.post("/pauses/new", **form)
    text = asked.get_data(as_text=True)
    assert asked.status_code == 200
    assert "Tạm dừng 2\u00a0việc?" in text and "Huyện Tĩnh Gia, 931-CV/HNDT" in text and stage.states() == {"assigned"}
    back = stage.post("/pauses/new", **form, confirmed="1", do="edit").get_data(as_text=True)
    assert 'value="14/9/2026"' in back and f'value="{stage.storm.id}" selected' in back and stage.states() == {"assigned"}
    done = stage.post("/pauses/new", **form, confirmed="1")
    assert done.status_code == 302 and stage.states() == {"assigned", "paused"}
    page = stage.text(done.headers["Location"])
    assert "Đã tạm dừng 2 việc của 1 đơn vị" in page and "đến hết 14/09/2026" in page and "Bão, lụt, thiên tai: Bão số 5" in page
    assert "Huyện Tĩnh Gia, 931-CV/HNDT" in stage.text("/pauses")


def test_a_later_one_and_one_that_reaches_back_say_so(stage: Stage) -> None:
    later = stage.post("/pauses/new", **FORM | {"from_on": "10/09/2026"}).get_data(as_text=True)
    assert "đến 10/09/2026 máy tự bắt đầu" in later and "Hẹn tạm dừng" in later
    back = stage.post("/pauses/new", **FORM | {"from_on": "01/09/2026"}).get_data(as_text=True)
    assert "Lùi về 01/09/2026" in back
    planned = stage.post("/pauses/new", **FORM | {"from_on": "10/09/2026"}, confirmed="1")
    assert "Đến ngày, máy tự bắt đầu" in stage.text(planned.headers["Location"]) and stage.states() == {"assigned"}
    assert "Sẽ tạm dừng" in stage.text("/pauses")


@pytest.mark.parametrize(("field", "value", "words"), [
    ("until_on", "7/9/2026", "Ngày kết thúc ở trước ngày bắt đầu"), ("from_on", "mai", "mai"), ("reason", "", "Hãy ghi lý do"),
    ("until_on", "", "Chưa ghi ngày"),
])
def test_a_form_that_lacks_something_comes_back_with_what_was_typed(stage: Stage, field: str, value: str, words: str) -> None:
    refused = stage.post("/pauses/new", **FORM | {field: value}, confirmed="1")
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422 and words in text and 'aria-invalid="true"' in text
    assert field == "until_on" or 'value="14/9/2026"' in text
    assert db.session.scalar(select(Pause.id)) is None


def test_the_end_is_changed_and_it_is_ended_once_asked(stage: Stage) -> None:
    pause_id = stage.stopped()
    moved = stage.post(f"/pauses/{pause_id}/until", version="1", until_on="20/09/2026")
    assert "tạm dừng đến hết 20/09/2026" in stage.text(moved.headers["Location"])
    refused = stage.post(f"/pauses/{pause_id}/until", version="2", until_on="01/09/2026")
    assert refused.status_code == 422 and "Ngày kết thúc đã qua" in refused.get_data(as_text=True)
    asked = stage.post(f"/pauses/{pause_id}/end", version="2")
    assert "Kết thúc tạm dừng?" in asked.get_data(as_text=True) and "paused" in stage.states()
    assert stage.post(f"/pauses/{pause_id}/end", version="1", confirmed="1").status_code == 409
    done = stage.post(f"/pauses/{pause_id}/end", version="2", confirmed="1")
    assert done.status_code == 302 and stage.states() == {"assigned"}
    assert "Đã qua" in stage.text("/pauses")


def test_a_district_sees_what_stands_still_until_when_and_why(stage: Stage) -> None:
    stage.stopped()
    one = stage.make.assignments(stage.dispatch, stage.storm)[0]
    stage.sign_in(stage.officer)
    for path in ("/", "/unit", f"/assignments/{one.id}"):
        text = stage.text(path)
        assert "14/09/2026" in text and "Bão số 5" in text and "tạm dừng" in text.lower(), path
    assert stage.client.get("/pauses").status_code == 403


def test_the_first_page_of_the_province_says_who_stands_still(stage: Stage) -> None:
    assert "Đang tạm dừng:" not in stage.text("/")
    stage.stopped()
    text = stage.text("/")
    assert "Đang tạm dừng:" in text and "Huyện Tĩnh Gia, mọi công văn</a> đến hết 14/09 (2 việc)" in text


def test_pages_cost_few_questions(stage: Stage) -> None:
    pause_id = stage.stopped(unit=False)
    for path in ("/pauses", "/pauses/new", f"/pauses/{pause_id}"):
        asked: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *args, asked=asked: asked.append(args[2]))
        stage.text(path)
        assert len([statement for statement in asked if not statement.startswith("BEGIN")]) <= 8, path
