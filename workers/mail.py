"""Sending mail: one task per new row, and a sweep for what was held back, put off or left behind."""

from __future__ import annotations

from celery import shared_task

from tracker.db import transaction
from tracker.services import delivery

#: Messages of one sweep: it ends well before its time limit, and the next one goes on.
SWEEP_LIMIT = 200


@shared_task(name="mail.send")
def send(mail_id: int) -> None:
    """Send one row. A second run finds it claimed or sent and does nothing; a row that failed waits for the sweep."""
    delivery.deliver(transaction, mail_id)


@shared_task(name="mail.sweep")
def sweep() -> None:
    """Send all rows that are due. Several at once share them out, because each row is claimed by a conditional update."""
    delivery.drain(transaction, SWEEP_LIMIT)
