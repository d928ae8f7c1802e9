"""Resolve pyproject.toml into requirements.lock: the runtime section, then what the tests add."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
MARKER = "# test tools\n"
COMPILE = [
    *("pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
]


def packages(text: str) -> dict[str, str]:
    """Split a compiled file into its entries, keyed by the first line without the line's end mark."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    return {entry.splitlines()[0]: entry for entry in entries if "==" in entry}


def main(extra: list[str]) -> None:
    """Write the lock; versions already locked stay unless `--upgrade` is given."""
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        venv.create(room / "venv", with_pip=True)
        subprocess.run([room / "venv/bin/pip", "install", "--quiet", "uv"], check=True)
        old = LOCK.read_text() if LOCK.exists() else ""
        (room / "runtime").write_text(old.split(MARKER)[0])
        (room / "all").write_text(old.replace(MARKER, ""))
        uv = [room / "venv/bin/uv", *COMPILE, *extra]
        subprocess.run([*uv, "-o", room / "runtime"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [*uv, "--group", "test", "-c", room / "runtime", "-o", room / "all"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        runtime = packages((room / "runtime").read_text())
        tests = packages((room / "all").read_text())
    if missing := runtime.keys() - tests.keys():
        sys.exit(f"the two sections disagree about: {', '.join(sorted(missing))}")
    added = [entry for name, entry in tests.items() if name not in runtime]
    LOCK.write_text("".join(runtime.values()) + MARKER + "".join(added))
    print(f"{LOCK.name}: {len(runtime)} + {len(added)} packages")


if __name__ == "__main__":
    main(sys.argv[1:])
