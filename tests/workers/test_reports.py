"""Reports through real Celery worker processes and a real Redis: made, made once, and made in the end although a worker was killed."""
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.conftest import settings_for
from tests.factories import Factory
from tests.setup.processes import ROOT, environment, free_port, until
from tracker import clock
from tracker.adapters.files import store
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.reports import Report, ReportFile, ReportSchedule
from tracker.services import report_orders, reports
from tracker.services.report_period_facts import Wanted
from tracker.services.reports_compile import FORMATS
from workers.reports import compile_report

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def app(database_url: str, tmp_path: Path, redis_url: str) -> Iterator[Flask]:
    """The app with a broker and the real clock, as the workers have it."""
    made = create_app(settings_for(tmp_path, database_url, REDIS_URL=redis_url))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def start(app: Flask, database_url: str, tmp_path: Path, redis_url: str) -> Iterator[Start]:
    """Starts worker processes in groups of their own; what is left of them ends with the test."""
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        env = environment(tmp_path, free_port(), REDIS_URL=redis_url, DATABASE_URL=database_url, SECRET_KEY="k" * 32)
        argv = [sys.executable, "-m", "celery", "-A", "workers.app:celery", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"]
        with (tmp_path / f"worker-{len(running)}.log").open("wb") as log:
            running.append(subprocess.Popen(argv, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def state(report_id: int) -> tuple[str, int]:
    db.session.rollback()
    row = db.session.execute(select(Report.state, Report.done).where(Report.id == report_id)).one()
    return row.state, row.done


def issued(make: Factory, n: int) -> Dispatch:
    with clock.frozen(clock.now() - timedelta(days=20)):
        return make.issued([make.unit() for _ in range(n)], [(clock.today() + timedelta(days=5), None), (None, clock.today() + timedelta(days=30))])


def ordered(make: Factory, found: Dispatch) -> Report:
    clerk = make.actor()
    with transaction():
        return reports.request_report(clerk, found.id, clock.today())


def test_a_worker_makes_the_report_that_was_ordered(app: Flask, make: Factory, start: Start) -> None:
    found = issued(make, 3)
    start()
    row = ordered(make, found)
    until(lambda: state(row.id)[0] == "ready", 90)
    ready = db.session.get_one(Report, row.id, populate_existing=True)
    assert (ready.done, ready.total) == (4, 4)
    stored = reports.stored(make.actor(), ready)
    assert len(stored) == 4 * len(FORMATS)
    assert all(store().path(file.sha256).stat().st_size == file.size for file in stored)


def test_a_killed_workers_report_is_made_in_the_end_and_only_once(app: Flask, make: Factory, start: Start) -> None:
    found = issued(make, 60)
    first = start()
    row = ordered(make, found)
    until(lambda: state(row.id)[0] == "running" and state(row.id)[1] >= 3, 90)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(10)
    assert state(row.id)[0] == "running"
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 0
    with transaction() as session:  # the silence of a minute and a half, without waiting for it
        session.execute(update(Report).values(claimed_at=clock.now() - timedelta(minutes=5)))
    start()
    _sweep(app)
    until(lambda: state(row.id)[0] == "ready", 90)
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 61 * len(FORMATS)
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 61 * len(FORMATS)
    compile_report.run(row.id)
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 61 * len(FORMATS)


def test_a_killed_workers_report_of_a_period_is_made_whole_and_mailed_once(app: Flask, make: Factory, start: Start) -> None:
    """Killed again and again at any moment, the last one too while it drew: one set of files, one mail, nothing half."""
    for _ in range(3):
        issued(make, 40)
    clerk, today = make.actor(), clock.today()
    wanted = Wanted("period", today - timedelta(days=30), today, today)
    with transaction():
        report_id = report_orders.over(clerk, wanted, mail_to="tonghop@tinh.example", mail_wanted=True).id
    for _ in range(2):
        worker = start()
        until(lambda: state(report_id)[0] == "running", 90)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)
        if state(report_id)[0] == "running":
            assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 0
            assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "report")) == 0
            with transaction() as session:
                session.execute(update(Report).values(claimed_at=clock.now() - timedelta(minutes=5)))
            _sweep(app)
    start()
    until(lambda: state(report_id)[0] == "ready", 90)
    for _ in range(2):
        _sweep(app)
        compile_report.run(report_id)
    made = db.session.get_one(Report, report_id, populate_existing=True)
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == len(FORMATS)
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "report")) == 1
    files = reports.stored(clerk, made)
    assert all(store().path(file.sha256).stat().st_size == file.size for file in files)


def _sweep(app: Flask) -> None:
    app.extensions["jobs"].send_task("reports.sweep")


def test_a_schedule_whose_day_has_come_is_made_and_mailed(app: Flask, make: Factory, start: Start) -> None:
    found = issued(make, 2)
    with transaction() as session:
        session.get_one(Dispatch, found.id).report_to_email = "tonghop@tinh.example"
        session.add(ReportSchedule(dispatch_id=found.id, every="weekly", next_on=clock.today() - timedelta(days=1)))
    start()
    for _ in range(2):
        app.extensions["jobs"].send_task("reports.schedule")

    def mailed() -> bool:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "report")) == 1

    until(mailed, 90)
    assert db.session.scalar(select(func.count()).select_from(Report)) == 1
    assert db.session.scalar(select(ReportSchedule.next_on)) > clock.today()
