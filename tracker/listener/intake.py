"""What the mail entry does with one message: whether it is ours, and its bytes and row stored before the answer is 250."""
from __future__ import annotations

import errno
import logging
import re
from collections.abc import Sequence
from email.utils import parseaddr
from typing import IO

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tracker.db import transaction
from tracker.domain.errors import Unavailable
from tracker.services import incoming

log = logging.getLogger(__name__)

STORED = "250 2.0.0 stored"
TOO_LARGE = "552 5.3.4 too large: its headers are recorded, its attachments are not"
NO_ROOM = "452 4.3.1 no room on the disk, try again later"
AWAY = "451 4.3.0 cannot be stored now, try again later"
NOT_OURS = "550 5.1.1 no such mailbox here"
#: Room for the lines that delivery puts in front of a message.
ENVELOPE = 20_000
#: Of a message that is too large so much is read; services.incoming keeps its headers.
HEAD = 500_000
_LINE = re.compile(r"[\x00-\x1f\x7f]")


def is_full(error: BaseException) -> bool:
    """Whether the system refused to write because there is no room."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Intake:
    """Stores messages for one app; every call may come from a thread of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        settings = app.extensions["settings"]
        found = (parseaddr(value)[1].lower() for value in (settings.reply_to, settings.mail_from) if value)
        self._ours = frozenset(found)
        with app.app_context():
            #: The largest message that the entry announces, in bytes.
            self.limit = incoming.limit() - ENVELOPE

    def is_ours(self, address: str) -> bool:
        """Whether a recipient is one of the office's two addresses, with or without +tag; there is no relay."""
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self._ours

    def store(self, sender: str, recipients: Sequence[str], content: IO[bytes], size: int) -> str:
        """Keeps one message; gives the answer to its sender. size: of the whole, where content holds only the beginning of one too large.

        The same message a second time is known by its hash and Message-ID, and the answer is the same.
        """
        try:
            with self._app.app_context():
                return self._store(sender, recipients, content, size)
        except (Unavailable, SQLAlchemyError, OSError) as error:
            log.warning("a message was not stored: %s", error)
            return NO_ROOM if isinstance(error, Unavailable) or is_full(error) else AWAY
        except Exception:
            log.exception("a message was not stored")
            return AWAY

    def _store(self, sender: str, recipients: Sequence[str], content: IO[bytes], size: int) -> str:
        content.seek(0)
        large = size > self.limit
        raw = content.read(HEAD) if large else content.read()
        raw = _delivered(sender, recipients, raw) + raw
        kept = incoming.keep(raw, size if large else None)
        with transaction():
            incoming.add([kept], "lmtp")
        return TOO_LARGE if large else STORED


def _delivered(sender: str, recipients: Sequence[str], raw: bytes) -> bytes:
    """The lines of the last delivery (RFC 5321, 4.4): Return-Path, and Delivered-To for a recipient whom the headers do not name.

    They say nothing that changes from one try to the next (no time, no number), so that a message that comes twice has one hash.
    """
    head = raw[:HEAD].partition(b"\r\n\r\n")[0].lower()
    lines = [] if head.startswith(b"return-path:") else [f"Return-Path: <{sender.strip('<>')}>"]
    lines += [f"Delivered-To: {address}" for address in dict.fromkeys(recipients) if address.lower().encode("utf-8", "surrogateescape") not in head]
    return "".join(f"{_LINE.sub('', line)[:500]}\r\n" for line in lines).encode("utf-8", "surrogateescape")
