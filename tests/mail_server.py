"""A real SMTP server for tests whose answers can be chosen per address: code, hang, or close in the middle of a message."""
import asyncio
import email.policy
import threading
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

ANSWERS = {
    250: "250 2.0.0 taken", 421: "421 4.3.2 closing", 450: "450 4.2.0 mailbox busy", 452: "452 4.3.1 no room",
    550: "550 5.1.1 no such mailbox", 552: "552 5.3.4 too big", 554: "554 5.7.1 refused",
}
CLOSE, HANG = "close", "hang"


class MailServer:
    """answers: address → code for RCPT, or ("data", code), or CLOSE / HANG in the middle of DATA; everything else is taken and kept."""

    def __init__(self, pause: float = 0.0) -> None:
        self.answers: dict[str, object] = {}
        self.taken: list[tuple[str, bytes]] = []
        self.connections = 0
        self.tries: Counter[str] = Counter()
        self._pause = pause
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._ready = threading.Event()

    async def _run(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        listening = await self._loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=False), "127.0.0.1", 0)
        self._port: int = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        listening.close()

    def __enter__(self) -> "MailServer":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    @property
    def addresses(self) -> list[str]:
        return [address for address, _ in self.taken]

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=email.policy.default) for _, content in self.taken]  # type: ignore[misc]

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, name: str, responses: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = name
        return responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.tries[address] += 1
        answer = self.answers.get(address)
        if isinstance(answer, int) and answer != 250:
            return ANSWERS[answer]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        answer = self.answers.get(address)
        if answer == CLOSE:
            assert server.transport is not None
            server.transport.close()
            return ""
        if answer == HANG:
            await asyncio.sleep(30)
        if self._pause:
            await asyncio.sleep(self._pause)
        if isinstance(answer, tuple):
            return ANSWERS[answer[1]]
        with self._lock:
            self.taken.append((address, bytes(envelope.original_content or b"")))
        return ANSWERS[250]


def eventually(check: Callable[[], object], seconds: float = 20.0) -> None:
    """Waits until check() is true; fails when it never becomes so."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
