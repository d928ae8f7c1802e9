"""The steps of putting a backup back, one by one in this process: files, the key, the place of the database, mails that waited."""
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, make_url

from tracker import clock
from tracker.adapters import archive
from tracker.adapters.files import store
from tracker.config import SECRET_FILE
from tracker.db import db, rebuilding, transaction
from tracker.domain.errors import BadInput, Conflict, Unavailable
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.services import backup, restoring
from tracker.services.restoring import Told

CONTENTS = (b"one" * 50, b"two" * 50)


@pytest.fixture
def kept(sqlite_app: Flask, tmp_path: Path) -> Iterator[tuple[archive.Archive, Told]]:
    """An archive of two files, checked."""
    blobs = [store().put_bytes(content, "báo cáo.pdf") for content in CONTENTS]
    with transaction() as session:
        session.add_all(StoredFile(sha256=one.sha256, size=one.size, media_type="application/pdf", name="b.pdf", created_at=clock.now()) for one in blobs)
    backup.write(tmp_path / "kept.zip")
    with archive.reading(tmp_path / "kept.zip") as found:
        yield found, restoring.checked(found, lambda line: None)


def test_files_come_back_and_a_spoilt_one_is_made_whole(kept: tuple[archive.Archive, Told]) -> None:
    found, told = kept
    gone, spoilt = [store().path(sha256) for sha256 in told.sizes]
    whole = spoilt.read_bytes()
    gone.unlink()
    spoilt.chmod(0o600)
    spoilt.write_bytes(b"x")
    with pytest.raises(Unavailable, match=r"^backup\.file_lost"):
        restoring.check_files(told)
    said: list[str] = []
    restoring.put_files(found, told, said.append)
    assert gone.exists() and spoilt.read_bytes() == whole and said == ["Tệp: 2/2."]
    restoring.check_files(told)
    restoring.put_files(found, told, said.append)  # what is there and whole is left as it is
    assert told.rows >= 2 and dict(restoring.occupied(db.session.connection()))[StoredFile.__tablename__] == 2


def test_the_key_of_the_backup_becomes_the_homes_for_its_owners_eyes(kept: tuple[archive.Archive, Told], tmp_path: Path) -> None:
    home = tmp_path / "new"
    home.mkdir()
    restoring.keep_secret(kept[0], home)
    assert (home / SECRET_FILE).read_bytes() == restoring.secret(kept[0]) and os.stat(home / SECRET_FILE).st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == [SECRET_FILE]


def made(path: Path, value: str) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table t (v text)")
        database.execute("insert into t values (?)", (value,))
        database.commit()
    return path


def value_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("select v from t").fetchone()[0])


@pytest.mark.parametrize("keep", [True, False])
def test_a_complete_database_takes_the_place_of_another(tmp_path: Path, keep: bool) -> None:
    old, new = made(tmp_path / "tracker.db", "old"), made(tmp_path / "new.db", "new")
    (tmp_path / "tracker.db-wal").touch()
    aside = restoring.swap(new, old, keep)
    assert value_of(old) == "new" and not new.exists() and not (tmp_path / "tracker.db-wal").exists()
    assert (aside is not None) is keep and (aside is None or value_of(aside) == "old")


def test_a_database_in_use_is_not_replaced_and_a_broken_one_is(tmp_path: Path) -> None:
    old, new = made(tmp_path / "tracker.db", "old"), made(tmp_path / "new.db", "new")
    with closing(sqlite3.connect(old, isolation_level=None)) as user:
        user.execute("PRAGMA journal_mode=WAL")
        user.execute("begin immediate")
        with pytest.raises(Conflict, match=r"^backup\.running"):
            restoring.swap(new, old, keep=False)
        user.execute("rollback")
    assert value_of(old) == "old"
    old.write_bytes(b"no database at all" * 100)
    restoring.swap(new, old, keep=False)
    assert value_of(old) == "new"


def test_mails_that_waited_are_not_sent_twice(sqlite_app: Flask) -> None:
    """The old machine may have sent them since the backup was made."""
    now = clock.now()
    with transaction() as session:
        session.add_all(Mail(kind="digest", state=state, address="u@huyen.example", subject="s", body_text="", body_html="", created_at=now, not_before=now,
                             next_attempt_at=now) for state in ("queued", "sending", "failed"))
    assert restoring.waiting() == 2
    with transaction():
        restoring.drop_waiting()
    assert restoring.waiting() == 0 and sorted(db.session.scalars(db.select(Mail.state))) == ["cancelled", "cancelled", "failed"]


@pytest.fixture
def shape(sqlite_template: Path) -> restoring.Migrate:
    """Makes the tables as the migrations do, copied from a file on which they ran."""
    with closing(sqlite3.connect(sqlite_template)) as database:
        made = database.execute("select name, sql from sqlite_master where sql is not null order by rowid").fetchall()
    virtual = tuple(f"{name}_" for name, sql in made if sql.startswith("CREATE VIRTUAL"))

    def migrate(connection: Connection, revision: str) -> None:
        for name, sql in made if revision != "head" else ():
            if not (virtual and name.startswith(virtual)) and not name.startswith("sqlite_"):
                connection.exec_driver_sql(sql)

    return migrate


def filled(path: Path, found: archive.Archive, told: Told, shape: restoring.Migrate) -> None:
    with rebuilding(make_url(f"sqlite:///{path}")) as connection:
        restoring.fill(connection, found, told, shape, lambda line: None)


def test_rows_that_read_otherwise_than_they_were_written_are_not_kept(
    kept: tuple[archive.Archive, Told], shape: restoring.Migrate, tmp_path: Path,
) -> None:
    found, told = kept
    filled(tmp_path / "good.db", found, told, shape)
    with closing(sqlite3.connect(tmp_path / "good.db")) as database:
        assert database.execute("select count(*) from files").fetchone() == (2,)
    other = [(form, rows, "0" * 64 if form.name == "files" else sha256, size) for form, rows, sha256, size in told.tables]
    with pytest.raises(Conflict, match=r"^backup\.different"):
        filled(tmp_path / "bad.db", found, replace(told, tables=other), shape)
    with closing(sqlite3.connect(tmp_path / "bad.db")) as database:
        assert database.execute("select count(*) from sqlite_master").fetchone() == (0,)


def test_rows_that_cannot_be_taken_name_their_table(kept: tuple[archive.Archive, Told], shape: restoring.Migrate, tmp_path: Path) -> None:
    found, told = kept

    def narrower(connection: Connection, revision: str) -> None:
        shape(connection, revision)
        if revision != "head":
            connection.exec_driver_sql("create trigger full before insert on files begin select raise(abort, 'no more room'); end")

    with pytest.raises(BadInput) as refused:
        filled(tmp_path / "new.db", found, told, narrower)
    assert refused.value.code == "backup.refused" and refused.value.params == {"table": "files", "reason": "no more room"}


def test_a_row_that_names_another_which_is_not_there_is_refused(sqlite_app: Flask, shape: restoring.Migrate, tmp_path: Path) -> None:
    with closing(sqlite3.connect(db.engine.url.database or "")) as database:
        database.execute("insert into units (code, level, name, short_name, folded, parent_id) values ('1', 'commune', 'Xã', 'Xã', '', 987)")
        database.commit()
    backup.write(tmp_path / "kept.zip")
    with archive.reading(tmp_path / "kept.zip") as found, pytest.raises(BadInput, match=r"^backup\.refused"):
        filled(tmp_path / "new.db", found, restoring.checked(found, lambda line: None), shape)


def test_a_long_check_says_how_far_it_is_and_a_newer_form_is_refused(kept: tuple[archive.Archive, Told], monkeypatch: pytest.MonkeyPatch) -> None:
    found, said = kept[0], list[str]()
    monkeypatch.setattr(restoring, "EVERY", 1)
    restoring.checked(found, said.append)
    assert said == ["Đã kiểm 1/2 tệp.", "Đã kiểm 2/2 tệp."]
    found.manifest["format"] = restoring.FORMAT + 1
    with pytest.raises(BadInput, match=r"^backup\.newer"):
        restoring.checked(found, said.append)


def test_a_database_is_put_where_there_was_none(tmp_path: Path) -> None:
    assert restoring.swap(made(tmp_path / "new.db", "new"), tmp_path / "tracker.db", keep=False) is None and value_of(tmp_path / "tracker.db") == "new"
