"""`tracker report`: files in a folder, their names on the terminal, and plain words for what cannot be."""
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import Factory
from tests.setup.processes import free_port, tracker
from tracker import clock
from tracker.db import db


@pytest.fixture
def home(sqlite_app: Flask, tmp_path: Path) -> Path:
    make = Factory()
    with clock.frozen(date(2026, 8, 11)):
        make.issued([make.unit(), make.unit()], [(date(2026, 8, 31), None)], number="931-CV/HNDT")
    db.session.remove()
    return tmp_path


def test_it_writes_the_files_and_prints_their_names(home: Path) -> None:
    out = home / "ra" / "day"
    done = tracker(home, free_port(), "report", "931-CV/HNDT", "--out", str(out), "--as-of", "2026-09-08")
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.split()
    assert sorted(printed) == sorted(str(path) for path in out.iterdir())
    assert len(printed) == 12
    assert (out / "bao-cao-931-cv-hndt-tong-hop-2026-09-08.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("words", "code", "told"), [
    (["77", "--out", "ra"], 1, "Không có công văn “77” đã ban hành"),
    (["9" * 20, "--out", "ra"], 1, "Không có công văn “99999999999999999999” đã ban hành"),
    (["1", "--out", "ra", "--as-of", "2020-01-01"], 1, "Ngày chốt số liệu phải từ 11/08/2026"),
    (["1", "--out", "ra", "--as-of", "hôm qua"], 2, "không phải ngày"),
    (["1"], 2, "thiếu"),
    (["1", "--out", "/proc/khong-ghi-duoc", "--as-of", "2026-09-08"], 1, "Không ghi được vào thư mục"),
])
def test_what_cannot_be_is_said_plainly(home: Path, words: list[str], code: int, told: str) -> None:
    done = tracker(home, free_port(), "report", *[str(home / word) if word == "ra" else word for word in words])
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "ra").exists()
