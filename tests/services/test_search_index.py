"""The index follows what it is made from: whatever wrote it, however a run ended, and without a word of what is secret."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from tests.factories import Factory
from tests.services.search_made import answer, indexed, letter, named
from tests.setup.processes import ROOT, environment, free_port
from tracker import clock
from tracker.adapters import word_index
from tracker.adapters.files import store
from tracker.adapters.word_index import Wanted
from tracker.db import db, transaction
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.search import SearchChange, SearchEntry
from tracker.models.submissions import Evidence, Submission
from tracker.services import search, search_files, search_index

RUN = """
import time
from tracker.app import create_app
from tracker.db import transaction
from tracker.services import search_index
search_index.BATCH = 5
with create_app().app_context():
    search_index.run(transaction, 60)
"""


def changes() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SearchChange)) or 0


def holding(word: str, limit: int = 10_000) -> list[int]:
    """Ids of entries that the index has under a word."""
    return word_index.find([("x", Wanted((word,), limit=limit))])["x"]


def entries() -> list[int]:
    return list(db.session.scalars(select(SearchEntry.id).order_by(SearchEntry.id.desc())))


def mails(count: int) -> None:
    """Messages written past every service."""
    with transaction() as session:
        session.execute(insert(IncomingMail), [
            {"sha256": f"{n:064}", "size": 1, "source": "hand", "received_at": clock.now(), "subject": f"Thu {n}", "body": "nợ xấu", "state": "aside"}
            for n in range(count)
        ])


def test_a_run_that_fails_half_way_leaves_all_as_it_was(app: Flask, make: Factory) -> None:
    mails(12)
    with pytest.raises(ZeroDivisionError), transaction():
        search_index.step(5)
        raise ZeroDivisionError
    assert changes() == 12 and entries() == [] and holding("xau") == []
    indexed()
    assert len(holding("xau")) == 12 and holding("xau") == entries()
    assert search_index.run(transaction, 5) == 0


def test_a_worker_that_is_killed_loses_nothing(sqlite_app: Flask, tmp_path: Path) -> None:
    mails(3000)
    env = environment(tmp_path, free_port(), DATABASE_URL=sqlite_app.extensions["settings"].database_url)
    process = subprocess.Popen([sys.executable, "-c", RUN], cwd=ROOT, env=env)
    end = time.monotonic() + 90
    while changes() > 2800 and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    left = changes()
    assert 0 < left < 3000 and len(entries()) == 3000 - left and holding("xau") == entries()
    indexed()
    assert len(entries()) == 3000 and holding("xau") == entries()


def test_a_message_is_noted_once_it_is_filed_and_not_while_it_is_taken_in(app: Flask, make: Factory) -> None:
    mail = letter("Nợ xấu", "Thư")
    indexed()
    with transaction() as session:
        session.add(IncomingMail(sha256="a" * 64, size=1, source="hand", received_at=clock.now(), subject="Mới", state="taken"))
        session.get_one(IncomingMail, mail).attempts = 3
    assert changes() == 0
    with transaction() as session:
        session.scalars(select(IncomingMail).where(IncomingMail.state == "taken")).one().state = "triage"
    assert changes() == 1


def test_files_are_read_once_and_the_broken_ones_leave_their_names(app: Flask, make: Factory) -> None:
    unit = make.unit()
    dispatch = make.issued([unit], number="1-CV")
    good, broken, gone = (answer(dispatch, unit, "", words, name=name) for words, name in (
        ("Nợ xấu giảm", "mot.txt"), ("không phải pdf", "hai.pdf"), ("đã mất", "ba.txt")))
    for id in (broken, gone):
        with transaction() as session:
            file = session.get_one(StoredFile, session.get_one(Evidence, id).file_id)
            if id == broken:
                file.media_type = "application/pdf"
            else:
                store().path(file.sha256).unlink()
    assert search_index.run(transaction, 30) and search_files.run(transaction, 30) == 3 and search_files.run(transaction, 30) == 0
    clerk = make.actor()
    for words, id in (("xau giam", good), ("hai pdf", broken), ("ba txt", gone)):
        (group,) = search.search(clerk, words).groups
        assert [hit.id for hit in group.hits] == [id], words
    with transaction() as session:
        session.get_one(Submission, session.get_one(Evidence, good).submission_id).number = "77/BC"
    indexed()
    (group,) = search.search(clerk, "77/BC").groups
    assert "giảm" in "".join(piece.text for piece in group.hits[0].excerpt)  # what was read is kept


def test_a_file_that_ends_its_worker_is_left_alone_after_three_times(app: Flask, make: Factory) -> None:
    unit = make.unit()
    answer(make.issued([unit]), unit, "", "Nợ xấu")
    search_index.run(transaction, 30)
    for _ in range(3):
        with transaction():
            assert search_files._claim() is not None  # and the process ends
    assert search_files.run(transaction, 30) == 0
    assert db.session.scalars(select(SearchEntry.file_state).where(SearchEntry.kind == "evidence")).all() == ["failed"]


def test_what_bears_a_mark_of_secrecy_is_found_by_no_word_ever(app: Flask, make: Factory) -> None:
    unit = make.unit()
    dispatch = make.issued([unit])
    marked = answer(dispatch, unit, "9/BC", "UỶ BAN NHÂN DÂN HUYỆN\nTUYỆT MẬT\nSố: 9/BC\nBÁO CÁO\nvề nợ xấu", name="bi-mat.txt")
    scanned = answer(dispatch, unit, "8/BC", "x", name="anh.jpg")
    with transaction() as session:
        file = session.get_one(StoredFile, session.get_one(Evidence, scanned).file_id)
        file.media_type = "image/jpeg"
        mail = IncomingMail(sha256="b" * 64, size=1, source="hand", received_at=clock.now(), subject="Mới", state="aside")
        session.add(mail)
        session.flush()
        told = {"secret": "Mật", "subject": "nợ xấu"}
        session.add(IncomingFile(incoming_id=mail.id, file_id=file.id, name="anh.jpg", size=1, read_state="done", reading=told))
    indexed()
    for _ in range(2):
        assert holding("xau") == [] and holding("_n9") == [] and holding("_n8") == [] and holding("mat") == []
        with transaction() as session:
            for id in (marked, scanned):
                session.get_one(Submission, session.get_one(Evidence, id).submission_id).note = "nợ xấu"
        indexed()
    assert set(db.session.scalars(select(SearchEntry.text).where(SearchEntry.kind == "evidence"))) == {""}


def test_a_file_that_is_shut_later_is_forgotten(app: Flask, make: Factory) -> None:
    unit = make.unit()
    evidence = answer(make.issued([unit]), unit, "", "Nợ xấu")
    indexed()
    assert len(holding("xau")) == 1
    with transaction() as session:
        session.get_one(StoredFile, session.get_one(Evidence, evidence).file_id).state = "rejected"
    indexed()
    assert holding("xau") == [] and db.session.scalars(select(SearchEntry.id).where(SearchEntry.kind == "evidence")).all() == []


def test_what_was_read_of_a_scan_is_found(app: Flask, make: Factory) -> None:
    unit = make.unit()
    evidence = answer(make.issued([unit]), unit, "", "x", name="anh.jpg")
    with transaction() as session:
        file = session.get_one(StoredFile, session.get_one(Evidence, evidence).file_id)
        file.media_type = "image/jpeg"
        mail = IncomingMail(sha256="b" * 64, size=1, source="hand", received_at=clock.now(), subject="Mới", state="aside")
        session.add(mail)
        session.flush()
        told = {"subject": "Thu hồi nợ xấu", "items": []}
        session.add(IncomingFile(incoming_id=mail.id, file_id=file.id, name="anh.jpg", size=1, read_state="done", reading=told))
    indexed()
    assert len(holding("_bno_xau")) == 1


def test_an_index_that_is_far_behind_says_so(app: Flask, make: Factory) -> None:
    assert not search_index.behind()
    with transaction() as session:
        session.execute(insert(SearchChange), [{"kind": "mail", "object_id": n} for n in range(search_index.BEHIND + 1)])
    assert search_index.behind()


def test_a_draft_that_is_edited_again_and_again_leaves_one_entry(app: Flask, make: Factory) -> None:
    dispatch = make.issued([make.unit()])
    for n in range(4):
        named(dispatch, f"Lần sửa thứ {n}")
        if n % 2:
            indexed()
    with transaction() as session:
        session.get_one(Dispatch, dispatch.id).issued_on = clock.today().replace(year=2021)
    indexed()
    assert len(entries()) == 3 and len(holding("sua")) == 1 and holding("_y2026") == []
