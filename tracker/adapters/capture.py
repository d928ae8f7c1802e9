"""The embedded mail server: keeps every message it is given in a folder and relays nothing.

Run as `python -m tracker.adapters.capture PORT FOLDER` by `tracker serve`; it is apart from the web so that sending is real SMTP.
A message is one file, named so that names sort by arrival; three header lines in front of it hold the envelope.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import re
import secrets
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tracker import clock
from tracker.domain.errors import NotFound

LIMIT = 40 * 1024 * 1024
FROM, TO = "X-Kept-From", "X-Kept-To"
NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True)
class KeptMail:
    """One line of the list of kept messages; `key` names it for `read`."""

    key: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str


def _keys(folder: Path) -> list[str]:
    """All keys, newest first; a file that is still being written has another ending."""
    if not folder.is_dir():
        return []
    return sorted((path.stem for path in folder.glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)


def _received_at(key: str) -> datetime:
    return datetime.strptime(key.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def count(folder: Path) -> int:
    """How many messages are kept."""
    return len(_keys(folder))


def listing(folder: Path, limit: int = 50, offset: int = 0) -> list[KeptMail]:
    """Kept messages, newest first; reads headers only, and only of the page asked for."""
    return [_head(folder, key) for key in _keys(folder)[offset : offset + limit]]


def _head(folder: Path, key: str) -> KeptMail:
    with (folder / f"{key}.eml").open("rb") as source:
        head = BytesHeaderParser(policy=email.policy.default).parse(source)
    recipients = tuple(str(head.get(TO, "")).split())
    return KeptMail(key, _received_at(key), str(head.get(FROM, "")), recipients, str(head.get("Subject", "")))


def read(folder: Path, key: str) -> tuple[KeptMail, EmailMessage]:
    """One kept message with its envelope; raises NotFound for a key that is not kept."""
    if not NAME.fullmatch(key) or not (folder / f"{key}.eml").is_file():
        raise NotFound()
    message = email.message_from_bytes((folder / f"{key}.eml").read_bytes(), policy=email.policy.default)
    del message[FROM], message[TO]
    return _head(folder, key), message


def forget(folder: Path, domain: str) -> int:
    """Remove the messages whose every recipient is under this top-level domain; returns how many."""
    gone = [key for key in _keys(folder) if all(address.endswith(f".{domain}") for address in _head(folder, key).recipients)]
    for key in gone:
        (folder / f"{key}.eml").unlink(missing_ok=True)
    return len(gone)


def keep(folder: Path, sender: str, recipients: Sequence[str], content: bytes) -> str:
    """Write one message so that it is on the disk under its name, or not at all; returns its key."""
    key = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    envelope = f"{FROM}: {sender}\r\n{TO}: {' '.join(recipients)}\r\n".encode("utf-8", "surrogateescape")
    folder.mkdir(parents=True, exist_ok=True)
    partly = folder / f"{key}.part"
    with partly.open("wb") as out:
        out.write(envelope + content)
        out.flush()
        os.fsync(out.fileno())
    partly.rename(folder / f"{key}.eml")
    return key


class Keeper:
    """Answers aiosmtpd: 250 only once the message is on the disk, 452 when the disk refuses it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep what was sent; the sender tries again later after a 452."""
        content = envelope.original_content or b""
        try:
            keep(self._folder, envelope.mail_from or "", envelope.rcpt_tos, content)
        except OSError as error:
            print(f"not kept: {error}", flush=True)
            return "452 4.3.1 not enough room to keep the message"
        return "250 2.0.0 kept, relayed to nobody"


async def serve(port: int, folder: Path) -> None:
    """Listen on the loopback address until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    protocol = partial(SMTP, Keeper(folder), data_size_limit=LIMIT, enable_SMTPUTF8=True, ident="Don Doc")
    server = await loop.create_server(protocol, "127.0.0.1", port)
    try:
        await end.wait()
    finally:
        server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
