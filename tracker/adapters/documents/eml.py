"""E-mails (.eml): the attachment that reads best as a dispatch, else the body; the headers of what was forwarded are left out."""

import email
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default

from PIL import Image, UnidentifiedImageError

from tracker.adapters.documents import guard, html, plain, registry, slow
from tracker.adapters.documents import types as t
from tracker.adapters.documents.sniffing import sniff
from tracker.adapters.documents.types import Progress, Raw
from tracker.domain.errors import BadInput, DomainError
from tracker.reading import read
from tracker.reading.text import clean

#: What an attachment can be read from. A mail inside a mail is opened with it, so its parts stand here by themselves.
_READABLE = (t.DOCX, t.DOC, t.PDF, t.ODT, t.RTF, t.TXT, t.HTML, t.JPG, t.PNG, t.HEIC)
_PICTURES = (t.JPG, t.PNG, t.HEIC)
_MOST_PARTS = 100
#: Parts of a dispatch that must be found (number, date, issuer, subject, signatory, tasks) before an attachment counts as one.
_ENOUGH = 3
#: The shorter side of a photographed page; signatures carry small pictures (logos) that nobody wants to read.
_SMALLEST_PAGE = 600
#: So many header lines together are a forwarded message even without a line that says so.
_HEADERS = 3
_FORWARDED = re.compile(r"^[> ]*-{2,}\s*(?:forwarded message|original message|thư đã chuyển tiếp|thư gốc|tin nhắn chuyển tiếp|chuyển tiếp)\b.*$", re.I)
_HEADER = re.compile(
    r"^[> *]*(?:from|to|cc|bcc|date|sent|subject|reply-to|từ|đến|tới|gửi|ngày|ngày gửi|vào|chủ đề|tiêu đề|bản sao|người gửi|người nhận)\*?\s*:",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment: the name its sender gave it, its bytes, and what they are."""

    name: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An e-mail out of its envelope. parts: its attachments without logos; best: the one that holds the dispatch, None where the body does."""

    body: str
    parts: tuple[Part, ...]
    best: Part | None


def extract(data: bytes, name: str, progress: Progress | None = None) -> Raw:
    """The words of the best attachment, else of the body. Raises what reading the attachment raises; document.unreadable for a broken mail."""
    mail = unpack(data, name)
    if mail.best is None:
        return Raw(mail.body, "eml")
    guard.check(mail.best.data, mail.best.name)
    return registry.read_as(mail.best.media_type, mail.best.data, mail.best.name, progress)


def unpack(data: bytes, name: str) -> Opened:
    """The mail's body and attachments. Raises BadInput document.unreadable."""
    try:
        message = email.message_from_bytes(data, policy=default)
        leaves = list(_leaves(message, 0))[:_MOST_PARTS]
        parts = tuple(_part(leaf, number) for number, leaf in enumerate(leaves, 1) if _is_attached(leaf))
        body = _body([leaf for leaf in leaves if not _is_attached(leaf)], name)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError) as error:  # what the mail parser lets through on broken mails
        raise BadInput("document.unreadable", name=name) from error
    parts = tuple(part for part in parts if part.data and (part.media_type not in _PICTURES or _is_page(part.data)))
    return Opened(body, parts, _best(parts, body))


def _leaves(message: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    if message.is_multipart() and depth < 12:
        for inner in message.get_payload():
            if isinstance(inner, EmailMessage):
                yield from _leaves(inner, depth + 1)
    elif not message.is_multipart():
        yield message


def _is_attached(leaf: EmailMessage) -> bool:
    return leaf.get_content_disposition() == "attachment" or bool(leaf.get_filename()) or leaf.get_content_maintype() != "text"


def _part(leaf: EmailMessage, number: int) -> Part:
    data = _bytes(leaf)
    name = " ".join((leaf.get_filename() or f"tep-dinh-kem-{number}").split())[:200]
    return Part(name, data, sniff(data, name)) if data else Part(name, b"", t.UNKNOWN)


def _bytes(leaf: EmailMessage) -> bytes:
    data = leaf.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _body(leaves: list[EmailMessage], name: str) -> str:
    chosen = [one for one in leaves if one.get_content_subtype() == "plain"] or [one for one in leaves if one.get_content_subtype() == "html"]
    texts = []
    for leaf in chosen:
        data = _bytes(leaf)
        charset = leaf.get_content_charset() or "utf-8"
        try:
            text = data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            text = plain.decode(data, name)[0]
        texts.append(text if leaf.get_content_subtype() == "plain" else html.words(text.encode(), name) if text.strip() else "")
    return without_forwarding("\n\n".join(texts))


def without_forwarding(body: str) -> str:
    """The body without the lines that mail programs put before a forwarded message, and without quotation marks before its lines."""
    lines = body.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        marked = _FORWARDED.match(lines[at])
        end = at + bool(marked)
        while end < len(lines) and (_HEADER.match(lines[end]) or not lines[end].strip("> ")):
            end += 1
        headers = sum(bool(_HEADER.match(line)) for line in lines[at:end])
        if marked or headers >= _HEADERS:
            at = end
        else:
            kept.append(re.sub(r"^(?:> ?)+", "", lines[at]))
            at += 1
    return "\n".join(kept)


def _best(parts: tuple[Part, ...], body: str) -> Part | None:
    """The attachment in which most parts of a dispatch are found; where none shows enough, the first scan, unless the body itself is a dispatch."""
    scores = [(_score(part), part) for part in parts if part.media_type in _READABLE and not slow.is_slow(part.data, part.media_type)]
    best = max(scores, key=lambda pair: pair[0], default=None)
    if best and best[0] >= _ENOUGH:
        return best[1]
    if found_in(body) >= _ENOUGH:
        return None
    scans = [part for part in parts if slow.is_slow(part.data, part.media_type)]
    return min(scans, key=lambda part: part.media_type != t.PDF, default=None)


def _score(part: Part) -> int:
    try:
        guard.check(part.data, part.name)
        return found_in(registry.read_as(part.media_type, part.data, part.name).text)
    except DomainError:
        return 0


def found_in(text: str) -> int:
    """How many of the parts that make a dispatch the text holds, 0 to 6."""
    reading = read(clean(text))
    signed = reading.signatory and reading.signatory.name
    return sum(bool(one) for one in (reading.number, reading.issued_on, reading.issuer, reading.subject, signed, reading.tasks))


def _is_page(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return min(picture.size) >= _SMALLEST_PAGE
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return False
