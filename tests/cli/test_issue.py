"""`tracker issue` as a person types it, on a home of its own."""
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tests.services.test_intake import TEXT
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.units import RecipientGroup


@pytest.fixture
def home(sqlite_app: Flask, tmp_path: Path) -> Path:
    make = Factory()
    units = [make.unit("Huyện Hà Trung"), make.unit("Huyện Thọ Xuân"), make.unit("Huyện Mường Lát", mailbox=None)]
    make.person(email="van@tinh.example")
    make.person(Role.OFFICER, units[0], email="huyen@huyen.example")
    with transaction() as session:
        session.add(RecipientGroup(name="Ven biển", units=[session.merge(units[1])]))
    db.session.remove()
    (tmp_path / "cv.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(home: Path, *args: str) -> tuple[int, str, str]:
    env = {"TRACKER_HOME": str(home), "SECRET_KEY": "k" * 32, "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-m", "tracker", "issue", *args], env=env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def rows(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_is_read_drafted_and_issued(home: Path) -> None:
    code, out, err = run(home, str(home / "cv.txt"), "--as", "van@tinh.example", "--to", "all", "--due", "2099-01-15")
    assert code == 0, err
    dispatch = db.session.scalars(select(Dispatch)).one()
    assert f"mã công văn {dispatch.id}" in out and "6 nhiệm vụ giao, 2 thư" in out and "Huyện Mường Lát" in err
    assert (dispatch.state, dispatch.number, rows(Assignment), rows(Mail)) == ("issued", "12-CV/HNDT", 6, 3)


def test_a_group_and_a_review_date(home: Path) -> None:
    code, out, err = run(home, str(home / "cv.txt"), "--as", "van@tinh.example", "--to", "Ven biển", "--review-on", "15/01/2099")
    assert code == 0, err
    assert "2 nhiệm vụ giao, 1 thư" in out
    assert {a.review_on.isoformat() for a in db.session.scalars(select(Assignment)) if a.review_on} == {"2099-01-15"}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--as", "van@tinh.example", "--to", "all", "--due", "2020-01-01"], 1, "trước ngày ban hành"),
        (["--as", "nobody@tinh.example", "--to", "all", "--due", "2099-01-15"], 1, "Không có người dùng"),
        (["--as", "huyen@huyen.example", "--to", "all", "--due", "2099-01-15"], 1, "không có quyền"),
        (["--as", "van@tinh.example", "--to", "Miền núi", "--due", "2099-01-15"], 1, "Miền núi"),
        (["--as", "van@tinh.example", "--to", "all", "--due", "hôm nay"], 2, "không phải ngày"),
        (["--as", "van@tinh.example", "--to", "all"], 2, "đúng một trong hai"),
    ],
)
def test_a_refusal_is_one_plain_line_and_leaves_nothing(home: Path, args: list[str], code: int, said: str) -> None:
    got, out, err = run(home, str(home / "cv.txt"), *args)
    assert (got, out) == (code, "") and said in err and "Traceback" not in err
    assert (rows(Dispatch), rows(StoredFile), rows(Mail)) == (0, 0, 0)
    assert not [path for path in (home / "files").rglob("*") if path.is_file()]


def test_a_missing_file_is_said(home: Path) -> None:
    code, _, err = run(home, str(home / "x.txt"), "--as", "van@tinh.example", "--to", "all", "--due", "2099-01-15")
    assert code == 2 and "x.txt" in err
