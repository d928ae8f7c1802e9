"""The plan, policies and absences as pages: without a script, in words, and held back by their buttons."""
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.factories import Factory
from tests.web.test_reminders import enter
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.policies import PolicyStep, Rank
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Absence, Person
from tracker.models.policies import PlanHold, Policy
from tracker.services import policies, reminders

TODAY = date(2026, 9, 8)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def clerk(client: FlaskClient, make: Factory, sqlite_app: Flask) -> Person:
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    person = make.person()
    enter(client, person)
    return person


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True).replace("\xa0", " ")


def test_the_plan_says_whom_what_and_what_not(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit, mute, alone = make.unit("Huyện Thọ Xuân"), make.unit("Huyện Không Thư", mailbox=None), make.unit("Huyện Vắng", mailbox=None)
    ill, other = make.person(Role.OFFICER, alone), make.person(Role.OFFICER, alone)
    with transaction() as session:
        for one, stand_in in ((ill, other), (other, ill)):
            session.add(Absence(person_id=one.id, stand_in_id=stand_in.id, from_on=TODAY, until_on=TODAY, created_at=clerk.created_at))
    make.issued([unit, mute, alone], [(TODAY, None), (date(2026, 9, 3), None)], number="931-CV/HNDT")
    page = text(client, "/reminders/plan")
    absent = f"{ill.name} (Huyện Vắng) vắng, không có người thay"
    for words in ("Kế hoạch nhắc việc hôm nay", "1 thư, 2 lượt việc", unit.mailbox, "chưa có địa chỉ thư", absent):
        assert words in page, words
    lines = text(client, f"/reminders/plan?unit_id={unit.id}")
    for words in ("Việc thứ 1", "Đến ngày hẹn, tính từ 08/09/2026; theo lịch nhắc chung", "Quá ngày hẹn 3 ngày làm việc", "Gửi: Huyện Thọ Xuân"):
        assert words in lines, words
    assert "Xem kế hoạch" in text(client, "/reminders")


def test_one_line_is_held_dropped_and_put_back_by_buttons(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit = make.unit("Huyện Thọ Xuân")
    first, second = make.assignments(make.issued([unit], [(TODAY, None), (TODAY, None)]))
    form = {"day": "2026-09-08", "assignment_id": first.id, "reason": "Đã gọi điện", "back": unit.id}
    page = client.post("/reminders/plan/hold", data={**form, "do": "hold"}, follow_redirects=True).get_data(as_text=True)
    assert "Đã giữ lại đến kế hoạch sau" in page and "1\xa0việc" in page
    assert "Đã gọi điện" in text(client, "/reminders/plan") and "1 thư, 1 lượt việc" in text(client, "/reminders/plan")
    db.session.rollback()
    hold = db.session.scalars(select(PlanHold)).one()
    assert "Đã đưa trở lại" in client.post(f"/reminders/plan/holds/{hold.id}/undo", follow_redirects=True).get_data(as_text=True)
    client.post("/reminders/plan/hold", data={**form, "do": "drop", "assignment_id": second.id})
    reminders.plan(transaction, TODAY)
    ledger = text(client, "/reminders")
    assert "bỏ qua" in ledger and "chờ gửi" in ledger


def test_a_refused_hold_says_why(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    for form, words in (({"day": "2026-09-08", "unit_id": unit.id}, "Chưa ghi lý do"), ({"day": "2026-09-08", "reason": "Thử"}, "Không có gì để giữ lại"),
                        ({"day": "2026-09-07", "unit_id": unit.id, "reason": "Muộn"}, "đã lập xong"), ({"day": "mai", "what": "all", "reason": "x"}, "ngày")):
        assert words in client.post("/reminders/plan/hold", data=form, follow_redirects=True).get_data(as_text=True)
    assert db.session.scalar(select(PlanHold.id)) is None
    everything = {"day": "2026-09-08", "what": "all", "reason": "Bão"}
    assert "Đã giữ lại" in client.post("/reminders/plan/hold", data=everything, follow_redirects=True).get_data(as_text=True)


def test_the_plan_costs_the_same_for_many_units(client: FlaskClient, clerk: Person, make: Factory) -> None:
    counts = []
    for _ in range(2):
        units = [make.unit() for _ in range(15)]
        make.issued(units, [(TODAY, None)] * 3)
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        text(client, "/reminders/plan")
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len([one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))]))
    assert counts[0] == counts[1] <= 20
    assert 'rel="next"' in client.get("/reminders/plan").get_data(as_text=True)
    assert 'rel="prev"' in text(client, "/reminders/plan?from=20")


def test_units_at_the_step_of_a_letter_stand_on_the_home_page_and_in_the_plan(client: FlaskClient, clerk: Person, make: Factory) -> None:
    with transaction():
        steps = [PolicyStep(0, (Rank.LETTER,)), PolicyStep(3, (Rank.CRITICISM,))]
        policies.save(make.as_actor(clerk), None, name="Nghiêm", kind=None, urgency=None, steps=steps)
    dispatch = make.issued([make.unit("Huyện Chậm")], [(TODAY, None), (date(2026, 9, 3), None)])
    reminders.plan(transaction, TODAY)
    home = text(client, "/")
    assert "Ra công văn đôn đốc 1 đơn vị" in home and "Xem xét phê bình 1 đơn vị" in home
    page = client.get("/reminders/plan").get_data(as_text=True)
    assert f"/dispatches/{dispatch.id}/letters/new?kind=urge" in page and "kind=criticise" in page
    assert "đến bước công văn đôn đốc" in text(client, "/reminders")


FORM = {
    "name": "Cho kế hoạch", "kind": "kế hoạch", "urgency": "", "every": "5",
    "when-0": "before", "days-0": "2", "rank-0": "officer", "opening-0": "Sắp đến hạn {số việc} việc.",
    "when-1": "on", "days-1": "", "rank-1": ["officer"], "when-2": "after", "days-2": "4", "rank-2": ["officer", "province_leader"],
    "when-3": "after", "days-3": "",
}


def test_a_policy_is_made_changed_and_removed_without_a_script(client: FlaskClient, clerk: Person, make: Factory) -> None:
    assert "lịch nhắc chung có sẵn" in text(client, "/policies") and "Trước 5, 3, 1 ngày; đúng ngày; sau 3, 6 ngày, rồi cứ 3 ngày" in text(client, "/policies")
    assert "Số ngày làm việc" in text(client, "/policies/new")
    assert "Đã lưu lịch nhắc" in client.post("/policies/new", data=FORM, follow_redirects=True).get_data(as_text=True)
    kept = db.session.scalars(select(Policy)).one()
    assert [(step["days"], step["ranks"], step["every"]) for step in kept.steps] == [
        (-2, ["officer"], 0), (0, ["officer"], 0), (4, ["officer", "province_leader"], 5)]
    page = text(client, f"/policies/{kept.id}")
    assert "Sắp đến hạn {số việc} việc." in page and 'value="5"' in page
    wrong = client.post(f"/policies/{kept.id}", data={**FORM, "version": 1, "opening-0": "Kính gửi {tên}"})
    assert wrong.status_code == 422 and "chỗ trống lạ “tên”" in wrong.get_data(as_text=True) and "Kính gửi {tên}" in wrong.get_data(as_text=True)
    for name, value, words in (("days-0", "hai", "không phải số"), ("rank-0", [], "chưa chọn ai"), ("days-2", "999", "từ 0 đến 250"), ("name", " ", "đặt tên")):
        assert words in client.post(f"/policies/{kept.id}", data={**FORM, name: value}).get_data(as_text=True)
    assert client.post(f"/policies/{kept.id}", data={**FORM, "version": 7}).status_code == 409
    assert "Thôi, quay lại" in client.post(f"/policies/{kept.id}/remove").get_data(as_text=True)
    client.post(f"/policies/{kept.id}/remove", data={"confirmed": 1})
    db.session.rollback()
    assert db.session.scalars(select(Policy)).all() == []


def test_a_steps_mail_is_shown_before_it_is_kept(client: FlaskClient, clerk: Person) -> None:
    page = client.post("/policies/preview", data={**FORM, "preview": 0}).get_data(as_text=True)
    assert "Sắp đến hạn 3 việc." in page and "Huyện Ví Dụ" in page
    shown = client.post("/policies/preview", data={**FORM, "preview": 0, "as": "html"})
    assert "Sắp đến hạn 3 việc." in shown.get_data(as_text=True) and "script-src" not in shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"] and "sandbox" in shown.headers["Content-Security-Policy"]
    assert client.post("/policies/preview", data={**FORM, "days-0": "x", "preview": 0}).status_code == 422
    assert client.post("/policies/preview", data={"preview": -1}).status_code == 200
    assert "không gửi thư" in client.post("/policies/preview", data={**FORM, "rank-0": ["letter"], "preview": 0}).get_data(as_text=True)
    assert db.session.scalars(select(Mail)).all() == [] and db.session.scalars(select(Policy)).all() == []


def test_the_hours_are_set_on_the_page(client: FlaskClient, clerk: Person) -> None:
    assert "Đã lưu giờ gửi" in client.post("/policies/hours", data={"from": "08:00", "until": "16:30"}, follow_redirects=True).get_data(as_text=True)
    assert 'value="16:30"' in text(client, "/policies")
    assert client.post("/policies/hours", data={"from": "8h", "until": "16:30"}).status_code == 422


def test_a_dispatch_gets_a_policy_of_its_own_from_its_page(client: FlaskClient, clerk: Person, make: Factory) -> None:
    dispatch = make.issued([make.unit()], number="931-CV/HNDT")
    assert f"/dispatches/{dispatch.id}/policy" in text(client, f"/dispatches/{dispatch.id}")
    assert "lịch nhắc chung" in text(client, f"/dispatches/{dispatch.id}/policy")
    page = client.post(f"/dispatches/{dispatch.id}/policy", data={"do": "own"}, follow_redirects=True).get_data(as_text=True)
    assert "riêng cho 931-CV/HNDT" in page
    assert "Sửa lịch riêng" in text(client, f"/dispatches/{dispatch.id}/policy") and "931-CV/HNDT" in text(client, "/policies")
    client.post(f"/dispatches/{dispatch.id}/policy", data={"policy_id": "", "urgency": "flash"})
    db.session.rollback()
    db.session.expire_all()
    kept = db.session.get_one(Dispatch, dispatch.id)
    assert (kept.policy_id, kept.urgency) == (None, "flash")
    assert "Hoả tốc" in text(client, f"/dispatches/{dispatch.id}")


def test_a_whole_dispatch_is_held_back_from_its_page(client: FlaskClient, clerk: Person, make: Factory) -> None:
    dispatch = make.issued([make.unit(), make.unit()], [(TODAY, None)], number="931-CV/HNDT")
    page = text(client, f"/dispatches/{dispatch.id}/policy")
    assert f'name="dispatch_id" value="{dispatch.id}"' in page and 'value="2026-09-08"' in page
    client.post("/reminders/plan/hold", data={"day": "2026-09-08", "dispatch_id": dispatch.id, "reason": "Đang sửa đổi", "do": "hold"})
    assert "931-CV/HNDT</b> giữ đến kế hoạch sau" in text(client, "/reminders/plan")
    assert reminders.plan(transaction, TODAY).digests == []


def test_an_auditor_reads_plan_and_policies_and_changes_nothing(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit = make.unit()
    dispatch = make.issued([unit], [(TODAY, None)])
    with transaction():
        policy = policies.save(make.as_actor(clerk), None, name="Thử", kind=None, urgency=None, steps=[PolicyStep(0)])
    enter(client, make.person(Role.AUDITOR))
    for path in ("/reminders/plan", f"/reminders/plan?unit_id={unit.id}", "/policies", f"/policies/{policy.id}", f"/dispatches/{dispatch.id}/policy"):
        page = text(client, path)
        assert "Giữ lại hoặc bỏ qua" not in page and "Lưu" not in page.split("<main")[1].replace("Lưu ý", "")
    assert client.post("/policies/new", data=FORM).status_code == 403
    enter(client, make.person(Role.OFFICER, unit))
    assert client.get("/reminders/plan").status_code == 403


def test_absences_are_noted_by_oneself_and_by_who_manages_people(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit = make.unit()
    me, other = make.person(Role.OFFICER, unit), make.person(Role.OFFICER, unit)
    enter(client, me)
    assert "Vắng mặt, người thay" in text(client, "/account")
    form = {"from_on": "10/09/2026", "until_on": "12/09/2026", "stand_in": other.id, "reason": "Đi học"}
    page = client.post("/account/absences", data=form, follow_redirects=True).get_data(as_text=True)
    assert f"{other.name} nhận thư nhắc thay" in page and "10/09/2026 – 12/09/2026" in page
    refused = client.post("/account/absences", data=form)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "trùng những ngày này" in page and 'value="Đi học"' in page and 'value="12/09/2026"' in page
    absence = db.session.scalars(select(Absence)).one()
    enter(client, other)
    assert client.post(f"/account/absences/{absence.id}/drop").status_code == 404
    enter(client, make.person(Role.ADMIN))
    assert "Đi học" in text(client, f"/people/{me.id}")
    assert "Đã bỏ lần vắng" in client.post(f"/people/absences/{absence.id}/drop", follow_redirects=True).get_data(as_text=True)
    wrong = client.post(f"/people/{me.id}/absences", data=form | {"until_on": "12.9"}).get_data(as_text=True)
    assert "Không hiểu ngày" in wrong and 'value="12.9"' in wrong and f'value="{me.name}"' in wrong
    client.post(f"/people/{me.id}/absences", data=form)
    assert db.session.scalars(select(Absence.person_id)).all() == [me.id]
    assert db.session.scalars(select(Reminder)).all() == []
