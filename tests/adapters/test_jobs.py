"""Waking the workers when there is no broker to wake them through."""
from pathlib import Path

import pytest

from tests.conftest import settings_for
from tests.setup.processes import free_port
from tracker.adapters import jobs
from tracker.app import create_app
from tracker.db import transaction


def test_a_broker_that_is_away_does_not_hold_up_the_request(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                            caplog: pytest.LogCaptureFixture) -> None:
    waits: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", waits.append)
    (tmp_path / "tracker.db").write_bytes(sqlite_template.read_bytes())
    app = create_app(settings_for(tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"))
    with app.app_context(), transaction():
        jobs.enqueue("mail.sweep")
    assert "job mail.sweep() was not sent" in caplog.text
    assert sum(waits) <= 0.2
