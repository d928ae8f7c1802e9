"""A backup holds every row and every file as they were at one moment; restored on either database, it reads the same to the byte."""
import hashlib
import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text

from tests.databases import admin, on
from tests.factories import Factory
from tests.setup.processes import ROOT, environment, free_port, tracker
from tracker import clock
from tracker.adapters import archive, dump
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Conflict
from tracker.models.events import Event
from tracker.models.files import StoredFile
from tracker.models.office import Setting
from tracker.services import backup, restoring


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of either kind; "" for the home's own SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    server, name = request.getfixturevalue("postgres_server"), f"r{uuid4().hex}"
    admin(server, f'CREATE DATABASE "{name}"')
    yield on(server, name)
    admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def keep(content: bytes, name: str = "báo cáo.pdf") -> StoredFile:
    blob = store().put_bytes(content, name)
    row = StoredFile(sha256=blob.sha256, size=blob.size, media_type="application/pdf", name=name, created_at=clock.now())
    with transaction() as session:
        session.add(row)
    return row


def filled(make: Factory) -> None:
    """Rows of every kind of value, and files."""
    units = [make.unit("Huyện Hà Trung"), make.unit("Huyện “Nga Sơn”")]
    make.issued(units)
    make.person()
    for n in range(3):
        keep(f"tệp {n}".encode() * 4000)
    with transaction() as session:
        session.add(Setting(key="Đ:odd", value={"a": [1, 2.5, None, "dòng\nhai \u2028 “ngoặc”"], "day": "2026-02-29"}))
        session.add(Setting(key="a null inside", value=None))
        session.add(Event(at=clock.now(), kind="thử", person_name="Đỗ Thị Ánh", data={}))


def contents(url: str) -> dict[str, list[bytes]]:
    """All rows of a database but the machine's own signs of life."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = {form.name: list(dump.lines(connection, form)) for form in dump.forms(connection) if form.name != "heartbeats"}
    engine.dispose()
    return found


def where(home: Path, url: str) -> str:
    return url or f"sqlite:///{home / 'tracker.db'}"


def test_what_was_kept_is_had_back_on_either_database(app: Flask, make: Factory, tmp_path: Path, database_url: str, target: str) -> None:
    filled(make)
    told: list[str] = []
    done = backup.write(tmp_path / "kept.zip", told.append)
    assert done.files == 3 and (done.missing, done.damaged) == ([], []) and told[0].startswith("Cơ sở dữ liệu: ")
    assert (tmp_path / "kept.zip").stat().st_mode & 0o077 == 0
    home = tmp_path / "other"
    back = tracker(home, free_port(), "restore", str(tmp_path / "kept.zip"), DATABASE_URL=target)
    assert back.returncode == 0, back.stdout + back.stderr
    assert contents(where(home, target)) == contents(database_url)
    assert noted(where(home, target)) > 0
    assert (home / "secret.key").read_text() == "k" * 32
    for row in db.session.scalars(select(StoredFile)):
        assert hashlib.sha256((home / "files" / row.sha256[:2] / row.sha256).read_bytes()).hexdigest() == row.sha256
    # The next row finds a free id, and the keys are held again.
    assert tracker(home, free_port(), "create-user", "moi@tinh.example", "--role", "auditor", DATABASE_URL=target).returncode == 0
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        execute(where(home, target), "insert into settings (key, value) values ('x', '1')", "update people set unit_id = 987654")
    full = tracker(home, free_port(), "restore", str(tmp_path / "kept.zip"), DATABASE_URL=target)
    assert full.returncode == 1 and "--force" in full.stderr
    again = tracker(home, free_port(), "restore", "--force", "--drop-mail", str(tmp_path / "kept.zip"), DATABASE_URL=target)
    assert again.returncode == 0 and "CẢNH BÁO" in again.stderr
    assert contents(where(home, target)) == contents(database_url)
    assert len(list(home.glob("tracker.db.*.old"))) == (0 if target else 1)


def noted(url: str) -> int:
    """How much the restored database has noted to be entered for search, which is in no backup."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found: int = connection.execute(text("select count(*) from search_changes")).scalar_one()
    engine.dispose()
    return found


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def test_the_tables_are_those_of_one_moment(app: Flask, make: Factory, tmp_path: Path) -> None:
    """What is committed while the tables are read is in none of them."""
    filled(make)

    class Slow(archive.Writer):
        def add(self, name: str, pieces: object, packed: bool = True) -> tuple[str, int]:
            if name == "tables/settings.jsonl":  # read late; the first table has been read
                execute(str(db.engine.url.render_as_string(hide_password=False)), "insert into settings (key, value) values ('late', '1')")
            return super().add(name, pieces, packed)  # type: ignore[arg-type]

    real, archive.Writer = archive.Writer, Slow  # type: ignore[misc]
    try:
        backup.write(tmp_path / "kept.zip")
    finally:
        archive.Writer = real  # type: ignore[misc]
    assert db.session.get(Setting, "late")
    with zipfile.ZipFile(tmp_path / "kept.zip") as found:
        assert b'"late"' not in found.read("tables/settings.jsonl")


def test_a_content_that_is_gone_or_spoilt_is_told_and_the_rest_is_kept(app: Flask, make: Factory, tmp_path: Path) -> None:
    gone, spoilt, good = keep(b"gone"), keep(b"spoilt"), keep(b"good")
    store().path(gone.sha256).unlink()
    store().path(spoilt.sha256).chmod(0o600)
    store().path(spoilt.sha256).write_bytes(b"SPOILT")
    done = backup.write(tmp_path / "kept.zip")
    assert (done.missing, done.damaged, done.files) == ([gone.sha256], [spoilt.sha256], 1)
    with archive.reading(tmp_path / "kept.zip") as found:
        assert list(restoring.checked(found, lambda line: None).sizes) == [good.sha256]


def test_never_half_a_file_and_never_over_another(sqlite_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "kept.zip"
    with pytest.raises(RuntimeError), archive.writing(path) as target:
        target.add("a", [b"x"])
        raise RuntimeError
    assert [one.name for one in tmp_path.iterdir() if "kept" in one.name] == []
    with archive.writing(path) as target, pytest.raises(Conflict, match="twice"), archive.writing(path):
        pass
    path.write_bytes(b"another")
    with pytest.raises(Conflict, match="exists"):
        backup.write(path)
    assert path.read_bytes() == b"another"
    with pytest.raises(BadInput, match="folder"):
        backup.write(tmp_path / "nowhere" / "kept.zip")


@pytest.fixture
def written(sqlite_app: Flask, tmp_path: Path) -> Path:
    filled(Factory())
    backup.write(tmp_path / "kept.zip")
    return tmp_path / "kept.zip"


def changed(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same archive with parts changed or left out."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            if (content := change(name, source.read(name))) is not None:
                target.writestr(name, content)
    return other


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as refused, archive.reading(path) as found:
        restoring.checked(found, lambda line: None)
    return refused.value.code


def test_a_change_in_any_part_is_seen(written: Path) -> None:
    with zipfile.ZipFile(written) as found:
        names = found.namelist()
    assert {"secret.key", "manifest.json", "tables/units.jsonl"} < set(names) and sum(name.startswith("files/") for name in names) == 3
    for part in ("secret.key", "tables/units.jsonl", next(name for name in names if name.startswith("files/"))):
        assert refusal(changed(written, lambda name, content, part=part: content[:-2] + b"!\n" if name == part else content)) == "backup.damaged"
        assert refusal(changed(written, lambda name, content, part=part: None if name == part else content)) == "backup.damaged"
    assert refusal(changed(written, lambda name, content: b"{}" if name == "manifest.json" else content)) == "backup.damaged"
    assert refusal(changed(written, lambda name, content: None if name == "manifest.json" else content)) == "backup.not_ours"


def test_a_file_that_was_cut_or_rotted_is_refused(written: Path, tmp_path: Path) -> None:
    whole = written.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.zip").write_bytes(whole[:size])
        assert refusal(tmp_path / "cut.zip") == "backup.not_ours"
    seen = []
    for at in range(40, len(whole), len(whole) // 29):
        (tmp_path / "rot.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        with suppress(BadInput), archive.reading(tmp_path / "rot.zip") as found:
            restoring.checked(found, lambda line: None)
            seen.append(at)  # a bit that says nothing of any part, such as a time in a head
    assert len(seen) < 5
    assert refusal(tmp_path) == "backup.not_ours"


def test_a_refused_archive_changes_nothing(written: Path, tmp_path: Path) -> None:
    """One whose hashes agree with themselves and whose rows do not fit is put together by hand: nothing of it stays."""
    def forged(name: str, content: bytes) -> bytes:
        return content.replace(b'"district"', b'"nothing!"') if name == "tables/units.jsonl" else content

    with zipfile.ZipFile(written) as found:
        units = forged("tables/units.jsonl", found.read("tables/units.jsonl"))

    def rehashed(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return forged(name, content)
        manifest = json.loads(content)
        for one in manifest["tables"]:
            if one["name"] == "units":
                one.update(sha256=hashlib.sha256(units).hexdigest(), size=len(units))
        return json.dumps(manifest).encode()

    home = tmp_path / "other"
    refused = tracker(home, free_port(), "restore", str(changed(written, rehashed)))
    assert refused.returncode == 1 and "Bảng units không nạp được" in refused.stderr, refused.stdout + refused.stderr
    assert not [path.name for path in home.glob("tracker.db*") if path.stat().st_size > 4096]


def test_a_newer_backup_asks_for_the_newer_program(written: Path, tmp_path: Path) -> None:
    newer = changed(written, lambda name, content: content.replace(b'"revision": "', b'"revision": "9') if name == "manifest.json" else content)
    refused = tracker(tmp_path / "other", free_port(), "restore", str(newer))
    assert refused.returncode == 1 and "phần mềm mới hơn" in refused.stderr


def test_an_older_backup_is_brought_to_the_newest_form(tmp_path: Path, target: str) -> None:
    home = tmp_path / "old"
    assert tracker(home, free_port(), "migrate").returncode == 0
    with closing(sqlite3.connect(home / "tracker.db")) as database:
        newest = database.execute("select version_num from alembic_version").fetchone()[0]
    old = tmp_path / "older"
    migrate_to(old, "0003")
    kept = tracker(old, free_port(), "backup", str(tmp_path / "kept.zip"))
    assert kept.returncode == 0, kept.stderr
    back = tracker(home.with_name("new"), free_port(), "restore", str(tmp_path / "kept.zip"), DATABASE_URL=target)
    assert back.returncode == 0, back.stdout + back.stderr
    engine = create_engine(where(home.with_name("new"), target))
    with engine.connect() as connection:
        assert dump.revision(connection) == newest
        assert connection.execute(text("select code, name from units")).all() == [("38", "Tỉnh Thanh Hóa")]
        assert connection.execute(text("select day, working from calendar_days")).one()[0] in (date(2026, 9, 3), "2026-09-03")
    engine.dispose()


def migrate_to(home: Path, revision: str) -> None:
    """A home of an older program, with a few rows."""
    home.mkdir()
    script = f"import flask_migrate; from tracker.app import create_app\nwith create_app().app_context(): flask_migrate.upgrade(revision='{revision}')"
    assert tracker_python(home, script) == 0
    execute(
        f"sqlite:///{home / 'tracker.db'}", "insert into units (code, level, name, short_name, folded) values ('38', 'province', 'Tỉnh Thanh Hóa', 'Tỉnh', '')",
        "insert into calendar_days (day, working, name) values ('2026-09-03', 0, 'Nghỉ bù')",
    )


def tracker_python(home: Path, script: str) -> int:
    """Runs a few lines of Python on a home."""
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment(home, free_port()), check=False).returncode


def test_what_is_thrown_away_while_it_is_written_is_told_and_stops_nothing(sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store lists what is there, then it takes a while: an annex that a clerk removes meanwhile is no reason to have no backup."""
    kept = [keep(f"tệp {n}".encode()) for n in range(3)]
    order = sorted(row.sha256 for row in kept)

    def remove_the_last(line: str) -> None:
        if line.startswith("Tệp: 1/"):
            store().path(order[-1]).unlink()

    monkeypatch.setattr(backup, "EVERY", 1)
    done = backup.write(tmp_path / "b.zip", remove_the_last)
    assert (done.files, done.missing, done.damaged) == (2, [order[-1]], [])
