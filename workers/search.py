"""Keeping the index of search in step, and reading handed-in files for it."""

from __future__ import annotations

from celery import shared_task
from flask import current_app

from tracker.adapters import locks
from tracker.db import transaction
from tracker.services import search_files, search_index

#: A run begins nothing further after so many seconds, so that a long catching-up leaves the worker to others in between; the next one goes on.
SECONDS = 8


@shared_task(name="search.index")
def index() -> None:
    """Look at what has changed. A second run finds what the first entered; of two at once on one machine the later leaves."""
    with locks.held(current_app.extensions["settings"].home / "search-index.lock") as mine:
        if mine:
            search_index.run(transaction, SECONDS)


@shared_task(name="search.read")
def read() -> None:
    """Read the files of new evidence. A second run finds them read; one that ended its process is begun anew twice and then left."""
    with locks.held(current_app.extensions["settings"].home / "search-read.lock") as mine:
        if mine:
            search_files.run(transaction, SECONDS)
