"""The sweeper of the file store: removes only what no row names and what is old enough."""
import os
import time
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tracker import clock
from tracker.adapters.files import Blob, store
from tracker.db import db, transaction
from tracker.models.files import StoredFile
from tracker.models.people import SignIn
from tracker.services import file_sweep, sessions
from workers.files import sweep


def stored(content: bytes, hours: float) -> Blob:
    blob = store().put_bytes(content, "a.pdf")
    moment = time.time() - hours * 3600
    os.utime(blob.path, (moment, moment))
    return blob


def row(blob: Blob, state: str = "ready") -> StoredFile:
    file = StoredFile(sha256=blob.sha256, size=blob.size, media_type="application/pdf", name="a.pdf", created_at=clock.now(), state=state)
    with transaction() as session:
        session.add(file)
    return file


def test_only_old_contents_without_a_row_go(app: Flask) -> None:
    named, young, old = stored(b"co dong", 48), stored(b"moi tai", 1), stored(b"bo roi", 48)
    row(named)
    half = store().root / "incoming" / "dang-do"
    half.write_bytes(b"mot nua")
    os.utime(half, (0, 0))
    assert file_sweep.sweep().removed == 2
    assert [blob.path.exists() for blob in (named, young, old)] == [True, True, False]
    assert not half.exists()
    assert file_sweep.sweep() == file_sweep.Swept()


def test_storing_a_content_again_keeps_it(app: Flask) -> None:
    blob = stored(b"tai lai", 48)
    store().put_bytes(b"tai lai", "a.pdf")
    assert file_sweep.sweep().removed == 0 and blob.path.exists()


def test_a_row_without_its_content_is_reported_and_kept(app: Flask) -> None:
    blob = stored(b"mat roi", 48)
    file = row(blob)
    blob.path.unlink()
    swept = file_sweep.sweep()
    assert (swept.removed, swept.missing) == (0, [file.id])


def test_a_machine_that_starts_anew_each_morning_sweeps_too_and_once_in_six_hours(app: Flask, make: Factory) -> None:
    """Beat counts from its own start, so that it asks often; traces of sign-ins go also where nobody signs in any more."""
    person = make.person()
    with transaction():
        sessions.begin(person.id, "Firefox", "10.0.0.7")
    first, second = stored(b"bo roi", 48), stored(b"bo roi nua", 48)
    sweep.run()
    assert not first.path.exists() and not second.path.exists() and len(db.session.scalars(select(SignIn)).all()) == 1
    third = stored(b"lai bo roi", 48)
    sweep.run()
    assert third.path.exists()
    with clock.frozen(clock.now() + timedelta(days=3)):
        sweep.run()
    assert not third.path.exists() and db.session.scalars(select(SignIn)).all() == []
