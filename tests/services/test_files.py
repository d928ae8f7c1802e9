"""What may be handed in, and who may read what was handed in."""
import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import settings_for
from tests.factories import Factory
from tests.samples import DOC, DOCX, HEIC, JPG, ODS, ODT, PDF, PNG, XLS, XLSX
from tracker import clock, i18n
from tracker.adapters.files import store
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, DomainError, NotFound, TooLarge, Unavailable
from tracker.models.dispatches import DispatchFile
from tracker.models.files import StoredFile
from tracker.models.reports import Report, ReportFile
from tracker.models.submissions import Evidence, Submission
from tracker.services import files, office

EXE = b"MZ\x90\x00" + b"\x00" * 200


def _receive(actor: Actor, content: bytes = PDF, name: str = "a.pdf") -> StoredFile:
    blob = files.take(BytesIO(content), name)
    with transaction() as session:
        row = files.receive(actor, blob, name)
        session.flush()
    return row


def _counts() -> tuple[int, int]:
    return db.session.scalar(select(func.count()).select_from(StoredFile)) or 0, sum(path.is_file() for path in store().root.rglob("*"))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("a.docx", DOCX), ("a.doc", DOC), ("a.xlsx", XLSX), ("a.xls", XLS), ("a.odt", ODT), ("a.ods", ODS), ("a.jpg", JPG),
     ("a.JPEG", JPG), ("a.png", PNG), ("a.heic", HEIC)],
)
def test_every_allowed_type_is_taken_by_its_content(sqlite_app: Flask, name: str, content: bytes) -> None:
    row = _receive(Factory().actor(), content, name)
    assert (row.name, row.size) == (name, len(content))
    assert store().path(row.sha256).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("bao cao.pdf", b"", "files.empty"), ("bao cao.pdf", EXE, "files.type"), ("bao cao.docx", PDF, "files.mismatch"),
     ("bao cao.exe", EXE, "files.type"), ("trang.html", b"<html>", "files.type"), ("bao cao.pdf.exe", PDF, "files.mismatch")],
)
def test_what_is_not_allowed_is_refused_by_name_and_leaves_nothing(sqlite_app: Flask, name: str, content: bytes, code: str) -> None:
    before = _counts()
    with pytest.raises(BadInput) as refused:
        files.take(BytesIO(content), name)
    assert refused.value.code == code
    assert name in i18n.words(refused.value) and "Hãy" in i18n.words(refused.value)
    assert _counts() == before


def test_a_zip_is_refused_unless_the_settings_open_it(sqlite_app: Flask) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(BadInput) as refused:
        files.take(BytesIO(packed.getvalue()), "a.zip")
    assert refused.value.code == "files.zip"
    admin = Factory().actor(Role.ADMIN)
    with transaction():
        office.set_allow_zip(admin, True)
    assert files.take(BytesIO(packed.getvalue()), "a.zip").size


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(tmp_path: Path, sqlite_app: Flask) -> None:
    small = create_app(settings_for(tmp_path / "small", UPLOAD_LIMIT_MB="1"))
    with small.app_context():
        with pytest.raises(TooLarge) as refused:
            files.take(BytesIO(PDF + b"\0" * 1024 * 1024), "to.pdf")
        assert "1 MB" in i18n.words(refused.value)
        assert not [path for path in store().root.rglob("*") if path.is_file()]
        db.engine.dispose()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_told_and_leaves_nothing(sqlite_app: Flask) -> None:
    folder = store().root
    folder.mkdir(parents=True, exist_ok=True)
    if os.system(f"mount -t tmpfs -o size=256k tmpfs {folder}"):
        pytest.skip("this machine lets nobody mount")
    try:
        with pytest.raises(Unavailable) as refused:
            files.take(BytesIO(PDF + os.urandom(1024 * 1024)), "to.pdf")
        assert refused.value.code == "files.disk_full" and "hết chỗ" in i18n.words(refused.value)
        assert _counts() == (0, 0)
        assert files.take(BytesIO(PDF), "nho.pdf").size == len(PDF)
    finally:
        os.system(f"umount {folder}")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\Users\\a\\báo cáo.pdf", "báo cáo.pdf"), ("../../etc/passwd", "passwd"), ("a\x00b\r\n.pdf", "ab.pdf"), ("", "tep"),
     ("x" * 300 + ".pdf", "x" * 251 + ".pdf")],
)
def test_names_lose_folders_and_control_characters(given: str, kept: str) -> None:
    assert files.clean_name(given) == kept


def _sees(actor: Actor, file_id: int) -> bool:
    try:
        return files.readable(actor, file_id).id == file_id
    except DomainError as error:
        assert isinstance(error, NotFound)
        return False


def test_an_unattached_file_is_its_uploaders_alone(app: Flask, make: Factory) -> None:
    unit = make.unit()
    uploader = make.actor(Role.OFFICER, unit)
    row = _receive(uploader)
    others = [make.actor(Role.OFFICER, unit), make.actor(Role.CLERK), make.actor(Role.ADMIN)]
    assert _sees(uploader, row.id) and not any(_sees(other, row.id) for other in others)


def test_a_dispatchs_files_open_to_its_recipients_once_issued(app: Flask, make: Factory) -> None:
    ours, theirs, clerk = make.unit(), make.unit(), make.actor(Role.CLERK)
    dispatch = make.issued([ours])
    original, annex = _receive(clerk), _receive(clerk, PNG, "phu luc.png")
    with transaction() as session:
        session.merge(dispatch).file_id = original.id
        session.add(DispatchFile(dispatch_id=dispatch.id, file_id=annex.id))
    here, there = make.actor(Role.OFFICER, ours), make.actor(Role.OFFICER, theirs)
    for row in (original, annex):
        assert _sees(here, row.id) and _sees(make.actor(Role.AUDITOR), row.id) and not _sees(there, row.id)
    with transaction() as session:
        draft = session.merge(dispatch)
        draft.state, draft.issued_at = "draft", None
    assert not _sees(here, original.id) and not _sees(here, annex.id) and _sees(clerk, original.id)


def test_evidence_is_its_units_and_the_provinces_once_handed_in(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit(), make.unit()
    dispatch, officer = make.issued([ours, theirs]), make.actor(Role.OFFICER, ours)
    row = _receive(officer)
    now = clock.now()
    with transaction() as session:
        draft = Submission(dispatch_id=dispatch.id, unit_id=ours.id, created_at=now, updated_at=now)
        draft.evidence.append(Evidence(file_id=row.id, created_at=now))
        session.add(draft)
    leader, clerk, foreign = make.actor(Role.DISTRICT_LEADER, ours), make.actor(Role.CLERK), make.actor(Role.OFFICER, theirs)
    assert (_sees(leader, row.id), _sees(clerk, row.id), _sees(foreign, row.id)) == (True, False, False)
    with transaction() as session:
        handed = session.get_one(Submission, draft.id)
        handed.state, handed.submitted_at = "submitted", now
    assert (_sees(leader, row.id), _sees(clerk, row.id), _sees(foreign, row.id)) == (True, True, False)


def test_a_unit_reads_only_its_own_report(app: Flask, make: Factory) -> None:
    ours, theirs, clerk = make.unit(), make.unit(), make.actor(Role.CLERK)
    dispatch = make.issued([ours, theirs])
    mine, province = _receive(clerk), _receive(clerk)
    with transaction() as session:
        report = Report(dispatch_id=dispatch.id, as_of=clock.today(), state="ready", sha256="0" * 64, created_at=clock.now())
        report.files = [ReportFile(unit_id=ours.id, format="pdf", file_id=mine.id), ReportFile(unit_id=None, format="pdf", file_id=province.id)]
        session.add(report)
    here, there = make.actor(Role.OFFICER, ours), make.actor(Role.OFFICER, theirs)
    assert (_sees(here, mine.id), _sees(there, mine.id), _sees(here, province.id), _sees(clerk, province.id)) == (True, False, False, True)
