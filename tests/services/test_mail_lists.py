"""What became of each mail, as the province and the unit read it: the failed ones, the ledger of a unit and of a task, the table of reminders."""
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.models.mail_links import MailLink
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.models.units import Unit
from tracker.services import mail_ledger, mail_log, mail_waking, reminder_log
from tracker.services.reminder_log import Filter


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def mail(unit: Unit | None = None, **more: Any) -> Mail:
    now = clock.now()
    row = Mail(**{
        "kind": "digest", "address": "u@huyen.example", "subject": "Nhắc việc", "body_text": "", "body_html": "", "created_at": now, "not_before": now,
        "next_attempt_at": now, "unit_id": unit.id if unit else None, **more})
    with transaction() as session:
        session.add(row)
    return row


def remind(make: Factory, unit: Unit, sent: Mail | None, **more: Any) -> Reminder:
    task = make.assignments(make.issued([unit], number="9-CV/HNDT"), unit)[0]
    row = Reminder(**{
        "assignment_id": task.id, "unit_id": unit.id, "dispatch_id": task.dispatch_id, "recipient": f"u{unit.id}", "step": "nudge", "deadline_version": 0,
        "on_day": clock.today(), "mail_id": sent.id if sent else None, **more})
    with transaction() as session:
        session.add(row)
    return row


def test_a_failed_mail_is_sent_again_to_the_address_of_today(make: Factory) -> None:
    unit, clerk = make.unit(mailbox=None), make.actor()
    failed = mail(unit, state="failed", address="cũ@huyen", smtp_code=550, last_error="no such user")
    assert [(row.id, row.unit_name, row.smtp_code) for row in mail_log.failed(clerk)] == [(failed.id, unit.name, 550)]
    with pytest.raises(BadInput, match=r"^mail\.no_address"):
        mail_log.send_again(clerk, failed.id)
    with transaction():
        db.session.get_one(Unit, unit.id).mailbox = "mới@@huyen"
    with pytest.raises(BadInput, match=r"^mail\.bad_address"):
        mail_log.send_again(clerk, failed.id)
    with transaction():
        db.session.get_one(Unit, unit.id).mailbox = "moi@huyen.example"
    with transaction():
        assert mail_log.send_again(clerk, failed.id) == "moi@huyen.example"
    db.session.refresh(failed)
    assert (failed.state, failed.address, failed.attempts) == ("queued", "moi@huyen.example", 0) and mail_log.failed(clerk) == []
    with pytest.raises(Conflict, match=r"^mail\.state"), transaction():
        mail_log.send_again(clerk, failed.id)


def test_a_persons_mail_goes_to_the_person_and_one_of_nobody_where_it_was_addressed(make: Factory) -> None:
    clerk, person = make.actor(), make.person()
    own, nobodys = mail(state="failed", person_id=person.id).id, mail(state="failed", address="ai@do.example").id
    with transaction():
        assert mail_log.send_again(clerk, own) == person.email and mail_log.send_again(clerk, nobodys) == "ai@do.example"


def test_a_failed_mail_can_be_taken_off_the_list_once(make: Factory) -> None:
    clerk, failed = make.actor(), mail(state="skipped", address="")
    with transaction():
        mail_log.drop(clerk, failed.id)
    db.session.refresh(failed)
    assert failed.state == "cancelled"
    with pytest.raises(Conflict, match=r"^mail\.state"), transaction():
        mail_log.drop(clerk, failed.id)
    with pytest.raises(NotFound), transaction():
        mail_log.drop(clerk, 999)


def test_the_table_of_all_mails_is_the_administrators(make: Factory) -> None:
    admin, clerk = make.actor(Role.ADMIN), make.actor()
    first, second = mail(), mail(kind="invite", message_id="<x@y>")
    assert [row.id for row in mail_log.listing(admin)] == [second.id, first.id] and [row.id for row in mail_log.listing(admin, second.id)] == [first.id]
    assert mail_log.opened(admin, first.id) is first and mail_log.kind_of("<x@y>") == "invite" and mail_log.kind_of("<z@y>") is None
    officer = make.actor(Role.OFFICER, make.unit())
    for refused in (lambda: mail_log.listing(officer), lambda: mail_log.opened(officer, first.id), lambda: mail_log.failed(officer),
                    lambda: mail_log.send_again(officer, first.id), lambda: mail_log.drop(officer, first.id)):
        with pytest.raises(Forbidden):
            refused()
    assert mail_log.may_read_words(admin, "invite") and mail_log.may_read_words(clerk, "digest") and not mail_log.may_read_words(clerk, "reset")


def test_the_state_of_a_mail_in_words(make: Factory) -> None:
    at = clock.now()
    assert mail_log.state_words("sent", 1, at, at) == ("done", "đã gửi 09:00 08/09") and mail_log.state_words("queued", 2, at, None) == (
        "soon", "gửi lại lúc 09:00 08/09")
    told = {state: mail_log.state_words(state, 0, at, None) for state in ("queued", "sending", "failed", "skipped", "cancelled")}
    assert told == {"queued": ("none", "chờ gửi"), "sending": ("none", "đang gửi"), "failed": ("over", "không gửi được"),
                    "skipped": ("soon", "chưa có địa chỉ"), "cancelled": ("none", "đã bỏ")}


def test_the_fate_of_a_mail_in_the_units_ledger(make: Factory) -> None:
    unit = make.unit()
    for columns in (
            {"state": "failed", "smtp_code": 550, "last_error": "no such user"}, {"state": "skipped"}, {"state": "skipped", "last_error": "sai"},
            {"state": "cancelled"}, {"state": "sending"}, {"state": "queued"}, {"state": "queued", "smtp_code": 451, "last_error": "busy", "attempts": 2}):
        mail(unit, **columns)
    told = [(fate.kind, fate.text) for entry in sorted(mail_ledger.of_unit(make.actor(), unit.id).entries, key=lambda entry: entry.id) for fate in entry.fates]
    assert told == [
        ("over", "bị từ chối: 550 no such user"), ("soon", "chưa gửi: chưa có địa chỉ"), ("soon", "chưa gửi: sai"), ("none", "đã bỏ, không gửi"),
        ("none", "đang gửi"), ("none", "đang chờ gửi"), ("soon", "bị hoãn lần 2: 451 busy; gửi lại lúc 08/09/2026 09:00")]


def test_a_mail_that_waits_says_until_when(make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    mail(unit, next_attempt_at=clock.now() + timedelta(minutes=10))
    assert mail_ledger.of_unit(clerk, unit.id).entries[0].fates[0].text == "đang chờ đến 08/09/2026 09:10"
    with clock.frozen(clock.now() + timedelta(hours=12)):
        assert mail_ledger.of_unit(clerk, unit.id).entries[0].fates[0].text == "đang chờ giờ hành chính, 09/09/2026 07:30"


def test_the_ledger_tells_what_came_back_and_what_no_mail_carried(make: Factory) -> None:
    unit, clerk, now = make.unit(), make.actor(), clock.now()
    sent = mail(unit, kind="nudge", state="sent", sent_at=now, smtp_code=250, bounced_at=now)
    mail(unit, kind="invite")  # a link that signs its reader in is nobody else's
    reminded = remind(make, unit, sent)
    with transaction() as session:
        session.add(MailLink(mail_id=sent.id, unit_id=unit.id, dispatch_id=reminded.dispatch_id, purpose="acknowledge", key="k", created_at=now, expires_at=now,
                             opened_at=now, used_at=now))
    person = make.person()
    remind(make, unit, None, step="on", by_person_id=person.id, message="Đã gọi điện")
    remind(make, unit, None, step="letter", recipient="letter")
    ledger = mail_ledger.of_unit(clerk, unit.id)
    assert ledger.title == unit.name and ledger.before == 0 and [entry.id for entry in ledger.entries].count(sent.id) == 1 == len(
        [entry for entry in ledger.entries if entry.id])
    told = [fate.text for entry in ledger.entries if entry.id for fate in entry.fates]
    assert told[0] == "máy chủ thư đã nhận (250) lúc 08/09/2026 09:00" and told[1].startswith("bị trả về lúc 08/09/2026 09:00: máy chủ thư nơi nhận không nói")
    assert told[2] == "mở liên kết trong thư lúc 08/09/2026 09:00" and told[3].endswith("9-CV/HNDT qua liên kết trong thư lúc 08/09/2026 09:00")
    by_hand, listed = sorted((entry for entry in ledger.entries if not entry.id), key=lambda entry: entry.what, reverse=True)
    assert by_hand.what == "Không gửi thư nhắc" and by_hand.subject.endswith(f". {person.name} bỏ lần nhắc này: Đã gọi điện")
    assert listed.what == "Ghi sổ, không gửi thư" and listed.subject.endswith("công văn 9-CV/HNDT: 1 việc")
    own = mail_ledger.of_unit(make.actor(Role.OFFICER, unit), unit.id)
    assert [entry.id for entry in own.entries] == [sent.id]  # what the province noted for itself is not the unit's
    of_task = mail_ledger.of_assignment(clerk, reminded.assignment_id)
    assert of_task.title == f"Việc thứ 1 ({unit.name})" and [len(entry.steps) for entry in of_task.entries] == [1]
    with pytest.raises(NotFound):
        mail_ledger.of_unit(make.actor(Role.OFFICER, make.unit()), unit.id)


def test_the_ledger_goes_on_page_by_page(make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    ids = [mail(unit, state="cancelled").id for _ in range(mail_ledger.PAGE + 1)]
    first = mail_ledger.of_unit(clerk, unit.id)
    assert [entry.id for entry in first.entries][-1] == ids[1] == first.before
    assert [entry.id for entry in mail_ledger.of_unit(clerk, unit.id, first.before).entries] == ids[:1]


def test_the_table_of_reminders_can_be_narrowed_and_goes_on(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, clerk = make.unit(), make.unit(), make.actor()
    failed = mail(one, state="failed")
    rows = [remind(make, one, failed), remind(make, other, None, step="on"), remind(make, one, None, step="on", on_day=date(2026, 9, 1))]
    assert [row.id for row in reminder_log.page(clerk, Filter()).rows] == [rows[n].id for n in (2, 1, 0)] and not Filter().is_set
    narrowed = {"unit_id": one.id}, {"dispatch_id": rows[1].dispatch_id}, {"state": "failed"}, {"by_hand": True}, {"state": "unknown", "unit_id": other.id}
    found = [[row.id for row in reminder_log.page(clerk, Filter(**wanted)).rows] for wanted in narrowed]  # type: ignore[arg-type]
    assert found == [[rows[0].id, rows[2].id], [rows[1].id], [rows[0].id], [rows[0].id], [rows[1].id]] and Filter(by_hand=True).is_set
    monkeypatch.setattr(reminder_log, "PAGE", 1)
    first = reminder_log.page(clerk, Filter(unit_id=one.id))
    assert [row.id for row in first.rows] == [rows[0].id] and first.before == f"2026-09-08.{rows[0].id}"
    assert [row.id for row in reminder_log.page(clerk, Filter(unit_id=one.id, before=first.before)).rows] == [rows[2].id]
    assert [row.id for row in reminder_log.page(clerk, Filter(before=f"2026-09-08.{rows[1].id}")).rows] == [rows[0].id]
    assert reminder_log.page(clerk, Filter(before="not a place")).rows[0].id == rows[2].id
    with pytest.raises(Forbidden):
        reminder_log.page(make.actor(Role.OFFICER, one), Filter())


def test_when_the_next_plan_falls(make: Factory) -> None:
    empty = reminder_log.planned()
    assert (empty.day, empty.next_on, empty.next_is_today, empty.unreachable) == (None, date(2026, 9, 8), True, [])
    unit = make.unit(mailbox=None)
    with transaction() as session:
        session.add(ReminderPlan(day=clock.today(), made_at=clock.now(), counts={"no_address": [unit.id]}))
    made = reminder_log.planned()
    assert (made.day, made.next_on, made.next_is_today, made.unreachable) == (clock.today(), date(2026, 9, 9), False, [(unit.id, unit.name)])


def test_the_wait_for_mail_says_which_mailboxes_it_still_holds(make: Factory) -> None:
    assert mail_waking.heard(["a"]) == (None, [])
    with transaction():
        mail_waking.alive(["a", "b"])
    assert mail_waking.heard(["a", "b", "c"]) == (clock.now(), ["a", "b"])
    with transaction():
        mail_waking.alive(["b"])
    assert mail_waking.heard(["a", "b"])[1] == ["b"]


def test_between_two_pages_of_the_ledger_nothing_is_lost(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no mail carried is shown by its day, also on a day on which no mail was written."""
    unit, clerk = make.unit(), make.actor()
    monkeypatch.setattr(mail_ledger, "PAGE", 1)
    for days in (9, 5, 1):
        mail(unit, state="cancelled", created_at=clock.now() - timedelta(days=days))
    noted = [remind(make, unit, None, step="letter", recipient="letter", on_day=clock.today() - timedelta(days=days)).on_day for days in range(11)]
    found, before = [], 0
    while True:
        page = mail_ledger.of_unit(clerk, unit.id, before)
        found += [clock.local(entry.at).date() for entry in page.entries if not entry.id]
        if not (before := page.before):
            break
    assert found == noted


def test_what_somebody_who_left_should_have_had_goes_to_the_units_mailbox(make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    gone = make.person(Role.OFFICER, unit, left_at=clock.now())
    digest, invite = (mail(unit, kind=kind, state="failed", person_id=gone.id).id for kind in ("digest", "invite"))
    with transaction():
        assert mail_log.send_again(clerk, digest) == unit.mailbox
    with pytest.raises(BadInput, match=r"^mail\.no_address"), transaction():
        mail_log.send_again(clerk, invite)  # it would let whoever reads the mailbox in


def test_a_link_that_was_opened_twice_or_used_unseen_is_told_once(make: Factory) -> None:
    unit, now = make.unit(), clock.now()
    sent = mail(unit, kind="nudge", state="sent", sent_at=now)
    dispatch_id = remind(make, unit, sent).dispatch_id
    with transaction() as session:
        session.add_all(MailLink(
            mail_id=sent.id, unit_id=unit.id, dispatch_id=dispatch_id, purpose=purpose, key=purpose, created_at=now, expires_at=now, opened_at=opened,
            used_at=used,
        ) for purpose, opened, used in (("upload", now, None), ("extend", now, None), ("acknowledge", None, now)))
    told = [fate.text for entry in mail_ledger.of_unit(make.actor(), unit.id).entries for fate in entry.fates][1:]
    assert len(told) == 2 and told[0].startswith("mở liên kết") and told[1].endswith("9-CV/HNDT qua liên kết trong thư lúc 08/09/2026 09:00")
