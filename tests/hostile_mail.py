"""Mail that nobody should write: monsters of every known kind, and real shapes changed at random by a seed; every message is another one."""
import io
import random
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial

from tests import letters_in
from tests.samples import JPG, PDF

SENDERS = ("canbo@huyen.example", "la@nguoi.example", "ban@huyen.example")
#: What would act if a page showed it as it is; none of it may stand in a page.
ACTIVE = ("<script>hostile", "<img src=x onerror=hostile", "<svg onload=hostile", "<iframe src=//hostile", 'href="javascript:hostile')
PAGE = "<p>Kính gửi</p>" + ">".join(ACTIVE[:4]) + '><a href="javascript:hostile()">x</a><style>@import "//hostile.example/x.css"</style>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="hostile()"><script>hostile()</script></svg>'
NAMES = (
    "../../../../etc/passwd",
    "..\\..\\Windows\\System32\\x.pdf", "C:\\con", "a\0b.pdf", "\u202efdp.exe", "x" * 5000 + ".pdf", "<img src=x onerror=hostile()>.pdf",
    "a\r\nBcc: hostile@x.example\r\n.pdf", "...", " ", "CON.pdf", "'; drop table files; --.pdf", "%2e%2e%2f%00.pdf", "47.pdf\t\t.exe",
)
SCRAPS = (
    b"\r\n\r\n", b"\n--", b"=?utf-8?B?", b"=?x?Q?=00=0d=0aBcc:_a@b?=", b"Content-Type: message/rfc822\r\n", b"Content-Type: multipart/mixed; boundary=\"\"\r\n",
    b"\0", b"\0\0\0\0",
    b'boundary="', b"; filename*0*=utf-8''a; filename*2*=c; filename*1=b", b"; filename*=''", b"; filename*=utf-8''%ff%fe%", b"charset=\"\xff\"",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"\r\nFrom: b@c.example", b"\r\nMessage-ID: <other@x>", b"\r", b"\x1b[2J",
    b"<script>hostile()</script>",
    b"\xe1\xba\xbf", b"\xf0\x9f\x92\xa9", b"\xc3\x28", b"\r\nContent-Type: text/html; charset=utf-7\r\n\r\n+ADw-script+AD4-", b".\r\n",
)


def mutated(count: int, to: Callable[[], str], seed: int = 11) -> Iterator[bytes]:
    """Messages of real programs in which bytes, lines, headers and whole parts are gone, doubled, exchanged or replaced."""
    chance = random.Random(seed)
    for number in range(count):
        raw = bytearray(_shape(chance, to()))
        for _ in range(chance.choice((1, 2, 5, 12, 40))):
            chance.choice((_drop, _noise, _double, _scrap, _swap, _line))(raw, chance)
        yield b"X-Number: %d\r\n" % number + bytes(raw)


def _shape(chance: random.Random, to: str) -> bytes:
    sender = chance.choice(SENDERS)
    name, data = chance.choice(NAMES), chance.choice((PDF, SVG, JPG, PAGE.encode(), b"MZ" + b"\0" * 99, b"", PDF + chance.randbytes(9000)))
    made = chance.choice((
        lambda: letters_in.gmail(to, "<a@b>", sender), lambda: letters_in.outlook(to, "<a@b>", sender),
        lambda: letters_in.android(to, "<a@b>", sender, JPG), lambda: letters_in.bounce(to, "<a@b>", sender),
        lambda: letters_in.out_of_office(to, "<a@b>", sender),
        lambda: simple(to, sender, PAGE.encode(), "text/html; charset=utf-8"), lambda: simple(to, sender, data, f'application/pdf; name="{name}"'),
        lambda: _winmail(chance, to, sender),
    ))()
    return made.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r") if chance.random() < 0.5 else made


def simple(to: str, sender: str, body: bytes, kind: str, *more: str) -> bytes:
    """One part with whatever headers."""
    head = [f"From: Ai <{sender}>", f"To: {to}", "Message-ID: <hostile@x.example>", "Subject: <script>hostile()</script>", f"Content-Type: {kind}", *more]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def _winmail(chance: random.Random, to: str, sender: str) -> bytes:
    data = bytearray(letters_in.winmail(chance.choice(NAMES).replace("\0", ""), PDF))
    for _ in range(chance.randrange(6)):
        chance.choice((_drop, _noise, _double))(data, chance)
    return simple(to, sender, b64encode(bytes(data)), "application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64")


def _drop(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw) + 1)
    del raw[at : at + chance.choice((1, 7, 60, 900))]


def _noise(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw) + 1)
    raw[at : at + chance.randrange(30)] = chance.randbytes(chance.randrange(30))


def _double(raw: bytearray, chance: random.Random) -> None:
    at, length = chance.randrange(len(raw) + 1), chance.choice((10, 80, 2000))
    raw[at:at] = raw[at : at + length] * chance.choice((1, 2, 9))


def _scrap(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw) + 1)
    raw[at:at] = chance.choice(SCRAPS)


def _swap(raw: bytearray, chance: random.Random) -> None:
    lines = raw.split(b"\n")
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    raw[:] = b"\n".join(lines)


def _line(raw: bytearray, chance: random.Random) -> None:
    lines = raw.split(b"\n")
    lines.insert(chance.randrange(len(lines)), lines[chance.randrange(len(lines))])
    raw[:] = b"\n".join(lines)


def monsters(to: str, sender: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """(what it is, what makes the message): each of the kinds that fill the memory, the stack, the disk, or somebody's page."""
    attached = f"To: {to}", "Content-Transfer-Encoding: base64", 'Content-Disposition: attachment; filename="a.pdf"'
    yield "10 000 nested parts", lambda: simple(to, sender, b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(10_000)), "multipart/mixed; boundary=b0")
    yield "100 000 parts side by side", lambda: simple(to, sender, b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--", "multipart/mixed; boundary=b")
    for depth in (15, 400, 5_000):
        yield f"{depth} messages in one another", partial(simple, to, sender, b"Content-Type: message/rfc822\r\n\r\n" * depth + b"\r\nx", "message/rfc822")
    own = simple(to, sender, b"--b\r\nContent-Type: message/rfc822\r\n\r\n", "multipart/mixed; boundary=b")
    yield "a message in itself", lambda: own * 40
    yield "base64 of 27 MB in lines", lambda: simple(to, sender, b64encode(PDF + b"\0" * 20_000_000), "application/pdf", *attached) + b"\r\n"
    yield "base64 above the limit of files", lambda: simple(
        to, sender, b"\r\n".join([b"A" * 76] * 470_000), "application/pdf", *attached)
    yield "base64 of 50 MB in one line", lambda: simple(to, sender, b"QUJD" * 12_500_000, "application/pdf", *attached)
    yield "base64 of 36 MB in lines of four", lambda: simple(to, sender, b"QUJD\r\n" * 6_000_000, "application/pdf", *attached)
    yield "a text of 30 MB", lambda: simple(to, sender, b"dong chu dai " * 2_300_000, "text/plain")
    yield "a page of 8 MB", lambda: simple(to, sender, b"<div>" * 1_600_000, "text/html")
    yield "headers of 5 MB", lambda: b"".join(b"X-%d: y\r\n" % n for n in range(400_000)) + simple(to, sender, b"x", "text/plain")
    yield "a header of 5 MB", lambda: b"X-Long: " + b"y" * 5_000_000 + b"\r\n" + simple(to, sender, b"x", "text/plain")
    yield "50 000 recipients", lambda: simple(", ".join(f"a{n}@b.example" for n in range(50_000)), sender, b"x", "text/plain")
    yield "brackets without end", lambda: simple("(" * 20_000, sender, b"x", "text/plain", "Cc: " + "<" * 20_000, "References: " + "<a@b> " * 50_000)
    yield "headers many times over", lambda: simple(to, sender, b"x", "text/plain", *(["From: ban@huyen.example", "Message-ID: <2@x>", "Subject: hai"] * 50))
    yield "line breaks in words", lambda: simple(
        to, sender, b"x", "text/plain", "Subject: =?utf-8?B?YQ0KQmNjOiBob3N0aWxlQHguZXhhbXBsZQ==?=", "X: =?utf-8?Q?a=0d=0aBcc:=20b?=")
    yield "a zip bomb", lambda: simple(to, sender, b64encode(_bomb("a.txt")), "application/zip", *attached)
    yield "a document that is a zip bomb", lambda: _file(to, sender, "cong-van.docx", _bomb("word/document.xml"))
    yield "names that lead elsewhere", lambda: _files(to, sender)
    yield "pictures that are programs", lambda: _file(to, sender, "anh.svg", SVG)
    yield "a page as a file", lambda: _file(to, sender, "cong-van.html", PAGE.encode())
    yield "UTF-7", lambda: simple(to, sender, b"+ADw-script+AD4-hostile()+ADw-/script+AD4-", "text/html; charset=utf-7")
    yield "UTF-16 without a mark", lambda: simple(to, sender, PAGE.encode("utf-16-le"), "text/html; charset=utf-16")
    yield "NUL everywhere", lambda: simple(to, sender, b"a\0b" * 1000, "text/plain; charset=utf-32").replace(b"Ai", b"A\0i")
    yield "nothing but NUL", lambda: b"\0" * 10_000
    yield "no header", lambda: b"\r\n\r\nxin chao"
    yield "nothing that is a message", lambda: random.Random(3).randbytes(50_000)


def _bomb(name: str) -> bytes:
    """A hundred megabytes of blanks in a hundred kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(name, "w", force_zip64=True) as inner:
            for _ in range(100):
                inner.write(b" " * 1_000_000)
    return out.getvalue()


def _file(to: str, sender: str, name: str, data: bytes) -> bytes:
    return letters_in.gmail(to, "<a@b>", sender, "=?utf-8?Q?<b>=3Cscript>hostile()?=", ((name, data),))


def _files(to: str, sender: str) -> bytes:
    parts = b"".join(
        b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="' + name.encode("utf-8", "surrogateescape") + b'"\r\n\r\n' + PDF
        for name in NAMES)
    return simple(to, sender, parts + b"--b--", "multipart/mixed; boundary=b")
