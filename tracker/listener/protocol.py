"""LMTP and SMTP as the entry speaks them, on aiosmtpd: a message goes through a file, one answer stands for every recipient, everything has an end."""
from __future__ import annotations

import asyncio
import logging
import tempfile
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import IO, Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from tracker.listener.intake import AWAY, HEAD, NO_ROOM, NOT_OURS, Intake, is_full

log = logging.getLogger(__name__)

#: Connections at once; messages stored at once, which bounds the memory.
MOST_CONNECTIONS, MOST_STORING = 40, 2
#: Seconds that a command, or a whole message, may take (RFC 5321, 4.5.3.2).
PATIENCE = 300.0
MOST_RECIPIENTS, LONGEST_COMMAND = 100, 2048
#: What one connection may ask for; a sender with more comes again.
MOST_CALLS = {"NOOP": 100, "VRFY": 10, "AUTH": 1, "*": 2000}
#: A message up to this size stays in memory until it is stored.
IN_MEMORY = 1_000_000
#: Lines are read in pieces of at most this size; a message may have lines of any length.
PIECE = 65_536


class Door:
    """What all connections share: where messages go, who may come, how many there are. Its hooks answer aiosmtpd."""

    def __init__(self, intake: Intake, spool: str, peers: tuple[IPv4Network | IPv6Network, ...] = ()) -> None:
        self.intake, self.spool, self.peers = intake, spool, peers
        self.connections = 0
        self.storing = asyncio.Semaphore(MOST_STORING)

    def refusal(self, peer: str) -> str:
        """What is said in place of a greeting, empty for who may come in; asked as the connection is made. peer: an address."""
        if self.peers and not any(ip_address(peer) in network for network in self.peers):
            log.warning("%s is not among the senders that may come", peer)
            return "554 5.7.1 not for you"
        return "421 4.3.2 too many connections, try again later" if self.connections > MOST_CONNECTIONS else ""

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        """Announces the size, and what LMTP must offer (RFC 2033, 5)."""
        session.host_name = hostname
        last = responses.pop()
        return [*responses, f"250-SIZE {self.intake.limit}", "250-PIPELINING", "250-ENHANCEDSTATUSCODES", last]

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Any sender, the empty one of bounces too."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 go on"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Takes our own addresses only."""
        if not self.intake.is_ours(address):
            return NOT_OURS
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ours"

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours never loses the sender's message."""
        log.error("a conversation failed", exc_info=error)
        return AWAY

    async def take(self, envelope: Envelope, content: IO[bytes], size: int) -> str:
        """Stores one message in a thread; gives the answer."""
        async with self.storing:
            return await asyncio.to_thread(self.intake.store, envelope.mail_from or "", tuple(envelope.rcpt_tos), content, size)


class _Conversation(SMTP):
    """One connection. The size is announced, but a message that is larger all the same is read to its end, so that its headers are known."""

    line_length_limit = PIECE

    def __init__(self, door: Door, hostname: str) -> None:
        super().__init__(door, data_size_limit=None, enable_SMTPUTF8=True, hostname=hostname, ident="Don Doc", timeout=PATIENCE, command_call_limit=MOST_CALLS)
        # Of its own, because aiosmtpd empties the common one at each connection and adds to it at each greeting.
        self.command_size_limits = defaultdict(lambda: LONGEST_COMMAND)
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counts, and decides at once: of many that come together the first ones stay."""
        self._door.connections += 1
        self._refusal = self._door.refusal(transport.get_extra_info("peername")[0])
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Counts."""
        self._door.connections -= 1
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if self._refusal:
            await self.push(self._refusal)
            self._writer.close()
            return
        await super()._handle_client()

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        """Reads a message to its end and answers once it is stored; where reading fails the line is cut, for what follows is no command."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 need RCPT command")
            return
        await self.push("354 end data with <CR><LF>.<CR><LF>")
        content = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=self._door.spool)  # noqa: SIM115  closing fails too where the disk is full
        try:
            size = await self._read_into(content)
            answer = NO_ROOM if size is None else await self._door.take(self.envelope, content, size)
        except Exception:
            self._writer.close()
            raise
        finally:
            with suppress(OSError):
                content.close()
        for _ in range(self.answers(self.envelope)):
            await self.push(answer)
        self._set_post_data_state()

    def answers(self, envelope: Envelope) -> int:
        """How many times the answer to a message is told."""
        return 1

    async def _read_into(self, content: IO[bytes]) -> int | None:
        """Reads up to the lone dot and takes doubled dots away (RFC 5321, 4.5.2); gives the size, None where the disk is full.

        Of what is too large only the beginning is kept.
        """
        size, begins, room, limit = 0, True, True, self._door.intake.limit
        while True:
            try:
                piece: bytes = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as error:
                piece = await self._reader.read(error.consumed)
            if begins and piece == b".\r\n":
                return size if room else None
            if begins and piece.startswith(b"."):
                piece = piece[1:]
            begins = piece.endswith(b"\r\n")
            before, size = size, size + len(piece)
            if room and before <= limit:
                room = _done(content.write, piece) if size <= limit else _done(content.truncate, min(before, HEAD))


class _Lmtp(LMTP, _Conversation):
    """LMTP answers for each recipient (RFC 2033, 4.2): one row serves all, so the answers are the same."""

    def answers(self, envelope: Envelope) -> int:
        """One for each."""
        return len(envelope.rcpt_tos)


def _done(act: Callable[[Any], object], what: object) -> bool:
    """Whether there was room for it."""
    try:
        act(what)
    except OSError as error:
        if is_full(error):
            return False
        raise
    return True


def conversation(scheme: str, door: Door, hostname: str) -> Callable[[], asyncio.Protocol]:
    """What asyncio asks for at each connection. scheme: lmtp or smtp."""
    kind = _Lmtp if scheme == "lmtp" else _Conversation
    return lambda: kind(door, hostname)
