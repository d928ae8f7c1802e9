"""The reminder plan: beat asks every minute whether today's is made, so that a machine switched on at 08:15 still plans."""

from __future__ import annotations

import logging
from datetime import date

from celery import shared_task

from tracker.db import transaction
from tracker.services import reminders

log = logging.getLogger(__name__)


@shared_task(name="reminders.plan")
def plan(day: str | None = None) -> None:
    """Plan today once, in office hours of a working day; day (ISO) plans that day whatever the hour. Hoả tốc is told at any time.

    A second run, or two at once, say nothing twice: the ledger and the mails have unique keys.
    """
    wanted = date.fromisoformat(day) if day else reminders.day_to_plan()
    made = reminders.plan(transaction, wanted) if wanted else reminders.plan_flash(transaction)
    if wanted or made.digests:
        log.info("reminders of %s: %s", made.day, made.counts)
