"""The machine watches itself: what counts as a trouble, told once a day and when it is over, by one process at a time."""
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from tests.factories import Factory
from tests.mail_server import MailServer
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR, Role
from tracker.domain.errors import BadInput, Forbidden
from tracker.models.incoming import Mailbox
from tracker.models.mails import Mail, ReminderPlan
from tracker.models.office import Heartbeat, Setting
from tracker.services import heartbeats, office, watch

ADDRESS = "truc.may@tinh.example"


def serve_mail(app: Flask, url: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=url)


def at(words: str) -> datetime:
    """A moment on Vietnam's clock."""
    return datetime.fromisoformat(words).replace(tzinfo=clock.LOCAL)


def alive(moment: datetime) -> None:
    with transaction() as session:
        for name in ("beat", "worker"):
            session.merge(Heartbeat(name=name, at=moment))


def planned(moment: datetime) -> None:
    with transaction() as session:
        session.merge(ReminderPlan(day=clock.local(moment).date(), made_at=moment, counts={}))


def kinds(answers: bool | None = None) -> list[str]:
    db.session.rollback()
    return [one.kind for one in watch.troubles(answers)]


@pytest.mark.parametrize(("moment", "made", "missed"), [
    ("2026-09-08 08:29", False, False),  # a Tuesday, the plan may still come
    ("2026-09-08 08:31", False, True), ("2026-09-08 08:31", True, False), ("2026-09-08 16:50", False, True),
    ("2026-09-08 23:50", False, False),  # too late for a plan of this day, also where the machine was begun in the evening
    ("2026-09-12 10:00", False, False),  # a Saturday
    ("2026-09-02 10:00", False, False),  # the national day
    ("2026-02-17 10:00", False, False),  # Tết
])
def test_a_missed_plan(app: Flask, moment: str, made: bool, missed: bool) -> None:
    with clock.frozen(at(moment)):
        alive(clock.now())
        if made:
            planned(clock.now())
        assert kinds() == (["plan"] if missed else [])


def test_a_plan_is_awaited_an_hour_longer_than_the_office_sleeps(app: Flask) -> None:
    with transaction() as session:
        session.add(Setting(key="reminders.hours", value={"from": "09:00", "until": "17:00"}))
    for moment, missed in (("2026-09-08 09:30", []), ("2026-09-08 10:01", ["plan"])):
        with clock.frozen(at(moment)):
            alive(clock.now())
            assert kinds() == missed


NOON = at("2026-09-08 12:00")


def mail(make: Factory, **values: object) -> None:
    base = {
        "kind": "issued", "state": "queued", "address": "a@huyen.example", "subject": "", "body_text": "", "body_html": "", "created_at": NOON,
        "not_before": NOON, "next_attempt_at": NOON,
    }
    with transaction() as session:
        session.add(Mail(**base | values))


@pytest.mark.parametrize(("late", "values", "moment", "stuck"), [
    (31, {}, NOON, True), (29, {}, NOON, False), (31, {"state": "sending"}, NOON, True), (31, {"state": "failed"}, NOON, False),
    (31, {"state": "skipped"}, NOON, False),
    # Put off by its own mailbox for hours: its time has not come.
    (300, {"next_attempt_at": NOON + timedelta(hours=1), "smtp_code": 450, "last_error": "mailbox busy"}, NOON, False),
    # Put off again and again because the server lets nobody in.
    (31, {"next_attempt_at": NOON + timedelta(minutes=4), "smtp_code": None, "last_error": "không nối được máy chủ thư"}, NOON, True),
    (31, {"next_attempt_at": NOON + timedelta(minutes=4), "smtp_code": 421, "last_error": "closing"}, NOON, True),
    (600, {"kind": "digest"}, at("2026-09-08 06:00"), False),   # reminders wait for office hours
    (600, {"kind": "digest"}, at("2026-09-08 07:50"), False),   # which began twenty minutes ago
    (600, {"kind": "digest"}, at("2026-09-08 08:05"), True),
    (600, {"kind": "issued"}, at("2026-09-08 06:00"), True),    # other mails do not
])
def test_a_stuck_outbox(app: Flask, make: Factory, late: int, values: dict[str, object], moment: datetime, stuck: bool) -> None:
    since = moment - timedelta(minutes=late)
    with clock.frozen(moment):
        alive(moment)
        planned(moment)
        mail(make, **{"not_before": since, "next_attempt_at": since, **values})
        assert kinds() == (["outbox"] if stuck else [])


@pytest.mark.parametrize(("silence", "answers", "found"), [
    (4, None, []), (6, None, ["background"]), (6, False, ["worker"]), (6, True, ["beat"]), (None, None, ["background"]), (4, False, []),
])
def test_a_dead_worker_and_a_dead_beat(app: Flask, silence: int | None, answers: bool | None, found: list[str]) -> None:
    planned(clock.now())
    if silence is not None:
        alive(clock.now() - timedelta(minutes=silence))
    assert kinds(answers) == found


def test_a_part_that_keeps_dying_is_known_from_serve(app: Flask) -> None:
    told: Path = current_app.extensions["settings"].serve_file
    alive(clock.now())
    planned(clock.now())
    assert kinds() == []
    told.write_text(json.dumps({"pid": 1, "failing": {"worker": ["Việc nền", 4]}}))
    assert kinds() == ["part:worker"] and "Việc nền cứ chạy lại là dừng (4 lần liền)" in watch.troubles()[0].words
    for broken in ("", "{", "[]", '{"failing": 3}', '{"failing": {"worker": 1}}'):
        told.write_text(broken)
        assert kinds() == []


def test_a_mailbox_that_cannot_be_read(app: Flask) -> None:
    """One that the settings name no more says nothing, whatever its last words were."""
    alive(clock.now())
    planned(clock.now())
    with transaction() as session:
        session.add_all([Mailbox(name=f"{name}@thu.example/INBOX", last_uid=0, problem=problem) for name, problem in
                         (("a", "Authentication failed."), ("b", None), ("cu", "Authentication failed."))])
    assert kinds() == []
    app.extensions["settings"] = replace(app.extensions["settings"], imap_urls=("imaps://a:x@thu.example/INBOX", "imaps://b:x@thu.example/INBOX"))
    (found,) = watch.troubles()
    assert found.kind.startswith("inbox:") and "a@thu.example/INBOX" in found.words and found.advice.startswith("Authentication failed.")


class Tower:
    """An app whose mail goes to a real server, and a clock to turn."""

    def __init__(self, app: Flask, server: MailServer) -> None:
        self.server, self.now = server, NOON
        serve_mail(app, server.url)
        with transaction():
            office.set_alert_address(OPERATOR, ADDRESS)
        planned(NOON)
        planned(NOON + timedelta(days=1))

    def look(self, minutes: float = 1, works: bool = False) -> list[str]:
        """One look later on; gives the subjects that arrived by it."""
        self.now += timedelta(minutes=minutes)
        before = len(self.server.taken)
        with clock.frozen(self.now):
            if works:
                alive(self.now)
            watch.look(transaction)
            db.session.rollback()
        return [str(message["Subject"]) for message in self.server.messages()[before:]]


def test_a_trouble_is_told_once_a_day_and_when_it_is_over(app: Flask) -> None:
    with MailServer() as server:
        tower = Tower(app, server)
        assert tower.look(works=True) == []
        assert [tower.look() for _ in range(8)] == [[]] * 8, "silent for less than five minutes, then noticed, then awaited for three"
        told = [subject for _ in range(60) for subject in tower.look()]
        assert len(told) == 1 and "Sự cố: Phần chạy nền không có dấu hiệu gì từ 12:01 08/09/2026" in told[0]
        tower.now = NOON + timedelta(days=1)
        assert len([subject for _ in range(10) for subject in tower.look()]) == 1, "the next day once more"
        assert tower.look(works=True) == ["[Đôn Đốc] Hết sự cố: Phần chạy nền đã chạy lại"]
        assert tower.look(works=True) == []
        assert set(server.addresses) == {ADDRESS} and heartbeats.noted("trouble:") == heartbeats.noted("told:") == {}
        again = [subject for n in range(20) for subject in tower.look()]
        assert again == [], "told today already"


def test_a_machine_that_was_off_over_night_says_nothing_when_it_comes_back(app: Flask) -> None:
    with MailServer() as server:
        tower = Tower(app, server)
        tower.look(works=True)
        assert tower.look(minutes=900) == [], "the first look of the morning finds everything silent"
        assert [tower.look(works=True) for _ in range(5)] == [[]] * 5


def test_without_an_address_nothing_is_mailed_and_a_late_one_is_told(app: Flask) -> None:
    with MailServer() as server:
        tower = Tower(app, server)
        with transaction():
            office.set_alert_address(OPERATOR, "")
        assert [tower.look() for _ in range(9)] == [[]] * 9
        with transaction():
            office.set_alert_address(OPERATOR, ADDRESS)
        assert len(tower.look()) == 1


def test_a_mail_server_that_is_away_keeps_the_alert_in_the_outbox(app: Flask) -> None:
    with MailServer() as server:
        tower = Tower(app, server)
        serve_mail(app, "smtp://127.0.0.1:9")
        for _ in range(9):
            tower.look()
        row = db.session.scalars(select(Mail).where(Mail.kind == "trouble")).one()
        assert (row.state, row.address) == ("queued", ADDRESS) and "không nối được" in (row.last_error or "")


def test_of_many_processes_one_looks(app: Flask) -> None:
    alive(clock.now() - timedelta(hours=1))
    barrier, written = Barrier(6), []

    def ask() -> None:
        with app.app_context():
            barrier.wait(20)
            with transaction():
                written.append(heartbeats.claim("watch", watch.EVERY))
            db.session.remove()

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(written) == [False] * 5 + [True]
    with clock.frozen(clock.now() + timedelta(seconds=56)), transaction():
        assert heartbeats.claim("watch", watch.EVERY) and not heartbeats.claim("watch", watch.EVERY)


@pytest.mark.parametrize("address", ["khong phai dia chi", "a@b", "x@y.example, z@y.example", "a" * 250 + "@tinh.example"])
def test_an_address_that_is_none_is_refused(app: Flask, address: str) -> None:
    with pytest.raises(BadInput), transaction():
        office.set_alert_address(OPERATOR, address)
    assert office.alert_address() == ""


def test_a_mail_to_try_it_goes_to_the_address(app: Flask, make: Factory) -> None:
    admin = make.actor(Role.ADMIN)
    with pytest.raises(BadInput, match=r"office\.alert_none"), transaction():
        watch.send_test(admin)
    with transaction():
        office.set_alert_address(admin, f" {ADDRESS.upper()} ")
    with transaction():
        assert watch.send_test(admin) == ADDRESS
    sent = db.session.scalars(select(Mail).where(Mail.kind == "trouble")).one()
    assert sent.address == ADDRESS and admin.name in sent.body_text and sent.subject == "[Đôn Đốc] Thư thử báo sự cố"
    refused: list[Callable[[], object]] = [lambda: watch.send_test(make.actor()), lambda: office.set_alert_address(make.actor(), ADDRESS)]
    for call in refused:
        with pytest.raises(Forbidden), transaction():
            call()


def test_a_part_that_runs_again_is_told_in_words(app: Flask) -> None:
    with transaction():
        office.set_alert_address(OPERATOR, ADDRESS)
        for noted in ("trouble:", "told:"):
            heartbeats.beat(f"{noted}part:worker")
    alive(clock.now())
    watch.look(transaction)
    mail = db.session.scalars(select(Mail).where(Mail.kind == "trouble")).one()
    assert "Phần hay dừng đã chạy đều lại" in mail.subject and "part:" not in mail.subject + mail.body_text


def test_a_second_look_within_the_minute_looks_at_nothing(app: Flask) -> None:
    alive(clock.now() - timedelta(hours=1))
    assert watch.look(transaction) == 0
    noted = heartbeats.noted("trouble:")
    with clock.frozen(clock.now() + timedelta(seconds=30)):
        alive(clock.now())
        assert watch.look(transaction) == 0 and heartbeats.noted("trouble:") == noted != {}
