"""Each kind of bad input: its HTTP status or exit code, the Vietnamese words with the way on, and rows and files before and after.

Where the three stand for each (here, and in other files that need not be written twice):

1.  empty file                 here (page, command); tests/web/test_submissions.py "rong.pdf" (evidence); tests/web/test_dispatches.py
2.  PDF of 0 bytes             here (page, command); tests/web/test_submissions.py; tests/services/test_intake.py
3.  encrypted PDF              here (page, command); its reading alone in tests/adapters/test_documents_pdf.py
4.  renamed .exe               here (page, command); tests/web/test_submissions.py "bao cao.pdf" (evidence)
5.  file over the limit        here (page, command); tests/web/test_submissions.py (evidence, also over the limit of a whole request)
6.  text in a wrong encoding   here (page, command); its reading alone in tests/adapters/test_documents.py
7.  docx that is a zip bomb    here (page, command); tests/adapters/test_documents.py (nothing is unpacked)
8.  due date in the past       here (page); tests/cli/test_issue.py (command); tests/services/test_issuing.py (both databases)
9.  unit without mailbox       here (page); tests/cli/test_issue.py (command); tests/services/test_issuing.py, test_reminders.py, test_nudges.py
10. SMTP server down           here (command); tests/services/test_delivery.py (every kind of refusal, both databases)
11. disk full while uploading  here (page and command, database included); tests/web/test_submissions.py, tests/services/test_files.py (evidence)

Besides: e-mails that carry such files, and half a file of each kind, here (page, command); mutated files of every format in
tests/adapters/test_documents_broken.py.
"""
import os
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from tests.adapters.test_documents_mail import mail
from tests.adapters.test_documents_pdf import locked
from tests.conftest import NOW, settings_for
from tests.conftest import Browser as PageClient
from tests.factories import Factory
from tests.samples import DOC, DOCX, HEIC, ODT
from tests.services.test_intake import TEXT
from tests.setup.processes import free_port
from tracker import clock
from tracker.adapters.files import store
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.tasks import Task

ROOT = Path(__file__).resolve().parents[2]
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 500
WRONG_ENCODING = "Сообщение о задачах района".encode("cp1251")


def _bomb() -> bytes:
    """A Word file of some kilobytes that unpacks to 60 MB."""
    out = BytesIO(DOCX)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/big.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.fixture
def clerk(sqlite_app: Flask) -> FlaskClient:
    """The browser of a clerk; three units stand ready, one without a mailbox."""
    return seat(sqlite_app)


def seat(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    make = Factory()
    for _ in range(2):
        make.unit()
    make.unit("Huyện Mường Lát", mailbox=None)
    person = make.person(email="van@tinh.example")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0
    db.session.remove()
    return client


def counts() -> dict[str, int]:
    """Rows of everything that an upload, an issue or a mail makes, and files in the store."""
    db.session.rollback()
    found = {model.__name__: db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Dispatch, StoredFile, Task, Assignment, Mail, Event)}
    return {**found, "files": sum(path.is_file() for path in store().root.rglob("*"))}


def text(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def upload(client: FlaskClient, name: str, content: bytes) -> TestResponse:
    answer = client.post("/dispatches/new", data={"file": (BytesIO(content), name)})
    answer.request.environ["wsgi.input"].close()  # a large body lies in a temporary file of the test client
    return answer


def command(home: Path, *args: str, before: Callable[[], None] | None = None, **env: str) -> "subprocess.CompletedProcess[str]":
    environment = {"TRACKER_HOME": str(home), "SECRET_KEY": "k" * 32, "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", **env}
    return subprocess.run([sys.executable, "-m", "tracker", *args], cwd=ROOT, env=environment, preexec_fn=before, capture_output=True, text=True,
                          timeout=120, check=False)


REFUSED = [
    ("rong.docx", b"", 422, "không có nội dung"),
    ("rong.pdf", b"", 422, "không có nội dung"),
    ("cv.docx", EXE, 422, "Không đọc được loại tệp"),
    ("cv.pdf", EXE, 422, "Không đọc được loại tệp"),
    ("to.txt", b"a" * (25 * 1024 * 1024 + 1), 413, "vượt quá 25 MB"),
    ("bom.docx", _bomb(), 422, "bung ra quá lớn"),
]


@pytest.mark.parametrize(("name", "content", "status", "words"), REFUSED, ids=[f"{name}-{status}" for name, _, status, _ in REFUSED])
def test_a_file_that_must_not_be_taken(clerk: FlaskClient, tmp_path: Path, name: str, content: bytes, status: int, words: str) -> None:
    before = counts()
    answer = upload(clerk, name, content)
    assert answer.status_code == status
    assert words in text(answer) and f"“{name}”" in text(answer) and "Hãy" in text(answer)
    assert counts() == before
    (tmp_path / name).write_bytes(content)
    issued = command(tmp_path, "issue", str(tmp_path / name), "--as", "van@tinh.example", "--to", "all", "--due", "2099-01-15")
    assert (issued.returncode, issued.stdout) == (1, "") and words in issued.stderr and "Hãy" in issued.stderr and "Traceback" not in issued.stderr
    assert counts() == before


@pytest.mark.parametrize(("name", "content", "words"), [
    ("khoa.pdf", locked(b"mat khau"), "đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu"),
    ("chu-la.txt", WRONG_ENCODING, "bảng mã chữ lạ nên không đọc được. Hãy lưu lại"),
])
def test_a_file_that_is_kept_but_cannot_be_read(clerk: FlaskClient, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """The original of a dispatch is kept: one draft without tasks that says why, and the commands that need a reading refuse."""
    before = counts()
    answer = upload(clerk, name, content)
    assert answer.status_code == 303
    page = clerk.get(answer.headers["Location"])
    assert page.status_code == 200 and words in text(page)
    after = counts()
    assert {key: after[key] - before[key] for key in after if after[key] != before[key]} == {"Dispatch": 1, "StoredFile": 1, "Event": 1, "files": 1}
    (tmp_path / name).write_bytes(content)
    read = command(tmp_path, "read", str(tmp_path / name))
    assert (read.returncode, read.stdout) == (2, "") and words in read.stderr
    issued = command(tmp_path, "issue", str(tmp_path / name), "--as", "van@tinh.example", "--to", "all", "--due", "2099-01-15")
    assert (issued.returncode, issued.stdout) == (1, "") and "Traceback" not in issued.stderr and words in issued.stderr
    assert counts() == after


@pytest.mark.parametrize(("name", "content", "status", "words"), [
    ("bom.docx", _bomb(), 422, "bung ra quá lớn"),
    ("mat.txt", TEXT.replace("Số: 12-CV/HNDT", "TỐI MẬT\nSố: 12-CV/HNDT").encode(), 422, "dấu mật"),
])
def test_a_mail_that_carries_what_must_not_be_taken(clerk: FlaskClient, tmp_path: Path, name: str, content: bytes, status: int, words: str) -> None:
    """Neither the attachment nor the mail around it is kept."""
    before = counts()
    letter = mail("Gửi anh chị.", (TEXT.encode(), "cv.txt"), (content, name))
    answer = upload(clerk, "thu.eml", letter)
    assert answer.status_code == status and words in text(answer)
    assert counts() == before
    (tmp_path / "thu.eml").write_bytes(letter)
    issued = command(tmp_path, "issue", str(tmp_path / "thu.eml"), "--as", "van@tinh.example", "--to", "all", "--due", "2099-01-15")
    assert (issued.returncode, issued.stdout) == (1, "") and words in issued.stderr and "Traceback" not in issued.stderr
    assert counts() == before


def test_a_mail_without_anything_to_read(clerk: FlaskClient, tmp_path: Path) -> None:
    """A program in the attachment is not taken along; a mail without words is kept, as any dispatch that cannot be read."""
    before = counts()
    letter = mail(" ", (EXE, "cv.docx"))
    page = clerk.get(upload(clerk, "thu.eml", letter).headers["Location"])
    assert "Không thấy chữ nào trong tệp “thu.eml”" in text(page) and "hãy quét lại rõ hơn hoặc dán nội dung vào" in text(page)
    after = counts()
    assert {key: after[key] - before[key] for key in after if after[key] != before[key]} == {"Dispatch": 1, "StoredFile": 1, "Event": 1, "files": 1}
    (tmp_path / "thu.eml").write_bytes(letter)
    read = command(tmp_path, "read", str(tmp_path / "thu.eml"))
    assert (read.returncode, read.stdout) == (2, "") and "Không thấy chữ nào" in read.stderr


@pytest.mark.parametrize("name", ["cv.doc", "cv.rtf", "cv.heic", "cv.odt"])
def test_half_of_a_file_is_told(clerk: FlaskClient, tmp_path: Path, name: str) -> None:
    """What begins as its kind and breaks off: a plain line at the command line, never a trace; on the page no more than one draft."""
    content = {"cv.doc": DOC, "cv.rtf": b"{\\rtf1", "cv.heic": HEIC[: len(HEIC) // 2], "cv.odt": ODT}[name]
    before = counts()
    answer = upload(clerk, name, content)
    assert answer.status_code in (303, 422)
    after = counts()
    assert after["files"] - before["files"] == after["StoredFile"] - before["StoredFile"] == (answer.status_code == 303)
    (tmp_path / name).write_bytes(content)
    read = command(tmp_path, "read", str(tmp_path / name))
    assert (read.returncode, read.stdout) == (2, "") and f"“{name}”" in read.stderr and "Traceback" not in read.stderr


def _draft(clerk: FlaskClient, due: str) -> tuple[str, int]:
    """A draft whose tasks all have that day; gives the address of its issue page and its version."""
    number = int(re.findall(r"\d+", upload(clerk, "cv.txt", TEXT.encode()).headers["Location"])[0])
    with transaction() as session:
        session.execute(update(Task).where(Task.dispatch_id == number).values(due_on=clock.today().fromisoformat(due), review_on=None, precision="day"))
    return f"/dispatches/{number}/issue", db.session.scalar(select(Dispatch.version).where(Dispatch.id == number)) or 0


def test_a_due_date_in_the_past(clerk: FlaskClient) -> None:
    address, version = _draft(clerk, "2026-09-07")
    before = counts()
    shown = text(clerk.get(address))
    assert "Ngày 07/09/2026 trước ngày ban hành 08/09/2026. Hãy chọn ngày khác." in shown
    pressed = clerk.post(address, data={"version": version})
    assert pressed.status_code == 422 and "Chưa ban hành được" in text(pressed) and "Hãy chọn ngày khác" in text(pressed)
    assert counts() == before


def test_a_unit_without_a_mailbox(clerk: FlaskClient) -> None:
    address, version = _draft(clerk, "2026-09-30")
    assert "Huyện Mường Lát" in text(clerk.get(address))
    before = counts()
    assert clerk.post(address, data={"version": version}).status_code == 303
    after = counts()
    assert (after["Assignment"] - before["Assignment"], after["Mail"] - before["Mail"], after["files"]) == (6, 3, before["files"])
    told = {mail.state: mail.last_error for mail in db.session.scalars(select(Mail))}
    assert set(told) == {"queued", "skipped"} and "chưa có địa chỉ thư" in (told["skipped"] or "") and "Hãy ghi hộp thư" in (told["skipped"] or "")


def test_the_mail_server_is_down(clerk: FlaskClient, tmp_path: Path) -> None:
    now = clock.now()
    with transaction() as session:
        session.add(Mail(kind="issued", address="huyen@huyen.example", subject="Thử", body_text="Thử", body_html="<p>Thử</p>", created_at=now, not_before=now,
                         next_attempt_at=now, message_id="<1@tinh.example>"))
    before = counts()
    done = command(tmp_path, "send-mail", SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    assert done.returncode == 1 and "1 thư sẽ gửi lại sau" in done.stdout and "“Sổ nhắc việc”. Kiểm tra máy chủ thư: tracker doctor" in done.stdout
    assert "Traceback" not in done.stderr
    assert counts() == before
    mail = db.session.scalars(select(Mail)).one()
    assert (mail.state, mail.sent_at) == ("queued", None) and mail.last_error and mail.next_attempt_at > mail.created_at
    without = command(tmp_path, "send-mail")
    assert without.returncode == 1 and "Hãy chạy “tracker serve”, hoặc đặt SMTP_URL" in without.stderr and counts() == before


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path, str], None]]:
    """Mounts a disk of a few kilobytes on a folder; only root can."""
    mounted: list[Path] = []

    def mount(folder: Path, size: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() or os.system(f"mount -t tmpfs -o size={size} tmpfs {folder}"):
            pytest.skip("only root can mount a small disk, and not on every machine")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        os.system(f"umount -l {folder}")


def test_the_disk_of_the_files_is_full(clerk: FlaskClient, small_disk: Callable[[Path, str], None]) -> None:
    small_disk(store().root, "1m")
    before = counts()
    answer = upload(clerk, "to.txt", TEXT.encode() + os.urandom(1024 * 1024).hex().encode())
    assert answer.status_code == 503 and "Máy chủ hết chỗ chứa tệp" in text(answer) and "Hãy báo quản trị viên" in text(answer)
    assert counts() == before
    assert upload(clerk, "cv.txt", TEXT.encode()).status_code == 303


@pytest.fixture
def full_home(sqlite_template: Path, small_disk: Callable[[Path, str], None], tmp_path: Path) -> Iterator[Path]:
    """A home with its database on one small disk, as on an office's old machine."""
    home = tmp_path / "home"
    small_disk(home, "4m")
    shutil.copy(sqlite_template, home / "tracker.db")
    app = create_app(settings_for(home))
    app.test_client_class = PageClient
    with app.app_context(), clock.frozen(NOW):
        yield home
        db.session.remove()
        db.engine.dispose()


def test_the_database_finds_no_room(full_home: Path) -> None:
    """The file would fit and its row would not: a refusal in words, nothing half done, and all is well once there is room."""
    clerk = seat(current_app._get_current_object())  # type: ignore[attr-defined]
    before = counts()
    ballast = full_home / "ballast"
    left = shutil.disk_usage(full_home).free - 300 * 1024
    ballast.write_bytes(b"\0" * left)
    answer = upload(clerk, "cv.txt", TEXT.encode() + b"\n" + b"chu " * 50_000)
    assert answer.status_code == 503 and "Máy chủ hết chỗ chứa" in text(answer) and "Hãy báo quản trị viên" in text(answer)
    now = counts()
    assert {key: now[key] for key in now if key != "files"} == {key: before[key] for key in before if key != "files"}
    ballast.unlink()
    assert upload(clerk, "cv.txt", TEXT.encode()).status_code == 303


def test_a_file_that_the_system_refuses_to_write(clerk: FlaskClient, tmp_path: Path) -> None:
    """A limit on the size of files, which needs no root: the same refusal at the command line."""
    (tmp_path / "to.txt").write_text(TEXT + "x" * 3 * 1024 * 1024)
    before = counts()
    limit = 2 * 1024 * 1024
    done = command(tmp_path, "issue", str(tmp_path / "to.txt"), "--as", "van@tinh.example", "--to", "all", "--due", "2099-01-15",
                   before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert (done.returncode, done.stdout) == (1, "") and "hết chỗ chứa tệp" in done.stderr and "Hãy báo quản trị viên" in done.stderr
    assert counts() == before
