"""Waiting in a mailbox until something arrives (IMAP IDLE, RFC 2177)."""
import re
import select
import ssl
import time
from itertools import count

from tracker.adapters.imap import Inbox
from tracker.adapters.imap_login import FAILURES, MailboxError

#: IDLE is asked for anew before a server may end it (29 minutes), and before an office's firewall forgets the line.
RENEW = 9 * 60.0
#: A server that is asked to end IDLE answers at once.
ANSWER = 30.0
#: Seconds for one read of what has begun to come.
ONE_READ = 5.0
_ARRIVED = re.compile(rb"\* \d+ (?:EXISTS|RECENT)\b", re.I)
_TAGS = count(1)


def can_idle(inbox: Inbox) -> bool:
    """Whether the server offers it; some tell only whom they have let in. Raises MailboxError."""
    try:
        told = inbox.client.capability()[1]
    except FAILURES as error:
        raise MailboxError(str(error)) from error
    return b"IDLE" in b" ".join(line for line in told if isinstance(line, bytes)).upper().split()


def wait(inbox: Inbox, renew: float = RENEW) -> bool:
    """Waits until something arrives, or the time is over; gives whether it did. Raises MailboxError.

    IDLE has ended then, so that the next command or wait may follow. What arrived between two waits is told by the one who polls.
    """
    try:
        return _Idle(inbox).wait(renew)
    except FAILURES as error:
        raise MailboxError(str(error)) from error


class _Idle:
    """One IDLE, from the command to its end. It reads the line itself, because imaplib knows no answer that comes unasked."""

    def __init__(self, inbox: Inbox) -> None:
        self._socket, self._rest = inbox.client.socket(), b""
        self._socket.settimeout(ONE_READ)

    def wait(self, renew: float) -> bool:
        """Raises OSError, MailboxError."""
        tag = b"IDLE%d" % next(_TAGS)
        self._socket.sendall(tag + b" IDLE\r\n")
        end, arrived = time.monotonic() + renew, False
        while not arrived and (line := self._line(end)) is not None:
            if line.startswith((tag, b"* BYE")):
                raise MailboxError(line.decode("utf-8", "replace"))
            arrived = bool(_ARRIVED.match(line))
        self._socket.sendall(b"DONE\r\n")
        end = time.monotonic() + ANSWER
        while (line := self._line(end)) is not None and not line.startswith(tag):
            arrived = arrived or bool(_ARRIVED.match(line))
        if line is None or b" OK" not in line:
            raise MailboxError("IDLE")
        return arrived

    def _line(self, end: float) -> bytes | None:
        """The next line, None where none comes in time. Raises OSError where the server closes."""
        while b"\r\n" not in self._rest:
            pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
            if not pending and not select.select([self._socket], [], [], max(0.0, end - time.monotonic()))[0]:
                return None
            try:
                got = self._socket.recv(65536)
            except TimeoutError:  # TLS read something of its own, and no word of the server
                continue
            if not got:
                raise ConnectionResetError("closed by the server")
            self._rest += got
        line, _, self._rest = self._rest.partition(b"\r\n")
        return line
