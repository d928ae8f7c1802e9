"""Clearing the file store: a file and its row share no transaction, so that a crash can leave one without the other."""

from __future__ import annotations

from celery import shared_task

from tracker.db import transaction
from tracker.services import file_sweep, retention, secret_mail


@shared_task(name="files.sweep")
def sweep() -> None:
    """Remove what was held back as secret for a day, mails past their period where the office wants that, and contents that no row names.

    Says which rows have no content. A second run finds nothing left to do.
    """
    secret_mail.remove_overdue(transaction)
    retention.run_automatic(transaction)
    file_sweep.sweep()
