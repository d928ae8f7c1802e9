"""Mail that comes in: polling the mailboxes, and filing what was taken."""

from __future__ import annotations

import logging

from celery import shared_task
from flask import current_app

from tracker.db import transaction
from tracker.services import mail_filing, mailboxes

log = logging.getLogger(__name__)

#: Messages of one run: it ends well before its time limit, and the next one goes on.
LIMIT = 2000


@shared_task(name="incoming.poll")
def poll() -> None:
    """Take in what is new. A second run, or two at once, find every message known by its hash and Message-ID."""
    if current_app.extensions["settings"].imap_urls:
        done = mailboxes.poll(transaction)
        if done.new:
            log.info("taken in: %s", done.new)


@shared_task(name="incoming.file")
def file() -> None:
    """File what was taken. Several at once share the messages out; one that is decided already stays as it is."""
    mail_filing.run(transaction, LIMIT)
