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


def test_empty_home_gets_its_units_and_the_sample_once(tmp_path: Path) -> None:
    said = []
    for _ in range(2):
        done = tracker(tmp_path, free_port(), "prepare")
        assert done.returncode == 0, done.stderr
        assert districts(tmp_path) == 27
        said.append(done.stdout)
    assert said[0] == said[1]
    assert ".example" in said[0]
    assert not (tmp_path / FILLING).exists()


def test_sample_leaves_in_one_step_and_does_not_come_back_by_itself(tmp_path: Path) -> None:
    assert tracker(tmp_path, free_port(), "prepare").returncode == 0
    assert tracker(tmp_path, free_port(), "sample", "remove").returncode == 0
    assert "tracker init" in tracker(tmp_path, free_port(), "prepare").stdout
    assert tracker(tmp_path, free_port(), "sample", "remove").returncode == 1
    assert ".example" in tracker(tmp_path, free_port(), "sample", "load").stdout
    assert tracker(tmp_path, free_port(), "sample", "load").returncode == 1


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
