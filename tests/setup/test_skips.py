"""A machine without the Debian packages: the summary names what was skipped and why; where everything could be had, that is a failure."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.needs import NEEDS, ROOT


@pytest.mark.parametrize("start", NEEDS)
def test_every_line_of_the_table_names_tests_that_exist(start: str) -> None:
    file, _, test = start.partition("::")
    assert f"def {test or 'test_'}" in (ROOT / file).read_text()


@pytest.mark.parametrize(("complete", "code"), [("0", 0), ("1", 1)])
def test_a_missing_program_is_a_skip_that_counts_where_nothing_may_be_missing(tmp_path: Path, complete: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/house/test_tree.py", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={tmp_path / 'inner'}"],
        cwd=ROOT, env={**os.environ, "PATH": str(tmp_path), "TRACKER_NO_SKIPS": complete}, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "this machine lacks git" in done.stdout and "passed" not in done.stdout
    assert ("skipped tests are failures here" in done.stdout) == (complete == "1")
