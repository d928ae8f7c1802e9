"""What an empty home gets on its first start, once, also when that start was cut short."""

import re
import sqlite3
from datetime import timedelta
from pathlib import Path

from tests.services.test_intake import TEXT
from tests.setup.processes import free_port, tracker
from tracker import clock
from tracker.adapters import capture
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


def test_sample_leaves_in_one_step_and_does_not_come_back_by_itself(filled_home: Path) -> None:
    assert tracker(filled_home, free_port(), "sample", "remove").returncode == 0
    assert "tracker init" in tracker(filled_home, free_port(), "prepare").stdout
    assert tracker(filled_home, free_port(), "sample", "remove").returncode == 1
    assert ".example" in tracker(filled_home, free_port(), "sample", "load").stdout
    assert tracker(filled_home, free_port(), "sample", "load").returncode == 1


def filled(home: Path) -> dict[str, int]:
    """Tables that are not empty, with their numbers of rows; the machine's signs of life and the index of search, which follows by itself, aside."""
    database = sqlite3.connect(home / "tracker.db")
    names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like 'search_%'")]
    counts = {name: database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}  # noqa: S608  names from the schema itself
    database.close()
    return {name: count for name, count in counts.items() if count and name != "heartbeats"}


def test_a_sample_that_was_worked_with_leaves_nothing_behind(filled_home: Path, tmp_path: Path) -> None:
    home, paper = filled_home, tmp_path / "12.txt"
    paper.write_text(TEXT, encoding="utf-8")
    clerk = ("--as", "nguyen.thu.van@hnd-thanhhoa.example", "--to", "all", "--review-on", f"{clock.today() + timedelta(days=9):%Y-%m-%d}")
    for _ in range(2):
        issued = tracker(home, free_port(), "issue", str(paper), *clerk)
        assert issued.returncode == 0, issued.stderr
    assert re.search(r"Lưu ý, tệp này đã nhập trước đây: 12-CV/HNDT \(mã công văn \d+\)", issued.stderr)
    for day in (1, 3, 5):
        assert tracker(home, free_port(), "remind", "--on", f"{clock.today() + timedelta(days=day):%Y-%m-%d}").returncode == 0
    capture.keep(home / "sent-mail", "a@tinh.example", ["b@hnd-hatrung.example"], b"Subject: x\r\n\r\nx")
    assert filled(home).keys() > {"reminders", "reminder_plans", "mails", "files"}
    gone = tracker(home, free_port(), "sample", "remove")
    assert gone.returncode == 0, gone.stderr
    assert filled(home) == {"alembic_version": 1, "units": 587}
    assert [path for path in (home / "files").rglob("*") if path.is_file()] == []
    assert capture.count(home / "sent-mail") == 0


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
