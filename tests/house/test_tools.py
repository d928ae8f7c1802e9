"""The linter and the type checker find nothing, in the product and in its tests."""
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT


@pytest.mark.parametrize("command", [("ruff", "check", "--no-cache", "."), ("mypy",)], ids=lambda command: command[0])
def test_clean(command: tuple[str, ...]) -> None:
    done = subprocess.run([str(Path(sys.prefix) / "bin" / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
