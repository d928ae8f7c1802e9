"""The administrator's page: each part as it is, those that stand still first, with what to do."""
from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.test_overview import fail_a_mail, queries
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden
from tracker.models.mails import Mail
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
