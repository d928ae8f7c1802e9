"""The calendar's pages: a year to read for the whole province, to change for the administrator, a year's days from lines."""
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.factories import Factory
from tracker.db import db
from tracker.domain.access import Role
from tracker.models.people import Person
from tracker.services import office_days


class Stage:
    """An administrator and a clerk."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.client, make = client, Factory()
        self.admin, self.clerk = make.person(Role.ADMIN), make.person(Role.CLERK)
        self.sign_in(self.admin)

    def sign_in(self, person: Person) -> None:
        with self.client.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(person.id), 0

    def text(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)

    def post(self, path: str, **form: object) -> TestResponse:
        return self.client.post(path, data=form)

    @staticmethod
    def own() -> list[tuple[str, bool, str]]:
        db.session.rollback()
        return [(f"{day.day:%d/%m/%Y}", day.working, day.name) for day in office_days.days(2026) if day.own]


@pytest.fixture
def stage(sqlite_app: Flask, client: FlaskClient) -> Stage:
    return Stage(sqlite_app, client)


def test_a_year_at_a_glance_for_all_of_the_province(stage: Stage) -> None:
    assert "/calendar" in stage.text("/settings")
    for person in (stage.admin, stage.clerk):
        stage.sign_in(person)
        text = stage.text("/calendar")
        assert "Lịch làm việc năm 2026" in text and "Quốc khánh" in text and "(cả nước)" in text and "Tháng 12" in text
    assert "Ghi ngày này" not in text and "Nhập cả năm" not in text
    assert "năm 2028" in stage.text("/calendar?year=2028") and "năm 2026" in stage.text("/calendar?year=1999")


def test_a_day_is_changed_and_given_back(stage: Stage) -> None:
    refused = stage.post("/calendar/days", day="", working="0", year="2026")
    assert refused.status_code == 422 and "Chưa ghi ngày" in refused.get_data(as_text=True)
    kept = stage.post("/calendar/days", day="12/9/2026", working="1", name="Làm bù cho 11/9")
    assert kept.headers["Location"] == "/calendar?year=2026#m9" and stage.own() == [("12/09/2026", True, "Làm bù cho 11/9")]
    assert "Làm bù cho 11/9 <span class=\"muted\">(tỉnh đặt)" in stage.text("/calendar?year=2026")
    assert stage.post("/calendar/days/drop", day="2026-09-12").status_code == 302 and stage.own() == []
    assert stage.post("/calendar/days", day="12/9/2099", working="1").status_code == 422


def test_lines_are_shown_first_and_one_bad_one_holds_up_all(stage: Stage) -> None:
    bad = stage.post("/calendar/import", year="2026", text="11/09/2026; nghỉ; Đại hội\n12/09/2026; gì; Bù")
    text = bad.get_data(as_text=True)
    assert bad.status_code == 200 and "1\u00a0dòng có lỗi" in text and "chưa rõ là nghỉ hay làm bù" in text and "Xem trước lại" in text and stage.own() == []
    good = "11/09/2026; nghỉ; Đại hội\n12/09/2026; làm bù; Bù"
    shown = stage.post("/calendar/import", year="2026", text=good).get_data(as_text=True)
    assert "Ghi 2 ngày" in shown and stage.own() == []
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    back = stage.post("/calendar/import", year="2026", text=good, seen=seen, do="edit").get_data(as_text=True)
    assert "12/09/2026; làm bù; Bù</textarea>" in back and stage.own() == []
    assert stage.post("/calendar/import", year="2026", text=good, seen=seen).headers["Location"] == "/calendar?year=2026"
    assert [day for day, _, _ in stage.own()] == ["11/09/2026", "12/09/2026"]
    assert stage.post("/calendar/import", year="2026", text=good, seen=seen).status_code == 409


def test_a_table_and_the_days_of_last_year(stage: Stage) -> None:
    table = (io.BytesIO("Ngày;Loại;Tên\n14/10/2026;nghỉ;Ngày thành lập Hội\n".encode()), "lich.csv")
    shown = stage.post("/calendar/import", year="2026", table=table).get_data(as_text=True)
    assert "Ngày thành lập Hội" in shown and "Ghi 1 ngày" in shown
    stage.post("/calendar/days", day="14/10/2026", working="0", name="Ngày thành lập Hội")
    assert "14/10/2027; nghỉ; Ngày thành lập Hội" in stage.text("/calendar/import?year=2027&last=1")
    assert "không có ngày nghỉ riêng" in stage.text("/calendar/import?year=2026&last=1")
    assert stage.post("/calendar/import", year="2026", text="").status_code == 422


def test_the_year_costs_few_questions(stage: Stage) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    stage.text("/calendar")
    assert len([statement for statement in asked if not statement.startswith("BEGIN")]) <= 5
