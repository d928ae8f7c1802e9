"""Five thousand hostile messages through the whole intake of a process of its own: none is lost, none acts, and the memory stays small."""
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.setup.processes import ROOT

COUNT, MOST_MB = 5000, 300


@pytest.mark.timeout(3600)
def test_five_thousand_hostile_messages_lose_break_and_show_nothing(tmp_path: Path) -> None:
    found = run(tmp_path, COUNT)
    print({name: found[name] for name in ("given", "rows", "states", "before", "peak")})
    assert found["given"] == found["rows"] > COUNT
    assert (found["left"], found["altered"], found["broken"], found["active"], found["counts"]) == (0, [], [], [], True)
    assert found["peak"] <= MOST_MB, found["before"]


def run(home: Path, count: int) -> dict[str, Any]:
    """What tests.hostile_run says of it."""
    for what in ("monsters", str(count)):
        done = subprocess.run([sys.executable, "-m", "tests.hostile_run", str(home), what], cwd=ROOT, capture_output=True, text=True, check=False, timeout=3500)
        assert done.returncode == 0, done.stderr[-4000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
