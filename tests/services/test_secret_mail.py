"""A secret document that came by mail: shut to everybody at once, removed for good with a record, and never left behind by a crash."""
import json
import os
import zipfile
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import letters_in
from tests.factories import Factory
from tests.samples import PDF
from tests.services.test_incoming import BOX, Post, count, refused
from tracker import clock
from tracker.adapters import sample_files
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.models.assignments import Assignment
from tracker.models.events import Event
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.retention import Destruction
from tracker.models.submissions import Submission, SubmissionItem
from tracker.services import backup, evidence, file_sweep, files, mail_receipts, menu, people, previews, sample, secret_mail, sentences, triage, triage_page


@pytest.fixture
def post(app: Flask, make: Factory) -> Post:
    return Post(app, make)


def secret_paper() -> bytes:
    text = sample.TEXT.read_text(encoding="utf-8").format(day=1, month=9, year=2026).replace("CỘNG HÒA", "MẬT\nCỘNG HÒA", 1)
    return sample_files.dispatch(text)


SECRET = secret_paper()


def take(post: Post, n: int = 1, to: str = "", beside: bytes = PDF) -> IncomingMail:
    raw = letters_in.gmail(to or post.reply_to, files=(("van-ban.docx", SECRET), ("kem.pdf", beside)))
    return post.take(raw.replace(b"<gmail-1@", f"<gmail-{n}@".encode()))


def contents() -> set[bytes]:
    return {path.read_bytes() for path in store().root.rglob("*") if path.is_file()}


def ids(mail: IncomingMail) -> list[int]:
    found = select(IncomingFile.file_id).where(IncomingFile.incoming_id == mail.id, IncomingFile.file_id.is_not(None)).order_by(IncomingFile.id)
    return [id for id in db.session.scalars(found) if id]


def everybody(post: Post) -> list[Actor]:
    return [post.make.actor(role) for role in (Role.CLERK, Role.LEADER, Role.ADMIN, Role.AUDITOR)] + [people.as_actor(post.officer)]


def test_what_carries_the_mark_is_shut_to_everybody_at_once(post: Post) -> None:
    mail = take(post)
    assert (mail.state, mail.attention) == ("filed", "secret") and menu.waiting()["mails"] == 1
    for file_id in ids(mail):
        for actor in everybody(post):
            with pytest.raises(NotFound) as hidden:
                files.readable(actor, file_id)
            assert hidden.value.code == "files.held"
            with pytest.raises(NotFound):
                previews.picture(actor, file_id, 1)
        assert previews.preview(db.session.get_one(StoredFile, file_id)).text == ""
    assert [row.name for row in evidence.of([mail.submission_id or 0])] == ["(đang giữ, có dấu mật) van-ban.docx", "(đang giữ, có dấu mật) kem.pdf"]
    with pytest.raises(NotFound):
        triage.by_link(mail_receipts.link_token(mail.id, "correct"), "correct")
    for call in (triage.unfile, triage.keep_filed, triage.set_aside, triage.take_up):
        assert refused(lambda call=call: call(post.clerk, mail.id)).code == "incoming.secret_first"  # type: ignore[misc]
    told = [receipt for receipt in post.receipts() if "Có dấu mật" in receipt.subject]
    assert len(told) == 1 and "09:00 ngày 09/09/2026" in told[0].body_text and "văn thư mật" in told[0].body_text and "SHA-256" not in told[0].body_text


def test_removing_leaves_only_what_it_was(post: Post) -> None:
    mail, copy = take(post), take(post, 2, BOX)
    again = files.take(BytesIO(SECRET), "khac.docx")
    with transaction():
        other = files.receive(post.clerk, again, "khac.docx")
        db.session.flush()
        other_id = other.id
    raw = {store().path(one.sha256).read_bytes() for one in (mail, copy)}
    assert {SECRET, PDF, *raw} <= contents() and mail.body
    with transaction():
        assert secret_mail.remove(post.clerk, mail.id) == 4
    mail = db.session.get_one(IncomingMail, mail.id, populate_existing=True)
    # The other mail was not removed: its companion stays, the secret content is gone everywhere.
    assert SECRET not in contents() and store().path(mail.sha256).exists() is False and PDF in contents()
    assert (mail.state, mail.attention, mail.body, mail.rest, mail.subject) == ("filed", None, "", "", "Re: 931-CV/HNDT: 2 việc cần làm") and mail.removed_at
    assert db.session.get_one(StoredFile, other_id, populate_existing=True).state == "rejected"
    assert [row.name for row in evidence.of([mail.submission_id or 0])] == ["(đã xoá) van-ban.docx", "(đã xoá) kem.pdf"]
    with pytest.raises(NotFound) as gone:
        files.readable(post.clerk, ids(mail)[0])
    assert gone.value.code == "files.removed"
    assert not any(db.session.scalars(select(SubmissionItem.result))) and not any(db.session.scalars(select(Submission.note)))
    assert not any(db.session.scalars(select(Assignment.result)))
    assert not any(file.reading for file in db.session.scalars(select(IncomingFile).where(IncomingFile.incoming_id == mail.id)))
    record = db.session.scalars(select(Destruction)).one()
    assert (record.kind, record.by_name, record.count) == ("secret", post.clerk.name, 5) and {line["what"] for line in record.listed} == {
        mail.subject, "van-ban.docx", "kem.pdf", "khac.docx"}
    event = db.session.scalars(select(Event).where(Event.kind == "mail.secret_removed")).one()
    assert "xoá nội dung mật của thư" in sentences.sentence(event.kind, event.person_name, event.data) and post.states() == ["submitted"] * 2
    assert refused(lambda: secret_mail.remove(post.clerk, mail.id)).code == "incoming.decided"
    assert refused(lambda: triage.unfile(post.clerk, mail.id)).code == "incoming.decided"
    with transaction():
        secret_mail.remove(post.clerk, copy.id)
    assert PDF not in contents() and not contents() & raw


def test_a_copy_of_the_same_letter_goes_with_it(post: Post) -> None:
    mail = take(post)
    raw = b"Received: from another.example\r\n" + store().path(mail.sha256).read_bytes()
    copy = post.take(raw)
    assert copy.id != mail.id
    with transaction():
        secret_mail.remove(post.clerk, mail.id)
    assert contents() == set() and db.session.get_one(IncomingMail, copy.id, populate_existing=True).removed_at


def test_what_stands_elsewhere_too_stays(post: Post) -> None:
    """A file that came along without a mark may be our own dispatch sent back."""
    own = files.take(BytesIO(PDF), "cong-van.pdf")
    with transaction() as session:
        row = files.receive(post.clerk, own, "cong-van.pdf")
        session.flush()
        post.dispatch.file_id = row.id
        session.merge(post.dispatch)
    mail = take(post)
    with transaction():
        secret_mail.remove(post.clerk, mail.id)
    assert contents() == {PDF}


@pytest.mark.parametrize("left", ["raw", "file"])
def test_a_crash_after_the_rows_is_made_good_by_the_next_sweep(post: Post, left: str) -> None:
    mail = take(post)
    sha256 = mail.sha256 if left == "raw" else db.session.scalars(select(StoredFile.sha256).where(StoredFile.name.contains("van-ban"))).one()
    path: Path = store().path(sha256)
    bytes_before = path.read_bytes()
    with transaction():
        secret_mail.remove(post.clerk, mail.id)
    path.write_bytes(bytes_before)  # as a power cut between commit and removal leaves it
    os.utime(path)
    swept = file_sweep.sweep()
    assert not path.exists() and swept.removed == 1 and swept.missing == []
    assert file_sweep.sweep().removed == 0


def test_a_removal_that_fails_removes_nothing(post: Post) -> None:
    mail = take(post)
    before = contents()
    with pytest.raises(RuntimeError), transaction():
        secret_mail.remove(post.clerk, mail.id)
        raise RuntimeError
    assert contents() == before and db.session.get_one(IncomingMail, mail.id, populate_existing=True).attention == "secret"


def test_after_a_day_it_goes_by_itself_and_before_that_it_can_be_released(post: Post) -> None:
    first, second = take(post), take(post, 2)
    now = clock.now()
    with clock.frozen(now + timedelta(hours=23)):
        assert secret_mail.remove_overdue(transaction) == 0
        with transaction():
            secret_mail.release(post.clerk, second.id)
    with clock.frozen(now + timedelta(hours=25)):
        assert secret_mail.remove_overdue(transaction) == 1 and secret_mail.remove_overdue(transaction) == 0
    first, second = (db.session.get_one(IncomingMail, one.id, populate_existing=True) for one in (first, second))
    assert first.removed_at and second.removed_at is None and second.attention is None
    assert db.session.scalars(select(Event.person_name).where(Event.kind == "mail.secret_removed")).one() == "Đôn Đốc"
    assert isinstance(refused(lambda: secret_mail.release(post.clerk, first.id)), Conflict)


def test_a_released_one_is_as_before(post: Post) -> None:
    mail = take(post)
    with transaction():
        secret_mail.release(post.clerk, mail.id)
    mail = db.session.get_one(IncomingMail, mail.id, populate_existing=True)
    assert (mail.state, mail.attention, mail.reason) == ("filed", None, "") and menu.waiting()["mails"] == 0
    for file_id in ids(mail):
        assert files.readable(people.as_actor(post.officer), file_id).name in ("van-ban.docx", "kem.pdf")
    assert triage_page.opened(post.clerk, mail.id).until is None


def test_a_mark_that_the_machine_did_not_see(post: Post) -> None:
    mail = post.take(letters_in.gmail(post.reply_to))
    assert mail.attention is None
    with transaction():
        secret_mail.remove(post.clerk, mail.id)
    assert contents() == set() and count(Destruction) == 1


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN, Role.AUDITOR, Role.OFFICER])
def test_only_who_files_mail_removes_or_releases(post: Post, role: Role) -> None:
    mail, actor = take(post), post.make.actor(role, post.unit if role == Role.OFFICER else None)
    for act in (secret_mail.remove, secret_mail.release):
        with pytest.raises(DomainError) as error, transaction():
            act(actor, mail.id)
        assert error.value.status == 403


def test_a_backup_has_no_copy_of_what_is_held_or_removed(post: Post, tmp_path: Path) -> None:
    held, removed = take(post), take(post, 2, beside=PDF + b"%2")
    with transaction():
        secret_mail.remove(post.clerk, removed.id)
    held = db.session.get_one(IncomingMail, held.id, populate_existing=True)
    written = backup.write(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert written.missing == written.damaged == [] and not {held.sha256, removed.sha256} & set(manifest["files"])
    assert db.session.scalar(select(func.count()).select_from(StoredFile).where(StoredFile.sha256.in_(manifest["files"]), StoredFile.state != "ready")) == 0


def test_copies_that_are_overdue_together_go_once_and_keep_nothing_from_the_rest(post: Post) -> None:
    mail = take(post)
    copy = post.take(b"Received: from another.example\r\n" + store().path(mail.sha256).read_bytes())
    other = take(post, 2, BOX)
    with transaction() as session:
        for one in (mail, copy, other):
            row = session.get_one(IncomingMail, one.id)
            row.attention, row.secret_at = "secret", clock.now()
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert secret_mail.remove_overdue(transaction) == 2
        assert all(db.session.get_one(IncomingMail, one.id, populate_existing=True).removed_at for one in (mail, copy, other))


def test_what_a_clerk_releases_in_the_last_moment_is_not_removed(post: Post) -> None:
    mail, opened = take(post), 0

    def between() -> AbstractContextManager[Session]:
        nonlocal opened
        opened += 1
        if opened == 2:
            with transaction():
                secret_mail.release(post.clerk, mail.id)
        return transaction()

    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert secret_mail.remove_overdue(between) == 0
    assert db.session.get_one(IncomingMail, mail.id, populate_existing=True).removed_at is None and SECRET in contents()


def test_words_that_somebody_has_changed_since_are_that_persons(post: Post) -> None:
    mail = take(post)
    with transaction() as session:
        submission = session.get_one(Submission, mail.submission_id)
        submission.note, submission.number, submission.machine_read = "Lời của chuyên viên", "47-CV", False
        first, second = session.scalars(select(SubmissionItem).order_by(SubmissionItem.id))
        first.result = "Kết quả đã sửa"
    with transaction():
        secret_mail.remove(post.clerk, mail.id)
    kept = db.session.get_one(Submission, mail.submission_id, populate_existing=True)
    assert (kept.note, kept.number) == ("Lời của chuyên viên", "47-CV")
    assert [db.session.get_one(SubmissionItem, one.id, populate_existing=True).result for one in (first, second)] == ["Kết quả đã sửa", ""]
