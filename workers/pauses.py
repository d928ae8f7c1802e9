"""Pauses that begin on their day and end by themselves."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.db import transaction
from tracker.services import pause_work

log = logging.getLogger(__name__)
#: Assignments of one run: it ends well before its time limit, and orders the next one.
MOST = 40_000


@shared_task(name="pauses.turn")
def turn() -> None:
    """Begin what has come, end what is past. A second run, or two at once, find nothing left to do: each step looks at the rows again."""
    done = pause_work.turn(transaction, most=MOST)
    if done.more:
        turn.apply_async()
    if done.paused or done.resumed or done.failed:
        log.info("pauses: %s", done)
