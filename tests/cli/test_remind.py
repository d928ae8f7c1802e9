"""`tracker remind`: the dry run says what the run does, and writes nothing."""
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.conftest import settings_for
from tests.factories import Factory
from tests.setup.processes import free_port, tracker
from tracker import clock
from tracker.app import create_app
from tracker.db import db
from tracker.models.mails import Mail
from tracker.services.calendar import working_calendar


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Path:
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        make, day = Factory(), working_calendar().on_or_after(clock.today())
        make.issued([make.unit("Huyện Thọ Xuân"), make.unit("Huyện Không Thư", mailbox=None)], [(day, None)], number="931-CV/HNDT")
        db.session.remove()
        db.engine.dispose()
    return tmp_path


def mails(home: Path) -> int:
    app = create_app(settings_for(home))
    with app.app_context():
        try:
            return db.session.scalar(select(func.count()).select_from(Mail)) or 0
        finally:
            db.session.remove()
            db.engine.dispose()


def test_a_dry_run_says_whom_what_and_why_and_the_run_does_it_once(home: Path) -> None:
    with_day = ("remind", "--on", working_calendar_day(home))
    dry = tracker(home, free_port(), *with_day, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    for words in ("@huyen.example", "931-CV/HNDT", "Việc thứ 1", "đến ngày hẹn", "sẽ gửi 1 thư"):
        assert words in dry.stdout
    assert "Không có địa chỉ: Huyện Không Thư" in dry.stderr
    assert mails(home) == 0
    assert "đã xếp hàng 1 thư" in tracker(home, free_port(), *with_day).stdout
    assert "đã xếp hàng 0 thư" in tracker(home, free_port(), *with_day).stdout
    assert mails(home) == 1


def working_calendar_day(home: Path) -> str:
    app = create_app(settings_for(home))
    with app.app_context():
        try:
            return working_calendar().on_or_after(clock.today()).strftime("%d/%m/%Y")
        finally:
            db.session.remove()
            db.engine.dispose()


def test_a_day_off_and_a_day_that_is_none(home: Path) -> None:
    sunday = clock.today() + timedelta(days=6 - clock.today().weekday())
    assert "ngày nghỉ" in tracker(home, free_port(), "remind", "--on", sunday.isoformat()).stdout
    wrong = tracker(home, free_port(), "remind", "--on", "ngày mai")
    assert wrong.returncode == 2 and "không phải ngày" in wrong.stderr
