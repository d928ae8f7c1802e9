"""Sending by SMTP: builds the message, holds one connection, and says whether a refusal is worth another try."""
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 20.0
#: 421: the server closes (RFC 5321, 3.8); 530 and 535: it wants another password (RFC 4954). None of them is about this message.
ABOUT_THE_SERVER = frozenset({421, 454, 530, 534, 535, 538})


class _Policy(EmailPolicy):
    """Folds subjects and names by the older encoder: the newer one (CPython 3.11) loses or adds a space where it breaks a long one."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if str(value).isascii() or name not in ("Subject", "From", "To"):
            return super().fold_binary(name, value)
        if name == "Subject":
            words = self._words(str(value), name)
        else:
            words = ", ".join(f"{self._words(one.display_name, name)} <{one.addr_spec}>" for one in value.addresses)
        return f"{name}: {words}{self.linesep}".encode("ascii")

    def _words(self, text: str, name: str) -> str:
        return Header(text, "utf-8", header_name=name).encode(linesep=self.linesep)


_POLICY = _Policy(linesep="\r\n")


class SendError(Exception):
    """A message that was not taken. permanent: RFC 5321, 4.2.1 (5yz: do not repeat); server_wide: the next one would fail alike."""

    def __init__(self, words: str, *, code: int | None = None, permanent: bool = False, server_wide: bool = False) -> None:
        super().__init__(words)
        self.words = " ".join(words.split())[:500]
        self.code = code
        self.permanent = permanent
        self.server_wide = server_wide


@dataclass(frozen=True)
class Attachment:
    """A stored file as it leaves with a mail."""

    name: str
    media_type: str
    path: Path


@dataclass(frozen=True)
class Outgoing:
    """One message to one address; message_id and date come from the row, so that a repeat is the same message."""

    sent_from: str
    address: str
    name: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    attachments: Sequence[Attachment] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def build(mail: Outgoing) -> bytes:
    """The message as it goes over the wire. Raises SendError (permanent) for what cannot stand in a mail."""
    try:
        head, words = _head(mail), _words(mail)
        return _mixed(head, words, mail.attachments) if mail.attachments else _single(head, words)
    except (ValueError, OSError) as error:
        raise SendError(f"không soạn được thư: {error}", permanent=True) from error


def _head(mail: Outgoing) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    sender, sender_address = parseaddr(mail.sent_from)
    message["From"] = Address(sender, addr_spec=sender_address)
    message["To"] = Address(" ".join(mail.name.split()), addr_spec=mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = mail.message_id
    # RFC 3834: keeps holiday answers from being sent back to the office's mailbox.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in mail.headers.items():
        message[name] = value
    return message


def _words(mail: Outgoing) -> bytes:
    """Text and html as one part, put together from bytes as the files are: by the library it is half of what sending a mail costs.

    Lines end as RFC 2046, 4.1.1 asks of text; the boundary cannot occur in a part.
    """
    boundary = token_hex(16)
    parts = [
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
        + _base64_lines(text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode())
        for kind, text in (("plain", mail.text), ("html", mail.html))
    ]
    line = f"\r\n--{boundary}".encode()
    kind = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'.encode()
    return kind + b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


def _single(head: EmailMessage, words: bytes) -> bytes:
    head["MIME-Version"] = "1.0"
    return head.as_bytes().removesuffix(b"\r\n") + words


def _mixed(head: EmailMessage, words: bytes, attachments: Sequence[Attachment]) -> bytes:
    """Put together from bytes: the library would walk through every line of every file, for 200 kB five times as long as sending it.

    The boundary cannot occur in a part: base64 has no "-".
    """
    boundary = token_hex(16)
    head["MIME-Version"] = "1.0"
    kind = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n'.encode()
    parts = [words, *(_attached(file) + _encoded(file.path) for file in attachments)]
    line = f"\r\n--{boundary}".encode()
    return head.as_bytes().removesuffix(b"\r\n") + kind + b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


def _attached(file: Attachment) -> bytes:
    part = EmailMessage(policy=_POLICY)
    part["Content-Type"] = file.media_type
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part.as_bytes()


@lru_cache(maxsize=4)
def _encoded(path: Path) -> bytes:
    """A stored file in base64 lines; one dispatch goes to many units, and what lies under a hash never changes."""
    return _base64_lines(path.read_bytes())


def _base64_lines(raw: bytes) -> bytes:
    content = b64encode(raw)
    return b"\r\n".join(content[start : start + 76] for start in range(0, len(content), 76)) + b"\r\n"


@lru_cache(maxsize=1)
def _own_name() -> str:
    """What EHLO says; asked once, because a name server that is away makes it slow."""
    name = socket.getfqdn()
    return name if "." in name else "[127.0.0.1]"


class Connection:
    """One SMTP connection, opened when first needed and used for a whole batch."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
        self._drop()

    def send(self, mail: Outgoing) -> None:
        """Returns once the server has taken the message. Raises SendError."""
        message = build(mail)
        server = self._ready()
        try:
            server.sendmail(parseaddr(mail.sent_from)[1], [mail.address], message)
        except (smtplib.SMTPException, OSError) as error:
            raise self._refusal(error) from error

    def _ready(self) -> smtplib.SMTP:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._server.rset()[0] == 250:
                    return self._server
            self._drop()
        try:
            self._server = self._open()
        except smtplib.SMTPResponseException as error:
            # A refused greeting or password says nothing about the message: it must not be given up for it.
            raise SendError(_said(error.smtp_error), code=error.smtp_code, server_wide=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise SendError(f"không nối được máy chủ thư: {error}", server_wide=True) from error
        return self._server

    def _open(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        starttls = parse_qs(self._url.query).get("starttls") == ["1"]
        if self._url.scheme == "smtps":
            # A context must be given: smtplib's own one believes any certificate.
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self._url.port or 465, local_hostname=_own_name(), timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(host, self._url.port or (587 if starttls else 25), local_hostname=_own_name(), timeout=self._timeout)
        try:
            if starttls:
                server.starttls(context=ssl.create_default_context())
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _refusal(self, error: Exception) -> SendError:
        """What an answer means; a connection whose state is in doubt is dropped."""
        code, words = _answer(error)
        if code is None or code in ABOUT_THE_SERVER:
            self._drop()
            return SendError(words, code=code, server_wide=True)
        return SendError(words, code=code, permanent=code >= 500)

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _answer(error: Exception) -> tuple[int | None, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return code, _said(words)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return error.smtp_code, _said(error.smtp_error)
    return None, f"mất kết nối với máy chủ thư: {error}"


def _said(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
