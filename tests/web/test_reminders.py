"""The ledger of reminders, mails that failed, and đôn đốc by hand, as pages."""
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.factories import Factory
from tracker import clock
from tracker.adapters import capture
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import nudges, reminders

TODAY = date(2026, 9, 8)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def enter(client: FlaskClient, person: Person) -> None:
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0


@pytest.fixture
def clerk(client: FlaskClient, make: Factory, sqlite_app: Flask) -> Person:
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    person = make.person()
    enter(client, person)
    return person


def mail() -> Mail:
    db.session.rollback()
    return db.session.scalars(select(Mail)).one()


def fail(code: int = 550, state: str = "failed") -> int:
    with transaction() as session:
        session.execute(update(Mail).values(state=state, smtp_code=code, last_error="5.1.1 no such mailbox", attempts=1))
    return mail().id


def test_an_empty_ledger_says_what_will_come(client: FlaskClient, clerk: Person) -> None:
    page = client.get("/reminders").get_data(as_text=True)
    assert "Chưa nhắc ai" in page and "hôm nay" in page and "từ 07:30" in page


def test_the_ledger_shows_who_was_told_what_and_the_mails_state(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit = make.unit("Huyện Thọ Xuân")
    make.issued([unit, make.unit(mailbox=None)], [(TODAY, None), (date(2026, 9, 3), None)], number="931-CV/HNDT")
    reminders.plan(transaction, TODAY)
    page = client.get("/reminders").get_data(as_text=True)
    for words in ("Huyện Thọ Xuân", "931-CV/HNDT", "Việc thứ 1", "đến ngày hẹn", "quá ngày hẹn 3 ngày làm việc", unit.mailbox, "chờ gửi", "Không có địa chỉ"):
        assert words in page, words
    assert "2 lượt việc của 1 đơn vị" in page.replace("\xa0", " ")


def test_the_ledger_is_filtered_and_paged(client: FlaskClient, clerk: Person, make: Factory) -> None:
    units = [make.unit("Huyện Một"), make.unit("Huyện Hai")]
    dispatch = make.issued(units, [(TODAY - timedelta(days=n), None) for n in range(20, 60)])
    reminders.plan(transaction, TODAY)
    with transaction():
        nudges.nudge(make.as_actor(clerk), dispatch.id, [units[0].id], "Gấp")
    for query, lines in ((f"unit_id={units[1].id}", 40), ("by_hand=1", 40), ("state=sent", 0), (f"dispatch_id={dispatch.id}", 50), ("", 50)):
        assert client.get(f"/reminders?{query}").get_data(as_text=True).count('<th scope="row">') == lines
    seen, query = 0, f"/reminders?dispatch_id={dispatch.id}"
    while query:
        page = client.get(query).get_data(as_text=True)
        seen += page.count('<th scope="row">')
        query = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""
    assert seen == 120
    first = client.get(f"/reminders?unit_id={units[0].id}").get_data(as_text=True)
    rest = client.get(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")).get_data(as_text=True)
    assert rest.count('<th scope="row">') == 30 and "Huyện Hai</a></th>" not in rest


def test_a_failed_mail_stands_on_top_and_leaves_again_to_the_mended_address(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    reminders.plan(transaction, TODAY)
    mail_id = fail()
    page = client.get("/reminders").get_data(as_text=True)
    assert "Thư không gửi được" in page and "no such mailbox" in page and "sửa địa chỉ" in page
    with transaction() as session:
        session.get_one(Unit, unit.id).mailbox = "moi@huyen.example"
    answer = client.post(f"/reminders/mails/{mail_id}/again", follow_redirects=True)
    assert "Đang gửi lại tới moi@huyen.example" in answer.get_data(as_text=True)
    assert (mail().state, mail().address, mail().attempts, mail().next_attempt_at) == ("queued", "moi@huyen.example", 0, clock.now())
    assert client.post(f"/reminders/mails/{mail_id}/again").status_code == 409


def test_sending_again_without_an_address_says_so(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit = make.unit(mailbox=None)
    dispatch = make.issued([unit])
    with transaction():
        nudges.nudge(make.as_actor(clerk), dispatch.id, [unit.id])
    answer = client.post(f"/reminders/mails/{mail().id}/again", follow_redirects=True)
    assert "chưa có địa chỉ thư" in answer.get_data(as_text=True) and mail().state == "skipped"
    assert client.post(f"/reminders/mails/{mail().id}/drop").status_code == 302
    assert mail().state == "cancelled"
    assert "Thư không gửi được" not in client.get("/reminders").get_data(as_text=True)


def test_nudging_returns_to_where_it_came_from(client: FlaskClient, clerk: Person, make: Factory) -> None:
    unit, silent = make.unit("Huyện Một"), make.unit("Huyện Hai", mailbox=None)
    dispatch = make.issued([unit, silent])
    form = {"dispatch_id": dispatch.id, "unit_id": [unit.id, silent.id], "message": "Gấp", "back": f"/dispatches/{dispatch.id}/silent"}
    answer = client.post("/reminders/nudge", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/dispatches/{dispatch.id}/silent")
    with client.session_transaction() as session:
        told = [text for _, text in session["_flashes"]]
    assert told[0] == "Đã gửi đôn đốc tới 1 đơn vị (1 thư)." and "Huyện Hai" in told[1]
    again = client.post("/reminders/nudge", data=form)
    assert again.status_code == 409 and "chưa đầy một phút" in again.get_data(as_text=True)
    with clock.frozen(NOW + timedelta(minutes=2)):
        answer = client.post("/reminders/nudge", data={"dispatch_id": dispatch.id, "only": unit.id, "unit_id": [silent.id], "back": "//evil.example/"})
    assert answer.headers["Location"].endswith(f"/dispatches/{dispatch.id}/matrix")
    assert {row.unit_id for row in db.session.scalars(select(Reminder).where(Reminder.sequence == 2))} == {unit.id}
    assert client.post("/reminders/nudge", data={"dispatch_id": dispatch.id}).status_code == 422


KEPT = b"From: a@tinh.example\r\nTo: b@huyen.example\r\nSubject: =?utf-8?q?Th=E1=BB=AD?=\r\nMessage-ID: <1@x>\r\n" \
       b"Content-Type: text/plain; charset=utf-8\r\n\r\n<script>alert(1)</script> n\xe1\xbb\x99i dung\r\n"


def test_kept_mail_is_shown_as_text_only(sqlite_app: Flask, client: FlaskClient, make: Factory) -> None:
    enter(client, make.person(Role.ADMIN))
    settings = sqlite_app.extensions["settings"]
    object.__setattr__(settings, "embedded", True)
    assert "Chưa có thư nào" in client.get("/sent-mail").get_data(as_text=True)
    key = capture.keep(settings.sent_mail_dir, "a@tinh.example", ["b@huyen.example"], KEPT)
    broken = capture.keep(settings.sent_mail_dir, "a@tinh.example", ["b@huyen.example"], b"Content-Type: text/plain; charset=khong-co\r\n\r\n\xff\xfe")
    assert "Thử" in client.get("/sent-mail").get_data(as_text=True)
    page = client.get(f"/sent-mail/kept/{key}").get_data(as_text=True)
    assert "&lt;script&gt;" in page and "nội dung" in page and "b@huyen.example" in page
    assert client.get(f"/sent-mail/kept/{broken}").status_code == 200
    for bad in ("khong-co", "..%2f..%2fsecret.key", "20260908T090000000000-abcdef01"):
        assert client.get(f"/sent-mail/kept/{bad}").status_code == 404


@pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, True), (Role.AUDITOR, False)])
def test_a_sign_in_link_is_not_shown_to_those_who_could_not_make_one(
    sqlite_app: Flask, client: FlaskClient, make: Factory, role: Role, shown: bool,
) -> None:
    enter(client, make.person(role))
    unit = make.unit()
    make.issued([unit], [(TODAY, None)])
    reminders.plan(transaction, TODAY)
    with transaction() as session:
        session.execute(update(Mail).values(kind="reset", body_text="https://x.example/reset/BIMAT", message_id="<1@x>"))
    page = client.get(f"/sent-mail/{mail().id}").get_data(as_text=True)
    key = capture.keep(sqlite_app.extensions["settings"].sent_mail_dir, "a@tinh.example", ["b@huyen.example"], KEPT)
    kept = client.get(f"/sent-mail/kept/{key}").get_data(as_text=True)
    assert ("BIMAT" in page, "alert(1)" in kept) == (shown, shown)
    assert mail().subject in client.get("/sent-mail").get_data(as_text=True)
