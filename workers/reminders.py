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
    """Plan today once, from 07:30 on working days; day (ISO) plans that day whatever the hour.

    A second run, or two at once, say nothing twice: the ledger and the mails have unique keys.
    """
    wanted = date.fromisoformat(day) if day else reminders.day_to_plan()
    if wanted is not None:
        log.info("reminders of %s: %s", wanted, reminders.plan(transaction, wanted).counts)
