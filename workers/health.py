"""The machine's signs of life, for `tracker doctor` and the administrator's page."""

from __future__ import annotations

from celery import shared_task

from tracker.db import transaction
from tracker.services import heartbeats


@shared_task(name="health.beat")
def beat() -> None:
    """Note that beat ordered this and a worker did it. A second run only moves the same two times on."""
    with transaction():
        for name in ("beat", "worker"):
            heartbeats.beat(name)
