"""The wait for new mail, as the rest of the machine sees it: what it wakes, and whether it is alive."""
import hashlib
from collections.abc import Sequence
from datetime import datetime

from tracker.adapters import jobs
from tracker.services import heartbeats

POLL = "incoming.poll"
PROCESS, MAILBOX = "mail-wait", "mail-wait:"


def wake() -> None:
    """Has the mailboxes polled now, in place of in a minute; the caller holds the transaction."""
    jobs.enqueue(POLL)


def alive(names: Sequence[str]) -> None:
    """A sign of life of the process, and the mailboxes (names) that it waits for; the caller holds the transaction."""
    held = {_key(name) for name in names}
    heartbeats.forget([MAILBOX + key for key in heartbeats.noted(MAILBOX) if key not in held])
    for key in held:
        heartbeats.beat(MAILBOX + key)
    heartbeats.beat(PROCESS)


def heard(names: Sequence[str]) -> tuple[datetime | None, list[str]]:
    """When the process was last heard of, and those of the mailboxes that it waits for."""
    noted = heartbeats.noted(MAILBOX)
    return heartbeats.last(PROCESS), [name for name in names if _key(name) in noted]


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
