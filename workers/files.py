"""Clearing what nothing names any more and what is past its time: a file and its row share no transaction, so that a crash can leave one alone."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from flask import current_app

from tracker.adapters import logs
from tracker.db import transaction
from tracker.services import file_sweep, heartbeats, retention, secret_mail, sessions

#: Beat asks every few minutes, because it counts from its own start: on a machine that is switched off at night it would never come to six hours.
SWEEP, EVERY = "sweep", timedelta(hours=6)


@shared_task(name="files.sweep")
def sweep() -> None:
    """Remove what was held back as secret for a day, mails past their period where the office wants that, contents that no row names, and the
    traces of who signed in. Says which rows have no content. Of several that are asked within six hours one does it.
    """
    with transaction():
        if not heartbeats.claim(SWEEP, EVERY):
            return
        sessions.forget_old()
    secret_mail.remove_overdue(transaction)
    retention.run_automatic(transaction)
    file_sweep.sweep()
    settings = current_app.extensions["settings"]
    if settings.log_days:
        logs.forget_old(settings.log_dir, settings.log_days)
