"""Clearing the file store: a file and its row share no transaction, so that a crash can leave one without the other."""

from __future__ import annotations

from celery import shared_task

from tracker.db import transaction
from tracker.services import file_sweep, secret_mail


@shared_task(name="files.sweep")
def sweep() -> None:
    """Remove what was held back as secret for a day, contents that no row names, and say which rows have none. A second run finds nothing left to do."""
    secret_mail.remove_overdue(transaction)
    file_sweep.sweep()
