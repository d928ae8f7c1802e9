"""The province's own reminder: what has waited for its review longer than it means to take."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.db import transaction
from tracker.services import review_reminders

log = logging.getLogger(__name__)


@shared_task(name="reviews.remind")
def remind() -> None:
    """Tell each clerk once a day, in office hours. A second run finds the mail of the day and writes none."""
    with transaction():
        n = review_reminders.remind()
    if n:
        log.info("reminded %s of the province of what waits for review", n)
