"""Reading a mailbox over IMAP: what is new, header sizes first; the mailbox itself is only marked, never emptied."""
import imaplib
import re
import shlex
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 30.0
#: Messages fetched by one command: few enough for the memory, enough that the line's delay does not count.
TOGETHER = 20
#: No command fetches more bytes than this.
TOGETHER_BYTES = 20_000_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


class MailboxError(Exception):
    """The mailbox cannot be read now; the words are the server's or the system's."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message, or its headers only (whole False) where it is larger than wanted; size: of the whole, in bytes."""

    uid: int
    size: int
    raw: bytes
    whole: bool


class Inbox:
    """One folder of one account, opened with EXAMINE (reading marks nothing). url: imaps://user:password@host:993/FOLDER

    imap://…?starttls=1 speaks TLS on the plain port; ?token_command=… gives an OAuth2 token on its standard output in place of a password.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self.folder = unquote(self._url.path.lstrip("/")) or "INBOX"
        self.name = f"{unquote(self._url.username or '')}@{self._url.hostname}/{self.folder}"
        self.uidvalidity = 0
        self._client: imaplib.IMAP4 | None = None

    def __enter__(self) -> Self:
        """Raises MailboxError."""
        try:
            self._client = self._signed_in()
            status, data = self._client.select(f'"{self.folder}"', readonly=True)
            if status != "OK":
                raise MailboxError(_said(data))
            self.uidvalidity = int((self._client.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
        except (imaplib.IMAP4.error, OSError, subprocess.SubprocessError) as error:
            self._leave()
            raise MailboxError(str(error)) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._client is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                self._client.logout()
            with suppress(OSError):
                self._client.shutdown()
            self._client = None

    def _signed_in(self) -> imaplib.IMAP4:
        host, query = self._url.hostname or "localhost", parse_qs(self._url.query)
        if self._url.scheme == "imaps":
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, self._url.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
        else:
            client = imaplib.IMAP4(host, self._url.port or 143, timeout=TIMEOUT)
            self._client = client
            if query.get("starttls") == ["1"]:
                client.starttls(ssl.create_default_context())
        self._client = client
        user = unquote(self._url.username or "")
        if command := query.get("token_command"):
            token = subprocess.run(shlex.split(command[0]), capture_output=True, text=True, check=True, timeout=TIMEOUT).stdout.strip()
            client.authenticate("XOAUTH2", lambda _: f"user={user}\1auth=Bearer {token}\1\1".encode())
        else:
            client.login(user, unquote(self._url.password or ""))
        return client

    def above(self, uid: int, since: date | None = None) -> list[int]:
        """UIDs that are greater, in order; since: only what came on that day or later. Raises MailboxError."""
        # The names of months are the protocol's, whatever the machine's language.
        days = ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"] if since else []
        data = self._command("SEARCH", "UID", f"{uid + 1}:*", *days)
        # '*' is the last message even where its UID is smaller (RFC 3501, 6.4.8).
        first = data[0] if data else b""
        return sorted(found for found in map(int, first.split() if isinstance(first, bytes) else ()) if found > uid)

    def heads(self, uids: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
        """(uid, size, Message-ID line) of each, without its words. Raises MailboxError."""
        for start in range(0, len(uids), 500):
            part = ",".join(map(str, uids[start : start + 500]))
            yield from _parts(self._command("FETCH", part, "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"))

    def fetch(self, uids: Sequence[int], largest: int) -> Iterator[Fetched]:
        """The messages in order, those above `largest` bytes with their headers only. Raises MailboxError."""
        sizes = {uid: size for uid, size, _ in self.heads(uids)}
        group: list[int] = []
        for uid in [uid for uid in uids if uid in sizes]:
            if sizes[uid] > largest:
                for found, size, raw in _parts(self._command("FETCH", str(uid), "(UID RFC822.SIZE BODY.PEEK[HEADER])")):
                    yield Fetched(found, size, raw, False)
                continue
            if group and (len(group) >= TOGETHER or sum(sizes[one] for one in group) + sizes[uid] > TOGETHER_BYTES):
                yield from self._whole(group)
                group = []
            group.append(uid)
        if group:
            yield from self._whole(group)

    def _whole(self, uids: Sequence[int]) -> Iterator[Fetched]:
        for uid, size, raw in _parts(self._command("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE BODY.PEEK[])")):
            yield Fetched(uid, size, raw, True)

    def _command(self, name: str, *arguments: str) -> list[object]:
        if self._client is None:
            raise MailboxError("not open")
        try:
            status, data = self._client.uid(name, *arguments)
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxError(str(error)) from error
        if status != "OK":
            raise MailboxError(_said(data))
        return list(data)


def _parts(data: list[object]) -> Iterator[tuple[int, int, bytes]]:
    """The answers of a FETCH: imaplib gives (line, literal) pairs and closing lines between them."""
    for at, item in enumerate(data):
        if isinstance(item, tuple):
            after = data[at + 1] if at + 1 < len(data) and isinstance(data[at + 1], bytes) else b""
            line = bytes(item[0]) + (after if isinstance(after, bytes) else b"")
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid:
                yield int(uid[1]), int(size[1]) if size else len(item[1]), bytes(item[1])


def _said(data: object) -> str:
    first = data[0] if isinstance(data, list) and data else data
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
