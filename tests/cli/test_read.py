"""`tracker read`: plain words, JSON, and a bad file; no home, no database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LETTER = (
    "UBND HUYỆN TAM GIANG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 3/UBND-VP\tTam Giang, ngày 1 tháng 2 năm 2022\nV/v dọn vệ sinh\n\nKính gửi: UBND các xã.\n\n"
    "UBND huyện yêu cầu UBND các xã:\n1. Thu gom rác trước ngày 20/2/2022.\n2. Khơi mương.\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\nTrần Quốc Khánh\n"
)


def tracker(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder of its own with nothing but a PATH."""
    return subprocess.run(
        [sys.executable, "-m", "tracker.cli.read", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )


def test_plain_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LETTER, encoding="utf-8")
    run = tracker(tmp_path, "a.txt")
    assert run.returncode == 0, run.stderr
    assert "Số, ký hiệu: 3/UBND-VP" in run.stdout
    assert "Nhiệm vụ: 2" in run.stdout
    assert "ngày cuối cùng còn đúng hạn là 19/02/2022" in run.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_json(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LETTER, encoding="utf-8")
    found = json.loads(tracker(tmp_path, "--json", "a.txt").stdout)
    assert found["number"] == "3/UBND-VP"
    assert [task["label"] for task in found["tasks"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "không có nội dung"),
        ("a.docx", b"MZ\x90\x00", "Không đọc được loại tệp"),
        ("a.txt", LETTER.replace("V/v", "TỐI MẬT\nV/v").encode(), "dấu mật"),
        (None, b"", "Không thấy tệp"),
    ],
)
def test_a_bad_file_ends_with_two_and_says_what_to_do(tmp_path: Path, name: str | None, content: bytes, words: str) -> None:
    if name:
        (tmp_path / name).write_bytes(content)
    run = tracker(tmp_path, name or "missing.txt")
    assert run.returncode == 2
    assert words in run.stderr
    assert run.stderr.count("\n") == 1
    assert run.stdout == ""
