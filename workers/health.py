"""The machine's signs of life, for `tracker doctor` and the administrator's page."""

from __future__ import annotations

from celery import shared_task

from tracker.db import transaction
from tracker.services import heartbeats, watch


@shared_task(name="health.beat")
def beat() -> None:
    """Note that beat ordered this and a worker did it. A second run only moves the same two times on."""
    with transaction():
        for name in ("beat", "worker"):
            heartbeats.beat(name)


@shared_task(name="health.watch")
def look() -> None:
    """Look whether the machine is well, and mail what is not. Of several looks within a minute one counts, and a trouble is told once a day."""
    watch.look(transaction)
