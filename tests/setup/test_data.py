"""What an empty home gets on its first start, once, also when that start was cut short."""

import sqlite3
from pathlib import Path

from tests.setup.processes import free_port, tracker
from tracker.cli.data import FILLING


def districts(home: Path) -> int:
    database = sqlite3.connect(home / "tracker.db")
    found: int = database.execute("select count(*) from units where level = 'district'").fetchone()[0]
    database.close()
    return found


def test_empty_home_gets_its_units_once(tmp_path: Path) -> None:
    for _ in range(2):
        assert tracker(tmp_path, free_port(), "prepare").returncode == 0
        assert districts(tmp_path) == 27
    assert not (tmp_path / FILLING).exists()


def test_first_start_that_was_cut_short_is_made_up_for(tmp_path: Path) -> None:
    assert tracker(tmp_path, free_port(), "migrate").returncode == 0
    (tmp_path / FILLING).touch()
    assert tracker(tmp_path, free_port(), "prepare").returncode == 0
    assert districts(tmp_path) == 27


def test_migrated_home_is_left_as_it_is(tmp_path: Path) -> None:
    assert tracker(tmp_path, free_port(), "migrate").returncode == 0
    done = tracker(tmp_path, free_port(), "prepare")
    assert done.returncode == 0
    assert districts(tmp_path) == 0
    assert "tracker init" in done.stdout
