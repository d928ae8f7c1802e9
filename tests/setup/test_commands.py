"""Every command explains itself in Vietnamese and refuses wrong words with exit code 2."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.processes import ROOT, environment, tracker
from tracker.__main__ import COMMANDS, main


def test_list_of_commands(tmp_path: Path) -> None:
    shown = tracker(tmp_path, 8000, "--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name, (_, _, line) in COMMANDS.items() if line)
    assert "Options" not in shown.stdout and "Usage" not in shown.stdout


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[object, str, str]]:
    """Runs a command that touches nothing in this process, which has loaded everything; gives its exit code and what stood on both streams."""
    def run(*words: str) -> tuple[object, str, str]:
        monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "home"))
        monkeypatch.setattr(sys, "argv", ["tracker", *words])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert not (tmp_path / "home").exists()
        return left.value.code, said.out, said.err

    return run


@pytest.mark.parametrize("name", [*COMMANDS, "sample load", "sample remove"])
def test_each_has_help(typed: Callable[..., tuple[object, str, str]], name: str) -> None:
    code, shown, _ = typed(*name.split(), "--help")
    assert code == 0
    assert shown.startswith(f"Cách dùng: tracker {name}")
    assert not re.search("Options|Show this|required|default|Usage", shown)


@pytest.mark.parametrize(("words", "said"), [
    (("nope",), "không có lệnh “nope”"), (("serve", "--nope"), "không có tuỳ chọn --nope"), (("serve", "extra"), "thừa “extra”"),
    (("sample", "nope"), "không có lệnh “nope”"), (("sample", "load", "a", "b"), "thừa “a b”"), (("remind", "--on"), "tuỳ chọn --on thiếu giá trị"),
    (("issue",), "thiếu 'TỆP'"), (("create-user", "a@b.example"), "thiếu '--role'"),
])
def test_wrong_words_are_a_plain_error(typed: Callable[..., tuple[object, str, str]], words: tuple[str, ...], said: str) -> None:
    code, _, refused = typed(*words)
    assert code == 2
    assert refused.startswith(f"Lỗi: {said}")
    assert "--help" in refused


def test_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    refused = tracker(tmp_path, 8000, "nope")
    assert (refused.returncode, refused.stdout) == (2, "") and refused.stderr.startswith("Lỗi: không có lệnh “nope”")


#: Every command that works on a home's data.
ON_DATA = (
    ("sample", "load"), ("sample", "remove"), ("remind",), ("remind", "--dry-run"), ("send-mail",), ("create-user", "a@b.example", "--role", "auditor"),
    ("report", "1", "--out", "out"), ("issue", __file__, "--as", "a@b.example", "--to", "all", "--due", "2099-01-15"),
)


@pytest.mark.parametrize("words", ON_DATA)
def test_a_home_without_data_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = tracker(tmp_path, 8000, *words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"Lỗi: Thư mục {tmp_path} chưa có dữ liệu. Hãy chạy tracker serve (có dữ liệu mẫu) hoặc tracker init.\n"


def test_a_database_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "tracker.db").write_bytes(b"not a database at all" * 400)
    refused = tracker(tmp_path, 8000, "remind")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith("Lỗi: DATABASE_URL: không vào được cơ sở dữ liệu")


def test_an_older_database_names_the_command_that_mends_it(tmp_path: Path) -> None:
    assert tracker(tmp_path, 8000, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "tracker.db") as database:
        database.execute("update alembic_version set version_num = '0000'")
    database.close()
    refused = tracker(tmp_path, 8000, "remind")
    assert refused.returncode == 1 and refused.stderr.endswith("Hãy chạy: tracker migrate\n")


def test_nobody_at_the_keyboard_is_told_to_write_the_options(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "tracker", "init"], cwd=ROOT, env=environment(tmp_path, 8000), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60,
    )
    assert refused.returncode == 2 and "Hãy ghi đủ các tuỳ chọn" in refused.stderr


def test_bad_setting_is_a_plain_error(tmp_path: Path) -> None:
    refused = tracker(tmp_path, 8000, "serve", WEB_WORKERS="nhiều")
    assert refused.returncode == 1
    assert refused.stderr == "Lỗi: WEB_WORKERS=nhiều: cần một số nguyên từ 1 đến 64.\n"
