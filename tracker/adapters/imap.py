"""Reading a mailbox over IMAP: what is new, header sizes first; the mailbox itself is only looked at (EXAMINE, PEEK), never changed.

Nothing beyond RFC 3501 is asked of the server: no UIDPLUS, no CONDSTORE. Sizes that it tells are taken for estimates, as some only estimate.
"""
import imaplib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from tracker.adapters.imap_login import FAILURES, MailboxError, Refused, connect, folder_name, leave, said

#: Messages fetched by one command: few enough for the memory, enough that the line's delay does not count.
TOGETHER = 20
#: No command fetches more bytes than this.
TOGETHER_BYTES = 20_000_000
#: Of a message that is too large, its headers up to here.
MOST_HEADERS = 500_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,250}>")


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a message before it is fetched; given: False where the server cannot give it at all."""

    uid: int
    size: int = 0
    message_id: str = ""
    given: bool = True


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message, or its headers only (whole False) where it is larger than wanted; size: of the whole, in bytes.

    Empty raw: the server has it and cannot give it.
    """

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
        self._open()
        return self

    def _open(self) -> None:
        client = connect(self._url)
        try:
            status, data = client.select(folder_name(self.folder), readonly=True)
            if status != "OK":
                raise MailboxError(said(data))
            self.uidvalidity = int((client.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
        except FAILURES as error:
            leave(client)
            raise MailboxError(said(error)) from error
        except MailboxError:
            leave(client)
            raise
        self._client = client

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._client is not None:
            leave(self._client)
            self._client = None

    @property
    def client(self) -> imaplib.IMAP4:
        """The open connection. Raises MailboxError."""
        if self._client is None:
            raise MailboxError("not open")
        return self._client

    def above(self, uid: int, since: date | None = None) -> list[int]:
        """UIDs that are greater, in order; since: only what came on that day or later. Raises MailboxError."""
        # The names of months are the protocol's, whatever the machine's language.
        days = ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"] if since else []
        # '*' is the last message even where its UID is smaller (RFC 3501, 6.4.8).
        return [found for found in self._search(f"{uid + 1}:*", *days) if found > uid]

    def _search(self, *criteria: str) -> list[int]:
        """An answer may come in several lines."""
        data = self._command("SEARCH", "UID", *criteria)
        return sorted({int(word) for line in data if isinstance(line, bytes) for word in line.split()})

    def heads(self, uids: Sequence[int]) -> list[Head]:
        """Size and Message-ID of each message that is still there, in order. Raises MailboxError."""
        found: dict[int, Head] = {}
        for start in range(0, len(uids), 500):
            part = uids[start : start + 500]
            for uid, size, line in _answered(self._head_lines, part):
                named = _MESSAGE_ID.search(line)
                found[uid] = Head(uid, size, named[0].decode("ascii", "replace") if named else "")
            for uid in self._withheld([uid for uid in part if uid not in found]):
                found[uid] = Head(uid, given=False)
        return [found[uid] for uid in uids if uid in found]

    def _head_lines(self, uids: Sequence[int]) -> list[tuple[int, int, bytes]]:
        return list(_parts(self._command("FETCH", _listed(uids), "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")))

    def _withheld(self, uids: Sequence[int]) -> list[int]:
        """Of messages that were asked for and did not come, those that are there: the others were deleted meanwhile."""
        return self._search(_listed(uids)) if uids else []

    def fetch(self, heads: Sequence[Head], largest: int) -> Iterator[Fetched]:
        """The messages in order, those above `largest` bytes with their headers only. Raises MailboxError."""
        group: list[Head] = []
        for head in heads:
            if not head.given or head.size > largest:
                yield from self._together(group, largest)
                group = []
                yield from [Fetched(head.uid, 0, b"", False)] if not head.given else self._headers_of(head)
                continue
            if group and (len(group) >= TOGETHER or sum(one.size for one in group) + head.size > TOGETHER_BYTES):
                yield from self._together(group, largest)
                group = []
            group.append(head)
        yield from self._together(group, largest)

    def _together(self, heads: Sequence[Head], largest: int) -> Iterator[Fetched]:
        """Whole messages. One more byte than wanted tells a message that is larger than it was said to be."""
        def ask(uids: Sequence[int]) -> list[tuple[int, int, bytes]]:
            return list(_parts(self._command("FETCH", _listed(uids), f"(UID RFC822.SIZE BODY.PEEK[]<0.{largest + 1}>)")))

        came = {uid: (size, raw) for uid, size, raw in _answered(ask, [head.uid for head in heads])}
        withheld = set(self._withheld([head.uid for head in heads if head.uid not in came]))
        for head in heads:
            if head.uid in withheld:
                yield from self._headers_of(head)
            elif head.uid in came:
                size, raw = came[head.uid]
                whole = len(raw) <= largest
                yield Fetched(head.uid, len(raw) if whole else max(size, len(raw)), raw, whole)

    def _headers_of(self, head: Head) -> Iterator[Fetched]:
        def ask(uids: Sequence[int]) -> list[tuple[int, int, bytes]]:
            return list(_parts(self._command("FETCH", _listed(uids), f"(UID RFC822.SIZE BODY.PEEK[HEADER]<0.{MOST_HEADERS}>)")))

        came = _answered(ask, [head.uid])
        if came or self._withheld([head.uid]):
            yield Fetched(head.uid, max(head.size, came[0][1] if came else 0), came[0][2] if came else b"", False)

    def _command(self, name: str, *arguments: str) -> list[object]:
        """Raises Refused where the server says no, MailboxError where it is gone."""
        try:
            status, data = self.client.uid(name, *arguments)
        except imaplib.IMAP4.abort as error:
            self._thrown_out(said(error))
            raise Refused(said(error)) from error
        except OSError as error:
            raise MailboxError(said(error)) from error
        except FAILURES as error:
            raise Refused(said(error)) from error
        if status != "OK":
            raise Refused(said(data))
        return list(data)

    def _thrown_out(self, words: str) -> None:
        """Dovecot says BYE to a message that it cannot open: comes in again. Raises MailboxError where the line was cut without a word."""
        client, self._client = self.client, None
        bye, before = client.response("BYE")[1], self.uidvalidity
        leave(client)
        if bye in ([None], []):
            raise MailboxError(words)
        self._open()
        if self.uidvalidity != before:
            raise MailboxError("UIDVALIDITY")


def _answered(ask: Callable[[Sequence[int]], list[tuple[int, int, bytes]]], uids: Sequence[int]) -> list[tuple[int, int, bytes]]:
    """Asks for several at once; where the server refuses, in halves, so that one message that it cannot give keeps no other back."""
    if not uids:
        return []
    try:
        return ask(uids)
    except Refused:
        if len(uids) == 1:
            return []
    half = len(uids) // 2
    return [*_answered(ask, uids[:half]), *_answered(ask, uids[half:])]


def _listed(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _parts(data: list[object]) -> Iterator[tuple[int, int, bytes]]:
    """The answers of a FETCH: imaplib gives (line, literal) pairs and closing lines between them."""
    for at, item in enumerate(data):
        if isinstance(item, tuple):
            after = data[at + 1] if at + 1 < len(data) and isinstance(data[at + 1], bytes) else b""
            line = bytes(item[0]) + (after if isinstance(after, bytes) else b"")
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid:
                yield int(uid[1]), int(size[1]) if size else len(item[1]), bytes(item[1])
