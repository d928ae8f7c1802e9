"""The lock: hashes for every package, no registry's address, and the two sections that the Makefile cuts apart."""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
RUNTIME, _, TOOLS = LOCK.partition("# test tools\n")


def pinned(section: str) -> set[tuple[str, str]]:
    """Names with versions; a package may stand twice, for two versions of Python."""
    return set(re.findall(r"(?m)^([a-z0-9-]+)==([^ ]+)", section))


def names(section: str) -> set[str]:
    return {name for name, _ in pinned(section)}


def wanted(lines: str) -> set[str]:
    return {name.lower().replace("_", "-") for name in re.findall(r'"([A-Za-z0-9_-]+)', lines)}


def test_every_package_has_hashes_and_no_address() -> None:
    entries = re.split(r"(?m)^(?=[a-z0-9])", LOCK.replace("# test tools\n", ""))[1:]
    assert len(entries) == len(pinned(LOCK)) > 80
    assert all("--hash=sha256:" in entry for entry in entries)
    line = re.compile(r"#.*|[a-z0-9.\-]+==[^\s:]+( ;[^:]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|")
    assert [found for found in LOCK.splitlines() if not line.fullmatch(found)] == []


def test_sections_hold_what_pyproject_asks_for() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    runtime = wanted(project.split("dependencies = [")[1].split("\n]")[0])
    tools = wanted(project.split("test = [")[1].split("\n]")[0])
    assert runtime <= names(RUNTIME)
    assert tools <= names(LOCK)
    assert not names(RUNTIME) & names(TOOLS)
    assert "pytest" not in names(RUNTIME)


@pytest.mark.skipif(sys.prefix != str(ROOT / ".venv"), reason="looks at the project's own environment")
def test_environment_is_what_the_lock_says() -> None:
    here = {(re.sub(r"[-_.]+", "-", item.metadata["Name"].lower()), item.version) for item in distributions()}
    assert {name for name, _ in here - pinned(LOCK)} <= {"pip"}
