"""A part that dies again and again is named for the others to tell; one that runs on is not."""
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import settings_for
from tracker.adapters import serving
from tracker.cli import running, supervisor
from tracker.cli.children import Part
from tracker.cli.supervisor import Supervisor


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor whose signal handlers end with the test."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    found = Supervisor(tmp_path, {}, lambda line: None)
    yield found
    found.stop([])
    for number, handler in before.items():
        signal.signal(number, handler)


def part(name: str, code: str) -> Part:
    return Part(name, f"Phần {name}", [sys.executable, "-c", code])


def test_a_part_that_keeps_dying_is_told_and_forgotten_when_it_runs_on(watcher: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_DELAY", 0.2)
    watcher.start(part("good", "import time; time.sleep(60)"))
    watcher.start(part("bad", f"import os, time; time.sleep(60 if os.path.exists({str(tmp_path / 'well')!r}) else 0)"))
    assert watcher.failing() == {}
    watcher.wait(lambda: bool(watcher.failing()), 30, "three deaths")
    assert watcher.failing() == {"bad": ("Phần bad", 3)}
    settings = settings_for(tmp_path)
    running.tell(settings, watcher.pids(), watcher.failing())
    assert serving.failing(settings.serve_file) == [("bad", "Phần bad", 3)]
    (tmp_path / "well").touch()
    monkeypatch.setattr(supervisor, "STEADY_AFTER", 1.0)
    watcher.wait(lambda: not watcher.failing(), 30, "a steady run")
    running.tell(settings, watcher.pids(), watcher.failing())
    assert serving.failing(settings.serve_file) == [] and json.loads(settings.serve_file.read_text())["failing"] == {}


def test_what_changes_is_told_and_a_look_is_taken_once_in_a_while(watcher: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LOOK_EVERY", 0.3)
    monkeypatch.setattr(supervisor, "LONGEST_DELAY", 0.1)
    changes, looks = [], []

    def look() -> None:
        looks.append(1)
        if len(looks) == 8:
            signal.raise_signal(signal.SIGTERM)

    watcher.start(part("bad", ""))
    watcher.watch(lambda: changes.append(dict(watcher.failing())), look)
    assert len(looks) == 8 and {} in changes and any("bad" in failing for failing in changes)


def test_a_part_for_which_the_machine_has_no_room_is_tried_again(watcher: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_DELAY", 0.1)
    program, away = tmp_path / "part", tmp_path / "away"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    watcher.start(Part("it", "Phần it", [str(program)]))
    watcher.start(part("other", "import time; time.sleep(60)"))
    program.rename(away)
    waited = iter(range(8))
    watcher.wait(lambda: next(waited, None) is None, 30, "tries that fail")
    assert set(watcher.pids()) == {"other"}
    away.write_text("#!/bin/sh\nsleep 60\n")
    away.rename(program)
    watcher.wait(lambda: "it" in watcher.pids(), 30, "a try that does not")
