"""Running numbers for what units sent in."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.db import transaction
from tracker.services import arrivals

log = logging.getLogger(__name__)


@shared_task(name="registers.number")
def number() -> None:
    """Enter what came in into the register. A second run finds nothing without a number; of two at once one waits for the other."""
    with transaction():
        n = arrivals.catch_up(everything=True)
    if n:
        log.info("entered %s documents into the register", n)
