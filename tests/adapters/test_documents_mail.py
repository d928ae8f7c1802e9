"""E-mails: the attachment that is the dispatch, else the body; what mail programs add is left out."""

import io
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from tests.adapters.test_documents import ITEMS, TEXT, check, picture, word_file
from tests.samples import JPG
from tracker.adapters import documents
from tracker.adapters.documents import eml
from tracker.adapters.documents import types as t
from tracker.domain.errors import BadInput


def mail(body: str = "Gửi anh chị văn bản đính kèm.", *attached: tuple[bytes, str], html: bool = False) -> bytes:
    """A mail with attachments, as a mail program writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Văn thư <vt@xa.example>", "kt@huyen.example", "Công văn mới"
    message.set_content(body, subtype="html" if html else "plain")
    for data, name in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def taken(path: Path, content: bytes) -> documents.Extracted:
    path.write_bytes(content)
    return documents.extract(path)


def test_the_attachment_that_is_the_dispatch_is_read(tmp_path: Path) -> None:
    letter = word_file(tmp_path / "w.docx").read_bytes()
    found = taken(tmp_path / "a.eml", mail("Gửi anh chị.", ("Danh sách các xã".encode(), "danh sach.txt"), (letter, "Công văn số 15.docx"), (JPG, "logo.jpg")))
    assert (found.media_type, found.method) == (t.EML, "docx")
    check(found)
    opened = eml.unpack((tmp_path / "a.eml").read_bytes(), "a.eml")
    assert opened.best and opened.best.name == "Công văn số 15.docx"
    assert [part.name for part in opened.parts] == ["danh sach.txt", "Công văn số 15.docx"]


@pytest.mark.parametrize("html", [False, True])
def test_without_such_an_attachment_the_body_is_read(tmp_path: Path, html: bool) -> None:
    body = "".join(f"<p>{line}</p>" for line in TEXT.splitlines()).replace("\t", "<br>") if html else TEXT
    found = taken(tmp_path / "a.eml", mail(body, ("Danh sách các xã".encode(), "danh sach.txt"), html=html))
    assert found.method == "eml" and ITEMS[1] in found.text and "vt@xa.example" not in found.text


@pytest.mark.parametrize(
    "before",
    [
        "Chuyển anh chị.\n\n---------- Forwarded message ---------\nTừ: Văn thư <vt@xa.example>\nDate: 5/5/2022\nSubject: Công văn\nTo: <a@b.example>\n\n\n",
        "-----Original Message-----\nFrom: vt@xa.example\nSent: 5/5/2022\nTo: a@b.example\nSubject: FW\n\n",
        "From: Văn thư\nSent: 5/5/2022\nTo: a@b.example\nSubject: Công văn\n\n",
    ],
)
def test_the_headers_of_a_forwarded_message_are_left_out(tmp_path: Path, before: str) -> None:
    found = taken(tmp_path / "a.eml", mail(before + TEXT))
    assert not any(word in found.text for word in ("vt@xa", "Subject", "Forwarded", "Original"))
    check(found)


def test_marks_of_quotation_are_left_out(tmp_path: Path) -> None:
    check(taken(tmp_path / "a.eml", mail("".join(f"> {line}\n" for line in TEXT.splitlines()))))


def test_a_mail_inside_a_mail_is_opened(tmp_path: Path) -> None:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@b.example", "c@d.example", "FW"
    outer.set_content("Xem thư kèm.")
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = "x@y.example", "a@b.example", "Công văn"
    inner.set_content("Có tệp kèm.")
    inner.add_attachment(word_file(tmp_path / "w.docx").read_bytes(), maintype="application", subtype="msword", filename="cv.docx")
    outer.add_attachment(inner)
    check(taken(tmp_path / "a.eml", outer.as_bytes()))


def test_a_scan_is_read_where_nothing_else_is_a_dispatch(tmp_path: Path) -> None:
    found = taken(tmp_path / "a.eml", mail("Gửi bản chụp.", (picture(tmp_path / "p.png").read_bytes(), "chup.png"), (JPG, "logo.jpg")))
    assert found.method == "tesseract:vie" and ITEMS[0][:14] in found.text


def test_old_letters_in_a_body(tmp_path: Path) -> None:
    old = "Céng hßa x· héi chñ nghÜa ViÖt Nam".encode("cp1252")
    raw = b"From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n" + old
    assert taken(tmp_path / "a.eml", raw).text == "Cộng hòa xã hội chủ nghĩa Việt Nam"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\n",
        b"From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: multipart/mixed\n\n",
        b"From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: text/plain; charset=no-such\nContent-Transfer-Encoding: base64\n\n@@@",
        b"From: a@b.example\nTo: c@d.example\nSubject: =?utf-8?b?broken\nContent-Disposition: attachment; filename*0*=utf-8''%\n\n",
    ],
)
def test_a_broken_mail_is_told_in_words(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        taken(tmp_path / "a.eml", raw)
    assert caught.value.code in ("document.no_text", "document.unreadable", "document.encoding", "document.empty")


def test_small_pictures_are_no_pages() -> None:
    big = io.BytesIO()
    Image.new("L", (900, 1200), 255).save(big, "PNG")
    opened = eml.unpack(mail("Chào", (JPG, "logo.jpg"), (big.getvalue(), "trang.png")), "a.eml")
    assert [part.name for part in opened.parts] == ["trang.png"]
