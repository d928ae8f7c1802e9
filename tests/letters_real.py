"""Replies to a mail of ours as three programs build them today, part by part after the RFCs: Gmail on the web, Outlook on Windows, Gmail on Android."""
import io
import struct
import unicodedata
from base64 import b64encode
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from PIL import Image

from tests.samples import PDF
from tracker import clock

#: What windows-1258 writes as a mark of its own, behind the letter: 'ế' is 'ê' and an acute.
_MARKS = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """The text in the old Vietnamese code page of Windows."""
    made = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        mark = next((one for one in parts[1:] if one in _MARKS), "")
        made.append(unicodedata.normalize("NFC", parts.replace(mark, "", 1)) + mark if mark else letter)
    return "".join(made).encode("cp1258")


def gmail_web(ours: Message, sender: str, words: str, files: dict[str, bytes]) -> bytes:
    """mixed(related(alternative(text in base64, page in quoted-printable), logo), files with RFC 2047 names twice)."""
    message = _reply(MIMEMultipart("mixed"), ours, f'"Phòng Nông nghiệp huyện" <{sender}>', f"Re: {ours['Subject']}", "<CAK+web@mail.example>")
    quoted = "\r\n\r\nVào Th 3, 8 thg 9, 2026 vào lúc 07:31 Đôn Đốc <dondoc@tinh.example>\r\nđã viết:\r\n\r\n> Công văn 99-CV/HNDT\r\n> nhiệm vụ 1\r\n"
    page = f'<div dir="ltr">{words}<br><img src="cid:ii_logo1" width="120"></div><div class="gmail_quote"><blockquote>99-CV/HNDT</blockquote></div>'
    alternative = MIMEMultipart("alternative")
    alternative.attach(MIMEText(words + quoted, "plain", "utf-8"))
    alternative.attach(_quoted_printable(page, "html", "UTF-8"))
    related = MIMEMultipart("related")
    related.attach(alternative)
    related.attach(_inline(picture(900, 120), "logo-huyen.png", "ii_logo1"))
    message.attach(related)
    for n, (name, data) in enumerate(files.items()):
        encoded = Header(name, "utf-8").encode()
        part = MIMEApplication(data, "pdf")
        part.replace_header("Content-Type", f'application/pdf; name="{encoded}"')
        part["Content-Disposition"], part["X-Attachment-Id"] = f'attachment; filename="{encoded}"', f"f_{n}"
        message.attach(part)
    return _crlf(message)


def outlook(ours: Message, sender: str, words: str, name: str, data: bytes) -> bytes:
    """mixed(related(page in windows-1258, banner and smiley with Content-IDs), winmail.dat with a file and the hidden logo of its own)."""
    subject = f"=?windows-1258?B?{b64encode(windows_1258('Báo cáo kết quả')).decode()}?="
    writer = "=?windows-1258?Q?" + "".join(f"={byte:02X}" for byte in windows_1258("Trịnh Văn Khải")) + "?="
    message = _reply(MIMEMultipart("mixed"), ours, f"{writer} <{sender}>", subject, "<DB8PR03@prod.example>")
    message["X-MS-Has-Attach"], message["Thread-Index"] = "yes", "Adcb"
    page = (f"<html><head><meta charset=windows-1258></head><body><p class=MsoNormal>{words}</p>"
            "<img src='cid:image001.png@01DB'><img src='cid:image002.png@01DB'>"
            "<hr><p><b>From:</b> Đôn Đốc<br><b>Sent:</b> Tuesday<br><b>To:</b> x<br><b>Subject:</b> 99-CV/HNDT</p></body></html>")
    related = MIMEMultipart("related", type="text/html")
    body = MIMEBase("text", "html", charset="windows-1258")
    body.set_payload(b64encode(windows_1258(page)).decode())
    body["Content-Transfer-Encoding"] = "base64"
    related.attach(body)
    related.attach(_inline(picture(900, 200, noise=True), "image001.png", "image001.png@01DB"))
    related.attach(_inline(picture(16, 16), "image002.png", "image002.png@01DB"))
    message.attach(related)
    part = MIMEApplication(winmail(((name, data, False), ("image003.png", picture(900, 200, noise=True), True))), "ms-tnef")
    part.add_header("Content-Disposition", "attachment", filename="winmail.dat")
    message.attach(part)
    return _crlf(message)


def android(ours: Message, sender: str, words: str, photo: bytes, forwarded: tuple[str, bytes]) -> bytes:
    """mixed(alternative(quoted-printable twice), a photo whose name is in RFC 2231 pieces, another's mail forwarded as an .eml with its file)."""
    message = _reply(MIMEMultipart("mixed"), ours, f"=?UTF-8?Q?C=C3=A1n_b=E1=BB=99?= <{sender}>", f"Re: {ours['Subject']}", "<android-9@huyen.example>")
    del message["References"]
    alternative = MIMEMultipart("alternative")
    alternative.attach(_quoted_printable(f"{words}\r\n\r\nGửi từ điện thoại Samsung của tôi\r\n", "plain", "utf-8"))
    alternative.attach(_quoted_printable(f"<p>{words}</p><div>Gửi từ điện thoại Samsung của tôi</div>", "html", "utf-8"))
    message.attach(alternative)
    part = MIMEImage(photo, "jpeg")
    part["Content-Disposition"] = "attachment; filename*0*=UTF-8''%E1%BA%A2nh%20v%C4%83n; filename*1*=%20b%E1%BA%A3n; filename*2=.jpg"
    message.attach(part)
    inner = MIMEMultipart("mixed")
    inner["From"], inner["Subject"], inner["Message-ID"] = "Xã Định Hưng <xa@xa.example>", "Báo cáo của xã", "<xa-1@xa.example>"
    inner.attach(MIMEText("Xã gửi huyện.", "plain", "utf-8"))
    file = MIMEApplication(forwarded[1], "pdf")
    file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", forwarded[0]))
    inner.attach(file)
    eml = MIMEBase("message", "rfc822")
    eml.set_payload([inner])
    eml.add_header("Content-Disposition", "attachment", filename="Báo cáo của xã.eml")
    message.attach(eml)
    return _crlf(message)


def picture(width: int, height: int, kind: str = "PNG", noise: bool = False) -> bytes:
    """A picture; noise makes a file that no compression makes small."""
    out = io.BytesIO()
    (Image.effect_noise((width, height), 90) if noise else Image.new("RGB", (width, height), "teal")).save(out, kind)
    return out.getvalue()


def winmail(files: tuple[tuple[str, bytes, bool], ...]) -> bytes:
    """A TNEF file ([MS-OXTNEF] 2.1): each attachment's rendering data, title, bytes and MAPI properties; the third says whether it is hidden."""
    attributes: list[tuple[int, bytes]] = []
    for name, data, hidden in files:
        long_name = (name + "\0").encode("utf-16-le")
        properties = struct.pack("<I", 2) + struct.pack("<IHH", 0x7FFE000B, hidden, 0)
        properties += struct.pack("<III", 0x3707001F, 1, len(long_name)) + long_name + b"\0" * (-len(long_name) % 4)
        attributes += [(0x9002, b"\0" * 14), (0x8010, b"TEP~1\0"), (0x800F, data), (0x9005, properties)]
    body = b"".join(struct.pack("<BHHI", 2, tag, 6, len(value)) + value + struct.pack("<H", sum(value) % 65536) for tag, value in attributes)
    return struct.pack("<IH", 0x223E9F78, 1) + body


def _reply(message: MIMEMultipart, ours: Message, sender: str, subject: str, message_id: str) -> MIMEMultipart:
    message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, str(ours["Reply-To"]), subject, message_id
    message["Date"], message["In-Reply-To"], message["References"] = format_datetime(clock.now()), str(ours["Message-ID"]), str(ours["Message-ID"])
    return message


def _quoted_printable(text: str, kind: str, charset: str) -> MIMEBase:
    part = MIMEBase("text", kind, charset=charset)
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quoted(text.encode(charset)))
    return part


def quoted(data: bytes) -> str:
    """Quoted-printable with lines of 76 (RFC 2045)."""
    lines = []
    for line in data.split(b"\r\n"):
        made = "".join(chr(byte) if 33 <= byte <= 126 and byte != 61 else f"={byte:02X}" for byte in line)
        while len(made) > 75:
            at = 75 if "=" not in made[73:75] else made.rindex("=", 0, 75)
            lines.append(made[:at] + "=")
            made = made[at:]
        lines.append(made)
    return "\r\n".join(lines)


def _inline(data: bytes, name: str, content_id: str) -> MIMEImage:
    part = MIMEImage(data, "png", name=name)
    part["Content-ID"], part["Content-Disposition"] = f"<{content_id}>", f'inline; filename="{name}"'
    return part


def _crlf(message: Message) -> bytes:
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def pdf(n: int) -> bytes:
    """A file of its own content."""
    return PDF + f"% {n}\n".encode()
