"""Asking for a later date and for another look on the unit's pages, and deciding on the province's."""
import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from tests.factories import DUE, Factory
from tests.samples import PDF
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.services import extension_decisions, extensions, objections

WISHED = date(2026, 10, 15)


def fresh() -> None:
    """Forgets what the test's own session has read, so that it sees what the pages have written."""
    db.session.rollback()
    db.session.expire_all()


class Stage:
    """One unit's dispatch with two dated tasks and an undated one; its officer is signed in."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.client, self.make = client, Factory()
        self.unit = self.make.unit("Huyện Thọ Xuân")
        self.officer, self.clerk = self.make.person(Role.OFFICER, self.unit), self.make.person(Role.CLERK)
        self.dispatch = self.make.issued([self.unit], [(DUE, None), (DUE, None), (None, DUE)], "931-CV/HNDT")
        with transaction() as session:
            session.execute(update(Dispatch).where(Dispatch.id == self.dispatch.id).values(issued_by_id=self.clerk.id))
        self.first, self.second, self.undated = (row.id for row in self.make.assignments(self.dispatch, self.unit))
        self.sign_in(self.officer)

    def sign_in(self, person: Person) -> None:
        with self.client.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(person.id), 0

    def page(self, path: str, status: int = 200) -> str:
        shown = self.client.get(path)
        assert shown.status_code == status
        return unescape(shown.get_data(as_text=True))

    def post(self, path: str, status: int = 303, **data: object) -> str:
        shown = self.client.post(path, data=data, content_type="multipart/form-data" if "file" in data else None)
        assert shown.status_code == status, shown.get_data(as_text=True)
        return unescape(shown.get_data(as_text=True))

    def ask(self, *ids: int, **more: object) -> str:
        given = {"pick": list(ids) or [self.first], "wished_on": "15/10/2026", "category": "weather", "reason": "Bão ngập trụ sở", **more}
        return self.post(f"/dispatches/{self.dispatch.id}/extension", **given)  # type: ignore[arg-type]

    def asked(self, *ids: int, wished: date = WISHED) -> list[int]:
        with transaction():
            return extensions.ask(self.make.as_actor(self.officer), list(ids) or [self.first], wished, "weather", "Bão ngập trụ sở")

    def objected(self, *ids: int) -> list[int]:
        with transaction():
            return objections.object_to(self.make.as_actor(self.officer), list(ids) or [self.second], "Huyện không có biển", "Chi cục Thuỷ sản")

    def assignment(self, id: int) -> Assignment:
        fresh()
        return db.session.get_one(Assignment, id)


@pytest.fixture
def stage(sqlite_app: Flask, client: FlaskClient) -> Stage:
    return Stage(sqlite_app, client)


def test_a_unit_asks_for_one_task_from_its_page(stage: Stage) -> None:
    assert f"/dispatches/{stage.dispatch.id}/extension?task={stage.first}" in stage.page(f"/assignments/{stage.first}")
    form = stage.page(f"/dispatches/{stage.dispatch.id}/extension?task={stage.first}")
    assert re.search(rf'value="{stage.first}" data-row checked', form) and not re.search(rf'value="{stage.second}" data-row checked', form)
    assert "không có hạn, chỉ có ngày xem lại, nên không cần gia hạn" in form and "hạn 30/09/2026" in form
    stage.ask()
    shown = stage.page(f"/assignments/{stage.first}")
    for words in ("Đã gửi đề nghị gia hạn 1 việc", "Xin gia hạn đến 15/10/2026", "chờ tỉnh trả lời", "Bão ngập trụ sở", "Rút đề nghị"):
        assert words in shown
    assert "/extension?task" not in shown


def test_several_tasks_with_a_file_that_the_province_can_read(stage: Stage) -> None:
    stage.ask(stage.first, stage.second, file=(BytesIO(PDF), "xin gia hạn.pdf"))
    fresh()
    found = db.session.scalars(select(Extension)).all()
    assert len(found) == 2 and len({one.batch for one in found}) == len({one.file_id for one in found}) == 1
    stage.sign_in(stage.clerk)
    with stage.client.get(f"/files/{found[0].file_id}") as sent:
        assert sent.get_data() == PDF
    stage.sign_in(stage.make.person(Role.OFFICER, stage.make.unit()))
    stage.page(f"/files/{found[0].file_id}", 404)


def test_a_refused_form_keeps_what_was_typed_and_says_the_latest_date(stage: Stage) -> None:
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == stage.dispatch.id).values(extension_days=10, extension_times=1))
    form = stage.page(f"/dispatches/{stage.dispatch.id}/extension")
    assert "tổng cộng nhiều nhất 10 ngày" in re.sub("<[^>]+>", "", form) and "được xin muộn nhất đến 10/10/2026" in form
    path = f"/dispatches/{stage.dispatch.id}/extension"
    data = {"pick": stage.first, "wished_on": "15/10/2026", "category": "data", "reason": "Chờ số liệu của xã"}
    shown = stage.post(path, 422, **data)
    for words in ("muộn nhất là 10/10/2026", "Chờ số liệu của xã", 'value="15/10/2026"', '<option value="data" selected'):
        assert words in shown
    assert "Chưa chọn việc nào" in stage.post(path, 422, wished_on="5/10/2026", category="data", reason="x")
    assert "Không hiểu ngày" in stage.post(path, 422, pick=stage.first, wished_on="mai", category="data", reason="x")
    assert "không có hạn" in stage.post(path, 409, **{**data, "pick": stage.undated, "wished_on": "5/10/2026"})
    lost = stage.post(path, 422, **data, file=(BytesIO(PDF), "xin gia hạn.pdf"))
    assert "chưa nhận tệp “xin gia hạn.pdf”" in lost and "chưa nhận tệp" not in shown
    assert db.session.scalars(select(Extension)).all() == []


def test_the_unit_takes_its_requests_back(stage: Stage) -> None:
    (extension,), (objection,) = stage.asked(), stage.objected()
    stage.post(f"/extensions/{extension}/take-back")
    stage.post(f"/objections/{objection}/take-back")
    assert stage.assignment(stage.second).state == State.ASSIGNED
    assert "không còn hiệu lực" in stage.page(f"/assignments/{stage.first}")


def test_a_unit_says_that_a_task_is_not_its_own(stage: Stage) -> None:
    form = stage.page(f"/dispatches/{stage.dispatch.id}/objection?task={stage.undated}")
    assert re.search(rf'value="{stage.undated}" data-row checked', form)
    stage.post(f"/dispatches/{stage.dispatch.id}/objection", pick=stage.undated, reason="Huyện không có biển", suggestion="Chi cục Thuỷ sản")
    shown = stage.page(f"/assignments/{stage.undated}")
    for words in ("Đang chờ tỉnh trả lời", "theo đơn vị, việc này của Chi cục Thuỷ sản", f"người quyết định: {stage.clerk.name}"):
        assert words in shown
    assert "Hãy ghi rõ lý do" in stage.post(f"/dispatches/{stage.dispatch.id}/objection", 422, pick=stage.first, reason=" ")


def test_the_province_sees_oldest_first_and_grants_several_at_once(stage: Stage) -> None:
    with clock.frozen(date(2026, 9, 7)):
        objection = stage.objected(stage.undated)[0]
    one, two = stage.asked(stage.first, stage.second)
    stage.sign_in(stage.clerk)
    home = stage.page("/")
    assert "Xem 2 đề nghị gia hạn, 1 đề nghị xem lại" in home and "Đề nghị <b>3</b>" in home
    shown = stage.page("/requests")
    places = [shown.index(f'id="{name}"') for name in (f"objection-{objection}", f"extension-{one}", f"extension-{two}")]
    assert places == sorted(places)
    assert f'id="objection-{objection}"' not in stage.page("/requests?kind=extension")
    assert "Không có đề nghị nào ở đây" in stage.page("/requests?dispatch_id=999")
    stage.post("/requests", verdict="agree", extension=[one, two], words="Đồng ý")
    assert {stage.assignment(id).due_on for id in (stage.first, stage.second)} == {WISHED}
    after = stage.page("/requests")
    assert "Đã quyết định 2 đề nghị" in after and "Cho gia hạn 2 việc của Huyện Thọ Xuân, đến 15/10/2026" in after
    stage.sign_in(stage.officer)
    told = stage.page(f"/assignments/{stage.first}")
    assert "được gia hạn đến 15/10/2026" in told and "<dt>Hạn ban đầu</dt><dd>30/09/2026</dd>" in told
    assert "hạn 15/10 (ban đầu 30/09)" in stage.page("/")


def test_another_date_a_refusal_and_undoing_them(stage: Stage) -> None:
    one, two = stage.asked(stage.first, stage.second)
    stage.sign_in(stage.clerk)
    assert "phải ghi lý do" in stage.post("/requests", 422, verdict="refuse", extension=[one])
    assert "Chưa ghi ngày" in stage.post("/requests", 422, verdict="other", extension=[one])
    assert "Chưa chọn việc nào" in stage.post("/requests", 422, verdict="agree")
    stage.post("/requests", verdict="other", extension=[one], granted_on="9/10/2026")
    stage.post("/requests", verdict="refuse", extension=[two], words="Việc gấp")
    assert stage.assignment(stage.first).due_on == date(2026, 10, 9)
    fresh()
    mails = [db.session.get_one(Extension, id).mail_id for id in (one, two)]
    for mail in mails:
        stage.post("/requests/undo", mail_id=mail)
    assert stage.assignment(stage.first).due_on == DUE
    assert {db.session.get_one(Extension, id).state for id in (one, two)} == {"asked"}
    stage.post("/requests/undo", 409, mail_id=mails[0])
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert "Hoàn tác" not in stage.page("/requests")


def test_an_objection_is_decided_by_its_decider_who_can_be_changed(stage: Stage) -> None:
    (objection,) = stage.objected()
    colleague = stage.make.person(Role.CLERK)
    stage.sign_in(colleague)
    shown = stage.page("/requests")
    assert f'name="objection" value="{objection}"' not in shown and f"Người quyết định: {stage.clerk.name}" in shown
    assert f"do {stage.clerk.name} quyết định" in stage.post("/requests", 403, verdict="agree", objection=[objection])
    stage.post(f"/objections/{objection}/decider", **{f"decider-{objection}": colleague.id})
    assert "Ngày khác chỉ dùng cho đề nghị gia hạn" in stage.post("/requests", 422, verdict="other", objection=[objection], granted_on="9/10/2026")
    stage.post("/requests", verdict="agree", objection=[objection])
    found = stage.assignment(stage.second)
    assert (found.state, found.upheld, db.session.get_one(Objection, objection).decided_by_id) == (State.CANCELLED, True, colleague.id)
    assert "Tỉnh đồng ý việc này không thuộc trách nhiệm" in stage.page(f"/assignments/{stage.second}")


def test_both_kinds_are_decided_in_one_press(stage: Stage) -> None:
    (extension,), (objection,) = stage.asked(), stage.objected()
    stage.sign_in(stage.clerk)
    stage.post("/requests", verdict="refuse", extension=[extension], objection=[objection], words="Việc chung của tỉnh")
    assert stage.assignment(stage.second).state == State.ASSIGNED
    assert "Đã quyết định 2 đề nghị" in stage.page("/requests")


def test_a_decision_made_meanwhile_comes_back_on_the_same_page(stage: Stage) -> None:
    (extension,) = stage.asked()
    with transaction():
        extension_decisions.refuse(stage.make.as_actor(stage.clerk), [extension], "Không")
    stage.sign_in(stage.make.person(Role.LEADER))
    assert "đã được quyết định" in stage.post("/requests", 409, verdict="agree", extension=[extension])


def test_the_list_goes_on_and_costs_the_same(stage: Stage) -> None:
    units = [stage.make.unit() for _ in range(24)]
    dispatch = stage.make.issued(units, [(DUE, None), (DUE, None)])
    for n, unit in enumerate(units):
        who = stage.make.as_actor(stage.make.person(Role.OFFICER, unit))
        one, two = stage.make.assignments(dispatch, unit)
        with clock.frozen(clock.now() + timedelta(minutes=n // 3)), transaction():
            extensions.ask(who, [one.id], WISHED, "staff", "Thiếu người")
            objections.object_to(who, [two.id], "Không phải")
    stage.sign_in(stage.clerk)
    queries: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    first = stage.page("/requests")
    assert len(queries) <= 12, queries
    seen = set(re.findall(r'id="((?:extension|objection)-\d+)"', first))
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    rest = set(re.findall(r'id="((?:extension|objection)-\d+)"', stage.page(following)))
    assert (len(seen), len(rest), seen & rest) == (30, 18, set())


def test_the_clerk_sets_the_caps_on_both_pages(stage: Stage) -> None:
    stage.sign_in(stage.clerk)
    path = f"/dispatches/{stage.dispatch.id}/extension-caps"
    stage.post(path, extension_days="10", extension_times="", back=f"/dispatches/{stage.dispatch.id}/amend")
    assert 'name="extension_days" type="text" value="10"' in stage.page(f"/dispatches/{stage.dispatch.id}/amend")
    assert "đặt mức gia hạn: tổng cộng 10 ngày, số lần không giới hạn" in stage.page(f"/dispatches/{stage.dispatch.id}")
    for wrong in ("-1", "mười", "1000"):
        assert "Mức gia hạn phải là số nguyên" in stage.post(path, 422, extension_days=wrong)
    stage.sign_in(stage.make.person(Role.LEADER))
    stage.post(path, 403, extension_days="5")


def test_the_caps_are_set_when_it_is_issued(stage: Stage) -> None:
    with transaction() as session:
        draft = Dispatch(state="draft", number="2-CV/HNDT", subject="Soạn dở", text="x", created_at=clock.now(), updated_at=clock.now())
        session.add(draft)
    stage.sign_in(stage.clerk)
    assert 'form="issue"' in stage.page(f"/dispatches/{draft.id}/issue")
    shown = stage.post(f"/dispatches/{draft.id}/issue", 422, version=1, extension_days="nhiều")
    assert "Mức gia hạn phải là số nguyên" in shown and 'value="nhiều"' in shown
