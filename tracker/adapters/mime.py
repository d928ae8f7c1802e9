"""An incoming message out of its envelope: headers as text, the words, the attachments; never raises on any bytes.

The older parser policy is used on purpose: it takes every header as it stands, where the newer one fails on hostile ones.
"""
import email
import email.policy
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime

from tracker.adapters import tnef
from tracker.adapters.documents import html, plain
from tracker.adapters.mime_pictures import is_logo
from tracker.adapters.mime_source import Source, from_base64, head_length
from tracker.domain.errors import BadInput

MOST_PARTS = 200
DEEPEST = 20
PIECE = 65_536
#: Bytes of a part that is words: what lies behind is in the message itself only.
LONGEST_TEXT = 1_000_000
_FOLD = re.compile(r"\r?\n(?=[ \t])")
#: Unicode's control characters (category Cc).
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError, RecursionError)
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment: the name its sender gave it and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """One recipient of a delivery status notification (RFC 3464): whose mail came back, and in which words."""

    address: str
    action: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One message. broken: its parts could not be taken apart, so that text and attachments are empty.

    headers: lower-case name → values as text, top first. original_id: Message-ID of the mail that a bounce gives back.
    """

    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    answers: tuple[str, ...] = ()
    text: str = ""
    attached: tuple[Attached, ...] = ()
    reports: tuple[Report, ...] = ()
    original_id: str = ""
    content_type: str = ""
    broken: bool = False
    headers: dict[str, list[str]] = field(default_factory=dict)


class _Part(Message):
    """A part whose body can be had as it was parsed: get_payload loses the bytes that are no letters."""

    _payload: object

    @property
    def body(self) -> str:
        """Empty where the part holds others."""
        return self._payload if isinstance(self._payload, str) else ""


def open_letter(raw: bytes, whole: bool = True) -> Letter:
    """Takes a message apart; whole: False where only its headers are there."""
    source = Source(raw)
    whole = whole and source.whole
    try:
        message = _parsed(source.skeleton) if whole else _head(source.skeleton)
    except _BROKEN:  # nested so deep, or with such parameters, that the parser gives up
        message, whole = _head(source.skeleton), False
    head = _headers(message)
    parts: list[Message] = []
    if whole:
        try:
            parts = list(_leaves(message, 0))[:MOST_PARTS]
        except _BROKEN:
            whole = False
    text, attached = _contents(parts, source)
    senders = _addresses(head.get("from", []))
    reports, original = _reports(message, source) if whole else ((), "")
    return Letter(
        message_id=_first_id(head.get("message-id", [])), sender=senders[0][1] if senders else "", sender_name=senders[0][0] if senders else "",
        recipients=tuple(address for name in ("to", "cc", "delivered-to", "x-original-to") for _, address in _addresses(head.get(name, []))),
        subject=" ".join(" ".join(head.get("subject", [])[:1]).split())[:500], sent_at=_moment(head.get("date", [])),
        answers=tuple(dict.fromkeys(_MESSAGE_ID.findall(" ".join(head.get("in-reply-to", []) + head.get("references", [])[:1]))))[:50],
        text=text, attached=attached, reports=reports, original_id=original, content_type=message.get_content_type(), broken=not whole, headers=head,
    )


def _parsed(raw: bytes) -> Message:
    """Fed in pieces: given whole, the parser keeps a copy of four bytes a character."""
    parser = BytesFeedParser(_Part, policy=email.policy.compat32)
    for start in range(0, len(raw), PIECE):
        parser.feed(raw[start : start + PIECE])
    return parser.close()


def _head(raw: bytes) -> Message:
    """The headers alone: what their parameters say is not looked at."""
    return BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw[: head_length(raw)])


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.items()[:500]:
        found.setdefault(name.lower()[:80], []).append(decoded(str(value)[:20_000]))
    return found


def decoded(value: str) -> str:
    """A header as people read it (RFC 2047, also with bytes that belong to no word), composed, on one line."""
    value = _FOLD.sub("", value)  # decode_header loses the space at which a line was folded
    if value.isascii() and "=?" not in value:
        return _CONTROL.sub(" ", value)
    try:
        pieces = decode_header(value)
    except _BROKEN:
        pieces = [(value, None)]
    words = "".join(piece if isinstance(piece, str) else _decode(piece, charset) for piece, charset in pieces)
    return unicodedata.normalize("NFC", _printable(words))


def _decode(data: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "cp1258"):
        if name:
            try:
                return data.decode(name)
            except (LookupError, UnicodeDecodeError, ValueError):
                continue
    return data.decode("latin-1")


def _printable(text: str) -> str:
    """Without line breaks and control characters; lone halves of characters, which no database takes, become question marks."""
    return _CONTROL.sub(" ", text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _addresses(values: list[str]) -> list[tuple[str, str]]:
    try:
        found = getaddresses(values[:20])
    except _BROKEN:
        found = []
    return [(" ".join(name.split())[:200], address.strip().lower()) for name, address in found if "@" in address and len(address) <= 254][:100]


def _first_id(values: list[str]) -> str:
    found = _MESSAGE_ID.search(" ".join(values))
    return found[0] if found else ""


def _moment(values: list[str]) -> datetime | None:
    try:
        moment = parsedate_to_datetime(values[0])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (*_BROKEN, OverflowError):
        return None


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    payload = message.get_payload()
    if isinstance(payload, list):
        for inner in payload:
            if isinstance(inner, Message):
                yield from _leaves(inner, depth + 1)
    else:
        yield message


def _contents(parts: list[Message], source: Source) -> tuple[str, tuple[Attached, ...]]:
    texts: list[tuple[str, Message]] = []
    attached: list[Attached] = []
    for number, part in enumerate(parts, 1):
        kind, name = part.get_content_type(), _name(part)
        if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
            texts.append((kind, part))
        elif kind in _SIGNATURES or kind.startswith("message/"):
            continue
        elif data := _bytes(part, source):
            found = tnef.attachments(data) if kind == "application/ms-tnef" or name.lower() == "winmail.dat" else None
            if found is not None:
                attached += [Attached(each or f"tep-dinh-kem-{number}", content) for each, content in found]
            elif not (part.get("Content-ID") and kind.startswith("image/") and is_logo(data)):
                attached.append(Attached(name or f"tep-dinh-kem-{number}", data))
    words = [text for kind, part in texts if kind == "text/plain" and (text := _text(part, kind, source)).strip()]
    return "\n\n".join(words or [_text(part, kind, source) for kind, part in texts]), tuple(attached)


def _name(part: Message) -> str:
    """The file's name in any of the ways in which programs write it (RFC 2231, RFC 2047 within quotes, bare bytes)."""
    try:
        value = part.get_param("filename", None, "content-disposition") or part.get_param("name", None, "content-type")
        return " ".join(decoded(collapse_rfc2231_value(value)).split())[:255] if value else ""
    except _BROKEN:
        return "tep-dinh-kem"


def _bytes(part: Message, source: Source, most: int | None = None) -> bytes:
    """What a part holds, decoded; most: bytes that are wanted, about."""
    try:
        if isinstance(part, _Part) and source.holds(part.body):
            encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
            if encoding == "base64" and most is None and (found := source.decoded(part.body)) is not None:
                return found
            restored = source.restored(part.body)[: most and 4 * most]
            if encoding == "base64" and (found := from_base64(restored)) is not None:
                return found
            if encoding in ("", "7bit", "8bit", "binary"):
                return restored
            part.set_payload(restored.decode("ascii", "surrogateescape"))
        data = part.get_payload(decode=True)
    except _BROKEN:
        return b""
    return data if isinstance(data, bytes) else b""


def _text(part: Message, kind: str, source: Source) -> str:
    data = _bytes(part, source, LONGEST_TEXT)[:LONGEST_TEXT]
    try:
        charset = part.get_content_charset() or "utf-8"
        text = data.decode(charset)
    except (LookupError, UnicodeDecodeError, ValueError):
        text = _guessed(data)
    try:
        text = html.words(text.encode("utf-8", "replace"), "thư") if kind == "text/html" and text.strip() else text
    except BadInput:
        text = ""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "")).encode("utf-8", "replace").decode()


def _guessed(data: bytes) -> str:
    try:
        return plain.decode(data, "thư")[0]
    except BadInput:
        return data.decode("utf-8", "replace")


def _reports(message: Message, source: Source) -> tuple[tuple[Report, ...], str]:
    """What a delivery status notification says, and the Message-ID of the mail it gives back."""
    if message.get_content_type() != "multipart/report":
        return (), ""
    reports: list[Report] = []
    original = ""
    payload = message.get_payload()
    for part in payload if isinstance(payload, list) else []:
        if not isinstance(part, Message):
            continue
        kind, inner = part.get_content_type(), part.get_payload()
        blocks = [block for block in inner[:50] if isinstance(block, Message)] if isinstance(inner, list) else []
        if kind == "message/delivery-status":
            reports += [_report(block) for block in blocks if block.get("Final-Recipient") or block.get("Original-Recipient")]
        elif kind == "message/rfc822" and blocks:
            original = _first_id(_headers(blocks[0]).get("message-id", []))
        elif kind == "text/rfc822-headers":
            original = _first_id(_headers(email.message_from_bytes(_bytes(part, source))).get("message-id", []))
    return tuple(reports), original


def _report(block: Message) -> Report:
    address = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "").rpartition(";")[2].strip().lower()
    words = " ".join(decoded(str(block.get("Diagnostic-Code", ""))).split())
    return Report(address[:254], str(block.get("Action", "")).strip().lower()[:20], str(block.get("Status", "")).strip()[:20], words[:400])
