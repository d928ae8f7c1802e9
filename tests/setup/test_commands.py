"""Every command explains itself in Vietnamese and refuses wrong words with exit code 2."""

from pathlib import Path

import pytest

from tests.setup.processes import tracker
from tracker.__main__ import COMMANDS


def test_list_of_commands(tmp_path: Path) -> None:
    shown = tracker(tmp_path, 8000, "--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name, (_, _, line) in COMMANDS.items() if line)
    assert "Options" not in shown.stdout and "Usage" not in shown.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_each_has_help(tmp_path: Path, name: str) -> None:
    shown = tracker(tmp_path, 8000, name, "--help")
    assert shown.returncode == 0
    assert shown.stdout.startswith(f"Cách dùng: tracker {name}")
    assert "Options" not in shown.stdout and "Show this" not in shown.stdout


@pytest.mark.parametrize("words", [("nope",), ("serve", "--nope"), ("serve", "extra")])
def test_wrong_words_are_a_plain_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = tracker(tmp_path, 8000, *words)
    assert refused.returncode == 2
    assert refused.stderr.startswith("Lỗi: ")
    assert "--help" in refused.stderr


def test_bad_setting_is_a_plain_error(tmp_path: Path) -> None:
    refused = tracker(tmp_path, 8000, "serve", WEB_WORKERS="nhiều")
    assert refused.returncode == 1
    assert refused.stderr == "Lỗi: WEB_WORKERS=nhiều: cần một số nguyên từ 1 đến 64.\n"
