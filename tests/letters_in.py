"""Replies as mail programs write them, built from the RFCs: Gmail on the web, Outlook (with winmail.dat), an Android phone; and mail of machines."""
import struct
from base64 import b64encode
from email import message_from_string
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from tests.samples import PDF
from tracker import clock

WORDS = "Kính gửi Ban Kinh tế - Xã hội,\n\nHuyện gửi văn bản chỉ đạo số 47-CV/HNDH kèm theo.\n\nTrân trọng."


def gmail(
    to: str, answers: str = "", sender: str = "canbo@huyen.example", subject: str = "Re: 931-CV/HNDT: 2 việc cần làm",
    files: tuple[tuple[str, bytes], ...] = (("47-CV.pdf", PDF),),
) -> bytes:
    """multipart/mixed of multipart/alternative, base64 text, the quoted mail below a line in Vietnamese, RFC 2231 file names."""
    message = EmailMessage()
    _head(message, to, answers, sender, subject, "<gmail-1@mail.example>")
    quoted = "\n\nVào Th 3, 8 thg 9, 2026 vào lúc 07:31 Đôn Đốc <dondoc@tinh.example>\nđã viết:\n\n> Việc cần làm, gấp trước\n> 1. Việc thứ 1\n"
    message.set_content(WORDS + quoted, cte="base64")
    page = f"<div dir=ltr><p>{WORDS}</p><script>alert(1)</script><div class=gmail_quote>Vào Th 3 đã viết:<blockquote>Việc thứ 1</blockquote></div></div>"
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def outlook(to: str, answers: str = "", sender: str = "canbo@huyen.example") -> bytes:
    """winmail.dat with a long Vietnamese file name, a windows-1258 subject, an inline logo, the quoted mail below a block of headers."""
    message = MIMEMultipart("mixed")
    _head(message, to, answers, sender, "", "<outlook-1@huyen.example>")
    subject = _windows_1258("Báo cáo kết quả")
    message["Subject"] = f"=?windows-1258?B?{b64encode(subject).decode()}?="
    body = f"{WORDS}\n\n________________________________\nFrom: Đôn Đốc\nSent: Tuesday, September 8, 2026 7:31 AM\nTo: Huyện\nSubject: 931\n\nViệc thứ 1\n"
    related = MIMEMultipart("related")
    related.attach(MIMEText(body, "plain", "utf-8"))
    logo = MIMEImage(b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "png")
    logo.add_header("Content-ID", "<logo@huyen>")
    related.attach(logo)
    message.attach(related)
    part = MIMEApplication(winmail("Văn bản chỉ đạo.pdf", PDF), "ms-tnef")
    part.add_header("Content-Disposition", "attachment", filename="winmail.dat")
    message.attach(part)
    return message.as_bytes()


def android(to: str, answers: str = "", sender: str = "canbo@huyen.example", picture: bytes = b"") -> bytes:
    """One quoted-printable part and a photo, 'Gửi từ điện thoại' below the words, no References."""
    message = MIMEMultipart("mixed")
    _head(message, to, answers, sender, "Re: báo cáo", "<android-1@huyen.example>")
    message.attach(MIMEText("Gửi anh ảnh văn bản.\n\nGửi từ điện thoại Samsung của tôi\n", "plain", "utf-8"))
    part = MIMEImage(picture, "jpeg")
    part.add_header("Content-Disposition", "attachment", filename="IMG_20260908.jpg")
    message.attach(part)
    return message.as_bytes()


def out_of_office(to: str, answers: str, sender: str = "canbo@huyen.example") -> bytes:
    """An automatic answer as RFC 3834 wants it."""
    message = EmailMessage()
    _head(message, to, answers, sender, "Tự động trả lời: vắng mặt", "<auto-1@huyen.example>")
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("Tôi đi công tác đến hết ngày 12/9.")
    return message.as_bytes()


def bounce(to: str, original: str, address: str) -> bytes:
    """A delivery status notification (RFC 3464) that gives the headers of the mail back."""
    message = MIMEMultipart("report", report_type="delivery-status")
    message["From"], message["To"], message["Return-Path"] = "MAILER-DAEMON@mx.example", to, "<>"
    message["Subject"], message["Message-ID"] = "Undelivered Mail Returned to Sender", "<bounce-1@mx.example>"
    message.attach(MIMEText("The mail could not be delivered.", "plain"))
    status = Message()
    status.set_type("message/delivery-status")
    about = f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"
    status.set_payload([message_from_string("Reporting-MTA: dns; mx.example\n"), message_from_string(about)])
    message.attach(status)
    message.attach(MIMEText(f"Message-ID: {original}\nSubject: x\n", "rfc822-headers"))
    return message.as_bytes()


def winmail(name: str, data: bytes) -> bytes:
    """A TNEF file with one attachment: rendering data, short title, data, long name among the properties."""
    long_name = (name + "\0").encode("utf-16-le")
    padding = b"\0" * (-len(long_name) % 4)
    properties = struct.pack("<I", 1) + struct.pack("<II", 0x3707001F, 1) + struct.pack("<I", len(long_name)) + long_name + padding
    attributes = ((0x9002, 6, b"\0" * 14), (0x8010, 1, b"VANBAN~1.PDF\0"), (0x800F, 6, data), (0x9005, 6, properties))
    body = b"".join(struct.pack("<BHHI", 2, tag, kind, len(value)) + value + struct.pack("<H", sum(value) % 65536) for tag, kind, value in attributes)
    return struct.pack("<IH", 0x223E9F78, 1) + body


def _windows_1258(text: str) -> bytes:
    """windows-1258 has base letters and combining marks: 'ế' is 'ê' and an acute."""
    marks = {"á": "a\u0301", "ế": "ê\u0301", "ả": "a\u0309"}
    return "".join(marks.get(c, c) for c in text).encode("cp1258")


def _head(message: EmailMessage | MIMEMultipart, to: str, answers: str, sender: str, subject: str, message_id: str) -> None:
    message["From"], message["To"], message["Message-ID"] = f"Trịnh Văn Khải <{sender}>", to, message_id
    message["Date"] = format_datetime(clock.now())
    if subject:
        message["Subject"] = subject
    if answers:
        message["In-Reply-To"], message["References"] = answers, f"<older@x.example> {answers}"
