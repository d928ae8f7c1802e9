"""Clearing the file store: a file and its row share no transaction, so that a crash can leave one without the other."""

from __future__ import annotations

from celery import shared_task

from tracker.services import file_sweep


@shared_task(name="files.sweep")
def sweep() -> None:
    """Remove contents that no row names, and say which rows have none. A second run finds nothing left to do."""
    file_sweep.sweep()
