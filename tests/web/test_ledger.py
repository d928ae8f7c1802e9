"""Sổ gửi thư: every mail with its fate, who may read it, page by page; and the badge of a mailbox that takes no mail."""
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.conftest import NOW
from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.mail_links import MailLink
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import mail_health, mail_ledger, nudges

TODAY = date(2026, 9, 8)


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def sign_in(app: Flask, person: Person) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0
    return client


def change(model: type, **values: object) -> None:
    with transaction() as session:
        session.execute(update(model).values(**values))


class Told:
    """A unit that was nudged once about a dispatch of two tasks."""

    def __init__(self, make: Factory) -> None:
        self.make, self.clerk = make, make.person()
        self.unit, self.other = make.unit("Huyện Thọ Xuân"), make.unit("Huyện Bá Thước")
        self.dispatch = make.issued([self.unit, self.other], [(TODAY + timedelta(5), None)] * 2, "931-CV/HNDT")
        self.assignment = make.assignments(self.dispatch, self.unit)[0]
        self.officer = make.person(Role.OFFICER, self.other)
        with transaction():
            nudges.nudge(make.as_actor(self.clerk), self.dispatch.id, [self.unit.id])

    def mail(self, **values: object) -> Mail:
        """One more mail to the unit."""
        now = clock.now()
        base = {
            "kind": "digest", "state": "sent", "address": self.unit.mailbox, "name": "", "unit_id": self.unit.id, "subject": "Một việc quá hạn",
            "body_text": "", "body_html": "", "created_at": now, "not_before": now, "next_attempt_at": now, "sent_at": now, "smtp_code": 250,
        }
        mail = Mail(**base | values)
        with transaction() as session:
            session.add(mail)
        return mail


@pytest.fixture
def told(sqlite_app: Flask) -> Told:
    return Told(Factory())


FATES: list[tuple[dict[str, object], str]] = [
    ({"attempts": 0}, "đang chờ gửi"),
    ({"next_attempt_at": NOW + timedelta(minutes=5)}, "đang chờ đến 08/09/2026 09:05"),
    ({"state": "sending"}, "đang gửi"),
    ({"kind": "digest", "created_at": NOW - timedelta(hours=2)}, "đang chờ gửi"),
    ({"state": "sent", "sent_at": NOW, "smtp_code": 250}, "máy chủ thư đã nhận (250) lúc 08/09/2026 09:00"),
    ({"attempts": 2, "smtp_code": 450, "last_error": "mailbox busy", "next_attempt_at": NOW + timedelta(minutes=5)},
     "bị hoãn lần 2: 450 mailbox busy; gửi lại lúc 08/09/2026 09:05"),
    ({"state": "failed", "smtp_code": 550, "last_error": "no such mailbox"}, "bị từ chối: 550 no such mailbox"),
    ({"state": "skipped", "last_error": "Đơn vị chưa có địa chỉ."}, "chưa gửi: Đơn vị chưa có địa chỉ."),
    ({"state": "cancelled"}, "đã bỏ, không gửi"),
    ({"state": "sent", "sent_at": NOW, "smtp_code": 250, "bounced_at": NOW + timedelta(hours=1), "bounce": "hộp thư đầy"},
     "máy chủ thư đã nhận (250) lúc 08/09/2026 09:00 bị trả về lúc 08/09/2026 10:00: hộp thư đầy"),
]


@pytest.mark.parametrize(("values", "words"), FATES)
def test_each_fate_of_a_mail_is_told(sqlite_app: Flask, told: Told, values: dict[str, object], words: str) -> None:
    change(Mail, **values)
    client = sign_in(sqlite_app, told.clerk)
    for path in (f"/units/{told.unit.id}/ledger", f"/assignments/{told.assignment.id}/ledger"):
        page = text(client, path)
        assert words in page and str(told.unit.mailbox) in page and ("Đôn đốc thêm" in page or "kind" in values) and "08/09/2026" in page


def test_a_reminder_that_waits_for_office_hours_says_so(sqlite_app: Flask, told: Told) -> None:
    change(Mail, kind="digest")
    with clock.frozen(NOW + timedelta(hours=12)):
        assert "đang chờ giờ hành chính, 09/09/2026 07:30" in text(sign_in(sqlite_app, told.clerk), f"/units/{told.unit.id}/ledger")


def test_what_came_back_through_links_is_told(sqlite_app: Flask, told: Told) -> None:
    change(Mail, state="sent", sent_at=NOW, smtp_code=250)
    with transaction() as session:
        session.execute(update(MailLink).where(MailLink.purpose == "extend").values(opened_at=NOW + timedelta(minutes=1)))
        used_at = NOW + timedelta(minutes=3)
        session.execute(update(MailLink).where(MailLink.purpose == "acknowledge").values(opened_at=NOW + timedelta(minutes=2), used_at=used_at))
    page = text(sign_in(sqlite_app, told.clerk), f"/units/{told.unit.id}/ledger")
    accepted, opened, used = (page.index(words) for words in (
        "máy chủ thư đã nhận", "mở liên kết trong thư lúc 08/09/2026 09:01", "tiếp nhận 931-CV/HNDT qua liên kết trong thư lúc 08/09/2026 09:03"))
    assert accepted < opened < used and page.count("mở liên kết trong thư lúc") == 1


def test_a_page_for_print_has_its_head(sqlite_app: Flask, told: Told) -> None:
    page = text(sign_in(sqlite_app, told.clerk), f"/units/{told.unit.id}/ledger")
    assert "in lúc 09:00 ngày 08/09/2026" in page and "In sổ này" in page and "có thể do máy quét thư" in page


def test_who_may_read_whose_ledger(sqlite_app: Flask, told: Told) -> None:
    paths = (f"/units/{told.unit.id}/ledger", f"/assignments/{told.assignment.id}/ledger")
    own = told.make.person(Role.OFFICER, told.unit)
    for person, status in ((told.clerk, 200), (told.make.person(Role.AUDITOR), 200), (told.make.person(Role.LEADER), 200), (own, 200), (told.officer, 404)):
        client = sign_in(sqlite_app, person)
        assert [client.get(path).status_code for path in paths] == [status] * 2, person.role
    assert f"/units/{told.unit.id}/ledger" in sign_in(sqlite_app, own).get("/unit").get_data(as_text=True)
    assert f"/assignments/{told.assignment.id}/ledger" in sign_in(sqlite_app, own).get(f"/assignments/{told.assignment.id}").get_data(as_text=True)


def test_the_ledger_of_an_assignment_has_its_reminders_and_its_dispatchs_mails(sqlite_app: Flask, told: Told) -> None:
    issued = told.mail(kind="issued", dispatch_id=told.dispatch.id, subject="Giao việc")
    told.mail(kind="issued", dispatch_id=told.make.issued([told.unit]).id, subject="Của công văn khác")
    told.mail(kind="digest", subject="Không nhắc việc này")
    told.mail(kind="issued", dispatch_id=told.dispatch.id, unit_id=told.other.id, subject="Của đơn vị khác")
    found = mail_ledger.of_assignment(told.make.as_actor(told.clerk), told.assignment.id)
    assert (found.entries[0].id, found.entries[0].subject) == (issued.id, "Giao việc")
    assert len(found.entries) == 2 and found.entries[1].steps == ["đôn đốc thêm: 1 việc"]


def test_a_link_that_signs_in_is_no_matter_of_the_unit(sqlite_app: Flask, told: Told) -> None:
    told.mail(kind="invite", subject="Thư mời của một người")
    assert "Thư mời của một người" not in text(sign_in(sqlite_app, told.clerk), f"/units/{told.unit.id}/ledger")


def test_a_reminder_without_a_mail_stands_in_its_day(sqlite_app: Flask, told: Told) -> None:
    with transaction() as session:
        session.add(Reminder(
            assignment_id=told.assignment.id, unit_id=told.unit.id, dispatch_id=told.dispatch.id, recipient="letter", step="letter", deadline_version=1,
            on_day=TODAY,
        ))
    page = text(sign_in(sqlite_app, told.clerk), f"/units/{told.unit.id}/ledger")
    assert "Ghi sổ, không gửi thư công văn đôn đốc, nhắc nhở, phê bình, công văn 931-CV/HNDT: 1 việc" in page


def test_a_reminder_that_a_clerk_left_out_says_who_and_why(sqlite_app: Flask, told: Told) -> None:
    with transaction() as session:
        session.add(Reminder(
            assignment_id=told.assignment.id, unit_id=told.unit.id, dispatch_id=told.dispatch.id, recipient=f"u{told.unit.id}", step="late-3",
            deadline_version=1, on_day=TODAY, by_person_id=told.clerk.id, message="Đã gọi điện",
        ))
    page = text(sign_in(sqlite_app, told.clerk), f"/assignments/{told.assignment.id}/ledger")
    assert f"Không gửi thư nhắc quá ngày hẹn 3 ngày làm việc, công văn 931-CV/HNDT: 1 việc. {told.clerk.name} bỏ lần nhắc này: Đã gọi điện" in page
    own = text(sign_in(sqlite_app, told.make.person(Role.OFFICER, told.unit)), f"/assignments/{told.assignment.id}/ledger")
    assert "Đã gọi điện" not in own and "Đôn đốc thêm" in own, "what the province notes for itself is its own"


def test_pages_follow_each_other_without_a_gap(sqlite_app: Flask, told: Told) -> None:
    for n in range(95):
        told.mail(subject=f"Thư số {n:03}")
    client, path, seen = sign_in(sqlite_app, told.clerk), f"/units/{told.unit.id}/ledger", []
    for _ in range(3):
        page = client.get(path).get_data(as_text=True)
        seen += re.findall(r"Thư số (\d+)", page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = unescape(more[1]) if more else ""
    assert path == "" and seen == [f"{n:03}" for n in reversed(range(95))]


def test_queries_do_not_grow_with_the_page(sqlite_app: Flask, told: Told) -> None:
    actor = told.make.as_actor(told.clerk)
    few = counted(lambda: mail_ledger.of_unit(actor, told.unit.id))
    for _ in range(60):
        told.mail()
    assert counted(lambda: mail_ledger.of_unit(actor, told.unit.id)) == few <= 8


def counted(call: Callable[[], object]) -> int:
    seen: list[object] = []

    def note(*args: object) -> None:
        seen.append(args)

    db.session.rollback()
    db.session.expire_all()
    db.event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        db.event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


REFUSED: dict[str, object] = {"state": "failed", "sent_at": None, "smtp_code": 550, "last_error": "no such mailbox", "claimed_at": NOW}
BOUNCED: dict[str, object] = {"bounced_at": NOW + timedelta(hours=1), "bounce": "mailbox full"}
LATER = {"created_at": NOW + timedelta(hours=2), "sent_at": NOW + timedelta(hours=2)}


@pytest.mark.parametrize(("values", "after", "shown"), [
    (REFUSED, [], True), (BOUNCED, [], True), ({}, [], False),
    ({"state": "skipped", "sent_at": None, "address": ""}, [], False), ({"state": "cancelled", "sent_at": None}, [], False),
    (REFUSED, [LATER], False), (BOUNCED, [LATER], False),
    (BOUNCED, [{"sent_at": NOW + timedelta(minutes=30)}], True),  # accepted before the bounce came
    (REFUSED, [{**LATER, "address": "khac@huyen.example"}], True),
    (BOUNCED, [{**LATER, "bounced_at": NOW + timedelta(hours=3), "bounce": "mailbox full"}], True),
    ({**REFUSED, "address": "cu@huyen.example"}, [], False),  # the mailbox has changed since
    ({**REFUSED, "created_at": NOW - timedelta(days=91)}, [], False),
])
def test_a_mailbox_that_takes_no_mail_raises_a_badge_until_it_does(
    app: Flask, make: Factory, values: dict[str, object], after: list[dict[str, object]], shown: bool
) -> None:
    told = Told(make)
    told.mail(**values)
    for later in after:
        told.mail(**later)
    assert set(mail_health.ill()) == ({told.unit.id} if shown else set())


def test_an_officers_own_address_counts_while_they_work_there(app: Flask, make: Factory) -> None:
    told = Told(make)
    officer = make.person(Role.OFFICER, told.unit)
    told.mail(**REFUSED | {"address": officer.email, "person_id": officer.id})
    assert mail_health.of_unit(told.unit.id)
    with transaction() as session:
        session.get_one(Person, officer.id).left_at = NOW
    assert not mail_health.of_unit(told.unit.id)


def test_the_badge_stands_with_the_phone_wherever_the_unit_does(sqlite_app: Flask, told: Told) -> None:
    with transaction() as session:
        session.get_one(Unit, told.unit.id).phone = "0237 861 234"
    client = sign_in(sqlite_app, told.clerk)
    paths = ("/units", "/units?q=tho+xuan", f"/units/{told.unit.id}", f"/units/{told.unit.id}/ledger", f"/dispatches/{told.dispatch.id}/matrix",
             f"/assignments/{told.assignment.id}/ledger")
    assert not any("từ chối" in text(client, path).replace("bị từ chối:", "") for path in paths)
    told.mail(**REFUSED)
    for path in paths:
        page = text(client, path)
        assert "thư bị từ chối" in page and "0237 861 234" in page, path
    own = sign_in(sqlite_app, told.make.person(Role.OFFICER, told.unit))
    assert "Hãy báo tỉnh địa chỉ đúng" in text(own, "/unit")
