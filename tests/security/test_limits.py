"""Limits hold when Redis is away: each process counts for itself, and pages go on."""
import shutil
from pathlib import Path

from tests.conftest import NOW, Browser, settings_for
from tests.setup.processes import free_port
from tests.web.test_account import post
from tracker import clock
from tracker.app import create_app
from tracker.db import db


def test_limits_hold_without_redis(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    app = create_app(settings_for(tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"))
    with app.app_context(), clock.frozen(NOW):
        client = Browser(app)
        answers = [post(client, "/login", email="ai@tinh.example", password="đoán mò").status_code for _ in range(10)]
        db.session.remove()
        db.engine.dispose()
    assert answers[:8] == [422] * 8 and answers[-1] == 429
