"""The administrator's page: each part as it is, those that stand still first, with what to do."""
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.test_overview import fail_a_mail, queries
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden
from tracker.models.incoming import IncomingMail, Mailbox
from tracker.models.mails import Mail, ReminderPlan
from tracker.models.reports import Report
from tracker.services import heartbeats, machine_page
from tracker.services.machine_page import Part


def named(make: Factory) -> dict[str, Part]:
    return {part.name: part for part in machine_page.parts(make.actor(Role.ADMIN))}


def beat(name: str) -> None:
    with transaction():
        heartbeats.beat(name)


def test_a_new_machine_has_nothing_broken(app: Flask, make: Factory) -> None:
    found = named(make)
    assert {part.state for part in found.values()} == {"done", "soon"}
    assert found["Sao lưu"].words == "Chưa sao lưu lần nào." and "tracker backup" in found["Sao lưu"].advice
    assert "chưa đăng nhập" in found["Người dùng"].words and found["Đĩa chứa tệp"].state == "done"


def test_what_stands_still_comes_first_with_what_to_do(app: Flask, make: Factory) -> None:
    with clock.frozen(clock.today() - timedelta(days=8)):
        beat("beat"), beat(machine_page.BACKUP)
    first, *rest = machine_page.parts(make.actor(Role.ADMIN))
    assert first == Part(
        "Việc nền và hẹn giờ", "over", "Im lặng từ 09:00 31/08/2026.", "Chạy tracker doctor để biết phần nào dừng, rồi chạy lại phần đó.")
    assert [part.state for part in rest] == sorted((part.state for part in rest), key=("over", "soon", "done").index)
    assert named(make)["Sao lưu"].state == "soon"
    beat("beat"), beat(machine_page.BACKUP)
    found = named(make)
    assert found["Việc nền và hẹn giờ"].state == found["Sao lưu"].state == "done" and not found["Sao lưu"].advice


def test_mail_that_waits_or_came_back_is_told(app: Flask, make: Factory) -> None:
    unit = make.unit()
    fail_a_mail(unit)
    assert named(make)["Thư không đến nơi"].words == "1 thư trong 14 ngày."
    with transaction():
        db.session.query(Mail).one().state = "queued"
    assert "Thư không đến nơi" not in named(make) and named(make)["Thư gửi đi"].words == "1 thư đang chờ đến lượt."
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert named(make)["Thư gửi đi"].state == "over"


def test_it_reads_little_and_only_the_administrator_sees_it(app: Flask, make: Factory) -> None:
    admin = make.actor(Role.ADMIN)
    assert queries(lambda: machine_page.parts(admin)) <= 12
    with pytest.raises(Forbidden):
        machine_page.parts(make.actor(Role.CLERK))


def test_reminders_that_wait_for_the_morning_do_not_stand_still(app: Flask, make: Factory) -> None:
    fail_a_mail(make.unit())
    with transaction():
        db.session.query(Mail).update({"state": "queued", "kind": "digest"})
    with clock.frozen(clock.now() + timedelta(hours=12)):
        assert named(make)["Thư gửi đi"].words == "1 thư đang chờ đến lượt."


def test_a_day_without_its_plan_is_told(app: Flask, make: Factory) -> None:
    with transaction() as session:
        session.add(ReminderPlan(day=date(2026, 9, 7), made_at=clock.now(), counts={"mails": 4}))
    found = named(make)["Kế hoạch nhắc việc"]
    assert (found.state, found.words) == ("over", "Hôm nay 08/09/2026 chưa lập kế hoạch nhắc việc (lẽ ra trước 08:30).")
    with transaction() as session:
        session.add(ReminderPlan(day=clock.today(), made_at=clock.now(), counts={"mails": 5}))
    assert (named(make)["Kế hoạch nhắc việc"].state, named(make)["Kế hoạch nhắc việc"].words) == ("done", "Lập lúc 09:00 08/09/2026: 5 thư.")


def test_of_mailboxes_those_of_the_settings_are_told(app: Flask, make: Factory) -> None:
    urls = tuple(f"imaps://{name}:x@thu.example/INBOX" for name in ("moi", "hong", "tot"))
    app.extensions["settings"] = replace(app.extensions["settings"], imap_urls=urls)
    with transaction() as session:
        session.add_all(Mailbox(name=f"{name}@thu.example/INBOX", polled_at=at, problem=problem) for name, at, problem in (
            ("cu", clock.now() - timedelta(days=90), "Authentication failed."), ("hong", clock.now(), "No route."), ("tot", clock.now(), None)))
        session.add(IncomingMail(sha256="0" * 64, size=1, source="hand", received_at=clock.now()))
    told = {name: (part.state, part.words) for name, part in named(make).items() if "thư" in name.lower()}
    assert told == {
        "Thư gửi đi": ("done", "Không thư nào chờ gửi."), "Hộp thư moi@thu.example/INBOX": ("soon", "Chưa đọc lần nào."),
        "Hộp thư hong@thu.example/INBOX": ("over", "Không đọc được: No route."), "Hộp thư tot@thu.example/INBOX": ("done", "Đọc lần cuối 09:00 08/09/2026."),
        "Thư chờ xếp": ("soon", "1 thư."),
    }


def test_what_is_nearly_full_failed_or_not_scanned_is_told(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    assert named(make)["Quét vi-rút"].state == "soon" and named(make)["Báo cáo"].state == "done"
    app.extensions["settings"] = replace(app.extensions["settings"], clamd_url="tcp://127.0.0.1:3310")
    assert named(make)["Quét vi-rút"].words == "Mọi tệp nhận vào được quét."
    monkeypatch.setattr(machine_page, "LEAST_FREE", 1024**6)
    with transaction() as session:
        heartbeats.beat("trouble:scanner")
        day = clock.today()
        session.add(Report(scope="period", period_from=day, period_to=day, as_of=day, state="failed", created_at=clock.now()))
    found = named(make)
    assert (found["Quét vi-rút"].state, found["Đĩa chứa tệp"].state, found["Báo cáo"].state) == ("over", "over", "soon")
    assert "từ 09:00 08/09/2026" in found["Quét vi-rút"].words and "MB trống" in found["Đĩa chứa tệp"].words and "1 báo cáo" in found["Báo cáo"].words
