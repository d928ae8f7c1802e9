"""Taking dispatches in: kept, read, refused where they must be, and never lost."""
import signal
import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from types import FrameType

import docx
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from flask import Flask
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import func, select

from tests.adapters.test_documents_mail import mail
from tests.adapters.test_documents_pdf import with_widgets
from tests.factories import Factory
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Forbidden, TooLarge
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.files import StoredFile
from tracker.models.tasks import Task, TaskUnit
from tracker.services import draft_page, incoming, intake, late_reading
from workers import dispatches as worker

TEXT = """HỘI NÔNG DÂN VIỆT NAM\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
BCH HND TỈNH THANH HOÁ\tĐộc lập – Tự do – Hạnh phúc
Số: 12-CV/HNDT\tThanh Hóa, ngày 01 tháng 9 năm 2026
V/v kiểm tra uỷ thác

Kính gửi: Ban Thường vụ Hội Nông dân các huyện.

Hội Nông dân tỉnh yêu cầu các huyện thực hiện những nội dung sau:
1. Kiểm tra các tổ vay vốn và gửi báo cáo trước ngày 01/10/2026.
2. Củng cố các tổ yếu kém, phân công người theo dõi từng tổ.
Nơi nhận:\tT/M BAN THƯỜNG VỤ
- Như kính gửi;\tPHÓ CHỦ TỊCH

\tLê Thị Minh Hà
"""


def bring(actor: Actor, content: bytes, name: str, annexes: list[tuple[BytesIO, str]] | None = None) -> Dispatch:
    taken = intake.take((BytesIO(content), name), annexes)
    with transaction():
        return intake.create(actor, taken)


def rows() -> tuple[int, int, int]:
    def count(model: type) -> int:
        return db.session.scalar(select(func.count()).select_from(model)) or 0

    return count(Dispatch), count(StoredFile), len(list(store().contents()))


def tasks(dispatch: Dispatch) -> list[Task]:
    return list(db.session.scalars(select(Task).filter_by(dispatch_id=dispatch.id).order_by(Task.position, Task.id)))


def test_a_text_becomes_a_draft_with_its_tasks(app: Flask, make: Factory) -> None:
    dispatch = bring(make.actor(), TEXT.encode(), "cv.txt")
    assert (dispatch.number, dispatch.issued_on, dispatch.state) == ("12-CV/HNDT", date(2026, 9, 1), "draft")
    found = tasks(dispatch)
    assert [task.label for task in found] == ["1", "2"]
    assert (found[0].due_on, found[0].precision) == (date(2026, 9, 30), "day") and found[0].why
    assert found[1].due_on is None and found[1].review_on is None
    start, end = found[0].span_start, found[0].span_end
    assert start is not None and "Kiểm tra các tổ vay vốn" in dispatch.text[start:end]
    assert dispatch.file is not None and store().path(dispatch.file.sha256).read_bytes() == TEXT.encode()


def test_pasted_text_is_kept_as_a_file_too(app: Flask, make: Factory) -> None:
    clerk, taken = make.actor(), intake.take_text(TEXT)
    with transaction():
        dispatch = intake.create(clerk, taken)
    assert dispatch.file is not None and (dispatch.file.name, dispatch.file.media_type) == ("van-ban-dan.txt", "text/plain")
    assert len(tasks(dispatch)) == 2


def test_annexes_come_along_in_order(app: Flask, make: Factory) -> None:
    form = docx.Document()
    form.add_paragraph("Biểu mẫu số 1")
    content = BytesIO()
    form.save(content)
    content.seek(0)
    dispatch = bring(make.actor(), TEXT.encode(), "cv.txt", [(content, "bieu-mau.docx"), (BytesIO("Phụ lục".encode()), "phu-luc.txt")])
    names = db.session.execute(select(DispatchFile.label).filter_by(dispatch_id=dispatch.id).order_by(DispatchFile.position)).scalars().all()
    assert names == ["bieu-mau.docx", "phu-luc.txt"]


def test_an_email_is_taken_out_of_its_envelope(app: Flask, make: Factory) -> None:
    """The dispatch is the attachment, as if it had come by itself; the others are annexes; who passed it on is not kept."""
    clerk = make.actor()
    bring(clerk, TEXT.encode(), "cv.txt")
    dispatch = bring(clerk, mail("Gửi anh chị.", ("Phụ lục".encode(), "phu-luc.txt"), (TEXT.encode(), "Công văn 12.txt")), "chuyen.eml")
    assert dispatch.file is not None and (dispatch.file.name, dispatch.file.media_type, dispatch.number) == ("Công văn 12.txt", "text/plain", "12-CV/HNDT")
    assert list(db.session.scalars(select(DispatchFile.label).filter_by(dispatch_id=dispatch.id))) == ["phu-luc.txt"]
    assert rows() == (2, 3, 2) and [one.same_file for one in intake.earlier(dispatch)] == [True]


def test_an_email_whose_body_is_the_dispatch_is_kept(app: Flask, make: Factory) -> None:
    dispatch = bring(make.actor(), mail(TEXT, ("Phụ lục".encode(), "phu-luc.txt")), "cv.eml")
    assert dispatch.file is not None and (dispatch.file.name, dispatch.file.media_type, dispatch.number) == ("cv.eml", "message/rfc822", "12-CV/HNDT")
    assert rows() == (1, 2, 2)


def test_a_secret_attachment_is_refused_and_no_byte_of_the_mail_kept(app: Flask) -> None:
    secret = TEXT.replace("Số: 12-CV/HNDT", "MẬT\nSố: 12-CV/HNDT").encode()
    for attached in ([(secret, "cv.txt")], [(TEXT.encode(), "cv.txt"), (secret, "phu-luc.txt")]):
        with pytest.raises(BadInput, match="intake.secret"):
            intake.take((BytesIO(mail("Chào.", *attached)), "a.eml"))
        assert rows() == (0, 0, 0)


def test_how_the_text_was_got_is_told_on_the_draft(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    dispatch = bring(make.actor(), with_widgets(), "cv.pdf")
    warnings = dispatch.reading["found"]["warnings"]
    assert warnings[0]["code"] == "document.pdf_fallback" and "poppler-utils" in warnings[0]["text"]
    assert any("poppler-utils" in one.text for one in draft_page.page(make.actor(), dispatch.id).notices)


@pytest.mark.parametrize("where", ["dispatch", "annex"])
def test_a_secret_document_is_refused_and_no_byte_kept(app: Flask, make: Factory, where: str) -> None:
    secret = TEXT.replace("Số: 12-CV/HNDT", "MẬT\nSố: 12-CV/HNDT").encode()
    main, annexes = (secret, []) if where == "dispatch" else (TEXT.encode(), [(BytesIO(secret), "phu-luc.txt")])
    with pytest.raises(BadInput, match="intake.secret"):
        intake.take((BytesIO(main), "cv.txt"), annexes)
    assert rows() == (0, 0, 0)


def test_a_secret_copy_never_takes_away_bytes_that_a_row_needs(app: Flask, make: Factory) -> None:
    bring(make.actor(), TEXT.encode(), "cv.txt")
    secret = TEXT.replace("Số: 12-CV/HNDT", "MẬT\nSố: 12-CV/HNDT").encode()
    with pytest.raises(BadInput, match="intake.secret"):
        intake.take((BytesIO(TEXT.encode()), "cv.txt"), [(BytesIO(secret), "b.txt")])
    assert rows() == (1, 1, 1)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "cv.docx", "files.empty"),
        (b"", "cv.pdf", "files.empty"),
        (b"   \n ", "cv.txt", "document.empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "cv.docx", "document.unsupported"),
    ],
)
def test_what_cannot_be_a_dispatch_is_refused_and_not_kept(app: Flask, content: bytes, name: str, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        intake.take((BytesIO(content), name))
    assert rows() == (0, 0, 0)


def test_a_zip_bomb_is_refused_and_not_kept(app: Flask) -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 60_000_000)
    bomb.seek(0)
    with pytest.raises(BadInput, match="document.bomb"):
        intake.take((bomb, "cv.docx"))
    assert rows() == (0, 0, 0)


def test_a_file_over_the_limit_is_refused(app: Flask) -> None:
    with pytest.raises(TooLarge):
        intake.take((BytesIO(b"x" * (25 * 1024 * 1024 + 1)), "cv.txt"))
    assert rows() == (0, 0, 0)


def test_the_original_is_kept_when_reading_fails(app: Flask, make: Factory) -> None:
    broken = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n"
    dispatch = bring(make.actor(), broken, "cv.pdf")
    assert dispatch.text == "" and dispatch.reading["state"] == "failed" and dispatch.reading["problem"].startswith("document.")
    assert rows() == (1, 1, 1) and not tasks(dispatch)


def test_a_text_in_a_wrong_encoding_is_kept_and_told(app: Flask, make: Factory) -> None:
    dispatch = bring(make.actor(), "Сообщение о задачах".encode("cp1251"), "cv.txt")
    assert dispatch.reading["state"] == "failed" and dispatch.reading["problem"] == "document.encoding"


def test_the_same_file_and_the_same_number_are_told(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    first = bring(clerk, TEXT.encode(), "cv.txt")
    same = bring(clerk, TEXT.encode(), "cv-2.txt")
    other = bring(clerk, (TEXT + "\n ").encode(), "cv-3.txt")
    assert [(found.id, found.same_file) for found in intake.earlier(same)] == [(other.id, False), (first.id, True)]
    assert not intake.earlier(bring(clerk, TEXT.replace("12-CV", "13-CV").encode(), "cv-4.txt"))


def test_a_district_may_not_bring_dispatches_in(app: Flask, make: Factory) -> None:
    officer = make.actor(Role.OFFICER, make.unit())
    with pytest.raises(Forbidden):
        bring(officer, TEXT.encode(), "cv.txt")


def test_findings_become_tasks_of_the_one_unit_they_name(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit("Huyện Hà Trung"), make.unit("Huyện Thọ Xuân")
    named = TEXT.replace(
        "Hội Nông dân tỉnh yêu cầu",
        "Bên cạnh kết quả đạt được vẫn còn một số tồn tại hạn chế:\n- Nợ quá hạn tăng cao so với đầu năm (HND Hà Trung tăng 138 triệu đồng, HND Thọ Xuân "
        "tăng 42 triệu đồng).\nHội Nông dân tỉnh yêu cầu",
    )
    dispatch = bring(make.actor(), named.encode(), "cv.txt")
    found = [task for task in tasks(dispatch) if task.kind == "finding"]
    chosen = {row.task_id: row.unit_id for row in db.session.scalars(select(TaskUnit))}
    assert {chosen[task.id] for task in found} == {ours.id, theirs.id} and not any(task.to_all for task in found)
    for task in found:
        assert ("138" in task.text) != ("42 triệu" in task.text), "a finding must not tell one unit about another"


def scan(*lines: str) -> bytes:
    """A picture of words, as a photographed page."""
    picture = Image.new("L", (1600, 400), 255)
    for at, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 80 * at), line, fill=0, font=ImageFont.load_default(size=48))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_a_scan_waits_for_a_worker_and_is_read_once(app: Flask, make: Factory) -> None:
    dispatch = bring(make.actor(), scan("So: 15-CV/HNDT", "1. Gui bao cao ket qua kiem tra truoc ngay 01/10/2026."), "scan.png")
    assert dispatch.reading == {"state": "queued"} and dispatch.text == ""
    assert late_reading.left_behind() == [dispatch.id]
    worker.read.run(dispatch.id)
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert found.reading["state"] == "ready" and "HNDT" in found.text
    before = len(tasks(found)), found.version
    worker.read.run(dispatch.id)
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert (len(tasks(found)), found.version) == before and late_reading.left_behind() == []


def test_a_secret_scan_loses_its_file_in_the_worker(app: Flask, make: Factory) -> None:
    dispatch = bring(make.actor(), scan("UY BAN NHAN DAN"), "scan.png")
    with transaction():
        late_reading.claim(dispatch.id)
    with transaction():
        late_reading.fail(dispatch.id, BadInput("intake.secret", mark="MẬT"))
    assert rows() == (1, 0, 0)
    assert db.session.get_one(Dispatch, dispatch.id, populate_existing=True).reading["problem"] == "intake.secret"


def test_a_reading_that_takes_too_long_fails_in_words_and_is_not_begun_anew(app: Flask, make: Factory) -> None:
    """Celery's soft limit raises inside the task from a signal; so does this alarm."""
    dispatch = bring(make.actor(), scan("UY BAN NHAN DAN"), "scan.png")

    def ring(_: int, frame: FrameType | None) -> None:
        while frame and frame.f_code is not intake.read_file.__code__:
            frame = frame.f_back
        if frame:  # in the midst of reading; before and after it is too early and too late
            raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    try:
        worker.read.run(dispatch.id)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert found.reading["problem"] == "document.too_long" and late_reading.left_behind() == []


def test_a_poor_scan_says_so_on_the_draft(app: Flask, make: Factory) -> None:
    poor = Image.open(BytesIO(scan("So: 15-CV/HNDT", "1. Gui bao cao ket qua kiem tra truoc ngay 01/10/2026.")))
    content = BytesIO()
    poor.resize((poor.width // 8, poor.height // 8)).resize(poor.size).save(content, "PNG")
    dispatch = bring(make.actor(), content.getvalue(), "scan.png")
    worker.read.run(dispatch.id)
    shown = [one.text for one in draft_page.page(make.actor(), dispatch.id).notices]
    assert any("chữ do máy nhận dạng" in one for one in shown) and any("Trang 1 mờ" in one for one in shown)


def test_a_mail_that_is_kept_as_it_came_is_not_lost_when_somebody_uploads_it(sqlite_app: Flask) -> None:
    """The clerk saves it from the mail program and brings the dispatch in: the envelope goes, but not the message of "Thư đến"."""
    raw = mail("Gửi anh chị.", (TEXT.encode(), "Công văn 12.txt"))
    letter = incoming.keep(raw)
    with transaction():
        incoming.add([letter], "hand")
    dispatch = bring(Factory().actor(), raw, "chuyen.eml")
    assert dispatch.file is not None and dispatch.file.name == "Công văn 12.txt"
    with pytest.raises(BadInput):
        intake.take_annexes([(BytesIO(raw), "thu.eml")])
    assert store().path(letter.sha256).read_bytes() == raw


def test_a_file_that_trips_the_reader_fails_in_words(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    dispatch = bring(make.actor(), scan("UY BAN NHAN DAN"), "scan.png")

    def trip(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Image, "open", trip)
    worker.read.run(dispatch.id)
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert found.reading["problem"] == "document.unreadable" and late_reading.left_behind() == []
    assert f"the file of dispatch {dispatch.id} could not be read" in caplog.text


def test_a_file_whose_readers_die_is_given_up_after_a_few(app: Flask, make: Factory) -> None:
    dispatch = bring(make.actor(), scan("UY BAN NHAN DAN"), "scan.png")
    for n in range(late_reading.MOST_TRIES):
        with clock.frozen(clock.now() + timedelta(hours=n)), transaction():
            assert late_reading.left_behind() == [dispatch.id] and late_reading.claim(dispatch.id)
            late_reading.progress(dispatch.id, 1, 3)
    with clock.frozen(clock.now() + timedelta(days=1)), transaction():
        assert late_reading.claim(dispatch.id) is None
    found = db.session.get_one(Dispatch, dispatch.id, populate_existing=True)
    assert (found.reading["state"], found.reading["problem"]) == ("failed", "document.unreadable") and late_reading.left_behind() == []
