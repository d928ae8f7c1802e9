"""Passwords in the settings' addresses are in no message: not when a server is away, not when an address is wrong."""
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

WORD = "rat-bi-mat-7731"
AWAY = {
    "DATABASE_URL": f"postgresql://ai:{WORD}@127.0.0.1:9/d", "REDIS_URL": f"redis://:{WORD}@127.0.0.1:9/0",
    "SMTP_URL": f"smtp://ai:{WORD}@127.0.0.1:9", "IMAP_URL": f"imap://ai:{WORD}@127.0.0.1:9/INBOX",
}


def said(home: Path, command: str, **env: str) -> str:
    """All that a command prints."""
    environment = {"TRACKER_HOME": str(home), "SECRET_KEY": "k" * 32, "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", **env}
    done = subprocess.run([sys.executable, "-m", "tracker", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode != 0
    return done.stdout + done.stderr


@pytest.mark.parametrize("command", ["doctor", "fetch-mail"])
def test_servers_that_are_away_are_told_without_their_passwords(tmp_path: Path, command: str) -> None:
    found = said(tmp_path, command, **AWAY)
    assert found and WORD not in found


@pytest.mark.parametrize("name", list(AWAY))
def test_a_wrong_address_is_told_without_its_password(tmp_path: Path, name: str) -> None:
    found = said(tmp_path, "doctor", **{name: f"xyz://ai:{WORD}@127.0.0.1:cong/d"})
    assert name in found and WORD not in found
