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


#: What is imported under another name than its own, or used without being imported.
IMPORTED_AS = {"celery-redbeat": "redbeat", "argon2-cffi": "argon2", "python-docx": "docx", "pillow": "PIL"}
#: Started as a program, spoken by SQLAlchemy, read by zoneinfo.
NOT_IMPORTED = {"gunicorn", "celery-redbeat", "psycopg", "tzdata"}


def test_every_package_of_the_product_is_used() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    runtime = wanted(project.split("dependencies = [")[1].split("\n]")[0])
    code = "\n".join(path.read_text() for room in ("tracker", "workers") for path in (ROOT / room).rglob("*.py"))
    unused = {name for name in runtime - NOT_IMPORTED if not re.search(rf"(?m)^\s*(import|from) {IMPORTED_AS.get(name, name.replace('-', '_'))}\b", code)}
    assert unused == set()


@pytest.mark.skipif(sys.prefix != str(ROOT / ".venv"), reason="looks at the project's own environment")
def test_environment_is_what_the_lock_says() -> None:
    here = {(re.sub(r"[-_.]+", "-", item.metadata["Name"].lower()), item.version) for item in distributions()}
    assert {name for name, _ in here - pinned(LOCK)} <= {"pip"}
